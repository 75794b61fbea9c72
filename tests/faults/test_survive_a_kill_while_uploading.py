"""kill -9 while people upload: what was acknowledged is there whole, and no part of a file can be reached."""

import hashlib
import os
import re
import sqlite3
import threading
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from uuid import uuid4

import pytest

from config import VAR
from tests.conftest import PASSWORD
from tests.faults.embedded import Client, EmbeddedServer, with_cast
from tests.servers import BucketServer, wait_until

UPLOADERS = ("anna", "bram", "otto", "sander", "mark")
SIZE, LARGE = 200_000, 50_000_000  # bytes
INCOMING = VAR / "incoming"


class Uploader(threading.Thread):
    def __init__(self, server, key, uploads):
        super().__init__(daemon=True)
        self.uploads = uploads
        self.client, self.acknowledged, self.unanswered, self.refused = Client(server), [], 0, []
        self.is_stopped = threading.Event()
        self.client.sign_in(f"{key}@brink.example", PASSWORD)

    def run(self):
        while len(self.acknowledged) < self.uploads and not self.is_stopped.is_set():
            body = os.urandom(SIZE)
            try:
                self.send(body)
                self.acknowledged.append(hashlib.sha256(body).hexdigest())
            except HTTPError as refusal:
                self.refused.append(refusal.code)
                return
            except (OSError, HTTPException):
                self.unanswered += 1
                self.is_stopped.wait(0.05)

    def send(self, body):
        self.client.send_file("/groups/energie/documents", f"{uuid4().hex}.bin", body)


def uploaded_by(uploaders):
    return sum(len(each.acknowledged) for each in uploaders)


def fetched_by(client, database):
    """What a member gets of each version that is named: the sum it should have, and the one it has."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT id, sha256 FROM document_versions WHERE sha256 IS NOT NULL").fetchall()
    return {sha256: client.sum_of(f"/versions/{number}/file") for number, sha256 in rows}


def kill_while_they_upload(server, database, *, uploads, kills):
    """What was acknowledged, and what a member can fetch afterwards."""
    uploaders = [Uploader(server, key, uploads) for key in UPLOADERS]
    for each in uploaders:
        each.start()
    try:
        for kill in range(1, kills + 1):
            goal = len(uploaders) * uploads * kill // (kills + 2)
            assert wait_until(lambda goal=goal: uploaded_by(uploaders) >= goal, 90)
            server.kill()
            server.start()
        for each in uploaders:
            each.join(90)
    finally:
        for each in uploaders:
            each.is_stopped.set()
    assert [each.refused for each in uploaders] == [[]] * len(uploaders)
    assert sum(each.unanswered for each in uploaders) >= kills  # or nothing was cut off
    return {sha256 for each in uploaders for sha256 in each.acknowledged}, fetched_by(uploaders[0].client, database)


def all_is_whole(database, acknowledged, fetched, lying):
    """`fetched` and `lying` are the sums of what there is, under the name that it has."""
    assert all(found == name for name, found in fetched.items())
    with sqlite3.connect(database) as connection:
        known = {row[0] for row in connection.execute("SELECT sha256 FROM file_contents")}
    assert all(name == found for name, found in lying.items())
    assert acknowledged <= set(fetched) <= known <= set(lying)


@pytest.mark.slow
def test_an_acknowledged_upload_is_there_whole_however_often_the_server_is_killed(tmp_path):
    """DOC-12, section 7.9; issue B: none acknowledged is lost, no partial file can be reached."""
    database = tmp_path / "brink.db"
    with_cast(f"sqlite:///{database}")
    with EmbeddedServer(f"sqlite:///{database}", tmp_path) as server:
        acknowledged, fetched = kill_while_they_upload(server, database, uploads=20, kills=4)
    lying = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "files").glob("??/*")}
    all_is_whole(database, acknowledged, fetched, lying)


@pytest.fixture
def own_bucket():
    """And what killed servers left on their way to it, under var/, is thrown away."""
    before = set(INCOMING.glob("*"))
    with BucketServer() as server:
        server.empty()
        yield server
    for path in set(INCOMING.glob("*")) - before:
        path.unlink()


@pytest.mark.slow
def test_a_bucket_gets_large_files_whole_and_no_server_holds_them_in_memory(tmp_path, own_bucket):
    """DOC-12, as above; and 50 MB both ways, of which the server never has more than a little."""
    database = tmp_path / "brink.db"
    with_cast(f"sqlite:///{database}")
    keys = dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), own_bucket.KEYS, strict=True))
    with EmbeddedServer(f"sqlite:///{database}", tmp_path, STORAGE_URL=own_bucket.url, **keys) as server:
        uploader, large = Uploader(server, "anna", 1), os.urandom(LARGE)
        uploader.send(b"So that all is loaded that will be needed")
        fetched_by(uploader.client, database)
        before = most_memory(server)
        uploader.send(large)
        assert hashlib.sha256(large).hexdigest() in fetched_by(uploader.client, database)
        assert most_memory(server) - before < LARGE // 2
        acknowledged, fetched = kill_while_they_upload(server, database, uploads=6, kills=1)
    all_is_whole(database, acknowledged, fetched, own_bucket.sums())


def most_memory(server):
    """Bytes that the processes of this server had at their most; none where nobody tells."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            if os.getpgid(int(status.parent.name)) == server.process.pid:
                found += int(re.search(r"VmHWM:\s*(\d+)|$", status.read_text())[1] or 0) * 1024
    return found

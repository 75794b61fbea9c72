"""kill -9 while people upload: what was acknowledged is there whole, and no part of a file can be reached."""

import hashlib
import os
import sqlite3
import threading
from http.client import HTTPException
from urllib.error import HTTPError
from uuid import uuid4

import pytest

from tests.conftest import PASSWORD
from tests.faults.embedded import Client, EmbeddedServer, with_cast
from tests.servers import wait_until

UPLOADERS = ("anna", "bram", "otto", "sander", "mark")
UPLOADS = 20  # each
KILLS = 4
SIZE = 200_000  # bytes


class Uploader(threading.Thread):
    def __init__(self, server, key):
        super().__init__(daemon=True)
        self.client, self.acknowledged, self.unanswered, self.refused = Client(server), [], 0, []
        self.is_stopped = threading.Event()
        self.client.sign_in(f"{key}@brink.example", PASSWORD)

    def run(self):
        while len(self.acknowledged) < UPLOADS and not self.is_stopped.is_set():
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


@pytest.mark.slow
def test_an_acknowledged_upload_is_there_whole_however_often_the_server_is_killed(tmp_path):
    """DOC-12, section 7.9; issue B: none acknowledged is lost, no partial file can be reached."""
    database = tmp_path / "brink.db"
    with_cast(f"sqlite:///{database}")
    with EmbeddedServer(f"sqlite:///{database}", tmp_path) as server:
        uploaders = [Uploader(server, key) for key in UPLOADERS]
        for each in uploaders:
            each.start()
        try:
            for kill in range(1, KILLS + 1):
                goal = len(uploaders) * UPLOADS * kill // (KILLS + 2)
                assert wait_until(lambda goal=goal: uploaded_by(uploaders) >= goal, 90)
                server.kill()
                server.start()
            for each in uploaders:
                each.join(90)
        finally:
            for each in uploaders:
                each.is_stopped.set()
        assert [each.refused for each in uploaders] == [[]] * len(uploaders)
        assert sum(each.unanswered for each in uploaders) >= KILLS  # or nothing was cut off
        fetched = fetched_by(uploaders[0].client, database)
    assert all(found == name for name, found in fetched.items())
    with sqlite3.connect(database) as connection:
        known = {row[0] for row in connection.execute("SELECT sha256 FROM file_contents")}
    lying = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (tmp_path / "files").glob("??/*")}
    assert all(name == found for name, found in lying.items())
    assert {sha256 for each in uploaders for sha256 in each.acknowledged} <= set(fetched) <= known <= set(lying)

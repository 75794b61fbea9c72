"""A power cut takes what the disk was not asked to keep, which no kill of a process shows: the asking is counted."""

import hashlib
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tests.conftest import PASSWORD
from tests.faults.embedded import Client, with_cast
from tests.faults.watched import Named, Synced, WatchedServer, steps_in, strace_to
from tests.marketplace.conftest import fields, photo

COMMITS = 5
COMMIT = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode=WAL")
connection.execute(f"PRAGMA synchronous={sys.argv[2]}")
connection.execute("CREATE TABLE kept (number)")
for number in range(int(sys.argv[3])):
    connection.execute("INSERT INTO kept VALUES (?)", (number,))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("power")
    with_cast(f"sqlite:///{folder / 'brink.db'}")
    with WatchedServer(f"sqlite:///{folder / 'brink.db'}", folder) as server:
        yield server


@pytest.fixture(scope="module")
def client(server):
    client = Client(server)
    client.sign_in("bram@brink.example", PASSWORD)
    return client


def syncs_of(server, steps):
    return steps.count(Synced(str(server.folder / "brink.db-wal")))


@pytest.mark.slow
def test_the_disk_has_a_reply_before_anybody_hears_that_it_stands(server, client):
    """trust: an acknowledgement is sent only after COMMIT (fsync). DISC-19"""
    place = client.post_for_json("/groups/energie/threads", title="Onder stroom", body="Wie schrijft er mee?")["url"]
    thread_id = re.match(r"/threads/(\d+)", place)[1]
    for number in range(COMMITS):
        client.post(f"/threads/{thread_id}/posts", body=f"Antwoord {number}", client_id=str(uuid4()))
    replies = server.answered(COMMITS)
    assert {reply.request for reply in replies} == {f"POST /threads/{thread_id}/posts"}
    assert all(syncs_of(server, reply.steps) >= 1 for reply in replies), replies


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["document", "photo"])
def test_the_disk_has_a_file_before_its_name_and_its_name_before_its_row(server, client, kind):
    """trust: written to a temporary file, fsynced, then named by SHA-256, then the row committed. DOC-12, MKT-6"""
    if kind == "document":
        client.send_file("/groups/energie/documents", "verslag.bin", b"Verslag van de dag")
    else:
        client.send_file("/market", "hal.jpg", photo((60, 40)).getvalue(), part="photos", **fields())
    [upload] = server.answered(1)
    named = [step for step in upload.steps if isinstance(step, Named)]
    assert len(named) == 1, upload
    [(before, path)] = named
    content = Path(path)
    assert hashlib.sha256(content.read_bytes()).hexdigest() == content.name
    at = upload.steps.index(named[0])
    assert Synced(before) in upload.steps[:at]
    assert upload.steps[at + 1 : at + 3] == [Synced(str(content.parent)), Synced(str(server.folder / "files"))]
    assert syncs_of(server, upload.steps[:at]) == 0
    assert syncs_of(server, upload.steps[at:]) >= 1


@pytest.mark.slow
@pytest.mark.parametrize(("synchronous", "enough"), [("FULL", True), ("NORMAL", False)])
def test_the_counting_tells_a_sqlite_that_waits_for_the_disk_from_one_that_does_not(tmp_path, synchronous, enough):
    """The control: no kill of a process tells the two apart."""
    trace, file = tmp_path / "trace", tmp_path / "kept.db"
    command = [sys.executable, "-c", COMMIT, file, synchronous, str(COMMITS)]
    subprocess.run([*strace_to(trace), *command], check=True, timeout=60)
    assert (steps_in(trace).count(Synced(f"{file}-wal")) >= COMMITS) == enough

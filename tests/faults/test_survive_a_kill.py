"""kill -9 while people write: what was acknowledged is stored, once, in one order; the rest can be sent again.

Every fifth reply brings a file along: it is there whole, with its reply and once, or not at all.
"""

import hashlib
import json
import os
import sqlite3
import threading
import urllib.error
from http.client import HTTPException
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.core.extensions import db
from tests.conftest import PASSWORD
from tests.faults.embedded import Client, EmbeddedServer, with_cast
from tests.servers import wait_until

WRITERS = ("anna", "bram", "otto", "sander", "mark")
REPLIES = 45  # each; sixty writes a minute is what a person may do
KILLS = 4
WITH_FILE = 5  # every so many replies
TOO_MANY = 429  # said to who sends more than a person may in a minute, as the bench does
SIZE = 100_000  # bytes


class Writer(threading.Thread):
    """Sends one reply after another; what gets no answer is sent again, under the same name, until it does."""

    def __init__(self, server, key, thread_id, replies):
        super().__init__(daemon=True)
        self.replies = replies
        self.client, self.key, self.thread_id = Client(server), key, thread_id
        self.acknowledged = {}  # client_id → (id, position), in the order of the answers
        self.brought = {}  # client_id → the sum of the file that goes with it
        self.unanswered = 0
        self.refused = []
        self.is_stopped = threading.Event()
        self.client.sign_in(f"{key}@brink.example", PASSWORD)

    def run(self):
        for number in range(self.replies):
            client_id, brought = str(uuid4()), os.urandom(SIZE) if number % WITH_FILE == 0 else b""
            if brought:
                self.brought[client_id] = hashlib.sha256(brought).hexdigest()
            while client_id not in self.acknowledged and not self.is_stopped.is_set():
                try:
                    self.acknowledged[client_id] = self.send(client_id, f"{self.key} {number}", brought)
                except urllib.error.HTTPError as refusal:
                    if refusal.code != TOO_MANY or self.replies <= REPLIES:
                        self.refused.append(refusal.code)
                        return
                    self.is_stopped.wait(1)
                except (OSError, HTTPException, ValueError):  # no connection, or half an answer
                    self.unanswered += 1
                    self.is_stopped.wait(0.05)

    def send(self, client_id, body, brought=b""):
        path, fields = f"/threads/{self.thread_id}/posts", {"body": body, "client_id": client_id}
        if brought:
            placed = json.loads(self.client.send_file(path, f"{client_id}.bin", brought, **fields))
        else:
            placed = self.client.post_for_json(path, **fields)
        return placed["id"], placed["position"]


def rows(path, statement, *values):
    with sqlite3.connect(path) as connection:
        return connection.execute(statement, values).fetchall()


def start_a_thread(server):
    client = Client(server)
    client.sign_in("anna@brink.example", PASSWORD)
    client.post("/groups/energie/threads", title="Onder stroom", body="Wie schrijft er mee?")


@pytest.mark.slow
def test_what_was_acknowledged_is_stored_once_however_often_the_server_is_killed(tmp_path):
    """trust: acked means kept, once, same order for all. DISC-19, DISC-21, DISC-27"""
    writers, fetched = write_under_kills(tmp_path)
    assert_nothing_was_lost_or_doubled(tmp_path, writers, fetched)


def write_under_kills(folder, *, replies=REPLIES, kills=KILLS, patience=90):
    """The writers, and by the number of each file the sum of what a member gets of it in the end."""
    database_file = folder / "brink.db"
    with_cast(f"sqlite:///{database_file}")
    with EmbeddedServer(f"sqlite:///{database_file}", folder) as server:
        start_a_thread(server)
        [(thread_id,)] = rows(database_file, "SELECT id FROM threads")
        writers = [Writer(server, key, thread_id, replies) for key in WRITERS]
        for writer in writers:
            writer.start()
        before_kill = {}
        try:
            for kill in range(1, kills + 1):
                goal = len(writers) * replies * kill // (kills + 2)
                assert wait_until(lambda goal=goal: placed_by(writers) >= goal, patience)
                server.kill()
                before_kill |= {id_: answer for writer in writers for id_, answer in dict(writer.acknowledged).items()}
                server.start()
            for writer in writers:
                writer.join(patience)
        finally:
            for writer in writers:
                writer.is_stopped.set()
        assert [writer.refused for writer in writers] == [[]] * len(writers)
        assert placed_by(writers) == len(writers) * replies
        assert sum(writer.unanswered for writer in writers) >= kills  # or nothing was cut off
        assert len(before_kill) >= kills
        again = [resent(writer, before_kill) for writer in writers]
        assert all(first == second for pairs in again for first, second in pairs)
        fetched = {number: writers[0].client.sum_of(f"/attachments/{number}")
                   for (number,) in rows(database_file, "SELECT id FROM attachments")}  # fmt: skip
    return writers, fetched


def assert_nothing_was_lost_or_doubled(folder, writers, fetched):
    database_file = folder / "brink.db"
    stored = {
        row[0]: row[1:]
        for row in rows(database_file, "SELECT client_id, id, position FROM posts WHERE position > 1 ORDER BY position")
    }
    acknowledged = {id_: answer for writer in writers for id_, answer in writer.acknowledged.items()}
    assert stored == acknowledged
    positions = [row[0] for row in rows(database_file, "SELECT position FROM posts ORDER BY position")]
    assert positions == list(range(1, sum(writer.replies for writer in writers) + 2))
    [(last,)] = rows(database_file, "SELECT last_position FROM threads")
    assert last == positions[-1]
    files = rows(database_file, "SELECT a.id, p.client_id, a.sha256 FROM attachments a "
                                "LEFT JOIN posts p ON p.id = a.post_id")  # fmt: skip
    brought = {id_: sha256 for writer in writers for id_, sha256 in writer.brought.items()}
    assert sorted(row[1:] for row in files) == sorted(brought.items())  # each with its reply, and once
    assert fetched == {number: sha256 for number, _client_id, sha256 in files}
    lying = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "files").glob("??/*")}
    assert all(name == found for name, found in lying.items())
    assert rows(database_file, "PRAGMA integrity_check") == [("ok",)]


def placed_by(writers):
    return sum(len(writer.acknowledged) for writer in writers)


def resent(writer, before_kill):
    """The same act sent again after the last kill, for some of what was acknowledged before it."""
    ours = [id_ for id_ in writer.acknowledged if id_ in before_kill][:4]
    return [(writer.acknowledged[id_], writer.send(id_, "Een andere tekst telt niet.")) for id_ in ours]


def test_a_commit_is_on_disk_before_it_is_acknowledged(app, database):
    """trust: NORMAL passes every kill test and still loses data when the power goes."""
    if database == "sqlite":
        settings = {name: db.session.execute(text(f"PRAGMA {name}")).scalar()
                    for name in ("synchronous", "journal_mode", "foreign_keys", "busy_timeout")}  # fmt: skip
        assert settings == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 15_000}
    else:  # the server of the tests gives durability up for speed; the program asks nothing less than it offers
        own = text("SELECT source FROM pg_settings WHERE name = 'synchronous_commit'")
        assert db.session.execute(own).scalar() in ("command line", "default", "configuration file")

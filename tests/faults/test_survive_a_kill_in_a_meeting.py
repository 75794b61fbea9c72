"""kill -9 in the middle of a meeting: what was acknowledged is in the log once, and every log is the same."""

import sqlite3
import subprocess
import sys
import threading
from http.client import HTTPException
from urllib.error import HTTPError
from uuid import uuid4

import pytest

from tests.conftest import PASSWORD
from tests.faults.embedded import ROOT, Client, EmbeddedServer, with_cast
from tests.servers import wait_until

SPEAKERS = ("anna", "bram", "otto", "sander", "mark")
LINES = 16  # each; bench/kills.py takes more of both
KILLS = 2
OPEN = """
import sys
from datetime import timedelta
from pathlib import Path
from app import create_app
from app.core.clock import now
from app.core.extensions import db
from app.meetings import service
from app.meetings.models import Purpose
from app.meetings.service import ItemPlan, Plan, Times
from tests.conftest import actor_named, group_called, settings_for
with create_app(settings_for(sys.argv[1], Path("/nonexistent")), at_once=True).app_context():
    anna, dirk, group = actor_named("anna"), actor_named("dirk"), group_called("energie")
    begins = now() + timedelta(minutes=5)
    made = service.plan_meeting(dirk, group, Plan(title="Onder stroom", chair_id=anna.tie_id),
                                Times(begins, begins + timedelta(hours=2)))
    service.add_item(dirk, made, ItemPlan(title="Restwarmte", purpose=Purpose.DISCUSS, planned_min=60))
    service.publish_agenda(dirk, made, reason="Voor de proef.")
    for key in sys.argv[2:]:
        service.confirm_statement(actor_named(key), made, version=1)
        service.come_in(actor_named(key), made)
    service.open_meeting(anna, made)
    service.next_item(anna, made)
    print(made.id)
    db.session.remove()
"""


class Speaker(threading.Thread):
    """Says one line after another by plain POST; what gets no answer is said again under the same name."""

    def __init__(self, server, key, meeting_id, lines):
        super().__init__(daemon=True)
        self.client, self.key, self.room, self.lines = Client(server), key, f"/meetings/{meeting_id}", lines
        self.acknowledged = {}  # client_id → seq
        self.log = {}  # seq → event, fetched as a page without a socket does
        self.unanswered, self.refused = 0, []
        self.is_stopped = threading.Event()
        self.client.sign_in(f"{key}@brink.example", PASSWORD)

    def run(self):
        for number in range(self.lines):
            client_id = str(uuid4())
            while client_id not in self.acknowledged and not self.is_stopped.is_set():
                try:
                    said = self.client.post_for_json(f"{self.room}/say", client_id=client_id,
                                                     body=f"{self.key} {number}")  # fmt: skip
                    self.acknowledged[client_id] = said["result"]["seq"]
                    self.look()
                except HTTPError as refusal:
                    if refusal.code != 429:
                        self.refused.append(refusal.code)
                        return
                    self.is_stopped.wait(2)  # thirty a minute is what a person may say
                except (OSError, HTTPException, ValueError):  # no connection, or half an answer
                    self.unanswered += 1
                    self.is_stopped.wait(0.05)

    def look(self):
        """Fetch what came after the last that is there without a gap."""
        page = self.client.get_json(f"{self.room}/events?after={len(self.log)}")
        for event in page["events"]:
            assert self.log.setdefault(event["seq"], event)["type"] == event["type"]

    def look_until_all_is_there(self):
        before = -1
        while len(self.log) != before:
            before = len(self.log)
            self.look()


def meeting_in(url):
    made = subprocess.run([sys.executable, "-c", OPEN, url, *SPEAKERS], cwd=ROOT, check=True, timeout=120,
                          capture_output=True, text=True)  # fmt: skip
    return int(made.stdout.split()[-1])


def said_by(speakers):
    return sum(len(speaker.acknowledged) for speaker in speakers)


def hold_a_meeting_under_kills(folder, *, lines, kills, **settings):
    """(speakers, the file of the database) after a meeting in which the server was killed so often."""
    database = folder / "brink.db"
    with_cast(f"sqlite:///{database}")
    meeting_id = meeting_in(f"sqlite:///{database}")
    with EmbeddedServer(f"sqlite:///{database}", folder, **settings) as server:
        speakers = [Speaker(server, key, meeting_id, lines) for key in SPEAKERS]
        for speaker in speakers:
            speaker.start()
        try:
            for kill in range(1, kills + 1):
                goal = len(speakers) * lines * kill // (kills + 2)
                assert wait_until(lambda goal=goal: said_by(speakers) >= goal, 90 + 3 * lines)
                server.kill()
                server.start()
            for speaker in speakers:
                speaker.join(90 + 3 * lines)
        finally:
            for speaker in speakers:
                speaker.is_stopped.set()
        for speaker in speakers:
            speaker.look_until_all_is_there()
    return speakers, database


def assert_nothing_was_lost_or_doubled(speakers, database, *, lines, kills):
    assert [speaker.refused for speaker in speakers] == [[]] * len(speakers)
    assert said_by(speakers) == len(speakers) * lines
    assert sum(speaker.unanswered for speaker in speakers) >= kills  # or nothing was cut off
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT seq, type, client_id FROM log_entries ORDER BY seq").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
    stored = {client_id: seq for seq, kind, client_id in rows if kind == "line"}
    assert stored == {name: seq for speaker in speakers for name, seq in speaker.acknowledged.items()}
    server_log = [(seq, kind) for seq, kind, _client_id in rows]
    for speaker in speakers:
        assert [(seq, event["type"]) for seq, event in sorted(speaker.log.items())] == server_log


@pytest.mark.slow
def test_every_line_that_was_acknowledged_is_there_once_and_every_log_is_the_servers(tmp_path):
    """MTG-28, 29, 30; section 7.1; trust, Reliability promises."""
    speakers, database = hold_a_meeting_under_kills(tmp_path, lines=LINES, kills=KILLS)
    assert_nothing_was_lost_or_doubled(speakers, database, lines=LINES, kills=KILLS)

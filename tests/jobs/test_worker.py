"""flask worker: a process that does what was put off, and stops when it is told to (interface.md)."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from app.core.extensions import db
from app.jobs.models import Round
from tests.jobs.worker import ROOT, SECRET, Worker
from tests.servers import Answer, Redis, wait_until


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_says_one_line_and_stops_when_asked(app, tmp_path, number):
    with Redis() as redis:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        worker = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "worker"], cwd=ROOT, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env={
                **kept, "SECRET_KEY": SECRET, "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
                "REDIS_URL": redis.url, "STORAGE_URL": f"file://{tmp_path}/files", "LOG_LEVEL": "WARNING"})  # fmt: skip
        said = worker.stdout.readline()
        worker.send_signal(number)
        rest, _ = worker.communicate(timeout=20)
    assert (said, rest, worker.returncode) == ("Brink works on what waits in Redis, in 2 threads.\n", "", 0)


@pytest.mark.slow
def test_a_worker_that_is_told_to_stop_ends_its_letter_and_leaves_the_rest(app, tmp_path, letters_waiting, mail_server,
                                                                           letter_states):  # fmt: skip
    """Nothing is uncertain after a restart."""
    go_on = threading.Event()
    mail_server.script(Answer(until=go_on))
    letters_waiting(3)
    with Worker(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, mail_url=mail_server.url) as worker:
        assert wait_until(lambda: mail_server.reached == ["DATA"], 30), worker.said()
        worker.process.send_signal(signal.SIGTERM)
        threading.Timer(0.5, go_on.set).start()  # by then it knows
        assert worker.process.wait(20) == 0
    assert letter_states() == ["sent", "waiting", "waiting"]
    assert len(mail_server.deliveries) == 1


@pytest.mark.slow
def test_while_redis_is_away_the_clock_of_a_worker_goes_on(app, tmp_path, letters_waiting, mail_server, letter_states):
    """trust: degraded, not down. The queue only wakes."""
    redis = Redis()
    with redis, Worker(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, redis_url=redis.url,
                       mail_url=mail_server.url) as worker:  # fmt: skip
        assert wait_until(lambda: db.session.rollback() or db.session.query(Round).count() > 5, 30)
        redis.stop()
        letters_waiting(2)
        db.session.query(Round).delete()  # as if the next minute had come
        db.session.commit()
        assert wait_until(lambda: letter_states() == ["sent", "sent"], 70), worker.said()[-3000:]


def test_who_writes_a_letter_does_not_wait_for_the_mail_server(visitor, app, mail_server, monkeypatch):
    """trust: a hanging mail server. The answer comes while nobody has spoken to the server yet."""
    calls = []
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    monkeypatch.setattr(app.extensions["jobs"], "run", lambda *call: calls.append(call))
    mail_server.script(Answer(wait=3600, at="MAIL"))
    page = visitor.post("/login/code/send", data={"email": "anna@brink.example"})
    assert page.status_code == 303
    assert (mail_server.reached, len(calls)) == ([], 1)

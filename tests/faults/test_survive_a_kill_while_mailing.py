"""kill -9 of workers that mail: no letter is lost, none goes twice; what may have gone stays uncertain (NTF-5)."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from app.core.extensions import db
from app.mail.models import Letter, LetterState
from app.mail.tasks import send_waiting_letters
from tests.jobs.worker import Worker, call_all
from tests.servers import Answer, MailServer, Redis, wait_until

pytestmark = pytest.mark.slow
SEND = "app.mail.tasks.send_letter"
PATIENCE = 120  # seconds


@dataclass
class Post:
    """A mail server of this process, letters that wait for it, and workers in processes of their own."""

    url: str
    folder: Path
    server: MailServer
    write: Callable
    states: Callable

    def worker(self, redis_url=""):
        """On the queue in a file, or in this Redis."""
        return Worker(self.url, self.folder, redis_url=redis_url, mail_url=self.server.url)

    @contextmanager
    def worker_that_reaches(self, step, **how):
        """It has claimed all letters, and waits for the answer to this command about the first."""
        self.server.script(Answer(at=step, **how))
        with self.worker() as worker:
            assert wait_until(lambda: self.server.reached == [step], 30), worker.said()
            yield worker

    def came(self):
        return [delivery.message["Message-ID"] for delivery in self.server.deliveries]


@pytest.fixture
def post(app, tmp_path, mail_server, letters_waiting, letter_states):
    return Post(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, mail_server, letters_waiting, letter_states)


@pytest.fixture
def another_comes(app, mail_server, monkeypatch, clock):
    """Another worker, in this process and ten minutes later: leases are over by then."""

    def come():
        clock.forward(minutes=10)
        monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
        db.session.rollback()
        send_waiting_letters()

    return come


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
def test_a_worker_killed_before_the_hand_over_is_taken_over_by_another(post, another_comes, step):
    post.write(3)
    with post.worker_that_reaches(step, wait=3600) as worker:
        worker.kill()
    assert post.states() == ["claimed"] * 3
    another_comes()
    assert post.states() == ["sent"] * 3
    assert len(set(post.came())) == len(post.came()) == 3


def test_a_worker_killed_in_the_hand_over_leaves_one_letter_that_nobody_sends_again(post, another_comes):
    post.write(3)
    with post.worker_that_reaches("DATA", wait=3600) as worker:
        worker.kill()
    assert post.states() == ["sending", "claimed", "claimed"]
    another_comes()
    another_comes()
    assert post.states() == ["uncertain", "sent", "sent"]
    assert len(set(post.came())) == len(post.came()) == 2


def test_a_worker_killed_after_the_hand_over_has_sent_it_once(post, another_comes):
    """The server has taken it, and the worker dies before it can write that down."""
    go_on = threading.Event()
    post.write(2)
    with post.worker_that_reaches("DATA", until=go_on) as worker, nobody_else_writes(post.url):
        go_on.set()
        assert wait_until(lambda: len(post.server.deliveries) == 1, 30)
        worker.kill()
    assert post.states() == ["sending", "claimed"]
    another_comes()
    another_comes()
    assert post.states() == ["uncertain", "sent"]
    assert len(set(post.came())) == len(post.came()) == 2


@pytest.mark.parametrize("queue", ["file", "redis"])
def test_two_workers_on_one_queue_send_a_thousand_letters_once_each(post, queue):
    """Notifications 8.4"""
    with Redis() as redis:
        url = redis.url if queue == "redis" else ""
        call_all(post.folder, url, *((SEND, number) for number in post.write(1000)))
        with post.worker(url) as one, post.worker(url) as other:
            assert wait_until(lambda: len(post.server.deliveries) >= 1000, PATIENCE), (one.said(), other.said())
            assert [one.stop(), other.stop()] == [0, 0]
    assert set(post.states()) == {"sent"}
    assert len(set(post.came())) == len(post.came()) == 1000


def test_workers_that_are_killed_again_and_again_lose_and_double_nothing(post, another_comes):
    """Two at a time, three kills among five hundred letters, at whatever step each is then."""
    kills = 3
    with Redis() as redis:
        numbers = post.write(500)
        workers = [post.worker(redis.url), post.worker(redis.url)]
        try:
            for kill in range(kills):
                call_all(post.folder, redis.url, (SEND, numbers[0]), (SEND, numbers[1]))
                seen = len(post.server.deliveries)
                assert wait_until(lambda seen=seen: len(post.server.deliveries) > seen + 10, PATIENCE)
                workers[kill % 2].kill()
                workers[kill % 2] = post.worker(redis.url)
        finally:
            for worker in workers:
                worker.kill()
    another_comes()
    another_comes()
    states, came = post.states(), post.came()
    assert set(states) <= {"sent", "uncertain"}
    assert states.count("uncertain") <= kills + len(workers)
    assert len(set(came)) == len(came)
    sent = {letter.message_id for letter in db.session.query(Letter) if letter.state is LetterState.SENT}
    assert sent <= set(came)


@contextmanager
def nobody_else_writes(url):
    """Hold what a worker needs to write down how a letter went."""
    db.session.rollback()
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as held:
            held.execute("BEGIN IMMEDIATE")
            yield
            held.execute("ROLLBACK")
    else:
        with psycopg.connect(url.replace("+psycopg", "")) as held:
            held.execute("LOCK TABLE letters IN SHARE ROW EXCLUSIVE MODE")
            yield
            held.rollback()

"""Periodic work is done once, however many processes there are, and nothing is left to clean up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text

from app.core.clock import now
from app.core.extensions import db
from app.jobs import service as jobs
from app.jobs.models import Round
from app.jobs.service import AGAIN, MINUTE, each_minute, each_night
from tests.jobs.worker import Worker
from tests.servers import Redis, wait_until

done = []
MORNING = datetime(2026, 3, 10, 12, 0, 30, tzinfo=UTC)


def each(*_):
    done.append("each")


def failing(*_):
    done.append("failing")
    raise RuntimeError("on purpose")


@pytest.fixture(autouse=True)
def clean(monkeypatch):
    done.clear()
    monkeypatch.setattr(jobs, "_rhythms", {})


@pytest.fixture
def sweep(app, clock):
    clock.set(MORNING)
    return app.extensions["jobs"]._sweep


def test_a_round_is_gone_once_a_minute(sweep, clock):
    each_minute(each)
    for _time in range(3):
        sweep()
    assert done == ["each"]
    clock.forward(seconds=30)
    sweep()
    assert done == ["each"] * 2


def test_a_minute_that_nobody_was_there_is_not_made_up_for(sweep, clock):
    each_minute(each)
    sweep()
    clock.forward(hours=3)
    sweep()
    sweep()
    assert done == ["each"] * 2


def test_many_at_once_go_each_round_once(app, sweep, clock):
    each_minute(each)
    for _minute in range(5):
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda _: sweep(), range(6)))
        clock.forward(minutes=1)
    assert done == ["each"] * 5


def test_night_work_is_done_at_half_past_three_or_when_a_process_comes_back(sweep, clock):
    """FILE sweep: a server that was being started at that minute does it all the same."""
    each_night(each)
    sweep()
    assert done == []
    clock.set(datetime(2026, 3, 11, 2, 29, tzinfo=UTC))  # in Assen it is 3:29
    sweep()
    assert done == []
    clock.forward(hours=4)
    sweep()
    sweep()
    assert done == ["each"]


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_the_nights_in_which_the_clock_changes_have_one_round_too(sweep, clock, day):
    each_night(each)
    clock.set(day - timedelta(hours=10))
    for _quarter in range(24 * 4):
        sweep()
        clock.forward(minutes=15)
    assert done == ["each"]


def test_night_work_that_failed_is_tried_again_within_minutes(sweep, clock, caplog):
    """And so is that of a process which was killed in the middle of it."""
    each_night(failing)
    sweep()
    clock.forward(hours=20)
    sweep()
    sweep()
    assert done == ["failing"]
    clock.forward(seconds=AGAIN.total_seconds())
    sweep()
    assert done == ["failing"] * 2


def test_a_clock_that_is_set_back_an_hour_stops_no_round(sweep, clock):
    """trust: clock one hour back"""
    each_minute(each)
    sweep()
    clock.forward(hours=-1)
    sweep()
    assert done == ["each"] * 2


def test_who_stands_in_waits_a_minute_for_a_worker(app, sweep, clock):
    """With Redis jobs are for workers; what none has begun for a minute the server does."""
    each_minute(each)
    sweep(MINUTE)
    assert done == []
    clock.forward(minutes=1)
    sweep()  # a worker
    clock.forward(seconds=30)
    sweep(MINUTE)
    assert done == ["each"]
    clock.forward(minutes=2)
    sweep(MINUTE)
    assert done == ["each"] * 2


def test_a_database_that_is_away_for_a_minute_ends_no_clock(sweep, monkeypatch, caplog):
    each_minute(each)
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "select", lambda *_: text("SELECT gone"))
        sweep()
    assert "asked again in a minute" in caplog.text
    sweep()
    assert done == ["each"]


@pytest.mark.slow
@pytest.mark.parametrize("queue", ["file", "redis"])
def test_two_workers_go_each_round_once(app, tmp_path, queue):
    """Two real ones, on one database; the night's work is due too."""
    db.session.execute(delete(Round))
    db.session.add(Round(name="tests.jobs.rounds.note_night", due_at=now() - timedelta(hours=1)))
    db.session.commit()
    with Redis() as redis:
        more = {"module": "tests.jobs.rounds", "redis_url": redis.url if queue == "redis" else ""}
        workers = [Worker(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path, **more) for _number in range(2)]
        with workers[0], workers[1]:
            assert wait_until(lambda: (tmp_path / "rounds").exists(), 20)
            assert wait_until(all_rounds_are_gone, 20)
            assert [worker.stop() for worker in workers] == [0, 0], [worker.said() for worker in workers]
    noted = [line.split()[:2] for line in (tmp_path / "rounds").read_text().splitlines()]
    assert len({tuple(each) for each in noted}) == len(noted)  # none twice in a minute
    assert [what for what, _minute in noted].count("night") == 1
    assert {what for what, _minute in noted} == {"minute", "night"}


def all_rounds_are_gone():
    db.session.rollback()
    due = db.session.scalars(select(Round.due_at).where(Round.name.startswith("tests.jobs.rounds"))).all()
    return len(due) == 2 and min(due) > now()

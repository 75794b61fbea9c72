"""Work for later: asked for after the commit, done once or again, and lost without harm."""

import json
import os

import pytest

from app import create_app
from app.core.extensions import db
from app.jobs import service as jobs
from app.jobs.service import Plain, each_minute, later, task
from tests.conftest import settings_for
from tests.servers import wait_until

done = []


@task
def note(*ids):
    done.append(ids)


@task
def break_down(*_ids):
    raise RuntimeError("on purpose")


@pytest.fixture(autouse=True)
def clean():
    done.clear()
    kept = dict(jobs._rhythms)
    yield
    jobs._rhythms.clear()
    jobs._rhythms.update(kept)


@pytest.fixture(params=["file", pytest.param("redis", marks=pytest.mark.slow)])
def engine(request, tmp_path):
    """The embedded engine on a file, and the one on Redis, each with a worker."""
    # a database of Redis for each who tests at the same time: there is one queue in each
    place = os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]
    more = {"redis_url": f"{request.getfixturevalue('redis').url[:-1]}{place}"} if request.param == "redis" else {}
    app = create_app(settings_for(f"sqlite:///{tmp_path}/x.db", tmp_path, **more))
    consumer = app.extensions["jobs"].start()
    yield app
    consumer.stop(graceful=True)
    with app.app_context():
        db.engine.dispose()


def test_what_is_asked_for_later_is_done(engine):
    later(engine, note, 1, 2)
    assert wait_until(lambda: done == [(1, 2)], 20)


def test_a_job_that_fails_stops_no_other(engine):
    later(engine, break_down)
    later(engine, note, 3)
    assert wait_until(lambda: (3,) in done, 20)


def test_a_job_of_another_version_is_passed_over(engine, caplog):
    engine.extensions["jobs"].run("app.gone.tasks.vanished", 1)
    later(engine, note, 4)
    assert wait_until(lambda: (4,) in done, 20)


def test_a_queue_that_cannot_be_reached_loses_nothing_but_time(app, monkeypatch, caplog):
    """The row is the truth: the sweep of the next minute finds it."""
    monkeypatch.setattr(app.extensions["jobs"], "run", lambda *_: 1 / 0)
    later(app, note, 5)
    assert done == []
    assert "the sweep of the next minute finds it" in caplog.text


def test_the_sweep_goes_on_where_one_of_its_tasks_fails(app):
    each_minute(break_down)
    each_minute(note)
    app.extensions["jobs"]._sweep()
    assert done == [()]


def test_what_lies_in_the_queue_is_json_and_never_code():
    """Who can write to the queue must not be able to run something."""
    with pytest.raises(UnicodeDecodeError):
        Plain()._deserialize(b"\x80\x04\x95\x00.")
    assert json.loads(Plain()._serialize(("id", "run", None, 0, 0, [["x", 1], {}], {}, None, None)))

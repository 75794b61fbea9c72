"""Do it later. A task takes ids only, finds its work in the database, and may be asked twice."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from app.core.clock import local, local_midnight, now
from app.core.db import insert_unless_there, upsert
from app.core.extensions import db
from app.core.memory import left_out
from app.core.transaction import atomic
from app.jobs.models import Round

with left_out("psycopg"):  # for a queue in PostgreSQL, which ours never is: 9 MiB of a server on SQLite
    from huey import MemoryHuey, RedisHuey, SqliteHuey
    from huey.api import Huey
    from huey.registry import Message
    from huey.serializer import Serializer

logger = logging.getLogger(__name__)
T = TypeVar("T")
Task = Callable[..., None]
Rhythm = Callable[[datetime], datetime]  # the first due time after a moment
MINUTE = timedelta(minutes=1)
NIGHT = timedelta(hours=3, minutes=30)  # after local midnight
AGAIN = timedelta(minutes=5)  # what was begun and not ended by then, another process takes up
WRONG_CLOCK = timedelta(minutes=10)  # a due time this much too far was set by a clock that has been set back since
WORKERS = 2  # threads
LONGEST_STOP = 15  # seconds
_tasks: dict[str, Task] = {}
_rhythms: dict[Task, Rhythm] = {}


class Plain(Serializer):
    """JSON, never pickle: who can write to the queue must not be able to run code."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data), default=str).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


def task(function: Task) -> Task:
    """Register a function that `later` can call."""
    _tasks[_name(function)] = function
    return function


def each_minute(function: Task) -> Task:
    """Register work that the clock asks for: it finds what is due, and does nothing twice."""
    _rhythms[function] = _next_minute
    return task(function)


def each_night(function: Task) -> Task:
    """The same at half past three, or as soon after it as a process runs; again within minutes where it failed."""
    _rhythms[function] = _next_night
    return task(function)


def later(app: Flask, function: Task, *ids: int) -> None:
    """Wake a worker for this. Call it after the commit: the row is the truth, so a lost call loses nothing."""
    try:
        app.extensions["jobs"].run(_name(function), *ids)
    except Exception:
        logger.exception("could not queue %s; the sweep of the next minute finds it", _name(function))


def is_stopping(app: Flask) -> bool:
    """Asked by long work between two of its steps: what is left waits for the next worker."""
    stopping: bool = app.extensions["jobs"].stopping.is_set()
    return stopping


def hold_off(name: str, span: timedelta) -> None:
    """Nobody in any process does this for a while: whoever does it asks `is_held_off` first."""
    _set_due(name, now() + span)


def is_held_off(name: str) -> bool:
    until = db.session.scalar(select(Round.due_at).where(Round.name == name))
    return until is not None and now() < until < now() + WRONG_CLOCK


def ask_queue(app: Flask) -> int:
    """How many calls wait. Raises what its file or Redis raises when it does not answer."""
    waiting: int = app.extensions["jobs"].huey.pending_count()
    return waiting


class Engine:
    """The queue behind the face: a file beside the database, Redis, or at once in tests."""

    def __init__(self, app: Flask, *, redis_url: str, file: Path, at_once: bool) -> None:
        self.app = app
        self.stopping = threading.Event()
        self.huey = self._huey(redis_url, file, at_once)
        self.run = self.huey.task(name="run")(self._run)
        app.extensions["jobs"] = self

    def start(self) -> "AtWork":
        """Work in threads of this process until stop()."""
        consumer = self.huey.create_consumer(workers=WORKERS, worker_type="thread", periodic=False, initial_delay=0.1,
                                             max_delay=1.0)  # fmt: skip
        consumer._set_signal_handlers = lambda: None  # the process's own handlers must stay
        consumer.start()
        return AtWork(self, consumer, timedelta())

    def stand_in(self) -> "AtWork":
        """Do, until stop(), what the clock asks for and no worker has begun: the site of a dead worker still mails."""
        return AtWork(self, None, MINUTE)

    @staticmethod
    def _huey(redis_url: str, file: Path, at_once: bool) -> Huey:
        common = {"name": "brink", "results": False, "utc": True, "serializer": Plain()}
        if at_once:
            return MemoryHuey(immediate=True, **common)
        if redis_url:
            return RedisHuey(url=redis_url, blocking=True, read_timeout=1, **common)
        file.parent.mkdir(parents=True, exist_ok=True)
        return SqliteHuey(filename=str(file), fsync=True, timeout=15, strict_fifo=True, **common)

    def _run(self, name: str, *ids: int) -> None:
        if name not in _tasks:
            logger.error("a job asks for %s, which this version does not know", name)
            return
        with self.app.app_context():
            try:
                _tasks[name](*ids)
            finally:
                db.session.remove()

    def _sweep(self, patience: timedelta = timedelta()) -> None:
        """Every round that has been due for so long, each by itself: one that fails stops no other."""
        try:
            due_at = self._in_a_context(_due_times)
        except SQLAlchemyError:
            logger.exception("the database does not say what is due; asked again in a minute")
            return
        for function, rhythm in list(_rhythms.items()):
            due = due_at[_name(function)]
            if not self.stopping.is_set() and _is_due(due, rhythm, patience):
                self._go_round(function, rhythm, due)

    def _go_round(self, function: Task, rhythm: Rhythm, due_at: datetime) -> None:
        name, following = _name(function), rhythm(now())
        until = min(following, now() + AGAIN)
        try:
            if self._in_a_context(_take, name, due_at, until):
                self._run(name)
                if until < following:
                    self._in_a_context(_set_due, name, rhythm(now()))
        except Exception:
            logger.exception("%s failed; tried again in a minute", name)

    def _in_a_context(self, function: Callable[..., T], *given: Any) -> T:
        with self.app.app_context():
            try:
                return function(*given)
            finally:
                db.session.remove()


class AtWork:
    """The threads that work: a clock, and where there is a `consumer` those that take calls from the queue.

    The clock does not go through the queue: what is due is done also while Redis is away.
    """

    def __init__(self, engine: Engine, consumer: Any, patience: timedelta) -> None:
        self._engine, self._consumer, self._patience = engine, consumer, patience
        engine.stopping.clear()
        self._clock = threading.Thread(target=self._tick, name="clock", daemon=True)
        self._clock.start()

    def stop(self, graceful: bool = True) -> None:
        """Begin nothing any more; `graceful` also waits for what was begun."""
        self._engine.stopping.set()
        if self._consumer:
            self._consumer.stop(graceful=graceful)
        if graceful:
            self._clock.join(LONGEST_STOP)

    def _tick(self) -> None:
        while not self._engine.stopping.is_set():
            self._engine._sweep(self._patience)
            self._engine.stopping.wait((_next_minute(now()) - now()).total_seconds())


def _due_times() -> dict[str, datetime]:
    """Of each round. One that is new is due when its rhythm says so, this minute at the earliest."""
    due_at = {name: moment for name, moment in db.session.execute(select(Round.name, Round.due_at))}
    new = {_name(function): rhythm(now() - MINUTE) for function, rhythm in _rhythms.items()
           if _name(function) not in due_at}  # fmt: skip
    if new:
        _begin(new)
    return due_at | new


def _is_due(due_at: datetime, rhythm: Rhythm, patience: timedelta) -> bool:
    return due_at <= now() - patience or due_at >= rhythm(now()) + WRONG_CLOCK


@atomic
def _begin(rounds: dict[str, datetime]) -> None:
    insert_unless_there(Round, [{"name": name, "due_at": due_at} for name, due_at in rounds.items()], key=("name",))


@atomic
def _take(name: str, due_at: datetime, until: datetime) -> bool:
    """Whether it is ours: of all processes that found it due then, one moves it on."""
    moved = update(Round).where(Round.name == name, Round.due_at == due_at).values(due_at=until)
    return db.session.execute(moved).rowcount == 1  # type: ignore[attr-defined, no-any-return]


@atomic
def _set_due(name: str, due_at: datetime) -> None:
    upsert(Round, {"name": name, "due_at": due_at}, key=("name",), change=("due_at",))


def _next_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0) + MINUTE


def _next_night(moment: datetime) -> datetime:
    tonight = local_midnight(local(moment).date()) + NIGHT
    return tonight if moment < tonight else local_midnight(local(moment).date() + timedelta(days=1)) + NIGHT


def _name(function: Task) -> str:
    return f"{function.__module__}.{function.__name__}"

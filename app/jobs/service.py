"""Do it later. A task takes ids only, finds its work in the database, and may be asked twice."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from huey import MemoryHuey, RedisHuey, SqliteHuey, crontab
from huey.api import Huey
from huey.registry import Message
from huey.serializer import Serializer

from app.core.extensions import db

logger = logging.getLogger(__name__)
Task = Callable[..., None]
_tasks: dict[str, Task] = {}
_each_minute: list[Task] = []


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
    if function not in _each_minute:
        _each_minute.append(function)
    return task(function)


def later(app: Flask, function: Task, *ids: int) -> None:
    """Wake a worker for this. Call it after the commit: the row is the truth, so a lost call loses nothing."""
    try:
        app.extensions["jobs"].run(_name(function), *ids)
    except Exception:
        logger.exception("could not queue %s; the sweep of the next minute finds it", _name(function))


def ask_queue(app: Flask) -> int:
    """How many calls wait. Raises what its file or Redis raises when it does not answer."""
    waiting: int = app.extensions["jobs"].huey.pending_count()
    return waiting


class Engine:
    """The queue behind the face: a file beside the database, Redis, or at once in tests."""

    def __init__(self, app: Flask, *, redis_url: str, file: Path, at_once: bool) -> None:
        self.app = app
        self.huey = self._huey(redis_url, file, at_once)
        self.run = self.huey.task(name="run")(self._run)
        self.huey.periodic_task(crontab(minute="*"), name="sweep")(self._sweep)
        app.extensions["jobs"] = self

    def start(self) -> Any:
        """Work in threads of this process until stop(graceful=True)."""
        consumer = self.huey.create_consumer(workers=2, worker_type="thread", periodic=True, initial_delay=0.1,
                                             max_delay=1.0)  # fmt: skip
        consumer._set_signal_handlers = lambda: None  # the server's own handlers must stay
        consumer.start()
        return consumer

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

    def _sweep(self) -> None:
        for function in _each_minute:
            try:
                self._run(_name(function))
            except Exception:
                logger.exception("%s failed; tried again in a minute", _name(function))


def _name(function: Task) -> str:
    return f"{function.__module__}.{function.__name__}"

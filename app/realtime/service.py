"""Send to browsers. Rooms are named after what they show: "thread:7", "person:3", "session:9"."""

import logging
import threading
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Actor
from app.core.clock import now
from app.core.events import publish
from app.core.extensions import db, socketio
from app.core.transaction import atomic, forget
from app.realtime.events import LinesCut
from app.realtime.models import LiveSignal

logger = logging.getLogger(__name__)
LOOK_EVERY = 2.0  # seconds: so a right that ends by hand cuts its sockets within 5
SWEEP_EVERY = 30.0  # seconds: for rights that end by date
CUT = "cut"
EVERYONE = "everyone"
WINDOW = timedelta(minutes=1)


@dataclass(frozen=True)
class Connection:
    sid: str
    person_id: int
    session_id: int
    token_hash: str = field(repr=False)
    opened_at: datetime = field(default_factory=now)


class Connections:
    """The sockets of this process, and whether this process serves any."""

    def __init__(self) -> None:
        self._open: dict[str, Connection] = {}
        self._lock = threading.Lock()
        self.is_serving = False

    def add(self, connection: Connection) -> None:
        with self._lock:
            self._open[connection.sid] = connection

    def remove(self, sid: str) -> None:
        with self._lock:
            self._open.pop(sid, None)

    def __len__(self) -> int:
        return len(self._open)

    def all(self) -> list[Connection]:
        with self._lock:
            return list(self._open.values())

    def of(self, room: str) -> list[Connection]:
        """Those of "person:3", of "session:9", or of "everyone"."""
        if room == EVERYONE:
            return self.all()
        kind, _, number = room.partition(":")
        return [each for each in self.all() if str(each.person_id if kind == "person" else each.session_id) == number]


connections = Connections()


def broadcast(room: str, name: str, payload: dict[str, Any]) -> None:
    """Tell the open pages of a room; from a command, through the table that servers read."""
    if connections.is_serving:
        socketio.emit(name, payload, to=room)
    else:
        leave_signal(room, name, payload)


def cut_off(*rooms: str) -> None:
    """End the sockets of these rooms everywhere, inside the transaction that ends their right.

    This process does it after the commit; the others find the signal.
    """
    for room in rooms:
        leave_signal(room, CUT, {})
    if rooms:
        publish(LinesCut(actor_id=None, rooms=rooms))


def cut(room: str, *, opened_before: datetime | None = None) -> None:
    """End the sockets of "person:3" or "session:9" in this process.

    Whoever came back since, with the rights they still have, stays.
    """
    for connection in connections.of(room):
        if opened_before is None or connection.opened_at < opened_before:
            _end(connection)


@atomic
def leave_signal(room: str, name: str, payload: dict[str, Any]) -> None:
    db.session.add(LiveSignal(room=room, name=name, payload=payload))


def start_watching(app: Flask) -> None:
    """Read the signals of other processes, and end what has ended by date, until the process stops."""
    connections.is_serving = True
    threading.Thread(target=_watch, args=(app,), name="realtime-watch", daemon=True).start()


def _watch(app: Flask) -> None:
    pause, until_sweep = threading.Event(), SWEEP_EVERY
    passed_on: dict[int, LiveSignal] = {}
    while True:
        try:
            with app.app_context():
                passed_on = pass_on_signals(passed_on)
                if until_sweep <= 0:
                    sweep()
                    until_sweep = SWEEP_EVERY
                db.session.remove()
        except Exception:
            logger.exception("the watch over sockets failed; it goes on")
        pause.wait(LOOK_EVERY)
        until_sweep -= LOOK_EVERY


def recent_signals() -> dict[int, LiveSignal]:
    """The signals of the last minute. By time and not by id: a lower id may be committed after a higher one."""
    recent = select(LiveSignal).where(LiveSignal.made_at > now() - WINDOW).order_by(LiveSignal.id)
    return {signal.id: signal for signal in db.session.scalars(recent)}


def pass_on_signals(passed_on: Container[int]) -> dict[int, LiveSignal]:
    """Emit the recent signals that were not passed on before; the answer is for the next time."""
    recent = recent_signals()
    for id_, signal in recent.items():
        if id_ in passed_on:
            continue
        if signal.name == CUT:
            cut(signal.room, opened_before=signal.made_at)
        else:
            # Every process reads the signal, so each tells its own sockets only.
            socketio.server.emit(signal.name, signal.payload, to=signal.room, ignore_queue=True)
    return recent


def sweep() -> None:
    """Cut connections whose session or tie is over by now, and forget old signals."""
    for connection in connections.all():
        actor = Actor.of_session(connection.token_hash)
        if actor is None or not actor.has_live_tie:
            _end(connection)
    forget(LiveSignal, LiveSignal.made_at < now() - timedelta(hours=1))


def _end(connection: Connection) -> None:
    """Tell the page, then close the line; a page that does not answer is closed all the same."""
    # The socket is one of this process: telling it must not wait for Redis, which may be away.
    socketio.server.emit("session:ended", {}, to=connection.sid, ignore_queue=True)
    try:
        socketio.server.disconnect(connection.sid)
    except KeyError:
        logger.debug("socket %s was gone already", connection.sid)
    connections.remove(connection.sid)

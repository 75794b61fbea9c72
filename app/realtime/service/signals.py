"""Tell browsers, here and through other processes. Rooms are named after what they show: "thread:7", "session:9"."""

import logging
import threading
from collections.abc import Callable, Container
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.events import publish
from app.core.extensions import db, socketio
from app.core.transaction import atomic, forget
from app.realtime.events import LinesCut
from app.realtime.models import LiveSignal
from app.realtime.queries import Said
from app.realtime.service.lines import EVERYONE, connections, cut, hang_up, has_lost_its_step, person_with_a_line

logger = logging.getLogger(__name__)
LOOK_EVERY = 2.0  # seconds: so a right that ends by hand cuts its sockets within 5
SWEEP_EVERY = 30.0  # seconds: for rights that end by date
WATCH_EVERY = 10.0  # seconds: for people who fall silent
CUT = "cut"
WINDOW = timedelta(minutes=1)
_hearers: dict[str, Callable[[dict[str, Any]], None]] = {}
_watchers: list[Callable[[], object]] = []
_ended = threading.Event()


def broadcast(room: str, name: str, payload: dict[str, Any]) -> None:
    """Tell the open pages of a room; from a command, through the table that servers read."""
    if connections.is_serving:
        socketio.emit(name, payload, to=room)
    else:
        leave_signal(room, name, payload)


def broadcast_said(said: Said, name: str, **subject: int) -> None:
    """Tell the list of a room what was said there, with `subject` saying which room that is.

    The sender's own pages that are on the list hear under which name it was sent; those of another process learn it
    from the acknowledgement.
    """
    message = {**subject, **said.as_message(reader_id=None)}
    if not connections.is_serving:
        leave_signal(said.room, name, message)
        return
    own = [each.sid for each in connections.of(f"person:{said.person_id}")] if said.client_id else []
    socketio.emit(name, message, to=said.room, skip_sid=own)
    for sid in own:
        if said.room in socketio.server.rooms(sid):
            socketio.emit(name, {**message, "client_id": said.client_id}, to=sid)


def tell_here(room: str, name: str, payload: dict[str, Any]) -> None:
    """Tell the pages of a room that are open at this process; each of the others does so itself."""
    socketio.server.emit(name, payload, to=room, ignore_queue=True)


def tell_other_processes(name: str, payload: dict[str, Any]) -> None:
    """Leave word for the function that hears this name in every process but this one."""
    leave_signal(EVERYONE, name, {**payload, "made_by": connections.process})


def hears(name: str) -> Callable[[Callable[[dict[str, Any]], None]], Callable[[dict[str, Any]], None]]:
    """Register what a process does when another one leaves this word."""

    def register(function: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
        _hearers[name] = function
        return function

    return register


def each_ten_seconds(function: Callable[[], object]) -> Callable[[], object]:
    """Register a look that every server process takes: it finds what is due, and does nothing twice."""
    if function not in _watchers:
        _watchers.append(function)
    return function


def cut_off(*rooms: str) -> None:
    """End the sockets of these rooms everywhere, inside the transaction that ends their right.

    This process does it after the commit; the others find the signal.
    """
    for room in rooms:
        leave_signal(room, CUT, {})
    if rooms:
        publish(LinesCut(actor_id=None, rooms=rooms))


@atomic
def leave_signal(room: str, name: str, payload: dict[str, Any]) -> None:
    db.session.add(LiveSignal(room=room, name=name, payload=payload))


def start_watching(app: Flask) -> None:
    """Read the signals of other processes, and end what has ended by date, until the process stops."""
    connections.is_serving = True
    _ended.clear()
    threading.Thread(target=_watch, args=(app,), name="realtime-watch", daemon=True).start()


def stop_watching() -> None:
    """The process stops: what the watch still meets then is nobody's fault."""
    _ended.set()


def _watch(app: Flask) -> None:
    until_sweep, until_watch = SWEEP_EVERY, WATCH_EVERY
    passed_on: dict[int, LiveSignal] = {}
    while not _ended.is_set():
        try:
            with app.app_context():
                passed_on = pass_on_signals(passed_on)
                if until_sweep <= 0:
                    sweep()
                    until_sweep = SWEEP_EVERY
                if until_watch <= 0:
                    until_watch = WATCH_EVERY
                    for watch in _watchers:
                        watch()
                db.session.remove()
        except Exception:
            if not _ended.is_set():
                logger.exception("the watch over sockets failed; it goes on")
        _ended.wait(LOOK_EVERY)
        until_sweep, until_watch = until_sweep - LOOK_EVERY, until_watch - LOOK_EVERY


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
        elif signal.name in _hearers:
            _hear(signal)
        else:
            tell_here(signal.room, signal.name, signal.payload)
    return recent


def _hear(signal: LiveSignal) -> None:
    """One that fails is not heard again: the signals after it must get their turn."""
    if signal.payload["made_by"] == connections.process:
        return
    try:
        _hearers[signal.name](signal.payload)
    except Exception:
        logger.exception("the signal %s was not heard", signal.name)
        db.session.rollback()


def sweep() -> None:
    """Cut connections whose session, tie or second step is over by now, and forget old signals."""
    for connection in connections.all():
        actor = person_with_a_line(connection.token_hash)
        if actor is None:
            hang_up(connection)
        elif has_lost_its_step(connection, actor):
            hang_up(connection, may_return=True)
    forget(LiveSignal, LiveSignal.made_at < now() - timedelta(hours=1))

"""Things that happened, and who is told.

A service publishes an event; it never knows who listens. Listeners come in three kinds:
`on` runs inside the transaction and may write; `before_commit` runs once, as its last step,
with all that happened; `after_commit` runs once the change is safe and may talk to the outside world.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.core.extensions import db

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact, named in the past tense. It carries ids, never models, addresses or texts."""

    actor_id: int | None  # a person; None is nobody signed in, or the clock


@dataclass(frozen=True, kw_only=True)
class Signal(Event):
    """An event that follows from another and is not written in the audit log."""


Listener = Callable[[Any], None]
L = TypeVar("L", bound=Listener)
LastStep = Callable[[Sequence[Event]], None]
_inside: dict[type[Event], list[Listener]] = defaultdict(list)
_afterwards: dict[type[Event], list[Listener]] = defaultdict(list)
_last: list[LastStep] = []


def publish(event: Event) -> None:
    db.session.info.setdefault("events", []).append(event)


def on(*event_types: type[Event]) -> Callable[[L], L]:
    return _subscribe(_inside, event_types)


def after_commit(*event_types: type[Event]) -> Callable[[L], L]:
    return _subscribe(_afterwards, event_types)


def before_commit(step: LastStep) -> LastStep:
    if step not in _last:
        _last.append(step)
    return step


def run_inside_listeners() -> list[Event]:
    """Tell the `on` listeners; what they publish in turn is told too. Return all events."""
    told: list[Event] = []
    while waiting := db.session.info.pop("events", []):
        for event in waiting:
            _tell(_inside, event)
        told += waiting
    if told:
        for step in _last:
            step(told)
    return told


def run_after_commit_listeners(events: list[Event]) -> None:
    """Tell the `after_commit` listeners, each on its own: a failure is logged, the change already stands."""
    for event in events:
        for listener in _listeners(_afterwards, event):
            try:
                listener(event)
            except Exception:
                db.session.rollback()
                logger.exception("after-commit listener %s failed for %s", listener.__name__, event)


def _subscribe(registry: dict[type[Event], list[Listener]], event_types: Sequence[type[Event]]) -> Callable[[L], L]:
    def register(listener: L) -> L:
        for event_type in event_types:
            if listener not in registry[event_type]:
                registry[event_type].append(listener)
        return listener

    return register


def _tell(registry: dict[type[Event], list[Listener]], event: Event) -> None:
    for listener in _listeners(registry, event):
        listener(event)


def _listeners(registry: dict[type[Event], list[Listener]], event: Event) -> list[Listener]:
    return [listener for kind in type(event).__mro__ for listener in registry.get(kind, [])]

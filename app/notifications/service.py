"""Tell people things: once per item, never the person who did it, only what they may read."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Delete, Select, and_, delete, func, literal, select, update

from app.accounts import service as accounts
from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import insert_unless_there, new_id, upsert
from app.core.events import publish
from app.core.extensions import db
from app.core.text import hue, initials
from app.core.transaction import atomic
from app.notifications.events import DigestChanged, LevelChanged, NotificationsMade
from app.notifications.models import (
    PROPOSED_DAY,
    PROPOSED_HOUR,
    DigestSetting,
    Level,
    Notification,
    Rhythm,
    SetBy,
    Watch,
)
from app.notifications.queries import BellLine, Lines, are_unread, choice_at, chosen_level, is_any_unread

WITHDRAWN = "hidden:"  # before a scope: one that nobody has


class Shown(NamedTuple):
    """What a feature says of one of its items: the sentence's title and where it leads.

    With a `sentence` of its own the line says that, and names nobody.
    """

    title: str
    url: str
    sentence: str = ""


Loader = Callable[[Sequence[int]], dict[int, Shown]]
_loaders: dict[str, Loader] = {}


def register(kind: str, load: Loader) -> None:
    """Name a kind of notification and how its items are shown, many at a time."""
    _loaders[kind] = load


def kinds() -> list[str]:
    return list(_loaders)


def shown_as(kind: str, items: Sequence[int]) -> dict[int, Shown]:
    return _loaders[kind](items) if kind in _loaders else {}


@atomic
def notify(person_ids: Iterable[int], *, kind: str, item: int, actor_id: int, actor_tie_id: int, scope: str,
           anew: bool = False) -> None:  # fmt: skip
    """One line per person, except for whoever caused it. Telling twice tells once.

    `anew` rings again for an item of which there was a line before, such as a talk that goes on.
    """
    told = tuple(sorted(set(person_ids) - {actor_id}))
    if not told:
        return
    if anew:
        take_away(kind, item, of=told)
    moment = now()
    rows = [
        {"id": new_id(), "person_id": person_id, "kind": kind, "item": item, "actor_tie_id": actor_tie_id,
         "scope": scope, "created_at": moment}
        for person_id in told
    ]  # fmt: skip
    insert_unless_there(Notification, rows, key=("person_id", "kind", "item"))
    publish(NotificationsMade(actor_id=actor_id, kind=kind, item=item, scope=scope, person_ids=told))


@atomic
def mark_read(actor: Actor, notification_id: int | None = None) -> None:
    """One line, or all made until now. Another's line does not exist for this person: nothing changes."""
    statement = update(Notification).where(
        Notification.person_id == actor.id, Notification.read_at.is_(None), Notification.created_at <= now()
    )
    if notification_id is not None:
        statement = statement.where(Notification.id == notification_id)
    db.session.execute(statement.values(read_at=now()))


@atomic
def mark_items_read(person_id: int, kind: str, items: Sequence[int] | Select[int]) -> None:
    """What was read in its own place need not ring any more."""
    mark_lines_read(person_id, {kind: items})


def read_in_place(person_id: int, lines: Lines) -> None:
    """The same of all lines that lead to a page. Where none of them rings nobody waits for the write lock."""
    if is_any_unread(person_id, lines):
        mark_lines_read(person_id, lines)


@atomic
def mark_lines_read(person_id: int, lines: Lines) -> None:
    db.session.execute(update(Notification).where(are_unread(person_id, lines)).values(read_at=now()))


@atomic
def take_away(kind: str, item: int, *, of: Sequence[int]) -> None:
    """The line of these people about this item: another tells them of it."""
    db.session.execute(delete(Notification).where(
        Notification.person_id.in_(of), Notification.kind == kind, Notification.item == item))  # fmt: skip


@atomic
def withdraw(kind: str, items: Sequence[int] | Select[int], *, of: int | None = None) -> None:
    """Lines about what is hidden, of everyone or of one person: they neither show nor count, until `restore`."""
    scope, which = literal(WITHDRAWN).concat(Notification.scope), Notification.scope.not_like(f"{WITHDRAWN}%")
    _move_scope(kind, items, scope, which if of is None else and_(which, Notification.person_id == of))


@atomic
def restore(kind: str, items: Sequence[int] | Select[int]) -> None:
    """As they were; nobody is told again."""
    scope = func.substr(Notification.scope, len(WITHDRAWN) + 1)
    _move_scope(kind, items, scope, Notification.scope.like(f"{WITHDRAWN}%"))


def _move_scope(kind: str, items: Sequence[int] | Select[int], scope: ColumnElement[str],
                which: ColumnElement[bool]) -> None:  # fmt: skip
    statement = update(Notification).where(Notification.kind == kind, Notification.item.in_(items), which)
    db.session.execute(statement.values(scope=scope))


@atomic
def choose_level(actor: Actor, place: str, level: Level | None) -> None:
    """What this person hears of a place; None leaves it to what is wider. The same again changes nothing."""
    chosen = choice_at(actor.id, place)
    if level is None:
        if chosen is None:
            return
        db.session.execute(_without(actor.id, [place]))
    elif chosen is None or (chosen.level, chosen.set_by) != (level, SetBy.PERSON):
        values = {"person_id": actor.id, "place": place, "level": level, "set_by": SetBy.PERSON, "set_at": now()}
        upsert(Watch, values, key=("person_id", "place"), change=("level", "set_by", "set_at"))
    else:
        return
    publish(LevelChanged(actor_id=actor.id, person_id=actor.id, place=place, level=level and level.value))


def watch_by_replying(person_id: int, place: str, *, unless_silent_in: str) -> bool:
    """Who answers in a thread hears what is answered, unless they chose otherwise there or for its group (NTF-8).

    Inside the transaction of the answer. False where it changed nothing.
    """
    if chosen_level(person_id, unless_silent_in) is Level.SILENT:
        return False
    values = {"person_id": person_id, "place": place, "level": Level.ALL_MAIL, "set_by": SetBy.REPLY, "set_at": now()}
    return insert_unless_there(Watch, values, key=("person_id", "place")) > 0


def was_set_since(person_id: int, place: str, moment: datetime) -> bool:
    """Whether an answer of that moment set it: told once, on the next page."""
    chosen = choice_at(person_id, place)
    return chosen is not None and chosen.set_by is SetBy.REPLY and chosen.set_at >= moment


def forget_levels(person_id: int, places: Sequence[str] | Select[str]) -> None:
    """Of places that this person left, inside the transaction in which they do."""
    db.session.execute(_without(person_id, places))


def _without(person_id: int, places: Sequence[str] | Select[str]) -> Delete:
    return delete(Watch).where(Watch.person_id == person_id, Watch.place.in_(places))


@atomic
def choose_digest(actor: Actor, rhythm: Rhythm) -> None:
    """How often an overview comes; the day and the hour are the proposed ones until they are chosen."""
    values = {"person_id": actor.id, "rhythm": rhythm, "days": [PROPOSED_DAY], "hour": PROPOSED_HOUR, "set_at": now()}
    upsert(DigestSetting, values, key=("person_id",), change=("rhythm", "set_at"))
    publish(DigestChanged(actor_id=actor.id, person_id=actor.id))


@accounts.own_data("overview")
def digest_data(person_id: int) -> dict[str, object]:
    chosen = db.session.get(DigestSetting, person_id)
    return {"rhythm": chosen.rhythm.value, "days": chosen.days, "hour": chosen.hour} if chosen else {}


@accounts.own_data("levels")
def level_data(person_id: int) -> list[dict[str, str]]:
    chosen = db.session.scalars(select(Watch).where(Watch.person_id == person_id).order_by(Watch.set_at, Watch.place))
    return [{"place": each.place, "level": each.level.value, "set_by": each.set_by.value,
             "set_at": each.set_at.isoformat()} for each in chosen]  # fmt: skip


def sentences(lines: list[BellLine]) -> list[dict[str, object]]:
    """The lines with what each is about, in the reader's language; what is gone is left out."""
    by_kind: dict[str, list[int]] = {}
    for line in lines:
        by_kind.setdefault(line.kind, []).append(line.item)
    words = {(kind, item): what for kind, items in by_kind.items() for item, what in shown_as(kind, items).items()}
    return [
        {"id": line.id, "kind": line.kind, "thread_title": what.title, "url": what.url, "at": line.at,
         "is_read": line.read_at is not None, "sentence": what.sentence,
         **({} if what.sentence else {
             "actor_name": line.actor_name, "company_name": line.company_name, "initials": initials(line.actor_name),
             "hue": hue(line.actor_name)})}
        for line in lines if (what := words.get((line.kind, line.item)))
    ]  # fmt: skip

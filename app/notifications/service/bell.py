"""Lines under the bell: once per item, never for the person who did it, only of what they may read."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, Update, and_, delete, func, literal, or_, select, update
from sqlalchemy.orm import aliased

from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import insert_unless_there, new_id
from app.core.events import publish
from app.core.extensions import db
from app.core.text import hue, initials
from app.core.transaction import atomic
from app.notifications.events import NotificationsMade, NotificationsRead
from app.notifications.models import Channel, Notification, Sort
from app.notifications.policy import SORTS
from app.notifications.queries import BellLine, Lines, are_unread, is_any_unread, muted_among
from app.notifications.service.ledger import forget_waiting, plan
from app.notifications.service.wording import is_said_of_many, sentence_of

WITHDRAWN = "hidden:"  # before a scope: one that nobody has


class Shown(NamedTuple):
    """What a feature says of one of its items: the sentence's title and where it leads.

    With a `sentence` of its own the line says that, and names nobody. Of a confidential group letters say less.
    """

    title: str
    url: str
    sentence: str = ""
    is_hushed: bool = False


Loader = Callable[[Sequence[int]], dict[int, Shown]]
_loaders: dict[str, Loader] = {}
_sorts: dict[str, Sort] = {}


def register(kind: str, load: Loader, sort: Sort) -> None:
    """Name a kind of notification, how its items are shown, many at a time, and how it goes out."""
    _loaders[kind] = load
    _sorts[kind] = sort


def sort_of(kind: str) -> Sort:
    """Of a kind that no package names any more: one that makes no mail."""
    return _sorts.get(kind, Sort.NEWS)


def kinds() -> list[str]:
    return list(_loaders)


def shown_as(kind: str, items: Sequence[int]) -> dict[int, Shown]:
    return _loaders[kind](items) if kind in _loaders else {}


def shown_of(items: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Shown]:
    """The same of items of any kinds, by kind and item, each kind asked once; what is gone is left out."""
    by_kind: dict[str, list[int]] = {}
    for kind, item in items:
        by_kind.setdefault(kind, []).append(item)
    return {(kind, item): what for kind, found in by_kind.items() for item, what in shown_as(kind, found).items()}


@atomic
def notify(person_ids: Iterable[int], *, kind: str, item: int, actor_id: int, actor_tie_id: int, scope: str,
           place: str | None = None, mailed: Collection[int] | None = None, anew: bool = False) -> None:  # fmt: skip
    """One line per person, except for whoever caused it, and the mail that comes with it. Telling twice tells once.

    Lines of one `place` ("thread:12") are shown as one. Of a place that people follow only those in `mailed` get mail.
    `anew` rings again for an item of which there was a line before, such as a talk that goes on.
    """
    told = tuple(sorted(set(person_ids) - {actor_id}))
    if not told:
        return
    if anew:
        _delete(kind, [item], told)
    sort = sort_of(kind)
    # Of those who switched the bell off for this sort the line is kept for the mail, and not shown.
    moment, tab, deaf = now(), SORTS[sort].tab, muted_among(told, sort, Channel.BELL)
    rows = [
        {"id": new_id(), "person_id": person_id, "kind": kind, "item": item, "actor_tie_id": actor_tie_id,
         "scope": scope, "place": place, "tab": None if person_id in deaf else tab, "created_at": moment}
        for person_id in told
    ]  # fmt: skip
    insert_unless_there(Notification, rows, key=("person_id", "kind", "item"))
    plan(rows, sort=sort, mailed=mailed, anew=anew)
    publish(NotificationsMade(actor_id=actor_id, kind=kind, item=item, scope=scope, person_ids=told))


@atomic
def mark_read(actor: Actor, notification_id: int | None = None) -> None:
    """A line, by the newest of it that was shown, or all of both tabs.

    What came since rings on. Another's line does not exist for this person: nothing changes.
    """
    statement = update(Notification).where(Notification.person_id == actor.id, Notification.read_at.is_(None))
    if notification_id is None:
        statement = statement.where(Notification.tab.is_not(None), Notification.created_at <= now())
    else:
        statement = statement.where(_in_line_up_to(notification_id))
    _read(actor.id, statement)


def _read(person_id: int, statement: Update) -> None:
    """Other pages of this person are told where something rang until now."""
    if db.session.execute(statement.values(read_at=now())).rowcount:  # type: ignore[attr-defined]
        publish(NotificationsRead(actor_id=person_id, person_id=person_id))


def _in_line_up_to(notification_id: int) -> ColumnElement[bool]:
    shown = aliased(Notification)
    same = select(shown.id).where(
        shown.id == notification_id, shown.person_id == Notification.person_id, shown.tab == Notification.tab,
        shown.kind == Notification.kind, shown.place == Notification.place, Notification.id <= shown.id)  # fmt: skip
    return or_(Notification.id == notification_id, same.correlate(Notification).exists())


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
    _read(person_id, update(Notification).where(are_unread(person_id, lines)))


@atomic
def take_away(kind: str, item: int, *, of: Sequence[int]) -> None:
    """The line of these people about this item, and its mail: another tells them of it."""
    _delete(kind, [item], of)
    forget_waiting(kind, item, of)


@atomic
def take_away_earlier(kind: str, items: Select[int], *, of: Sequence[int]) -> None:
    """The lines of these people about what came before, of a kind that makes no mail: one line says the last of it."""
    _delete(kind, items, of)


def _delete(kind: str, items: Sequence[int] | Select[int], of: Sequence[int]) -> None:
    db.session.execute(delete(Notification).where(
        Notification.person_id.in_(of), Notification.kind == kind, Notification.item.in_(items)))  # fmt: skip


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


def sentences(lines: list[BellLine]) -> list[dict[str, object]]:
    """The lines with what each is about, in the reader's language; what is gone is left out."""
    words = shown_of((line.kind, line.item) for line in lines)
    return [
        {"id": line.id, "kind": line.kind, "thread_title": what.title, "url": what.url, "at": line.at,
         "is_read": line.is_read, "sentence": sentence_of(line, what.title, what.sentence),
         "more": line.number - 1 if what.sentence and not is_said_of_many(line.kind) else 0,
         **({} if what.sentence else {
             "company_name": line.company_name if line.people == 1 else "",
             "initials": initials(line.actor_name), "hue": hue(line.actor_name)})}
        for line in lines if (what := words.get((line.kind, line.item)))
    ]  # fmt: skip

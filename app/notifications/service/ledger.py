"""What goes out by mail: planned together with the line under the bell, and who is still to be told."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, delete, select

from app.core.clock import now
from app.core.db import Id, insert_unless_there, new_id, rows
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic
from app.notifications.events import DeliveriesPlanned, TellingPlanned
from app.notifications.models import Channel, Delivery, DeliveryState, Sort, Telling
from app.notifications.policy import AT_ONCE, SORTS
from app.notifications.queries import muted_among
from app.notifications.service.places import Aimed, stopped

Teller = Callable[[int], None]
_plans_mail = ContextVar("plans_mail", default=True)
_tellers: dict[str, Teller] = {}


@contextmanager
def without_mail() -> Iterator[None]:
    """What happens within makes lines under the bell only: the demo tells of months that nobody was there for."""
    token = _plans_mail.set(False)
    try:
        yield
    finally:
        _plans_mail.reset(token)


def teller(kind: str, tell: Teller) -> None:
    """Name who tells of an item of this kind: `tell(item)` notifies them, inside the transaction of a job."""
    _tellers[kind] = tell


def tell_later(kind: str, item: int) -> None:
    """In the transaction in which it happened, so that it is told even if the server ends before it could be.

    For what many follow: finding them and a row for each is not for the person who waits for an answer.
    """
    telling_id = new_id()
    values = {"id": telling_id, "kind": kind, "item": item, "created_at": now()}
    if insert_unless_there(Telling, values, key=("kind", "item")):
        publish(TellingPlanned(actor_id=None, telling_id=telling_id))


def untold() -> Sequence[int]:
    """Everything of which people are still to be told, the earliest first."""
    return db.session.scalars(select(Telling.id).order_by(Telling.id)).all()


@atomic
def tell(telling_id: int) -> None:
    """Whom it concerns, once: the row goes in the same transaction, and another worker finds it gone."""
    found = rows(_take_telling(), {"telling": telling_id}).first()
    if found is not None and found.kind in _tellers:
        _tellers[found.kind](found.item)


def plan(lines: Iterable[Mapping[str, Any]], *, sort: Sort, mailed: Collection[int] | None, anew: bool) -> None:
    """A delivery by mail for each of these new lines under the bell, in their transaction.

    `mailed` are those of whom the place decides that they get mail; None leaves it to their boxes alone. A delivery
    of the same item that is there already stays the only one.
    """
    way = SORTS[sort]
    is_mailed = way.mails and _plans_mail.get()
    wanted = [row for row in lines if mailed is None or row["person_id"] in mailed] if is_mailed else []
    if not wanted:
        return
    without = muted_among([row["person_id"] for row in wanted], sort, Channel.MAIL)
    aimed = [_aimed(row, sort) for row in wanted]
    stops = stopped(aimed)
    moment = now()
    planned = [
        {"id": new_id(), "person_id": aim.person_id, "kind": row["kind"], "item": row["item"],
         "round": row["id"] if anew else 0, "channel": Channel.MAIL, "scope": aim.scope,
         "place": aim.place, "reason": sort.value,
         "state": DeliveryState.WAITING, "not_before": moment + way.wait, "created_at": moment}
        for row, aim in zip(wanted, aimed, strict=True) if aim.person_id not in without and aim not in stops
    ]  # fmt: skip
    if planned:
        insert_unless_there(Delivery, planned, key=("person_id", "item", "round", "channel"))
        publish(DeliveriesPlanned(actor_id=None, is_due=way.wait == AT_ONCE))


def _aimed(row: Mapping[str, Any], sort: Sort) -> Aimed:
    return Aimed(row["person_id"], sort, row["place"] or f"{row['kind']}:{row['item']}", row["scope"])


def forget_waiting(kind: str, item: int, of: Collection[int]) -> None:
    """Another line takes the place of theirs: it plans for itself."""
    db.session.execute(delete(Delivery).where(
        Delivery.person_id.in_(of), Delivery.kind == kind, Delivery.item == item,
        Delivery.state == DeliveryState.WAITING))  # fmt: skip


@cache
def _take_telling() -> Executable:
    taken = delete(Telling).where(Telling.id == bindparam("telling", type_=Id))
    return taken.returning(Telling.kind, Telling.item)

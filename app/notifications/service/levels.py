"""What people choose to hear of a place. An answer in a thread speaks for them until they do."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Delete, Select, delete, select

from app.accounts import service as accounts
from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import insert_unless_there, upsert
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic
from app.notifications.events import LevelChanged
from app.notifications.models import Level, SetBy, Watch
from app.notifications.queries import choice_at, levels_at


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
    chosen = levels_at(person_id, (place, unless_silent_in))
    if place in chosen or chosen.get(unless_silent_in) is Level.SILENT:
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


@accounts.own_data("levels")
def level_data(person_id: int) -> list[dict[str, str]]:
    chosen = db.session.scalars(select(Watch).where(Watch.person_id == person_id).order_by(Watch.set_at, Watch.place))
    return [{"place": each.place, "level": each.level.value, "set_by": each.set_by.value,
             "set_at": each.set_at.isoformat()} for each in chosen]  # fmt: skip

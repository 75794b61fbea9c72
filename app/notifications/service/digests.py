"""The overview that people choose to get by mail, and when it is due: the day and hour of their own clocks."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_, select

from app.accounts import service as accounts
from app.accounts.models import Actor, Company, Person, Tie
from app.accounts.policy import live_tie_condition
from app.core.clock import from_local, local, now
from app.core.db import upsert
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic
from app.notifications.events import DigestChanged
from app.notifications.models import PROPOSED_DAY, PROPOSED_HOUR, DigestRun, DigestSetting, Rhythm

# What a server missed while it stood still is made up for this long: the last time of each person, never two.
LATE_MOST = timedelta(days=1)
DAY = timedelta(days=1)


@atomic
def choose_digest(actor: Actor, rhythm: Rhythm) -> None:
    """How often an overview comes; the day and the hour are the proposed ones until they are chosen."""
    values = {"person_id": actor.id, "rhythm": rhythm, "days": [PROPOSED_DAY], "hour": PROPOSED_HOUR, "set_at": now()}
    upsert(DigestSetting, values, key=("person_id",), change=("rhythm", "set_at"))
    publish(DigestChanged(actor_id=actor.id, person_id=actor.id))


@accounts.own_data("overview")
def digest_data(person_id: int) -> dict[str, object]:
    chosen = db.session.get(DigestSetting, person_id)
    return {"rhythm": chosen.rhythm.value, "days": chosen.days, "hour": chosen.hour,
            "paused_until": chosen.paused_until and chosen.paused_until.isoformat()} if chosen else {}  # fmt: skip


def begins_at(slot: date, hour: int) -> datetime:
    """When clocks show this hour on this day: the first time where they show it twice (NTF-26).

    An hour that the clock skips is the next one: nobody has half past two that night.
    """
    try:
        return from_local(datetime.combine(slot, time(hour)))
    except ValueError:
        return from_local(datetime.combine(slot, time(hour + 1)))


def is_day_of(rhythm: Rhythm, days: Collection[int], day: date) -> bool:
    """Daily any; weekly the days chosen; monthly the first day of the month that is one of those."""
    if rhythm is Rhythm.DAILY:
        return True
    if rhythm is Rhythm.NEVER or day.isoweekday() not in days:
        return False
    return rhythm is Rhythm.WEEKLY or not any(
        (day - n * DAY).isoweekday() in days for n in range(1, day.day))  # fmt: skip


def slot_at(chosen: DigestSetting, moment: datetime) -> date | None:
    """The day whose overview is due at this moment, made or not; of two that were missed the last."""
    today = local(moment).date()
    for day in (today, today - DAY):
        begin = begins_at(day, chosen.hour)
        if begin <= moment < begin + LATE_MOST and is_day_of(chosen.rhythm, chosen.days, day):
            is_paused = chosen.paused_until is not None and day < chosen.paused_until
            # who chooses at ten to hear at eight begins tomorrow
            return None if is_paused or begin < chosen.set_at else day
    return None


def people_due(moment: datetime) -> Sequence[tuple[int, date]]:
    """(person, slot) of whoever waits for an overview now, of those who can read the site at all."""
    today = local(moment).date()
    waiting = or_(*(_may_wait(day, moment) for day in (today, today - DAY)))
    found = db.session.scalars(
        select(DigestSetting).join(Person, Person.id == DigestSetting.person_id)
        .join(Tie, Tie.person_id == Person.id).join(Company, Company.id == Tie.company_id)
        .where(Person.erased_at.is_(None), live_tie_condition(), waiting).order_by(DigestSetting.person_id)
    )  # fmt: skip
    slots = [(chosen.person_id, slot) for chosen in found if (slot := slot_at(chosen, moment)) is not None]
    days = {slot for _person_id, slot in slots}
    runs = select(DigestRun.person_id, DigestRun.slot).where(DigestRun.slot.in_(days))
    made = {(row[0], row[1]) for row in db.session.execute(runs)} if days else set()
    return [each for each in slots if each not in made]


def _may_wait(day: date, moment: datetime) -> ColumnElement[bool]:
    """Roughly what `slot_at` says of this day, so that hardly anyone else is read each minute."""
    hours = [hour for hour in range(24) if begins_at(day, hour) <= moment < begins_at(day, hour) + LATE_MOST]
    of_days = or_(DigestSetting.rhythm == Rhythm.DAILY,
                  and_(DigestSetting.rhythm != Rhythm.NEVER,
                       cast(DigestSetting.days, String).like(f"%{day.isoweekday()}%")))  # fmt: skip
    made = exists().where(DigestRun.person_id == DigestSetting.person_id, DigestRun.slot == day)
    return and_(DigestSetting.hour.in_(hours), of_days, ~made)

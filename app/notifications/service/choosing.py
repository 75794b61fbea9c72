"""What people choose of mail: when the overview comes, and by which channel what reaches them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import upsert
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic
from app.mail.service import write_letter
from app.notifications.events import DigestChanged, PreferenceChanged
from app.notifications.models import PROPOSED_DAY, PROPOSED_HOUR, Channel, DigestSetting, Preference, Rhythm, Sort
from app.notifications.policy import SORTS
from app.notifications.queries import digest_of, switched_off

Box = tuple[Sort, Channel]


class Times(NamedTuple):
    """When an overview comes. Days are of the week, Monday is 1; the hour is of local time."""

    rhythm: Rhythm
    days: tuple[int, ...] = ()  # none: as they were
    hour: int = PROPOSED_HOUR
    paused_until: date | None = None  # the first day on which it comes again


@atomic
def choose_times(actor: Actor, times: Times) -> None:
    """The same again changes nothing, and the audit hears of nothing."""
    before = digest_of(actor.id)
    days = sorted(set(times.days)) or (before.days if before else [PROPOSED_DAY])
    wanted = (times.rhythm, days, times.hour, times.paused_until)
    if before and (before.rhythm, before.days, before.hour, before.paused_until) == wanted:
        return
    values = {"person_id": actor.id, "rhythm": times.rhythm, "days": days, "hour": times.hour,
              "paused_until": times.paused_until, "set_at": now()}  # fmt: skip
    upsert(DigestSetting, values, key=("person_id",), change=("rhythm", "days", "hour", "paused_until", "set_at"))
    publish(DigestChanged(actor_id=actor.id, person_id=actor.id))


@atomic
def choose_boxes(actor: Actor, boxes: Mapping[Box, bool]) -> None:
    """Switch these on or off; what cannot be chosen stays as it is, and so does a box that is not named."""
    off = switched_off(actor.id)
    for (sort, channel), is_on in boxes.items():
        if channel not in SORTS[sort].chosen or ((sort, channel) not in off) == is_on:
            continue
        values = {"person_id": actor.id, "sort": sort, "channel": channel, "is_on": is_on, "set_at": now()}
        upsert(Preference, values, key=("person_id", "sort", "channel"), change=("is_on", "set_at"))
        publish(PreferenceChanged(actor_id=actor.id, person_id=actor.id, sort=sort.value, channel=channel.value,
                                  is_on=is_on))  # fmt: skip


def send_sample(actor: Actor, sentences: Sequence[str]) -> None:
    """A letter to this person that shows what mail from here looks like, with what they chose."""
    write_letter(to=actor.email, kind="notifications/sample", locale=actor.locale, name=actor.name,
                 sentences=sentences)  # fmt: skip


@accounts.own_data("preferences")
def preference_data(person_id: int) -> list[dict[str, object]]:
    chosen = db.session.scalars(
        select(Preference).where(Preference.person_id == person_id).order_by(Preference.sort, Preference.channel))
    return [{"sort": each.sort.value, "channel": each.channel.value, "is_on": each.is_on,
             "set_at": each.set_at.isoformat()} for each in chosen]  # fmt: skip

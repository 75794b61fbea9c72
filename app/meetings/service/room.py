"""Coming into the room, staying, going: who is there is what beats (MTG-36)."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, bindparam, select, update

from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import Id, UTCDateTime, rows
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.transaction import atomic
from app.meetings import queries
from app.meetings.events import PersonArrived, PersonLeft
from app.meetings.models import BEAT_LIVES, GAP_FORGIVEN, Attendance, Meeting, Via, room_of
from app.meetings.policy import can_follow_meeting
from app.meetings.service.acting import step_in
from app.realtime.service import append, hold_room


@atomic
def come_in(actor: Actor, meeting: Meeting, *, via: Via | None = None) -> None:
    """Be there from now on. Whoever is back within two minutes was never away."""
    footing = step_in(actor, meeting)
    if not meeting.doors_are_open:
        raise Conflict(_("The doors of this meeting are not open."))
    if (there := queries.attendance_of(meeting, actor.tie_id)) is not None:
        there.seen_at = now()
        return
    last = queries.last_attendance_of(meeting, actor.tie_id)
    if last is not None and last.until_at is not None and last.until_at >= now() - GAP_FORGIVEN:
        last.until_at, last.seen_at = None, now()
        via = last.via
    else:
        via = via or queries.via_confirmed(actor, meeting)
        db.session.add(Attendance(meeting_id=meeting.id, tie_id=actor.tie_id, via=via))
    if meeting.chair_id == actor.tie_id:
        meeting.acting_chair_id = None  # the chair is back
    entry = append(meeting.room, "arrived", {"via": via.value}, tie_id=actor.tie_id).entry
    publish(PersonArrived(actor_id=actor.id, meeting_id=meeting.id, seq=entry.seq, tie_id=footing.tie_id))


def beat(actor: Actor, meeting: Meeting) -> None:
    """A sign of life every 25 seconds. Whoever was taken for gone comes in again."""
    if not _note_beat(meeting.id, actor.tie_id):
        come_in(actor, meeting)


@atomic
def act_by_page(actor: Actor, meeting: Meeting, act: Callable[[], Any]) -> Any:
    """Act from a page without a script, whose only sign of life this is. Whoever is refused was not there either."""
    if meeting.doors_are_open and can_follow_meeting(actor, meeting):
        beat(actor, meeting)
    return act()


def let_silent_people_go() -> None:
    """Who has not beaten for a minute has left when they were last heard."""
    silent = select(Attendance.id).where(Attendance.until_at.is_(None), Attendance.seen_at < now() - BEAT_LIVES)
    for attendance_id in db.session.scalars(silent).all():
        _leave_if_silent(attendance_id)


def leave_meetings_of_tie(tie_id: int, *, group_id: int | None = None) -> None:
    """Inside the transaction that ends a tie, or its place in a group: presence ends with the right."""
    here = (
        select(Attendance).join(Meeting, Meeting.id == Attendance.meeting_id)
        .where(Attendance.tie_id == tie_id, Attendance.until_at.is_(None))
    )  # fmt: skip
    if group_id is not None:
        here = here.where(Meeting.group_id == group_id)
    for attendance in db.session.scalars(here).all():
        hold_room(room_of(attendance.meeting_id))
        _leave(attendance)


@atomic
def _note_beat(meeting_id: int, tie_id: int | None) -> bool:
    """Takes ids: one statement, forty times a minute for each hundred people."""
    values = {"meeting": meeting_id, "tie": tie_id, "moment": now()}
    return rows(_beat(), values).rowcount > 0


@cache
def _beat() -> Executable:
    return update(Attendance).where(
        Attendance.meeting_id == bindparam("meeting", type_=Id), Attendance.tie_id == bindparam("tie", type_=Id),
        Attendance.until_at.is_(None)).values(seen_at=bindparam("moment", type_=UTCDateTime))  # fmt: skip


@atomic
def _leave_if_silent(attendance_id: int) -> None:
    """They may have beaten in between."""
    attendance = db.session.get_one(Attendance, attendance_id)
    hold_room(room_of(attendance.meeting_id))
    db.session.refresh(attendance)
    if attendance.until_at is None and attendance.seen_at < now() - BEAT_LIVES:
        _leave(attendance, attendance.seen_at)


def _leave(attendance: Attendance, moment: datetime | None = None) -> None:
    """The entry says since when: minutes are made of the log, and the sweep finds who is silent a minute later."""
    attendance.until_at = since = moment or now()
    room = room_of(attendance.meeting_id)
    entry = append(room, "left", {"since": since.isoformat()}, tie_id=attendance.tie_id).entry
    publish(PersonLeft(actor_id=None, meeting_id=attendance.meeting_id, seq=entry.seq, tie_id=attendance.tie_id))

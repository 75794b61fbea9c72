"""Confirming the statement, opening and closing: each is an entry of the room's log, and its answer is the seq."""

from typing import cast

from sqlalchemy import update

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.meetings import queries
from app.meetings.events import ChairTaken, MeetingClosed, MeetingOpened, StatementConfirmed
from app.meetings.models import Attendance, Meeting, MeetingState, StatementAck, Via
from app.meetings.policy import (
    can_chair_meeting,
    can_take_chair,
    can_take_part_in_meeting,
    is_chair_present,
    is_confirmed,
)
from app.meetings.service.acting import record
from app.realtime.queries import entry_sent_as
from app.realtime.service import append, hold_room


@atomic
def confirm_statement(actor: Actor, meeting: Meeting, *, version: int, via: Via = Via.ONLINE,
                      client_id: str | None = None) -> int:  # fmt: skip
    """Before anything else in the room (MTG-23). Confirming again changes nothing and gives the first seq."""
    hold_meeting(meeting)
    authorize(can_take_part_in_meeting, actor, meeting)
    if not meeting.doors_are_open:
        raise Conflict(_("The doors of this meeting are not open: they open an hour before the start."))
    if version != meeting.statement_version:
        raise Conflict(_("This is not the statement of this meeting. Please read the one that is shown now."))
    if (earlier := queries.confirmation_of(actor, meeting)) is not None:
        return earlier.seq
    db.session.add(StatementAck(meeting_id=meeting.id, tie_id=actor.tie_id, version=version, created_by=actor.tie_id))
    entry = append(meeting.room, "confirmed", {"via": via.value}, tie_id=actor.tie_id, client_id=client_id).entry
    publish(StatementConfirmed(actor_id=actor.id, meeting_id=meeting.id, seq=entry.seq, tie_id=cast(int, actor.tie_id)))
    return entry.seq


@atomic
def take_chair(actor: Actor, meeting: Meeting, *, client_id: str | None = None) -> int:
    """Act as chair while the chair is away. Whoever does so is there and has confirmed the statement."""
    hold_meeting(meeting)
    authorize(can_take_part_in_meeting, actor, meeting)
    if (sent := _sent_before(actor, meeting, client_id)) is not None:
        return sent
    authorize(can_take_chair, actor, meeting)
    if queries.attendance_of(meeting, actor.tie_id) is None:
        raise Conflict(_("Confirm the statement and come into the room first."))
    meeting.acting_chair_id = actor.tie_id
    entry = append(meeting.room, "chair_taken", {}, tie_id=actor.tie_id, client_id=client_id).entry
    publish(ChairTaken(actor_id=actor.id, meeting_id=meeting.id, seq=entry.seq, tie_id=cast(int, actor.tie_id)))
    return entry.seq


@atomic
def open_meeting(actor: Actor, meeting: Meeting, *, client_id: str | None = None) -> int:
    """Raises Conflict that names each condition that is missing, and changes nothing then (MTG-21)."""
    hold_meeting(meeting)
    authorize(can_chair_meeting, actor, meeting)
    if (sent := _sent_before(actor, meeting, client_id)) is not None:
        return sent
    if missing := missing_for_opening(actor, meeting):
        raise Conflict(" ".join(missing))
    meeting.state, meeting.opened_at = MeetingState.OPEN, now()
    return record(MeetingOpened, actor, meeting, "opened", {}, client_id=client_id)


@atomic
def close_meeting(actor: Actor, meeting: Meeting, *, client_id: str | None = None) -> int:
    """Only when every item has an end state (MTG-43); /meetings/<id>/closing lists what is missing, with buttons."""
    hold_meeting(meeting)
    authorize(can_chair_meeting, actor, meeting)
    if (sent := _sent_before(actor, meeting, client_id)) is not None:
        return sent
    if not meeting.is_under_way:
        raise Conflict(_("This meeting is not open."))
    if left := [item.heading for item in queries.items_of(meeting) if not item.is_over]:
        raise Conflict(_("These items have not ended yet: %(titles)s.", titles=", ".join(left)))
    moment = now()
    meeting.state, meeting.closed_at = MeetingState.CLOSED, moment
    here = (Attendance.meeting_id == meeting.id, Attendance.until_at.is_(None))
    db.session.execute(update(Attendance).where(*here).values(until_at=moment))
    return record(MeetingClosed, actor, meeting, "closed", {}, client_id=client_id)


def missing_for_opening(actor: Actor, meeting: Meeting) -> list[str]:
    """What stands in the way of opening, a sentence each."""
    if meeting.state in (MeetingState.CLOSED, MeetingState.CANCELLED):
        return [_("This meeting is over.")]
    if meeting.is_under_way:
        return [_("This meeting is open already.")]
    missing = []
    if meeting.is_draft:
        missing.append(_("The agenda is not published yet."))
    elif not meeting.doors_are_open:
        missing.append(_("The doors of this meeting are not open: they open an hour before the start."))
    if not is_chair_present(meeting):
        missing.append(_("The chair is not in the room."))
    if not is_confirmed(actor, meeting):
        missing.append(_("You have not confirmed the statement of this meeting."))
    return missing


def hold_meeting(meeting: Meeting) -> None:
    """From here to COMMIT everything in the room waits: what is decided here is of one order with the log."""
    hold_room(meeting.room)
    queries.lock_meeting(meeting)


def _sent_before(actor: Actor, meeting: Meeting, client_id: str | None) -> int | None:
    earlier = entry_sent_as(meeting.room, actor.tie_id, client_id) if client_id else None
    return earlier.seq if earlier else None

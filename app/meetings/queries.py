"""Finding meetings, their agenda and who takes part. Every query starts from what the person may read."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.accounts.models import Actor
from app.core.errors import NotFound
from app.core.extensions import db
from app.meetings.models import AgendaItem, Attendance, ItemState, Meeting, MeetingInvitation, StatementAck
from app.meetings.policy import readable_meetings
from app.realtime.models import LogEntry


def get_meeting(actor: Actor, meeting_id: int) -> Meeting:
    """The meeting with its group, or NotFound if this person may not read it."""
    meeting = db.session.scalar(
        readable_meetings(actor).where(Meeting.id == meeting_id)
        .join(Meeting.group).options(contains_eager(Meeting.group))
    )  # fmt: skip
    if meeting is None:
        raise NotFound
    return meeting


def lock_meeting(meeting: Meeting) -> None:
    """Two who act at one moment: the second sees what the first did. Inside a transaction only."""
    db.session.refresh(meeting, with_for_update={"of": Meeting})


def items_of(meeting: Meeting) -> Sequence[AgendaItem]:
    return db.session.scalars(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting.id).order_by(AgendaItem.position)
    ).all()


def get_item(meeting: Meeting, item_id: int) -> AgendaItem:
    """An item of this meeting, or NotFound."""
    item = db.session.scalar(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.id == item_id))
    if item is None:
        raise NotFound
    return item


def current_item(meeting: Meeting) -> AgendaItem | None:
    """The item that runs, or is paused."""
    return db.session.scalar(
        select(AgendaItem).where(
            AgendaItem.meeting_id == meeting.id, AgendaItem.state.in_((ItemState.RUNNING, ItemState.PAUSED)))
    )  # fmt: skip


def ack_of(meeting: Meeting, tie_id: int | None) -> StatementAck | None:
    """What this person, for the company of this tie, confirmed in the meeting."""
    return db.session.scalar(
        select(StatementAck).where(StatementAck.meeting_id == meeting.id, StatementAck.tie_id == tie_id)
    )


def has_confirmed(actor: Actor, meeting: Meeting) -> bool:
    """The statement in the version that this meeting shows."""
    ack = ack_of(meeting, actor.tie_id)
    return ack is not None and ack.version == meeting.statement_version


def confirmed_at(actor: Actor, meeting: Meeting) -> int | None:
    """The seq under which this person confirmed the statement, for the company they act for now."""
    return db.session.scalar(
        select(LogEntry.seq)
        .where(LogEntry.room == meeting.room, LogEntry.type == "confirmed", LogEntry.tie_id == actor.tie_id)
        .order_by(LogEntry.seq).limit(1)
    )  # fmt: skip


def attendance_of(meeting: Meeting, tie_id: int | None) -> Attendance | None:
    """The interval that lasts, if they are there."""
    return db.session.scalar(
        select(Attendance).where(
            Attendance.meeting_id == meeting.id, Attendance.tie_id == tie_id, Attendance.until_at.is_(None))
    )  # fmt: skip


def invitation_of(actor: Actor, meeting: Meeting) -> MeetingInvitation | None:
    return db.session.scalar(
        select(MeetingInvitation).where(
            MeetingInvitation.meeting_id == meeting.id, MeetingInvitation.person_id == actor.id)
    )  # fmt: skip

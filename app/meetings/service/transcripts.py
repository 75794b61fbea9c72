"""What was said goes after its term; that something was said stays, as do the minutes (MTG-48)."""

from calendar import monthrange
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select

from app.core.clock import now
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic
from app.meetings.events import TranscriptRemoved
from app.meetings.models import TRANSCRIPT_MONTHS, Meeting, MeetingState
from app.realtime.service import empty_entries

SAID = ("line", "line_changed")


def removal_of(closed_at: datetime) -> datetime:
    """The last day on which the transcript of a meeting that closed then may be there."""
    return _months_from(closed_at, TRANSCRIPT_MONTHS)


def remove_old_transcripts() -> int:
    """Return how many. Where there are none nobody waits for the write lock."""
    return _remove() if db.session.scalar(select(Meeting.id).where(_is_due()).limit(1)) else 0


@atomic
def _remove() -> int:
    due = db.session.scalars(select(Meeting).where(_is_due())).all()
    for meeting in due:
        empty_entries(meeting.room, SAID)
        meeting.transcript_removed_at = now()
        publish(TranscriptRemoved(actor_id=None, meeting_id=meeting.id))
    return len(due)


def _is_due() -> ColumnElement[bool]:
    return and_(Meeting.state == MeetingState.CLOSED, Meeting.transcript_removed_at.is_(None),
                Meeting.closed_at < _months_from(now(), -TRANSCRIPT_MONTHS))  # fmt: skip


def _months_from(moment: datetime, months: int) -> datetime:
    """The same day that many months on; where a month has no such day, its last."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))

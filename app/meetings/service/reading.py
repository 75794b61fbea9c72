"""What was read in its own place rings no more."""

from sqlalchemy import select

from app.accounts.models import Actor
from app.meetings.models import AgendaAmendment, Meeting
from app.notifications.service import read_in_place

# Kinds of lines under the bell.
ANNOUNCED, AMENDED, MOVED = "meeting_announced", "agenda_amended", "meeting_moved"
CANCELLED, BEGUN = "meeting_cancelled", "meeting_opened"


def mark_read(actor: Actor, meeting: Meeting) -> None:
    """Its page and its room say all that the bell says of it."""
    changes = select(AgendaAmendment.id).where(AgendaAmendment.meeting_id == meeting.id)
    own = [meeting.id]
    read_in_place(actor.id, {ANNOUNCED: own, CANCELLED: own, BEGUN: own, AMENDED: changes, MOVED: changes})

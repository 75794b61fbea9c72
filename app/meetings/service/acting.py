"""What every act in the room begins and ends with: the order of the log, the right, and the entry under its seq."""

from typing import Any

from sqlalchemy import inspect

from app.accounts.models import Actor
from app.core.errors import Conflict, Forbidden
from app.core.events import publish
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.meetings import queries
from app.meetings.events import LiveEvent
from app.meetings.models import Meeting, MeetingState, room_of
from app.meetings.policy import can_take_part_in_meeting
from app.meetings.queries import Footing
from app.realtime.service import append, hold_room


def step_in(actor: Actor, meeting: Meeting, client_id: str | None = None) -> Footing:
    """Who may take part and has confirmed stands in the order of the log from here to COMMIT (MTG-23, MTG-33).

    Raises Forbidden for everyone else. The meeting is read after the room is held: before, it may be old.
    """
    meeting_id = inspect(meeting).identity[0]  # type: ignore[index]  # it has one: it was read
    hold_room(room_of(meeting_id))
    queries.meeting_of_this_moment(meeting_id)
    authorize(can_take_part_in_meeting, actor, meeting)
    footing = queries.footing_of(actor, meeting, client_id)
    if footing.confirmed_version is None or footing.confirmed_version != meeting.statement_version:
        raise Forbidden(_("First confirm the statement of this meeting."))
    return footing


def ask_if_open(meeting: Meeting) -> None:
    """Raises Conflict that says why nobody acts now (decisions 32)."""
    if meeting.state is MeetingState.OPEN:
        return
    if meeting.state is MeetingState.SUSPENDED:
        raise Conflict(_("The meeting is suspended. Your text is kept; go on when it resumes."))
    if meeting.is_draft or meeting.is_announced:
        raise Conflict(_("The meeting has not begun yet."))
    raise Conflict(_("The meeting is closed: you can read it, not add to it."))


def ask_if_item_goes_on(footing: Footing) -> None:
    """Raises Conflict while the item that ran last stands still (MTG-25)."""
    if footing.is_stopped:
        raise Conflict(_("This item was stopped. Go on when the next item begins."))


def record(event: type[LiveEvent], actor: Actor, meeting: Meeting, kind: str, payload: dict[str, Any],
           *, client_id: str | None = None, item_id: int | None = None) -> int:  # fmt: skip
    """Write the entry and say that it happened; its seq."""
    entry = append(meeting.room, kind, payload, tie_id=actor.tie_id, client_id=client_id, item_id=item_id).entry
    publish(event(actor_id=actor.id, meeting_id=meeting.id, seq=entry.seq))
    return entry.seq

"""What people write in the room (MTG-28, 29, 34, 35)."""

from datetime import datetime

from app.accounts.models import Actor
from app.accounts.policy import refuse_in_silence
from app.core.clock import now
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import holds
from app.core.transaction import atomic
from app.meetings import queries
from app.meetings.events import LineChanged, LineHidden, LineRemoved, LineSaid, LineUnhidden
from app.meetings.models import LINE_CAN_CHANGE, Meeting, meeting_id_of
from app.meetings.policy import can_chair_meeting
from app.meetings.service.acting import ask_if_item_goes_on, ask_if_open, record, step_in
from app.realtime.models import LogEntry
from app.realtime.service import append, hold_room


@atomic
def say(actor: Actor, meeting: Meeting, body: str, *, client_id: str | None = None, reply_to: int | None = None) -> int:
    """Write a line on the item that runs, if one does; its seq. The same `client_id` again gives the first seq."""
    footing = step_in(actor, meeting, client_id)
    if footing.sent is not None:
        return footing.sent
    ask_if_open(meeting)
    refuse_in_silence(actor, meeting.group_id)
    ask_if_item_goes_on(footing)
    if reply_to is not None and queries.find_line(meeting, reply_to) is None:
        raise Invalid(_("The line that you answer is not there."))
    payload = {"body": body, "reply_to": reply_to}
    return record(LineSaid, actor, meeting, "line", payload, client_id=client_id, item_id=footing.item_id)


@atomic
def change_line(actor: Actor, meeting: Meeting, seq: int, body: str, *, client_id: str | None = None) -> int:
    """Within five minutes, by who wrote it. Whoever comes later reads the new words only, marked as changed."""
    footing = step_in(actor, meeting, client_id)
    if footing.sent is not None:
        return footing.sent
    ask_if_open(meeting)
    refuse_in_silence(actor, meeting.group_id)
    line = _line(meeting, seq)
    if line.tie_id != actor.tie_id:
        raise Forbidden(_("Only who wrote a line changes it."))
    _ask_if_there(line)
    if line.at < now() - LINE_CAN_CHANGE:
        raise Conflict(_("A line can be changed for five minutes. Write a new one."))
    line.payload = {**line.payload, "body": body, "edited_at": now().isoformat()}
    change = {"seq": seq, "body": body}
    return record(LineChanged, actor, meeting, "line_changed", change, client_id=client_id, item_id=line.item_id)


@atomic
def remove_line(actor: Actor, meeting: Meeting, seq: int, *, client_id: str | None = None) -> int:
    """By who wrote it or who chairs. Its place and seq stay; its words are gone, those of its changes too."""
    footing = step_in(actor, meeting, client_id)
    if footing.sent is not None:
        return footing.sent
    ask_if_open(meeting)
    line = _line(meeting, seq)
    if line.tie_id != actor.tie_id and not holds(can_chair_meeting, actor, meeting):
        raise Forbidden(_("Only who wrote a line, and who chairs, remove it."))
    _ask_if_there(line)
    for change in queries.changes_of(line):
        change.payload = {"seq": seq, "removed": True}
    line.payload = {"reply_to": line.payload["reply_to"], "removed": True}
    return record(LineRemoved, actor, meeting, "line_removed", {"seq": seq}, client_id=client_id, item_id=line.item_id)


def hide_line(line: LogEntry) -> None:
    """Out of every screen, with its changes; the open ones hear of it."""
    _show_or_hide(line, now())


def unhide_line(line: LogEntry) -> None:
    """Back on every screen that had it."""
    _show_or_hide(line, None)


def _show_or_hide(line: LogEntry, hidden_at: datetime | None) -> None:
    """Nobody changes it meanwhile. What is told carries no words: whoever may not read them has not had them."""
    hold_room(line.room)
    db.session.refresh(line)
    for entry in (line, *queries.changes_of(line)):
        entry.hidden_at = hidden_at
    kind, event = ("line_hidden", LineHidden) if hidden_at else ("line_unhidden", LineUnhidden)
    told = append(line.room, kind, {"seq": line.seq, "line_id": line.id}, tie_id=None).entry
    publish(event(actor_id=None, meeting_id=meeting_id_of(line), seq=told.seq))


def _line(meeting: Meeting, seq: int) -> LogEntry:
    line = queries.find_line(meeting, seq)
    if line is None:
        raise NotFound
    return line


def _ask_if_there(line: LogEntry) -> None:
    if line.hidden_at is not None or "removed" in line.payload:
        raise Conflict(_("This line was removed."))

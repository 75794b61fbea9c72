"""Running the agenda: the next item, a pause, later, longer; and the meeting that stands still for a while."""

from app.accounts.models import Actor
from app.accounts.policy import refuse_in_silence
from app.core.clock import now
from app.core.errors import Conflict
from app.core.events import publish
from app.core.i18n import gettext as _
from app.core.policy import authorize, holds
from app.core.transaction import atomic
from app.meetings import queries
from app.meetings.events import (
    ItemEnded,
    ItemEvent,
    ItemExtended,
    ItemPaused,
    ItemPostponed,
    ItemStarted,
    MeetingResumed,
    MeetingSuspended,
)
from app.meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from app.meetings.policy import can_chair_meeting, can_run_items, is_chair_present
from app.meetings.service.acting import ask_if_open, record, step_in
from app.meetings.service.hands import clear_row
from app.realtime.service import append


@atomic
def next_item(actor: Actor, meeting: Meeting, item_id: int | None = None, *, client_id: str | None = None) -> int:
    """Go on to this item, or to the first that has not been; the one that runs ends. Without one left, it just ends.

    Two who press at one moment name the same item: the second finds it running, and nothing is skipped.
    """
    sent = _begin(actor, meeting, client_id)
    if sent is not None:
        return sent
    current = queries.current_item(meeting)
    target = queries.get_item(meeting, item_id) if item_id else queries.next_item(meeting)
    if target is not None and target is current and target.state is ItemState.RUNNING:
        return queries.seq_of_start(meeting, target)
    if target is not None and target.state not in (ItemState.PLANNED, ItemState.PAUSED):
        raise Conflict(_("This item has ended already."))
    ask_if_new_things_start(actor, meeting)
    if current is not None and current is not target:
        ended = _end(actor, meeting, current, target, client_id=None if target else client_id)
        if target is None:
            return ended
    if target is None:
        raise Conflict(_("Every item has ended."))
    return _start(actor, meeting, target, client_id)


@atomic
def end_item(actor: Actor, meeting: Meeting, item_id: int, *, client_id: str | None = None) -> int:
    """It is done, and nothing else begins (MTG-43)."""
    sent = _begin(actor, meeting, client_id)
    if sent is not None:
        return sent
    item = _unfinished(meeting, item_id)
    if item.started_at is None:
        raise Conflict(_("This item has not begun. Postpone it, or begin it first."))
    return _end(actor, meeting, item, None, client_id)


@atomic
def pause_item(actor: Actor, meeting: Meeting, *, client_id: str | None = None) -> int:
    sent = _begin(actor, meeting, client_id)
    if sent is not None:
        return sent
    return _pause(actor, meeting, _current(meeting, ItemState.RUNNING), client_id)


@atomic
def postpone_item(actor: Actor, meeting: Meeting, item_id: int, *, client_id: str | None = None) -> int:
    """To a next meeting; also when it has begun."""
    sent = _begin(actor, meeting, client_id)
    if sent is not None:
        return sent
    item = _unfinished(meeting, item_id)
    if item.started_at is not None:
        _halt(item)
        clear_row(meeting)
    item.state = ItemState.POSTPONED
    return _record(ItemPostponed, actor, meeting, "item_postponed", item, client_id)


@atomic
def extend_item(actor: Actor, meeting: Meeting, minutes: int, *, client_id: str | None = None) -> int:
    sent = _begin(actor, meeting, client_id)
    if sent is not None:
        return sent
    item = _current(meeting, ItemState.RUNNING, ItemState.PAUSED)
    item.extra_min += minutes
    return _record(ItemExtended, actor, meeting, "item_extended", item, client_id, minutes=minutes)


@atomic
def suspend_meeting(actor: Actor, meeting: Meeting, reason: str = "", *, client_id: str | None = None) -> int:
    """Everything waits; the clock of the item too. Someone in a silence does so without words (MOD-9)."""
    footing = step_in(actor, meeting, client_id)
    if footing.sent is not None:
        return footing.sent
    authorize(can_chair_meeting, actor, meeting)
    if reason:
        refuse_in_silence(actor, meeting.group_id)
    ask_if_open(meeting)
    current = queries.current_item(meeting)
    if current is not None and current.state is ItemState.RUNNING:
        _pause(actor, meeting, current)
    else:
        current = None
    meeting.state = MeetingState.SUSPENDED
    return record(MeetingSuspended, actor, meeting, "suspended", {"reason": reason}, client_id=client_id,
                  item_id=current.id if current else None)  # fmt: skip


@atomic
def resume_meeting(actor: Actor, meeting: Meeting, *, client_id: str | None = None) -> int:
    """Go on, with the item that was running."""
    footing = step_in(actor, meeting, client_id)
    if footing.sent is not None:
        return footing.sent
    authorize(can_chair_meeting, actor, meeting)
    if meeting.state is not MeetingState.SUSPENDED:
        raise Conflict(_("The meeting is not suspended."))
    meeting.state = MeetingState.OPEN
    seq = record(MeetingResumed, actor, meeting, "resumed", {}, client_id=client_id)
    current = queries.current_item(meeting)
    if current is not None and current.id == queries.item_suspended(meeting):
        _start(actor, meeting, current)
    return seq


def ask_if_new_things_start(actor: Actor, meeting: Meeting) -> None:
    """While the chair is away what runs goes on, and nothing new starts (section 5)."""
    if not holds(can_chair_meeting, actor, meeting) and not is_chair_present(meeting):
        raise Conflict(_("The chair is away. Nothing new begins until someone takes the chair."))


def _begin(actor: Actor, meeting: Meeting, client_id: str | None) -> int | None:
    footing = step_in(actor, meeting, client_id)
    if footing.sent is None:
        authorize(can_run_items, actor, meeting)
        ask_if_open(meeting)
    return footing.sent


def _unfinished(meeting: Meeting, item_id: int) -> AgendaItem:
    item = queries.get_item(meeting, item_id)
    if item.is_over:
        raise Conflict(_("This item has ended already."))
    return item


def _current(meeting: Meeting, *states: ItemState) -> AgendaItem:
    item = queries.current_item(meeting)
    if item is None or item.state not in states:
        raise Conflict(_("No item is running."))
    return item


def _start(actor: Actor, meeting: Meeting, item: AgendaItem, client_id: str | None = None) -> int:
    """For the first time, or on after a pause."""
    if item.started_at is None:
        item.started_at = now()
        clear_row(meeting)
    _end_pause(item)
    item.state = ItemState.RUNNING
    return _record(ItemStarted, actor, meeting, "item_started", item, client_id)


def _pause(actor: Actor, meeting: Meeting, item: AgendaItem, client_id: str | None = None) -> int:
    item.state, item.paused_at = ItemState.PAUSED, now()
    return _record(ItemPaused, actor, meeting, "item_paused", item, client_id)


def _end(actor: Actor, meeting: Meeting, item: AgendaItem, following: AgendaItem | None,
         client_id: str | None = None) -> int:  # fmt: skip
    _halt(item)
    clear_row(meeting)
    item.state = ItemState.DONE
    return _record(ItemEnded, actor, meeting, "item_ended", item, client_id, next=following.id if following else None)


def _halt(item: AgendaItem) -> None:
    _end_pause(item)
    item.ended_at = now()


def _end_pause(item: AgendaItem) -> None:
    if item.paused_at is not None:
        item.paused_seconds += round((now() - item.paused_at).total_seconds())
        item.paused_at = None


def _record(event: type[ItemEvent], actor: Actor, meeting: Meeting, kind: str, item: AgendaItem,
            client_id: str | None, **more: int | None) -> int:  # fmt: skip
    entry = append(meeting.room, kind, {"item_id": item.id, **more}, tie_id=actor.tie_id, client_id=client_id,
                   item_id=item.id).entry  # fmt: skip
    publish(event(actor_id=actor.id, meeting_id=meeting.id, seq=entry.seq, item_id=item.id))
    return entry.seq

"""The agenda: free while it is a draft, with a reason once it is published."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import delete, select

from app.accounts.models import Actor
from app.core.errors import Conflict, Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.meetings import queries
from app.meetings.events import MeetingChanged
from app.meetings.models import (
    ITEMS_MOST,
    AgendaItem,
    AgendaItemFile,
    AmendmentKind,
    Meeting,
    MinutesBlock,
    Purpose,
)
from app.meetings.policy import can_change_meeting
from app.meetings.service.amending import Change, amend
from app.meetings.service.minutes import add_text_block
from app.meetings.service.planning import NewerSaved, refuse_after_opening


@dataclass(frozen=True, kw_only=True)
class ItemPlan:
    """What people say of an item. The text is rendered before the transaction."""

    title: str
    purpose: Purpose
    planned_min: int
    presenter_id: int | None = None
    body_md: str = ""
    body_html: str = ""

    @property
    def said(self) -> dict[str, Any]:
        """What an amendment shows of it."""
        return {name: value for name, value in asdict(self).items() if name != "body_html"}


@atomic
def add_item(actor: Actor, meeting: Meeting, plan: ItemPlan, *, reason: str = "") -> AgendaItem:
    """At the end, but before a closing round that stands there."""
    begin_change(actor, meeting)
    items = list(queries.items_of(meeting))
    if len(items) >= ITEMS_MOST:
        raise Conflict(_("An agenda has at most %(most)s items.", most=ITEMS_MOST), field="title")
    item = AgendaItem(meeting_id=meeting.id, position=len(items) + 1, created_by=actor.tie_id, **vars(plan))
    db.session.add(item)
    if items and items[-1].purpose is Purpose.CLOSING_ROUND:
        _number([*items[:-1], item, items[-1]])
    db.session.flush()
    tell(actor, meeting, AmendmentKind.ITEM_ADDED, item, ({}, plan.said), reason)
    if (minutes := queries.minutes_of(meeting)) is not None:
        add_text_block(minutes, item)
    return item


@atomic
def change_item(actor: Actor, item: AgendaItem, plan: ItemPlan, *, version: int, reason: str = "") -> None:
    """A hidden text stays as it is, whatever else changes. Raises Conflict for another in its place.

    Raises NewerSaved when the item is another one than the writer had before them.
    """
    meeting = item.meeting
    begin_change(actor, meeting)
    db.session.refresh(item)
    if item.version != version:
        raise NewerSaved(_("Someone else changed this item in the meantime. Look at it, then save again."))
    if plan.purpose is Purpose.CLOSING_ROUND and queries.files_on(item):
        raise Invalid(_("Any other business takes no files. Remove those of this item first."), field="purpose")
    if item.hidden_at is not None:
        if plan.body_md:
            raise Conflict(_("The text of this item is hidden. Leave it empty to change the rest."), field="body")
        plan = replace(plan, body_md=item.body_md, body_html=item.body_html)
    elif item.body_md != plan.body_md:
        item.rewritten_by = actor.tie_id
    before = {name: getattr(item, name) for name in plan.said}
    for name, value in vars(plan).items():
        setattr(item, name, value)
    item.version += 1
    tell(actor, meeting, AmendmentKind.ITEM_CHANGED, item, (before, plan.said), reason)


@atomic
def move_item(actor: Actor, item: AgendaItem, *, steps: int, reason: str = "") -> None:
    """So many up (below 0) or down. The first goes no higher and the last no lower: then nothing changes."""
    meeting = item.meeting
    begin_change(actor, meeting)
    items = list(queries.items_of(meeting))
    place = items.index(item)
    goal = min(max(place + steps, 0), len(items) - 1)
    if goal == place:
        return
    items.insert(goal, items.pop(place))
    _number(items)
    tell(actor, meeting, AmendmentKind.ITEM_MOVED, item, ({"position": place + 1}, {"position": goal + 1}), reason)


@atomic
def remove_item(actor: Actor, item: AgendaItem, *, reason: str = "") -> None:
    """With its files. Raises Conflict when it is the last that was published, or the minutes hold a text on it."""
    meeting = item.meeting
    begin_change(actor, meeting)
    items = list(queries.items_of(meeting))
    if not meeting.is_draft and len(items) == 1:
        raise Conflict(_("A published agenda keeps at least one item. Cancel the meeting if it does not take place."))
    own = MinutesBlock.item_id == item.id
    texts = select(MinutesBlock.body_md).where(own).with_for_update()  # nobody writes there meanwhile
    if any(db.session.scalars(texts).all()):
        raise Conflict(_("The minutes hold a text on this item already. Empty that text first."))
    said = {"title": item.title, "purpose": item.purpose, "planned_min": item.planned_min}
    tell(actor, meeting, AmendmentKind.ITEM_REMOVED, item, (said, {}), reason)
    db.session.execute(delete(MinutesBlock).where(own))
    db.session.execute(delete(AgendaItemFile).where(AgendaItemFile.item_id == item.id))
    db.session.delete(item)
    _number([each for each in items if each is not item])


def begin_change(actor: Actor, meeting: Meeting) -> None:
    """Two who change one agenda: the second sees what the first did."""
    queries.lock_meeting(meeting)
    authorize(can_change_meeting, actor, meeting)
    refuse_after_opening(meeting)


def _number(items: Sequence[AgendaItem]) -> None:
    for number, each in enumerate(items, start=1):
        each.position = number


def tell(actor: Actor, meeting: Meeting, kind: AmendmentKind, item: AgendaItem, change: Change, reason: str) -> None:
    """Of a draft nobody hears; of a published agenda everyone who was invited, with the reason."""
    if meeting.is_draft:
        publish(MeetingChanged(actor_id=actor.id, meeting_id=meeting.id))
    else:
        amend(actor, meeting, kind, change, reason, about=item.title, item_id=item.id)

"""Finding meetings and their agenda. Every query starts from what the person may read."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, not_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import Id, Rows, UTCDateTime, rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.groups.models import Visibility, WorkingGroup
from app.meetings.models import (
    MEETINGS_ON_A_PAGE,
    AgendaAmendment,
    AgendaItem,
    Answer,
    ItemState,
    Meeting,
    MeetingInvitation,
    MeetingState,
    heading_of_hidden,
)
from app.meetings.policy import is_readable, readable_meetings, reader_values


class MeetingRow(NamedTuple):
    """A line of a list of meetings, with the reader's own answer."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    online_link: str
    state: MeetingState
    group_name: str
    visibility: Visibility
    chair_id: int | None
    answer: Answer | None
    hidden_at: datetime | None

    @property
    def link(self) -> str:
        return f"/meetings/{self.id}"

    @property
    def heading(self) -> str:
        """As Meeting.heading."""
        return self.title if self.hidden_at is None else heading_of_hidden(self.group_name)


def get_meeting(actor: Actor, meeting_id: int) -> Meeting:
    """The meeting with its group, or NotFound if this person may not read it."""
    meeting = db.session.scalar(
        readable_meetings(actor).where(Meeting.id == meeting_id)
        .join(Meeting.group).options(contains_eager(Meeting.group))
    )  # fmt: skip
    if meeting is None:
        raise NotFound
    return meeting


def meeting_of_any_state(meeting_id: int) -> Meeting | None:
    """With its group, whoever asks: for those who handle reports."""
    return db.session.get(Meeting, meeting_id, options=[joinedload(Meeting.group)])


def lock_meeting(meeting: Meeting) -> None:
    """Two who act at one moment: the second sees what the first did. Inside a transaction only."""
    db.session.refresh(meeting, with_for_update={"of": Meeting})


def coming_meetings(actor: Actor, group: WorkingGroup | None = None) -> list[MeetingRow]:
    """Those not over yet, the next one first, of one group or of all that the person reads."""
    values = {**reader_values(actor), "me": actor.id, "group": group.id if group else None, "moment": now()}
    return [MeetingRow(*row) for row in rows(_coming(of_group=group is not None), values)]


def past_meetings(actor: Actor, group: WorkingGroup | None, page: int) -> list[MeetingRow]:
    """One page of those that are over or were cancelled, the last one first."""
    values = {
        **reader_values(actor), "me": actor.id, "group": group.id if group else None, "moment": now(),
        "start": (page - 1) * MEETINGS_ON_A_PAGE, "size": MEETINGS_ON_A_PAGE,
    }  # fmt: skip
    return [MeetingRow(*row) for row in rows(_past(of_group=group is not None), values)]


def past_count(actor: Actor, group: WorkingGroup | None) -> int:
    values = {**reader_values(actor), "group": group.id if group else None, "moment": now()}
    return rows(_past_count(of_group=group is not None), values).scalar() or 0


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


def item_of_any_state(item_id: int) -> AgendaItem | None:
    """With its meeting and group, whoever asks: for those who handle reports."""
    with_group = joinedload(AgendaItem.meeting).joinedload(Meeting.group)
    return db.session.get(AgendaItem, item_id, options=[with_group])


def amendment_of_any_state(amendment_id: int) -> AgendaAmendment | None:
    """With its meeting and group, whoever asks: for those who handle reports."""
    with_group = joinedload(AgendaAmendment.meeting).joinedload(Meeting.group)
    return db.session.get(AgendaAmendment, amendment_id, options=[with_group])


def hidden_in(meeting: Meeting) -> list[int]:
    """The ids of its items that are hidden, and its own if it is too: by them an open room sees that words changed."""
    items = select(AgendaItem.id).where(AgendaItem.meeting_id == meeting.id, AgendaItem.hidden_at.is_not(None))
    own = [meeting.id] if meeting.hidden_at is not None else []
    return sorted([*db.session.scalars(items), *own])


def current_item(meeting: Meeting) -> AgendaItem | None:
    """The item that runs, or is paused."""
    return db.session.scalar(
        select(AgendaItem).where(
            AgendaItem.meeting_id == meeting.id, AgendaItem.state.in_((ItemState.RUNNING, ItemState.PAUSED)))
    )  # fmt: skip


def last_amendment(meeting: Meeting) -> int:
    """The number of the last change after publication; 0 when there is none."""
    number = select(func.max(AgendaAmendment.number)).where(AgendaAmendment.meeting_id == meeting.id)
    return db.session.scalar(number) or 0


def amendments_of(meeting: Meeting) -> Sequence[AgendaAmendment]:
    return db.session.scalars(
        select(AgendaAmendment).where(AgendaAmendment.meeting_id == meeting.id).order_by(AgendaAmendment.number)
    ).all()


def headings_of(meeting_ids: Sequence[int]) -> dict[int, tuple[str, datetime]]:
    """By meeting: what stands for it, and its time."""
    found = db.session.scalars(select(Meeting).options(joinedload(Meeting.group)).where(Meeting.id.in_(meeting_ids)))
    return {meeting.id: (meeting.heading, meeting.starts_at) for meeting in found}


def meetings_amended(amendment_ids: Sequence[int]) -> dict[int, tuple[int, str, datetime]]:
    """By amendment: the id of its meeting, what stands for it, and its time."""
    found = db.session.execute(
        select(AgendaAmendment.id, Meeting).options(joinedload(Meeting.group))
        .join(Meeting, Meeting.id == AgendaAmendment.meeting_id).where(AgendaAmendment.id.in_(amendment_ids))
    )  # fmt: skip
    return {id_: (meeting.id, meeting.heading, meeting.starts_at) for id_, meeting in found}


@cache
def _coming(*, of_group: bool) -> Rows:
    return _rows(of_group).where(not_(_is_over())).order_by(Meeting.starts_at, Meeting.id)


@cache
def _past(*, of_group: bool) -> Rows:
    return (
        _rows(of_group).where(_is_over()).order_by(Meeting.starts_at.desc(), Meeting.id)
        .offset(bindparam("start", type_=Integer)).limit(bindparam("size", type_=Integer))
    )  # fmt: skip


@cache
def _past_count(*, of_group: bool) -> Rows:
    return select(func.count()).select_from(Meeting).where(_in_group(of_group), is_readable(), _is_over())


def _rows(of_group: bool) -> Rows:
    own = and_(MeetingInvitation.meeting_id == Meeting.id, MeetingInvitation.person_id == bindparam("me", type_=Id))
    return (
        select(Meeting.id, Meeting.title, Meeting.starts_at, Meeting.ends_at, Meeting.place, Meeting.online_link,
               Meeting.state, WorkingGroup.name, WorkingGroup.visibility, Meeting.chair_id,
               MeetingInvitation.answer, Meeting.hidden_at)
        .join(WorkingGroup, WorkingGroup.id == Meeting.group_id).outerjoin(MeetingInvitation, own)
        .where(_in_group(of_group), is_readable())
    )  # fmt: skip


def _in_group(of_group: bool) -> ColumnElement[bool]:
    if of_group:
        return Meeting.group_id == bindparam("group", type_=Id)
    return Meeting.id.is_not(None)


def _is_over() -> ColumnElement[bool]:
    """Closed, or past its end; one that is under way is not, however late."""
    passed = Meeting.ends_at < bindparam("moment", type_=UTCDateTime)
    under_way = Meeting.state.in_((MeetingState.OPEN, MeetingState.SUSPENDED))
    return or_(Meeting.state == MeetingState.CLOSED, and_(passed, not_(under_way)))

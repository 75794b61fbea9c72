"""Finding meetings, their agenda, who comes and the minutes. Every query starts from what the person may read."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, not_, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.accounts.models import Actor, Company, CompanyState, Person, Tie
from app.accounts.policy import live_tie_condition
from app.core.clock import now
from app.core.db import Id, Rows, UTCDateTime, rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.groups.models import GroupMembership, Role, Visibility, WorkingGroup
from app.meetings.models import (
    MEETINGS_ON_A_PAGE,
    WRITING_LIVES,
    AgendaAmendment,
    AgendaItem,
    Answer,
    Attendance,
    BlockKind,
    ItemState,
    Meeting,
    MeetingInvitation,
    MeetingState,
    Minutes,
    MinutesBlock,
    StatementAck,
    Via,
)
from app.meetings.policy import can_read_meeting, is_readable, readable_meetings, reader_values
from app.realtime.models import LogEntry


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
    group_slug: str
    visibility: Visibility
    chair_id: int | None
    answer: Answer | None

    @property
    def link(self) -> str:
        return f"/meetings/{self.id}"


class AnswerRow(NamedTuple):
    """One who is invited: whether they come, and for which company."""

    person_id: int
    name: str
    company_id: int
    company_name: str
    company_state: CompanyState
    vote_weight: int
    answer: Answer
    via: Via | None
    remark: str

    @property
    def is_of_member(self) -> bool:
        """Whether their company counts for the quorum: a member of the association, not the association itself."""
        return self.company_state in (CompanyState.MEMBER, CompanyState.LEAVING) and self.vote_weight > 0


class Named(NamedTuple):
    """Who someone is in the minutes: the name, and the company of that moment."""

    name: str
    company_name: str


class BlockLine(NamedTuple):
    """A block of the minutes with the item it is about, and who is writing."""

    block: MinutesBlock
    item: AgendaItem | None
    writer: Named | None


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


def current_item(meeting: Meeting) -> AgendaItem | None:
    """The item that runs, or is paused."""
    return db.session.scalar(
        select(AgendaItem).where(
            AgendaItem.meeting_id == meeting.id, AgendaItem.state.in_((ItemState.RUNNING, ItemState.PAUSED)))
    )  # fmt: skip


def amendments_of(meeting: Meeting) -> Sequence[AgendaAmendment]:
    return db.session.scalars(
        select(AgendaAmendment).where(AgendaAmendment.meeting_id == meeting.id).order_by(AgendaAmendment.number)
    ).all()


def audience_of(meeting: Meeting) -> Sequence[tuple[int, int]]:
    """(person, tie) of everyone who takes part in the group now."""
    found = db.session.execute(
        select(Tie.person_id, Tie.id).select_from(GroupMembership)
        .join(Tie, Tie.id == GroupMembership.tie_id).join(Company, Company.id == Tie.company_id)
        .where(GroupMembership.group_id == meeting.group_id, GroupMembership.left_at.is_(None), live_tie_condition())
    )  # fmt: skip
    return [(row[0], row[1]) for row in found]


def answers_of(meeting: Meeting) -> list[AnswerRow]:
    """Everyone who is invited, by company and name."""
    found = db.session.execute(
        select(MeetingInvitation.person_id, Person.name, Company.id, Company.name, Company.state, Company.vote_weight,
               MeetingInvitation.answer, MeetingInvitation.via, MeetingInvitation.remark)
        .join(Tie, Tie.id == MeetingInvitation.tie_id).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
        .where(MeetingInvitation.meeting_id == meeting.id).order_by(Company.name, Person.name)
    )  # fmt: skip
    return [AnswerRow(*row) for row in found]


def invited_who(meeting: Meeting, answer: Answer) -> Sequence[int]:
    """The people who answered so."""
    return db.session.scalars(
        select(MeetingInvitation.person_id).where(
            MeetingInvitation.meeting_id == meeting.id, MeetingInvitation.answer == answer)
    ).all()  # fmt: skip


def invitation_of(actor: Actor, meeting: Meeting) -> MeetingInvitation | None:
    return db.session.scalar(
        select(MeetingInvitation).where(
            MeetingInvitation.meeting_id == meeting.id, MeetingInvitation.person_id == actor.id)
    )  # fmt: skip


def get_invitation(actor: Actor, meeting: Meeting) -> MeetingInvitation:
    """The invitation, or NotFound for who has none."""
    invitation = invitation_of(actor, meeting)
    if invitation is None:
        raise NotFound
    return invitation


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


def log_of(meeting: Meeting) -> Sequence[LogEntry]:
    """The whole log of its room, in order."""
    return db.session.scalars(select(LogEntry).where(LogEntry.room == meeting.room).order_by(LogEntry.seq)).all()


def minutes_of(meeting: Meeting) -> Minutes | None:
    """They begin when the agenda is published."""
    return db.session.scalar(select(Minutes).where(Minutes.meeting_id == meeting.id))


def text_blocks_of(minutes: Minutes) -> Sequence[MinutesBlock]:
    return db.session.scalars(
        select(MinutesBlock).where(MinutesBlock.minutes_id == minutes.id, MinutesBlock.kind == BlockKind.TEXT)
    ).all()


def blocks_of(minutes: Minutes) -> list[BlockLine]:
    """In the order of the minutes; before they are built in the order of the agenda."""
    writer = aliased(Tie)
    place = MinutesBlock.position if minutes.built_at else AgendaItem.position
    found = db.session.execute(
        select(MinutesBlock, AgendaItem, Person.name, Company.name)
        .outerjoin(AgendaItem, AgendaItem.id == MinutesBlock.item_id)
        .outerjoin(writer, and_(writer.id == MinutesBlock.writing_by, MinutesBlock.writing_since > _still_writing()))
        .outerjoin(Person, Person.id == writer.person_id).outerjoin(Company, Company.id == writer.company_id)
        .where(MinutesBlock.minutes_id == minutes.id).order_by(place)
    )  # fmt: skip
    return [BlockLine(block, item, Named(name, company) if name else None) for block, item, name, company in found]


def get_block(actor: Actor, meeting: Meeting, block_id: int) -> MinutesBlock:
    """A text of the minutes of this meeting with its item, or NotFound."""
    block = db.session.scalar(
        select(MinutesBlock).join(Minutes, Minutes.id == MinutesBlock.minutes_id)
        .options(contains_eager(MinutesBlock.minutes), joinedload(MinutesBlock.item))
        .where(Minutes.meeting_id == meeting.id, MinutesBlock.id == block_id, MinutesBlock.kind == BlockKind.TEXT)
    )  # fmt: skip
    if block is None or not can_read_meeting(actor, meeting):
        raise NotFound
    return block


def writer_of(block: MinutesBlock) -> Named | None:
    """Who is at this text now; after half an hour without saving nobody is."""
    if block.writing_by is None or block.writing_since is None or block.writing_since <= _still_writing():
        return None
    return names_of([block.writing_by])[block.writing_by]


def names_of(tie_ids: Iterable[int | None]) -> dict[int, Named]:
    """The people behind these ties, with the company of that moment."""
    wanted = sorted({tie_id for tie_id in tie_ids if tie_id is not None})
    if not wanted:
        return {}
    return {row[0]: Named(row[1], row[2]) for row in rows(_names(), {"ties": wanted})}


def titles_of(meeting_ids: Sequence[int]) -> dict[int, tuple[str, datetime]]:
    found = db.session.execute(select(Meeting.id, Meeting.title, Meeting.starts_at).where(Meeting.id.in_(meeting_ids)))
    return {row[0]: (row[1], row[2]) for row in found}


def meetings_amended(amendment_ids: Sequence[int]) -> dict[int, tuple[int, str, datetime]]:
    """By amendment: id, title and time of its meeting."""
    found = db.session.execute(
        select(AgendaAmendment.id, Meeting.id, Meeting.title, Meeting.starts_at)
        .join(Meeting, Meeting.id == AgendaAmendment.meeting_id).where(AgendaAmendment.id.in_(amendment_ids))
    )  # fmt: skip
    return {row[0]: (row[1], row[2], row[3]) for row in found}


def members_to_name(group: WorkingGroup) -> Sequence[tuple[int, str, str]]:
    """(tie, name, company) of everyone who takes part now: who can be chair, note taker or presenter."""
    found = db.session.execute(
        select(Tie.id, Person.name, Company.name).select_from(GroupMembership)
        .join(Tie, Tie.id == GroupMembership.tie_id).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
        .where(GroupMembership.group_id == group.id, GroupMembership.left_at.is_(None), live_tie_condition())
        .order_by(Person.name)
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in found]


def tie_with_role(group: WorkingGroup, role: Role) -> int | None:
    """Of who has this place in the group now; of several secretaries the first."""
    return db.session.scalar(
        select(GroupMembership.tie_id).join(Tie, Tie.id == GroupMembership.tie_id)
        .join(Company, Company.id == Tie.company_id)
        .where(GroupMembership.group_id == group.id, GroupMembership.role == role, GroupMembership.left_at.is_(None),
               live_tie_condition())
        .order_by(GroupMembership.joined_at).limit(1)
    )  # fmt: skip


def _still_writing() -> datetime:
    return now() - WRITING_LIVES


@cache
def _names() -> Rows:
    return (
        select(Tie.id, Person.name, Company.name)
        .join(Person, Person.id == Tie.person_id).join(Company, Company.id == Tie.company_id)
        .where(Tie.id.in_(bindparam("ties", expanding=True, type_=Id)))
    )  # fmt: skip


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
               Meeting.state, WorkingGroup.name, WorkingGroup.slug, WorkingGroup.visibility, Meeting.chair_id,
               MeetingInvitation.answer)
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

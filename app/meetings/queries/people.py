"""Finding who is invited, who confirmed, who is there, and what people are called."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Actor, Company, CompanyState, Person, Tie, TieKind, said_for
from app.core.db import Id, Rows, rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.groups.models import GroupMembership, Role, WorkingGroup
from app.groups.queries import memberships
from app.meetings.models import (
    Answer,
    Attendance,
    Meeting,
    MeetingInvitation,
    Via,
)
from app.realtime.models import LogEntry


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
    id: int  # of the invitation
    hidden_at: datetime | None  # the remark
    kind: TieKind

    @property
    def said_for(self) -> str:
        """Under which company they stand on the page."""
        return said_for(self.company_name, self.kind)

    @property
    def is_of_member(self) -> bool:
        """Whether their company counts for the quorum: a member of the association, not the association itself."""
        return self.company_state in (CompanyState.MEMBER, CompanyState.LEAVING) and self.vote_weight > 0


class Named(NamedTuple):
    """Who someone is in the minutes: the name, and the company of that moment."""

    name: str
    company_name: str


def audience_of(meeting: Meeting) -> Sequence[tuple[int, int]]:
    """(person, tie) of everyone who takes part in the group now."""
    found = db.session.execute(
        memberships(select(Tie.person_id, Tie.id)).where(GroupMembership.group_id == meeting.group_id)
    )  # fmt: skip
    return [(row[0], row[1]) for row in found]


def answers_of(meeting: Meeting) -> list[AnswerRow]:
    """Everyone who is invited, by company and name."""
    found = rows(
        select(MeetingInvitation.person_id, Person.name, Company.id, Company.name, Company.state, Company.vote_weight,
               MeetingInvitation.answer, MeetingInvitation.via, MeetingInvitation.remark,
               MeetingInvitation.id, MeetingInvitation.hidden_at, Tie.kind)
        .join(Tie, Tie.id == MeetingInvitation.tie_id).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
        .where(MeetingInvitation.meeting_id == meeting.id).order_by(Company.name, Person.name),
        {},
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


def invitation_of_any_state(invitation_id: int) -> MeetingInvitation | None:
    """With its meeting and group, whoever asks: for those who handle reports."""
    with_group = joinedload(MeetingInvitation.meeting).joinedload(Meeting.group)
    return db.session.get(MeetingInvitation, invitation_id, options=[with_group])


def get_invitation(actor: Actor, meeting: Meeting) -> MeetingInvitation:
    """The invitation, or NotFound for who has none."""
    invitation = invitation_of(actor, meeting)
    if invitation is None:
        raise NotFound
    return invitation


def confirmation_of(actor: Actor, meeting: Meeting) -> LogEntry | None:
    """What the room noted when this person confirmed the statement, for the company they act for now."""
    return db.session.scalar(
        select(LogEntry)
        .where(LogEntry.room == meeting.room, LogEntry.type == "confirmed", LogEntry.tie_id == actor.tie_id)
        .order_by(LogEntry.seq).limit(1)
    )  # fmt: skip


def attendance_of(meeting: Meeting, tie_id: int | None) -> Attendance | None:
    """The interval that lasts, if they are there."""
    return db.session.scalar(
        select(Attendance).where(
            Attendance.meeting_id == meeting.id, Attendance.tie_id == tie_id, Attendance.until_at.is_(None))
    )  # fmt: skip


def names_of(tie_ids: Iterable[int | None]) -> dict[int, Named]:
    """The people behind these ties, with the company of that moment."""
    wanted = sorted({tie_id for tie_id in tie_ids if tie_id is not None})
    if not wanted:
        return {}
    return {row[0]: Named(row[1], said_for(row[2], row[3])) for row in rows(_names(), {"ties": wanted})}


def chairs_of(meeting: Meeting) -> tuple[int, int]:
    """The people who are chair and who acts as chair; 0 for nobody."""
    ties = (meeting.chair_id, meeting.acting_chair_id)
    found = db.session.execute(select(Tie.id, Tie.person_id).where(Tie.id.in_(ties)))
    people = {row[0]: row[1] for row in found}
    chair, acting = (people.get(tie_id or 0, 0) for tie_id in ties)
    return chair, acting


def members_to_name(group: WorkingGroup) -> Sequence[tuple[int, str, str]]:
    """(tie, name, company) of everyone who takes part now: who can be chair, note taker or presenter."""
    found = db.session.execute(
        memberships(select(Tie.id, Person.name, Company.name))
        .where(GroupMembership.group_id == group.id).order_by(Person.name)
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in found]


def tie_with_role(group: WorkingGroup, role: Role) -> int | None:
    """Of who has this place in the group now; of several secretaries the first."""
    return db.session.scalar(
        memberships(select(GroupMembership.tie_id))
        .where(GroupMembership.group_id == group.id, GroupMembership.role == role)
        .order_by(GroupMembership.joined_at, GroupMembership.id).limit(1)
    )  # fmt: skip


@cache
def _names() -> Rows:
    return (
        select(Tie.id, Person.name, Company.name, Tie.kind)
        .join(Person, Person.id == Tie.person_id).join(Company, Company.id == Tie.company_id)
        .where(Tie.id.in_(bindparam("ties", expanding=True, type_=Id)))
    )  # fmt: skip

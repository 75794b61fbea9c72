"""Finding announcements, whom they are for, and whom they did not reach."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.accounts.models import Actor, Company, CompanyState, Person, Sanction, SanctionKind, Tie, TieKind, said_for
from app.accounts.policy import live_tie_condition
from app.announcements.models import Announcement, AnnouncementGroup, Audience, Kind, State
from app.announcements.policy import readable_announcements
from app.core.clock import now
from app.core.db import Rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.groups.models import GroupMembership, Visibility, WorkingGroup
from app.mail.models import Letter, LetterState
from app.mail.queries import IN_TROUBLE
from app.notifications.models import Channel, Delivery

ON_A_PAGE = 30


class Reach(NamedTuple):
    people: int
    companies: int


class AnnouncementRow(NamedTuple):
    """A line of the list."""

    id: int
    kind: Kind
    title: str
    state: State
    at: datetime


class Writer(NamedTuple):
    name: str
    company_name: str


class Lost(NamedTuple):
    """Somebody to whom no letter came, or perhaps none."""

    person_id: int
    name: str
    company_name: str
    is_uncertain: bool


def get_announcement(actor: Actor, announcement_id: int) -> Announcement:
    """With its groups, or NotFound where this person does not read it."""
    found = db.session.scalar(
        readable_announcements(actor).options(selectinload(Announcement.groups))
        .where(Announcement.id == announcement_id)
    )  # fmt: skip
    if found is None:
        raise NotFound
    return found


def announcements_for(actor: Actor, page: int = 1) -> Sequence[AnnouncementRow]:
    """One page, the newest first; drafts of one's own and what waits among them."""
    at = func.coalesce(Announcement.sent_at, Announcement.created_at)
    found = db.session.execute(
        readable_announcements(actor)
        .with_only_columns(Announcement.id, Announcement.kind, Announcement.title, Announcement.state, at)
        .order_by(at.desc(), Announcement.id.desc()).offset((page - 1) * ON_A_PAGE).limit(ON_A_PAGE)
    )  # fmt: skip
    return [AnnouncementRow(*row) for row in found]


def announcement_count(actor: Actor) -> int:
    return db.session.scalar(select(func.count()).select_from(readable_announcements(actor).subquery())) or 0


def people_reached(audience: Audience, group_ids: Collection[int]) -> Sequence[int]:
    """Everyone at whom it is aimed and who can read it at this moment, whatever they chose to hear."""
    return db.session.scalars(_audience(select(Person.id), audience, group_ids).order_by(Person.id)).all()


def reach(audience: Audience, group_ids: Collection[int]) -> Reach:
    counts = select(func.count(func.distinct(Person.id)), func.count(func.distinct(Company.id)))
    return Reach(*db.session.execute(_audience(counts, audience, group_ids)).one())


def writer_of(announcement: Announcement) -> Writer:
    row = db.session.execute(
        select(Person.name, Company.name, Tie.kind).select_from(Tie).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id).where(Tie.id == announcement.created_by)
    ).one()  # fmt: skip
    return Writer(row[0], said_for(row[1], row[2]))


def names_of_groups(announcement: Announcement) -> Sequence[str]:
    named = select(AnnouncementGroup.group_id).where(AnnouncementGroup.announcement_id == announcement.id)
    return db.session.scalars(
        select(WorkingGroup.name).where(WorkingGroup.id.in_(named)).order_by(WorkingGroup.name)).all()  # fmt: skip


def not_reached(announcement: Announcement) -> Sequence[Lost]:
    """By name: whose letter failed, or may not have come (NTF-5)."""
    found = db.session.execute(
        select(Person.id, Person.name, Company.name, Letter.state).select_from(Delivery)
        .join(Letter, Letter.id == Delivery.letter_id).join(Person, Person.id == Delivery.person_id)
        .join(Tie, Tie.person_id == Person.id).join(Company, Company.id == Tie.company_id)
        .where(Delivery.item == announcement.id, Delivery.channel == Channel.MAIL, Letter.state.in_(IN_TROUBLE),
               live_tie_condition())
        .order_by(Person.name, Person.id)
    )  # fmt: skip
    return [Lost(*row[:3], row[3] is LetterState.UNCERTAIN) for row in found]


def is_for_confidential_group(announcement: Announcement) -> bool:
    """Of such nothing leaves by mail but the one line of the overview (NTF-21)."""
    confidential = select(WorkingGroup.id).where(WorkingGroup.id.in_(announcement.group_ids),
                                                 WorkingGroup.visibility == Visibility.CONFIDENTIAL)  # fmt: skip
    return db.session.scalar(confidential.limit(1)) is not None


def titles_of(announcement_ids: Sequence[int]) -> Sequence[tuple[int, str]]:
    """(id, title)"""
    found = db.session.execute(
        select(Announcement.id, Announcement.title).where(Announcement.id.in_(announcement_ids)))
    return [(row[0], row[1]) for row in found]


def due(moment: datetime) -> Sequence[int]:
    return db.session.scalars(
        select(Announcement.id).where(Announcement.state == State.WAITING, Announcement.send_at <= moment)
        .order_by(Announcement.send_at)
    ).all()  # fmt: skip


def _audience(columns: Rows, audience: Audience, group_ids: Collection[int]) -> Rows:
    suspended = select(Sanction.person_id).where(Sanction.kind == SanctionKind.SUSPEND, Sanction.lifted_at.is_(None),
                                                 Sanction.until > now())  # fmt: skip
    people = (
        columns.select_from(Tie).join(Person, Person.id == Tie.person_id).join(Company, Company.id == Tie.company_id)
        .where(live_tie_condition(), Person.erased_at.is_(None), Person.id.not_in(suspended))
    )  # fmt: skip
    if audience is Audience.GROUPS:
        members = select(GroupMembership.tie_id).where(
            GroupMembership.group_id.in_(group_ids), GroupMembership.left_at.is_(None))
        return people.where(Tie.id.in_(members))
    staff = people.where(Tie.kind == TieKind.STAFF, Company.state != CompanyState.PARTNER)
    return staff.where(Tie.is_contact) if audience is Audience.CONTACTS else staff

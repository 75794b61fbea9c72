"""The people of one company, for who looks after them. Of guests whom the reader does not know there is nothing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from app.accounts.models import Actor, Company, Person, Tie, TieKind
from app.accounts.policy import live_tie_condition
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.text import hue, initials
from app.directory.policy import readable_people
from app.groups.models import GroupMembership
from app.groups.policy import readable_group_ids, standings
from app.groups.queries import shown_function
from app.mail.queries import is_refused

STAFF_ON_A_PAGE = 50


class StaffFilter(StrEnum):
    ALL = "all"
    LEAVING = "leaving"  # a last day is set


class StaffLine(NamedTuple):
    tie_id: int
    person_id: int
    name: str
    function: str
    is_contact: bool
    is_delegate: bool
    is_guest: bool
    last_day: date | None
    is_refused: bool  # their mail does not arrive
    groups: Sequence[str]  # those that the reader reads

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def hue(self) -> int:
        return hue(self.name)


def count_staff(actor: Actor, company: Company) -> dict[StaffFilter, int]:
    """How many there are of each, in one statement."""
    counted = _staff(actor, company).with_only_columns(func.count(), func.count(Tie.last_day))
    return dict(zip(StaffFilter, db.session.execute(counted).one(), strict=True))


def staff_of(actor: Actor, company: Company, which: StaffFilter, page: int) -> list[StaffLine]:
    """One page, contacts first: two statements, however many they are."""
    asked = _staff(actor, company).with_only_columns(
        Tie.id, Person.id, Person.name, shown_function(), Tie.is_contact, Tie.is_delegate, Tie.kind, Tie.last_day,
        is_refused(Person.email.expression))
    if which is StaffFilter.LEAVING:
        asked = asked.where(Tie.last_day.is_not(None))
    found = db.session.execute(
        asked.order_by(Tie.is_contact.desc(), Person.name, Tie.id)
        .offset((page - 1) * STAFF_ON_A_PAGE).limit(STAFF_ON_A_PAGE)
    ).all()  # fmt: skip
    groups = _groups_by_tie(actor, [row[0] for row in found])
    return [StaffLine(*row[:6], row[6] is TieKind.GUEST, row[7], bool(row[8]), groups[row[0]]) for row in found]


def get_staff_tie(actor: Actor, company: Company, tie_id: int) -> Tie:
    """That of someone who acts for this company now, or NotFound."""
    asked = _staff(actor, company).options(contains_eager(Tie.person), contains_eager(Tie.company))
    tie = db.session.scalar(asked.where(Tie.id == tie_id))
    if tie is None:
        raise NotFound
    return tie


def _staff(actor: Actor, company: Company) -> Select[Tie]:
    known = readable_people(actor).with_only_columns(Person.id).correlate(None)
    return (
        select(Tie).join(Tie.person).join(Tie.company)
        .where(Tie.company_id == company.id, live_tie_condition(), Tie.person_id.in_(known.scalar_subquery()))
    )  # fmt: skip


def _groups_by_tie(actor: Actor, tie_ids: Sequence[int]) -> dict[int, list[str]]:
    readable = readable_group_ids(actor)
    places = db.session.execute(
        select(GroupMembership.tie_id, GroupMembership.group_id)
        .where(GroupMembership.tie_id.in_(tie_ids), GroupMembership.group_id.in_(readable),
               GroupMembership.left_at.is_(None))
    )  # fmt: skip
    found: dict[int, list[str]] = defaultdict(list)
    for tie_id, group_id in places:
        found[tie_id].append(standings(actor)[group_id].name)
    return defaultdict(list, {tie_id: sorted(names) for tie_id, names in found.items()})

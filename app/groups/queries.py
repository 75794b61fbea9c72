"""Finding groups. Every query starts from what exists for the person."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache, reduce
from operator import add
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import SQLColumnExpression

from app.accounts.models import Actor, Company, CompanyState, Office, Person, Sanction, SanctionKind, Tie, TieKind
from app.accounts.policy import Anyone, live_tie_condition, slug_of_page
from app.core.clock import now
from app.core.db import Id, Rows, UTCDateTime, Values, rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.text import hue, initials
from app.groups.models import (
    COORDINATOR_AFTER,
    REQUEST_LIVES,
    GroupMembership,
    JoinRequest,
    RequestState,
    Role,
    Visibility,
    WorkingGroup,
)
from app.groups.policy import Standing, readable_group_ids, standings
from app.guard.models import Hiding
from app.notifications.models import SITE_LEVEL, Level, SetBy, Watch
from app.notifications.queries import Choices, ruling_level, who_chose

NOW = bindparam("now", callable_=now, type_=UTCDateTime)  # asked each time, also in a statement that is kept
READ_ALONG = (Office.COORDINATOR, Office.DEPUTY_COORDINATOR)  # in the groups on request
GROUP = bindparam("group", type_=Id)
ROLE_ORDER = {Role.LEAD: 0, Role.DEPUTY: 1, Role.SECRETARY: 2, Role.MEMBER: 3, Role.GUEST: 4}


class MemberLine(NamedTuple):
    person_id: int
    name: str
    initials: str
    hue: int
    function: str
    role: Role
    company_name: str
    kind: TieKind
    last_day: date | None
    company_slug: str | None  # None when it has no page (any more)


class GroupFigures(NamedTuple):
    """How many people of how many companies take part."""

    members: int = 0
    companies: int = 0


class PlaceLeft(NamedTuple):
    """A place in a group that is over."""

    group_id: int
    slug: str
    left_at: datetime


class Origin(StrEnum):
    """Where the level that rules for somebody comes from, from narrow to wide."""

    THREAD = "thread"
    REPLY = "reply"
    GROUP = "group"
    DEFAULT = "default"
    SITE = "site"


class Rule(NamedTuple):
    level: Level
    origin: Origin


class Readership(NamedTuple):
    """How many people of how many companies read it, and how many of them get it by mail."""

    people: int
    companies: int
    mailed: int


class RequestLine(NamedTuple):
    """Who asks to take part, and what they answered to the one question."""

    id: int
    answer: str
    created_at: datetime
    person_id: int
    name: str
    function: str
    company_name: str
    company_slug: str | None

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def hue(self) -> int:
        return hue(self.name)


def get_visible_group(actor: Anyone, slug: str) -> WorkingGroup:
    """A group that exists for this person; what they may see of it is another question."""
    return _one(actor, slug, lambda _standing: True)


def get_group(actor: Anyone, slug: str) -> WorkingGroup:
    """A group this person may read, or NotFound."""
    return _one(actor, slug, lambda standing: standing.may_read)


def places_left(actor: Actor) -> list[PlaceLeft]:
    """The places they gave up or lost in groups that they may not read now."""
    readable = readable_group_ids(actor)
    is_in_sight = true() if actor.is_stepped_up else WorkingGroup.visibility != Visibility.CONFIDENTIAL
    found = db.session.execute(
        select(WorkingGroup.id, WorkingGroup.slug, GroupMembership.left_at)
        .join(GroupMembership, GroupMembership.group_id == WorkingGroup.id)
        .where(GroupMembership.tie_id == actor.tie_id, GroupMembership.left_at.is_not(None), is_in_sight)
    )  # fmt: skip
    return [PlaceLeft(row.id, row.slug, row.left_at) for row in found if row.id not in readable]


def group_of_any_state(group_id: int) -> WorkingGroup | None:
    """Whoever asks: for those who handle reports."""
    return db.session.get(WorkingGroup, group_id)


def confidential_among(group_ids: Iterable[int | None]) -> set[int | None]:
    """Those of these groups that became confidential, or were it: of them letters say nothing (NTF-21)."""
    asked = set(group_ids) - {None}
    if not asked:
        return set()
    return set(db.session.scalars(
        select(WorkingGroup.id).where(WorkingGroup.id.in_(asked), WorkingGroup.visibility == Visibility.CONFIDENTIAL)))


def members_of(group_id: int) -> list[MemberLine]:
    """Everyone who takes part now, by company and name; a tie that is over takes no part."""
    rows = db.session.execute(
        memberships(select(Person.id, Person.name, shown_function(), GroupMembership.role, Company.name,
                           Tie.kind, Tie.last_day, slug_of_page()))
        .where(GroupMembership.group_id == group_id)
    ).all()  # fmt: skip
    lines = [MemberLine(row[0], row[1], initials(row[1]), hue(row[1]), *row[2:]) for row in rows]
    return sorted(lines, key=lambda line: (line.company_name, ROLE_ORDER[line.role], line.name))


def shown_function() -> ColumnElement[str]:
    """Of a tie, in a statement: nothing while what its person says of themselves is hidden (MOD-13)."""
    is_hidden = exists().where(Hiding.kind == "person", Hiding.item == Tie.person_id)
    return case((is_hidden, ""), else_=Tie.function)


def figures_of(group_ids: Iterable[int]) -> dict[int, GroupFigures]:
    counted = rows(_figures(), {"groups": list(group_ids)})
    return defaultdict(GroupFigures, {row[0]: GroupFigures(*row[1:]) for row in counted})


def readership(group: WorkingGroup, writer_id: int, thread: str = "") -> Readership:
    """How many will read and get what this person writes in a thread, or as a new one (DISC-20).

    Those who get it are counted by the statement of `mailed_at_once`.
    """
    values = _values_for_mail(group, writer_id, thread)
    statement = _readership(group.visibility, _mailing_by_default(group, thread), not thread)
    return Readership(*rows(statement, values).one())


def mailed_at_once(group: WorkingGroup, writer_id: int, thread: str = "") -> list[int]:
    """The people who get a post of this writer by mail as soon as it is placed (NTF-15); without a thread: a new one.

    Of those who read the group at this moment, whoever's level says so, and never the writer (NTF-2).
    """
    values = _values_for_mail(group, writer_id, thread)
    return list(rows(_mailed(group.visibility, _mailing_by_default(group, thread), not thread), values).scalars())


def ruling_choice(choices: Choices, group: WorkingGroup, *, is_member: bool) -> Rule:
    """Which level rules for this person in a thread, or in the group where `choices` say nothing of one, and why.

    In words of one person the same as `level_in_group` asks of many.
    """
    if choices.in_thread is not None:
        return Rule(choices.in_thread, Origin.REPLY if choices.set_by is SetBy.REPLY else Origin.THREAD)
    if choices.in_group is not None:
        return Rule(choices.in_group, Origin.GROUP)
    return Rule(group.default_watch, Origin.DEFAULT) if is_member else Rule(SITE_LEVEL, Origin.SITE)


def level_in_group(person: SQLColumnExpression[int]) -> ColumnElement[Level]:
    """The level that rules for the person in the row (NTF-6). The group's default is that of its members only.

    For a statement that is told the two places, the `group` and its `default`.
    """
    tie = aliased(Tie)
    # From the person's few ties to their places: SQLite, left the choice, walks through all members for each person.
    takes_part = select(GroupMembership.id).where(_has_place(tie)).correlate_except(GroupMembership).exists()
    is_member = select(tie.id).where(tie.person_id == person, takes_part).correlate_except(tie).exists()
    level = Watch.level.type
    default = case((is_member, bindparam("default", type_=level)), else_=literal(SITE_LEVEL, type_=level))
    return ruling_level(person, default)


def values_of_level(group: WorkingGroup, thread: str = "") -> Values:
    """What a statement with `level_in_group` is told."""
    return {"group": group.id, "default": group.default_watch, "thread_place": thread, "group_place": group.scope}


def readers(columns: Rows, visibility: Visibility) -> Rows:
    """These columns of everyone who reads what is written in the `group` that is asked for, as can_read_group says it.

    Each with tie, person and company.
    """
    reading = union_all(*_readers(visibility, Tie.id))
    return (
        columns.select_from(Tie).join(Person, Person.id == Tie.person_id).join(Company, Company.id == Tie.company_id)
        .where(Tie.id.in_(reading))
    )  # fmt: skip


def default_levels(group_ids: Iterable[int]) -> dict[int, Level]:
    """What their members hear of these groups where they did not choose."""
    return {row[0]: row[1] for row in rows(_default_levels(), {"groups": list(group_ids)})}


def open_membership(group_id: int, tie_id: int | None) -> GroupMembership | None:
    return db.session.scalar(
        select(GroupMembership).where(
            GroupMembership.group_id == group_id, GroupMembership.tie_id == tie_id, GroupMembership.left_at.is_(None)
        )
    )


def memberships(columns: Rows) -> Rows:
    """These columns of everyone who takes part in a group now, each with tie, person and company."""
    return (
        columns.select_from(GroupMembership)
        .join(Tie, Tie.id == GroupMembership.tie_id)
        .join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
        .where(GroupMembership.left_at.is_(None), live_tie_condition())
    )


def leads_of(group_id: int) -> list[int]:
    """The person who leads the group; while nobody does, the deputies."""
    found = db.session.execute(
        memberships(select(GroupMembership.role, Person.id))
        .where(GroupMembership.group_id == group_id, GroupMembership.role.in_((Role.LEAD, Role.DEPUTY)))
    ).all()  # fmt: skip
    leads = [person_id for role, person_id in found if role is Role.LEAD]
    return leads or [person_id for _role, person_id in found]


def leads_and_deputies_of(group_id: int) -> list[int]:
    """Who answers in a group at this moment."""
    return list(db.session.scalars(
        memberships(select(Person.id))
        .where(GroupMembership.group_id == group_id, GroupMembership.role.in_((Role.LEAD, Role.DEPUTY)))
    ))  # fmt: skip


def get_join_request(group: WorkingGroup, request_id: int) -> JoinRequest:
    """For who may answer in this group."""
    request = db.session.scalar(
        select(JoinRequest).where(JoinRequest.id == request_id, JoinRequest.group_id == group.id)
    )
    if request is None:
        raise NotFound
    return request


def requests_waiting(group_id: int) -> list[RequestLine]:
    """Of people who act for their company still, the oldest first."""
    found = db.session.execute(
        select(JoinRequest.id, JoinRequest.answer, JoinRequest.created_at, Person.id, Person.name, shown_function(),
               Company.name, slug_of_page())
        .join(Tie, Tie.id == JoinRequest.tie_id).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
        .where(JoinRequest.group_id == group_id, JoinRequest.state == RequestState.PENDING, live_tie_condition())
        .order_by(JoinRequest.created_at, JoinRequest.id)
    )  # fmt: skip
    return [RequestLine(*row) for row in found]


def newest_request(group_id: int, tie_id: int | None) -> JoinRequest | None:
    return db.session.scalar(
        select(JoinRequest).where(JoinRequest.group_id == group_id, JoinRequest.tie_id == tie_id)
        .order_by(JoinRequest.created_at.desc(), JoinRequest.id.desc()).limit(1)
    )  # fmt: skip


def groups_asked(actor: Actor) -> set[int]:
    """Those in which a request of theirs waits for an answer."""
    waiting = select(JoinRequest.group_id).where(
        JoinRequest.tie_id == actor.tie_id, JoinRequest.state == RequestState.PENDING
    )
    return set(db.session.scalars(waiting))


def requests_that_wait(*, group_id: int | None = None, tie_id: int | None = None) -> Sequence[JoinRequest]:
    """Those in this group, or of this tie, or both."""
    waiting = select(JoinRequest).where(JoinRequest.state == RequestState.PENDING)
    if group_id is not None:
        waiting = waiting.where(JoinRequest.group_id == group_id)
    if tie_id is not None:
        waiting = waiting.where(JoinRequest.tie_id == tie_id)
    return db.session.scalars(waiting).all()


def requests_past_their_time() -> Sequence[int]:
    return db.session.scalars(
        select(JoinRequest.id)
        .where(JoinRequest.state == RequestState.PENDING, JoinRequest.created_at <= now() - REQUEST_LIVES)
    ).all()  # fmt: skip


def requests_for_coordinators() -> Sequence[int]:
    """Five days without an answer, or with nobody to give it; they do not know of these yet."""
    answers = (
        memberships(select(GroupMembership.id))
        .where(GroupMembership.group_id == WorkingGroup.id, GroupMembership.role.in_((Role.LEAD, Role.DEPUTY)))
        .correlate(WorkingGroup).exists()
    )  # fmt: skip
    return db.session.scalars(
        select(JoinRequest.id).join(WorkingGroup, WorkingGroup.id == JoinRequest.group_id)
        .where(JoinRequest.state == RequestState.PENDING, JoinRequest.coordinators_told_at.is_(None),
               WorkingGroup.visibility != Visibility.CONFIDENTIAL, WorkingGroup.archived_at.is_(None),
               or_(JoinRequest.created_at <= now() - COORDINATOR_AFTER, ~answers))
    ).all()  # fmt: skip


@cache
def _group() -> Select[WorkingGroup]:
    return select(WorkingGroup).where(WorkingGroup.id == bindparam("group"))


@cache
def _default_levels() -> Rows:
    groups = bindparam("groups", type_=Id, expanding=True)
    return select(WorkingGroup.id, WorkingGroup.default_watch).where(WorkingGroup.id.in_(groups))


@cache
def _figures() -> Rows:
    return (
        memberships(select(GroupMembership.group_id, func.count(), func.count(Tie.company_id.distinct())))
        .where(GroupMembership.group_id.in_(bindparam("groups", expanding=True))).group_by(GroupMembership.group_id)
    )  # fmt: skip


def _values_for_mail(group: WorkingGroup, writer_id: int, thread: str) -> Values:
    return {"me": writer_id, **values_of_level(group, thread)}


def _mailing_by_default(group: WorkingGroup, thread: str) -> bool:
    return group.default_watch in _mailing_levels(not thread)


def _mailing_levels(is_new_thread: bool) -> tuple[Level, ...]:
    return (Level.ALL_MAIL, Level.NEW_THREADS) if is_new_thread else (Level.ALL_MAIL,)


@cache
def _readership(visibility: Visibility, members_by_default: bool, is_new_thread: bool) -> Rows:
    figures = (func.count().label("people"), func.count(Tie.company_id.distinct()).label("companies"))
    parts: list[Any] = [part.subquery() for part in _readers(visibility, *figures)]
    people, companies = (reduce(add, (part.c[name] for part in parts)) for name in ("people", "companies"))
    mailed = _mailed(visibility, members_by_default, is_new_thread).subquery()
    number = select(func.count()).select_from(mailed).scalar_subquery()
    return select(people, companies, number).select_from(
        reduce(lambda one, other: one.join(other, true()), parts))  # fmt: skip


@cache
def _mailed(visibility: Visibility, members_by_default: bool, is_new_thread: bool) -> CompoundSelect[int]:
    """Asked of those of whom a choice or the default may say so: few of the many who read an open group."""
    levels = _mailing_levels(is_new_thread)
    in_group = select(Tie.person_id).join(GroupMembership, _has_place(Tie))
    chose = who_chose(*levels)
    may_be = (union(chose, in_group) if members_by_default else chose.distinct()).subquery()
    is_mailed = and_(may_be.c.person_id != bindparam("me", type_=Id), level_in_group(Tie.person_id).in_(levels))
    return union_all(*(part.join(may_be, may_be.c.person_id == Tie.person_id).where(is_mailed)
                       for part in _readers(visibility, Tie.person_id)))  # fmt: skip


def _readers(visibility: Visibility, *columns: SQLColumnExpression[Any]) -> list[Rows]:
    """These columns of the ties of everyone who reads such a group, in parts that have nobody in common.

    Who is suspended takes part still, and reads nothing.
    """
    suspended = select(Sanction.person_id).where(Sanction.kind == SanctionKind.SUSPEND, Sanction.lifted_at.is_(None),
                                                 Sanction.until > NOW)  # fmt: skip
    reads = and_(live_tie_condition(), Tie.person_id.not_in(suspended))
    place = _has_place(Tie)
    if visibility is Visibility.OPEN:
        readers_of = select(*columns).select_from(Tie).join(Company, Company.id == Tie.company_id).where(reads)
        staff = readers_of.where(Tie.kind == TieKind.STAFF, Company.state != CompanyState.PARTNER)
        # Few, and found before anybody asks whether they are among the many members.
        partners = select(Company.id).where(Company.state == CompanyState.PARTNER)
        others = or_(Tie.kind == TieKind.GUEST, Tie.company_id.in_(partners))
        takes_part = select(GroupMembership.id).where(place).exists()
        return [staff, readers_of.where(others, takes_part)]
    # Its members; on request also the coordinators, who read along.
    reads_along = Person.office.in_(READ_ALONG)
    own = GroupMembership.id.is_not(None)
    everyone = (
        select(*columns).select_from(Tie)
        .join(Person, Person.id == Tie.person_id).join(Company, Company.id == Tie.company_id)
        .outerjoin(GroupMembership, place)
        .where(reads, or_(own, reads_along) if visibility is Visibility.ON_REQUEST else own)
    )  # fmt: skip
    return [everyone]


def _has_place(tie: type[Tie]) -> ColumnElement[bool]:
    """Whether the place in the row is this tie's own, in the `group` that is asked for, and not left."""
    return and_(GroupMembership.tie_id == tie.id, GroupMembership.group_id == GROUP, GroupMembership.left_at.is_(None))


def _one(actor: Anyone, slug: str, is_meant: Callable[[Standing], bool]) -> WorkingGroup:
    for standing in standings(actor).values():
        if standing.slug == slug and is_meant(standing):
            return db.session.scalars(_group(), {"group": standing.group_id}).one()
    raise NotFound

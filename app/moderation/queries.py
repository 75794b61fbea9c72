"""Finding cases, reports and what was done. Every query starts from what the person may read."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Integer, Select, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.accounts.models import Actor, Company, Office, Person, Sanction, Tie
from app.accounts.policy import live_tie_condition
from app.core.db import Rows, UTCDateTime, rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.groups.models import GroupMembership, Role, WorkingGroup
from app.guard.models import ActsAs
from app.moderation.models import (
    LINES_ON_A_PAGE,
    Action,
    ActionKind,
    Case,
    CaseNote,
    CaseState,
    Desk,
    Objection,
    ObjectionState,
    Reason,
    Report,
)
from app.moderation.policy import (
    ME,
    can_see_own_action,
    cases_at_desks,
    desks_of,
    readable_actions,
    readable_cases,
)


class CaseRow(NamedTuple):
    """A line of the queue."""

    id: int
    title: str
    kind: str
    state: CaseState
    desk: Desk
    created_at: datetime
    due_at: datetime
    group_name: str | None
    owner_name: str | None
    reports: int
    reasons: tuple[Reason, ...] = ()


class ActionRow(NamedTuple):
    """A line of the log, with everything; the view leaves out what the reader may not see."""

    id: int
    created_at: datetime
    kind: ActionKind
    rule: int
    reason: str
    role: ActsAs
    until: datetime | None
    is_own_company: bool
    case_id: int
    subject_kind: str
    title: str
    url: str
    group_id: int | None
    group_name: str | None
    by_name: str
    person_id: int
    on_name: str
    on_company: str
    on_company_id: int


class HomeRow(NamedTuple):
    """What somebody reported, or what waits for them at a desk, in short."""

    is_own: bool
    id: int
    title: str
    url: str
    state: CaseState
    created_at: datetime
    closed_at: datetime | None


class ReportRow(NamedTuple):
    """One's own report, and how it went."""

    id: int
    created_at: datetime
    reason: Reason
    text: str
    title: str
    url: str
    state: CaseState
    outcome: str
    closed_at: datetime | None


def get_case(actor: Actor, case_id: int) -> Case:
    """With its group, and author and owner with their names; NotFound for who does not work at its desk."""
    author, owner = aliased(Tie), aliased(Tie)
    case = db.session.scalar(
        readable_cases(actor).where(Case.id == case_id)
        .outerjoin(Case.group).join(author, author.id == Case.author_tie_id)
        .outerjoin(owner, owner.id == Case.owner_tie_id)
        .options(contains_eager(Case.group),
                 contains_eager(Case.author_tie.of_type(author))
                 .options(joinedload(author.person).selectinload(Person.ties), joinedload(author.company)),
                 contains_eager(Case.owner_tie.of_type(owner)).joinedload(owner.person))
    )  # fmt: skip
    if case is None:
        raise NotFound
    return case


def queue(actor: Actor, *, closed: bool = False) -> Sequence[CaseRow]:
    """What lies at this person's desks: oldest first; of what is closed the newest, a page full."""
    owner = aliased(Person)
    reports = select(func.count()).where(Report.case_id == Case.id).correlate(Case).scalar_subquery()
    statement = (
        _columns(readable_cases(actor), Case.id, Case.title, Case.kind, Case.state, Case.desk, Case.created_at,
                 Case.due_at, WorkingGroup.name, owner.name, reports)
        .outerjoin(WorkingGroup, WorkingGroup.id == Case.group_id).outerjoin(owner, owner.id == Case.owner_id)
    )  # fmt: skip
    if closed:
        statement = statement.where(Case.closed_at.is_not(None)).order_by(Case.closed_at.desc(), Case.id.desc())
        statement = statement.limit(LINES_ON_A_PAGE)
    else:
        statement = statement.where(Case.closed_at.is_(None)).order_by(Case.created_at, Case.id)
    lines = [CaseRow(*row) for row in db.session.execute(statement)]
    reasons: dict[int, list[Reason]] = {}
    given = select(Report.case_id, Report.reason).where(Report.case_id.in_([line.id for line in lines])).distinct()
    for case_id, reason in db.session.execute(given):
        reasons.setdefault(case_id, []).append(reason)
    return [line._replace(reasons=tuple(sorted(reasons.get(line.id, ())))) for line in lines]


def reports_in(case: Case) -> Sequence[Report]:
    """With who made them; only for who may see that."""
    return db.session.scalars(
        select(Report).where(Report.case_id == case.id).order_by(Report.created_at, Report.id)
        .options(joinedload(Report.tie).joinedload(Tie.person), joinedload(Report.tie).joinedload(Tie.company))
    ).all()  # fmt: skip


def notes_in(case: Case) -> Sequence[CaseNote]:
    return db.session.scalars(
        select(CaseNote).where(CaseNote.case_id == case.id).order_by(CaseNote.created_at, CaseNote.id)
        .options(joinedload(CaseNote.tie).joinedload(Tie.person))
    ).all()  # fmt: skip


def actions_on(actor: Actor, case: Case) -> Sequence[ActionRow]:
    """Everything done about this author before, of what this person may read, and all of this case; newest first."""
    of_case = db.session.execute(_action_rows(select(Action).where(Action.case_id == case.id)))
    earlier = db.session.execute(
        _action_rows(readable_actions(actor).where(Action.person_id == case.author_id, Action.case_id != case.id))
        .limit(LINES_ON_A_PAGE)
    )
    return [ActionRow(*row) for row in [*of_case, *earlier]]


def running_sanctions_of(case: Case) -> Sequence[Sanction]:
    """Of the author, given in this case."""
    given = select(Action.sanction_id).where(Action.case_id == case.id, Action.sanction_id.is_not(None))
    found = db.session.scalars(select(Sanction).where(Sanction.id.in_(given)).order_by(Sanction.until))
    return [each for each in found if each.is_running]


def get_sanction(case: Case, sanction_id: int) -> Sanction:
    """One that was given in this case, or NotFound."""
    given = select(Action.id).where(Action.case_id == case.id, Action.sanction_id == sanction_id).limit(1)
    sanction = db.session.get(Sanction, sanction_id)
    if sanction is None or db.session.scalar(given) is None:
        raise NotFound
    return sanction


def running_case(kind: str, item: int) -> Case | None:
    return db.session.scalar(select(Case).where(Case.kind == kind, Case.item == item, Case.closed_at.is_(None)))


def running_cases_elsewhere(group_id: int) -> Sequence[Case]:
    """About texts of this group, and not at its own desk; nobody takes one meanwhile."""
    return db.session.scalars(
        select(Case).where(Case.group_id == group_id, Case.closed_at.is_(None), Case.desk != Desk.LEAD)
        .order_by(Case.id).with_for_update()
    ).all()  # fmt: skip


def own_report(actor: Actor, kind: str, item: int, version: int) -> Report | None:
    """The one that counts still: its case runs, or the text is as it was."""
    return db.session.scalar(
        select(Report).join(Report.case)
        .where(Report.person_id == actor.id, Report.kind == kind, Report.item == item,
               or_(Case.closed_at.is_(None), Report.subject_version == version))
        .order_by(Report.created_at.desc(), Report.id.desc()).limit(1)
    )  # fmt: skip


def around_home(actor: Actor, *, told_since: datetime, most: int) -> list[HomeRow]:
    """At this person's desks the oldest cases that are open; of their own reports the newest of which there is news.

    Asked by everyone who comes by, so in one statement.
    """
    values = {**desks_of(actor), "told_since": told_since, "most": most}
    return [HomeRow(*row) for row in rows(_around_home(), values)]


def own_reports(actor: Actor) -> Sequence[ReportRow]:
    """The newest first."""
    found = db.session.execute(
        select(Report.id, Report.created_at, Report.reason, Report.text, Case.title, Case.url, Case.state, Case.outcome,
               Case.closed_at)
        .join(Case, Case.id == Report.case_id).where(Report.person_id == actor.id)
        .order_by(Report.created_at.desc(), Report.id.desc()).limit(LINES_ON_A_PAGE)
    )  # fmt: skip
    return [ReportRow(*row) for row in found]


def own_actions(actor: Actor) -> Sequence[Action]:
    """What was done about this person's own texts, the newest first."""
    return db.session.scalars(
        select(Action).where(Action.person_id == actor.id).options(joinedload(Action.case))
        .order_by(Action.created_at.desc(), Action.id.desc()).limit(LINES_ON_A_PAGE)
    ).all()  # fmt: skip


def get_own_action(actor: Actor, action_id: int) -> Action:
    action = db.session.get(Action, action_id, options=[joinedload(Action.case)])
    if action is None or not can_see_own_action(actor, action):
        raise NotFound
    return action


def objection_to(action: Action) -> Objection | None:
    return db.session.scalar(select(Objection).where(Objection.action_id == action.id))


def open_objection_in(case: Case) -> Objection | None:
    return db.session.scalar(
        select(Objection).join(Action, Action.id == Objection.action_id).options(contains_eager(Objection.action))
        .where(Action.case_id == case.id, Objection.state == ObjectionState.FILED)
        .order_by(Objection.created_at, Objection.id).limit(1)
    )  # fmt: skip


def objected_to_in(case: Case) -> Sequence[int]:
    """The people whose decisions somebody objects to and nobody decided about yet."""
    return db.session.scalars(
        select(Tie.person_id).join(Action, Action.created_by == Tie.id)
        .join(Objection, Objection.action_id == Action.id)
        .where(Action.case_id == case.id, Objection.state == ObjectionState.FILED)
    ).all()  # fmt: skip


def log_lines(actor: Actor, chosen: "LogFilter", *, page: int = 1, most: int = LINES_ON_A_PAGE) -> Sequence[ActionRow]:
    found = db.session.execute(
        _action_rows(chosen.applied_to(readable_actions(actor))).offset((page - 1) * most).limit(most)
    )
    return [ActionRow(*row) for row in found]


def log_count(actor: Actor, chosen: "LogFilter") -> int:
    lines = chosen.applied_to(readable_actions(actor)).with_only_columns(Action.id).subquery()
    return db.session.scalar(select(func.count()).select_from(lines)) or 0


class LogFilter(NamedTuple):
    """What of the log to show: times as [since, until), and words; None is all."""

    since: datetime | None = None
    until: datetime | None = None
    role: ActsAs | None = None
    kind: ActionKind | None = None
    subject: str | None = None

    def applied_to(self, actions: Select[Action]) -> Select[Action]:
        if self.since is not None:
            actions = actions.where(Action.created_at >= self.since)
        if self.until is not None:
            actions = actions.where(Action.created_at < self.until)
        words = (Action.role, self.role), (Action.kind, self.kind), (Action.subject_kind, self.subject)
        return actions.where(*(column == word for column, word in words if word is not None))


def leads_of(group_id: int) -> Sequence[tuple[int, int]]:
    """(person, company) of those who lead a group now."""
    found = db.session.execute(
        select(Tie.person_id, Tie.company_id).select_from(GroupMembership)
        .join(Tie, Tie.id == GroupMembership.tie_id).join(Company, Company.id == Tie.company_id)
        .where(GroupMembership.group_id == group_id, GroupMembership.left_at.is_(None), live_tie_condition(),
               GroupMembership.role.in_((Role.LEAD, Role.DEPUTY)))
    )  # fmt: skip
    return [(row[0], row[1]) for row in found]


def people_in_office(*offices: Office) -> list[int]:
    return list(db.session.scalars(_live_people().where(Person.office.in_(offices))))


def people_of_board() -> list[int]:
    return list(db.session.scalars(_live_people().where(Person.is_board)))


def reporters_of(case: Case) -> Sequence[Report]:
    return db.session.scalars(
        select(Report).where(Report.case_id == case.id).options(joinedload(Report.tie))
    ).all()


def waiting_at_board() -> int:
    """Cases that nobody of the board took: for the page of the administrator, a number without content."""
    return db.session.scalar(
        select(func.count()).select_from(Case).where(Case.desk == Desk.BOARD, Case.state == CaseState.OPEN)
    ) or 0  # fmt: skip


def _live_people() -> Select[int]:
    return (
        select(Person.id).join(Tie, Tie.person_id == Person.id).join(Company, Company.id == Tie.company_id)
        .where(live_tie_condition())
    )  # fmt: skip


@cache
def _around_home() -> CompoundSelect[*tuple[Any, ...]]:
    columns = (Case.id, Case.title, Case.url, Case.state, Case.created_at, Case.closed_at)
    told_since, most = bindparam("told_since", type_=UTCDateTime), bindparam("most", type_=Integer)
    waiting = (
        _columns(cases_at_desks(), literal(False), *columns)
        .where(Case.closed_at.is_(None)).order_by(Case.created_at, Case.id).limit(most)
    )  # fmt: skip
    own = (
        select(literal(True), *columns).join(Report, Report.case_id == Case.id)
        .where(Report.person_id == ME, or_(Case.closed_at.is_(None), Case.closed_at > told_since))
        .order_by(Report.created_at.desc(), Report.id.desc()).limit(most)
    )  # fmt: skip
    return union_all(select(waiting.subquery()), select(own.subquery()))


def _columns(found: Select[Any], *columns: Any) -> Rows:
    """These columns of what a readable_* finds, instead of its objects."""
    return found.with_only_columns(*columns)


def _action_rows(actions: Select[Action]) -> Rows:
    by_tie, by, on = aliased(Tie), aliased(Person), aliased(Person)
    on_tie, on_company = aliased(Tie), aliased(Company)
    return (
        _columns(
            actions, Action.id, Action.created_at, Action.kind, Action.rule, Action.reason, Action.role, Action.until,
            Action.is_own_company, Action.case_id, Action.subject_kind, Case.title, Case.url, Action.group_id,
            WorkingGroup.name, by.name, Action.person_id, on.name, on_company.name, on_company.id)
        .join(Case, Case.id == Action.case_id).outerjoin(WorkingGroup, WorkingGroup.id == Action.group_id)
        .join(by_tie, by_tie.id == Action.created_by).join(by, by.id == by_tie.person_id)
        .join(on, on.id == Action.person_id).join(on_tie, on_tie.id == Action.tie_id)
        .join(on_company, on_company.id == on_tie.company_id)
        .order_by(Action.created_at.desc(), Action.id.desc())
    )  # fmt: skip

"""Who handles reports, and who reads what was done. Nobody has a say about their own text or their own report."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, false, or_, select, true

from app.accounts.models import Actor, Office, Tie
from app.accounts.policy import Anyone
from app.core.db import Id, rows
from app.core.policy import rule
from app.core.scopes import scope_source
from app.groups.models import Role, Visibility, WorkingGroup
from app.groups.policy import own_standings, standings
from app.guard.models import ActsAs
from app.moderation.models import (
    SILENCE_DAYS,
    SILENCE_DAYS_OF_LEADS,
    Action,
    Case,
    CaseState,
    Desk,
    Objection,
    ObjectionState,
    Report,
)

DEPUTIES = (Office.DEPUTY_COORDINATOR,)
ME = bindparam("me", type_=Id)


@rule
def can_see_cases(actor: Anyone) -> bool:
    """Chairs and deputies, coordinators, and members of the board handle reports."""
    return bool(led_group_ids(actor)) or bool(_desks(actor))


@rule
def can_read_case(actor: Anyone, case: Case) -> bool:
    """Who works at the desk of a case reads it; nobody a case about their own text, report or decision."""
    if not _is_outside_secrets(actor, case) or case.author_id == actor.id or case.id in _interested_in(actor):
        return False
    return case.desk in _desks(actor) or (case.desk is Desk.LEAD and case.group_id in led_group_ids(actor))


def readable_cases(actor: Anyone) -> Select[Case]:
    """The same sentence as can_read_case, asked of the database."""
    return cases_at_desks().params(desks_of(actor))


@rule
def can_claim_case(actor: Anyone, case: Case) -> bool:
    """Who reads an open case may take it in hand."""
    return case.state is CaseState.OPEN and can_read_case(actor, case)


@rule
def can_handle_case(actor: Anyone, case: Case) -> bool:
    """Only who has taken a case in hand acts in it."""
    return case.state is CaseState.IN_HAND and case.owner_id == actor.id and can_read_case(actor, case)


@rule
def can_undo_action(actor: Anyone, case: Case) -> bool:
    """What was hidden or taken away is given back by who has the case in hand; once it is closed, by its desk."""
    return can_handle_case(actor, case) or (case.is_closed and can_read_case(actor, case))


@rule
def can_silence_author(actor: Anyone, case: Case, days: int) -> bool:
    """Chairs and deputies silence in their own group for at most 7 days; coordinators and board up to 30."""
    return days in silence_days(actor, case) and can_handle_case(actor, case)


@rule
def can_suspend_author(actor: Anyone, case: Case) -> bool:
    """Coordinators and members of the board suspend; chairs do not."""
    return can_handle_case(actor, case) and not is_lead_work(actor, case)


@rule
def can_see_reporters(actor: Anyone, case: Case) -> bool:
    """Coordinators and members of the board see who reported, at their own desk; chairs never do."""
    return case.desk is not Desk.LEAD and not is_lead_work(actor, case) and can_read_case(actor, case)


@rule
def can_read_action(actor: Anyone, action: Action) -> bool:
    """Members read what was done in their groups, contacts what was done to their staff, coordinators nearly all."""
    if not actor.has_live_tie:
        return False
    if action.group_id is not None and action.group_id in _own_group_ids(actor):
        return True
    if action.group_id is not None and action.group_id in _confidential_ids():
        return False
    if actor.is_contact and action.tie_id in _tie_ids_of_company(actor):
        return True
    return actor.is_coordinator or actor.is_admin


def readable_actions(actor: Anyone) -> Select[Action]:
    """The same sentence as can_read_action, asked of the database."""
    if not actor.has_live_tie:
        return select(Action).where(false())
    own = Action.group_id.in_(_own_group_ids(actor))
    staff: ColumnElement[bool] = false()
    if actor.is_contact:
        staff = Action.tie_id.in_(select(Tie.id).where(Tie.company_id == actor.company_id))
    office: ColumnElement[bool] = true() if actor.is_coordinator or actor.is_admin else false()
    in_sight = or_(Action.group_id.is_(None), Action.group_id.in_(_not_confidential()))
    return select(Action).where(or_(own, and_(or_(staff, office), in_sight)))


@rule
def can_see_own_action(actor: Anyone, action: Action) -> bool:
    """Everyone sees what was done about their own texts, under which rule and why; also who is suspended."""
    return actor.is_signed_in and action.person_id == actor.id


def acts_as(actor: Actor, case: Case) -> ActsAs:
    """As what this person works on the case."""
    if is_lead_work(actor, case):
        standing = standings(actor)[case.group_id or 0]
        return ActsAs.LEAD if standing.role is Role.LEAD else ActsAs.DEPUTY
    if case.desk is Desk.BOARD and actor.is_board:
        return ActsAs.BOARD
    return ActsAs.DEPUTY_COORDINATOR if actor.office in DEPUTIES else ActsAs.COORDINATOR


def is_lead_work(actor: Anyone, case: Case) -> bool:
    return case.desk is Desk.LEAD and case.group_id in led_group_ids(actor)


def silence_days(actor: Anyone, case: Case) -> tuple[int, ...]:
    """For how long this person silences somebody."""
    most = SILENCE_DAYS_OF_LEADS if is_lead_work(actor, case) else max(SILENCE_DAYS)
    return tuple(days for days in SILENCE_DAYS if days <= most)


def led_group_ids(actor: Anyone) -> list[int]:
    return [standing.group_id for standing in own_standings(actor) if standing.leads]


def desk_scope(desk: Desk, group_id: int | None) -> str:
    """Who may be told of a case."""
    return f"desk:group:{group_id}" if desk is Desk.LEAD else f"desk:{desk.value}"


@scope_source
def desk_scopes(actor: Anyone) -> Iterable[str]:
    yield from (desk_scope(desk, None) for desk in _desks(actor) if desk is not Desk.LEAD)
    yield from (desk_scope(Desk.LEAD, group_id) for group_id in led_group_ids(actor))


def _desks(actor: Anyone) -> list[Desk]:
    """A coordinator helps out at the desks of the groups; a chair has that of the own group only."""
    desks = []
    if actor.is_coordinator:
        desks += [Desk.LEAD, Desk.COORDINATOR]
        if actor.office in DEPUTIES:
            desks.append(Desk.DEPUTY)
    if actor.is_board and actor.has_live_tie:
        desks.append(Desk.BOARD)
    return desks


def _is_outside_secrets(actor: Anyone, case: Case) -> bool:
    """A group may have become confidential since: then only who leads it reads its cases."""
    return case.group is None or not case.group.is_confidential or case.group_id in led_group_ids(actor)


def _interested_in(actor: Anyone) -> list[int]:
    """The cases that this person reported in, or whose decision they took that somebody objects to."""
    if not isinstance(actor, Actor):
        return []
    return actor.remembered("moderation.interests", lambda: [row[0] for row in rows(_interests(), {"me": actor.id})])


def _own_group_ids(actor: Anyone) -> list[int]:
    return [standing.group_id for standing in own_standings(actor)]


def _tie_ids_of_company(actor: Anyone) -> list[int]:
    return [row[0] for row in rows(select(Tie.id).where(Tie.company_id == actor.company_id), {})]


def _confidential_ids() -> list[int]:
    confidential = select(WorkingGroup.id).where(WorkingGroup.visibility == Visibility.CONFIDENTIAL)
    return [row[0] for row in rows(confidential, {})]


def _not_confidential() -> Select[int]:
    return select(WorkingGroup.id).where(WorkingGroup.visibility != Visibility.CONFIDENTIAL)


@cache
def cases_at_desks() -> Select[Case]:
    """Those that whoever works at the desks that it is told reads: `desks_of` says them."""
    led = bindparam("led", type_=Id, expanding=True)
    desks: BindParameter[Desk] = bindparam("desks", type_=Case.desk.type, expanding=True)
    at_desk = or_(Case.desk.in_(desks), and_(Case.desk == Desk.LEAD, Case.group_id.in_(led)))
    in_sight = or_(Case.group_id.is_(None), Case.group_id.in_(led), Case.group_id.in_(_not_confidential()))
    return select(Case).where(at_desk, in_sight, Case.author_id != ME, Case.id.not_in(_interests()))


def desks_of(actor: Anyone) -> dict[str, Any]:
    return {"me": actor.id or 0, "desks": _desks(actor), "led": led_group_ids(actor)}


@cache
def _interests() -> Select[int]:
    reported = select(Report.case_id).where(Report.person_id == ME)
    objected = (
        select(Action.case_id).join(Objection, Objection.action_id == Action.id).join(Tie, Tie.id == Action.created_by)
        .where(Objection.state == ObjectionState.FILED, Tie.person_id == ME)
    )  # fmt: skip
    return select(Case.id).where(or_(Case.id.in_(reported), Case.id.in_(objected)))

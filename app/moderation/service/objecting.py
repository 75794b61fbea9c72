"""Objecting to what was done, within 14 days; decided by someone who did not do it."""

from app.accounts.models import Actor
from app.accounts.policy import person_scope
from app.core.clock import now
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.moderation import queries
from app.moderation.events import ObjectionDecided, ObjectionFiled
from app.moderation.models import DUE_WITHIN, Action, Case, CaseState, Desk, Objection, ObjectionState
from app.moderation.policy import can_see_own_action
from app.moderation.service.acting import Ground, undo
from app.moderation.service.desks import free_people_at, leave_to_group, move_up, ring_desk
from app.moderation.service.handling import lock
from app.notifications import service as notifications

OBJECTION = "objection"  # under the bell of who objected


@atomic
def file_objection(actor: Actor, action: Action, text: str) -> Objection:
    """The case opens again, at a desk of people who had no part in it. Objecting twice is refused."""
    authorize(can_see_own_action, actor, action)
    if queries.objection_to(action) is not None:
        raise Conflict(_("You have objected to this already."))
    if not action.may_be_objected:
        raise Conflict(_("The time to object is over."))
    objection = Objection(action=action, text=text, created_by=actor.tie_id or action.tie_id)
    db.session.add(objection)
    db.session.flush()
    _open_again(action)
    publish(ObjectionFiled(actor_id=actor.id, objection_id=objection.id, case_id=action.case_id))
    return objection


@atomic
def decide_objection(actor: Actor, case: Case, objection: Objection, *, upheld: bool, reason: str) -> None:
    """Upheld, what was done is undone in the same moment, as far as it lasts."""
    lock(actor, case)
    if objection.state is not ObjectionState.FILED or objection.action.case_id != case.id:
        raise Conflict(_("This was decided already."))
    objection.state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    objection.decision, objection.decided_by = reason, actor.tie_id
    if upheld:
        undo(actor, objection.action, Ground(objection.action.rule, reason))
    notifications.notify([case.author_id], kind=OBJECTION, item=objection.id, actor_id=actor.id,
                         actor_tie_id=case.author_tie_id, scope=person_scope(case.author_id))  # fmt: skip
    publish(ObjectionDecided(actor_id=actor.id, objection_id=objection.id, state=objection.state.value))


def _open_again(action: Action) -> None:
    """Where someone is free of it: who acted, wrote or reported is not."""
    case = action.case
    running = queries.running_case(case.kind, case.item)
    if running is not None and running.id != case.id:
        raise Conflict(_("A newer report about this text is being handled. Object again when that is done."))
    case.state, case.owner_id, case.owner_tie_id, case.closed_at = CaseState.OPEN, None, None, None
    case.due_at = now() + DUE_WITHIN
    reports, past = queries.reporters_of(case), queries.objected_to_in(case)
    if case.group is not None and case.group.is_confidential:
        leave_to_group(case, reports, past=past)
    while not free_people_at(case, reports, past=past) and case.desk is not Desk.BOARD:
        move_up(case, _next(case))
    ring_desk(case, reports, past=past)


def _next(case: Case) -> Desk:
    desks = list(Desk)
    return desks[desks.index(case.desk) + 1]

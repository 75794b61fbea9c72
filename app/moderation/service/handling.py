"""Taking a case in hand, giving it back, and closing it."""

from collections.abc import Sequence

from sqlalchemy import update

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.moderation import queries
from app.moderation.events import CaseClaimed, CaseGivenBack, CaseNoted, CaseSettled
from app.moderation.models import Case, CaseNote, CaseState, Desk, Report
from app.moderation.policy import can_claim_case, can_handle_case, can_read_case, is_lead_work
from app.moderation.service.desks import leave_to_group, ring_desk, ring_no_more
from app.notifications import service as notifications

REPORT = "report"  # under the bell of who reported


@atomic
def claim_case(actor: Actor, case: Case) -> None:
    """Take it in hand; of two who do at one moment one gets it. Raises Conflict for the other."""
    if case.state is CaseState.IN_HAND and case.owner_id == actor.id:
        return
    if case.state is not CaseState.OPEN and can_read_case(actor, case):
        raise Conflict(_("Someone else has this case in hand already."))
    authorize(can_claim_case, actor, case)
    taken = db.session.execute(
        update(Case).where(Case.id == case.id, Case.state == CaseState.OPEN)
        .values(state=CaseState.IN_HAND, owner_id=actor.id, owner_tie_id=actor.tie_id)
    )  # fmt: skip
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Conflict(_("Someone else has this case in hand already."))
    db.session.refresh(case)
    if case.desk is Desk.LEAD and not is_lead_work(actor, case):
        case.desk = Desk.COORDINATOR  # a coordinator took it over from the group
        ring_no_more(case)
    publish(CaseClaimed(actor_id=actor.id, case_id=case.id))


@atomic
def give_back_case(actor: Actor, case: Case) -> None:
    """For someone else at the desk, who hears of it; notes and what was done stay with it."""
    lock(actor, case)
    case.state, case.owner_id, case.owner_tie_id = CaseState.OPEN, None, None
    ring_desk(case, queries.reporters_of(case), past={*queries.objected_to_in(case), actor.id})
    publish(CaseGivenBack(actor_id=actor.id, case_id=case.id))


@atomic
def leave_cases_to_group(group_id: int) -> None:
    """The group became confidential: who had one of its cases in hand reads it no more, and who leads it does."""
    for case in queries.running_cases_elsewhere(group_id):
        case.state, case.owner_id, case.owner_tie_id = CaseState.OPEN, None, None
        reports, past = queries.reporters_of(case), queries.objected_to_in(case)
        leave_to_group(case, reports, past=past)
        ring_desk(case, reports, past=past)


@atomic
def add_note(actor: Actor, case: Case, body: str) -> None:
    lock(actor, case)
    note = CaseNote(case_id=case.id, body=body, created_by=actor.tie_id)
    db.session.add(note)
    db.session.flush()
    publish(CaseNoted(actor_id=actor.id, case_id=case.id, note_id=note.id))


@atomic
def close_case(actor: Actor, case: Case, state: CaseState, outcome: str) -> None:
    """Settled or rejected; whoever reported reads the outcome. Raises Conflict while an objection waits."""
    lock(actor, case)
    if queries.open_objection_in(case) is not None:
        raise Conflict(_("Decide about the objection first."))
    case.state, case.outcome, case.closed_at = state, outcome, now()
    ring_no_more(case)
    _tell_reporters(actor, queries.reporters_of(case))
    publish(CaseSettled(actor_id=actor.id, case_id=case.id, state=state.value))


def lock(actor: Actor, case: Case) -> None:
    """Two forms at one moment: the second sees what the first did. Then the right to act is asked."""
    db.session.refresh(case, with_for_update={"of": Case})
    authorize(can_handle_case, actor, case)


def _tell_reporters(actor: Actor, reports: Sequence[Report]) -> None:
    """Anew where the case was closed before: an objection may have changed how it ended."""
    for report in reports:
        notifications.notify([report.person_id], kind=REPORT, item=report.id, actor_id=actor.id,
                             actor_tie_id=report.created_by, scope=f"person:{report.person_id}",
                             anew=True)  # fmt: skip

"""What is done about a text or its author: always under a rule and with a reason, which the author reads."""

from dataclasses import dataclass
from datetime import datetime

from app.accounts import service as accounts
from app.accounts.models import Actor, Sanction, SanctionKind
from app.accounts.policy import person_scope
from app.accounts.service import Measure
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.guard import service as guard
from app.moderation import queries
from app.moderation.events import ActionTaken
from app.moderation.models import SUSPEND_DAYS_MOST, Action, ActionKind, Case
from app.moderation.policy import acts_as, can_silence_author, can_suspend_author, can_undo_action, is_lead_work
from app.moderation.service.handling import lock
from app.notifications import service as notifications

ACTION = "action"  # under the bell of whose text it is


@dataclass(frozen=True)
class Ground:
    """Under which rule of the house, and why."""

    rule: int
    reason: str


@atomic
def send_message(actor: Actor, case: Case, ground: Ground) -> Action:
    """Tell the author what was wrong. Nothing else changes."""
    lock(actor, case)
    return note_action(actor, case, ActionKind.MESSAGE, ground)


@atomic
def hide_subject(actor: Actor, case: Case, ground: Ground) -> Action:
    """Out of sight for everyone, everywhere at once."""
    lock(actor, case)
    guard.hide(actor, case.kind, case.item, rule=ground.rule, role=acts_as(actor, case))
    return note_action(actor, case, ActionKind.HIDE, ground)


@atomic
def unhide_subject(actor: Actor, case: Case, ground: Ground) -> Action:
    """Back where it was, also after the case was closed."""
    _lock_to_undo(actor, case)
    guard.unhide(actor, case.kind, case.item)
    return note_action(actor, case, ActionKind.UNHIDE, ground)


@atomic
def silence_author(actor: Actor, case: Case, ground: Ground, days: int) -> Action:
    """A time without writing; given by a chair it holds in that group."""
    lock(actor, case)
    authorize(can_silence_author, actor, case, days)
    group_id = case.group_id if is_lead_work(actor, case) else None
    measure = Measure(kind=SanctionKind.SILENCE, days=days, rule=ground.rule, reason=ground.reason, group_id=group_id)
    return _sanction(actor, case, ground, ActionKind.SILENCE, measure)


@atomic
def suspend_author(actor: Actor, case: Case, ground: Ground, days: int) -> Action:
    """A time without the site: signed out everywhere at once."""
    lock(actor, case)
    authorize(can_suspend_author, actor, case)
    if not 1 <= days <= SUSPEND_DAYS_MOST:
        raise Conflict(_("A suspension lasts between 1 and 90 days."), field="days")
    measure = Measure(kind=SanctionKind.SUSPEND, days=days, rule=ground.rule, reason=ground.reason)
    return _sanction(actor, case, ground, ActionKind.SUSPEND, measure)


@atomic
def lift_sanction(actor: Actor, case: Case, running: Sanction, ground: Ground) -> Action:
    """Before its time. Raises Conflict when it is over already."""
    _lock_to_undo(actor, case)
    if not accounts.lift(actor, running):
        raise Conflict(_("This is over already."))
    return note_action(actor, case, ActionKind.LIFT, ground, sanction=running)


def undo(actor: Actor, action: Action, ground: Ground) -> None:
    """What an objection was right about, if it still lasts."""
    case = action.case
    if action.kind is ActionKind.HIDE and guard.is_hidden(case.kind, case.item):
        guard.unhide(actor, case.kind, case.item)
        note_action(actor, case, ActionKind.UNHIDE, ground)
    running = queries.get_sanction(case, action.sanction_id) if action.sanction_id else None
    if running is not None and accounts.lift(actor, running):
        note_action(actor, case, ActionKind.LIFT, ground, sanction=running)


def note_action(actor: Actor, case: Case, kind: ActionKind, ground: Ground, *, sanction: Sanction | None = None,
                until: datetime | None = None) -> Action:  # fmt: skip
    """Write it down for good, and tell the author."""
    action = Action(
        case=case, kind=kind, rule=ground.rule, reason=ground.reason, role=acts_as(actor, case),
        subject_kind=case.kind, subject_item=case.item, group_id=case.group_id, person_id=case.author_id,
        tie_id=case.author_tie_id, sanction_id=sanction.id if sanction else None, until=until,
        is_own_company=actor.company_id == case.author_tie.company_id, created_by=actor.tie_id,
    )  # fmt: skip
    db.session.add(action)
    db.session.flush()
    notifications.notify([case.author_id], kind=ACTION, item=action.id, actor_id=actor.id,
                         actor_tie_id=case.author_tie_id, scope=person_scope(case.author_id))  # fmt: skip
    publish(ActionTaken(actor_id=actor.id, action_id=action.id, case_id=case.id, kind=kind.value))
    return action


def _sanction(actor: Actor, case: Case, ground: Ground, kind: ActionKind, measure: Measure) -> Action:
    """One of a kind at a time: a second would only blur until when the first lasts."""
    if any(each.kind is measure.kind for each in queries.running_sanctions_of(case)):
        raise Conflict(_("This lasts already. End it first, then give another."), field="days")
    made = accounts.sanction(actor, case.author_id, measure)
    return note_action(actor, case, kind, ground, sanction=made, until=made.until)


def _lock_to_undo(actor: Actor, case: Case) -> None:
    db.session.refresh(case, with_for_update={"of": Case})
    authorize(can_undo_action, actor, case)

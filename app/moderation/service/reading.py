"""What was read in its own place rings no more."""

from sqlalchemy import select

from app.accounts.models import Actor
from app.moderation.models import Action, Case, Objection, Report
from app.moderation.service.acting import ACTION
from app.moderation.service.desks import CASE
from app.moderation.service.handling import REPORT
from app.moderation.service.objecting import OBJECTION
from app.notifications.service import read_in_place


def mark_case_read(actor: Actor, case: Case) -> None:
    read_in_place(actor.id, {CASE: [case.id]})


def mark_reports_read(actor: Actor) -> None:
    """Their page shows what became of each of one's own."""
    read_in_place(actor.id, {REPORT: select(Report.id).where(Report.person_id == actor.id)})


def mark_action_read(actor: Actor, action: Action) -> None:
    """With what was decided about the objection to it."""
    objections = select(Objection.id).where(Objection.action_id == action.id)
    read_in_place(actor.id, {ACTION: [action.id], OBJECTION: objections})

"""Noting a visit."""

from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import upsert
from app.core.extensions import db
from app.core.transaction import atomic
from app.home.models import VISIT_ENDS_AFTER, VisitMark


@atomic
def note_visit(actor: Actor) -> None:
    """Go on with this visit, or begin a new one and remember when the last one ended. Two devices, one mark."""
    moment = now()
    visit = db.session.get(VisitMark, actor.id)
    if visit is None:
        upsert(VisitMark, {"person_id": actor.id, "began_at": moment, "last_at": moment},
               key=("person_id",), change=("last_at",))  # fmt: skip
    elif moment - visit.last_at > VISIT_ENDS_AFTER:
        visit.previous_ended_at, visit.began_at, visit.last_at = visit.last_at, moment, moment
    elif moment > visit.last_at:
        visit.last_at = moment

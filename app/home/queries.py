"""What home asks of the features below it."""

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select

from app.accounts.models import Actor
from app.core.clock import now
from app.core.extensions import db
from app.home.models import VISIT_ENDS_AFTER, VISIT_NOTED_EVERY, VisitMark


def visit_of(actor: Actor) -> VisitMark | None:
    return db.session.scalar(_visit(), {"me": actor.id})


def end_of_last_visit(visit: VisitMark | None) -> datetime | None:
    """When the person was last here before this visit; None on the first visit ever."""
    if visit is None:
        return None
    if now() - visit.last_at > VISIT_ENDS_AFTER:
        return visit.last_at
    return visit.previous_ended_at


def is_visit_worth_going_on(visit: VisitMark | None) -> bool:
    """At most once in five minutes."""
    return visit is not None and now() - visit.last_at >= VISIT_NOTED_EVERY


def is_visit_worth_noting(visit: VisitMark | None) -> bool:
    """At most once in half an hour."""
    return visit is None or now() - visit.last_at >= VISIT_ENDS_AFTER


@cache
def _visit() -> Select[VisitMark]:
    return select(VisitMark).where(VisitMark.person_id == bindparam("me"))

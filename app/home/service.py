"""Noting a visit."""

from sqlalchemy import case, update

from app.core.clock import now
from app.core.db import upsert
from app.core.extensions import db
from app.core.transaction import atomic
from app.home.models import VISIT_ENDS_AFTER, VisitMark


@atomic
def note_visit(person_id: int, *, is_first: bool = False) -> None:
    """Go on with this visit, or begin a new one and remember when the last one ended. Two devices, one mark."""
    moment = now()
    if is_first:
        values = {"person_id": person_id, "began_at": moment, "last_at": moment}
        upsert(VisitMark, values, key=("person_id",), change=("last_at",))
        return
    is_over = VisitMark.last_at < moment - VISIT_ENDS_AFTER
    db.session.execute(
        update(VisitMark).where(VisitMark.person_id == person_id, VisitMark.last_at < moment)
        .values(previous_ended_at=case((is_over, VisitMark.last_at), else_=VisitMark.previous_ended_at),
                began_at=case((is_over, moment), else_=VisitMark.began_at), last_at=moment)
        .execution_options(synchronize_session=False)
    )  # fmt: skip

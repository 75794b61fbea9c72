"""What the clock asks of accounts."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select

from app.accounts.models.signing_in import SESSION_LIVES, Challenge, Session
from app.core.clock import now
from app.core.extensions import db
from app.core.transaction import atomic
from app.jobs.service import each_minute

CHALLENGE_COUNTS = timedelta(days=2)  # wrong codes are counted per day


@each_minute
def forget_what_is_over() -> None:
    """Sessions nobody can come back to, and codes that count for nothing any more."""
    if any(db.session.scalar(select(model.id).where(is_over()).limit(1)) for model, is_over in OVER):
        _forget_what_is_over()


@atomic
def _forget_what_is_over() -> None:
    for model, is_over in OVER:
        db.session.execute(delete(model).where(is_over()))


def _is_dead_session() -> ColumnElement[bool]:
    return Session.last_used_at < now() - SESSION_LIVES


def _is_old_challenge() -> ColumnElement[bool]:
    return Challenge.created_at < now() - CHALLENGE_COUNTS


OVER = ((Session, _is_dead_session), (Challenge, _is_old_challenge))

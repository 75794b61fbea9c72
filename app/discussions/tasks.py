"""What the clock asks of discussions."""

from datetime import timedelta

from sqlalchemy import delete, select

from app.core.clock import now
from app.core.extensions import db
from app.core.transaction import atomic
from app.discussions.models import Draft
from app.jobs.service import each_minute

DRAFT_LIVES = timedelta(days=180)  # after the last change, as the page of drafts says


@each_minute
def forget_old_drafts() -> None:
    if db.session.scalar(select(Draft.id).where(Draft.changed_at < now() - DRAFT_LIVES).limit(1)) is not None:
        _forget_old_drafts()


@atomic
def _forget_old_drafts() -> None:
    db.session.execute(delete(Draft).where(Draft.changed_at < now() - DRAFT_LIVES))

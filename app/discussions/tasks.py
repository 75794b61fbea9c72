"""What the clock asks of discussions."""

from datetime import timedelta

from app.core.clock import now
from app.core.transaction import forget
from app.discussions.models import Draft
from app.jobs.service import each_minute

DRAFT_LIVES = timedelta(days=180)  # after the last change, as the page of drafts says


@each_minute
def forget_old_drafts() -> None:
    forget(Draft, Draft.changed_at < now() - DRAFT_LIVES)

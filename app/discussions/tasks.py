"""What the clock asks of discussions."""

from datetime import timedelta

from sqlalchemy import select

from app.core.clock import now
from app.core.extensions import db
from app.core.transaction import forget
from app.discussions.models import Draft, Post
from app.discussions.policy import RESTORE_WITHIN
from app.discussions.service import erase_deleted_posts
from app.jobs.service import each_minute

DRAFT_LIVES = timedelta(days=180)  # after the last change, as the page of drafts says


@each_minute
def forget_old_drafts() -> None:
    forget(Draft, Draft.changed_at < now() - DRAFT_LIVES)


@each_minute
def erase_what_was_deleted() -> None:
    """Where there is nothing to erase nobody waits for the write lock."""
    is_over = select(Post.id).where(Post.deleted_at < now() - RESTORE_WITHIN, Post.body_md != "").limit(1)
    if db.session.scalar(is_over) is not None:
        erase_deleted_posts()

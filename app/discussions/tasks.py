"""What the clock asks of discussions."""

from datetime import timedelta

from sqlalchemy import select

from app.core.clock import now
from app.core.extensions import db
from app.core.transaction import forget
from app.discussions.models import Draft, Post, ThreadVersion
from app.discussions.service import erase_deleted_posts, find_under_new_title
from app.discussions.service.editing import is_to_be_erased
from app.jobs.service import each_minute

THREADS_AT_A_TIME = 50
DRAFT_LIVES = timedelta(days=180)  # after the last change, as the page of drafts says


@each_minute
def forget_old_drafts() -> None:
    forget(Draft, Draft.changed_at < now() - DRAFT_LIVES)


@each_minute
def erase_what_was_deleted() -> None:
    """Where there is nothing to erase nobody waits for the write lock."""
    if db.session.scalar(select(Post.id).where(is_to_be_erased()).limit(1)) is not None:
        erase_deleted_posts()


@each_minute
def find_posts_under_new_titles() -> None:
    """Of threads that were renamed, also when the call that should have done it was lost."""
    renamed = select(ThreadVersion.thread_id).where(ThreadVersion.found_at.is_(None)).distinct()
    for thread_id in db.session.scalars(renamed.limit(THREADS_AT_A_TIME)).all():
        find_under_new_title(thread_id)

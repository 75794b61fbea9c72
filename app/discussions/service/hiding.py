"""Taking posts out of sight, and back. Who may is asked above; here is what follows for what is unread."""

from sqlalchemy import func, select, update

from app.core.clock import now
from app.core.extensions import db
from app.discussions import queries
from app.discussions.models import GroupTally, Post, ReadPosition, count_up


def hide_post(post: Post) -> None:
    post.hidden_at = now()
    _count_anew(post)


def unhide_post(post: Post) -> None:
    post.hidden_at = None
    _count_anew(post)


def _count_anew(post: Post) -> None:
    """A thread is as new as the last of its posts that can be seen.

    Who read up to that one has read all; so has whoever's mark lies above it. Counted up in the group, so that counts
    kept under its tally are counted again (one statement for all readers, which tells no model).
    """
    db.session.execute(count_up().where(GroupTally.group_id == post.thread.group_id))
    db.session.flush()
    thread = queries.thread_of_this_moment(post.thread_id)
    seen = (Post.thread_id == thread.id, Post.hidden_at.is_(None))
    thread.last_seq = db.session.scalar(select(func.max(Post.seq)).where(*seen)) or 0
    last_in_sight = db.session.scalar(select(func.max(Post.position)).where(*seen)) or 0
    db.session.execute(
        update(ReadPosition)
        .where(ReadPosition.thread_id == thread.id, ReadPosition.position >= last_in_sight,
               ReadPosition.position < thread.last_position)
        .values(position=thread.last_position)
    )  # fmt: skip

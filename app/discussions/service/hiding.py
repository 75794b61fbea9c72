"""Taking posts out of sight, and back. Who may is asked above; here is what follows for what is unread."""

from sqlalchemy import func, select, update

from app.core.clock import now
from app.core.db import insert_unless_there
from app.core.extensions import db
from app.discussions import queries
from app.discussions.models import GroupTally, Post, ReadPosition, Thread, count_up, is_in_sight


def hide_post(post: Post) -> None:
    post.hidden_at = now()
    count_anew(post)


def unhide_post(post: Post) -> None:
    post.hidden_at = None
    count_anew(post)


def count_anew(post: Post) -> None:
    """A thread is as new as the last of its posts that can be seen.

    Who has nothing of another left to read in it has read all of it; so has whoever's mark lies above it. Counted up
    in the group, so that counts kept under its tally are counted again (one statement for all readers, which tells no
    model).
    """
    db.session.execute(count_up().where(GroupTally.group_id == post.thread.group_id))
    db.session.flush()
    thread = queries.thread_of_this_moment(post.thread_id)
    in_sight = select(func.max(Post.seq)).where(Post.thread_id == thread.id, is_in_sight())
    thread.last_seq = db.session.scalar(in_sight) or 0
    note_who_read_all(thread)


def note_who_read_all(thread: Thread) -> None:
    """For whom nothing of another is left in it, though their own post may be its last."""
    left = queries.left_to_read(thread, ReadPosition.person_id, after=ReadPosition.position)
    db.session.execute(
        update(ReadPosition)
        .where(ReadPosition.thread_id == thread.id, ReadPosition.position < thread.last_position, ~left)
        .values(position=thread.last_position)
    )
    read = [{"person_id": person_id, "thread_id": thread.id, "position": thread.last_position}
            for person_id in queries.writers_with_nothing_to_read(thread)]  # fmt: skip
    if read:
        insert_unless_there(ReadPosition, read, key=("person_id", "thread_id"))

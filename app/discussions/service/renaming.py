"""Another title or kind for a thread, and its posts found under it."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from app.accounts.models import Actor
from app.core.clock import now
from app.core.events import publish
from app.core.extensions import db
from app.core.policy import authorize
from app.core.transaction import atomic
from app.discussions.events import ThreadRenamed
from app.discussions.models import Post, Thread, ThreadVersion
from app.discussions.policy import can_rename_thread
from app.discussions.service.arrival import next_seq_of_thread
from app.discussions.service.editing import VersionConflict
from app.discussions.service.writing import NewThread
from app.search import service as search


@atomic
def rename_thread(actor: Actor, thread: Thread, new: NewThread, *, version: int) -> None:
    """Another title or kind. Mail goes on under the first title; what was shown before stays in the history.

    The same title and kind again changes nothing and tells no one. Raises VersionConflict when somebody else renamed
    it in between.
    """
    next_seq_of_thread(thread)  # a post that comes now is found under the one title or the other
    db.session.refresh(thread, with_for_update=True)
    authorize(can_rename_thread, actor, thread)
    if (thread.title, thread.kind) == (new.title, new.kind):
        return
    if thread.version != version:
        raise VersionConflict
    last = db.session.scalar(select(func.max(ThreadVersion.number)).where(ThreadVersion.thread_id == thread.id)) or 0
    if not last:
        last = 1
        db.session.add(ThreadVersion(thread_id=thread.id, number=last, title=thread.title, kind=thread.kind,
                                     created_at=thread.created_at, created_by=thread.created_by,
                                     found_at=thread.created_at))  # fmt: skip
    db.session.add(ThreadVersion(thread_id=thread.id, number=last + 1, title=new.title, kind=new.kind,
                                 created_by=actor.tie_id))  # fmt: skip
    thread.title, thread.kind = new.title, new.kind
    thread.version += 1
    publish(ThreadRenamed(actor_id=actor.id, thread_id=thread.id))


def find_under_new_title(thread_id: int) -> None:
    """Its posts, whose entries in the search hold the title too: some at a time, so that nobody waits for them all.

    What was interrupted begins again; done twice it changes nothing.
    """
    newest = select(func.max(ThreadVersion.number)).where(ThreadVersion.thread_id == thread_id).scalar_subquery()
    up_to = db.session.scalar(select(newest)) or 0
    ids = db.session.scalars(select(Post.id).where(Post.thread_id == thread_id).order_by(Post.id)).all()
    for start in range(0, len(ids), search.AT_ONCE):
        _find_some_anew(thread_id, ids[start : start + search.AT_ONCE])
    _note_found(thread_id, up_to)


@atomic
def _find_some_anew(thread_id: int, post_ids: Sequence[int]) -> None:
    # Who hides or deletes one of them, or the whole thread, comes before this or after it.
    db.session.execute(select(Post.id).where(Post.id.in_(post_ids)).order_by(Post.id).with_for_update())
    db.session.execute(select(Thread.id).where(Thread.id == thread_id).with_for_update(read=True))
    search.renew("post", post_ids)


@atomic
def _note_found(thread_id: int, up_to: int) -> None:
    db.session.execute(
        update(ThreadVersion).where(ThreadVersion.thread_id == thread_id, ThreadVersion.number <= up_to,
                                    ThreadVersion.found_at.is_(None)).values(found_at=now())
    )  # fmt: skip

"""Who may do what with threads."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, ColumnElement, Select, and_, select

from app.accounts.policy import Anyone
from app.core.policy import rule
from app.discussions.models import Post, Thread
from app.groups.models import WorkingGroup
from app.groups.policy import can_join_group, can_read_group, readable_group_ids, standing_in


@rule
def can_read_thread(actor: Anyone, thread: Thread) -> bool:
    """Whoever reads the group reads its threads."""
    return thread.hidden_at is None and can_read_group(actor, thread.group)


def readable_threads(actor: Anyone) -> Select[Thread]:
    """The same sentence as can_read_thread, asked of the database."""
    return select(Thread).where(is_readable(readable_group_ids(actor)))


def is_readable(group_ids: Sequence[int] | BindParameter[int]) -> ColumnElement[bool]:
    """For who reads these groups; a statement that is kept takes them as a parameter."""
    return and_(Thread.group_id.in_(group_ids), Thread.hidden_at.is_(None))


@rule
def can_read_post(actor: Anyone, post: Post) -> bool:
    """Whoever reads the thread reads its posts; of one that is hidden or deleted only that it was there."""
    return post.hidden_at is None and post.deleted_at is None and can_read_thread(actor, post.thread)


@rule
def can_write_in_group(actor: Anyone, group: WorkingGroup) -> bool:
    """Members and guests write, coordinators where they read; who may join joins by writing; nobody in a silence."""
    standing = standing_in(actor, group)
    if standing is None or standing.is_archived or not standing.may_read or actor.silence_in(group.id):
        return False
    return standing.is_member or actor.is_coordinator or can_join_group(actor, group)


@rule
def can_start_thread(actor: Anyone, group: WorkingGroup) -> bool:
    """Whoever writes in the group starts threads."""
    return can_write_in_group(actor, group)


@rule
def can_reply_to_thread(actor: Anyone, thread: Thread) -> bool:
    """Whoever writes in the group replies, while the thread is neither closed nor frozen."""
    return can_write_in_group(actor, thread.group) and not thread.is_closed and not thread.is_frozen


@rule
def can_close_thread(actor: Anyone, thread: Thread) -> bool:
    """Lead, deputies, and coordinators where they read, close and reopen threads."""
    standing = standing_in(actor, thread.group)
    if standing is None or standing.is_archived or thread.is_frozen or not standing.may_read:
        return False
    return standing.leads or actor.is_coordinator

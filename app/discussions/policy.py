"""Who may do what with threads."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import BindParameter, ColumnElement, Select, and_, select

from app.accounts.policy import Anyone
from app.core.clock import now
from app.core.policy import rule
from app.discussions.models import Attachment, Post, Settlement, Summary, Thread
from app.groups.models import Role, WorkingGroup
from app.groups.policy import Standing, can_join_group, can_read_group, readable_group_ids, standing_in

RESTORE_WITHIN = timedelta(days=30)  # of a deleted post; then its text is erased
ALWAYS = datetime.min.replace(tzinfo=UTC)


class Hindrance(StrEnum):
    """Why somebody does not change their own post."""

    SILENCED = "silenced"
    ARCHIVED = "archived"
    FROZEN = "frozen"
    CLOSED = "closed"
    HIDDEN = "hidden"
    DELETED = "deleted"
    LEFT = "left"
    TOO_LATE = "too_late"


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
    return post.is_in_sight and can_read_thread(actor, post.thread)


@rule
def can_read_attachment(actor: Anyone, attachment: Attachment) -> bool:
    """Whoever reads a post reads its files; one that waits in a draft is for its writer alone."""
    if attachment.post is not None:
        return can_read_post(actor, attachment.post)
    return attachment.draft is not None and attachment.draft.person_id == actor.id


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
def can_react_to_post(actor: Anyone, post: Post) -> bool:
    """Whoever writes in the group reacts to a post that is in sight, in a closed thread too, not in a frozen one."""
    return can_read_post(actor, post) and may_react(actor, post.thread)


def may_react(actor: Anyone, thread: Thread) -> bool:
    """To its posts that are in sight. Of a whole page at once."""
    return can_write_in_group(actor, thread.group) and not thread.is_frozen


@rule
def can_edit_post(actor: Anyone, post: Post) -> bool:
    """Authors change their own post within the time of the group, lead, deputies and coordinators at any time."""
    return post.author_id == actor.id and can_read_thread(actor, post.thread) and hindrance_to_edit(actor, post) is None


@rule
def can_delete_post(actor: Anyone, post: Post) -> bool:
    """Authors delete their own post as long as they could change it, in a closed thread too, not in a frozen one."""
    since = deletes_since(actor, post.thread)
    return post.author_id == actor.id and can_read_post(actor, post) and since is not None and post.created_at > since


@rule
def can_unfold_post(actor: Anyone, post: Post) -> bool:
    """Authors show the readers of their post what was cut from its mail, and fold it again."""
    return post.author_id == actor.id and can_read_post(actor, post)


@rule
def can_restore_post(actor: Anyone, post: Post) -> bool:
    """Authors bring back their own deleted post within 30 days."""
    if post.author_id != actor.id or not can_read_thread(actor, post.thread) or not may_restore(actor, post.thread):
        return False
    return post.hidden_at is None and is_restorable(post.deleted_at)


@rule
def can_rename_thread(actor: Anyone, thread: Thread) -> bool:
    """Who started the thread changes its title and kind as long as a post can be changed; the lead at any time."""
    standing, since = _at_work_on(actor, thread), _own_since(actor, thread)
    if standing is None or since is None:
        return False
    return standing.leads or actor.is_coordinator or (thread.created_by == actor.tie_id and thread.created_at > since)


def edits_since(actor: Anyone, thread: Thread) -> datetime | None:
    """Own posts there that are newer than this can be changed; None where none can. Of a whole page at once."""
    if thread.is_closed or actor.silence_in(thread.group_id):
        return None
    return _own_since(actor, thread)


def deletes_since(actor: Anyone, thread: Thread) -> datetime | None:
    """The same of deleting: a thread that is closed, or a silence, keeps nobody from taking back what they said."""
    return _own_since(actor, thread)


def may_restore(actor: Anyone, thread: Thread) -> bool:
    """Whether own posts there can be brought back."""
    return _own_since(actor, thread) is not None and not actor.silence_in(thread.group_id)


def is_restorable(deleted_at: datetime | None) -> bool:
    return deleted_at is not None and deleted_at > now() - RESTORE_WITHIN


def hindrance_to_edit(actor: Anyone, post: Post) -> Hindrance | None:
    """What keeps the author of this post from changing it; None where nothing does."""
    thread, standing = post.thread, standing_in(actor, post.thread.group)
    since = _own_since(actor, thread)
    hindrances = {
        Hindrance.SILENCED: actor.silence_in(thread.group_id) is not None,
        Hindrance.ARCHIVED: thread.group.is_archived,
        Hindrance.HIDDEN: post.hidden_at is not None,
        Hindrance.DELETED: post.deleted_at is not None,
        Hindrance.FROZEN: thread.is_frozen,
        Hindrance.CLOSED: thread.is_closed,
        Hindrance.LEFT: standing is None or not (standing.is_member or actor.is_coordinator),
        Hindrance.TOO_LATE: since is None or post.created_at <= since,
    }
    return next((hindrance for hindrance, holds in hindrances.items() if holds), None)


def _own_since(actor: Anyone, thread: Thread) -> datetime | None:
    standing = standing_in(actor, thread.group)
    if standing is None or standing.is_archived or not standing.may_read or thread.is_frozen:
        return None
    if standing.leads or actor.is_coordinator:
        return ALWAYS
    if not standing.is_member:
        return None
    length = thread.group.edit_window.length
    return ALWAYS if length is None else now() - length


def _at_work_on(actor: Anyone, thread: Thread) -> Standing | None:
    """The standing of who reads the thread and may write there, closed or not; None where nothing can be changed."""
    standing = standing_in(actor, thread.group)
    if standing is None or standing.is_archived or thread.is_frozen or actor.silence_in(thread.group_id):
        return None
    return standing if can_read_thread(actor, thread) else None


@rule
def can_close_thread(actor: Anyone, thread: Thread) -> bool:
    """Lead, deputies, and coordinators where they read, close and reopen threads."""
    standing = standing_in(actor, thread.group)
    if standing is None or standing.is_archived or thread.is_frozen or not standing.may_read:
        return False
    return standing.leads or actor.is_coordinator


@rule
def can_settle_thread(actor: Anyone, thread: Thread) -> bool:
    """Who started a thread, lead, deputies, and coordinators where they read, say how far it is and what it came to."""
    standing = _at_work_on(actor, thread)
    if standing is None:
        return False
    is_own = standing.role not in (None, Role.GUEST) and thread.created_by == actor.tie_id
    return is_own or standing.leads or actor.is_coordinator


@rule
def can_read_settlement(actor: Anyone, settlement: Settlement) -> bool:
    """Whoever reads the thread reads what it came to, while that is not hidden."""
    return settlement.hidden_at is None and can_read_thread(actor, settlement.thread)


@rule
def can_summarize_thread(actor: Anyone, thread: Thread) -> bool:
    """Lead, deputies, secretaries, and coordinators where they read, keep the summary, in a closed thread too."""
    standing = _at_work_on(actor, thread)
    return standing is not None and (standing.leads or standing.role is Role.SECRETARY or actor.is_coordinator)


@rule
def can_read_summary(actor: Anyone, summary: Summary) -> bool:
    """Whoever reads the thread reads its summary and the earlier ones, those that are hidden excepted."""
    return summary.hidden_at is None and can_read_thread(actor, summary.thread)

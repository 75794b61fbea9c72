"""Starting threads and replying. Posts get their places under one lock per group, so none is lost or doubled."""

from dataclasses import dataclass
from functools import cache

from markupsafe import Markup
from sqlalchemy import Executable, bindparam, update
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import Id, insert_rows, new_id, rows
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.discussions import queries
from app.discussions.events import PostCreated, ThreadClosed, ThreadReopened, ThreadStarted
from app.discussions.models import FOLD_MOST, Post, PostFold, PostSource, Thread, ThreadKind
from app.discussions.policy import can_close_thread, can_reply_to_thread, can_start_thread, can_write_in_group
from app.discussions.service.arrival import next_seq, next_seq_of_thread
from app.discussions.service.attaching import NO_FILES, Files, attach, plan_files
from app.discussions.service.naming import mention
from app.discussions.service.quoting import take_up_quoted
from app.discussions.service.reading import move_own_position, start_reading_group
from app.discussions.service.settling import resume
from app.groups import service as groups
from app.groups.models import WorkingGroup
from app.groups.policy import can_join_group


@dataclass(frozen=True, kw_only=True)
class Written:
    """A text and what it was rendered to, before the transaction.

    `client_id` names this one act of placing; `draft_revision` is the draft that the page knew, None for any; `files`
    go along; `mentions` are the people whom it names, who read it.
    """

    body_md: str
    body_html: Markup
    client_id: str | None = None
    draft_revision: int | None = None
    source: PostSource = PostSource.WEB
    files: Files = NO_FILES
    mentions: tuple[int, ...] = ()
    folded: str = ""  # of a mail: what was cut from it


@dataclass(frozen=True, kw_only=True)
class NewThread:
    title: str
    kind: ThreadKind = ThreadKind.DISCUSSION


@atomic
def start_thread(actor: Actor, group: WorkingGroup, new: NewThread, text: Written) -> Thread:
    """A thread with its first post. The same `client_id` again gives the thread it made the first time."""
    take_up_quoted(actor, text.body_md)
    seq = next_seq(group.id)
    placed = queries.post_of_client(actor.id, text.client_id)
    if placed is not None:
        return placed.thread
    authorize(can_start_thread, actor, group)
    plan = plan_files(actor, f"group:{group.id}", text.files)
    join_by_writing(actor, group)
    thread = Thread(group=group, title=new.title, mail_subject=new.title, kind=new.kind, created_by=actor.tie_id)
    db.session.add(thread)
    db.session.flush()
    post = _place(actor, thread, text, seq)
    attach(actor, post, plan)
    move_own_position(actor, thread, post.position)
    forget_draft(actor, f"group:{group.id}", text)
    publish(ThreadStarted(actor_id=actor.id, thread_id=thread.id, post_id=post.id))
    return thread


@atomic
def reply_to_thread(actor: Actor, thread: Thread, text: Written) -> Post:
    """Place a post at the end. The same `client_id` again gives the post it made the first time.

    Raises Conflict when the thread was closed or stands still, FilesConflict when its files cannot go along.
    """
    take_up_quoted(actor, text.body_md)
    seq = next_seq_of_thread(thread)
    placed = queries.post_of_client(actor.id, text.client_id)
    if placed is not None:
        return placed
    if can_write_in_group(actor, thread.group) and (thread.is_closed or thread.is_frozen):
        raise Conflict(_("This thread was closed in the meantime. Your text is kept as a draft."))
    authorize(can_reply_to_thread, actor, thread)
    plan = plan_files(actor, thread.place, text.files)
    join_by_writing(actor, thread.group)
    post = _place(actor, thread, text, seq)
    attach(actor, post, plan)
    resume(actor, thread)
    move_own_position(actor, thread, post.position)
    forget_draft(actor, thread.place, text)
    publish(PostCreated(actor_id=actor.id, thread_id=thread.id, post_id=post.id))
    return post


@atomic
def close_thread(actor: Actor, thread: Thread) -> None:
    """Stop replies. Closing a closed thread changes nothing and tells no one."""
    authorize(can_close_thread, actor, thread)
    if not thread.is_closed:
        thread.closed_at = now()
        publish(ThreadClosed(actor_id=actor.id, thread_id=thread.id))


@atomic
def reopen_thread(actor: Actor, thread: Thread) -> None:
    """Take replies again. Reopening an open thread changes nothing and tells no one."""
    authorize(can_close_thread, actor, thread)
    if thread.is_closed:
        thread.closed_at = None
        publish(ThreadReopened(actor_id=actor.id, thread_id=thread.id))


def _place(actor: Actor, thread: Thread, text: Written, seq: int) -> Post:
    """Two statements of columns, and the row read back with its tie: half the price of flushing both objects."""
    post_id, position, moment = new_id(), thread.last_position + 1, now()
    insert_rows(Post, {
        "id": post_id, "thread_id": thread.id, "position": position, "seq": seq, "author_id": actor.id,
        "created_by": actor.tie_id, "body_md": text.body_md, "body_html": str(text.body_html),
        "client_id": text.client_id, "source": text.source, "created_at": moment,
    })  # fmt: skip
    end = {"last_position": position, "last_seq": seq, "last_post_at": moment}
    rows(_move_end(), {"thread": thread.id, **end})
    for name, value in end.items():
        set_committed_value(thread, name, value)
    if text.folded:
        db.session.add(PostFold(post_id=post_id, body=text.folded[:FOLD_MOST]))
    post = queries.post_with_tie(post_id)
    mention(actor, post, text.mentions)
    return post


def join_by_writing(actor: Actor, group: WorkingGroup) -> None:
    """Whoever writes in an open group belongs to it, and from here on what others write there is new."""
    if can_join_group(actor, group):
        groups.join_group(actor, group)
        start_reading_group(actor.id, group.id)  # before the post: its place is compared with the mark


def forget_draft(actor: Actor, place: str, text: Written) -> None:
    """What was placed waits no longer. What another device wrote meanwhile, and was not placed, stays."""
    draft = queries.draft_at(actor, place)
    if draft is None:
        return
    if text.draft_revision not in (None, draft.revision) and draft.body.strip() not in text.body_md:
        return
    if queries.holds_files(draft):  # which the form did not list: another device brought them meanwhile
        draft.title = draft.body = ""
    else:
        db.session.delete(draft)


@cache
def _move_end() -> Executable:
    return update(Thread).where(Thread.id == bindparam("thread", type_=Id))

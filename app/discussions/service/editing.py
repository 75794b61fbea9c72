"""Changing the text of a post; deleting a post, and bringing it back."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, delete, func, select

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict, Forbidden
from app.core.events import publish
from app.core.extensions import db
from app.core.policy import authorize
from app.core.transaction import atomic
from app.discussions import queries
from app.discussions.events import PostDeleted, PostEdited, PostErased, PostRestored
from app.discussions.models import Attachment, Draft, Mention, Post, PostFold, PostVersion
from app.discussions.policy import (
    RESTORE_WITHIN,
    Hindrance,
    can_delete_post,
    can_edit_post,
    can_restore_post,
    hindrance_to_edit,
)
from app.discussions.service.attaching import Plan, attach, plan_files
from app.discussions.service.hiding import count_anew
from app.discussions.service.naming import mention
from app.discussions.service.writing import Written, forget_draft

SILENT_FOR = timedelta(minutes=5)  # after placing: who puts a slip right leaves no trace
ERASED_AT_ONCE = 100  # posts in one transaction
TOO_LATE = {
    Hindrance.FROZEN: _l("This thread stands still, so your change was not saved."),
    Hindrance.CLOSED: _l("This thread was closed in the meantime, so your change was not saved."),
    Hindrance.HIDDEN: _l("This post was hidden in the meantime, so your change was not saved."),
    Hindrance.DELETED: _l("This post is deleted, so your change was not saved. Bring it back first."),
    Hindrance.LEFT: _l("You no longer take part in this working group, so your change was not saved."),
    Hindrance.TOO_LATE: _l("The time in which you could change this post is over, so your change was not saved."),
}


class VersionConflict(Conflict):
    """A newer version came in between. Nothing was written over."""


class TooLate(Conflict):
    """The text came when its post could no longer be changed."""


@atomic
def edit_post(actor: Actor, post: Post, text: Written, *, version: int) -> Post:
    """Another text, other files. Sending what stands there changes nothing and tells no one.

    Raises VersionConflict when the post is no longer the `version` that the writer had, TooLate when it can no longer
    be changed, FilesConflict when its files cannot go along.
    """
    db.session.refresh(post, with_for_update=True)  # two who save at one moment: the second sees the first
    db.session.refresh(post.thread, with_for_update={"read": True})  # and who closes or stops it comes before or after
    _refuse_too_late(actor, post)
    authorize(can_edit_post, actor, post)
    plan = plan_files(actor, post.place, text.files, post=post)
    if post.body_md != text.body_md or plan.changes_post:
        if post.version != version:
            raise VersionConflict
        _change(actor, post, text, plan)
    else:
        attach(actor, post, plan)  # takes out of the draft what lost its tick there
    forget_draft(actor, post.place, text)
    return post


@atomic
def delete_post(actor: Actor, post: Post) -> None:
    """Out of sight; a line says that its author deleted it. Deleting it again changes nothing and tells no one."""
    db.session.refresh(post, with_for_update=True)
    if post.deleted_at is not None and post.author_id == actor.id:
        return
    authorize(can_delete_post, actor, post)
    post.deleted_at = now()
    count_anew(post)
    publish(PostDeleted(actor_id=actor.id, thread_id=post.thread_id, post_id=post.id))


@atomic
def restore_post(actor: Actor, post: Post) -> None:
    """Back in its place; nobody hears of it anew. What is not deleted stays as it is."""
    db.session.refresh(post, with_for_update=True)
    if post.deleted_at is None and post.author_id == actor.id:
        return
    authorize(can_restore_post, actor, post)
    post.deleted_at = None
    count_anew(post)
    publish(PostRestored(actor_id=actor.id, thread_id=post.thread_id, post_id=post.id))


@atomic
def erase_deleted_posts() -> None:
    """What nobody brought back in time keeps its place and the line: no version, draft, file or name is left."""
    posts = db.session.scalars(select(Post).where(is_to_be_erased()).limit(ERASED_AT_ONCE)).all()
    for post in posts:
        post.body_md = post.body_html = ""
        post.file_count = 0
        publish(PostErased(actor_id=None, thread_id=post.thread_id, post_id=post.id))
    ids = [post.id for post in posts]
    for model in (PostVersion, PostFold, Attachment, Mention):
        db.session.execute(delete(model).where(model.post_id.in_(ids)))
    db.session.execute(delete(Draft).where(Draft.place.in_([post.place for post in posts])))


def is_to_be_erased() -> ColumnElement[bool]:
    return and_(Post.deleted_at < now() - RESTORE_WITHIN, Post.body_md != "")


def take_up(post: Post) -> None:
    """Someone goes by its text from now on (a report, a quote, a reaction, a mail, a source): no edit is silent."""
    if post.taken_up_at is None:
        post.taken_up_at = now()


def is_changed_silently(post: Post) -> bool:
    """Whether a change at this moment leaves nothing to see: within five minutes, and nobody went by the text yet."""
    if post.edited_at or post.taken_up_at or now() >= post.created_at + SILENT_FOR:
        return False
    return not queries.was_answered(post)


def _refuse_too_late(actor: Actor, post: Post) -> None:
    """Raises Forbidden where one does not write in the group at all for now: the page says so as of a reply."""
    if post.author_id != actor.id:
        raise Forbidden
    hindrance = hindrance_to_edit(actor, post)
    if hindrance in TOO_LATE:
        raise TooLate(str(TOO_LATE[hindrance]))


def _change(actor: Actor, post: Post, text: Written, plan: Plan) -> None:
    is_seen = not is_changed_silently(post)
    if is_seen:
        _keep_first_version(post)
    attach(actor, post, plan)
    if is_seen:
        last = _last_version(post)
        db.session.add(PostVersion(post_id=post.id, number=last + 1, body_md=text.body_md, files=_names(post),
                                   created_by=actor.tie_id))  # fmt: skip
        post.edited_at = now()
    post.body_md, post.body_html = text.body_md, str(text.body_html)
    post.version += 1
    publish(PostEdited(actor_id=actor.id, thread_id=post.thread_id, post_id=post.id))
    if text.mentions:
        told = queries.mentioned_in(post.id)
        mention(actor, post, [person_id for person_id in text.mentions if person_id not in told])


def _keep_first_version(post: Post) -> None:
    """What stands there now, where it is not kept yet."""
    if not _last_version(post):
        db.session.add(PostVersion(post_id=post.id, number=1, body_md=post.body_md, files=_names(post),
                                   created_at=post.created_at, created_by=post.created_by))  # fmt: skip
        db.session.flush()


def _last_version(post: Post) -> int:
    return db.session.scalar(select(func.max(PostVersion.number)).where(PostVersion.post_id == post.id)) or 0


def _names(post: Post) -> list[str]:
    return [each.name for each in queries.attachments_with(post, None)]

"""What was done after texts had been placed: changed, deleted, renamed, given a reaction, and what people hear."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Actor
from app.core import clock, markup
from app.core.extensions import db
from app.demo.service.content import actor_of, content
from app.discussions import service as writing
from app.discussions.models import Post, ReactionKind, Thread, ThreadKind
from app.discussions.queries import first_post
from app.discussions.service import NewThread, SummaryText, Written
from app.groups.models import WorkingGroup
from app.notifications import service as notifications
from app.notifications.models import Level


def change_posts(people: dict[str, int]) -> None:
    changes = content("changes")
    for entry in changes["edit"]:
        _edit(entry)
    for entry in changes["delete"]:
        post = post_of(entry)
        with clock.stopped_at(post.created_at + timedelta(hours=entry["hours"])):
            writing.delete_post(actor_of(post.author_id), post)
    for entry in changes["rename"]:
        _rename(actor_of(people[entry["by"]]), entry)
    for entry in changes["react"]:
        _react(people, entry)
    for entry in changes["summary"]:
        _sum_up(actor_of(people[entry["by"]]), entry)
    for entry in changes["watch"]:
        notifications.choose_level(actor_of(people[entry["by"]]), _place_of(entry), Level(entry["level"]))


def _edit(entry: dict[str, Any]) -> None:
    post = post_of(entry)
    text = post.body_md
    for old, new in entry["changes"]:
        text = text.replace(old, new)
    written = Written(body_md=text, body_html=markup.render(text, person_id=None))
    with clock.stopped_at(post.created_at + timedelta(hours=entry["hours"])):
        writing.edit_post(actor_of(post.author_id), post, written, version=post.version)


def _rename(actor: Actor, entry: dict[str, Any]) -> None:
    thread = db.session.scalars(select(Thread).where(Thread.title.startswith(entry["thread"]))).one()
    with clock.stopped_at(first_post(thread).created_at + timedelta(hours=entry["hours"])):
        new = NewThread(title=entry["title"], kind=ThreadKind(entry["kind"]))
        writing.rename_thread(actor, thread, new, version=thread.version)
        writing.find_under_new_title(thread.id)  # nobody need be there to do it later


def _react(people: dict[str, int], entry: dict[str, Any]) -> None:
    """A minute from one to the next."""
    given = [(kind, key) for kind in ReactionKind for key in entry.get(kind.value, ())]
    for number, (kind, key) in enumerate(given):
        post = post_of(entry)
        with clock.stopped_at(post.created_at + timedelta(hours=entry["hours"], minutes=number)):
            writing.react_to_post(actor_of(people[key]), post, kind, gives=True)


def _sum_up(actor: Actor, entry: dict[str, Any]) -> None:
    post, body = post_of(entry), entry["text"].strip()
    text = SummaryText(body_md=body, body_html=markup.render(body, person_id=None), up_to=entry["up_to"])
    with clock.stopped_at(post.created_at + timedelta(hours=entry["hours"])):
        writing.summarize_thread(actor, post.thread, text, version=0)


def _place_of(entry: dict[str, Any]) -> str:
    """A group, or the thread whose title begins as the entry says."""
    if "group" in entry:
        return db.session.scalars(select(WorkingGroup).where(WorkingGroup.slug == entry["group"])).one().scope
    return db.session.scalars(select(Thread).where(Thread.title.startswith(entry["thread"]))).one().room


def post_of(entry: dict[str, Any]) -> Post:
    """The one that begins as the entry says, in a thread that does."""
    return db.session.scalars(
        select(Post).join(Thread, Thread.id == Post.thread_id)
        .where(Thread.title.startswith(entry["thread"]), Post.body_md.startswith(entry["post"]))
    ).one()  # fmt: skip

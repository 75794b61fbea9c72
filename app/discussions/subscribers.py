"""What follows from what happens in discussions."""

from collections.abc import Iterable, Sequence
from functools import partial

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts import service as accounts
from app.accounts.models import Actor, Tie
from app.core.events import after_commit, on
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.text import plain_words
from app.discussions import queries
from app.discussions.events import (
    PersonMentioned,
    PostCreated,
    PostDeleted,
    PostEdited,
    PostFolded,
    PostRestored,
    PostUnfolded,
    ReactionGiven,
    ReactionTakenBack,
    SummaryChanged,
    ThreadClosed,
    ThreadRenamed,
    ThreadReopened,
    ThreadResumed,
    ThreadSetAside,
    ThreadSettled,
    ThreadStarted,
    ThreadTakenUp,
)
from app.discussions.models import (
    Attachment,
    Draft,
    Mention,
    Post,
    PostFold,
    PostVersion,
    Reaction,
    Settlement,
    Summary,
    Thread,
    reply_place,
)
from app.discussions.policy import (
    can_read_post,
    can_read_settlement,
    can_read_summary,
    can_read_thread,
    readable_threads,
)
from app.discussions.service import (
    MENTION,
    REACTION,
    hide_post,
    names_in_letters,
    news_of,
    start_reading_group,
    take_up,
    take_up_quoted,
    tell_of_post,
    tell_of_thread,
    unhide_post,
)
from app.discussions.service.reading import ANSWER, REPLY, STARTED
from app.discussions.service.reading import OF_POSTS as LINES_OF_POSTS
from app.discussions.tasks import find_posts_under_new_titles
from app.files import service as files
from app.groups.events import MemberJoined, MemberLeft
from app.groups.models import WorkingGroup, group_scope
from app.guard import service as guard
from app.guard.events import ContentHidden, ContentUnhidden
from app.guard.service import Excerpt, Line
from app.jobs.service import later
from app.notifications import service as notifications
from app.notifications.models import Sort
from app.notifications.service import Asked, OverviewLine, Shown
from app.realtime.service import broadcast
from app.search import service as search
from app.search.models import Entry

OF_POSTS = ("post", "thread")  # kinds of content that hold posts
SETTLEMENT, SUMMARY = "settlement", "summary"
THREAD = "thread"


@on(PostCreated, ThreadStarted)
def tell_followers_soon(event: PostCreated | ThreadStarted) -> None:
    """By a job: there may be a thousand, and the writer waits."""
    notifications.tell_later(REPLY if isinstance(event, PostCreated) else STARTED, event.post_id)


@on(PersonMentioned)
def tell_mentioned(event: PersonMentioned) -> None:
    """Once per post; of a post that is changed this line takes the place of the one about the reply."""
    post = db.session.get_one(Post, event.post_id)
    if post.version > 1:
        for kind in (REPLY, ANSWER, STARTED):
            notifications.take_away(kind, post.id, of=event.person_ids)
    notifications.notify(event.person_ids, kind=MENTION, item=post.id, actor_id=post.author_id,
                         actor_tie_id=post.created_by, scope=post.thread.group.scope,
                         place=post.thread.room)  # fmt: skip


@on(PostCreated, ThreadStarted)
def hear_what_is_answered(event: PostCreated | ThreadStarted) -> None:
    """Who writes in a thread gets the answers by mail, unless they chose otherwise (NTF-8)."""
    post = db.session.get_one(Post, event.post_id)
    place, scope = post.thread.room, post.thread.group.scope
    post.brings_mail = notifications.watch_by_replying(post.author_id, place, unless_silent_in=scope)


@on(MemberLeft)
def forget_what_they_chose(event: MemberLeft) -> None:
    """Of the threads of the group, as of the group itself."""
    notifications.forget_levels(event.person_id, queries.rooms_in(event.group_id))


@on(ReactionGiven)
def tell_author(event: ReactionGiven) -> None:
    """The first reaction to a post rings for its author, once; none makes mail."""
    post = db.session.get_one(Post, event.post_id)
    if event.actor_id is None or event.actor_id == post.author_id:
        return
    notifications.restore(REACTION, [post.id])  # where all were taken back before
    notifications.notify([post.author_id], kind=REACTION, item=post.id, actor_id=event.actor_id,
                         actor_tie_id=_tie_behind(event), scope=post.thread.group.scope,
                         place=post.thread.room)  # fmt: skip


@on(ReactionTakenBack)
def tell_no_longer(event: ReactionTakenBack) -> None:
    """Of the last one that was taken back nothing is left to tell."""
    if not queries.is_reacted_to(event.post_id):
        notifications.withdraw(REACTION, [event.post_id])


@on(PostCreated, ThreadStarted, PostEdited)
def make_post_findable(event: PostCreated | ThreadStarted | PostEdited) -> None:
    search.index(entry_of(db.session.get_one(Post, event.post_id)))


@on(ThreadStarted, ThreadSettled, ThreadRenamed, SummaryChanged)
def make_thread_findable(event: ThreadStarted | ThreadSettled | ThreadRenamed | SummaryChanged) -> None:
    search.index(entry_of_thread(db.session.get_one(Thread, event.thread_id)))


@after_commit(ThreadRenamed)
def make_posts_findable_soon(_event: ThreadRenamed) -> None:
    """Their entries hold the title too, and of a long thread they are many."""
    later(current_app._get_current_object(), find_posts_under_new_titles)  # type: ignore[attr-defined]


@on(PostEdited)
def take_up_what_is_quoted(event: PostEdited) -> None:
    """As of a post with a quote in it from the beginning."""
    if actor := Actor.of_person(event.actor_id) if event.actor_id else None:
        take_up_quoted(actor, db.session.get_one(Post, event.post_id).body_md)


@on(PostDeleted)
def forget_deleted(event: PostDeleted) -> None:
    """Out of search and from under the bell."""
    _forget_post(event.post_id)


@on(PostRestored)
def find_restored(event: PostRestored) -> None:
    _find_post_again(db.session.get_one(Post, event.post_id))


@on(MemberJoined)
def start_reading(event: MemberJoined) -> None:
    start_reading_group(event.person_id, event.group_id)


@after_commit(PostCreated)
def show_post_live(event: PostCreated) -> None:
    broadcast(f"thread:{event.thread_id}", "thread:post", {"thread_id": event.thread_id, "post_id": event.post_id})


@after_commit(ThreadClosed, ThreadReopened, ThreadRenamed, ThreadTakenUp, ThreadSetAside, ThreadSettled, ThreadResumed,
              SummaryChanged)  # fmt: skip
def show_change_live(event: ThreadClosed) -> None:
    _say_that_it_changed(event.thread_id)


@after_commit(PostEdited, PostDeleted, PostRestored, PostUnfolded, PostFolded, ReactionGiven, ReactionTakenBack)
def show_changed_post_live(
    event: PostEdited | PostDeleted | PostRestored | PostUnfolded | PostFolded | ReactionGiven | ReactionTakenBack,
) -> None:
    _say_that_it_changed(event.thread_id, event.post_id)


@on(ContentHidden)
def forget_hidden(event: ContentHidden) -> None:
    """Out of search and from under the bell."""
    if event.kind == "thread":
        search.forget("thread", event.item)
    if event.kind in (SETTLEMENT, SUMMARY):
        _index_thread_of(event.kind, event.item)
    if event.kind in OF_POSTS:
        for post in _posts_of(event):
            _forget_post(post.id)


@on(ContentUnhidden)
def find_again(event: ContentUnhidden) -> None:
    if event.kind == "thread":
        search.index(entry_of_thread(db.session.get_one(Thread, event.item)))
    if event.kind in (SETTLEMENT, SUMMARY):
        _index_thread_of(event.kind, event.item)
    if event.kind in OF_POSTS:
        for post in _posts_of(event):
            if post.is_in_sight:
                _find_post_again(post)


@after_commit(ContentHidden, ContentUnhidden)
def show_hiding_live(event: ContentHidden | ContentUnhidden) -> None:
    """A thread as a whole names no post: who has it open finds that it is not there, or that it is again."""
    if event.kind == "post":
        _say_that_it_changed(db.session.get_one(Post, event.item).thread_id, event.item)
    elif event.kind in ("thread", SETTLEMENT, SUMMARY):
        _say_that_it_changed(event.item if event.kind == "thread" else _thread_of(event.kind, event.item).id)


def _say_that_it_changed(thread_id: int, post_id: int | None = None) -> None:
    """To the pages that show it; without a post, what changed is the thread itself."""
    broadcast(f"thread:{thread_id}", "thread:changed", {"thread_id": thread_id, "post_id": post_id})


def _thread_of(kind: str, item: int) -> Thread:
    """Of what it came to, or of a summary."""
    if kind == SETTLEMENT:
        return db.session.get_one(Settlement, item).thread
    return db.session.get_one(Summary, item).thread


def _index_thread_of(kind: str, item: int) -> None:
    thread = _thread_of(kind, item)
    if thread.hidden_at is None:
        search.index(entry_of_thread(thread))


def _forget_post(post_id: int) -> None:
    search.forget("post", post_id)
    for kind in (*LINES_OF_POSTS, REACTION):
        notifications.withdraw(kind, [post_id])


def _find_post_again(post: Post) -> None:
    search.index(entry_of(post))
    for kind in LINES_OF_POSTS:
        notifications.restore(kind, [post.id])
    if queries.is_reacted_to(post.id):
        notifications.restore(REACTION, [post.id])


def _tie_behind(event: ReactionGiven) -> int:
    key = (event.post_id, event.actor_id, event.kind)
    return db.session.get_one(Reaction, key).created_by


def _posts_of(event: ContentHidden | ContentUnhidden) -> Sequence[Post]:
    column = Post.id if event.kind == "post" else Post.thread_id
    return db.session.scalars(select(Post).where(column == event.item)).all()


def entry_of(post: Post) -> Entry:
    """The title is its thread's, which is found by it; it only helps a post that says one of the words itself.

    Its files are found by their names.
    """
    thread = post.thread
    words = "\n\n".join([plain_words(post.body_md), *(each.name for each in queries.attachments_with(post, None))])
    return Entry(kind="post", ref_id=post.id, title=thread.title, body=words,
                 own_title=False, allow=(thread.group.scope,), at=post.created_at,
                 group_id=thread.group_id, company_id=post.tie.company_id, author_id=post.author_id)  # fmt: skip


def entry_of_thread(thread: Thread) -> Entry:
    """With what it came to, each time that it was settled, and its summary."""
    outcomes = queries.settlements_of(thread) if thread.settled_at else ()
    texts = [each.body for each in outcomes if each.hidden_at is None]
    summary = queries.last_summary(thread) if thread.summarized_at else None
    if summary and summary.hidden_at is None:
        texts.append(plain_words(summary.body_md))
    body = "\n\n".join(texts)
    return Entry(kind="thread", ref_id=thread.id, title=thread.title, body=body, allow=(thread.group.scope,),
                 at=thread.created_at, group_id=thread.group_id, company_id=thread.starter.company_id,
                 author_id=thread.starter.person_id)  # fmt: skip


def all_threads() -> Iterable[Entry]:
    return map(entry_of_thread, db.session.scalars(queries.threads_to_find().order_by(Thread.id)).yield_per(500))


def some_threads(thread_ids: Sequence[int]) -> Iterable[Entry]:
    return map(entry_of_thread, db.session.scalars(queries.threads_to_find().where(Thread.id.in_(thread_ids))))


def all_entries() -> Iterable[Entry]:
    return (entry_of(post) for post in db.session.scalars(queries.posts_to_find().order_by(Post.id)).yield_per(500))


def some_entries(post_ids: Sequence[int]) -> Iterable[Entry]:
    return [entry_of(post) for post in db.session.scalars(queries.posts_to_find().where(Post.id.in_(post_ids)))]


def show_replies(post_ids: Sequence[int]) -> dict[int, Shown]:
    return {post_id: Shown(title, f"/posts/{post_id}") for post_id, title in queries.titles_over(post_ids).items()}


def news_of_threads(actor: Actor, asked: Asked) -> Iterable[OverviewLine]:
    """One line for a thread, however much was written in it."""
    secret = [group_id for group_id, place in asked.groups.items() if place.is_confidential]
    for news in queries.news_for_overview(actor, asked, secret):
        words, url = (said_of(news), news.url) if news.by else ("", "")
        yield OverviewLine(THREAD, news.id, words, url, news.last_post_at, group_scope(news.group_id),
                   news.group_id, round=news.last_position, place=reply_place(news.id),
                   with_it=news.came_to_nothing)  # fmt: skip


def said_of(news: queries.ThreadNews) -> str:
    who = names_of(news.by)
    if news.first_position == 1:
        return ngettext("New thread “%(title)s” by %(who)s", "New thread “%(title)s” with %(num)s posts, by %(who)s",
                        news.posts, title=news.title, who=who)  # fmt: skip
    return ngettext("“%(title)s”: %(num)s new post, by %(who)s", "“%(title)s”: %(num)s new posts, by %(who)s",
                    news.posts, title=news.title, who=who)  # fmt: skip


def names_of(who: Sequence[str]) -> str:
    """From three people on the first alone (NTF-11)."""
    if len(who) == 1:
        return who[0]
    if len(who) == 2:
        return _("%(first)s and %(second)s", first=who[0], second=who[1])
    return _("%(name)s and %(num)s others", name=who[0], num=len(who) - 1)


def show_reactions(post_ids: Sequence[int]) -> dict[int, Shown]:
    return {
        post_id: Shown(title, f"/posts/{post_id}", _("Your post in “%(title)s” was given a reaction", title=title))
        for post_id, title in queries.titles_over(post_ids).items()
    }


def excerpt_of_post(post: Post) -> Excerpt:
    """What its readers see: what it says, the rest of its mail where that is open, and which files came with it."""
    names = ", ".join(each.name for each in queries.attachments_with(post, None))
    said = [post.body_md, queries.open_fold_of(post), _("Attachments: %(names)s", names=names) if names else ""]
    return Excerpt(post.thread.title, "\n\n".join(filter(None, said)), f"/posts/{post.id}", post.created_at,
                   post.thread.group_id, post.version)  # fmt: skip


def excerpt_of_thread(thread: Thread) -> Excerpt:
    return Excerpt(thread.title, thread.title, thread.link, thread.created_at, thread.group_id, thread.version)


def excerpt_of_settlement(settlement: Settlement) -> Excerpt:
    thread = settlement.thread
    return Excerpt(thread.title, settlement.body, f"{thread.link}#settled-{settlement.id}", settlement.created_at,
                   thread.group_id)  # fmt: skip


def excerpt_of_summary(summary: Summary) -> Excerpt:
    thread = summary.thread
    return Excerpt(thread.title, summary.body_md, f"{thread.link}#summary", summary.created_at, thread.group_id)


def around_post(post: Post) -> tuple[Sequence[Line], Sequence[Line]]:
    before, after = queries.neighbours_of(post, most=3)
    return _lines(before), _lines(after)


def _lines(posts: Iterable[queries.Neighbour]) -> list[Line]:
    return [Line(post.name, post.text if post.is_in_sight else "", post.at) for post in posts]


files.owner(Attachment.sha256)
guard.content("post", load=queries.post_of_any_state, reads=can_read_post, author=lambda post: post.created_by,
              excerpt=excerpt_of_post, hide=hide_post, unhide=unhide_post, around=around_post, reported=take_up,
              is_gone=lambda post: post.deleted_at is not None)  # fmt: skip
guard.content("thread", load=queries.thread_of_any_state, reads=can_read_thread,
              author=lambda thread: thread.created_by, excerpt=excerpt_of_thread)  # fmt: skip
guard.content(SETTLEMENT, load=queries.settlement_of_any_state, reads=can_read_settlement,
              author=lambda settlement: settlement.created_by, excerpt=excerpt_of_settlement)  # fmt: skip
guard.content(SUMMARY, load=queries.summary_of_any_state, reads=can_read_summary,
              author=lambda summary: summary.created_by, excerpt=excerpt_of_summary)  # fmt: skip
search.register("thread", all_threads, load_some=some_threads, reads=search.reads_by(readable_threads, Thread.id))
search.register("post", all_entries, load_some=some_entries, reads=queries.readable_posts)
for each, sort in ((REPLY, Sort.POST), (ANSWER, Sort.NAMED), (STARTED, Sort.NEW_THREAD), (MENTION, Sort.NAMED)):
    notifications.register(each, show_replies, sort)
    notifications.mails(each, partial(news_of, each))
notifications.teller(REPLY, tell_of_post)
notifications.teller(STARTED, tell_of_thread)
notifications.names_place("thread", names_in_letters)
notifications.overview_source(news_of_threads)
notifications.register(REACTION, show_reactions, Sort.REACTION)


@accounts.own_data("posts")
def posts_data(person_id: int) -> list[dict[str, str]]:
    rows = db.session.execute(
        select(WorkingGroup.name, Thread.title, Post.created_at, Post.body_md)
        .select_from(Post).join(Thread, Thread.id == Post.thread_id)
        .join(WorkingGroup, WorkingGroup.id == Thread.group_id)
        .where(Post.author_id == person_id).order_by(Post.created_at, Post.id)
    )  # fmt: skip
    return [
        {"group": row.name, "thread": row.title, "at": row.created_at.isoformat(), "text": row.body_md} for row in rows
    ]


@accounts.own_data("post_versions")
def versions_data(person_id: int) -> list[dict[str, str]]:
    """What one's posts said, and since when: the newest too."""
    rows = db.session.execute(
        select(PostVersion.post_id, PostVersion.number, PostVersion.created_at, PostVersion.body_md)
        .join(Post, Post.id == PostVersion.post_id)
        .where(Post.author_id == person_id).order_by(Post.created_at, Post.id, PostVersion.number)
    )  # fmt: skip
    return [
        {"post": str(row.post_id), "version": str(row.number), "at": row.created_at.isoformat(), "text": row.body_md}
        for row in rows
    ]  # fmt: skip


@accounts.own_data("folded_mail")
def folds_data(person_id: int) -> list[dict[str, str]]:
    """What was cut from the mails that one's posts came by."""
    rows = db.session.execute(
        select(PostFold.post_id, PostFold.body).join(Post, Post.id == PostFold.post_id)
        .where(Post.author_id == person_id).order_by(Post.created_at, Post.id)
    )  # fmt: skip
    return [{"post": str(row.post_id), "text": row.body} for row in rows]


@accounts.own_data("attachments")
def attachments_data(person_id: int) -> list[dict[str, str]]:
    """The files that one put with posts; and those that wait in a draft, which belong to no post yet."""
    rows = db.session.execute(
        select(WorkingGroup.name.label("group"), Thread.title, Attachment.post_id, Attachment.name,
               Attachment.created_at)
        .select_from(Attachment).join(Tie, Tie.id == Attachment.created_by)
        .outerjoin(Post, Post.id == Attachment.post_id).outerjoin(Thread, Thread.id == Post.thread_id)
        .outerjoin(WorkingGroup, WorkingGroup.id == Thread.group_id)
        .where(Tie.person_id == person_id).order_by(Attachment.id)
    )  # fmt: skip
    return [
        {"group": row.group or "", "thread": row.title or "", "post": str(row.post_id or ""), "name": row.name,
         "at": row.created_at.isoformat()} for row in rows
    ]  # fmt: skip


@accounts.own_data("reactions")
def reactions_data(person_id: int) -> list[dict[str, str]]:
    rows = db.session.execute(
        select(WorkingGroup.name, Thread.title, Reaction.post_id, Reaction.kind, Reaction.created_at)
        .select_from(Reaction).join(Post, Post.id == Reaction.post_id).join(Thread, Thread.id == Post.thread_id)
        .join(WorkingGroup, WorkingGroup.id == Thread.group_id)
        .where(Reaction.person_id == person_id).order_by(Reaction.created_at, Reaction.post_id, Reaction.kind)
    )  # fmt: skip
    return [
        {"group": row.name, "thread": row.title, "post": str(row.post_id), "reaction": row.kind.value,
         "at": row.created_at.isoformat()} for row in rows
    ]  # fmt: skip


@accounts.own_data("mentions")
def mentions_data(person_id: int) -> list[dict[str, str]]:
    """In which posts one was named, and when; what they say is their writer's."""
    named = select(Mention).where(Mention.person_id == person_id).order_by(Mention.created_at, Mention.post_id)
    return [{"post": str(each.post_id), "at": each.created_at.isoformat()} for each in db.session.scalars(named)]


@accounts.own_data("settlements")
def settlements_data(person_id: int) -> list[dict[str, str]]:
    return _texts_about_threads(person_id, Settlement, Settlement.body)


@accounts.own_data("summaries")
def summaries_data(person_id: int) -> list[dict[str, str]]:
    return _texts_about_threads(person_id, Summary, Summary.body_md)


def _texts_about_threads(person_id: int, model: type[Settlement] | type[Summary],
                         body: InstrumentedAttribute[str]) -> list[dict[str, str]]:  # fmt: skip
    """What this person wrote of whole threads, the oldest first."""
    found = db.session.execute(
        select(WorkingGroup.name, Thread.title, model.created_at, body)
        .select_from(model).join(Thread, Thread.id == model.thread_id)
        .join(WorkingGroup, WorkingGroup.id == Thread.group_id).join(Tie, Tie.id == model.created_by)
        .where(Tie.person_id == person_id).order_by(model.id)
    )  # fmt: skip
    return [{"group": group, "thread": title, "at": at.isoformat(), "text": words} for group, title, at, words in found]


@accounts.own_data("drafts")
def drafts_data(person_id: int) -> list[dict[str, str]]:
    own = select(Draft).where(Draft.person_id == person_id).order_by(Draft.changed_at, Draft.id)
    drafts = db.session.scalars(own)
    return [{"at": draft.changed_at.isoformat(), "title": draft.title, "text": draft.body} for draft in drafts]

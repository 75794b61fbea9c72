"""Finding threads and posts. Every query starts from what the person may read; lists read rows, not objects.

The statements of pages that everyone opens are built once (`@cache`) and asked with their values: building one
takes many times longer than the database needs to answer it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Exists,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased, contains_eager, joinedload
from sqlalchemy.orm.util import AliasedClass

from app.accounts.models import Actor, Company, Person, Tie, TieKind
from app.accounts.policy import Anyone, slug_of_page
from app.core.clock import today
from app.core.db import Id, Rows, UTCDateTime, rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.i18n import ENDLESS
from app.directory.policy import takes_part_in
from app.discussions.models import (
    POSTS_ON_A_PAGE,
    ROOM,
    THREADS_ON_A_PAGE,
    Attachment,
    Draft,
    GroupTally,
    Mention,
    Post,
    PostFold,
    PostSource,
    PostVersion,
    Reaction,
    ReactionKind,
    ReadMark,
    ReadPosition,
    Settlement,
    Summary,
    Thread,
    ThreadKind,
    ThreadStatus,
    ThreadVersion,
    is_in_sight,
    reply_place,
    thread_link,
)
from app.discussions.policy import can_read_attachment, can_read_post, is_readable, readable_threads
from app.files.models import FileContent, Thumbnail
from app.groups.models import GROUP_SCOPE, Visibility, WorkingGroup
from app.groups.policy import Standing, is_member_of, own_standings, readable_group_ids
from app.groups.queries import level_in_group, places_left, readers, values_of_level
from app.guard.models import ActsAs, Hiding
from app.notifications.models import Level, SetBy, Telling, Watch
from app.notifications.queries import Choices, choice_columns, told_up_to, was_meant_for_mail, was_told
from app.notifications.service import Asked
from app.notifications.service.overviews import ITEMS_MOST

FILTERS = ("open", "unread", "settled")
ME = bindparam("me", type_=Id)
THREAD = bindparam("thread", type_=Id)
GROUP = bindparam("group", type_=Id)
GROUPS = bindparam("groups", type_=Id, expanding=True)
HORIZON = bindparam("horizon", type_=UTCDateTime)
COUNTS_KEPT = 1_000  # about 1 kB each


class ChosenThread(NamedTuple):
    """One whose level is its own, not that of its working group."""

    id: int
    title: str
    group_name: str
    level: Level
    set_by: SetBy
    is_own: bool  # this person began it


class Reading(NamedTuple):
    """How far one person is in one thread."""

    position: int
    mark: int


class PostRow(NamedTuple):
    id: int
    position: int
    seq: int
    author_id: int
    body_html: str
    created_at: datetime
    edited_at: datetime | None
    hidden_at: datetime | None
    deleted_at: datetime | None
    author_name: str
    company_name: str
    tie_kind: TieKind
    company_slug: str | None  # None when it has no page (any more)
    hidden_rule: int | None
    hidden_role: ActsAs | None
    reactions: str | None
    file_count: int
    folded: str | None  # what was cut from its mail, where the reader may see it
    is_unfolded: bool

    @property
    def reaction_counts(self) -> dict[ReactionKind, "ReactionCount"]:
        lines = (each.split(":") for each in (self.reactions or "").split(",") if each)
        return {ReactionKind(kind): ReactionCount(int(number), own == "1") for kind, number, own in lines}


class AttachmentRow(NamedTuple):
    """A file of a post, or of a draft."""

    id: int
    post_id: int | None
    name: str
    size: int
    type: str
    thumbnail: Thumbnail


class ReactionCount(NamedTuple):
    """How many gave this reaction to a post, and whether the reader did."""

    number: int
    is_own: bool


class Reactor(NamedTuple):
    """Who gave a reaction, under the name and company of that moment."""

    kind: ReactionKind
    at: datetime
    author_id: int
    author_name: str
    company_name: str
    company_slug: str | None
    tie_kind: TieKind


class Neighbour(NamedTuple):
    """A post beside the one that a case is about."""

    position: int
    name: str
    text: str
    at: datetime
    is_in_sight: bool


class Mentionable(NamedTuple):
    """Somebody whom one can name in a group."""

    person_id: int
    name: str
    company_name: str
    kind: TieKind

    @property
    def is_guest(self) -> bool:
        return self.kind is TieKind.GUEST


class VersionLine(NamedTuple):
    """A text that the readers of a post saw, from when on, and by whom."""

    number: int
    body_md: str
    files: list[str]
    at: datetime
    author_id: int
    author_name: str
    company_name: str
    company_slug: str | None
    tie_kind: TieKind


class TitleLine(NamedTuple):
    """A title and kind that a thread had, from when on, and by whom."""

    number: int
    title: str
    kind: ThreadKind
    at: datetime
    author_id: int
    author_name: str
    company_name: str
    company_slug: str | None
    tie_kind: TieKind


class SettlementLine(NamedTuple):
    """What a thread came to, who said so, and who went on with it since."""

    id: int
    body: str
    position: int
    at: datetime
    hidden_at: datetime | None
    tie_id: int
    author_id: int
    author_name: str
    company_name: str
    company_slug: str | None
    tie_kind: TieKind
    resumed_at: datetime | None
    resumed_by: str | None


class SummaryLine(NamedTuple):
    """A version of the summary, by whom, and how many posts came after the last that it takes in."""

    id: int
    number: int
    body_md: str
    body_html: str
    up_to_position: int
    at: datetime
    hidden_at: datetime | None
    tie_id: int
    since: int
    author_id: int
    author_name: str
    company_name: str
    company_slug: str | None
    tie_kind: TieKind


class ThreadRow(NamedTuple):
    id: int
    title: str
    kind: ThreadKind
    status: ThreadStatus
    closed_at: datetime | None
    pinned_until: date | None
    posts: int
    last_at: datetime
    last_author: str
    last_company: str
    group_id: int
    unread: int
    has_files: bool

    @property
    def url(self) -> str:
        return thread_link(self.id, self.title)

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_pinned(self) -> bool:
        return self.pinned_until is not None and self.pinned_until >= today()


class GroupState(NamedTuple):
    """What the count of a person's unread threads in a group hangs on: it is kept as long as all this is the same."""

    group_id: int
    last_seq: int | None
    mark: int | None
    marked_at: datetime | None  # what was taken back is another state than before it was pressed
    change: int | None


class OpenedThread(NamedTuple):
    """A thread, how far the reader is in it, what is unread there (counted no further than 100), and their draft."""

    thread: Thread
    reading: Reading
    first_unread: int | None
    unread: int
    draft: Draft | None
    own: Choices  # of what they get by mail


class Newest(NamedTuple):
    """The thread of a group whose post came last, and the group's last arrival number."""

    title: str | None = None
    at: datetime | None = None
    url: str | None = None
    by: str | None = None
    last_seq: int = 0


class GroupNews(NamedTuple):
    """The newest of one group, and how many of its threads hold something unread (at most 100)."""

    standing: Standing
    unread: int
    newest: Newest


class ThreadNews(NamedTuple):
    """What of a thread an overview has to tell; without `by` its words are not wanted."""

    id: int
    title: str
    group_id: int
    last_post_at: datetime
    posts: int = 0
    first_position: int = 0
    last_position: int = 0
    by: tuple[str, ...] = ()
    came_to_nothing: tuple[int, ...] = ()  # posts that were to come by mail at once and did not

    @property
    def url(self) -> str:
        return thread_link(self.id, self.title)


def get_thread(actor: Actor, thread_id: int) -> Thread:
    """The thread, or NotFound if this person may not read it."""
    thread = db.session.scalar(_readable_thread(), {"groups": readable_group_ids(actor), "thread": thread_id})
    if thread is None:
        raise NotFound
    return thread


def news_for_overview(actor: Actor, asked: Asked, secret: Collection[int]) -> list[ThreadNews]:
    """Threads of their own groups with posts that are unread and told by no mail, the newest first (NTF-24).

    The words of the newest alone, and of those in `secret` groups, which need another count: two statements.
    """
    loud = [group_id for group_id in asked.groups if not asked.is_silent(group_id)]
    threads = {int(place.removeprefix(ROOM)): level for place, level in asked.levels.items() if place.startswith(ROOM)}
    values = {
        "me": actor.id, "groups": list(asked.groups), "loud": loud, "horizon": asked.horizon, "told": asked.told,
        "heard": [thread_id for thread_id, level in threads.items() if level is not Level.SILENT],
        "silent": [thread_id for thread_id, level in threads.items() if level is Level.SILENT],
    }  # fmt: skip
    found = [ThreadNews(*row) for row in rows(_threads_with_news(), values)] if asked.groups else []
    open_ones = [news.id for news in found if news.group_id not in secret][:ITEMS_MOST]
    worded = {*open_ones, *(news.id for news in found if news.group_id in secret)}
    posts: dict[int, list[Any]] = defaultdict(list)
    for row in rows(_posts_of_news(), values | {"threads": list(worded)}) if worded else ():
        posts[row.thread_id].append(row)
    return [_with_posts(news, posts[news.id]) for news in found]


def _with_posts(news: ThreadNews, posts: Sequence[Any]) -> ThreadNews:
    if not posts:
        return news
    lost = tuple(post.id for post in posts if post.was_meant_for_mail)
    return news._replace(posts=len(posts), first_position=posts[0].position, last_position=posts[-1].position,
                         by=tuple(dict.fromkeys(post.name for post in posts)), came_to_nothing=lost)  # fmt: skip


def thread_and_choices(actor: Actor, thread_id: int) -> tuple[Thread, Choices]:
    """The thread with what this person chose to hear of it, or NotFound."""
    values = {"groups": readable_group_ids(actor), "thread": thread_id, "me": actor.id}
    row = db.session.execute(_thread_and_choices(), values).one_or_none()
    if row is None:
        raise NotFound
    return row[0], Choices(*row[1:])


def chosen_threads(actor: Actor, *, page: int = 1, size: int = THREADS_ON_A_PAGE) -> list[ChosenThread]:
    """The threads of which this person chose apart what they hear, or of which an answer did; the last chosen first."""
    found = db.session.execute(
        _chosen_threads(actor, Thread.id, Thread.title, WorkingGroup.name, Watch.level, Watch.set_by,
                        Thread.created_by == actor.tie_id)
        .order_by(Watch.set_at.desc(), Thread.id.desc()).offset((page - 1) * size).limit(size)
    )  # fmt: skip
    return [ChosenThread(*row) for row in found]


def chosen_thread_counts(actor: Actor) -> tuple[int, int]:
    """How many those are, and of how many each post is mailed."""
    mailed = func.count(case((Watch.level == Level.ALL_MAIL, 1)))
    row = db.session.execute(_chosen_threads(actor, func.count(), mailed)).one()
    return row[0], row[1]


def _chosen_threads(actor: Actor, *columns: Any) -> Rows:
    """Sought from the choices, which are few, not from the threads."""
    number = case((Watch.place.like(f"{ROOM}%"), cast(func.substr(Watch.place, len(ROOM) + 1), Id)))
    return (
        select(*columns).select_from(Watch).join(Thread, Thread.id == number)
        .join(WorkingGroup, WorkingGroup.id == Thread.group_id)
        .where(Watch.person_id == actor.id, Thread.group_id.in_(readable_group_ids(actor)), Thread.hidden_at.is_(None))
    )  # fmt: skip


def thread_of_this_moment(thread_id: int) -> Thread:
    """The thread with its group, read again over what the session knew of them."""
    again = {"populate_existing": True}
    return db.session.scalars(_thread_with_group(), {"thread": thread_id}, execution_options=again).one()


def open_thread(actor: Actor, thread_id: int) -> OpenedThread:
    """All that a page of the thread asks before its posts, in one statement, or NotFound."""
    values = {"groups": readable_group_ids(actor), "thread": thread_id, "me": actor.id, "place": reply_place(thread_id)}
    row = db.session.execute(_opened_thread(), values).one_or_none()
    if row is None:
        raise NotFound
    return OpenedThread(row[0], Reading(row[2] or 0, row[3] or 0), row[4], row[5], row[1], Choices(*row[6:]))


def hidden_thread(actor: Actor, thread_id: int) -> Thread | None:
    """One that this person would read, were it not hidden."""
    in_sight = and_(Thread.group_id.in_(readable_group_ids(actor)), Thread.hidden_at.is_not(None))
    return db.session.scalar(_thread_with_group().where(in_sight), {"thread": thread_id})


def was_left_behind(actor: Actor, thread_id: int) -> bool:
    """Whether it stood already in a group that this person has left since. Asked of who may not read it."""
    left = {place.group_id: place.left_at for place in places_left(actor)}
    if not left:  # who never took part waits as long for a thread that is there as for one that is not
        return False
    thread = thread_of_any_state(thread_id)
    return thread is not None and thread.created_at < left.get(thread.group_id, thread.created_at)


def post_of_any_state(post_id: int) -> Post | None:
    """With its thread and group, whoever may read it."""
    return db.session.scalar(_post_with_group(), {"post": post_id})


def thread_of_any_state(thread_id: int) -> Thread | None:
    return db.session.scalar(_thread_with_group(), {"thread": thread_id})


def first_post(thread: Thread) -> Post:
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.position == 1)).one()


def neighbours_of(post: Post, most: int) -> tuple[Sequence[Neighbour], Sequence[Neighbour]]:
    """The posts before it and after it, as they stand in the thread."""
    found = db.session.execute(
        select(Post.position, Person.name, Post.body_md, Post.created_at, is_in_sight())
        .join(Person, Person.id == Post.author_id)
        .where(Post.thread_id == post.thread_id, Post.position != post.position,
               Post.position.between(post.position - most, post.position + most))
        .order_by(Post.position)
    )  # fmt: skip
    lines = [Neighbour(*row) for row in found]
    return ([line for line in lines if line.position < post.position],
            [line for line in lines if line.position > post.position])  # fmt: skip


def get_post(actor: Actor, post_id: int) -> Post:
    """With its thread and group, or NotFound where this person does not read the thread."""
    is_read = Thread.group_id.in_(readable_group_ids(actor))
    post = db.session.scalar(_post_with_group().where(is_read, Thread.hidden_at.is_(None)), {"post": post_id})
    if post is None:
        raise NotFound
    return post


def get_readable_post(actor: Actor, post_id: int) -> Post:
    """With its thread and group, or NotFound where this person does not read its text."""
    post = post_of_any_state(post_id)
    if post is None or not can_read_post(actor, post):
        raise NotFound
    return post


def writer_of(post: Post) -> Tie:
    """The tie under which it was written, with person and company."""
    named = [joinedload(Tie.person), joinedload(Tie.company)]
    return db.session.get_one(Tie, post.created_by, options=named)


def own_posts(actor: Actor, post_ids: Iterable[int]) -> dict[int, Post]:
    """Those of these posts that this person wrote, in threads that they may still read; with their threads."""
    found = db.session.scalars(
        select(Post).join(Post.thread).options(contains_eager(Post.thread))
        .where(Post.id.in_(list(post_ids)), Post.author_id == actor.id, is_readable(readable_group_ids(actor)))
    )  # fmt: skip
    return {post.id: post for post in found}


def was_answered(post: Post) -> bool:
    """Whether someone else wrote behind it."""
    answer = select(Post.id).where(Post.thread_id == post.thread_id, Post.position > post.position,
                                   Post.author_id != post.author_id).limit(1)  # fmt: skip
    return db.session.scalar(answer) is not None


def versions_of(post: Post) -> Sequence[VersionLine]:
    """Newest first: what its readers saw. None where they never saw it change."""
    found = db.session.execute(
        _with_whom(select(PostVersion.number, PostVersion.body_md, PostVersion.files, PostVersion.created_at),
                   PostVersion.created_by)
        .where(PostVersion.post_id == post.id).order_by(PostVersion.number.desc())
    )  # fmt: skip
    return [VersionLine(*row) for row in found]


def reactors_to(post: Post) -> Sequence[Reactor]:
    """Who reacted, the first of each kind first."""
    found = db.session.execute(
        _with_whom(select(Reaction.kind, Reaction.created_at), Reaction.created_by)
        .where(Reaction.post_id == post.id).order_by(Reaction.created_at, Person.id)
    )  # fmt: skip
    return [Reactor(*row) for row in found]


def is_reacted_to(post_id: int) -> bool:
    """By someone else than its author."""
    other = (
        select(Reaction.kind).join(Post, Post.id == Reaction.post_id)
        .where(Post.id == post_id, Reaction.person_id != Post.author_id).limit(1)
    )  # fmt: skip
    return db.session.scalar(other) is not None


def titles_of(thread: Thread) -> Sequence[TitleLine]:
    """Newest first."""
    found = db.session.execute(
        _with_whom(select(ThreadVersion.number, ThreadVersion.title, ThreadVersion.kind, ThreadVersion.created_at),
                   ThreadVersion.created_by)
        .where(ThreadVersion.thread_id == thread.id).order_by(ThreadVersion.number.desc())
    )  # fmt: skip
    return [TitleLine(*row) for row in found]


def settlements_of(thread: Thread) -> Sequence[SettlementLine]:
    """The oldest first."""
    return [SettlementLine(*row) for row in rows(_settlements(), {"thread": thread.id})]


def settlement_of_any_state(settlement_id: int) -> Settlement | None:
    """With its thread and group, whoever may read it."""
    with_group = joinedload(Settlement.thread).joinedload(Thread.group)
    return db.session.get(Settlement, settlement_id, options=[with_group])


def summaries_of(thread: Thread, *, most: int | None = None) -> Sequence[SummaryLine]:
    """The newest first; no statement where there never was one."""
    if thread.summarized_at is None:
        return []
    found = _summaries() if most is None else _summaries().limit(most)
    return [SummaryLine(*row) for row in rows(found, {"thread": thread.id})]


def last_summary(thread: Thread) -> Summary | None:
    newest = select(Summary).where(Summary.thread_id == thread.id).order_by(Summary.number.desc()).limit(1)
    return db.session.scalars(newest).first()


def summary_of_any_state(summary_id: int) -> Summary | None:
    """With its thread and group, whoever may read it."""
    return db.session.get(Summary, summary_id, options=[joinedload(Summary.thread).joinedload(Thread.group)])


def reading_of(actor: Actor, thread: Thread) -> Reading:
    row = rows(_reading(), {"me": actor.id, "thread": thread.id, "group": thread.group_id}).one()
    return Reading(row[0] or 0, row[1] or 0)


def left_to_read(
    thread: Thread, reader: InstrumentedAttribute[int], *, after: InstrumentedAttribute[int] | int = 0
) -> Exists:
    """Whether a post of another can be seen there, behind the reader's position and behind their mark."""
    other = aliased(Post)
    mark = (
        select(ReadMark.seq).where(ReadMark.person_id == reader, ReadMark.group_id == thread.group_id)
        .correlate_except(ReadMark).scalar_subquery()
    )  # fmt: skip
    left = exists().where(other.thread_id == thread.id, is_in_sight(other), other.author_id != reader,
                          other.position > after, other.seq > func.coalesce(mark, 0))  # fmt: skip
    return left.correlate_except(other)


def writers_with_nothing_to_read(thread: Thread) -> Sequence[int]:
    """Those whose reading here was never noted, as they wrote before they read, and for whom nothing is left."""
    noted = exists().where(ReadPosition.thread_id == thread.id, ReadPosition.person_id == Post.author_id)
    writers = select(Post.author_id).where(Post.thread_id == thread.id, is_in_sight()).distinct()
    return db.session.scalars(writers.where(~noted, ~left_to_read(thread, Post.author_id))).all()


def threads_written_in(person_id: int, group_id: int, *, above: int) -> Sequence[Thread]:
    """Those with something newer than this arrival number, in which this person wrote."""
    wrote = exists().where(Post.thread_id == Thread.id, Post.author_id == person_id)
    return db.session.scalars(select(Thread).where(Thread.group_id == group_id, Thread.last_seq > above, wrote)).all()


def posts_between(actor: Actor, thread_id: int, after: int, up_to: int) -> Sequence[PostRow]:
    """The posts with `after` < position ≤ `up_to`: found by place, so page 500 costs what page 1 costs."""
    found = rows(_posts_between(), {"me": actor.id, "thread": thread_id, "after": after, "up_to": up_to})
    return [PostRow(*row) for row in found]


def posts_on_page(actor: Actor, thread: Thread, page: int) -> Sequence[PostRow]:
    return posts_between(actor, thread.id, (page - 1) * POSTS_ON_A_PAGE, page * POSTS_ON_A_PAGE)


def threads_in_group(actor: Actor, group: WorkingGroup, *, show: str = "open", kind: ThreadKind | None = None,
                     page: int = 1, size: int = THREADS_ON_A_PAGE) -> Sequence[ThreadRow]:  # fmt: skip
    """One page of a group's threads, newest post first, pinned ones on top."""
    values = {"me": actor.id, "group": group.id, "start": (page - 1) * size, "size": size}
    found = rows(_threads_in_group(show, kind, is_member_of(actor, group)), values)
    return [ThreadRow(*row) for row in found]


def thread_counts(actor: Actor, group: WorkingGroup, kind: ThreadKind | None = None) -> tuple[dict[str, int], int]:
    """How many threads each filter shows, and the newest arrival number in the group at that moment."""
    is_member = is_member_of(actor, group)
    statement = _thread_counts(kind, counts_unread=is_member and kind is not None)
    last_seq, *counted = rows(statement, {"me": actor.id, "group": group.id}).one()
    counts = dict(zip(FILTERS, counted, strict=True))
    if is_member and kind is None:
        counts["unread"] = unread_threads_by_group(actor)[group.id]
    return counts, last_seq or 0


def unread_threads_by_group(actor: Actor) -> Mapping[int, int]:
    """For each group I am a member of: threads with something above my position."""
    return actor.remembered("discussions.unread", lambda: _load_unread_threads(actor))


def newest_of_groups(actor: Actor) -> dict[int, Newest]:
    """For each group of mine with a post: the thread whose post came last."""
    own = [standing.group_id for standing in own_standings(actor)]
    found = rows(_newest_of_groups(), {"groups": own})
    return {
        row[0]: Newest(row[3], row[4], thread_link(row[2], row[3]) if row[2] else None, row[5], row[1]) for row in found
    }


def news_of_groups(actor: Actor, newest: Mapping[int, Newest], unread: Mapping[int, int]) -> list[GroupNews]:
    """One line per group of mine."""
    lines = [
        GroupNews(standing, unread.get(standing.group_id, 0), newest.get(standing.group_id, Newest()))
        for standing in own_standings(actor)
    ]
    return sorted(lines, key=lambda line: (not line.unread, line.standing.name))


def last_activity(group_ids: Iterable[int]) -> dict[int, datetime]:
    found = rows(_last_activity(), {"groups": list(group_ids)})
    return {row[0]: row[1] for row in found}


def last_seq_of(group_id: int) -> int:
    return db.session.scalar(select(GroupTally.last_seq).where(GroupTally.group_id == group_id)) or 0


def seq_before_another(person_id: int, group_id: int, until: int) -> int:
    """The arrival number up to which nothing after `until` was written by someone else."""
    last = last_seq_of(group_id)
    until = min(until, last)
    next_of_another = db.session.scalar(
        select(func.min(Post.seq)).join(Thread, Thread.id == Post.thread_id)
        .where(Thread.group_id == group_id, Thread.last_seq > until, Thread.hidden_at.is_(None),
               Post.seq > until, Post.author_id != person_id, is_in_sight())
    )  # fmt: skip
    return last if next_of_another is None else next_of_another - 1


def seq_before(group_id: int, moment: datetime) -> int:
    """The arrival number of the newest post older than this moment."""
    # In each thread backwards from its end: what is older than the newest such post is never read.
    newest = (
        select(Post.seq).where(Post.thread_id == Thread.id, Post.created_at < moment)
        .order_by(Post.position.desc()).limit(1).correlate(Thread).scalar_subquery()
    )  # fmt: skip
    return db.session.scalar(select(func.max(newest)).where(Thread.group_id == group_id)) or 0


def post_of_client(actor_id: int, client_id: str | None) -> Post | None:
    if not client_id:
        return None
    return db.session.scalar(_post_of_client(), {"me": actor_id, "client": client_id})


def writers_to_tell(post: Post) -> set[int]:
    """Who wrote in its thread before, without those who want to hear nothing of the thread (NTF-7).

    Also whom it names: they hear of that.
    """
    return _who_hear(_writers(), post, position=post.position)


def answered_by(post: Post, quoted: Sequence[int]) -> set[int]:
    """Whom a reply answers: those it quotes, in its thread, and who asked where the thread is a question.

    Not its writer, and nobody who wants to hear nothing of the thread; also whom it names.
    """
    answers_question = post.thread.kind is ThreadKind.QUESTION
    if not quoted and not answers_question:
        return set()
    return _who_hear(_answered(answers_question), post, posts=list(quoted)) - {post.author_id}


def _who_hear(of_posts: Rows, post: Post, **more: Any) -> set[int]:
    values = values_of_level(post.thread.group, post.thread.room)
    return set(rows(of_posts, {"thread": post.thread_id, **more, **values}).scalars())


def post_to_tell_of(post_id: int) -> Post:
    """With its thread and group."""
    return db.session.scalars(_post_with_group(), {"post": post_id}).one()


def post_with_tie(post_id: int) -> Post:
    """With the tie by which it was written, of which its entry in the search is made."""
    return db.session.scalars(_post_with_tie(), {"post": post_id}).one()


def posts_to_mail(actor: Actor, post_ids: Sequence[int]) -> Sequence[Post]:
    """Those of these posts that are in sight for this person, in their order, with their writers."""
    return db.session.scalars(
        select(Post).join(Post.thread).join(Post.tie).join(Tie.person).join(Tie.company)
        .options(contains_eager(Post.thread), contains_eager(Post.tie).contains_eager(Tie.person),
                 contains_eager(Post.tie).contains_eager(Tie.company))
        .where(Post.id.in_(post_ids), is_readable(readable_group_ids(actor)), is_in_sight())
        .order_by(Post.position), execution_options={"populate_existing": True}
    ).all()  # fmt: skip


def rooms_in(group_id: int) -> Select[str]:
    """The places of its threads, as `Thread.room` names them."""
    return select(_place(ROOM, Thread.id)).where(Thread.group_id == group_id)


def mentioned_in(post_id: int) -> set[int]:
    """Whom it names, or named before it was changed."""
    return set(rows(_mentioned_in(), {"post": post_id}).scalars())


def people_to_mention(actor: Actor, group: WorkingGroup) -> list[Mentionable]:
    """Who reads what is written in this group, of those whom this person sees, by name."""
    values = {"group": group.id} if actor.is_staff else {"group": group.id, "groups": readable_group_ids(actor)}
    return [Mentionable(*row) for row in rows(_people_to_mention(group.visibility, actor.is_staff), values)]


def titles_over(post_ids: Sequence[int]) -> dict[int, str]:
    """The title of the thread that each of these posts stands in, of those that are in sight."""
    return {row[0]: row[1] for row in rows(_titles_over(), {"posts": list(post_ids)})}


def readable_posts(actor: Anyone, post_ids: Sequence[int]) -> set[int]:
    """Those of these posts that this person may read at this moment."""
    values = {"groups": readable_group_ids(actor), "posts": list(post_ids)}
    return {row[0] for row in rows(_readable_posts(), values)}


def threads_to_find() -> Select[Thread]:
    """Threads that are there for whoever reads their group, with all that an entry of the search is made of."""
    return (
        select(Thread).join(Thread.group).join(Thread.starter)
        .options(contains_eager(Thread.group), contains_eager(Thread.starter)).where(Thread.hidden_at.is_(None))
    )  # fmt: skip


def posts_to_find() -> Select[Post]:
    """Posts that are there for whoever reads their group, with all that an entry of the search is made of."""
    return (
        select(Post).join(Post.thread).join(Thread.group).join(Post.tie)
        .options(contains_eager(Post.thread).contains_eager(Thread.group), contains_eager(Post.tie))
        .where(*_is_shown())
    )  # fmt: skip


def has_unseen_post_of_another(actor: Actor, thread: Thread, before: int) -> bool:
    """Whether a post of someone else lies between what was read and `before`."""
    values = {"me": actor.id, "thread": thread.id, "group": thread.group_id, "before": before}
    return rows(_unseen_post_of_another(), values).first() is not None


def attachments_of(
    post_ids: Sequence[int], draft: Draft | None = None
) -> Mapping[int | None, tuple[AttachmentRow, ...]]:
    """The files of these posts, by post, and under None those that wait in the draft; the earliest first."""
    if not post_ids and draft is None:
        return {}
    found: dict[int | None, tuple[AttachmentRow, ...]] = {}
    for row in rows(_attachments(), {"posts": list(post_ids), "draft": draft.id if draft else None}):
        file = AttachmentRow(*row)
        found[file.post_id] = (*found.get(file.post_id, ()), file)
    return found


def get_attachment(actor: Actor, attachment_id: int) -> Attachment:
    """With its content, or NotFound where this person may not read it at this moment."""
    found = db.session.scalar(
        select(Attachment).where(Attachment.id == attachment_id)
        .options(joinedload(Attachment.content), joinedload(Attachment.draft),
                 joinedload(Attachment.post).joinedload(Post.thread).joinedload(Thread.group))
    )  # fmt: skip
    if found is None or not can_read_attachment(actor, found):
        raise NotFound
    return found


def attachments_with(post: Post | None, draft: Draft | None) -> Sequence[Attachment]:
    """Those of the post, then those that wait in the draft."""
    if draft is None and (post is None or not post.file_count):
        return []
    of_post = Attachment.post_id == post.id if post else false()
    in_draft = Attachment.draft_id == draft.id if draft else false()
    held = db.session.scalars(select(Attachment).where(or_(of_post, in_draft)).order_by(Attachment.id)).all()
    return sorted(held, key=lambda each: each.post_id is None)


def open_fold_of(post: Post) -> str | None:
    """What was cut from its mail, where its author opened that to the readers."""
    if post.source is not PostSource.MAIL:
        return None
    return db.session.scalar(select(PostFold.body).where(PostFold.post_id == post.id, PostFold.opened_at.is_not(None)))


def holds_files(draft: Draft | None) -> bool:
    if draft is None:
        return False
    return db.session.scalar(select(Attachment.id).where(Attachment.draft_id == draft.id).limit(1)) is not None


def names_in_drafts(drafts: Iterable[Draft]) -> dict[int, list[str]]:
    """The names of the files that wait in each."""
    found: dict[int, list[str]] = {}
    in_these = Attachment.draft_id.in_([draft.id for draft in drafts])
    for row in db.session.execute(select(Attachment.draft_id, Attachment.name).where(in_these).order_by(Attachment.id)):
        found.setdefault(row.draft_id, []).append(row.name)
    return found


def size_together(sums: Sequence[str]) -> int:
    """Bytes of these contents, one that is named twice counted twice."""
    found = db.session.execute(select(FileContent.sha256, FileContent.size).where(FileContent.sha256.in_(sums)))
    sizes = {row.sha256: row.size for row in found}
    return sum(sizes.get(each, 0) for each in sums)


def draft_at(actor: Actor, place: str) -> Draft | None:
    return db.session.scalar(_draft_at(), {"me": actor.id, "place": place})


def drafts_of(actor: Actor) -> Sequence[Draft]:
    return db.session.scalars(_drafts(), {"me": actor.id}).all()


def threads_by_id(actor: Actor, thread_ids: Iterable[int]) -> dict[int, Thread]:
    """Those of these threads that this person may still read."""
    readable = readable_threads(actor).where(Thread.id.in_(list(thread_ids)))
    found = db.session.scalars(readable.join(Thread.group).options(contains_eager(Thread.group)))
    return {thread.id: thread for thread in found}


def _with_whom(statement: Rows, tie_id: InstrumentedAttribute[int]) -> Rows:
    """And after its columns, who did it, under the name and company of that moment."""
    return (
        statement.add_columns(Person.id, Person.name, Company.name, slug_of_page(), Tie.kind)
        .join(Tie, Tie.id == tie_id).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
    )  # fmt: skip


@cache
def _summaries() -> Rows:
    since = select(func.count()).where(Post.thread_id == Summary.thread_id, Post.position > Summary.up_to_position,
                                       is_in_sight()).correlate(Summary).scalar_subquery()  # fmt: skip
    return (
        _with_whom(select(Summary.id, Summary.number, Summary.body_md, Summary.body_html, Summary.up_to_position,
                          Summary.created_at, Summary.hidden_at, Summary.created_by, since), Summary.created_by)
        .where(Summary.thread_id == THREAD).order_by(Summary.number.desc())
    )  # fmt: skip


@cache
def _settlements() -> Rows:
    again, resumed_by = aliased(Tie), aliased(Person)
    return (
        _with_whom(select(Settlement.id, Settlement.body, Settlement.position, Settlement.created_at,
                          Settlement.hidden_at, Settlement.created_by), Settlement.created_by)
        .add_columns(Settlement.resumed_at, resumed_by.name)
        .outerjoin(again, again.id == Settlement.resumed_by).outerjoin(resumed_by, resumed_by.id == again.person_id)
        .where(Settlement.thread_id == THREAD).order_by(Settlement.id)
    )  # fmt: skip


@cache
def _readable_thread() -> Select[Thread]:
    return _thread_with_group().where(is_readable(GROUPS))


@cache
def _thread_with_group() -> Select[Thread]:
    return select(Thread).join(Thread.group).options(contains_eager(Thread.group)).where(Thread.id == THREAD)


@cache
def _opened_thread() -> Rows:
    first = select(_unread_posts_of_row(first_only=True).c.position).scalar_subquery()
    own_draft = and_(Draft.person_id == ME, Draft.place == bindparam("place"))
    opened = _with_reading(_readable_thread()).outerjoin(Draft, own_draft)
    return opened.add_columns(Draft, ReadPosition.position, ReadMark.seq, first, _unread_count(), *_own_choices())


@cache
def _thread_and_choices() -> Rows:
    return _readable_thread().add_columns(*_own_choices())


def _own_choices() -> tuple[ColumnElement[Any], ...]:
    """Of the reader, for the thread in the row around it."""
    return choice_columns(ME, _place(ROOM, Thread.id), _place(GROUP_SCOPE, Thread.group_id))


def _place(kind: str, number: InstrumentedAttribute[int]) -> ColumnElement[str]:
    return literal(kind).concat(cast(number, String))


@cache
def _reading() -> Rows:
    return select(_own_position().scalar_subquery(), _own_mark().scalar_subquery())


@cache
def _posts_between() -> Rows:
    is_open = PostFold.opened_at.is_not(None)
    return (
        select(Post.id, Post.position, Post.seq, Post.author_id, Post.body_html, Post.created_at, Post.edited_at,
               Post.hidden_at, Post.deleted_at, Person.name, Company.name, Tie.kind, slug_of_page(),
               Hiding.rule, Hiding.role, _reactions_of_row(), case((is_in_sight(), Post.file_count), else_=0),
               case((and_(is_in_sight(), or_(Post.author_id == ME, is_open)), PostFold.body)), is_open)
        .join(Tie, Tie.id == Post.created_by).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
        .outerjoin(Hiding, and_(Post.hidden_at.is_not(None), Hiding.kind == "post", Hiding.item == Post.id))
        .outerjoin(PostFold, and_(Post.source == PostSource.MAIL, PostFold.post_id == Post.id))
        .where(Post.thread_id == THREAD, Post.position > bindparam("after"), Post.position <= bindparam("up_to"))
        .order_by(Post.position)
    )  # fmt: skip


@cache
def _attachments() -> Rows:
    of_posts = Attachment.post_id.in_(bindparam("posts", type_=Id, expanding=True))
    return (
        select(Attachment.id, Attachment.post_id, Attachment.name, FileContent.size, FileContent.type,
               FileContent.thumbnail)
        .join(FileContent, FileContent.sha256 == Attachment.sha256)
        .where(or_(of_posts, Attachment.draft_id == bindparam("draft", type_=Id))).order_by(Attachment.id)
    )  # fmt: skip


def _reactions_of_row() -> ColumnElement[str]:
    """The reactions to the post in the row around it, as `kind:number:own`, each after a comma."""
    is_own = func.max(case((Reaction.person_id == ME, 1), else_=0))
    counted = (
        select(Reaction.kind.label("kind"), func.count().label("number"), is_own.label("own"))
        .where(Reaction.post_id == Post.id).group_by(Reaction.kind).correlate(Post).subquery()
    )  # fmt: skip
    number, own = cast(counted.c.number, String), cast(counted.c.own, String)
    line = type_coerce(counted.c.kind, String) + ":" + number + ":" + own
    of_post = select(func.aggregate_strings(line, ",")).scalar_subquery()
    return case((and_(Post.taken_up_at.is_not(None), is_in_sight()), of_post))  # others have none: they are not asked


@cache
def _threads_in_group(show: str, kind: ThreadKind | None, is_member: bool) -> Rows:
    # `today` is asked each time, though the statement stays.
    pinned = case((Thread.pinned_until >= bindparam("today", callable_=today, type_=Date), 1), else_=0)
    order = (pinned.desc(), Thread.last_seq.desc())
    chosen = (
        select(Thread.id).where(_shown(show, kind, is_member)).order_by(*order)
        .offset(bindparam("start", type_=Integer)).limit(bindparam("size", type_=Integer))
    )  # fmt: skip
    return (
        _with_reading(select(
            Thread.id, Thread.title, Thread.kind, Thread.status, Thread.closed_at, Thread.pinned_until,
            Thread.last_position, Thread.last_post_at, Person.name, Company.name, Thread.group_id,
            _unread_count() if is_member else literal(0), _has_files(),
        ).select_from(Thread))
        .join(Post, and_(Post.thread_id == Thread.id, Post.position == Thread.last_position))
        .join(Tie, Tie.id == Post.created_by).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
        .where(Thread.id.in_(chosen)).order_by(*order)
    )  # fmt: skip


def _has_files() -> ColumnElement[bool]:
    """Whether a post in sight of the thread in the row around it has files. Written out, so that its index serves."""
    with_files = aliased(Post)
    has_some = with_files.file_count > literal_column("0")
    return exists().where(with_files.thread_id == Thread.id, has_some, is_in_sight(with_files)).correlate(Thread)


def _load_unread_threads(actor: Actor) -> Mapping[int, int]:
    own = [standing.group_id for standing in own_standings(actor)]
    if not own:
        return {}
    found = rows(_group_states(), {"me": actor.id, "groups": own})
    return _unread_threads_at(actor.id, tuple(GroupState(*row) for row in found))


@lru_cache(maxsize=COUNTS_KEPT)
def _unread_threads_at(person_id: int, states: tuple[GroupState, ...]) -> Mapping[int, int]:
    """Counting walks all threads above the mark; between two visits of a page seldom anything changed."""
    found = rows(_unread_threads(), {"me": person_id, "groups": [state.group_id for state in states]})
    return {row[0]: row[1] for row in found}


@cache
def _thread_counts(kind: ThreadKind | None, *, counts_unread: bool) -> Rows:
    settled = Thread.status == ThreadStatus.SETTLED
    until = select(GroupTally.last_seq).where(GroupTally.group_id == GROUP).scalar_subquery()
    unread = func.count(case((_is_unread_thread(GROUP), 1))) if counts_unread else literal(0)
    counts = select(
        until, func.count(case((settled, None), else_=1)), unread, func.count(case((settled, 1))),
    ).select_from(Thread)  # fmt: skip
    counts = _with_position(counts) if counts_unread else counts
    return counts.where(Thread.group_id == GROUP, Thread.hidden_at.is_(None), _of_kind(kind))


@cache
def _group_states() -> Rows:
    change = select(func.max(ReadPosition.change)).where(ReadPosition.person_id == ME).scalar_subquery()
    return (
        select(WorkingGroup.id, GroupTally.last_seq, ReadMark.seq, ReadMark.changed_at, change)
        .outerjoin(GroupTally, GroupTally.group_id == WorkingGroup.id)
        .outerjoin(ReadMark, and_(ReadMark.group_id == WorkingGroup.id, ReadMark.person_id == ME))
        .where(WorkingGroup.id.in_(GROUPS)).order_by(WorkingGroup.id)
    )  # fmt: skip


@cache
def _unread_threads() -> Rows:
    count = (
        _with_position(select(func.count()).select_from(Thread))
        .where(Thread.group_id == WorkingGroup.id, Thread.hidden_at.is_(None),
               _is_unread_thread(WorkingGroup.id.expression))
        .correlate(WorkingGroup).scalar_subquery()
    )  # fmt: skip
    return select(WorkingGroup.id, count).where(WorkingGroup.id.in_(GROUPS))


@cache
def _threads_with_news() -> Rows:
    post = aliased(Post)
    news = select(post.id).where(post.thread_id == Thread.id, _is_news(post)).correlate(
        Thread, ReadPosition, ReadMark).exists()  # fmt: skip
    heard = or_(and_(Thread.group_id.in_(bindparam("loud", type_=Id, expanding=True)),
                     Thread.id.not_in(bindparam("silent", type_=Id, expanding=True))),
                Thread.id.in_(bindparam("heard", type_=Id, expanding=True)))  # fmt: skip
    return (
        _with_reading(select(Thread.id, Thread.title, Thread.group_id, Thread.last_post_at).select_from(Thread))
        .where(Thread.group_id.in_(GROUPS), Thread.hidden_at.is_(None), heard, Thread.last_position > _position(),
               Thread.last_seq > _mark(), Thread.last_post_at > HORIZON, news)
        .order_by(Thread.last_post_at.desc(), Thread.id.desc()).limit(ITEMS_MOST + ENDLESS)
    )  # fmt: skip


@cache
def _posts_of_news() -> Rows:
    """The last hundred of each thread, in their order."""
    number = func.row_number().over(partition_by=Post.thread_id, order_by=Post.position.desc())
    last = (
        _with_reading(select(Post.id, number.label("number")).join(Thread, Thread.id == Post.thread_id))
        .where(Post.thread_id.in_(bindparam("threads", type_=Id, expanding=True)), _is_news(Post)).subquery()
    )  # fmt: skip
    return (
        select(Post.id, Post.thread_id, Post.position, Person.name,
               was_meant_for_mail(Post.id).label("was_meant_for_mail"))
        .join(last, last.c.id == Post.id).join(Person, Person.id == Post.author_id)
        .where(last.c.number <= ENDLESS).order_by(Post.thread_id, Post.position)
    )  # fmt: skip


def _is_news(post: type[Post] | AliasedClass[Post]) -> ColumnElement[bool]:
    """Unread, in sight, of another, and told by no mail; and nothing that is still being told by one.

    An overview tells a thread up to a post. What was to come by mail before that post and did not, is told after it.
    """
    before = aliased(Post)
    is_being_told = (
        select(Telling.id).join(before, before.id == Telling.item)
        .where(before.thread_id == post.thread_id, before.position <= post.position)
        .correlate_except(Telling, before).exists()
    )  # fmt: skip
    return and_(
        post.position > _position(), post.seq > _mark(), post.author_id != ME, is_in_sight(post),
        post.created_at > HORIZON, post.id.not_in(bindparam("told", type_=Id, expanding=True)),
        or_(post.position > func.coalesce(told_up_to(Thread.id), 0), was_meant_for_mail(post.id)),
        ~was_told(post.id), ~is_being_told,
    )  # fmt: skip


@cache
def _newest_of_groups() -> Rows:
    # Not simply the tally's last number: its thread may be hidden, and a reply sent twice uses up a number.
    newest = (
        select(func.max(Thread.last_seq)).where(Thread.group_id == GroupTally.group_id, Thread.hidden_at.is_(None))
        .correlate(GroupTally).scalar_subquery()
    )  # fmt: skip
    return (
        select(GroupTally.group_id, GroupTally.last_seq, Thread.id, Thread.title, Thread.last_post_at, Person.name)
        .outerjoin(Thread, and_(Thread.group_id == GroupTally.group_id, Thread.last_seq == newest))
        .outerjoin(Post, and_(Post.thread_id == Thread.id, Post.position == Thread.last_position))
        .outerjoin(Person, Person.id == Post.author_id)
        .where(GroupTally.group_id.in_(GROUPS))
    )  # fmt: skip


@cache
def _last_activity() -> Rows:
    newest = (
        select(Thread.last_post_at).where(Thread.group_id == WorkingGroup.id, Thread.hidden_at.is_(None))
        .order_by(Thread.last_seq.desc()).limit(1).correlate(WorkingGroup).scalar_subquery()
    )  # fmt: skip
    return select(WorkingGroup.id, newest).where(WorkingGroup.id.in_(GROUPS))


@cache
def _post_of_client() -> Select[Post]:
    return select(Post).where(Post.author_id == ME, Post.client_id == bindparam("client"))


@cache
def _writers() -> Rows:
    return _authors_who_hear(Post.position < bindparam("position", type_=Integer))


@cache
def _post_with_group() -> Select[Post]:
    return (
        select(Post).join(Post.thread).join(Thread.group)
        .options(contains_eager(Post.thread).contains_eager(Thread.group))
        .where(Post.id == bindparam("post", type_=Id))
    )  # fmt: skip


@cache
def _post_with_tie() -> Select[Post]:
    return select(Post).join(Post.tie).options(contains_eager(Post.tie)).where(Post.id == bindparam("post", type_=Id))


@cache
def _mentioned_in() -> Rows:
    return select(Mention.person_id).where(Mention.post_id == bindparam("post", type_=Id))


@cache
def _answered(answers_question: bool) -> Rows:
    is_quoted = Post.id.in_(bindparam("posts", type_=Id, expanding=True))
    first = aliased(Post)
    is_question = Post.id == select(first.id).where(first.thread_id == THREAD, first.position == 1).scalar_subquery()
    return _authors_who_hear(or_(is_quoted, is_question) if answers_question else is_quoted)


def _authors_who_hear(of_posts: ColumnElement[bool]) -> Rows:
    """Of posts of the thread of which this is true; not who wants to hear nothing there."""
    wrote = select(Post.author_id).where(Post.thread_id == THREAD, of_posts).distinct().subquery()
    return select(wrote.c.author_id).where(level_in_group(wrote.c.author_id) != Level.SILENT)


@cache
def _people_to_mention(visibility: Visibility, sees_staff: bool) -> Rows:
    """As can_see_person says it: staff of members see all who read along, a guest who takes part where they read."""
    found = readers(select(Person.id, Person.name, Company.name, Tie.kind), visibility)
    found = found if sees_staff else found.where(takes_part_in(GROUPS, Person.id.expression))
    return found.order_by(Person.name, Person.id)


@cache
def _readable_posts() -> Rows:
    return (
        select(Post.id).join(Thread, Thread.id == Post.thread_id)
        .where(Post.id.in_(bindparam("posts", type_=Id, expanding=True)), is_readable(GROUPS), *_is_shown())
    )  # fmt: skip


def _is_shown() -> tuple[ColumnElement[bool], ...]:
    return is_in_sight(), Thread.hidden_at.is_(None)


@cache
def _titles_over() -> Rows:
    of_these = Post.id.in_(bindparam("posts", type_=Id, expanding=True))
    return select(Post.id, Thread.title).join(Thread, Thread.id == Post.thread_id).where(of_these, *_is_shown())


@cache
def _unseen_post_of_another() -> Rows:
    return select(Post.id).where(
        Post.thread_id == THREAD, Post.position > func.coalesce(_own_position().scalar_subquery(), 0),
        Post.seq > func.coalesce(_own_mark().scalar_subquery(), 0), Post.position < bindparam("before"),
        Post.author_id != ME, is_in_sight(),
    ).limit(1)  # fmt: skip


def _own_position() -> Rows:
    return select(ReadPosition.position).where(ReadPosition.person_id == ME, ReadPosition.thread_id == THREAD)


def _own_mark() -> Rows:
    return select(ReadMark.seq).where(ReadMark.person_id == ME, ReadMark.group_id == GROUP)


@cache
def _draft_at() -> Select[Draft]:
    return _drafts().where(Draft.place == bindparam("place"))


@cache
def _drafts() -> Select[Draft]:
    return select(Draft).where(Draft.person_id == ME).order_by(Draft.changed_at.desc(), Draft.id.desc())


def _with_position(statement: Rows) -> Rows:
    here = and_(ReadPosition.person_id == ME, ReadPosition.thread_id == Thread.id)
    return statement.outerjoin(ReadPosition, here)


def _with_reading(statement: Rows) -> Rows:
    here = and_(ReadMark.person_id == ME, ReadMark.group_id == Thread.group_id)
    return _with_position(statement).outerjoin(ReadMark, here)


def _unread_count() -> ColumnElement[int]:
    """The unread posts of the thread in the row around it, counted no further than 100."""
    return select(func.count()).select_from(_unread_posts_of_row()).scalar_subquery()


def _unread_posts_of_row(*, first_only: bool = False) -> Subquery:
    """The unread posts of the thread in the row around it: the first alone, or 100 at most."""
    unread = aliased(Post)
    some = select(unread.position).where(
        unread.thread_id == Thread.id, unread.position > _position(), unread.seq > _mark(),
        unread.author_id != ME, is_in_sight(unread),
    )  # fmt: skip
    some = some.order_by(unread.position).limit(1) if first_only else some.limit(ENDLESS)
    return some.correlate(Thread, ReadPosition, ReadMark).subquery()


def _position() -> ColumnElement[int]:
    return func.coalesce(ReadPosition.position, 0, type_=Integer)


def _mark() -> ColumnElement[int]:
    return func.coalesce(ReadMark.seq, 0, type_=Integer)


def _is_unread_thread(group_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Asks the mark once per group, so that the index leads to the threads above it."""
    mark = select(ReadMark.seq).where(ReadMark.person_id == ME, ReadMark.group_id == group_id).correlate(WorkingGroup)
    return and_(Thread.last_position > _position(), Thread.last_seq > func.coalesce(mark.scalar_subquery(), 0))


def _shown(show: str, kind: ThreadKind | None, is_member: bool) -> ColumnElement[bool]:
    base = and_(Thread.group_id == GROUP, Thread.hidden_at.is_(None), _of_kind(kind))
    if show == "settled":
        return and_(base, Thread.status == ThreadStatus.SETTLED)
    if show == "unread":
        if not is_member:
            return false()
        reading = aliased(ReadPosition)
        position = select(reading.position).where(reading.person_id == ME, reading.thread_id == Thread.id)
        return and_(
            base, Thread.last_position > func.coalesce(position.correlate(Thread).scalar_subquery(), 0),
            Thread.last_seq > func.coalesce(_own_mark().scalar_subquery(), 0),
        )  # fmt: skip
    return and_(base, Thread.status != ThreadStatus.SETTLED)


def _of_kind(kind: ThreadKind | None) -> ColumnElement[bool]:
    return Thread.kind == kind if kind else true()

"""Finding threads and posts. Every query starts from what the person may read; lists read rows, not objects."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, Subquery, and_, case, false, func, literal, select, true
from sqlalchemy.orm import aliased, contains_eager

from app.accounts.models import Actor, Company, Person, Tie, TieKind
from app.core.clock import today
from app.core.db import Rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.i18n import ENDLESS
from app.discussions.models import (
    POSTS_ON_A_PAGE,
    THREADS_ON_A_PAGE,
    Draft,
    GroupTally,
    Post,
    ReadMark,
    ReadPosition,
    Thread,
    ThreadKind,
    ThreadStatus,
    thread_link,
)
from app.discussions.policy import readable_threads
from app.groups.models import WorkingGroup
from app.groups.policy import Standing, readable_group_ids, standings

FILTERS = ("open", "unread", "settled")


class Reading(NamedTuple):
    """How far one person is in one thread."""

    position: int
    mark: int

    def is_unread(self, post: "PostRow", actor_id: int) -> bool:
        return (
            post.position > self.position and post.seq > self.mark
            and post.author_id != actor_id and post.hidden_at is None
        )  # fmt: skip


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

    @property
    def url(self) -> str:
        return thread_link(self.id, self.title)

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_pinned(self) -> bool:
        return self.pinned_until is not None and self.pinned_until >= today()


class OpenedThread(NamedTuple):
    """A thread, how far the reader is in it, and what is unread there (counted no further than 100)."""

    thread: Thread
    reading: Reading
    first_unread: int | None
    unread: int


class GroupNews(NamedTuple):
    """The newest of one group, and how many of its threads hold something unread (at most 100)."""

    standing: Standing
    unread: int
    newest_title: str | None = None
    newest_at: datetime | None = None
    newest_url: str | None = None
    newest_by: str | None = None
    last_seq: int = 0


def get_thread(actor: Actor, thread_id: int) -> Thread:
    """The thread, or NotFound if this person may not read it."""
    thread = db.session.scalar(_with_group(readable_threads(actor).where(Thread.id == thread_id)))
    if thread is None:
        raise NotFound
    return thread


def open_thread(actor: Actor, thread_id: int) -> OpenedThread:
    """All that a page of the thread asks before its posts, in one statement, or NotFound."""
    some, first = _unread_posts_of_row(actor), _unread_posts_of_row(actor, first_only=True)
    row = db.session.execute(
        _with_reading(_with_group(readable_threads(actor).where(Thread.id == thread_id)), actor)
        .add_columns(ReadPosition.position, ReadMark.seq, select(first.c.position).scalar_subquery(),
                     select(func.count()).select_from(some).scalar_subquery())
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    return OpenedThread(row[0], Reading(row[1] or 0, row[2] or 0), row[3], row[4])


def get_post(actor: Actor, post_id: int) -> Post:
    post = db.session.scalar(
        select(Post).join(Thread, Thread.id == Post.thread_id)
        .where(Post.id == post_id, Thread.group_id.in_(readable_group_ids(actor)), Thread.hidden_at.is_(None))
    )  # fmt: skip
    if post is None:
        raise NotFound
    return post


def reading_of(actor: Actor, thread: Thread) -> Reading:
    row = db.session.execute(
        select(
            select(ReadPosition.position)
            .where(ReadPosition.person_id == actor.id, ReadPosition.thread_id == thread.id).scalar_subquery(),
            select(ReadMark.seq)
            .where(ReadMark.person_id == actor.id, ReadMark.group_id == thread.group_id).scalar_subquery(),
        )
    ).one()  # fmt: skip
    return Reading(row[0] or 0, row[1] or 0)


def posts_between(thread_id: int, after: int, up_to: int) -> Sequence[PostRow]:
    """The posts with `after` < position ≤ `up_to`: found by place, so page 500 costs what page 1 costs."""
    here = and_(Post.thread_id == thread_id, Post.position > after, Post.position <= up_to)
    rows = db.session.execute(_post_rows().where(here).order_by(Post.position))
    return [PostRow(*row) for row in rows]


def posts_on_page(thread: Thread, page: int) -> Sequence[PostRow]:
    return posts_between(thread.id, (page - 1) * POSTS_ON_A_PAGE, page * POSTS_ON_A_PAGE)


def threads_in_group(actor: Actor, group: WorkingGroup, *, show: str = "open", kind: ThreadKind | None = None,
                     page: int = 1, size: int = THREADS_ON_A_PAGE) -> Sequence[ThreadRow]:  # fmt: skip
    """One page of a group's threads, newest post first, pinned ones on top."""
    pinned = case((Thread.pinned_until >= today(), 1), else_=0)
    chosen = (
        select(Thread.id).where(_shown(actor, group, show, kind))
        .order_by(pinned.desc(), Thread.last_seq.desc()).offset((page - 1) * size).limit(size)
    )  # fmt: skip
    rows = db.session.execute(
        _thread_rows(actor).where(Thread.id.in_(chosen)).order_by(pinned.desc(), Thread.last_seq.desc())
    )
    return [ThreadRow(*row) for row in rows]


def thread_counts(actor: Actor, group: WorkingGroup, kind: ThreadKind | None = None) -> tuple[dict[str, int], int]:
    """How many threads each filter shows, and the newest arrival number in the group at that moment."""
    settled = Thread.status == ThreadStatus.SETTLED
    unread = _is_unread_thread() if _is_member(actor, group) else false()
    until = select(GroupTally.last_seq).where(GroupTally.group_id == group.id).scalar_subquery()
    *counted, last_seq = db.session.execute(
        _with_reading(select(
            func.count(case((settled, None), else_=1)), func.count(case((unread, 1))), func.count(case((settled, 1))),
            until,
        ).select_from(Thread), actor)
        .where(Thread.group_id == group.id, Thread.hidden_at.is_(None), _of_kind(kind))
    ).one()  # fmt: skip
    return dict(zip(FILTERS, counted, strict=True)), last_seq or 0


def unread_threads_by_group(actor: Actor) -> dict[int, int]:
    """For each group I am a member of: threads with something above my position, counted no further than 100."""
    own = [standing.group_id for standing in standings(actor).values() if standing.is_member]
    if not own:
        return {}
    some = (
        _with_reading(select(literal(1).label("one")).select_from(Thread), actor)
        .where(Thread.group_id == WorkingGroup.id, Thread.hidden_at.is_(None),
               _is_unread_thread())
        .limit(ENDLESS).correlate(WorkingGroup).subquery()
    )  # fmt: skip
    count = select(func.count()).select_from(some).scalar_subquery()
    rows = db.session.execute(select(WorkingGroup.id, count).where(WorkingGroup.id.in_(own)))
    return {row[0]: row[1] for row in rows}


def news_of_groups(actor: Actor, unread: dict[int, int]) -> list[GroupNews]:
    """One line per group of mine: the thread whose post came last."""
    own = {id_: standing for id_, standing in standings(actor).items() if standing.is_member}
    # Not simply the tally's last number: its thread may be hidden, and a reply sent twice uses up a number.
    newest = (
        select(func.max(Thread.last_seq)).where(Thread.group_id == GroupTally.group_id, Thread.hidden_at.is_(None))
        .correlate(GroupTally).scalar_subquery()
    )  # fmt: skip
    rows = db.session.execute(
        select(GroupTally.group_id, GroupTally.last_seq, Thread.id, Thread.title, Thread.last_post_at, Person.name)
        .outerjoin(Thread, and_(Thread.group_id == GroupTally.group_id, Thread.last_seq == newest))
        .outerjoin(Post, and_(Post.thread_id == Thread.id, Post.position == Thread.last_position))
        .outerjoin(Person, Person.id == Post.author_id)
        .where(GroupTally.group_id.in_(list(own)))
    )  # fmt: skip
    found = {row[0]: (row[3], row[4], thread_link(row[2], row[3]) if row[2] else None, row[5], row[1]) for row in rows}
    lines = [GroupNews(own[id_], unread.get(id_, 0), *found.get(id_, ())) for id_ in own]
    return sorted(lines, key=lambda line: (not line.unread, line.standing.name))


def last_activity(group_ids: Iterable[int]) -> dict[int, datetime]:
    rows = db.session.execute(
        select(Thread.group_id, func.max(Thread.last_post_at))
        .where(Thread.group_id.in_(list(group_ids))).group_by(Thread.group_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def last_seq_of(group_id: int) -> int:
    return db.session.scalar(select(GroupTally.last_seq).where(GroupTally.group_id == group_id)) or 0


def seq_before(group_id: int, moment: datetime) -> int:
    """The arrival number of the newest post older than this moment."""
    return db.session.scalar(
        select(func.max(Post.seq)).join(Thread, Thread.id == Post.thread_id)
        .where(Thread.group_id == group_id, Post.created_at < moment)
    ) or 0  # fmt: skip


def post_of_client(actor_id: int, client_id: str | None) -> Post | None:
    if not client_id:
        return None
    return db.session.scalar(select(Post).where(Post.author_id == actor_id, Post.client_id == client_id))


def writers_in(thread_id: int) -> Sequence[int]:
    return db.session.scalars(select(Post.author_id).where(Post.thread_id == thread_id).distinct()).all()


def unseen_post_of_another(actor_id: int, thread_id: int, reading: Reading, before: int) -> bool:
    """Whether a post of someone else lies between what was read and `before`."""
    unseen = select(Post.id).where(_unread_posts(actor_id, thread_id, reading), Post.position < before).limit(1)
    return db.session.scalar(unseen) is not None


def draft_at(actor: Actor, place: str) -> Draft | None:
    return db.session.scalar(select(Draft).where(Draft.person_id == actor.id, Draft.place == place))


def drafts_of(actor: Actor) -> Sequence[Draft]:
    return db.session.scalars(
        select(Draft).where(Draft.person_id == actor.id).order_by(Draft.changed_at.desc())
    ).all()


def threads_by_id(actor: Actor, thread_ids: Iterable[int]) -> dict[int, Thread]:
    """Those of these threads that this person may still read."""
    found = db.session.scalars(readable_threads(actor).where(Thread.id.in_(list(thread_ids))))
    return {thread.id: thread for thread in found}


def _post_rows() -> Rows:
    return (
        select(Post.id, Post.position, Post.seq, Post.author_id, Post.body_html, Post.created_at, Post.edited_at,
               Post.hidden_at, Post.deleted_at, Person.name, Company.name, Tie.kind)
        .join(Tie, Tie.id == Post.created_by).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
    )  # fmt: skip


def _thread_rows(actor: Actor) -> Rows:
    some = _unread_posts_of_row(actor)
    mine = [standing.group_id for standing in standings(actor).values() if standing.is_member]
    count = case((Thread.group_id.in_(mine), select(func.count()).select_from(some).scalar_subquery()), else_=0)
    return (
        _with_reading(select(
            Thread.id, Thread.title, Thread.kind, Thread.status, Thread.closed_at, Thread.pinned_until,
            Thread.last_position, Thread.last_post_at, Person.name, Company.name, Thread.group_id, count,
        ).select_from(Thread), actor)
        .join(Post, and_(Post.thread_id == Thread.id, Post.position == Thread.last_position))
        .join(Tie, Tie.id == Post.created_by).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
    )  # fmt: skip


def _with_reading(statement: Rows, actor: Actor) -> Rows:
    return statement.outerjoin(
        ReadPosition, and_(ReadPosition.person_id == actor.id, ReadPosition.thread_id == Thread.id)
    ).outerjoin(ReadMark, and_(ReadMark.person_id == actor.id, ReadMark.group_id == Thread.group_id))


def _with_group(statement: Select[Thread]) -> Select[Thread]:
    return statement.join(Thread.group).options(contains_eager(Thread.group))


def _unread_posts_of_row(actor: Actor, *, first_only: bool = False) -> Subquery:
    """The unread posts of the thread in the row around it: the first alone, or 100 at most."""
    unread = aliased(Post)
    some = select(unread.position).where(
        unread.thread_id == Thread.id, unread.position > _position(), unread.seq > _mark(),
        unread.author_id != actor.id, unread.hidden_at.is_(None),
    )  # fmt: skip
    some = some.order_by(unread.position).limit(1) if first_only else some.limit(ENDLESS)
    return some.correlate(Thread, ReadPosition, ReadMark).subquery()


def _position() -> ColumnElement[int]:
    return func.coalesce(ReadPosition.position, 0, type_=Integer)


def _mark() -> ColumnElement[int]:
    return func.coalesce(ReadMark.seq, 0, type_=Integer)


def _is_unread_thread() -> ColumnElement[bool]:
    return and_(Thread.last_position > _position(), Thread.last_seq > _mark())


def _unread_posts(actor_id: int, thread_id: int, reading: Reading) -> ColumnElement[bool]:
    return and_(
        Post.thread_id == thread_id, Post.position > reading.position, Post.seq > reading.mark,
        Post.author_id != actor_id, Post.hidden_at.is_(None),
    )  # fmt: skip


def _shown(actor: Actor, group: WorkingGroup, show: str, kind: ThreadKind | None) -> ColumnElement[bool]:
    base = and_(Thread.group_id == group.id, Thread.hidden_at.is_(None), _of_kind(kind))
    if show == "settled":
        return and_(base, Thread.status == ThreadStatus.SETTLED)
    if show == "unread":
        if not _is_member(actor, group):
            return false()
        reading = aliased(ReadPosition)
        mark = select(ReadMark.seq).where(ReadMark.person_id == actor.id, ReadMark.group_id == group.id)
        position = select(reading.position).where(reading.person_id == actor.id, reading.thread_id == Thread.id)
        return and_(
            base, Thread.last_position > func.coalesce(position.correlate(Thread).scalar_subquery(), 0),
            Thread.last_seq > func.coalesce(mark.scalar_subquery(), 0),
        )  # fmt: skip
    return and_(base, Thread.status != ThreadStatus.SETTLED)


def _of_kind(kind: ThreadKind | None) -> ColumnElement[bool]:
    return Thread.kind == kind if kind else true()


def _is_member(actor: Actor, group: WorkingGroup) -> bool:
    standing = standings(actor).get(group.id)
    return standing is not None and standing.is_member

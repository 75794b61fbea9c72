"""Threads, posts, drafts, and how far each person has read.

Two rising numbers carry everything about new and read: `position` is a post's place in its thread
(1, 2, 3 without gaps), `seq` its place in the order of arrival in its group. A person has one
position per thread, and one mark per group under which everything counts as read.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    Update,
    and_,
    event,
    inspect,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship
from sqlalchemy.orm.util import AliasedClass

from app.accounts.models import Tie
from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model
from app.core.text import slug
from app.files.models import NAME_MOST, FileContent
from app.groups.models import WorkingGroup

POSTS_ON_A_PAGE = 25
THREADS_ON_A_PAGE = 25
BODY_MOST = 20_000
SETTLED_LEAST, SETTLED_MOST = 20, 2_000
SUMMARY_LEAST, SUMMARY_MOST = 10, 2_000
DRAFT_MOST = 40_000
DRAFT_TITLE_MOST = 300
DRAFTS_MOST = 50
FILES_MOST = 10  # with one post
FOLD_MOST = 100_000  # characters
FILES_SIZE_MOST = 100_000_000  # bytes, of all files of one post
ROOM = "thread:"  # before its number: where its changes are told, and the place whose mail one chooses


class ThreadKind(StrEnum):
    DISCUSSION = "discussion"
    QUESTION = "question"
    PROPOSAL = "proposal"
    INCIDENT = "incident"
    NOTICE = "notice"


class ThreadStatus(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    SETTLED = "settled"


class PostSource(StrEnum):
    WEB = "web"
    MAIL = "mail"
    API = "api"


class ReactionKind(StrEnum):
    """What one press says of a post, in the order in which they stand below it."""

    AGREE = "agree"
    THANKS = "thanks"
    FAMILIAR = "familiar"
    GOOD_IDEA = "good_idea"
    QUESTION = "question"
    SEEN = "seen"


class Thread(Model):
    """A conversation in one working group. Closing it stops replies, not reading."""

    __tablename__ = "threads"
    # Holds all that lists and counts of unread threads ask of each row, so that they read nothing else.
    __table_args__ = (
        Index("ix_threads_arrival", "group_id", "last_seq", "last_position", "status", "hidden_at", "pinned_until"),
    )

    id: Mapped[int] = id_column()
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("groups.id"))
    title: Mapped[str] = mapped_column(String(150))
    mail_subject: Mapped[str] = mapped_column(String(150))  # the first title, by which mail programs thread
    kind: Mapped[ThreadKind] = mapped_column(words(ThreadKind))
    status: Mapped[ThreadStatus] = mapped_column(words(ThreadStatus), default=ThreadStatus.OPEN)
    last_position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    last_seq: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    last_post_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    pinned_until: Mapped[date | None]
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the last time, also where it went on since
    summarized_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the last time; None: nobody ever did
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    group: Mapped[WorkingGroup] = relationship()
    starter: Mapped[Tie] = relationship()

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None

    @property
    def is_settled(self) -> bool:
        return self.status is ThreadStatus.SETTLED

    @property
    def room(self) -> str:
        return f"{ROOM}{self.id}"

    @property
    def place(self) -> str:
        return reply_place(self.id)

    @property
    def link(self) -> str:
        return thread_link(self.id, self.title)

    url = link

    @property
    def group_name(self) -> str:
        return self.group.name

    @property
    def group_slug(self) -> str:
        return self.group.slug

    @property
    def is_confidential(self) -> bool:
        return self.group.is_confidential


class Settlement(Model):
    """What a thread came to, in words; and when it went on after all, by a new post or by hand."""

    __tablename__ = "thread_settlements"

    id: Mapped[int] = id_column()
    thread_id: Mapped[int] = mapped_column(Id, ForeignKey("threads.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    position: Mapped[int]  # of the last post by then
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    resumed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    resumed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    thread: Mapped[Thread] = relationship()


class Summary(Model):
    """A version of the summary on top of a thread. The newest stands there, and no earlier one if that is hidden."""

    __tablename__ = "thread_summaries"
    __table_args__ = (UniqueConstraint("thread_id", "number"),)

    id: Mapped[int] = id_column()
    thread_id: Mapped[int] = mapped_column(Id, ForeignKey("threads.id"))
    number: Mapped[int]
    body_md: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    up_to_position: Mapped[int]  # the last post that it takes in
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    thread: Mapped[Thread] = relationship()


class Post(Model):
    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("thread_id", "position"),
        UniqueConstraint("author_id", "client_id"),
        Index("ix_posts_writers", "thread_id", "author_id", "position"),  # who wrote before: it reads nothing else
        Index("ix_posts_deleted", "deleted_at", sqlite_where=text("deleted_at IS NOT NULL"),
              postgresql_where=text("deleted_at IS NOT NULL")),
        Index("ix_posts_with_files", "thread_id", sqlite_where=text("file_count > 0"),
              postgresql_where=text("file_count > 0")),
    )

    id: Mapped[int] = id_column()
    thread_id: Mapped[int] = mapped_column(Id, ForeignKey("threads.id"))
    position: Mapped[int]
    seq: Mapped[int]
    author_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))  # the name and company of that moment
    body_md: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    file_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # where it is 0, nobody looks for any
    source: Mapped[PostSource] = mapped_column(words(PostSource), default=PostSource.WEB)
    client_id: Mapped[str | None] = mapped_column(String(36))
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # so that readers see it
    taken_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # others go by its text since: no edit is silent
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))  # counts the silent edits too

    thread: Mapped[Thread] = relationship()
    tie: Mapped[Tie] = relationship()

    # No column: whether placing it just now brought its writer the answers by mail; None where nobody knows any more.
    brings_mail = None  # type: bool | None

    @property
    def is_in_sight(self) -> bool:
        return self.hidden_at is None and self.deleted_at is None

    @property
    def place(self) -> str:
        return edit_place(self.id)


class PostFold(Model):
    """What was cut from the mail that a post came by: a quote, a signature. Its author's, until they open it (NTF-31).
    """

    __tablename__ = "post_folds"

    post_id: Mapped[int] = mapped_column(Id, ForeignKey("posts.id"), primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # to whoever reads the post


class PostVersion(Model):
    """A text of a post that its readers saw, the newest too. None where it was never changed."""

    __tablename__ = "post_versions"

    post_id: Mapped[int] = mapped_column(Id, ForeignKey("posts.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body_md: Mapped[str] = mapped_column(Text)
    files: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))  # names, in their order
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))


class Reaction(Model):
    """What one person says of a post with one press; a second press takes it back, and the row goes."""

    __tablename__ = "reactions"
    __table_args__ = (Index("ix_reactions_person", "person_id"),)

    post_id: Mapped[int] = mapped_column(Id, ForeignKey("posts.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    kind: Mapped[ReactionKind] = mapped_column(words(ReactionKind), primary_key=True)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))  # the name and company of that moment
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Mention(Model):
    """Somebody whom the text of a post names, and who reads it. Told once: the row stays when the name goes."""

    __tablename__ = "mentions"
    __table_args__ = (Index("ix_mentions_person", "person_id"),)

    post_id: Mapped[int] = mapped_column(Id, ForeignKey("posts.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class ThreadVersion(Model):
    """A title and a kind that a thread had, the newest too. None where it was never renamed."""

    __tablename__ = "thread_versions"
    __table_args__ = (
        Index("ix_thread_versions_to_find", "found_at", sqlite_where=text("found_at IS NULL"),
              postgresql_where=text("found_at IS NULL")),
    )  # fmt: skip

    thread_id: Mapped[int] = mapped_column(Id, ForeignKey("threads.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(150))
    kind: Mapped[ThreadKind] = mapped_column(words(ThreadKind))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    found_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # since when the posts are found under it


class GroupTally(Model):
    """The last `seq` given out in a group. Its row is the lock under which posts get their places.

    Whatever changes what is unread in a group counts it up, so a count of unread threads may be kept under it.
    """

    __tablename__ = "group_tallies"

    group_id: Mapped[int] = mapped_column(Id, ForeignKey("groups.id"), primary_key=True, autoincrement=False)
    last_seq: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class ReadPosition(Model):
    """The last post of a thread that a person has read. Reading only makes it grow."""

    __tablename__ = "read_positions"
    __table_args__ = (
        Index("ix_read_positions_change", "person_id", "change"),
        {"sqlite_with_rowid": False},  # kept under its key: one look-up instead of two
    )

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    thread_id: Mapped[int] = mapped_column(Id, ForeignKey("threads.id"), primary_key=True, autoincrement=False)
    position: Mapped[int]
    undo_position: Mapped[int | None]  # where it stood before "alles gezien" was pressed in the thread
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    change: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # the person's changes, numbered through


class ReadMark(Model):
    """Everything in the group up to `seq` counts as read by this person ("alles gezien", joining)."""

    __tablename__ = "read_marks"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("groups.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int]
    undo_seq: Mapped[int | None]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Draft(Model):
    """A text not yet placed, one per person and place: "thread:12", "group:7" for a new thread, "post:9", changed."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "place"),)

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    place: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(DRAFT_TITLE_MOST), default="", server_default=text("''"))
    kind: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    body: Mapped[str] = mapped_column(Text)
    base_version: Mapped[int | None] = mapped_column(Id)  # of an edit: the version of the post that its writer had
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    device: Mapped[str] = mapped_column(String(60), default="", server_default=text("''"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @property
    def has_text(self) -> bool:
        """One without it holds files alone."""
        return bool(self.title or self.body)


class Attachment(Model):
    """A file of a post, read by whoever reads the post; or one that waits in a draft, for its writer alone."""

    __tablename__ = "attachments"

    id: Mapped[int] = id_column()
    post_id: Mapped[int | None] = mapped_column(Id, ForeignKey("posts.id"), index=True)
    draft_id: Mapped[int | None] = mapped_column(Id, ForeignKey("drafts.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("file_contents.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_MOST))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    post: Mapped[Post | None] = relationship()
    draft: Mapped[Draft | None] = relationship()
    content: Mapped[FileContent] = relationship()


def reply_place(thread_id: int) -> str:
    """Where the draft of a reply is kept."""
    return f"thread:{thread_id}"


def edit_place(post_id: int) -> str:
    """Where the draft of an edit is kept."""
    return f"post:{post_id}"


def is_in_sight(post: type[Post] | AliasedClass[Post] = Post) -> ColumnElement[bool]:
    """Neither hidden nor deleted: the others are no news for anyone, and their text is read by nobody."""
    return and_(post.hidden_at.is_(None), post.deleted_at.is_(None))


def thread_link(thread_id: int, title: str) -> str:
    """/threads/12-restwarmte: the words after the number are for people only."""
    words_of_title = slug(title)
    return f"/threads/{thread_id}-{words_of_title}" if words_of_title else f"/threads/{thread_id}"


def count_up() -> Update:
    """One more in the group that `where` names."""
    return update(GroupTally).values(last_seq=GroupTally.last_seq + 1)


@event.listens_for(Thread, "after_update")
def count_up_with_what_is_hidden(_mapper: Mapper[Thread], connection: Connection, thread: Thread) -> None:
    """A thread that goes out of sight or comes back changes what is unread, as a new post does."""
    if inspect(thread).attrs.hidden_at.history.has_changes():
        connection.execute(count_up().where(GroupTally.group_id == thread.group_id))

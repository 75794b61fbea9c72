"""What waits for a reader, and what people chose to hear."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model

PROPOSED_DAY, PROPOSED_HOUR = 2, 8  # Tuesday, at eight in the morning


class Level(StrEnum):
    ALL_MAIL = "all_mail"
    NEW_THREADS = "new_threads"
    OVERVIEW = "overview"
    SILENT = "silent"


SITE_LEVEL = Level.OVERVIEW  # where nobody chose anything


class SetBy(StrEnum):
    """Who made a choice: the person, or their answer in a thread, which speaks for them until they do."""

    PERSON = "person"
    REPLY = "reply"


class Rhythm(StrEnum):
    NEVER = "never"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Sort(StrEnum):
    """What is chosen together: a row of the table "Mail en meldingen". `policy.SORTS` says how each goes out."""

    NAMED = "named"  # a mention, a direct answer
    TASK = "task"  # something that waits for this person
    CALL = "call"  # a convocation, a board announcement
    POST = "post"  # in a place that is followed
    NEW_THREAD = "new_thread"
    NEWS = "news"  # what a line under the bell is enough for
    REACTION = "reaction"
    ACCOUNT = "account"  # of the person's own account or of what they wrote


class Tab(StrEnum):
    FOR_ME = "for_me"
    OTHER = "other"


class Channel(StrEnum):
    BELL = "bell"
    MAIL = "mail"
    DIGEST = "digest"


class DeliveryState(StrEnum):
    """How far a delivery is. Of one that was handed over, its letter says the rest: sent, failed or uncertain."""

    WAITING = "waiting"
    HANDED = "handed"
    CANCELLED = "cancelled"


class Notification(Model):
    """Something to hear of. The bell shows what is of one place and kind as one line (`queries.lines`).

    Its sentence is made in the reader's language when it is shown.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "item"),
        # Lines are counted and grouped in these alone: who has heard of much for years waits for no table.
        Index("ix_notifications_unread_lines", "person_id", "tab", "kind", "place", "id", "scope",
              sqlite_where=text("read_at IS NULL"), postgresql_where=text("read_at IS NULL")),
        Index("ix_notifications_lines", "person_id", "tab", "kind", "place", "id", "scope"),
        Index("ix_notifications_newest", "person_id", "tab", "id"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(30))
    item: Mapped[int] = mapped_column(Id)
    actor_tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    scope: Mapped[str] = mapped_column(String(60))  # who may read the item: "group:7"
    place: Mapped[str | None] = mapped_column(String(60))  # what it is about, with others: "thread:12"
    # None: kept for the mail only, never shown or counted
    tab: Mapped[Tab | None] = mapped_column(words(Tab), default=Tab.FOR_ME, server_default=text("'for_me'"))
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Watch(Model):
    """A choice that a person made for a place; a default that changes later never touches it."""

    __tablename__ = "watches"
    __table_args__ = (Index("ix_watches_place", "place"),)

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    place: Mapped[str] = mapped_column(String(60), primary_key=True)  # "group:7", "thread:12"
    level: Mapped[Level] = mapped_column(words(Level))
    set_by: Mapped[SetBy] = mapped_column(words(SetBy), default=SetBy.PERSON, server_default=text("'person'"))
    set_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Preference(Model):
    """A box that a person ticked or unticked. No row: the default of its sort."""

    __tablename__ = "preferences"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    sort: Mapped[Sort] = mapped_column(words(Sort), primary_key=True)
    channel: Mapped[Channel] = mapped_column(words(Channel), primary_key=True)
    is_on: Mapped[bool]
    set_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Telling(Model):
    """Something that happened of which those who follow it are still to be told, by a job of the next moment."""

    __tablename__ = "tellings"
    __table_args__ = (UniqueConstraint("kind", "item"),)

    id: Mapped[int] = id_column()
    kind: Mapped[str] = mapped_column(String(30))
    item: Mapped[int] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Delivery(Model):
    """The ledger: one item on its way to one person by mail, at once or in an overview; never twice (NTF-3).

    What rings `anew`, such as a talk that goes on, is another `round` of the same item.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("person_id", "item", "round", "channel"),
        Index("ix_deliveries_waiting", "person_id", "place", "not_before",
              sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("ix_deliveries_item", "item"),
        Index("ix_deliveries_letter", "letter_id"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(30))
    item: Mapped[int] = mapped_column(Id)
    round: Mapped[int] = mapped_column(Id, default=0, server_default=text("0"))
    channel: Mapped[Channel] = mapped_column(words(Channel))
    place: Mapped[str] = mapped_column(String(60))
    scope: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(60))  # which rule or choice: a word that a sentence is made of
    state: Mapped[DeliveryState] = mapped_column(words(DeliveryState), default=DeliveryState.WAITING)
    not_before: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    letter_id: Mapped[int | None] = mapped_column(Id, ForeignKey("letters.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Stop(Model):
    """Mail that a person stopped from a letter, and how it stood before, so that it can be taken back."""

    __tablename__ = "stops"
    __table_args__ = (Index("ix_stops_person", "person_id", "what", "place"),)

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    what: Mapped[str] = mapped_column(String(24))  # a sort, or the overview
    place: Mapped[str] = mapped_column(String(60))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class ReplyAddress(Model):
    """Where this person's answers by mail belong. Whoever may not write there any more has a dead key."""

    __tablename__ = "reply_addresses"
    __table_args__ = (UniqueConstraint("person_id", "place"),)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)  # 160 random bits, in base 32
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    place: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class DigestRun(Model):
    """An overview that was made, or for which there was nothing: one of a person for a day."""

    __tablename__ = "digest_runs"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    slot: Mapped[date] = mapped_column(primary_key=True)  # of local time
    letter_id: Mapped[int | None] = mapped_column(Id, ForeignKey("letters.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class DigestSetting(Model):
    """How often a person wants an overview by mail. No row: none, and nobody chose that for them (GRP-56)."""

    __tablename__ = "digest_settings"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    rhythm: Mapped[Rhythm] = mapped_column(words(Rhythm))
    days: Mapped[list[int]] = mapped_column(JSON, default=lambda: [PROPOSED_DAY])  # of the week, Monday is 1
    hour: Mapped[int] = mapped_column(default=PROPOSED_HOUR, server_default=text("8"))  # of local time
    paused_until: Mapped[date | None]
    set_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

"""What waits for a reader, and what people chose to hear."""

from datetime import date, datetime
from enum import StrEnum

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


class Notification(Model):
    """One line under the bell. Its sentence is made in the reader's language when it is shown."""

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "item"),
        Index("ix_notifications_unread", "person_id", "scope",
              sqlite_where=text("read_at IS NULL"), postgresql_where=text("read_at IS NULL")),
        Index("ix_notifications_person", "person_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(30))
    item: Mapped[int] = mapped_column(Id)
    actor_tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    scope: Mapped[str] = mapped_column(String(60))  # who may read the item: "group:7"
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


class DigestSetting(Model):
    """How often a person wants an overview by mail. No row: none, and nobody chose that for them (GRP-56)."""

    __tablename__ = "digest_settings"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    rhythm: Mapped[Rhythm] = mapped_column(words(Rhythm))
    days: Mapped[list[int]] = mapped_column(JSON, default=lambda: [PROPOSED_DAY])  # of the week, Monday is 1
    hour: Mapped[int] = mapped_column(default=PROPOSED_HOUR, server_default=text("8"))  # of local time
    paused_until: Mapped[date | None]
    set_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

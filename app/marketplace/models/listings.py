"""Listings. What state one is in follows from its times, so that none is out of date."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Company, Tie
from app.accounts.policy import company_scope
from app.core.clock import now, today
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model
from app.core.text import slug
from app.directory.models import Area
from app.files.models import NAME_MOST, FileContent
from app.groups.models import WorkingGroup
from app.marketplace.models.categories import FILES_MOST, PHOTOS_MOST, PLANS, TITLE_MOST, Audience, Category, Kind, Plan

LISTINGS_ON_A_PAGE = 25
LIVES = timedelta(days=90)
RENEWED_FROM = timedelta(days=30)  # before the end
RENEWED_UNTIL = timedelta(days=60)  # after it
ALT_MOST = 200
FIND_MOST = 4_000  # characters of words to find a listing by


class State(StrEnum):
    DRAFT = "draft"
    PENDING = "pending"
    PUBLISHED = "published"
    PAUSED = "paused"
    EXPIRED = "expired"
    CLOSED = "closed"
    ARCHIVED = "archived"
    BLOCKED = "blocked"


class CloseReason(StrEnum):
    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOT_NEEDED = "not_needed"


class FileRole(StrEnum):
    PHOTO = "photo"
    FILE = "file"
    SAFETY_SHEET = "safety_sheet"


MOST_OF = {FileRole.PHOTO: PHOTOS_MOST, FileRole.FILE: FILES_MOST, FileRole.SAFETY_SHEET: 1}


class NoticeKind(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"
    ENDS_IN_14 = "ends_in_14"
    ENDS_IN_3 = "ends_in_3"
    ENDED = "ended"
    PAUSED = "paused"


class Listing(Model):
    """What others see of it stands in the columns; what its owners are writing, in `typed`.

    `waiting` is a version that waits for the coordinator: the first, or a change of what others go on seeing.
    """

    __tablename__ = "listings"
    __table_args__ = (
        UniqueConstraint("created_by", "client_id"),
        # Holds all that the list and its counts ask of each row, so that they read nothing else.
        Index("ix_listings_out", "published_at", "id", "expires_on", "kind", "category", "area", "site", "rhythm",
              "kg_per_year", "company_id", "audience", "group_id", "created_by", "paused_at", "closed_at", "hidden_at",
              sqlite_where=text("published_at IS NOT NULL AND paused_at IS NULL AND closed_at IS NULL "
                                "AND hidden_at IS NULL"),
              postgresql_where=text("published_at IS NOT NULL AND paused_at IS NULL AND closed_at IS NULL "
                                    "AND hidden_at IS NULL")),
        # Asked in each minute: what ends soon or ended lately, paused or not. By the reason why one was closed and not
        # by when: so it never serves the list, for which SQLite would take it, and read each row behind it.
        Index("ix_listings_ending", "expires_on",
              sqlite_where=text("published_at IS NOT NULL AND close_reason IS NULL AND hidden_at IS NULL"),
              postgresql_where=text("published_at IS NOT NULL AND close_reason IS NULL AND hidden_at IS NULL")),
        Index("ix_listings_waiting", "submitted_at",
              sqlite_where=text("submitted_at IS NOT NULL"), postgresql_where=text("submitted_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"), index=True)
    client_id: Mapped[str | None] = mapped_column(String(36))
    kind: Mapped[Kind] = mapped_column(words(Kind))
    category: Mapped[Category] = mapped_column(words(Category))
    title: Mapped[str] = mapped_column(String(TITLE_MOST), default="", server_default=text("''"))
    body_md: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    body_html: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    values: Mapped[dict[str, Any]] = mapped_column("details", JSON, default=dict)  # of the fields of its category
    audience: Mapped[Audience] = mapped_column(words(Audience), default=Audience.MEMBERS)
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("groups.id"))
    area: Mapped[Area | None] = mapped_column(words(Area))
    site: Mapped[str | None] = mapped_column(String(40))  # a name of the list of places
    rhythm: Mapped[str | None] = mapped_column(String(24))
    kg_per_year: Mapped[int | None] = mapped_column(BigInteger)
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    typed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # the working copy: strings, as they were typed
    typed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    waiting: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expires_on: Mapped[date | None]  # the last day; of what was closed the day on which it was
    renewals: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    close_reason: Mapped[CloseReason | None] = mapped_column(words(CloseReason))
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    kept_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # who took it over from whoever made it
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    company: Mapped[Company] = relationship()
    tie: Mapped[Tie] = relationship(foreign_keys=created_by)
    group: Mapped[WorkingGroup | None] = relationship()
    readers: Mapped[list["ListingCompany"]] = relationship(cascade="all, delete-orphan")

    @property
    def reader_ids(self) -> set[int]:
        """The companies that are named as readers."""
        return {reader.company_id for reader in self.readers}

    @property
    def keeper_id(self) -> int:
        """Whoever made it, or took it over from them."""
        return self.kept_by or self.created_by

    @property
    def waiting_group_id(self) -> int | None:
        """Of the version that waits for the coordinator: the working group that it is for."""
        group_id: int | None = (self.waiting or {}).get("group_id")
        return group_id

    @property
    def is_past_deadline(self) -> bool:
        deadline = self.values.get("deadline")
        return deadline is not None and date.fromisoformat(deadline) < today()

    @property
    def plan(self) -> Plan:
        return PLANS[self.category]

    @property
    def state(self) -> State:
        """From its times, at this moment."""
        if self.hidden_at is not None:
            return State.BLOCKED
        if self.published_at is None or self.expires_on is None:
            return State.PENDING if self.submitted_at is not None else State.DRAFT
        if today() - self.expires_on > RENEWED_UNTIL:
            return State.ARCHIVED
        if self.closed_at is not None:
            return State.CLOSED
        if self.expires_on < today():
            return State.EXPIRED
        return State.PAUSED if self.paused_at is not None else State.PUBLISHED

    @property
    def is_out(self) -> bool:
        """Listed for its readers at this moment."""
        return self.state is State.PUBLISHED

    @property
    def was_out(self) -> bool:
        return self.published_at is not None

    @property
    def is_changing(self) -> bool:
        """Others see an earlier version than the one that waits for the coordinator."""
        return self.was_out and self.submitted_at is not None

    @property
    def scope(self) -> str:
        return company_scope(self.company_id)

    @property
    def link(self) -> str:
        return listing_link(self.id, self.title)


class ListingWords(Model):
    """The words to find a listing by, without case and accents. In a table of their own, where all are read quickly."""

    __tablename__ = "listing_words"

    listing_id: Mapped[int] = mapped_column(Id, ForeignKey("listings.id"), primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text)


class ListingCompany(Model):
    """A company that is named as a reader."""

    __tablename__ = "listing_companies"

    listing_id: Mapped[int] = mapped_column(Id, ForeignKey("listings.id"), primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"), primary_key=True, autoincrement=False)


class ListingFile(Model):
    """A photo or a file: `is_kept` in the working copy, `is_out` for others to see."""

    __tablename__ = "listing_files"
    __table_args__ = (Index("ix_listing_files_of", "listing_id", "role", "id"),)

    id: Mapped[int] = id_column()
    listing_id: Mapped[int] = mapped_column(Id, ForeignKey("listings.id"))
    role: Mapped[FileRole] = mapped_column(words(FileRole))
    sha256: Mapped[str] = mapped_column(ForeignKey("file_contents.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_MOST))
    alt: Mapped[str] = mapped_column(String(ALT_MOST), default="", server_default=text("''"))
    is_kept: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    is_out: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    listing: Mapped[Listing] = relationship()
    content: Mapped[FileContent] = relationship()


class ListingNotice(Model):
    """What the owners were told: an answer of the coordinator, or that the end is near. Said once for each end."""

    __tablename__ = "listing_notices"
    __table_args__ = (UniqueConstraint("listing_id", "kind", "expires_on"),)

    id: Mapped[int] = id_column()
    listing_id: Mapped[int] = mapped_column(Id, ForeignKey("listings.id"))
    kind: Mapped[NoticeKind] = mapped_column(words(NoticeKind))
    expires_on: Mapped[date | None]  # of a warning: the end that it is about
    reason: Mapped[str] = mapped_column(String(24), default="", server_default=text("''"))
    body: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # None: the clock

    listing: Mapped[Listing] = relationship()


class Participation(Model):
    """A company that takes part in a joint purchase: its name, never an amount."""

    __tablename__ = "listing_participations"

    listing_id: Mapped[int] = mapped_column(Id, ForeignKey("listings.id"), primary_key=True, autoincrement=False)
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"), primary_key=True, autoincrement=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))


def listing_link(listing_id: int, title: str) -> str:
    """/listings/12-vezels: the words after the number are for people only."""
    words_of_title = slug(title)
    return f"/listings/{listing_id}-{words_of_title}" if words_of_title else f"/listings/{listing_id}"

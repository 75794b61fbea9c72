"""Talks between two companies on a listing. What is said in one are entries of its room's log (app/realtime)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Company, Tie
from app.core.clock import now, today
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model
from app.marketplace.models.listings import Listing
from app.realtime.models import LogEntry

MESSAGE_MOST = 10_000
PROPOSAL_MOST = 4_000
PROPOSAL_DAYS = 60
MESSAGES_ON_A_PAGE = 100
TALKS_ON_A_PAGE = 25


class Line(StrEnum):
    """The kinds of entries in the log of a talk."""

    SAID = "line"
    NOTICE = "notice"  # what the site itself says at the start
    PROPOSAL = "proposal"
    ANSWER = "answer"  # to a proposal


class TalkEnd(StrEnum):
    COMPANY = "company"  # one of the two takes no part any more


class Verdict(StrEnum):
    """How a proposal ended; one without an end is open until its last day."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Talk(Model):
    """One for each listing and responding company, as long as it is open."""

    __tablename__ = "talks"
    __table_args__ = (
        Index("uq_talks_open", "listing_id", "company_id", unique=True,
              sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("ix_talks_owner", "owner_id", "last_at"),
        Index("ix_talks_company", "company_id", "last_at"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    listing_id: Mapped[int] = mapped_column(Id, ForeignKey("listings.id"))
    owner_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"))  # whose listing it is
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"))  # which responded
    last_seq: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[TalkEnd | None] = mapped_column(words(TalkEnd))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    listing: Mapped[Listing] = relationship()
    owner: Mapped[Company] = relationship(foreign_keys=owner_id)
    company: Mapped[Company] = relationship(foreign_keys=company_id)
    tie: Mapped[Tie] = relationship()
    participants: Mapped[list["TalkParticipant"]] = relationship(cascade="all, delete-orphan")

    @property
    def participant_ids(self) -> set[int]:
        """The ties of who takes part by name."""
        return {each.tie_id for each in self.participants}

    @property
    def room(self) -> str:
        return talk_room(self.id)

    @property
    def link(self) -> str:
        return f"/talks/{self.id}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class TalkParticipant(Model):
    """Who takes part by name. The contacts of both companies do too, without a row."""

    __tablename__ = "talk_participants"
    __table_args__ = (Index("ix_talk_participants_tie", "tie_id"),)

    talk_id: Mapped[int] = mapped_column(Id, ForeignKey("talks.id"), primary_key=True, autoincrement=False)
    tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"), primary_key=True, autoincrement=False)
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class TalkReading(Model):
    """The last entry of a talk that someone has read. Reading only makes it grow."""

    __tablename__ = "talk_readings"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    talk_id: Mapped[int] = mapped_column(Id, ForeignKey("talks.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int]


class TalkProposal(Model):
    """What one side proposes to the other: amount and period, never a price. At most one of a talk is open."""

    __tablename__ = "talk_proposals"
    __table_args__ = (
        Index("uq_talk_proposals_open", "talk_id", unique=True,
              sqlite_where=text("verdict IS NULL"), postgresql_where=text("verdict IS NULL")),
        Index("ix_talk_proposals_of", "talk_id", "created_at"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    talk_id: Mapped[int] = mapped_column(Id, ForeignKey("talks.id"))
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"))
    body: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column("details", JSON, default=dict)  # quantity, unit, rhythm, from, until
    valid_until: Mapped[date]  # its last day
    verdict: Mapped[Verdict | None] = mapped_column(words(Verdict))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    talk: Mapped[Talk] = relationship()
    company: Mapped[Company] = relationship()

    @property
    def is_over(self) -> bool:
        return self.valid_until < today()

    @property
    def is_open(self) -> bool:
        return self.verdict is None and not self.is_over

    @property
    def outcome(self) -> str:
        """How it stands at this moment: open, or how it ended."""
        if self.verdict is not None:
            return self.verdict.value
        return Verdict.EXPIRED.value if self.is_over else "open"


def talk_room(talk_id: int) -> str:
    return f"talk:{talk_id}"


def talk_id_of(line: LogEntry) -> int:
    """The talk in whose log this stands."""
    return int(line.room.removeprefix("talk:"))

"""A company is the member; people act for it through a tie."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.clock import now, today
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model
from app.core.i18n import gettext as _


class CompanyState(StrEnum):
    APPLICANT = "applicant"
    REFUSED = "refused"
    MEMBER = "member"
    LEAVING = "leaving"
    SUSPENDED = "suspended"
    PARTNER = "partner"
    FORMER = "former"


class Office(StrEnum):
    NONE = "none"
    COORDINATOR = "coordinator"
    DEPUTY_COORDINATOR = "deputy_coordinator"
    ADMIN = "admin"


class TieKind(StrEnum):
    STAFF = "staff"
    GUEST = "guest"


class TieEnd(StrEnum):
    LEFT = "left"
    MOVED = "moved"
    TERM_OVER = "term_over"
    COMPANY_ENDED = "company_ended"
    CORRECTION = "correction"


class Company(Model):
    """A member of the association, or a partner. The association itself is one too and never votes."""

    __tablename__ = "companies"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    kvk_no: Mapped[str | None] = mapped_column(String(8))
    email_domains: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    vote_weight: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    state: Mapped[CompanyState] = mapped_column(words(CompanyState), default=CompanyState.MEMBER)
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @property
    def is_live(self) -> bool:
        """A partner, a member, or one that leaves and is still here."""
        return is_live_state(self.state, self.ends_on)


def is_live_state(state: CompanyState | None, ends_on: date | None) -> bool:
    if state is CompanyState.LEAVING:
        return ends_on is None or ends_on >= today()
    return state in (CompanyState.MEMBER, CompanyState.PARTNER)


def said_for(company_name: str, kind: TieKind | None) -> str:
    """The company beside a name under a text; of a guest the word before it, also after they left (GRP-44)."""
    return _("guest · %(organisation)s", organisation=company_name) if kind is TieKind.GUEST else company_name


class Person(Model):
    __tablename__ = "people"

    id: Mapped[int] = id_column()
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(20))
    locale: Mapped[str] = mapped_column(String(2), default="nl", server_default=text("'nl'"))
    text_size: Mapped[int] = mapped_column(default=18, server_default=text("18"))  # px
    password_hash: Mapped[str | None] = mapped_column(String(200))
    office: Mapped[Office] = mapped_column(words(Office), default=Office.NONE, server_default=text("'none'"))
    is_board: Mapped[bool] = mapped_column(default=False, server_default=text("false"))  # of the association
    erased_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_seen_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    ties: Mapped[list["Tie"]] = relationship(back_populates="person", order_by=lambda: (Tie.starts_on, Tie.id))


class Tie(Model):
    """A person acting for a company, from one day to another. Never reopened: who returns gets a new one."""

    __tablename__ = "ties"
    __table_args__ = (
        # One open tie per person, also when two invitations are accepted at the same moment.
        Index("uq_ties_open_person", "person_id", unique=True,
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
        # Holds all that counting the staff of members asks of each, and leads to the few guests.
        Index("ix_ties_open", "kind", "company_id", "starts_on", "last_day", "ended_at",
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("kind <> 'guest' OR last_day IS NOT NULL", name="guest_has_last_day"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), index=True)
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"), index=True)
    kind: Mapped[TieKind] = mapped_column(words(TieKind), default=TieKind.STAFF)
    function: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    is_contact: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_delegate: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    starts_on: Mapped[date]
    last_day: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    end_reason: Mapped[TieEnd | None] = mapped_column(words(TieEnd))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    person: Mapped[Person] = relationship(back_populates="ties")
    company: Mapped[Company] = relationship()

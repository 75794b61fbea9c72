"""What a company says of itself, and where it is."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Company, Tie
from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model
from app.directory.models.region import Place, places
from app.files.models import FileContent

SUMMARY_MOST = 300
TEXT_MOST = 10_000
PHRASES_MOST = 20  # things made, needed, offered; certificates
PHRASE_LENGTH = (2, 60)
ROLES_MOST = 3
SITES_MOST = 20
REASON_LENGTH = (10, 500)


class Role(StrEnum):
    """What a company does in the chain."""

    SUPPLIER = "supplier"
    PRODUCER = "producer"
    PROCESSOR = "processor"
    SERVICE_PROVIDER = "service_provider"
    KNOWLEDGE_INSTITUTE = "knowledge_institute"
    GOVERNMENT = "government"


class CompanySize(StrEnum):
    """How many people work there."""

    UNDER_10 = "under_10"
    FROM_10 = "10_49"
    FROM_50 = "50_249"
    FROM_250 = "from_250"


class Part(StrEnum):
    """The parts of a page that are saved each on its own."""

    ABOUT = "about"
    LOGO = "logo"
    CAPABILITIES = "capabilities"
    CERTIFICATES = "certificates"
    PRODUCTS = "products"
    SITES = "sites"


class Certificate(NamedTuple):
    name: str
    until: date | None


class Profile(Model):
    """What stands on a company's page. A company without one has not filled in its page yet."""

    __tablename__ = "company_profiles"

    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"), primary_key=True, autoincrement=False)
    summary: Mapped[str] = mapped_column(String(SUMMARY_MOST), default="", server_default=text("''"))
    text_md: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    text_html: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    roles: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    size: Mapped[CompanySize | None] = mapped_column(words(CompanySize))
    website: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    phone: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    email: Mapped[str] = mapped_column(String(254), default="", server_default=text("''"))
    makes: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    needs: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    offers: Mapped[list[str]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    certificates: Mapped[list[list[Any]]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    logo: Mapped[str | None] = mapped_column(ForeignKey("file_contents.sha256"), index=True)
    # A version for each form: who changes the products is in nobody's way who writes the text.
    about_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    products_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    certificates_version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    changed_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # counts the changes of all its parts

    company: Mapped[Company] = relationship()
    content: Mapped[FileContent | None] = relationship()
    changer: Mapped[Tie] = relationship()

    @property
    def is_filled_in(self) -> bool:
        """Whether anybody ever wrote on it."""
        return bool(self.version)

    @property
    def dated_certificates(self) -> list[Certificate]:
        return [Certificate(name, date.fromisoformat(until) if until else None) for name, until in self.certificates]


class Site(Model):
    """Where a company is. One of its sites is the main one."""

    __tablename__ = "company_sites"
    __table_args__ = (
        Index("uq_company_sites_main", "company_id", unique=True,
              sqlite_where=text("is_main"), postgresql_where=text("is_main")),
        Index("ix_company_sites_company", "company_id"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"))
    name: Mapped[str] = mapped_column(String(80))
    street: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    postcode: Mapped[str] = mapped_column(String(7), default="", server_default=text("''"))
    place: Mapped[str] = mapped_column(String(60))  # a name of the list of places
    is_pickup: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_main: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    company: Mapped[Company] = relationship()

    @property
    def where(self) -> Place | None:
        """None when the installation took the place off its list."""
        return places().get(self.place)


class ProfileChange(Model):
    """Who changed which part of a page. Someone from outside the company says why."""

    __tablename__ = "profile_changes"

    id: Mapped[int] = id_column()
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"), index=True)
    part: Mapped[Part] = mapped_column(words(Part))
    reason: Mapped[str] = mapped_column(String(REASON_LENGTH[1]), default="", server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

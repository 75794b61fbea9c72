"""What companies can do, in words that all of them use. The list begins with the one that comes with the program."""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Company
from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model
from app.directory.models.region import DATA

TERM_LENGTH = (2, 60)
REMARK_MOST = 300
FIGURES_MOST = 5


class CapabilityKind(StrEnum):
    PROCESS = "process"
    EQUIPMENT = "equipment"
    ANALYSIS = "analysis"
    SERVICE = "service"
    TEST_FACILITY = "test_facility"
    MATERIAL = "material"
    TRAINING = "training"


class CapabilityState(StrEnum):
    PROPOSED = "proposed"  # counts for whoever proposed it, and waits for the coordinator
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Figure(NamedTuple):
    """capaciteit: 150 kg/uur"""

    name: str
    value: str


class ShippedTerm(NamedTuple):
    term: str  # in Dutch
    term_en: str
    kind: CapabilityKind
    synonyms: tuple[str, ...]


class Capability(Model):
    """A term of the list. A shipped one gets its row when somebody first uses it."""

    __tablename__ = "capabilities"

    id: Mapped[int] = id_column()
    key: Mapped[str] = mapped_column(String(2 * TERM_LENGTH[1]), unique=True)  # the term without regard to case
    term: Mapped[str] = mapped_column(String(TERM_LENGTH[1]))
    term_en: Mapped[str] = mapped_column(String(TERM_LENGTH[1]), default="", server_default=text("''"))
    kind: Mapped[CapabilityKind] = mapped_column(words(CapabilityKind))
    state: Mapped[CapabilityState] = mapped_column(words(CapabilityState))
    reason: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))  # why it was declined
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # None: shipped

    def in_language(self, locale: str) -> str:
        return in_language(self.term, self.term_en, locale)


class Claim(Model):
    """A company says that it can do this."""

    __tablename__ = "claims"
    __table_args__ = (UniqueConstraint("company_id", "capability_id"),)

    id: Mapped[int] = id_column()
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"))
    capability_id: Mapped[int] = mapped_column(Id, ForeignKey("capabilities.id"), index=True)
    remark: Mapped[str] = mapped_column(String(REMARK_MOST), default="", server_default=text("''"))
    figures: Mapped[list[list[str]]] = mapped_column(JSON, default=list, server_default=text("'[]'"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    company: Mapped[Company] = relationship()
    capability: Mapped[Capability] = relationship()


def in_language(term: str, term_en: str, locale: str) -> str:
    return term_en if locale == "en" and term_en else term


@cache
def shipped() -> tuple[ShippedTerm, ...]:
    """The list that comes with the program (DIR-12)."""
    with (DATA / "capabilities.toml").open("rb") as source:
        listed = tomllib.load(source)
    return tuple(
        ShippedTerm(dutch, english, CapabilityKind(kind), tuple(others))
        for kind, lines in listed.items() for dutch, english, *others in lines
    )  # fmt: skip


def shipped_as(word: str) -> ShippedTerm | None:
    """The term that this word means, in either language or by a synonym."""
    return _by_word().get(word.casefold())


@cache
def _by_word() -> Mapping[str, ShippedTerm]:
    found = {word.casefold(): each for each in shipped() for word in (*each.synonyms, each.term_en)}
    return found | {each.term.casefold(): each for each in shipped()}  # a term itself comes before another's synonym

"""What was taken from a person for a time: writing, or the site."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model


class SanctionKind(StrEnum):
    SILENCE = "silence"
    SUSPEND = "suspend"


class Sanction(Model):
    """Over by the clock, to the second; or lifted before."""

    __tablename__ = "sanctions"
    __table_args__ = (
        Index("ix_sanctions_person", "person_id", "until",
              sqlite_where=text("lifted_at IS NULL"), postgresql_where=text("lifted_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    kind: Mapped[SanctionKind] = mapped_column(words(SanctionKind))
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("groups.id"))  # a lead's holds there only
    rule: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_running(self) -> bool:
        return self.lifted_at is None and self.until > now()


class RunningSanction(NamedTuple):
    """What every rule must know of a sanction, and what the person is told of it."""

    kind: SanctionKind
    group_id: int | None
    until: datetime
    rule: int
    reason: str

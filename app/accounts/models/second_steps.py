"""What shows a second time who someone is: an app that makes codes, and codes on paper for when it is lost."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model

SETUP_LIVES = timedelta(minutes=30)  # between showing the secret and the code that confirms it
IN_USE = "activated_at IS NOT NULL AND removed_at IS NULL"


class FactorKind(StrEnum):
    TOTP = "totp"


class SecondFactor(Model):
    """Counts from its first right code. Once removed its secret is gone; that it was there stays."""

    __tablename__ = "second_factors"
    __table_args__ = (
        Index("uq_second_factors_in_use", "person_id", unique=True,
              sqlite_where=text(IN_USE), postgresql_where=text(IN_USE)),
        Index("ix_second_factors_person", "person_id"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    kind: Mapped[FactorKind] = mapped_column(words(FactorKind), default=FactorKind.TOTP)
    secret: Mapped[str] = mapped_column(String(200))  # sealed; empty once removed
    session_id: Mapped[int | None] = mapped_column(Id)  # the one that saw the secret, and no other
    last_counter: Mapped[int] = mapped_column(Id, default=0, server_default=text("0"))  # no code counts twice
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    activated_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    removed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))  # None: a command
    reason: Mapped[str | None] = mapped_column(String(500))  # of a reset

    @property
    def is_in_use(self) -> bool:
        return self.activated_at is not None and self.removed_at is None


class RecoveryCode(Model):
    __tablename__ = "recovery_codes"
    __table_args__ = (Index("uq_recovery_codes_code", "factor_id", "code_hash", unique=True),)

    id: Mapped[int] = id_column()
    factor_id: Mapped[int] = mapped_column(Id, ForeignKey("second_factors.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

"""Sessions live on the server, so that ending one ends it everywhere; codes are kept as keyed hashes."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model

CODE_LIVES = timedelta(minutes=10)
CODE_TRIES = 5
SESSION_LIVES = timedelta(days=60)  # from last use
CODE_PROVES = timedelta(minutes=10)  # after signing in with one, who it is need not be shown again
STEP_LIVES = timedelta(hours=12)  # then a confidential group asks it again (GRP-5)


class Purpose(StrEnum):
    SIGN_IN = "sign_in"
    NEW_EMAIL = "new_email"
    STEP_UP = "step_up"  # mailed after a password
    SECOND_STEP = "second_step"  # nothing is mailed: the first step was right, and tries at the second count here


class Challenge(Model):
    """A six-digit code, sent or only pretended (an unknown address gets a row and no letter)."""

    __tablename__ = "challenges"
    __table_args__ = (Index("ix_challenges_pair", "email", "network", "created_at"),)

    id: Mapped[int] = id_column()
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    email: Mapped[str] = mapped_column(String(254))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(64))  # keyed hash of the browser that asked
    network: Mapped[str] = mapped_column(String(64))  # keyed hash of the address that asked
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @property
    def is_open(self) -> bool:
        return (
            self.used_at is None and self.replaced_at is None
            and self.attempts < CODE_TRIES and self.expires_at > now()
        )  # fmt: skip


class Session(Model):
    __tablename__ = "sessions"

    id: Mapped[int] = id_column()
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    by_code: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    stepped_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when the second step was last taken
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    last_used_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    @property
    def is_fresh_by_code(self) -> bool:
        return self.by_code and self.created_at > now() - CODE_PROVES

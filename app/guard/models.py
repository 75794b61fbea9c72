"""Texts that the association and its lawyer approved, and what is hidden."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Id, UTCDateTime, words
from app.core.extensions import Model


class ActsAs(StrEnum):
    """As what somebody handles the texts of others. Members read this, and no name."""

    LEAD = "lead"
    DEPUTY = "deputy"
    COORDINATOR = "coordinator"
    DEPUTY_COORDINATOR = "deputy_coordinator"
    BOARD = "board"


class LegalText(Model):
    """One version of one text: "statement" is read before a meeting. A version that was shown never changes."""

    __tablename__ = "legal_texts"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Hiding(Model):
    """Why something is hidden now: under which rule, and as what somebody hid it."""

    __tablename__ = "hidings"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    item: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    rule: Mapped[int]
    role: Mapped[ActsAs] = mapped_column(words(ActsAs))
    hidden_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

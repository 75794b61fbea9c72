"""Texts that the association and its lawyer approved."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import UTCDateTime
from app.core.extensions import Model


class LegalText(Model):
    """One version of one text: "statement" is read before a meeting. A version that was shown never changes."""

    __tablename__ = "legal_texts"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

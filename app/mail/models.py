"""The letters that wait or were sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import UTCDateTime, id_column, words
from app.core.extensions import Model


class LetterState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"  # before it was sent: whom it is for has no right to it any more


class Letter(Model):
    """One letter to one address. Its body goes when it is sent, or when it is of no more use."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_due", "state", "not_before"),)

    id: Mapped[int] = id_column()
    kind: Mapped[str] = mapped_column(String(40))
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body_text: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    body_html: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    sender_name: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    reply_to: Mapped[str] = mapped_column(String(254), default="", server_default=text("''"))
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[LetterState] = mapped_column(words(LetterState), default=LetterState.WAITING)
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    not_before: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    useless_after: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

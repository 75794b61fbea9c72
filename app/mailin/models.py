"""Mail that came in, and who reads the mailbox."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model

SIZE_MOST = 30_000_000  # bytes of a mail
THE_MAILBOX = 1  # the one row about it


class MailState(StrEnum):
    RECEIVED = "received"  # stored; nobody decided yet
    POSTED = "posted"
    REFUSED = "refused"  # its writer is told why
    DROPPED = "dropped"  # nobody is told: it is automatic, or of somebody whom we do not know


class Verdict(StrEnum):
    """Why it became no post."""

    AUTOMATIC = "automatic"
    UNKNOWN_PLACE = "unknown_place"  # no key, a dead one, or that of another
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_ACCESS = "no_access"  # no live tie, or suspended
    SILENCED = "silenced"
    CLOSED = "closed"
    FROZEN = "frozen"
    ARCHIVED = "archived"
    NO_RIGHT = "no_right"
    BROKEN = "broken"  # whoever tried to place it failed again and again


class InboundMail(Model):
    """A mail for one key. Its bytes lie with the files for thirty days; this row stays."""

    __tablename__ = "inbound_mails"
    __table_args__ = (
        UniqueConstraint("message_id", "key"),
        Index("ix_inbound_mails_waiting", "id", sqlite_where=text("state = 'received'"),
              postgresql_where=text("state = 'received'")),
        Index("ix_inbound_mails_answered", "sender", "answered_at"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    message_id: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(32))  # of the address it came to; empty where that has none
    sender: Mapped[str] = mapped_column(String(254))
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"), index=True)  # who wrote it, once known
    place: Mapped[str | None] = mapped_column(String(60))
    sha256: Mapped[str | None] = mapped_column(ForeignKey("file_contents.sha256"), index=True)
    size: Mapped[int] = mapped_column(BigInteger)  # bytes, as it came; more than SIZE_MOST: only its head is kept
    state: Mapped[MailState] = mapped_column(words(MailState), default=MailState.RECEIVED)
    verdict: Mapped[Verdict | None] = mapped_column(words(Verdict))
    post_id: Mapped[int | None] = mapped_column(Id, ForeignKey("posts.id"))
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_too_large(self) -> bool:
        return self.size > SIZE_MOST


class MailboxReading(Model):
    """Which process reads the mailbox now, until when at the latest, and how it went last."""

    __tablename__ = "mailbox_readings"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    held_by: Mapped[str] = mapped_column(String(32), default="", server_default=text("''"))
    held_until: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # to its end

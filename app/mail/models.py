"""The letters that wait or were sent."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import UTCDateTime, id_column, words
from app.core.extensions import Model

SENDER_MOST = 200  # characters


class LetterState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    DROPPED = "dropped"  # before it was sent: whom it is for has no right to it any more


UNSENT = (LetterState.WAITING, LetterState.CLAIMED)


class Trouble(StrEnum):
    """Why a letter was not sent, or is not known to be."""

    UNREACHABLE = "unreachable"  # no line to the mail server, or no greeting
    NOT_SECURE = "not_secure"  # no TLS, which a sign-in needs
    LOGIN_REFUSED = "login_refused"
    SENDER_REFUSED = "sender_refused"  # MAIL_FROM
    CUT_OFF = "cut_off"  # the line broke, or nothing came any more, before the text was handed over
    PUT_OFF = "put_off"  # not now, says the server
    RECEIVER_REFUSED = "receiver_refused"  # there is no such mailbox
    TURNED_AWAY = "turned_away"  # not because of the address: the server blocks us, or will not relay
    TEXT_REFUSED = "text_refused"
    NO_ANSWER = "no_answer"  # to the text: the server may have taken it
    WORKER_GONE = "worker_gone"  # in the middle of handing over
    TOO_LATE = "too_late"  # a code nobody can use any more
    NOT_SENDABLE = "not_sendable"  # no message can be made of it


AWAY = (Trouble.UNREACHABLE, Trouble.NOT_SECURE, Trouble.LOGIN_REFUSED)  # whatever the letter
AT_FAULT = (*AWAY, Trouble.SENDER_REFUSED, Trouble.CUT_OFF, Trouble.NO_ANSWER)  # the server or we, not the receiver
FOR_GOOD = (Trouble.RECEIVER_REFUSED, Trouble.TEXT_REFUSED, Trouble.NOT_SENDABLE)


class Letter(Model):
    """One letter to one address. Its body goes when it is sent, or when it is of no more use."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_due", "state", "not_before"), Index("ix_letters_to", "to", "id"))

    id: Mapped[int] = id_column()
    kind: Mapped[str] = mapped_column(String(40))
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body_text: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    body_html: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    sender_name: Mapped[str] = mapped_column(String(SENDER_MOST), default="", server_default=text("''"))
    reply_to: Mapped[str] = mapped_column(String(254), default="", server_default=text("''"))
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default=text("'{}'"))
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[LetterState] = mapped_column(words(LetterState), default=LetterState.WAITING)
    tries: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    not_before: Mapped[datetime] = mapped_column(UTCDateTime, default=now)  # of a claim: when its lease runs out
    trouble: Mapped[Trouble | None] = mapped_column(words(Trouble))  # of the last try
    reply_code: Mapped[int | None]  # what the server said then (RFC 5321)
    useless_after: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

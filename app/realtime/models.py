"""What was said in a room, and messages from processes that serve no sockets."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Id, UTCDateTime, new_id
from app.core.extensions import Model


class LiveSignal(Model):
    """Read every two seconds by each server process, and forgotten after an hour."""

    __tablename__ = "signals"

    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(40))  # a message, or "cut"
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)


class LogEntry(Model):
    """One thing that happened in a room: in "meeting:7" a line, a hand, a vote; in "talk:7" a message.

    `seq` counts from 1 without gaps, so that whoever misses one knows it. `client_id` is the sender's own name for it.
    """

    __tablename__ = "log_entries"
    __table_args__ = (UniqueConstraint("room", "tie_id", "client_id"),)

    room: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(Id, unique=True, default=new_id)  # by which it can be reported
    type: Mapped[str] = mapped_column(String(30))
    tie_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # None: the clock
    client_id: Mapped[str | None] = mapped_column(String(36))
    item_id: Mapped[int | None] = mapped_column(Id)  # what in the room it is about: an item of the agenda
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

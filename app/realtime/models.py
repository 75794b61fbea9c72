"""Messages from processes that serve no sockets, or that must reach every process."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import UTCDateTime
from app.core.extensions import Model


class LiveSignal(Model):
    """Read every two seconds by each server process, and forgotten after an hour."""

    __tablename__ = "signals"

    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(40))  # a message, or "cut"
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, index=True)

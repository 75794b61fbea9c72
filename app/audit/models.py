"""The audit log: a chain in which no link can be changed unseen."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Id, UTCDateTime
from app.core.extensions import Model

FIRST = "0" * 64


class AuditEntry(Model):
    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_event_recorded_at", "event", "recorded_at"),)

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    event: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None] = mapped_column(Id)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    seal: Mapped[str] = mapped_column(String(64))
    # How often the same failed sign-in came within its minute; the one figure outside the seal.
    repeats: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    def sealed_after(self, previous: str) -> str:
        return seal_after(previous, self.number, self.event, self.actor_id, self.details, self.recorded_at)


def seal_after(previous: str, number: int, event: str, actor_id: int | None, details: dict[str, Any],
               recorded_at: datetime) -> str:  # fmt: skip
    """SHA-256 over the previous seal and what an entry says."""
    said = [number, event, actor_id, details, recorded_at.isoformat()]
    return hashlib.sha256((previous + json.dumps(said, sort_keys=True)).encode()).hexdigest()

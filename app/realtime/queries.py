"""Reading the log of a room. Whoever asks has shown the right to the room."""

from sqlalchemy import func, select

from app.core.extensions import db
from app.realtime.models import LogEntry

MOST = 500  # entries in one answer


def entries_after(room: str, seq: int, *, most: int = MOST) -> list[LogEntry]:
    """The entries with a higher seq, lowest first: as many as one answer takes."""
    later = select(LogEntry).where(LogEntry.room == room, LogEntry.seq > seq)
    return list(db.session.scalars(later.order_by(LogEntry.seq).limit(most)))


def last_seq(room: str) -> int:
    return db.session.scalar(select(func.max(LogEntry.seq)).where(LogEntry.room == room)) or 0


def entry_sent_as(room: str, tie_id: int | None, client_id: str) -> LogEntry | None:
    """What this sender sent under this name before."""
    return db.session.scalar(
        select(LogEntry).where(LogEntry.room == room, LogEntry.tie_id == tie_id, LogEntry.client_id == client_id)
    )

"""Reading the log of a room. Whoever asks has shown the right to the room."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from app.accounts.models import Company, Person, Tie, TieKind
from app.core.db import Rows, rows
from app.core.extensions import db
from app.realtime.models import LogEntry

MOST = 500  # entries in one answer


class Said(NamedTuple):
    """An entry with who made it, for the company of that moment; the clock is nobody."""

    id: int
    room: str
    seq: int
    type: str
    payload: dict[str, Any]
    item_id: int | None
    client_id: str | None
    at: datetime
    hidden_at: datetime | None
    person_id: int | None
    person_name: str | None
    company_id: int | None
    company_name: str | None
    kind: TieKind | None

    def as_message(self, *, reader_id: int | None) -> dict[str, Any]:
        """As browsers get it (decisions 31). Only the sender's own pages learn under which name it was sent."""
        message = {
            "id": self.id, "seq": self.seq, "type": self.type, "item_id": self.item_id, "at": self.at.isoformat(),
            "actor": {"id": self.person_id, "name": self.person_name} if self.person_id else None,
            "company": as_company(self.company_id, self.company_name, self.kind) if self.company_id else None,
            "payload": self.payload if self.hidden_at is None else {"hidden": True},
        }  # fmt: skip
        if self.client_id and reader_id == self.person_id:
            message["client_id"] = self.client_id
        return message


def as_company(company_id: int, name: str | None, kind: TieKind | None) -> dict[str, Any]:
    """As browsers get it; beside the name of a guest they show the word, each in its reader's language (GRP-44)."""
    company: dict[str, Any] = {"id": company_id, "name": name}
    return {**company, "is_guest": True} if kind is TieKind.GUEST else company


def said_after(room: str, seq: int, *, most: int = MOST) -> list[Said]:
    """The entries with a higher seq, lowest first, as many as one answer takes: one statement."""
    found = rows(_said(), {"room": room, "after": seq, "until": seq + most})
    return [Said(*row) for row in found]


def said_as(room: str, seq: int) -> Said:
    return said_after(room, seq - 1, most=1)[0]


def last_seq(room: str) -> int:
    return db.session.scalar(select(func.max(LogEntry.seq)).where(LogEntry.room == room)) or 0


def entry_by_id(entry_id: int) -> LogEntry | None:
    return db.session.scalar(select(LogEntry).where(LogEntry.id == entry_id))


def entry_sent_as(room: str, tie_id: int | None, client_id: str) -> LogEntry | None:
    """What this sender sent under this name before."""
    return db.session.scalar(
        select(LogEntry).where(LogEntry.room == room, LogEntry.tie_id == tie_id, LogEntry.client_id == client_id)
    )


@cache
def _said() -> Rows:
    """By seq and not by LIMIT: there are no gaps."""
    return (
        select(LogEntry.id, LogEntry.room, LogEntry.seq, LogEntry.type, LogEntry.payload, LogEntry.item_id,
               LogEntry.client_id, LogEntry.at, LogEntry.hidden_at, Person.id, Person.name, Company.id, Company.name,
               Tie.kind)
        .outerjoin(Tie, Tie.id == LogEntry.tie_id).outerjoin(Person, Person.id == Tie.person_id)
        .outerjoin(Company, Company.id == Tie.company_id)
        .where(LogEntry.room == bindparam("room"), LogEntry.seq > bindparam("after"),
               LogEntry.seq <= bindparam("until"))
        .order_by(LogEntry.seq)
    )  # fmt: skip

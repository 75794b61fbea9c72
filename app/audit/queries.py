"""Reading the log."""

from functools import cache
from typing import NamedTuple

from sqlalchemy import select, text

from app.audit.models import FIRST, AuditEntry
from app.core.db import Rows, is_sqlite, rows
from app.core.extensions import db

TRIGGERS = 3  # for change, for removal, and for replacement (SQLite) or emptying (PostgreSQL)


class End(NamedTuple):
    """Where the chain ends now."""

    number: int
    seal: str


def end_of_chain() -> End:
    row = rows(_end_of_chain(), {}).first()
    return End(*row) if row else End(0, FIRST)


def is_kept_from_change() -> bool:
    """Whether the database still refuses to change, remove or replace an entry: rebuilding the table drops that."""
    there = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'" if is_sqlite() else
        "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'audit_entries'::regclass AND tgenabled <> 'D'"
    )  # fmt: skip
    return db.session.execute(text(there)).scalar() == TRIGGERS


def first_broken_entry() -> int | None:
    """The number of the first entry that does not follow from the one before it, or None."""
    previous, expected = FIRST, 1
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).yield_per(1000):
        if entry.number != expected or entry.seal != entry.sealed_after(previous):
            return expected
        previous, expected = entry.seal, expected + 1
    return None


@cache
def _end_of_chain() -> Rows:
    return select(AuditEntry.number, AuditEntry.seal).order_by(AuditEntry.number.desc()).limit(1)

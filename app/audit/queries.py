"""Reading the log."""

from sqlalchemy import select, text

from app.audit.models import FIRST, AuditEntry
from app.core.db import is_sqlite
from app.core.extensions import db

TRIGGERS = 3  # for change, for removal, and for replacement (SQLite) or emptying (PostgreSQL)


def newest_entry() -> AuditEntry | None:
    return db.session.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))


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

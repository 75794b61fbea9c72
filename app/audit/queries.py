"""Reading the log."""

from sqlalchemy import select

from app.audit.models import FIRST, AuditEntry
from app.core.extensions import db


def newest_entry() -> AuditEntry | None:
    return db.session.scalar(select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1))


def first_broken_entry() -> int | None:
    """The number of the first entry that does not follow from the one before it, or None."""
    previous, expected = FIRST, 1
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.number)).yield_per(1000):
        if entry.number != expected or entry.seal != entry.sealed_after(previous):
            return expected
        previous, expected = entry.seal, expected + 1
    return None

"""Everything that happens is written down, without anyone having to remember to."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, text

from app.audit.models import AuditEntry, seal_after
from app.audit.queries import end_of_chain
from app.core.clock import now
from app.core.db import insert_rows, is_sqlite
from app.core.events import Event, Signal, before_commit
from app.core.extensions import db

LOCK = 7_146_001  # any number, the same in every process
COUNTED_ONCE_A_MINUTE = "SignInFailed"


@before_commit
def write_down(events: Sequence[Event]) -> None:
    """Seal what happened to the end of the chain: the last step before COMMIT, one transaction at a time."""
    lasting = [event for event in events if not isinstance(event, Signal)]
    if not lasting:
        return
    if not is_sqlite():  # on SQLite the write lock of the transaction is enough
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    number, seal = end_of_chain()
    entries = []
    for event in lasting:
        details = dict(vars(event))
        actor_id = details.pop("actor_id")
        name = type(event).__name__
        if name == COUNTED_ONCE_A_MINUTE and _counted_with_an_earlier_one(name, details["pair"]):
            continue
        number += 1
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in details.items()}
        said = {"number": number, "event": name, "actor_id": actor_id, "details": plain, "recorded_at": now()}
        seal = seal_after(seal, **said)
        entries.append({**said, "seal": seal})
    if entries:
        insert_rows(AuditEntry, entries)


def _counted_with_an_earlier_one(name: str, pair: str) -> bool:
    """The same failed try within a minute adds to a count, so that a guesser cannot fill the log."""
    earlier = db.session.scalar(
        select(AuditEntry)
        .where(AuditEntry.event == name, AuditEntry.recorded_at > now() - timedelta(minutes=1),
               func.coalesce(AuditEntry.details["pair"].as_string(), "") == pair)
        .order_by(AuditEntry.number.desc()).limit(1)
    )  # fmt: skip
    if earlier is None:
        return False
    earlier.repeats += 1
    return True

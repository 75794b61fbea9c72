"""The log of a room: what several people do at once gets one order, the same on every screen."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import update

from app.core.db import one_at_a_time
from app.core.extensions import db
from app.core.transaction import atomic
from app.realtime.models import LogEntry
from app.realtime.queries import entry_sent_as, last_seq


class Appended(NamedTuple):
    """An entry, and whether it was made now: not where the same client id came before."""

    entry: LogEntry
    is_new: bool


@atomic
def append(room: str, kind: str, payload: dict[str, Any], *, tie_id: int | None, client_id: str | None = None,
           item_id: int | None = None) -> Appended:  # fmt: skip
    """Add to the log under the next seq, in the transaction of the change that it tells of.

    From here to COMMIT the room waits: what else must be decided in one order with it comes after this or asks
    `hold_room` first.
    """
    hold_room(room)
    if client_id is not None and (earlier := entry_sent_as(room, tie_id, client_id)):
        return Appended(earlier, is_new=False)
    entry = LogEntry(room=room, seq=last_seq(room) + 1, type=kind, payload=payload, tie_id=tie_id,
                     client_id=client_id, item_id=item_id)  # fmt: skip
    db.session.add(entry)
    db.session.flush()
    return Appended(entry, is_new=True)


def empty_entries(room: str, kinds: Sequence[str]) -> None:
    """What they said is gone for good; that they were there stays, and the numbers keep no gap."""
    db.session.execute(update(LogEntry).where(LogEntry.room == room, LogEntry.type.in_(kinds)).values(payload={}))


def hold_room(room: str) -> None:
    """Until COMMIT nobody else appends to this room."""
    one_at_a_time("log", room)

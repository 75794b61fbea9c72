"""Ending sessions, wherever they are open. Their sockets follow: realtime listens."""

from sqlalchemy import delete

from app.accounts.events import SessionsEnded
from app.accounts.models import Session
from app.accounts.queries import session_ids_of
from app.core.events import publish
from app.core.extensions import db


def end_sessions(actor_id: int | None, person_id: int, *, but: int | None = None) -> int:
    """All sessions of this person, except the one asking; inside the caller's transaction. Returns how many."""
    ended = session_ids_of(person_id, but=but)
    db.session.execute(delete(Session).where(Session.id.in_(ended)))
    publish(SessionsEnded(actor_id=actor_id, person_id=person_id, session_ids=ended))
    return len(ended)

"""The sockets of this process, and ending those whose right has ended."""

import logging
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime

from app.accounts.models import Actor
from app.accounts.models.signing_in import STEP_LIVES
from app.accounts.policy import waits_for_second_step
from app.core.clock import now
from app.core.extensions import socketio

logger = logging.getLogger(__name__)
EVERYONE = "everyone"


@dataclass(frozen=True)
class Connection:
    sid: str
    person_id: int
    session_id: int
    token_hash: str = field(repr=False)
    opened_at: datetime = field(default_factory=now)


class Connections:
    """The sockets of this process, and whether this process serves any."""

    def __init__(self) -> None:
        self._open: dict[str, Connection] = {}
        self._lock = threading.Lock()
        self.is_serving = False
        self.process = secrets.token_hex(8)  # a name for this one among those that serve

    def add(self, connection: Connection) -> None:
        with self._lock:
            self._open[connection.sid] = connection

    def remove(self, sid: str) -> None:
        with self._lock:
            self._open.pop(sid, None)

    def __len__(self) -> int:
        return len(self._open)

    def all(self) -> list[Connection]:
        with self._lock:
            return list(self._open.values())

    def of(self, room: str) -> list[Connection]:
        """Those of "person:3", of "session:9", or of "everyone"."""
        if room == EVERYONE:
            return self.all()
        kind, _, number = room.partition(":")
        return [each for each in self.all() if str(each.person_id if kind == "person" else each.session_id) == number]


connections = Connections()


def cut(room: str, *, opened_before: datetime | None = None) -> None:
    """End the sockets of "person:3" or "session:9" in this process.

    Whoever came back since, with the rights they still have, stays.
    """
    for connection in connections.of(room):
        if opened_before is None or connection.opened_at < opened_before:
            hang_up(connection, may_return=person_with_a_line(connection.token_hash) is not None)


def person_with_a_line(token_hash: str) -> Actor | None:
    """Who may have one in this session, as it is at this moment."""
    actor = Actor.of_session(token_hash)
    return actor if actor is not None and actor.has_live_tie else None


def has_lost_its_step(connection: Connection, actor: Actor) -> bool:
    """The twelve hours of the second step ended while it was open: rooms joined within them are left (GRP-5)."""
    if actor.stepped_up_at is None or not waits_for_second_step(actor):
        return False
    return connection.opened_at < actor.stepped_up_at + STEP_LIVES


def hang_up(connection: Connection, *, may_return: bool = False) -> None:
    """Tell the page, then close the line; a page that does not answer is closed all the same.

    Where only a right to some room ended, the page may return: it opens a new line and asks for its rooms again.
    """
    # The socket is one of this process: telling it must not wait for Redis, which may be away.
    socketio.server.emit("session:ended", {"may_return": may_return}, to=connection.sid, ignore_queue=True)
    line = socketio.server.manager.eio_sid_from_sid(connection.sid, "/")
    try:
        socketio.server.disconnect(connection.sid)
        # Socket.IO says goodbye in its own protocol, and leaves the line below it open until the browser hangs up.
        socketio.server.eio.sockets[line].close(wait=False)
    except KeyError:
        logger.debug("socket %s was gone already", connection.sid)
    connections.remove(connection.sid)

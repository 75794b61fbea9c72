"""The connection itself: our own pages only, signed-in people only, each in rooms of their own."""

import socket
import struct
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from engineio.async_drivers.threading import SimpleWebSocketWSGI
from flask import Flask, request, session
from flask_login import current_user
from flask_socketio import join_room

from app.accounts.models import Actor
from app.accounts.service.sessions import token_hash
from app.accounts.session import own_origins
from app.core.extensions import db, socketio
from app.core.routing import name_of_host
from app.core.sockets import identify_with
from app.realtime.service import Connection, connections, person_with_a_line

MOST_SOCKETS = 350  # of 400 threads: more sockets than threads would leave none for pages
GOODBYE_WITHIN = 1  # seconds
READS_WITHIN = 20  # seconds in which a browser reads some of what waits for it
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WSGI = Callable[[Environ, StartResponse], Iterable[bytes]]


class HandshakeGuard:
    """In front of Engine.IO, which spends a thread before it asks anything: origin, session, room left."""

    def __init__(self, app: Flask, inner: WSGI) -> None:
        self.app, self.inner = app, inner

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith("/socket.io"):
            return self.inner(environ, start_response)
        refused = self.refusal(environ)
        if refused:
            start_response(refused, [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return [b""]
        return self.inner(environ, start_response)

    def refusal(self, environ: Environ) -> str | None:
        with self.app.request_context(environ):
            try:
                if not self._is_our_page(environ):
                    return "403 Forbidden"
                if not current_user.is_authenticated or not current_user.has_live_tie:
                    return "401 Unauthorized"
                if open_sockets() >= MOST_SOCKETS:
                    return "503 Service Unavailable"
                return None
            finally:
                db.session.remove()

    def _is_our_page(self, environ: Environ) -> bool:
        host = environ.get("HTTP_HOST", "")
        return name_of_host(host) in self.app.config["OWN_HOSTS"] and environ.get("HTTP_ORIGIN") in own_origins(host)


def open_sockets() -> int:
    """Those of Engine.IO: one that never says hello to Socket.IO holds a thread as well.

    Engine.IO leaves a closed one in its list for up to half a minute under gunicorn.
    """
    return sum(not each.closed for each in list(socketio.server.eio.sockets.values()))


def guard_handshakes(app: Flask) -> None:
    """Called once Socket.IO stands in front of the pages: it goes in front of both."""
    app.wsgi_app = HandshakeGuard(app, app.wsgi_app)  # type: ignore[method-assign]


def hear_only_open_lines() -> None:
    """A page that goes while its first word is read is nobody's fault.

    Socket.IO looks such a line up without asking whether it is still there, logs the KeyError, and keeps its name.
    """
    server = socketio.server
    hear = server.eio.handlers["message"]

    def hear_if_open(line: str, data: object) -> None:
        try:
            hear(line, data)
        except KeyError:
            if line in server.environ:
                raise
            if sid := server.manager.sid_from_eio_sid(line, "/"):
                server.manager.disconnect(sid, "/")

    server.eio.on("message", hear_if_open)


class PatientWebSocket(SimpleWebSocketWSGI):
    """One that waits a moment, and not for ever, for the goodbye of its browser.

    Without it a browser that is asleep, or that does not want to go, keeps two threads of ours: 400 of them keep all.
    """

    def __init__(self, handler: Callable[[Any], Any], server: Any, **options: Any) -> None:
        def talk(line: Any) -> Any:
            # Sending does not wait for ever for one that reads nothing: nobody could even say goodbye to it then.
            with suppress(OSError):  # gone already: who reads from the line is told so
                line.ws.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", READS_WITHIN, 0))
            return handler(line)

        super().__init__(talk, server, **options)

    def close(self) -> None:
        """Called in the thread that writes to this browser, which has nothing else to do any more."""
        with suppress(OSError):
            super().close()
        self.ws.thread.join(GOODBYE_WITHIN)
        with suppress(OSError):
            self.ws.sock.shutdown(socket.SHUT_RDWR)


def hang_up_on_the_silent() -> None:
    socketio.server.eio._async["websocket"] = PatientWebSocket


@socketio.on("connect")
def open_connection(_auth: object = None) -> bool:
    actor = current_user._get_current_object() if current_user.is_authenticated else None
    if not isinstance(actor, Actor) or not actor.has_live_tie or actor.session_id is None:
        return False  # Socket.IO refuses the connection
    sid = request.sid  # type: ignore[attr-defined]
    connections.add(Connection(sid, actor.id, actor.session_id, token_hash(session["_user_id"])))
    join_room(f"person:{actor.id}")
    join_room(f"session:{actor.session_id}")
    return True


@socketio.on("disconnect")
def close_connection(*_reason: object) -> None:
    connections.remove(request.sid)  # type: ignore[attr-defined]


def person_behind_socket() -> Actor | None:
    """Read again at each message, so that a right that ended is gone at once."""
    return person_with_a_line(token_hash(session.get("_user_id", "")))


identify_with(person_behind_socket)

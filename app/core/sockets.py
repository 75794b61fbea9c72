"""Socket.IO messages, answered like requests: the person is loaded and the right asked at every one."""

import logging
from collections.abc import Callable
from typing import Any

from flask import g, request
from flask_socketio import disconnect, emit
from limits import RateLimitItemPerSecond

from app.core.errors import Invalid, Refusal
from app.core.extensions import db, socketio
from app.core.i18n import gettext as _
from app.core.ratelimit import count

logger = logging.getLogger(__name__)
Handler = Callable[[Any, dict[str, Any]], Any]
Identify = Callable[[], Any]
PACE = RateLimitItemPerSecond(60, 10)
messages: dict[str, Handler] = {}
_identify: list[Identify] = []


def identify_with(function: Identify) -> None:
    """Set who finds the person behind a socket: None when their session or tie has ended."""
    _identify[:] = [function]


def message(name: str) -> Callable[[Handler], Handler]:
    """Handle a Socket.IO message; the handler gets the person and the payload, its answer is acknowledged."""

    def register(handler: Handler) -> Handler:
        messages[name] = handler

        @socketio.on(name)
        def answer(payload: Any = None, *_more: Any) -> dict[str, Any]:
            try:
                return _answer(handler, payload)
            finally:
                db.session.remove()

        return handler

    return register


def number_in(payload: dict[str, Any], name: str) -> int:
    """A whole number from 0 to 2⁵³ in the payload, or Invalid."""
    value = payload.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise Invalid(_("This message was not understood."))
    return value


def _answer(handler: Handler, payload: Any) -> dict[str, Any]:
    actor = _identify[0]()
    if actor is None:
        # The line is gone before an acknowledgement could say it.
        emit("session:ended", {"may_return": False}, ignore_queue=True)
        disconnect()
        return {"ok": False, "error": _("You are signed out. Sign in again; your text is still here.")}
    g._login_user = actor
    if not count(PACE, "socket", str(actor.id)):
        return {"ok": False, "error": _("You are going very fast. Wait a minute; your text is still here.")}
    try:
        if not isinstance(payload, dict):
            raise Invalid(_("This message was not understood."))
        return {"ok": True, "result": handler(actor, payload)}
    except Refusal as refusal:
        db.session.rollback()
        return {"ok": False, "error": str(refusal) or _("You may not do this")}
    except Exception:
        db.session.rollback()
        if _is_gone():
            logger.debug("the page was closed before its message was answered")
        else:
            logger.exception("socket message failed")
        return {"ok": False, "error": _("This is our fault, not yours. Nothing was saved. Try again later.")}


def _is_gone() -> bool:
    """Whether the browser hung up meanwhile: joining a room fails then, and that is nobody's fault."""
    sid, namespace = request.sid, request.namespace  # type: ignore[attr-defined]
    return not socketio.server.manager.is_connected(sid, namespace)

"""The live side of threads: open pages hear the numbers of new posts and fetch them as pages do."""

from typing import Any

from flask_socketio import join_room, leave_room

from app.accounts.models import Actor
from app.core.sockets import message, number_in
from app.discussions import queries


@message("thread:watch")
def watch_live(actor: Actor, payload: dict[str, Any]) -> dict[str, int]:
    """Hear of new posts; the answer says how far the thread is by now."""
    thread = queries.get_thread(actor, number_in(payload, "thread_id"))
    join_room(thread.room)
    return {"last_position": thread.last_position}


@message("thread:leave")
def leave_live(_actor: Actor, payload: dict[str, Any]) -> None:
    leave_room(f"thread:{number_in(payload, 'thread_id')}")

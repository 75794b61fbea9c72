"""The live side of talks. The list of a room is joined with the right, and left with it: its sockets are cut."""

from typing import Any

from flask_socketio import join_room
from werkzeug.datastructures import MultiDict

from app.accounts.models import Actor
from app.core.errors import Invalid, NotFound
from app.core.sockets import message, number_in
from app.marketplace import queries, service
from app.marketplace.forms import MessageForm
from app.marketplace.models import Talk
from app.marketplace.policy import can_use_market


@message("talk:join")
def join_talk(actor: Actor, payload: dict[str, Any]) -> dict[str, Any]:
    """Hear what is said, beginning with what was said after `after`."""
    talk = _talk(actor, payload)
    after = number_in(payload, "after")
    join_room(talk.room)
    return queries.events_after(actor, talk, after)


@message("talk:say")
def say_in_talk(actor: Actor, payload: dict[str, Any]) -> dict[str, int]:
    talk = _talk(actor, payload)
    form = MessageForm(formdata=MultiDict({name: str(payload.get(name) or "") for name in ("body", "client_id")}))
    if not form.validate():
        raise Invalid(" ".join(form.body.errors))
    return {"seq": service.say(actor, talk, form.body.data, client_id=form.client_id.data).seq}


def _talk(actor: Actor, payload: dict[str, Any]) -> Talk:
    if not can_use_market(actor):
        raise NotFound
    return queries.get_talk(actor, number_in(payload, "talk_id"))

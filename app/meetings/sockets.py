"""The live room by socket: the verbs of forms.py, and the list of who hears what happens in it."""

from typing import Any

from flask_socketio import join_room

from app.accounts.models import Actor
from app.core.policy import authorize
from app.core.sockets import message, number_in
from app.meetings import queries, service
from app.meetings.forms import ACTS, ActForm, JoinForm
from app.meetings.policy import can_follow_meeting


@message("meeting:join")
def join(actor: Actor, payload: dict[str, Any]) -> dict[str, Any]:
    """Be in the room and hear what happens there; the answer is what happened until now.

    Nobody comes into a room that is closed: whoever reads its log there hears of words that are hidden, or are back.
    On the list before the log is read, so that nothing falls between the two.
    """
    meeting = queries.get_meeting(actor, number_in(payload, "meeting_id"))
    form = JoinForm.of_message(payload)
    if meeting.is_closed:
        authorize(can_follow_meeting, actor, meeting)
    else:
        service.come_in(actor, meeting, via=form.via.data)
    join_room(meeting.room)
    return queries.room_after(actor, meeting, form.after.data or 0)


def hear(verb: str, form_class: type[ActForm]) -> None:
    @message(f"meeting:{verb}")
    def act(actor: Actor, payload: dict[str, Any]) -> Any:
        meeting = queries.get_meeting(actor, number_in(payload, "meeting_id"))
        return form_class.of_message(payload).act(actor, meeting)


for verb, form_class in ACTS.items():
    if form_class is not JoinForm:
        hear(verb, form_class)

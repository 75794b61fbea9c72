"""The live room: its page, its log as JSON, and its verbs as plain POSTs."""

from functools import partial

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, is_asked_by_a_person, often
from app.core.clock import zone_name
from app.core.errors import Conflict, Forbidden, Refusal, wants_json
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.policy import authorize, holds
from app.core.routing import number_in
from app.guard.queries import why_row_is_hidden
from app.meetings import queries, service
from app.meetings.forms import ACTS, ActForm
from app.meetings.models import LINE_MOST, ItemState, Meeting
from app.meetings.policy import (
    can_chair_meeting,
    can_follow_meeting,
    can_run_items,
    can_take_part_in_meeting,
    turn_to_chair,
)
from app.meetings.views.blueprint import blueprint
from app.meetings.views.showing import file_lines
from app.meetings.views.words import words_of_room


@blueprint.get("/meetings/<int:meeting_id>/live")
def live(meeting_id: int) -> ResponseReturnValue:
    actor = current_actor()
    meeting = queries.get_meeting(actor, meeting_id)
    authorize(can_take_part_in_meeting, actor, meeting)
    if not meeting.doors_are_open and not meeting.is_closed:
        raise Conflict(_("The doors of this meeting are not open: they open an hour before the start."),
                       back_url=meeting.link)  # fmt: skip
    if not can_follow_meeting(actor, meeting):
        return redirect(url_for(".statement", meeting_id=meeting_id), 303)
    answer = room_page(meeting)
    if is_asked_by_a_person():
        service.mark_read(actor, meeting)
    return answer


def room_page(meeting: Meeting) -> str:
    actor = current_actor()
    items, chairs = queries.items_of(meeting), holds(can_chair_meeting, actor, meeting)
    chair_person, acting_person = queries.chairs_of(meeting)
    current = next((item for item in items if item.state in (ItemState.RUNNING, ItemState.PAUSED)), None)
    return render_template(
        "meetings/room.html", meeting=meeting, group=meeting.group, items=items, current=current,
        following=next((item for item in items if item.state is ItemState.PLANNED), None),
        agenda=[{"id": item.id, "title": item.heading, "minutes": item.planned_min} for item in items],
        files={item_id: file_lines(meeting.id, brought) for item_id, brought in queries.files_of(meeting).items()},
        words=words_of_room(), zone=zone_name(), most=LINE_MOST, turn=turn_to_chair(actor, meeting),
        amended=queries.last_amendment(meeting), hidden=queries.hidden_in(meeting),
        words_hidden=why_row_is_hidden("meeting", meeting),
        chairs=chairs, runs_items=chairs or holds(can_run_items, actor, meeting),
        chair_person=chair_person, acting_person=acting_person,
        here="agenda", sealed_group_name=meeting.group.name if meeting.group.is_confidential else "",
    )  # fmt: skip


@blueprint.get("/meetings/<int:meeting_id>/events")
def events(meeting_id: int) -> ResponseReturnValue:
    """What happened after a seq, 500 at a time: for gaps, and for who has no socket."""
    actor = current_actor()
    meeting = queries.get_meeting(actor, meeting_id)
    if not holds(can_follow_meeting, actor, meeting):
        raise Forbidden(_("First confirm the statement of this meeting."))
    return jsonify(queries.room_after(actor, meeting, number_in(request.args.get("after")) or 0))


def done(form: ActForm, meeting_id: int) -> ResponseReturnValue:
    """A verb as a POST: the acknowledgement for a script, the page it stood on again for a plain form."""
    back_url = url_for(".closing" if form.page.data == "closing" else ".live", meeting_id=meeting_id)
    try:
        actor = current_actor()
        meeting = queries.get_meeting(actor, meeting_id)
        act = partial(form.act, actor, meeting)
        result = act() if wants_json() else service.act_by_page(actor, meeting, act)
    except Refusal as refusal:
        if wants_json():
            return jsonify(ok=False, error=str(refusal) or _("You may not do this")), refusal.status
        refusal.back_url = back_url
        raise
    if wants_json():
        return jsonify(ok=True, result=result)
    return redirect(back_url, 303)


def open_door(verb: str, form_class: type[ActForm]) -> None:
    @blueprint.post(f"/meetings/<int:meeting_id>/{verb}", endpoint=verb)
    @often
    @keeps_typed(form_class)
    def act(meeting_id: int) -> ResponseReturnValue:
        return done(form_class(), meeting_id)


for verb, form_class in ACTS.items():
    if verb != "confirm":  # the statement has a page of its own, to which a refused form comes back
        open_door(verb, form_class)

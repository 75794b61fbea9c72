"""Answering, confirming the statement, and what is missing before a meeting closes."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core.errors import Conflict, wants_json
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.guard.queries import text_of
from app.meetings import policy, queries, service
from app.meetings.forms import ACTS, AnswerForm, ConfirmForm
from app.meetings.models import Answer, Meeting, Via
from app.meetings.views.blueprint import blueprint
from app.meetings.views.room import done
from app.meetings.views.showing import around, item_lines, meeting_page


@blueprint.post("/meetings/<int:meeting_id>/answer")
@keeps_typed(AnswerForm)
def answer_invitation(meeting_id: int) -> ResponseReturnValue:
    """MTG-11: one form. The link in a mail only leads to the page."""
    actor, form = current_actor(), AnswerForm()
    shown = queries.get_meeting(actor, meeting_id)
    authorize(policy.can_take_part_in_meeting, actor, shown)
    if not form.validate():
        return meeting_page(shown, form), 422
    try:
        service.answer_invitation(actor, shown, Answer(form.answer.data), Via(form.via.data), form.remark.data or "")
    except Conflict as conflict:
        if conflict.field is None:
            raise
        form.remark.errors = [str(conflict)]
        return meeting_page(queries.get_meeting(actor, meeting_id), form), 409
    say(_("Your answer is noted."))
    return redirect(url_for(".meeting", meeting_id=meeting_id, _anchor="answer"), 303)


@blueprint.get("/meetings/<int:meeting_id>/statement")
def statement(meeting_id: int) -> ResponseReturnValue:
    return statement_page(taking_part(meeting_id), ConfirmForm(formdata=None))


@blueprint.post("/meetings/<int:meeting_id>/confirm")
@keeps_typed(ConfirmForm)
def confirm_statement(meeting_id: int) -> ResponseReturnValue:
    if wants_json():
        return done(ACTS["confirm"](), meeting_id)
    shown, form = taking_part(meeting_id), ConfirmForm()
    if not form.validate():
        return statement_page(shown, form), 422
    service.confirm_statement(current_actor(), shown, version=form.version.data or 0, via=Via(form.via.data))
    return redirect(f"{shown.link}/live", 303)


@blueprint.get("/meetings/<int:meeting_id>/closing")
def closing(meeting_id: int) -> ResponseReturnValue:
    """MTG-43: what has not ended yet, with a button for each."""
    actor = current_actor()
    shown = queries.get_meeting(actor, meeting_id)
    authorize(policy.can_chair_meeting, actor, shown)
    left = [item for item in queries.items_of(shown) if not item.is_over]
    return render_template("meetings/closing.html", left=item_lines(left, {}, {}), **around(shown))


def taking_part(meeting_id: int) -> Meeting:
    actor = current_actor()
    shown = queries.get_meeting(actor, meeting_id)
    authorize(policy.can_take_part_in_meeting, actor, shown)
    return shown


def statement_page(shown: Meeting, form: ConfirmForm) -> str:
    """In the version of this meeting, so that nobody confirms words that they did not see."""
    text = text_of("statement", shown.statement_version or 0)
    form.version.data = shown.statement_version
    return render_template("meetings/statement.html", form=form, text=text.body if text else "",
                           has_confirmed=policy.is_confirmed(current_actor(), shown), **around(shown))  # fmt: skip

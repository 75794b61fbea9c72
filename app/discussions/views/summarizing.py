"""The summary of a thread: writing it, and what it said before."""

from typing import Any

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core import markup
from app.core.differences import differences
from app.core.errors import Forbidden
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.routing import number_in
from app.core.transaction import end_reading
from app.discussions import queries, service
from app.discussions.forms import SummaryForm
from app.discussions.models import Thread
from app.discussions.policy import can_summarize_thread
from app.discussions.service import SummaryText, VersionConflict
from app.discussions.views.blueprint import blueprint
from app.discussions.views.show import summary_lines
from app.discussions.views.threads import refuse_unless


@blueprint.get("/threads/<int:thread_id>/summary")
def summary_page(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_thread(actor, thread_id)
    authorize(can_summarize_thread, actor, shown)
    last = queries.last_summary(shown)
    body = last.body_md if last and not last.hidden_at else ""
    form = SummaryForm(formdata=None, body=body, position=str(shown.last_position), version=last.number if last else 0)
    return summary_form(shown, form)


@blueprint.post("/threads/<int:thread_id>/summary")
@keeps_typed(SummaryForm)
def summarize_thread(thread_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), SummaryForm()
    shown = queries.get_thread(actor, thread_id)
    refuse_unless(can_summarize_thread, shown, form.body.data)
    up_to = number_in(form.position.data or str(shown.last_position)) or 0
    is_valid = form.validate()
    if not 1 <= up_to <= shown.last_position:
        form.position.errors = [_("Choose a number from 1 to %(last)s.", last=shown.last_position)]
        is_valid = False
    if not is_valid:
        return summary_form(shown, form), 422
    end_reading()
    html = markup.render(form.body.data, person_id=actor.id)
    text = SummaryText(body_md=form.body.data, body_html=html, up_to=up_to)
    try:
        service.summarize_thread(actor, shown, text, version=number_in(form.version.data) or 0)
    except VersionConflict:
        return both_summaries(queries.get_thread(actor, thread_id), form), 409
    except Forbidden as late:
        raise Forbidden(str(late), typed=form.body.data, back_url=f"/threads/{thread_id}") from None
    say(_("The summary is saved."))
    return redirect(f"{queries.get_thread(actor, thread_id).link}#summary", 303)


@blueprint.get("/threads/<int:thread_id>/summary/history")
def summary_history(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_thread(actor, thread_id)
    lines = summary_lines(actor, shown, queries.summaries_of(shown))
    return render_template("discussions/summary_history.html", thread=shown, lines=lines)


def summary_form(shown: Thread, form: SummaryForm, **more: Any) -> str:
    return render_template("discussions/summary.html", thread=shown, form=form, **more)


def both_summaries(shown: Thread, form: SummaryForm) -> str:
    """Both texts, what differs, and the own one in a form that saves it after the other."""
    last = queries.last_summary(shown)
    theirs = last.body_md if last and not last.hidden_at else ""
    form.version.data = str(last.number if last else 0)
    return summary_form(shown, form, theirs=theirs, pieces=differences(theirs, form.body.data or ""))

"""The forms of a case: one address for each thing that can be done."""

from collections.abc import Callable
from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core.errors import Conflict, NotFound
from app.core.forms import Form, keeps_typed
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.moderation import queries, service
from app.moderation.forms import CloseForm, DecideForm, GroundForm, SilenceForm, SuspendForm
from app.moderation.models import Case, CaseState
from app.moderation.policy import can_handle_case, can_suspend_author, can_undo_action, silence_days
from app.moderation.service import Ground
from app.moderation.views.blueprint import blueprint
from app.moderation.views.cases import case_page

Rule = Callable[..., bool]


@blueprint.post("/moderation/<int:case_id>/message")
@keeps_typed(GroundForm)
def send_message(case_id: int) -> ResponseReturnValue:
    form = GroundForm("message")
    return act(case_id, form, "message", lambda case: service.send_message(current_actor(), case, ground_in(form)),
               _("The author reads it under the bell."))  # fmt: skip


@blueprint.post("/moderation/<int:case_id>/hide")
@keeps_typed(GroundForm)
def hide_subject(case_id: int) -> ResponseReturnValue:
    form = GroundForm("hide")
    return act(case_id, form, "hide", lambda case: service.hide_subject(current_actor(), case, ground_in(form)),
               _("Hidden, everywhere. The author reads why."))  # fmt: skip


@blueprint.post("/moderation/<int:case_id>/unhide")
@keeps_typed(GroundForm)
def unhide_subject(case_id: int) -> ResponseReturnValue:
    form = GroundForm("unhide")
    return act(case_id, form, "unhide", lambda case: service.unhide_subject(current_actor(), case, ground_in(form)),
               _("It stands where it stood."), may=can_undo_action)  # fmt: skip


@blueprint.post("/moderation/<int:case_id>/silence")
@keeps_typed(SilenceForm)
def silence_author(case_id: int) -> ResponseReturnValue:
    form = SilenceForm("silence")
    return act(case_id, form, "silence", lambda case: service.silence_author(
        current_actor(), case, ground_in(form), form.days.data), _("The pause in writing has begun."))  # fmt: skip


@blueprint.post("/moderation/<int:case_id>/suspend")
@keeps_typed(SuspendForm)
def suspend_author(case_id: int) -> ResponseReturnValue:
    form = SuspendForm("suspend")
    return act(case_id, form, "suspend", lambda case: service.suspend_author(
        current_actor(), case, ground_in(form), form.days.data), _("The suspension has begun."),
        may=can_suspend_author)  # fmt: skip


@blueprint.post("/moderation/<int:case_id>/sanctions/<int:sanction_id>/lift")
@keeps_typed(GroundForm)
def lift_sanction(case_id: int, sanction_id: int) -> ResponseReturnValue:
    form = GroundForm("lift")
    return act(case_id, form, "lift", lambda case: service.lift_sanction(
        current_actor(), case, queries.get_sanction(case, sanction_id), ground_in(form)), _("It has ended."),
        may=can_undo_action)  # fmt: skip


@blueprint.post("/moderation/<int:case_id>/settle")
@keeps_typed(CloseForm)
def settle_case(case_id: int) -> ResponseReturnValue:
    form = CloseForm("settle")
    return act(case_id, form, "settle", lambda case: service.close_case(
        current_actor(), case, CaseState.SETTLED, form.outcome.data), _("Settled. Whoever reported reads the outcome."))


@blueprint.post("/moderation/<int:case_id>/reject")
@keeps_typed(CloseForm)
def reject_case(case_id: int) -> ResponseReturnValue:
    form = CloseForm("reject")
    return act(case_id, form, "reject", lambda case: service.close_case(
        current_actor(), case, CaseState.REJECTED, form.outcome.data),
        _("Rejected. Whoever reported reads the outcome."))  # fmt: skip


@blueprint.post("/moderation/<int:case_id>/objections/<int:objection_id>")
@keeps_typed(DecideForm)
def decide_objection(case_id: int, objection_id: int) -> ResponseReturnValue:
    form = DecideForm("decide")

    def decide(case: Case) -> None:
        objection = queries.open_objection_in(case)
        if objection is None or objection.id != objection_id:
            raise NotFound
        service.decide_objection(current_actor(), case, objection, upheld=form.decision.data == "upheld",
                                 reason=form.reason.data)  # fmt: skip

    return act(case_id, form, "decide", decide, _("Decided. The author reads it under the bell."))


def act(case_id: int, form: Form, name: str, do: Callable[[Case], Any], done: str, *,
        may: Rule = can_handle_case) -> ResponseReturnValue:  # fmt: skip
    """Ask the right, then the form, then do it; a refused form comes back in its place on the page."""
    actor = current_actor()
    case = queries.get_case(actor, case_id)
    authorize(may, actor, case)
    if isinstance(form, SilenceForm):
        form.offer(silence_days(actor, case))
    if not form.validate():
        return case_page(case, **{name: form}), 422
    try:
        do(case)
    except Conflict as conflict:
        next(field for field in form if not conflict.field or field.name == conflict.field).errors = [str(conflict)]
        return case_page(queries.get_case(actor, case_id), **{name: form}), 409
    say(done)
    return redirect(url_for(".show_case", case_id=case_id), 303)


def ground_in(form: GroundForm) -> Ground:
    return Ground(form.rule.data, form.reason.data)

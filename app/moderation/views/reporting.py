"""For everyone: reporting, one's own reports, what was done about one's own texts, and the rules of the house."""

from typing import NamedTuple

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, is_asked_by_a_person, say, without_tie
from app.core.errors import Conflict, NotFound
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.routing import number_in
from app.guard.queries import WHO, house_rules
from app.moderation import queries, service
from app.moderation.forms import ACTIONS, KINDS, OBJECTION_STATES, REASONS, STATES, ObjectionForm, ReportForm
from app.moderation.models import Action, Reason
from app.moderation.views.blueprint import blueprint


class OwnAction(NamedTuple):
    """One's own text and what was done about it."""

    action: Action
    what: str
    who: str


@blueprint.get("/reports")
def reports() -> ResponseReturnValue:
    actor = current_actor()
    answer = render_template(
        "moderation/reports.html", reports=queries.own_reports(actor), reasons=REASONS, states=STATES,
        actions=[own_action(action) for action in queries.own_actions(actor)],
    )  # fmt: skip
    if is_asked_by_a_person():
        service.mark_reports_read(actor)
    return answer


@blueprint.get("/reports/new")
def new_report() -> ResponseReturnValue:
    form = ReportForm(formdata=None, kind=request.args.get("kind", ""), id=request.args.get("id", ""))
    return report_page(form)


@blueprint.post("/reports")
@keeps_typed(ReportForm)
def file_report() -> ResponseReturnValue:
    actor, form = current_actor(), ReportForm()
    kind, item = named_in(form)
    if not form.validate():
        return report_page(form), 422
    service.file_report(actor, kind, item, reason=Reason(form.reason.data), text=form.text.data)
    say(_("Your report has arrived. You see what becomes of it here."))
    return redirect(url_for(".reports"), 303)


@blueprint.get("/account/actions")
@without_tie
def own_actions() -> ResponseReturnValue:
    actor = current_actor()
    return render_template("moderation/own_actions.html",
                           actions=[own_action(action) for action in queries.own_actions(actor)])  # fmt: skip


@blueprint.get("/account/actions/<int:action_id>")
@without_tie
def show_own_action(action_id: int) -> ResponseReturnValue:
    actor = current_actor()
    action = queries.get_own_action(actor, action_id)
    answer = own_action_page(action, ObjectionForm(formdata=None))
    if is_asked_by_a_person():
        service.mark_action_read(actor, action)
    return answer


@blueprint.post("/account/actions/<int:action_id>/objection")
@keeps_typed(ObjectionForm)
@without_tie
def file_objection(action_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ObjectionForm()
    action = queries.get_own_action(actor, action_id)
    if not form.validate():
        return own_action_page(action, form), 422
    try:
        service.file_objection(actor, action, form.text.data)
    except Conflict as conflict:
        form.text.errors = [str(conflict)]
        return own_action_page(queries.get_own_action(actor, action_id), form), 409
    say(_("Your objection has arrived. Someone who had no part in it decides."))
    return redirect(url_for(".show_own_action", action_id=action_id), 303)


@blueprint.get("/house-rules")
def rules() -> ResponseReturnValue:
    return render_template("moderation/rules.html", rules=house_rules())


def named_in(form: ReportForm) -> tuple[str, int]:
    item = number_in(form.id.data)
    if item is None:
        raise NotFound
    return form.kind.data or "", item


def report_page(form: ReportForm) -> str:
    kind, item = named_in(form)
    actor = current_actor()
    excerpt = service.subject_of(actor, kind, item).excerpt
    return render_template("moderation/new_report.html", form=form, excerpt=excerpt, kind=KINDS.get(kind, kind),
                           earlier=queries.own_report(actor, kind, item, excerpt.version))  # fmt: skip


def own_action_page(action: Action, form: ObjectionForm) -> str:
    objection = queries.objection_to(action)
    rule = next((rule for rule in house_rules() if rule.number == action.rule), None)
    return render_template(
        "moderation/own_action.html", line=own_action(action), case=action.case, rule=rule, objection=objection,
        objection_state=OBJECTION_STATES[objection.state.value] if objection else "",
        form=form if objection is None and (action.may_be_objected or form.errors) else None,
    )  # fmt: skip


def own_action(action: Action) -> OwnAction:
    return OwnAction(action, str(ACTIONS[action.kind.value]), str(WHO[action.role]))

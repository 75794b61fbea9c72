"""Asking to take part in a group on request, and answering that."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core.errors import Conflict, NotFound
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.groups import queries, service
from app.groups.forms import AskForm, DeclineForm, MemberForm
from app.groups.models import JoinRequest, WorkingGroup
from app.groups.policy import can_add_member, can_ask_to_join
from app.groups.views.blueprint import blueprint
from app.groups.views.pages import asked_by, frame_of, members_page


@blueprint.get("/<slug>/request")
def request_form(slug: str) -> ResponseReturnValue:
    """The one question. Who may not ask now reads why on the page of the group."""
    actor = current_actor()
    group = queries.get_visible_group(actor, slug)
    authorize(can_ask_to_join, actor, group)
    if asked_by(actor, group) is not None:
        return redirect(url_for("home.group", slug=slug), 303)
    return ask_page(group, AskForm(formdata=None))


@blueprint.post("/<slug>/request")
@keeps_typed(AskForm)
def ask_to_join(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), AskForm()
    group = queries.get_visible_group(actor, slug)
    authorize(can_ask_to_join, actor, group)
    if not form.validate():
        return ask_page(group, form), 422
    try:
        service.ask_to_join(actor, group, form.answer.data)
    except Conflict as conflict:
        form.answer.errors = [str(conflict)]
        return ask_page(queries.get_visible_group(actor, slug), form), conflict.status
    say(_("Your request is sent. The chair answers it; you read that under “Notifications”."))
    return redirect(url_for("home.group", slug=slug), 303)


@blueprint.post("/<slug>/request/withdraw")
def withdraw_request(slug: str) -> ResponseReturnValue:
    """The one that waits, or was settled while this page stood open."""
    actor = current_actor()
    group = queries.get_visible_group(actor, slug)
    newest = queries.newest_request(group.id, actor.tie_id)
    if newest is None:
        raise NotFound
    service.withdraw_join_request(actor, newest)
    say(_("Your request is withdrawn."))
    return redirect(url_for("home.group", slug=slug), 303)


@blueprint.post("/<slug>/requests/<int:request_id>/approve")
def approve_request(slug: str, request_id: int) -> ResponseReturnValue:
    actor = current_actor()
    group, request = request_to_answer(slug, request_id)
    name, group_name = request.tie.person.name, group.name
    service.approve_join_request(actor, request)
    say(_("%(name)s takes part in %(group)s.", name=name, group=group_name))
    return redirect(url_for(".members", slug=slug), 303)


@blueprint.post("/<slug>/requests/<int:request_id>/decline")
@keeps_typed(DeclineForm)
def decline_request(slug: str, request_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), DeclineForm()
    group, request = request_to_answer(slug, request_id)
    is_valid = form.validate()
    if request.is_pending and not is_valid:
        return members_page(group, MemberForm(formdata=None), refused=form, refused_id=request_id), 422
    name = request.tie.person.name
    service.decline_join_request(actor, request, form.reason.data if is_valid else "")
    say(_("Declined. %(name)s reads your reason.", name=name))
    return redirect(url_for(".members", slug=slug), 303)


def request_to_answer(slug: str, request_id: int) -> tuple[WorkingGroup, JoinRequest]:
    actor = current_actor()
    group = queries.get_group(actor, slug)
    authorize(can_add_member, actor, group)
    return group, queries.get_join_request(group, request_id)


def ask_page(group: WorkingGroup, form: AskForm) -> str:
    return render_template("groups/request.html", form=form, **frame_of(group))

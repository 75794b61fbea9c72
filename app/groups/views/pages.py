"""Joining, leaving, members, and what a group is."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.accounts.models import Actor
from app.accounts.queries import active_people, get_person
from app.accounts.session import current_actor, is_asked_by_a_person, say
from app.core import markup
from app.core.clock import now
from app.core.errors import Conflict, Refusal
from app.core.forms import choices, grouped_choices, keeps_typed
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import end_reading
from app.groups import queries, service
from app.groups.forms import THEMES, VISIBILITIES, DeclineForm, EditGroupForm, MemberForm, NewGroupForm
from app.groups.models import EditWindow, JoinRequest, Role, Theme, Visibility, WorkingGroup
from app.groups.policy import (
    can_add_member,
    can_ask_to_join,
    can_create_group,
    can_edit_group,
    can_join_group,
    can_leave_group,
    is_member_of,
    standing_in,
)
from app.groups.queries import MemberLine, Origin, Rule
from app.groups.service import GroupSettings
from app.groups.views.blueprint import blueprint
from app.guard.queries import why_row_is_hidden
from app.notifications.forms import LEVEL_LABELS
from app.notifications.models import Level
from app.notifications.queries import Choices, chosen_level


@blueprint.get("/<slug>/members")
def members(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = queries.get_group(actor, slug)
    page = members_page(group, MemberForm(formdata=None))
    if is_asked_by_a_person() and can_add_member(actor, group):
        service.mark_requests_read(actor, group)
    return page


@blueprint.post("/<slug>/members")
def add_member(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), MemberForm()
    group = queries.get_group(actor, slug)
    authorize(can_add_member, actor, group)
    form.person.choices = _not_yet_members(queries.members_of(group.id))
    if not form.validate():
        return members_page(group, form), 422
    person = get_person(form.person.data)
    service.add_member(actor, group, person)
    say(_("%(name)s takes part in %(group)s.", name=person.name, group=group.name))
    return redirect(url_for(".members", slug=slug), 303)


@blueprint.get("/<slug>/about")
def about(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = queries.get_group(actor, slug)
    return render_template("groups/about.html", visibility_sentence=VISIBILITIES[group.visibility.value],
                           rule_sentence=level_sentence(own_rule(actor, group, chosen_level(actor.id, group.scope))),
                           **frame_of(group))  # fmt: skip


@blueprint.post("/<slug>/join")
def join(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = queries.get_visible_group(actor, slug)
    service.join_group(actor, group)
    say(_("You take part in %(group)s.", group=group.name))
    return redirect(url_for("home.group", slug=slug), 303)


@blueprint.post("/<slug>/leave")
def leave(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = queries.get_group(actor, slug)
    name = group.name
    service.leave_group(actor, group)
    say(_("You no longer take part in %(group)s.", group=name))
    return redirect(url_for("home.groups"), 303)


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    authorize(can_create_group, current_actor())
    return render_template("groups/new.html", form=_new_form(empty=True))


@blueprint.post("")
@keeps_typed(NewGroupForm)
def create() -> ResponseReturnValue:
    actor = current_actor()
    authorize(can_create_group, actor)
    form = _new_form()
    if not form.validate():
        return render_template("groups/new.html", form=form), 422
    settings = GroupSettings(purpose=form.purpose.data, theme=Theme(form.theme.data),
                             visibility=Visibility(form.visibility.data))  # fmt: skip
    try:
        group = service.create_group(actor, name=form.name.data, code=form.code.data, lead_id=form.lead.data,
                                     settings=settings)  # fmt: skip
    except Refusal as refusal:
        form[refusal.field or "name"].errors = [str(refusal)]
        return render_template("groups/new.html", form=form), refusal.status
    say(_("The working group is there, with its chair."))
    standing = standing_in(actor.refreshed(), group)
    return redirect(url_for("home.group", slug=group.slug) if standing else url_for("home.groups"), 303)


@blueprint.get("/<slug>/edit")
def edit(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = queries.get_group(actor, slug)
    authorize(can_edit_group, actor, group)
    form = EditGroupForm(formdata=None, purpose=group.purpose, rules_md=group.rules_md, theme=group.theme.value,
                         visibility=group.visibility.value, notice_days=group.notice_days,
                         edit_window=group.edit_window.value, default_watch=group.default_watch.value,
                         version=group.version)  # fmt: skip
    return edit_page(group, form, group.version)


@blueprint.post("/<slug>/edit")
@keeps_typed(EditGroupForm)
def update(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), EditGroupForm()
    group = queries.get_group(actor, slug)
    authorize(can_edit_group, actor, group)
    if not form.validate():
        return edit_page(group, form, form.version.data or 0), 422
    notice_days = group.notice_days if form.notice_days.data is None else form.notice_days.data
    end_reading()
    settings = GroupSettings(
        purpose=form.purpose.data, theme=Theme(form.theme.data), visibility=Visibility(form.visibility.data),
        rules_md=form.rules_md.data, rules_html=markup.render(form.rules_md.data, person_id=actor.id),
        default_watch=Level(form.default_watch.data) if form.default_watch.data else group.default_watch,
        edit_window=EditWindow(form.edit_window.data) if form.edit_window.data else group.edit_window,
        notice_days=notice_days,
    )  # fmt: skip
    try:
        service.edit_group(actor, group, settings, version=form.version.data or 0)
    except Conflict as conflict:
        return _edit_conflict(slug, form, conflict), 409
    say(_("Saved."))
    standing = standing_in(actor.refreshed(), group)  # a coordinator may have made it one for its members only
    return redirect(url_for(".about", slug=slug) if standing else url_for("home.groups"), 303)


def members_page(group: WorkingGroup, form: MemberForm, *, refused: DeclineForm | None = None,
                 refused_id: int | None = None) -> str:  # fmt: skip
    """On top, for who answers them, those who ask to take part; `refused` is the form of one of these."""
    lines = queries.members_of(group.id)
    by_company: dict[tuple[str, str | None], list[MemberLine]] = {}
    for line in lines:
        if line.role is not Role.GUEST:
            by_company.setdefault((line.company_name, line.company_slug), []).append(line)
    can_add = can_add_member(current_actor(), group)
    if can_add:
        form.person.choices = _not_yet_members(lines)
    waiting = queries.requests_waiting(group.id) if can_add else []
    return render_template("groups/members.html", companies=list(by_company.items()), can_add=can_add, form=form,
                           requests=[(each, decline_form(each.id, refused if each.id == refused_id else None))
                                     for each in waiting],
                           guests=[line for line in lines if line.role is Role.GUEST], **frame_of(group))  # fmt: skip


def decline_form(request_id: int, refused: DeclineForm | None = None) -> DeclineForm:
    """One for each request on the page, so each has its own id."""
    form = refused or DeclineForm(formdata=None)
    form.reason.id = f"reason-{request_id}"
    return form


def edit_page(group: WorkingGroup, form: EditGroupForm, version: int, **more: object) -> str:
    """Who leads the group sees here what is hidden of it, and that it is."""
    why = why_row_is_hidden("group", group)
    return render_template("groups/edit.html", form=form, group=group, version=version, why_hidden=why, **more)


def own_rule(actor: Actor, group: WorkingGroup, chosen: Level | None) -> Rule:
    """What rules for this person, who chose this, or nothing."""
    return queries.ruling_choice(Choices(in_group=chosen), group, is_member=is_member_of(actor, group))


def level_sentence(rule: Rule) -> str:
    """What one gets of a group, and why (NTF-6)."""
    label = LEVEL_LABELS[rule.level.value]
    if rule.origin is Origin.GROUP:
        return _("%(level)s: you chose that for this working group.", level=label)
    if rule.origin is Origin.DEFAULT:
        return _("%(level)s: that is usual in this working group.", level=label)
    return _("%(level)s: that is usual for who reads along.", level=label)


def frame_of(group: WorkingGroup) -> dict[str, object]:
    """What every tab of a group shows around itself."""
    actor = current_actor()
    standing = standing_in(actor, group)
    return {
        "group": group_line(group, standing.lead_name if standing else None),
        "is_member": bool(standing and standing.is_member),
        "can_join": can_join_group(actor, group), "can_leave": can_leave_group(actor, group),
        "can_ask": can_ask_to_join(actor, group), "asked": asked_by(actor, group),
        "can_edit_group": can_edit_group(actor, group), "may_read": bool(standing and standing.may_read),
    }  # fmt: skip


def asked_by(actor: Actor, group: WorkingGroup) -> JoinRequest | None:
    """What this person asked of a group on request in which they do not take part, if that says anything still."""
    standing = standing_in(actor, group)
    if standing is None or standing.is_member or standing.visibility is not Visibility.ON_REQUEST:
        return None
    newest = queries.newest_request(group.id, actor.tie_id)
    if newest is None:
        return None
    may_ask_again_at = newest.may_ask_again_at
    return newest if newest.is_pending or (may_ask_again_at is not None and may_ask_again_at > now()) else None


def group_line(group: WorkingGroup, lead_name: str | None) -> dict[str, object]:
    is_shown, is_own = group.hidden_at is None, group.written_by == current_actor().tie_id
    return {
        "id": group.id, "slug": group.slug, "name": group.name, "purpose": group.purpose if is_shown else "",
        "why_hidden": why_row_is_hidden("group", group),
        "may_report": is_shown and not is_own and not group.is_confidential,
        "visibility": group.visibility.value, "is_confidential": group.is_confidential,
        "is_archived": group.is_archived, "lead_name": lead_name, "theme_label": THEMES[group.theme.value],
        "rules_html": markup.as_rendered(group.rules_html) if group.rules_html and is_shown else "",
    }  # fmt: skip


def _new_form(*, empty: bool = False) -> NewGroupForm:
    form = NewGroupForm(formdata=None) if empty else NewGroupForm()
    form.lead.choices = choices({id_: f"{name} · {company}" for id_, name, company in active_people()})
    return form


def _not_yet_members(lines: list[MemberLine]) -> list[SelectChoice]:
    """Everyone with a live staff tie who does not take part yet, under their company."""
    there = {line.person_id for line in lines}
    return grouped_choices(each for each in active_people() if each[0] not in there)


def _edit_conflict(slug: str, form: EditGroupForm, conflict: Conflict) -> str:
    """Both texts, and the newest version number, so that saving again is a choice and not an accident."""
    group = queries.get_group(current_actor(), slug)
    refused = group.version == form.version.data  # nobody came in between: what was chosen is not allowed
    form.version.data = group.version
    both = None if refused else {"theirs": f"{group.purpose}\n\n{group.rules_md}".strip(),
                                 "yours": f"{form.purpose.data}\n\n{form.rules_md.data}".strip()}  # fmt: skip
    if refused:
        form[conflict.field or "visibility"].errors = [str(conflict)]
    return edit_page(group, form, group.version, conflict=both, widening_refused=refused and not conflict.field)

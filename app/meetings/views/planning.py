"""Planning a meeting, publishing its agenda, changing, moving and cancelling it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar, cast

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, SelectField

from app.accounts.session import current_actor, say
from app.core.errors import NotFound, Refusal
from app.core.forms import Form, keeps_typed
from app.core.i18n import day, full_date
from app.core.i18n import gettext as _
from app.core.policy import authorize, holds
from app.core.routing import number_in
from app.groups.models import Role, WorkingGroup
from app.groups.queries import get_group
from app.groups.views import frame_of
from app.meetings import policy, queries, service
from app.meetings.forms import (
    NOBODY,
    ChangeMeetingForm,
    MeetingForm,
    MoveMeetingForm,
    PlanForm,
    ReasonForm,
    TimesForm,
    with_people,
)
from app.meetings.models import Meeting, Quorum
from app.meetings.service import WORDS, NewerSaved, Plan, Times
from app.meetings.views.blueprint import blueprint
from app.meetings.views.showing import around, time_span

F = TypeVar("F", bound=Form)


@blueprint.get("/groups/<slug>/meetings/new")
def new_meeting(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    authorize(policy.can_plan_meeting, actor, group)
    form = MeetingForm(formdata=None, title=_("Meeting of %(group)s", group=group.name),
                       chair=queries.tie_with_role(group, Role.LEAD) or NOBODY,
                       note_taker=queries.tie_with_role(group, Role.SECRETARY) or NOBODY)  # fmt: skip
    return new_page(group, form)


@blueprint.post("/groups/<slug>/meetings")
@keeps_typed(MeetingForm)
def plan_meeting(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    authorize(policy.can_plan_meeting, actor, group)
    form = MeetingForm()
    people_of(group, form)
    if not form.validate():
        return new_page(group, form), 422
    try:
        made = service.plan_meeting(actor, group, plan_of(form), times_of(form))
    except Refusal as refusal:
        refused(form, refusal)
        return new_page(get_group(actor, slug), form), refusal.status
    say(_("The draft is there. Now put items on the agenda, then publish it."))
    return redirect(url_for(".agenda", meeting_id=made.id), 303)


@blueprint.get("/meetings/<int:meeting_id>/edit")
def edit_meeting(meeting_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_meeting(actor, meeting_id)
    authorize(policy.can_change_meeting, actor, shown)
    return edit_page(shown, form_of(shown))


@blueprint.post("/meetings/<int:meeting_id>/edit")
@keeps_typed(MeetingForm)
def change_meeting(meeting_id: int) -> ResponseReturnValue:
    """A draft: everything at once."""
    form = MeetingForm()
    return saved(meeting_id, form, lambda shown: service.change_meeting(
        current_actor(), shown, plan_of(form), times_of(form), version=form.version.data or 0))  # fmt: skip


@blueprint.post("/meetings/<int:meeting_id>/amend")
@keeps_typed(ChangeMeetingForm)
def amend_meeting(meeting_id: int) -> ResponseReturnValue:
    """What is announced: with a reason, and without its times."""
    form = ChangeMeetingForm()
    return saved(meeting_id, form, lambda shown: service.change_meeting(
        current_actor(), shown, plan_of(form), version=form.version.data or 0, reason=form.reason.data))  # fmt: skip


@blueprint.get("/meetings/<int:meeting_id>/publish")
def ask_publish(meeting_id: int) -> ResponseReturnValue:
    shown = led(meeting_id)
    return publish_page(shown, ReasonForm(formdata=None))


@blueprint.post("/meetings/<int:meeting_id>/publish")
@keeps_typed(ReasonForm)
def publish_agenda(meeting_id: int) -> ResponseReturnValue:
    return with_reason(meeting_id, ReasonForm(), publish_page,
                       lambda shown, form: service.publish_agenda(current_actor(), shown, reason=form.said),
                       _("The agenda is published. Everyone in the working group has an invitation."))  # fmt: skip


@blueprint.get("/meetings/<int:meeting_id>/move")
def ask_move(meeting_id: int) -> ResponseReturnValue:
    shown = led(meeting_id)
    form = MoveMeetingForm(formdata=None, starts_at=shown.starts_at, ends_at=shown.ends_at)
    return move_page(shown, form)


@blueprint.post("/meetings/<int:meeting_id>/move")
@keeps_typed(MoveMeetingForm)
def move_meeting(meeting_id: int) -> ResponseReturnValue:
    return with_reason(meeting_id, MoveMeetingForm(), move_page,
                       lambda shown, form: service.move_meeting(current_actor(), shown, times_of(form),
                                                                reason=form.reason.data),
                       _("The meeting has moved. Everyone who was invited is asked again."))  # fmt: skip


@blueprint.get("/meetings/<int:meeting_id>/cancel")
def ask_cancel(meeting_id: int) -> ResponseReturnValue:
    return cancel_page(led(meeting_id), ReasonForm(formdata=None))


@blueprint.post("/meetings/<int:meeting_id>/cancel")
@keeps_typed(ReasonForm)
def cancel_meeting(meeting_id: int) -> ResponseReturnValue:
    return with_reason(meeting_id, ReasonForm(), cancel_page,
                       lambda shown, form: service.cancel_meeting(current_actor(), shown, reason=form.said),
                       _("The meeting is cancelled."))  # fmt: skip


def saved(meeting_id: int, form: PlanForm, act: Callable[[Meeting], None]) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_meeting(actor, meeting_id)
    authorize(policy.can_change_meeting, actor, shown)
    people_of(shown.group, form)
    left_out = [form[name] for name in WORDS if not form[name].raw_data]
    if shown.hidden_at is not None:
        without_words(form, left_out)
    if not form.validate():
        for field in left_out:  # they were hidden when the form was asked for, and are back
            field.data = getattr(shown, field.name)
        return edit_page(shown, form), 422
    try:
        act(shown)
    except Refusal as refusal:
        shown = queries.get_meeting(actor, meeting_id)
        form = as_it_changes_now(shown, form)
        refused(form, refusal)
        if not isinstance(refusal, NewerSaved):
            return edit_page(shown, form), refusal.status
        theirs = form_of(shown)
        people_of(shown.group, form, theirs)
        form.version.data = shown.version
        return edit_page(shown, form, differing(form, theirs)), refusal.status
    say(_("Saved."))
    return redirect(url_for(".meeting", meeting_id=meeting_id), 303)


def form_of(shown: Meeting) -> PlanForm:
    """As the meeting stands now. What is announced moves on a page of its own."""
    times = {"starts_at": shown.starts_at, "ends_at": shown.ends_at}
    form = kind_for(shown)(
        formdata=None, title=shown.title, place=shown.place, online_link=shown.online_link,
        chair=shown.chair_id or NOBODY, note_taker=shown.note_taker_id or NOBODY, quorum_rule=shown.quorum_rule.value,
        quorum=str(shown.quorum or ""), version=shown.version, **(times if shown.is_draft else {}),
    )  # fmt: skip
    if shown.hidden_at is not None:
        without_words(form, [form[name] for name in WORDS])
    return form


def without_words(form: PlanForm, fields: Sequence[Field]) -> None:
    """Title, place and link of a hidden meeting are not there to be read, nor to be changed."""
    for field in fields:
        delattr(form, field.name)


def kind_for(shown: Meeting) -> type[PlanForm]:
    return MeetingForm if shown.is_draft else ChangeMeetingForm


def as_it_changes_now(shown: Meeting, form: PlanForm) -> PlanForm:
    """What was typed, in the form that the meeting has now: it may have been announced meanwhile."""
    if isinstance(form, kind_for(shown)):
        return form
    again = kind_for(shown)(formdata=None, data=form.data)
    if isinstance(form, MeetingForm) and times_of(form) != Times(shown.starts_at, shown.ends_at):
        again.form_errors.append(_("You gave other times: %(when)s.", when=time_span(*vars(times_of(form)).values())))
    return again


def differing(form: Form, theirs: Form, but: str = "version") -> list[tuple[str, str]]:
    """(label, what is stored now) of each field that was typed otherwise, but for one."""
    return [(str(field.label.text), words_of(field)) for field in theirs
            if field.name not in (but, "version", "reason") and field.name in form
            and field.data != form[field.name].data]  # fmt: skip


def words_of(field: Field) -> str:
    """What a field holds, as people read it."""
    if isinstance(field, SelectField):  # a RadioField is one too
        return next((str(choice[1]) for choice in field.iter_choices() if choice[2]), "")
    return full_date(field.data) if isinstance(field.data, datetime) else str(field.data or "")


def led(meeting_id: int) -> Meeting:
    actor = current_actor()
    shown = queries.get_meeting(actor, meeting_id)
    authorize(policy.can_lead_meeting, actor, shown)
    return shown


def with_reason(meeting_id: int, form: F, page: Callable[[Meeting, F], str],
                         act: Callable[[Meeting, F], None], done: str) -> ResponseReturnValue:  # fmt: skip
    """A change that everybody hears of: its form comes back when it is refused, with all that was typed."""
    shown = led(meeting_id)
    if not form.validate():
        return page(shown, form), 422
    try:
        act(shown, form)
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        refused(form, refusal)
        return page(queries.get_meeting(current_actor(), meeting_id), form), refusal.status
    say(done)
    return redirect(url_for(".meeting", meeting_id=meeting_id), 303)


def refused(form: Form, refusal: Refusal) -> None:
    """The sentence stands at the field it is about, or above all."""
    field = refusal.field if refusal.field in form else None
    if field:
        form[field].errors = [*form[field].errors, str(refusal)]
    else:
        form.form_errors.append(str(refusal))


def plan_of(form: PlanForm) -> Plan:
    rule = Quorum(form.quorum_rule.data)
    words = {name: form[name].data if name in form else "" for name in WORDS}
    return Plan(
        **words,
        chair_id=form.chair.data or None, note_taker_id=form.note_taker.data or None, quorum_rule=rule,
        quorum=0 if rule is Quorum.NONE else number_in(form.quorum.data) or 0,
    )  # fmt: skip


def times_of(form: TimesForm) -> Times:
    return Times(cast(datetime, form.starts_at.data), cast(datetime, form.ends_at.data))  # they are valid


def people_of(group: WorkingGroup, *forms: PlanForm) -> None:
    people = queries.members_to_name(group)
    for form in forms:
        with_people(form, people, "chair", "note_taker")


def new_page(group: WorkingGroup, form: MeetingForm) -> str:
    people_of(group, form)
    return render_template("meetings/new.html", form=form, notice_days=group.notice_days, **frame_of(group))


def edit_page(shown: Meeting, form: PlanForm, theirs: Sequence[tuple[str, str]] = ()) -> str:
    people_of(shown.group, form)
    return render_template("meetings/edit.html", form=form, theirs=theirs, **around(shown))


def publish_page(shown: Meeting, form: ReasonForm) -> str:
    return render_template(
        "meetings/publish.html", form=form, is_short_notice=service.is_short_notice(shown),
        may_shorten=holds(policy.can_shorten_notice, current_actor(), shown),
        item_count=len(queries.items_of(shown)), **around(shown),
    )  # fmt: skip


def move_page(shown: Meeting, form: MoveMeetingForm) -> str:
    """With the first day that is free to choose, said before anyone chooses (MTG-4)."""
    return render_template(
        "meetings/move.html", form=form, first_day=day(service.first_day_with_notice(shown)),
        may_shorten=holds(policy.can_shorten_notice, current_actor(), shown), **around(shown),
    )  # fmt: skip


def cancel_page(shown: Meeting, form: ReasonForm) -> str:
    return render_template("meetings/cancel.html", form=form, **around(shown))

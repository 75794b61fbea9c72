"""The agenda editor: items with purpose, presenter and minutes, in an order that buttons change, or dragging."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core import markup
from app.core.differences import differences
from app.core.errors import NotFound, Refusal, wants_json
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.routing import number_in
from app.core.transaction import end_reading
from app.files.service import Result
from app.guard.queries import why_row_is_hidden
from app.meetings import policy, queries, service
from app.meetings.forms import NOBODY, FilesForm, ItemForm, ReasonForm, with_people
from app.meetings.models import ITEM_FILES_MOST, ITEMS_MOST, AgendaItem, Meeting, Purpose
from app.meetings.service import ItemPlan, NewerSaved
from app.meetings.views.blueprint import blueprint
from app.meetings.views.planning import differing, refused
from app.meetings.views.showing import around, file_lines, item_lines, minutes_of


@blueprint.get("/meetings/<int:meeting_id>/agenda")
def agenda(meeting_id: int) -> ResponseReturnValue:
    """The editor of whoever may change it."""
    return agenda_page(changed(meeting_id), ItemForm(formdata=None, purpose=Purpose.DISCUSS.value))


@blueprint.post("/meetings/<int:meeting_id>/items")
@keeps_typed(ItemForm)
def add_item(meeting_id: int) -> ResponseReturnValue:
    shown, form = changed(meeting_id), ItemForm()
    people_of(shown, form)
    if not form.validate():
        return agenda_page(shown, form), 422
    try:
        service.add_item(current_actor(), *plan_of(meeting_id, form), reason=form.reason.data or "")
    except Refusal as refusal:
        refused(form, refusal)
        return agenda_page(changed(meeting_id), form), refusal.status
    say(_("The item is on the agenda."))
    return redirect(url_for(".agenda", meeting_id=meeting_id), 303)


@blueprint.get("/meetings/<int:meeting_id>/items/<int:item_id>")
def edit_item(meeting_id: int, item_id: int) -> ResponseReturnValue:
    shown = changed(meeting_id)
    item = queries.get_item(shown, item_id)
    return item_page(shown, item, form_of(item))


@blueprint.post("/meetings/<int:meeting_id>/items/<int:item_id>")
@keeps_typed(ItemForm)
def change_item(meeting_id: int, item_id: int) -> ResponseReturnValue:
    shown, form = changed(meeting_id), ItemForm()
    item = queries.get_item(shown, item_id)
    people_of(shown, form)
    if not form.validate():
        return item_page(shown, item, form), 422
    shown, plan = plan_of(meeting_id, form)
    try:
        service.change_item(current_actor(), queries.get_item(shown, item_id), plan, version=form.version.data or 0,
                            reason=form.reason.data or "")  # fmt: skip
    except Refusal as refusal:
        shown = changed(meeting_id)
        item = queries.get_item(shown, item_id)
        refused(form, refusal)
        if isinstance(refusal, NewerSaved):
            return newer_page(shown, item, form), refusal.status
        return item_page(shown, item, form), refusal.status
    say(_("Saved."))
    return redirect(url_for(".agenda", meeting_id=meeting_id), 303)


@blueprint.get("/meetings/<int:meeting_id>/items/<int:item_id>/move/<direction>")
def ask_move_item(meeting_id: int, item_id: int, direction: str) -> ResponseReturnValue:
    """Once the agenda is published, another place needs a reason too."""
    shown = changed(meeting_id)
    way = {"up": -1, "down": 1}.get(direction, 0)
    steps = possible(way * (number_in(request.args.get("steps", "1")) or 0), shown)
    return move_page(shown, queries.get_item(shown, item_id), ReasonForm(formdata=None, steps=steps), steps)


@blueprint.post("/meetings/<int:meeting_id>/items/<int:item_id>/move")
@keeps_typed(ReasonForm)
def move_item(meeting_id: int, item_id: int) -> ResponseReturnValue:
    shown, form = changed(meeting_id), ReasonForm()
    item = queries.get_item(shown, item_id)
    steps = possible(steps_in(form.steps.data or ""), shown)
    if not form.validate():
        return move_page(shown, item, form, steps), 422
    try:
        service.move_item(current_actor(), item, steps=steps, reason=form.said)
    except Refusal as refusal:
        if wants_json():
            raise
        shown = changed(meeting_id)
        refused(form, refusal)
        return move_page(shown, queries.get_item(shown, item_id), form, steps), refusal.status
    return redirect(url_for(".agenda", meeting_id=meeting_id, _anchor=f"item-{item_id}"), 303)


@blueprint.get("/meetings/<int:meeting_id>/items/<int:item_id>/remove")
def ask_remove_item(meeting_id: int, item_id: int) -> ResponseReturnValue:
    shown = changed(meeting_id)
    return remove_page(shown, queries.get_item(shown, item_id), ReasonForm(formdata=None))


@blueprint.post("/meetings/<int:meeting_id>/items/<int:item_id>/remove")
@keeps_typed(ReasonForm)
def remove_item(meeting_id: int, item_id: int) -> ResponseReturnValue:
    shown, form = changed(meeting_id), ReasonForm()
    item = queries.get_item(shown, item_id)
    if not form.validate():
        return remove_page(shown, item, form), 422
    try:
        service.remove_item(current_actor(), item, reason=form.said)
    except Refusal as refusal:
        shown = changed(meeting_id)
        refused(form, refusal)
        return remove_page(shown, queries.get_item(shown, item_id), form), refusal.status
    say(_("The item is off the agenda."))
    return redirect(url_for(".agenda", meeting_id=meeting_id), 303)


def steps_in(text: str) -> int:
    """Up (below 0) or down; 0 for what is no number."""
    steps = number_in(text.removeprefix("-")) or 0
    return -steps if text.startswith("-") else steps


def possible(steps: int, shown: Meeting) -> int:
    """NotFound for what goes further than this agenda can, or nowhere."""
    if not 0 < abs(steps) < len(queries.items_of(shown)):
        raise NotFound
    return steps


def changed(meeting_id: int) -> Meeting:
    actor = current_actor()
    shown = queries.get_meeting(actor, meeting_id)
    authorize(policy.can_change_meeting, actor, shown)
    return shown


def plan_of(meeting_id: int, form: ItemForm) -> tuple[Meeting, ItemPlan]:
    """The text is rendered while nobody waits for the database; so the meeting is read after it."""
    body = form.body.data or ""
    end_reading()
    html = markup.render(body, person_id=current_actor().id) if body else ""
    plan = ItemPlan(title=form.title.data, purpose=Purpose(form.purpose.data), planned_min=form.planned_min.data or 0,
                    presenter_id=form.presenter.data or None, body_md=body, body_html=html)  # fmt: skip
    return changed(meeting_id), plan


def form_of(item: AgendaItem) -> ItemForm:
    """As the item stands now."""
    return ItemForm(formdata=None, title=item.title, purpose=item.purpose.value, planned_min=item.planned_min,
                    presenter=item.presenter_id or NOBODY, body="" if item.hidden_at else item.body_md,
                    version=item.version)  # fmt: skip


def people_of(shown: Meeting, form: ItemForm) -> None:
    with_people(form, queries.members_to_name(shown.group), "presenter")


def agenda_page(shown: Meeting, form: ItemForm) -> str:
    people_of(shown, form)
    items = queries.items_of(shown)
    names, brought = queries.names_of(item.presenter_id for item in items), queries.files_of(shown)
    return render_template(
        "meetings/agenda.html", form=form, items=item_lines(items, names, brought),
        planned=sum(item.planned_min for item in items), length=minutes_of(shown), most_items=ITEMS_MOST,
        can_lead=policy.can_lead_meeting(current_actor(), shown), **around(shown),
    )  # fmt: skip


def newer_page(shown: Meeting, item: AgendaItem, form: ItemForm) -> str:
    """What someone else saved, what differs between the texts, and the own form, which saves after theirs."""
    theirs, mine = form_of(item), form.body.data or ""
    for each in (form, theirs):
        people_of(shown, each)
    form.version.data = item.version
    pieces = differences(theirs.body.data, mine) if not item.hidden_at and theirs.body.data != mine else []
    return item_page(shown, item, form, theirs=differing(form, theirs, but="body"), pieces=pieces,
                     new_text=theirs.body.data)  # fmt: skip


def item_page(shown: Meeting, item: AgendaItem, form: ItemForm, *, files_form: FilesForm | None = None,
              results: Sequence[Result] = (), **newer: object) -> str:  # fmt: skip
    """The item in a form, and below it its files with a form of their own."""
    people_of(shown, form)
    brought = queries.files_on(item)
    return render_template(
        "meetings/item.html", form=form, item=item, files=file_lines(shown.id, brought), results=results,
        files_form=files_form or FilesForm(formdata=None), most_files=ITEM_FILES_MOST,
        takes_files=item.purpose is not Purpose.CLOSING_ROUND, room=ITEM_FILES_MOST - len(brought),
        why_hidden=why_row_is_hidden("agenda_item", item), **newer, **around(shown),
    )  # fmt: skip


def move_page(shown: Meeting, item: AgendaItem, form: ReasonForm, steps: int) -> str:
    goal = min(max(item.position + steps, 1), len(queries.items_of(shown)))
    return render_template("meetings/move_item.html", form=form, item=item, goal=goal, **around(shown))


def remove_page(shown: Meeting, item: AgendaItem, form: ReasonForm) -> str:
    return render_template("meetings/remove_item.html", form=form, item=item, **around(shown))

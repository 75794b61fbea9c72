"""The files of an agenda: giving them back, adding to an item, and taking away."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core.errors import NotFound, Refusal
from app.core.forms import keeps_typed, takes
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.transaction import end_reading
from app.files import service as files
from app.guard.queries import why_hidden
from app.meetings import queries, service
from app.meetings.forms import FilesForm, ReasonForm
from app.meetings.models import ITEM_FILES_MOST, AgendaItemFile, Meeting
from app.meetings.views.agenda import changed, form_of, item_page
from app.meetings.views.blueprint import blueprint
from app.meetings.views.planning import refused
from app.meetings.views.showing import around


@blueprint.get("/meetings/<int:meeting_id>/files/<int:file_id>")
def file(meeting_id: int, file_id: int) -> ResponseReturnValue:
    """For who reads the meeting at this moment: shown where that is safe and asked for, else to keep."""
    found = queries.get_file(queries.get_meeting(current_actor(), meeting_id), file_id)
    if found.item.hidden_at is not None:
        raise NotFound(why_hidden("agenda_item", found.item_id))
    return files.send_content(found.content, found.name, inline="inline" in request.args)


@blueprint.post("/meetings/<int:meeting_id>/items/<int:item_id>/files")
@keeps_typed(FilesForm)
@takes(files=ITEM_FILES_MOST)
def add_files(meeting_id: int, item_id: int) -> ResponseReturnValue:
    """Those that are refused name themselves, the others are kept, as documents do (DOC-10)."""
    form = FilesForm()
    item = queries.get_item(changed(meeting_id), item_id)
    try:
        room = service.room_for_files(item, form.said)  # asked before anything is stored
    except Refusal as refusal:
        return files_refused(meeting_id, item_id, form, refusal)
    if not form.validate():
        return page_of_item(meeting_id, item_id, form), 422
    end_reading()
    taken = files.take(request.files.getlist("file"), most=room, beyond=service.too_many())
    if not taken.uploads:
        return page_of_item(meeting_id, item_id, form, taken.refused), taken.status
    try:
        service.add_files(current_actor(), changed(meeting_id), item_id, taken.uploads, reason=form.said)
    except Refusal as refusal:
        return files_refused(meeting_id, item_id, form, refusal)
    if not taken.refused:
        count = len(taken.uploads)
        say(ngettext("%(num)s file was added.", "%(num)s files were added.", count))
        return redirect(url_for(".edit_item", meeting_id=meeting_id, item_id=item_id, _anchor="files"), 303)
    # acknowledged, so no refusal: sent again, those that were taken would be there twice
    kept = [files.Result(upload.name) for upload in taken.uploads]
    return page_of_item(meeting_id, item_id, None, [*kept, *taken.refused]), 200


@blueprint.get("/meetings/<int:meeting_id>/files/<int:file_id>/remove")
def ask_remove_file(meeting_id: int, file_id: int) -> ResponseReturnValue:
    shown = changed(meeting_id)
    return remove_page(shown, queries.get_file(shown, file_id), ReasonForm(formdata=None))


@blueprint.post("/meetings/<int:meeting_id>/files/<int:file_id>/remove")
@keeps_typed(ReasonForm)
def remove_file(meeting_id: int, file_id: int) -> ResponseReturnValue:
    shown, form = changed(meeting_id), ReasonForm()
    found = queries.get_file(shown, file_id)
    item_id, name = found.item_id, found.name
    if not form.validate():
        return remove_page(shown, found, form), 422
    try:
        service.remove_file(current_actor(), shown, file_id, reason=form.said)
    except Refusal as refusal:
        shown = changed(meeting_id)
        refused(form, refusal)
        return remove_page(shown, queries.get_file(shown, file_id), form), refusal.status
    say(_("%(name)s is off the agenda.", name=name))
    return redirect(url_for(".edit_item", meeting_id=meeting_id, item_id=item_id, _anchor="files"), 303)


def files_refused(meeting_id: int, item_id: int, form: FilesForm, refusal: Refusal) -> ResponseReturnValue:
    refused(form, refusal)
    return page_of_item(meeting_id, item_id, form), refusal.status


def page_of_item(meeting_id: int, item_id: int, form: FilesForm | None,
                 results: list[files.Result] | None = None) -> str:  # fmt: skip
    """As it stands now: storing took its time."""
    shown = changed(meeting_id)
    item = queries.get_item(shown, item_id)
    return item_page(shown, item, form_of(item), files_form=form, results=results or [])


def remove_page(shown: Meeting, found: AgendaItemFile, form: ReasonForm) -> str:
    return render_template("meetings/remove_file.html", form=form, file=found, item=found.item, **around(shown))

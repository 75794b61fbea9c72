"""Folders, titles, labels and the trash."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, is_asked_by_a_person, say
from app.core.errors import Conflict, NotFound, Refusal
from app.core.forms import choices, keeps_typed
from app.core.i18n import gettext as _
from app.core.pagination import page_of
from app.core.policy import authorize
from app.documents import queries, service
from app.documents.forms import LABELS, TOP, ChangeDocumentForm, ChangeFolderForm, FolderForm
from app.documents.models import DOCUMENTS_ON_A_PAGE, Document, Folder, Label
from app.documents.policy import can_add_documents, can_edit_document, can_manage_document
from app.documents.views.blueprint import blueprint
from app.documents.views.showing import around, folder_asked
from app.documents.views.writing import folder_choices
from app.groups.models import WorkingGroup
from app.groups.queries import get_group
from app.groups.views import frame_of
from app.guard.queries import why_row_is_hidden


@blueprint.get("/groups/<slug>/folders/new")
def new_folder(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    authorize(can_add_documents, actor, group)
    form = folder_form(group, FolderForm(formdata=None))
    parent = folder_asked(group, request.args.get("folder"))
    form.parent.data = parent.id if parent else TOP
    return folder_page(group, form, None)


@blueprint.post("/groups/<slug>/folders")
@keeps_typed(FolderForm)
def add_folder(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    authorize(can_add_documents, actor, group)
    form = folder_form(group, FolderForm())
    if not form.validate():
        return folder_page(group, form, None), 422
    try:
        made = service.add_folder(actor, group, folder_asked(group, str(form.parent.data)), form.name.data)
    except Conflict as conflict:
        form[conflict.field or "name"].errors = [str(conflict)]
        return folder_page(get_group(actor, slug), form, None), 409
    return redirect(url_for(".documents", slug=slug, folder=made.id), 303)


@blueprint.get("/folders/<int:folder_id>")
def folder(folder_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_folder(actor, folder_id)
    authorize(can_add_documents, actor, shown.group)
    form = folder_form(shown.group, ChangeFolderForm(formdata=None, name=shown.name, parent=shown.parent_id or TOP,
                                                     position=shown.position), without=shown.id)  # fmt: skip
    if shown.hidden_at is not None:
        del form.name
    return folder_page(shown.group, form, shown)


@blueprint.post("/folders/<int:folder_id>")
@keeps_typed(ChangeFolderForm)
def change_folder(folder_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_folder(actor, folder_id)
    authorize(can_add_documents, actor, shown.group)
    form = folder_form(shown.group, ChangeFolderForm(), without=shown.id)
    if not form.name.raw_data and shown.hidden_at is not None:
        del form.name
    if not form.validate():
        if form.name and not form.name.raw_data:  # it was hidden when the form was asked for, and is back
            form.name.data = shown.name
        return folder_page(shown.group, form, shown), 422
    try:
        service.change_folder(actor, shown, name=form.name.data if form.name else "", position=form.position.data or 1,
                              parent=folder_asked(shown.group, str(form.parent.data)))  # fmt: skip
    except Conflict as conflict:
        shown = queries.get_folder(actor, folder_id)
        at = conflict.field if conflict.field in form else "parent"  # a hidden name is no field of the form
        form[at].errors = [str(conflict)]
        return folder_page(shown.group, form, shown), 409
    say(_("Saved."))
    return redirect(url_for(".documents", slug=shown.group.slug, folder=folder_id), 303)


@blueprint.post("/folders/<int:folder_id>/remove")
def remove_folder(folder_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_folder(actor, folder_id)
    slug, above = shown.group.slug, shown.parent_id
    service.remove_folder(actor, shown)
    say(_("The folder is gone."))
    return redirect(url_for(".documents", slug=slug, folder=above), 303)


@blueprint.get("/documents/<int:document_id>/settings")
def settings(document_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_document(actor, document_id)
    authorize(can_edit_document, actor, shown)
    form = ChangeDocumentForm(formdata=None, title=shown.title, folder=shown.folder_id or TOP, label=shown.label.value,
                              keeper=shown.keeper_id)  # fmt: skip
    answer = settings_page(shown, form)
    if is_asked_by_a_person():
        service.mark_settings_read(actor, shown)
    return answer


@blueprint.post("/documents/<int:document_id>/settings")
@keeps_typed(ChangeDocumentForm)
def change(document_id: int) -> ResponseReturnValue:
    """Who reads it, title and place, and last who keeps it: whoever gives it away decides nothing of it any more."""
    actor = current_actor()
    shown = queries.get_document(actor, document_id)
    authorize(can_edit_document, actor, shown)
    form = ChangeDocumentForm(keeper=shown.keeper_id)
    form.folder.choices = folder_choices(shown.group)
    offer_keepers(form, shown)
    if not form.validate():
        return settings_page(shown, form), 422
    try:
        service.label_document(actor, shown, Label(form.label.data))
        shown = queries.get_document(actor, document_id)
        service.change_document(actor, shown, title=form.title.data,
                                folder=folder_asked(shown.group, str(form.folder.data)))  # fmt: skip
        if form.keeper:
            service.choose_keeper(actor, queries.get_document(actor, document_id), form.keeper.data)
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        form[refusal.field or "label"].errors = [str(refusal)]
        return settings_page(queries.get_document(actor, document_id), form), refusal.status
    say(_("Saved."))
    return redirect(queries.get_document(actor, document_id).link, 303)


@blueprint.post("/documents/<int:document_id>/move")
def move(document_id: int) -> ResponseReturnValue:
    """One up or down, and back to the page of the list on which it stands then."""
    actor = current_actor()
    shown = queries.get_document(actor, document_id)
    steps = {"up": -1, "down": 1}.get(request.form.get("direction", ""))
    if steps is None:
        raise NotFound
    service.move_document(actor, shown, steps=steps)
    shown = queries.get_document(actor, document_id)
    page = page_of(shown.position, DOCUMENTS_ON_A_PAGE)
    return redirect(url_for(".documents", slug=shown.group.slug, folder=shown.folder_id, order=1,
                            page=page if page > 1 else None, _anchor=f"document-{document_id}"), 303)  # fmt: skip


@blueprint.post("/documents/<int:document_id>/trash")
def trash_document(document_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_document(actor, document_id)
    slug, folder_id = shown.group.slug, shown.folder_id
    service.trash_document(actor, shown)
    say(_("The document is in the trash."), undo_url=url_for(".restore_document", document_id=document_id))
    return redirect(url_for(".documents", slug=slug, folder=folder_id), 303)


@blueprint.post("/documents/<int:document_id>/restore")
def restore_document(document_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.restore_document(actor, queries.get_trashed(actor, document_id))
    say(_("The document is back."))
    return redirect(queries.get_document(actor, document_id).link, 303)


def folder_form(group: WorkingGroup, form: FolderForm, without: int | None = None) -> FolderForm:
    form.parent.choices = folder_choices(group, without)
    return form


def folder_page(group: WorkingGroup, form: FolderForm, shown: Folder | None) -> str:
    why = why_row_is_hidden("folder", shown) if shown is not None else ""
    return render_template("documents/folder.html", form=form, folder=shown, why_hidden=why, **frame_of(group))


def settings_page(shown: Document, form: ChangeDocumentForm) -> str:
    form.folder.choices = folder_choices(shown.group)
    offer_keepers(form, shown)
    if shown.group.is_confidential:  # nothing wider is there to choose (DOC-6)
        form.label.choices = choices({Label.GROUP.value: LABELS[Label.GROUP.value]})
    return render_template("documents/settings.html", form=form, **around(shown))


def offer_keepers(form: ChangeDocumentForm, shown: Document) -> None:
    """To who manages the document; the one who keeps it stands among them, though they may take part no more."""
    if not can_manage_document(current_actor(), shown):
        del form.keeper
    if form.keeper:
        names = {each.tie_id: f"{each.name} · {each.company_name}" for each in queries.keepers_in(shown.group)}
        if shown.keeper_id not in names:
            now = queries.keeper_of(shown)
            takes_no_part = _("%(name)s takes no part in this working group", name=f"{now.name} · {now.company_name}")
            names = {shown.keeper_id: takes_no_part, **names}
        form.keeper.choices = list(names.items())

"""Uploading, and writing pages."""

from collections.abc import Iterator

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core import markup
from app.core.differences import differences
from app.core.forms import keeps_typed, takes
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.policy import authorize
from app.core.transaction import end_reading
from app.documents import queries, service
from app.documents.forms import TOP, EditPageForm, PageForm, UploadForm, VersionForm
from app.documents.models import FILES_AT_ONCE, Document
from app.documents.policy import can_add_documents, can_edit_document
from app.documents.service import VersionConflict, WrittenPage
from app.documents.views.blueprint import blueprint
from app.documents.views.showing import around, folder_asked, list_page
from app.files import service as files
from app.groups.models import WorkingGroup
from app.groups.queries import get_group
from app.groups.views import frame_of

LONG_TEXT = 6 << 20  # bytes: PAGE_MOST characters as a browser writes them in a form, and the rest of it


@blueprint.post("/groups/<slug>/documents")
@keeps_typed(UploadForm)
@takes(files=FILES_AT_ONCE)
def upload(slug: str) -> ResponseReturnValue:
    """Up to twenty files; those that are refused name themselves, the others are kept (DOC-10)."""
    actor = current_actor()
    group = get_group(actor, slug)
    authorize(can_add_documents, actor, group)
    folder_asked(group, request.form.get("folder"))  # asked before anything is stored
    end_reading()
    taken = files.take(request.files.getlist("file"), most=FILES_AT_ONCE,
                       beyond=_("At most %(most)s files at once.", most=FILES_AT_ONCE))  # fmt: skip
    group = get_group(actor, slug)  # storing took its time
    folder = folder_asked(group, request.form.get("folder"))
    if not taken.uploads:
        return list_page(group, folder, results=taken.refused), taken.status
    made = service.add_files(actor, group, folder, taken.uploads)
    if not taken.refused:
        say(ngettext("%(num)s file was added.", "%(num)s files were added.", len(made)))
        return redirect(url_for(".documents", slug=slug, folder=folder.id if folder else None), 303)
    kept = [files.Result(upload.name, url=each.link) for upload, each in zip(taken.uploads, made, strict=True)]
    # acknowledged, so no refusal: sent again, those that were taken would be there twice
    return list_page(group, folder, results=[*kept, *taken.refused]), 200


@blueprint.post("/documents/<int:document_id>/versions")
@keeps_typed(VersionForm)
@takes(files=FILES_AT_ONCE)
def add_version(document_id: int) -> ResponseReturnValue:
    """Other bytes under the same address; a newer version in between is not written over (DOC-11)."""
    actor, form = current_actor(), VersionForm()
    shown = queries.get_document(actor, document_id)
    authorize(can_edit_document, actor, shown)
    link, title = shown.link, shown.title
    if not form.validate():
        return version_refused(shown, form, next(iter(form.remark.errors), _("Choose a file first."))), 422
    end_reading()
    taken = files.take(request.files.getlist("file"), most=1)
    if not taken.uploads:
        sentence = taken.refused[-1].refusal
        return version_refused(queries.get_document(actor, document_id), form, sentence), taken.status
    base = form.base_version.data or 0
    try:
        service.add_file_version(actor, queries.get_document(actor, document_id), taken.uploads[0], base_version=base,
                                 remark=form.remark.data or "")  # fmt: skip
    except VersionConflict as conflict:
        shown = queries.get_document(actor, document_id)
        advice = _("Look at it, then send yours again if it must follow.")
        return version_refused(shown, form, f"{conflict} {advice}", is_conflict=True), 409
    say(_("The new version of %(title)s is there.", title=title))
    return redirect(link, 303)


@blueprint.get("/groups/<slug>/pages/new")
def new_page(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    authorize(can_add_documents, actor, group)
    form = page_form(group, empty=True)
    folder = folder_asked(group, request.args.get("folder"))
    form.folder.data = folder.id if folder else TOP
    return new_page_form(group, form)


@blueprint.post("/groups/<slug>/pages")
@keeps_typed(PageForm)
@takes(text=LONG_TEXT)
def add_page(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    authorize(can_add_documents, actor, group)
    form = page_form(group)
    if not form.validate():
        return new_page_form(group, form), 422
    if "preview" in request.form:
        html = written(form.body.data or "").body_html
        return new_page_form(get_group(actor, slug), form, preview=html)
    folder = folder_asked(group, str(form.folder.data))
    made = service.add_page(actor, group, folder, form.title.data, written(form.body.data or ""))
    say(_("The page is there."))
    return redirect(made.link, 303)


@blueprint.get("/documents/<int:document_id>/edit")
def edit(document_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_document(actor, document_id)
    authorize(can_edit_document, actor, shown)
    if not shown.is_page:
        return redirect(shown.link, 303)
    last = queries.version_of(shown)
    form = EditPageForm(formdata=None, body=last.body_md, base_version=last.number)
    return editor(shown, form)


@blueprint.post("/documents/<int:document_id>/edit")
@keeps_typed(EditPageForm)
@takes(text=LONG_TEXT)
def save(document_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), EditPageForm()
    shown = queries.get_document(actor, document_id)
    authorize(can_edit_document, actor, shown)
    if not form.body.raw_data:  # a form that was cut off, which would empty the page
        form.body.data = queries.version_of(shown).body_md or ""
        form.validate()
        form.body.errors = [_("The text did not arrive. Here is the newest one.")]
        return editor(shown, form), 422
    if not form.validate():
        return editor(shown, form), 422
    if "preview" in request.form:
        end_reading()
        html = markup.render_long(form.body.data or "", person_id=actor.id)
        return editor(queries.get_document(actor, document_id), form, preview=html)
    base = form.base_version.data or 0
    text = written(form.body.data)
    shown = queries.get_document(actor, document_id)
    try:
        service.edit_page(actor, shown, text, base_version=base, remark=form.remark.data or "",
                          name=form.name.data or None)  # fmt: skip
    except VersionConflict:
        return both_texts(queries.get_document(actor, document_id), form), 409
    say(_("Saved."))
    return redirect(queries.get_document(actor, document_id).link, 303)


@blueprint.get("/documents/<int:document_id>/versions/<int:number>/restore")
def ask_restore(document_id: int, number: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_document(actor, document_id)
    authorize(can_edit_document, actor, shown)
    version = queries.version_of(shown, number)
    return render_template("documents/restore.html", version=version, **around(shown))


@blueprint.post("/documents/<int:document_id>/versions/<int:number>/restore")
def restore_version(document_id: int, number: int) -> ResponseReturnValue:
    actor = current_actor()
    document = service.restore_version(actor, queries.get_document(actor, document_id), number)
    say(_("Version %(number)s is the newest again. What came after it stays in the history.", number=number))
    return redirect(document.link, 303)


def new_page_form(group: WorkingGroup, form: PageForm, *, preview: object = "") -> str:
    return render_template("documents/new_page.html", form=form, preview=preview, pictures=pictures_for(group),
                           **frame_of(group))  # fmt: skip


def pictures_for(group: WorkingGroup) -> list[tuple[str, str]]:
    """Those that can stand in a page of the group, with the words that put them there."""
    return [(picture.title, picture.markdown) for picture in queries.pictures_in(current_actor(), group)]


def page_form(group: WorkingGroup, *, empty: bool = False) -> PageForm:
    form = PageForm(formdata=None) if empty else PageForm()
    form.folder.choices = folder_choices(group)
    return form


def folder_choices(group: WorkingGroup, without: int | None = None) -> list[tuple[int, str]]:
    """The group's folders as a list to choose from, deeper ones set in; `without` a folder and what is in it."""
    folders = queries.folders_of(group)

    def within(parent_id: int | None, depth: int) -> Iterator[tuple[int, str]]:
        for each in folders:
            if each.parent_id == parent_id and each.id != without:
                yield each.id, "\u2003" * depth + each.heading
                yield from within(each.id, depth + 1)

    return [(TOP, _("No folder")), *within(None, 0)]


def written(body: str) -> WrittenPage:
    """The text with its HTML, made before the transaction."""
    end_reading()
    return WrittenPage(body, markup.render_long(body, person_id=current_actor().id))


def editor(shown: Document, form: EditPageForm, *, preview: object = "") -> str:
    return render_template("documents/edit.html", form=form, preview=preview, pictures=pictures_for(shown.group),
                           **around(shown))  # fmt: skip


def both_texts(shown: Document, form: EditPageForm) -> str:
    """Both texts, what differs, and the own text in a form that saves it after the other's (DOC-33)."""
    newest = queries.version_of(shown)
    mine = form.body.data or ""
    form.base_version.data = newest.number
    return render_template("documents/conflict.html", form=form, newest=newest, pictures=pictures_for(shown.group),
                           pieces=differences(newest.body_md or "", mine), **around(shown))  # fmt: skip


def version_refused(shown: Document, form: VersionForm, sentence: str, *, is_conflict: bool = False) -> str:
    """Only who is told of a newer version sends the next file after that one (DOC-11)."""
    base = shown.last_number if is_conflict else form.base_version.data or 0
    return render_template("documents/version.html", form=form, sentence=sentence, is_conflict=is_conflict, base=base,
                           **around(shown))  # fmt: skip

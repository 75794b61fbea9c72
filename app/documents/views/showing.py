"""Reading: the list of a group, a document, its history, its bytes."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import ask_to_sign_in, current_actor, is_asked_by_a_person, public
from app.core import markup
from app.core.clock import local
from app.core.differences import differences
from app.core.errors import NotFound
from app.core.pagination import Pagination, page_asked, page_of
from app.core.policy import authorize
from app.core.routing import number_in
from app.documents import queries, service
from app.documents.forms import LABEL_WORDS
from app.documents.models import (
    DAYS_IN_TRASH,
    DOCUMENTS_ON_A_PAGE,
    FILES_AT_ONCE,
    Document,
    DocumentVersion,
    Folder,
)
from app.documents.policy import can_add_documents, can_edit_document, can_read_all_versions, can_trash_document
from app.documents.queries import Picture
from app.documents.views.blueprint import blueprint
from app.files import service as files
from app.files.models import PDF, PICTURES
from app.files.service.types import MANY_PIXELS, fits_its_name, kind_of
from app.groups.models import WorkingGroup
from app.groups.policy import can_read_group
from app.groups.queries import get_group
from app.groups.views import frame_of
from app.guard.queries import why_each_is_hidden, why_hidden

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
Branch = tuple[Folder, list["Branch"]]  # a folder, and those within it


@blueprint.get("/groups/<slug>/documents")
def documents(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    folder = folder_asked(group, request.args.get("folder"))
    return list_page(group, folder)


@blueprint.get("/groups/<slug>/documents/trash")
def trash(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    lines = [
        {"id": each.id, "title": each.title, "trashed_at": each.trashed_at,
         "purged_on": local(each.trashed_at + timedelta(days=DAYS_IN_TRASH)).date()}
        for each in queries.trash_of(actor, group) if each.trashed_at
    ]  # fmt: skip
    return render_template("documents/trash.html", lines=lines, days=DAYS_IN_TRASH, **frame_of(group))


def open_to_visitors(view: View) -> View:
    """A public document is read without signing in. Of any other a visitor hears what they hear of every page."""

    @wraps(view)
    def opened(*args: Any, **named: Any) -> ResponseReturnValue:
        try:
            return view(*args, **named)
        except NotFound:
            if current_actor().is_signed_in:
                raise
            return ask_to_sign_in(view)

    return cast(View, public(opened))


@blueprint.get("/documents/<int:document_id>", defaults={"words": ""})
@blueprint.get("/documents/<int:document_id>-<words>")
@open_to_visitors
def document(document_id: int, words: str) -> ResponseReturnValue:
    actor = current_actor()
    try:
        shown = queries.get_document(actor, document_id)
    except NotFound:
        hidden = queries.hidden_document(actor, document_id)
        raise NotFound(why_hidden("document", document_id) if hidden else "") from None
    if request.path != shown.link:
        query = request.query_string.decode("ascii", "ignore")
        return redirect(f"{shown.link}?{query}" if query else shown.link, 302)
    version = queries.version_for(actor, shown, number_in(request.args.get("version")))
    if not actor.has_live_tie:
        return render_template("documents/public.html", document=shown, version=version, file=about(version),
                               html=html_of(version))  # fmt: skip
    answer = document_page(shown, version)
    if is_asked_by_a_person() and version.number == shown.last_number:
        service.mark_read(actor, shown)
    return answer


@blueprint.get("/documents/<int:document_id>/history")
def history(document_id: int) -> ResponseReturnValue:
    """All versions; with ?from=&to= of a page also what differs between those two."""
    actor = current_actor()
    shown = queries.get_document(actor, document_id)
    authorize(can_read_all_versions, actor, shown)
    old, new = (number_in(request.args.get(name)) for name in ("from", "to"))
    compared = None
    if shown.is_page and old and new:
        before, after = queries.version_of(shown, min(old, new)), queries.version_of(shown, max(old, new))
        compared = {"from": before.number, "to": after.number,
                    "pieces": differences(before.body_md or "", after.body_md or "")}  # fmt: skip
    return render_template(
        "documents/history.html", lines=queries.history_of(shown), compared=compared,
        can_edit=can_edit_document(actor, shown), **around(shown),
    )  # fmt: skip


@blueprint.get("/documents/<int:document_id>/file")
@open_to_visitors
def file(document_id: int) -> ResponseReturnValue:
    """The last version's bytes: shown where that is safe and asked for, else to keep."""
    actor = current_actor()
    return sent(queries.version_for(actor, queries.get_document(actor, document_id)))


@blueprint.get("/documents/<int:document_id>/thumbnail")
def thumbnail(document_id: int) -> ResponseReturnValue:
    actor = current_actor()
    version = queries.version_for(actor, queries.get_document(actor, document_id))
    if version.content is None:
        raise NotFound
    answer = files.send_thumbnail(version.content, request.if_none_match)
    return answer.make_conditional(request)


@blueprint.get("/versions/<int:version_id>/file")
@open_to_visitors
def version_file(version_id: int) -> ResponseReturnValue:
    return sent(queries.get_version(current_actor(), version_id))


def sent(version: DocumentVersion) -> ResponseReturnValue:
    if version.content is None or version.file_name is None:
        raise NotFound
    return files.send_content(version.content, version.file_name, inline="inline" in request.args)


def list_page(group: WorkingGroup, folder: Folder | None, **more: object) -> str:
    actor = current_actor()
    folder_id = folder.id if folder else None
    can_add = can_add_documents(actor, group)
    is_ordering = can_add and "order" in request.args
    count = queries.document_count(actor, group, folder_id)
    last = page_of(count, DOCUMENTS_ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    pages = Pagination(page, last, lambda number: url_for("documents.documents", slug=group.slug, folder=folder_id,
                                                          order=1 if is_ordering else None, page=number))  # fmt: skip
    folders = queries.folders_of(group)
    shown: dict[str, object] = {
        "folder": folder, "path": queries.path_in(folders, folder),
        "folders": [each for each in folders if each.parent_id == folder_id], "tree": branches_of(folders),
        "documents": queries.documents_in(actor, group, folder_id, page),
        "pages": pages, "can_add": can_add, "most_files": FILES_AT_ONCE, "results": [],
        "is_ordering": is_ordering, "can_order": can_add and count > 1,
        "why_hidden": why_each_is_hidden("folder", [each.id for each in folders if each.hidden_at]),
        "may_report": folder and not group.is_confidential and folder.written_by != actor.tie_id,
    }  # fmt: skip
    return render_template("documents/documents.html", **{**frame_of(group), **shown, **more})


def branches_of(folders: Sequence[Folder], parent_id: int | None = None) -> list[Branch]:
    """All folders of the group, each with those within it."""
    return [(each, branches_of(folders, each.id)) for each in folders if each.parent_id == parent_id]


def document_page(shown: Document, version: DocumentVersion) -> str:
    actor = current_actor()
    reads_all = can_read_all_versions(actor, shown)
    return render_template(
        "documents/document.html", version=version, file=about(version), html=html_of(version), reads_all=reads_all,
        is_last=version.number == shown.last_number or not reads_all,
        has_namesake=reads_all and queries.has_namesake(shown),
        authors=queries.authors_of(version), keeper=queries.keeper_of(shown),
        can_edit=can_edit_document(actor, shown), can_trash=can_trash_document(actor, shown),
        may_report=reads_all and not shown.group.is_confidential and shown.changed_by != actor.tie_id,
        label_name=LABEL_WORDS[shown.label],
        **around(shown),
    )  # fmt: skip


def about(version: DocumentVersion) -> dict[str, object]:
    """What a page says of the file of a version; nothing where it has none."""
    content = version.content
    if content is None:
        return {}
    name = version.file_name or ""
    return {
        "name": name, "size": content.size, "kind": kind_of(content.type),
        "is_picture": content.type in PICTURES, "is_pdf": content.type == PDF,
        "has_many_pixels": content.type == MANY_PIXELS,
        "markdown": Picture(version.document_id, version.document.title).markdown,
        "fits": fits_its_name(content.type, name),
        "url": url_for("documents.version_file", version_id=version.id),
    }  # fmt: skip


def html_of(version: DocumentVersion) -> object:
    return markup.as_rendered(version.body_html) if version.body_html else ""


def around(shown: Document) -> dict[str, object]:
    """What every page of a document shows around itself. Who reads it by its label alone sees no more of the group."""
    group = shown.group
    may_read_group = can_read_group(current_actor(), group)
    folders: Sequence[Folder] = queries.folders_of(group) if may_read_group else ()
    folder = next((each for each in folders if each.id == shown.folder_id), None)
    return {
        "document": shown, "path": queries.path_in(folders, folder), "may_read_group": may_read_group,
        "group_name": group.name, "group_slug": group.slug, "is_confidential": group.is_confidential,
    }  # fmt: skip


def folder_asked(group: WorkingGroup, asked: str | None) -> Folder | None:
    """The folder of this group that the address names; NotFound when it is none of them."""
    if not asked or asked == "0":
        return None
    folder = queries.get_folder(current_actor(), number_in(asked) or 0)
    if folder.group_id != group.id:
        raise NotFound
    return folder

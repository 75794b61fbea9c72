"""New documents and new versions. A version says which one its writer had before them, so none is written over."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from markupsafe import Markup

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.documents import queries
from app.documents.events import DocumentCreated, FileVersionUploaded, PageVersionKept
from app.documents.models import (
    TITLE_MOST,
    Document,
    DocumentKind,
    DocumentState,
    DocumentVersion,
    Folder,
    VersionAuthor,
)
from app.documents.policy import can_add_documents, can_edit_document
from app.files.service import Upload
from app.groups.models import WorkingGroup


class WrittenPage(NamedTuple):
    """A text and what it was rendered to, before the transaction."""

    body_md: str
    body_html: Markup


class VersionConflict(Conflict):
    """A newer version came in between. Nothing was written over."""


@atomic
def add_files(actor: Actor, group: WorkingGroup, folder: Folder | None, uploads: Sequence[Upload]) -> list[Document]:
    """One document for each, with its first version."""
    authorize(can_add_documents, actor, group)
    made = []
    for upload in uploads:
        document = _new(actor, group, folder, DocumentKind.FILE, _title_of(upload))
        _keep(actor, document, DocumentVersion(sha256=upload.stored.sha256, file_name=upload.name), base=None)
        publish(DocumentCreated(actor_id=actor.id, document_id=document.id))
        made.append(document)
    return made


@atomic
def add_page(actor: Actor, group: WorkingGroup, folder: Folder | None, title: str, text: WrittenPage) -> Document:
    authorize(can_add_documents, actor, group)
    document = _new(actor, group, folder, DocumentKind.PAGE, title)
    _keep(actor, document, DocumentVersion(body_md=text.body_md, body_html=text.body_html), base=None)
    publish(DocumentCreated(actor_id=actor.id, document_id=document.id))
    return document


@atomic
def edit_page(actor: Actor, document: Document, text: WrittenPage, *, base_version: int, remark: str = "",
              name: str | None = None) -> Document:  # fmt: skip
    """Keep a new version. Raises VersionConflict when another came in between; the same text again changes nothing."""
    _begin_writing(actor, document, DocumentKind.PAGE)
    last = queries.version_of(document)
    if last.body_md == text.body_md and not name:
        return document
    _refuse_if_moved_on(document, base_version)
    version = DocumentVersion(body_md=text.body_md, body_html=text.body_html, remark=remark, name=name)
    _keep(actor, document, version, base=base_version)
    publish(PageVersionKept(actor_id=actor.id, document_id=document.id, number=version.number))
    return document


@atomic
def add_file_version(actor: Actor, document: Document, upload: Upload, *, base_version: int,
                     remark: str = "") -> Document:  # fmt: skip
    """Keep other bytes under the same address. Raises VersionConflict when others came in between."""
    _begin_writing(actor, document, DocumentKind.FILE)
    if queries.version_of(document).sha256 == upload.stored.sha256:
        return document
    _refuse_if_moved_on(document, base_version)
    version = DocumentVersion(sha256=upload.stored.sha256, file_name=upload.name, remark=remark)
    _keep(actor, document, version, base=base_version)
    publish(FileVersionUploaded(actor_id=actor.id, document_id=document.id, number=version.number))
    return document


@atomic
def restore_version(actor: Actor, document: Document, number: int) -> Document:
    """The old text or file once more, as the newest version; what came after it stays in the history."""
    _begin_writing(actor, document, document.kind)
    old = queries.version_of(document, number)
    if number == document.last_number:
        return document
    again = DocumentVersion(
        body_md=old.body_md, body_html=old.body_html, sha256=old.sha256, file_name=old.file_name,
        remark=_("Version %(number)s restored", number=number),
    )  # fmt: skip
    _keep(actor, document, again, base=document.last_number)
    kept = PageVersionKept if document.is_page else FileVersionUploaded
    publish(kept(actor_id=actor.id, document_id=document.id, number=again.number))
    return document


def _title_of(upload: Upload) -> str:
    """Its name without the extension."""
    start, dot, _extension = upload.name.rpartition(".")
    return (start if dot and start else upload.name)[:TITLE_MOST]


def _new(actor: Actor, group: WorkingGroup, folder: Folder | None, kind: DocumentKind, title: str) -> Document:
    if folder is not None and folder.group_id != group.id:
        raise Conflict(_("This folder belongs to another working group."))
    document = Document(group=group, folder=folder, kind=kind, title=title, keeper_id=actor.tie_id,
                        position=queries.next_position(group.id, folder.id if folder else None),
                        created_by=actor.tie_id, changed_by=actor.tie_id)  # fmt: skip
    db.session.add(document)
    db.session.flush()
    return document


def _begin_writing(actor: Actor, document: Document, kind: DocumentKind) -> None:
    """Two who save at one moment: the second sees what the first did."""
    db.session.refresh(document, with_for_update={"of": Document})
    authorize(can_edit_document, actor, document)
    if document.kind is not kind:
        raise Conflict(_("A page has no file, and a file has no text to edit."))


def _refuse_if_moved_on(document: Document, base_version: int) -> None:
    if document.last_number != base_version:
        raise VersionConflict(_("Someone else saved a newer version in the meantime."))


def _keep(actor: Actor, document: Document, version: DocumentVersion, *, base: int | None) -> None:
    document.last_number += 1
    document.changed_at = now()
    document.changed_by = cast(int, actor.tie_id)  # who writes has one
    if document.state is DocumentState.ADOPTED:
        document.state = DocumentState.DRAFT  # the adopted version is shown until the newer one is adopted too
    version.document, version.number, version.base_number = document, document.last_number, base
    db.session.add(version)
    db.session.flush()
    db.session.add(VersionAuthor(version_id=version.id, tie_id=actor.tie_id))

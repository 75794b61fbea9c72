"""Who may do what with documents and folders."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, ColumnElement, Select, and_, or_, select

from app.accounts.policy import Anyone
from app.core.policy import rule
from app.documents.models import Document, DocumentState, Folder, Label
from app.groups.models import Role, WorkingGroup
from app.groups.policy import can_read_group, readable_group_ids, standing_in

OF_GROUP = (Label.PUBLIC, Label.MEMBERS, Label.GROUP)  # the group reads them; a public one others too, once adopted


@rule
def can_read_document(actor: Anyone, document: Document) -> bool:
    """Readers of the group read its documents; all staff of members those for members; everyone adopted public ones."""
    if document.is_trashed or document.hidden_at is not None:
        return False
    return document.is_public or _is_within_label(actor, document)


def readable_documents(actor: Anyone) -> Select[Document]:
    """The same sentence as can_read_document, asked of the database."""
    return select(Document).where(
        is_readable(readable_group_ids(actor), is_staff=actor.is_staff),
        Document.trashed_at.is_(None), Document.hidden_at.is_(None),
    )  # fmt: skip


def is_readable(group_ids: Sequence[int] | BindParameter[int], *, is_staff: bool) -> ColumnElement[bool]:
    """Within its label; the trash is another question. Labels for named readers: nobody, until they can be named."""
    in_group = and_(Document.label.in_(OF_GROUP), Document.group_id.in_(group_ids))
    is_public = and_(Document.label == Label.PUBLIC, Document.adopted_number.is_not(None),
                     Document.state != DocumentState.LAPSED)  # fmt: skip
    if is_staff:
        return or_(in_group, is_public, Document.label == Label.MEMBERS)
    return or_(in_group, is_public)


@rule
def can_read_all_versions(actor: Anyone, document: Document) -> bool:
    """Of a public document everyone reads the adopted version; the others are for whoever read it before that."""
    return can_read_document(actor, document) and _is_within_label(actor, document)


@rule
def can_read_folder_name(actor: Anyone, folder: Folder) -> bool:
    """Who reads the group reads the names of its folders; a hidden one is read by nobody."""
    return folder.hidden_at is None and can_read_group(actor, folder.group)


@rule
def can_add_documents(actor: Anyone, group: WorkingGroup) -> bool:
    """Members of the group, and coordinators where they read, add documents; guests do not, nobody in a silence."""
    standing = standing_in(actor, group)
    if standing is None or standing.is_archived or not standing.may_read or actor.silence_in(group.id):
        return False
    return standing.role not in (None, Role.GUEST) or actor.is_coordinator


@rule
def can_edit_document(actor: Anyone, document: Document) -> bool:
    """Who adds documents to the group also writes in those that are a draft or adopted, not under review."""
    if not can_read_document(actor, document) or document.state not in (DocumentState.DRAFT, DocumentState.ADOPTED):
        return False
    return can_add_documents(actor, document.group)


@rule
def can_manage_document(actor: Anyone, document: Document) -> bool:
    """Lead, deputies, secretary, coordinators where they read, and whoever keeps the document, say who reads it."""
    if not can_read_document(actor, document) or not can_add_documents(actor, document.group):
        return False
    return actor.is_coordinator or _runs(actor, document.group) or document.keeper_id == actor.tie_id


@rule
def can_trash_document(actor: Anyone, document: Document) -> bool:
    """Who made it, who keeps it, and who runs the group, throw a document away and take it back."""
    if document.hidden_at is not None or not _is_within_label(actor, document):
        return False
    standing = standing_in(actor, document.group)
    if standing is None or standing.is_archived or not standing.may_read:
        return False
    is_own = actor.tie_id in (document.created_by, document.keeper_id) and standing.is_member
    return is_own or actor.is_coordinator or _runs(actor, document.group)


def _is_within_label(actor: Anyone, document: Document) -> bool:
    if document.label is Label.MEMBERS and actor.is_staff:
        return True
    return document.label in OF_GROUP and can_read_group(actor, document.group)


def _runs(actor: Anyone, group: WorkingGroup) -> bool:
    standing = standing_in(actor, group)
    return standing is not None and standing.role in (Role.LEAD, Role.DEPUTY, Role.SECRETARY)

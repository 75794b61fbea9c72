"""Folders, titles, places and labels."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select, update

from app.accounts.models import Actor
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize, holds
from app.core.transaction import atomic
from app.documents import queries
from app.documents.events import DocumentLabelled, DocumentMoved, FolderChanged, FolderMade, KeeperChosen
from app.documents.models import FOLDERS_DEEP, Document, Folder, Label
from app.documents.policy import can_add_documents, can_edit_document, can_manage_document
from app.groups.models import WorkingGroup


@atomic
def add_folder(actor: Actor, group: WorkingGroup, parent: Folder | None, name: str) -> Folder:
    """At the end of its level. Raises Conflict when the name is taken there, or the level is too deep."""
    authorize(can_add_documents, actor, group)
    if parent is not None and parent.group_id != group.id:
        raise Conflict(_("This folder belongs to another working group."))
    if parent is not None and len(queries.path_in(queries.folders_of(group), parent)) >= FOLDERS_DEEP:
        raise Conflict(_("Folders go no deeper than %(most)s levels.", most=FOLDERS_DEEP))
    folder = Folder(group=group, parent_id=parent.id if parent else None, created_by=actor.tie_id)
    _name(folder, name)
    last = select(func.max(Folder.position)).where(Folder.group_id == group.id, _is_in(folder.parent_id))
    with db.session.no_autoflush:
        folder.position = 1 + (db.session.scalar(last) or 0)
    db.session.add(folder)
    db.session.flush()
    publish(FolderMade(actor_id=actor.id, folder_id=folder.id))
    return folder


@atomic
def change_folder(actor: Actor, folder: Folder, *, name: str, parent: Folder | None, position: int) -> None:
    """Another name, another place. A folder never comes to stand within itself.

    A hidden name stays as it is, whatever else changes. Raises Conflict for another in its place.
    """
    authorize(can_add_documents, actor, folder.group)
    if folder.hidden_at is not None:
        if name not in ("", folder.name):
            raise Conflict(_("The name of this folder is hidden. Leave it empty to change the rest."), field="name")
        name = folder.name
    if parent is not None:
        folders = queries.folders_of(folder.group)
        above = queries.path_in(folders, parent)
        if parent.group_id != folder.group_id or folder.id in [each.id for each in above]:
            raise Conflict(_("A folder cannot stand within itself."), field="parent")
        if len(above) + _depth_below(folders, folder) > FOLDERS_DEEP:
            raise Conflict(_("Folders go no deeper than %(most)s levels.", most=FOLDERS_DEEP), field="parent")
    folder.parent_id = parent.id if parent else None
    if name != folder.name:
        folder.renamed_by = actor.tie_id
        folder.version += 1
    _name(folder, name)
    _put_at(folder, position)
    publish(FolderChanged(actor_id=actor.id, folder_id=folder.id))


@atomic
def remove_folder(actor: Actor, folder: Folder) -> None:
    """An empty folder goes. What lies in the trash from it goes back to the top when it is restored."""
    authorize(can_add_documents, actor, folder.group)
    holds_documents = select(Document.id).where(Document.folder_id == folder.id, Document.trashed_at.is_(None)).limit(1)
    holds_folders = select(Folder.id).where(Folder.parent_id == folder.id).limit(1)
    if db.session.scalar(holds_documents) or db.session.scalar(holds_folders):
        raise Conflict(_("This folder is not empty. Move or throw away what is in it first."))
    db.session.execute(update(Document).where(Document.folder_id == folder.id).values(folder_id=None, position=0))
    db.session.delete(folder)
    publish(FolderChanged(actor_id=actor.id, folder_id=folder.id))


@atomic
def change_document(actor: Actor, document: Document, *, title: str, folder: Folder | None) -> None:
    """Another title, another folder of the same group. Addresses hold the number, so old links still work."""
    authorize(can_edit_document, actor, document)
    if folder is not None and folder.group_id != document.group_id:
        raise Conflict(_("This folder belongs to another working group."), field="folder")
    folder_id = folder.id if folder else None
    if folder_id != document.folder_id:
        document.position = queries.next_position(document.group_id, folder_id)
    document.title, document.folder_id = title, folder_id
    publish(DocumentMoved(actor_id=actor.id, document_id=document.id))


@atomic
def move_document(actor: Actor, document: Document, *, steps: int) -> None:
    """So many up (below 0) or down in its folder, which has an order of its own from then on (DOC-2)."""
    authorize(can_add_documents, actor, document.group)
    lie = list(queries.lying_with(document))
    place = lie.index(document)
    goal = min(max(place + steps, 0), len(lie) - 1)
    if goal == place:
        return
    lie.insert(goal, lie.pop(place))
    for number, each in enumerate(lie, start=1):
        each.position = number
    publish(DocumentMoved(actor_id=actor.id, document_id=document.id))


@atomic
def label_document(actor: Actor, document: Document, label: Label) -> None:
    """Who reads it. Stricter for who writes in it; wider for who manages it, and never in a confidential group."""
    authorize(can_edit_document, actor, document)
    if label is document.label:
        return
    if not label.is_stricter_than(document.label):
        if document.group.is_confidential:
            raise Conflict(_("In a confidential working group only its members read documents."), field="label")
        if not holds(can_manage_document, actor, document):
            raise Forbidden(_("Only who manages this document may let more people read it."))
    document.label = label
    publish(DocumentLabelled(actor_id=actor.id, document_id=document.id, label=label.value))


@atomic
def choose_keeper(actor: Actor, document: Document, tie_id: int) -> None:
    """Someone who takes part in the group is asked about it from here on (DOC-1)."""
    authorize(can_manage_document, actor, document)
    if tie_id == document.keeper_id:
        return
    if tie_id not in [keeper.tie_id for keeper in queries.keepers_in(document.group)]:
        raise Invalid(_("Choose someone who takes part in this working group."), field="keeper")
    document.keeper_id = tie_id
    publish(KeeperChosen(actor_id=actor.id, document_id=document.id, tie_id=tie_id))


def make_labels_stricter(actor_id: int | None, group_id: int) -> None:
    """A group became confidential: within the same transaction nothing in it is wider than the group (DOC-6)."""
    for document in db.session.scalars(select(Document).where(
            Document.group_id == group_id, Document.label.in_((Label.PUBLIC, Label.MEMBERS)))):  # fmt: skip
        document.label = Label.GROUP
        publish(DocumentLabelled(actor_id=actor_id, document_id=document.id, label=Label.GROUP.value))


def _depth_below(folders: Sequence[Folder], folder: Folder) -> int:
    """How many levels this folder and what is in it take."""
    return 1 + max((_depth_below(folders, each) for each in folders if each.parent_id == folder.id), default=0)


def _name(folder: Folder, name: str) -> None:
    key = name.casefold()
    namesake = select(Folder.id).where(
        Folder.group_id == folder.group.id, _is_in(folder.parent_id), Folder.name_key == key, Folder.id != folder.id
    ).limit(1)  # fmt: skip
    with db.session.no_autoflush:
        if db.session.scalar(namesake) is not None:
            raise Conflict(_("There is a folder with this name here already."), field="name")
    folder.name, folder.name_key = name, key


def _put_at(folder: Folder, position: int) -> None:
    """Between its neighbours, counted from 1; the others close up around it."""
    others = db.session.scalars(
        select(Folder).where(Folder.group_id == folder.group_id, _is_in(folder.parent_id), Folder.id != folder.id)
        .order_by(Folder.position, Folder.name_key)
    ).all()  # fmt: skip
    place = min(max(position, 1), len(others) + 1)
    for number, each in enumerate([*others[: place - 1], folder, *others[place - 1 :]], start=1):
        each.position = number


def _is_in(parent_id: int | None) -> ColumnElement[bool]:
    return Folder.parent_id.is_(None) if parent_id is None else Folder.parent_id == parent_id

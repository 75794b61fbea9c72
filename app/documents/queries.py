"""Finding documents, their versions and folders. Every query starts from what the person may read."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import Actor, Company, Person, Tie, TieKind, said_for
from app.accounts.policy import live_tie_condition, slug_of_page
from app.core.db import Id, Rows, rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.i18n import ENDLESS
from app.documents.models import (
    DOCUMENTS_ON_A_PAGE,
    Document,
    DocumentKind,
    DocumentState,
    DocumentVersion,
    Folder,
    Label,
    VersionAuthor,
    document_link,
)
from app.documents.policy import can_read_all_versions, can_read_document, can_trash_document, is_readable
from app.files.models import PICTURES, FileContent, Thumbnail
from app.groups.models import GroupMembership, Role, WorkingGroup
from app.groups.policy import readable_group_ids
from app.notifications.queries import SINCE, was_told
from app.notifications.service import Asked

PICTURES_TO_CHOOSE = 30
GROUPS = bindparam("groups", type_=Id, expanding=True)


class DocumentRow(NamedTuple):
    """A line of a list of documents."""

    id: int
    title: str
    kind: DocumentKind
    label: Label
    state: DocumentState
    changed_at: datetime
    changed_by: str
    company_name: str
    file_name: str | None = None
    size: int | None = None
    thumbnail: Thumbnail | None = None

    @property
    def link(self) -> str:
        return document_link(self.id, self.title)


class DocumentNews(NamedTuple):
    """What an overview has to tell of a document."""

    id: int
    title: str
    group_id: int
    changed_at: datetime
    number: int

    @property
    def link(self) -> str:
        return document_link(self.id, self.title)


class Author(NamedTuple):
    """Who wrote a version, for the company of that time."""

    person_id: int
    name: str
    company_name: str
    company_slug: str | None  # None when it has no page (any more)
    kind: TieKind

    @property
    def is_guest(self) -> bool:
        return self.kind is TieKind.GUEST


class Keeper(NamedTuple):
    """Someone whom a document can be given to keep."""

    tie_id: int
    name: str
    company_name: str


class Picture(NamedTuple):
    id: int
    title: str

    @property
    def markdown(self) -> str:
        """As it stands in the text of a page."""
        return f"![{self.title.replace('[', '(').replace(']', ')')}](/documents/{self.id}/file)"


class VersionRow(NamedTuple):
    """A line of the history. `size` is in characters for a page and in bytes for a file."""

    id: int
    number: int
    at: datetime
    remark: str
    name: str | None
    size: int
    file_name: str | None
    base_number: int | None
    authors: tuple[Author, ...] = ()


def get_document(actor: Actor, document_id: int) -> Document:
    """The document with its group, or NotFound if this person may not read it."""
    values = {"groups": readable_group_ids(actor), "document": document_id}
    document = db.session.scalar(_readable_document(actor.is_staff), values)
    if document is None:
        raise NotFound
    return document


def document_of_any_state(document_id: int) -> Document | None:
    """With its group, whoever may read it."""
    return db.session.get(Document, document_id, options=[joinedload(Document.group)])


def hidden_document(actor: Actor, document_id: int) -> Document | None:
    """One that this person would read, were it not hidden."""
    readable = is_readable(readable_group_ids(actor), is_staff=actor.is_staff)
    return db.session.scalar(
        select(Document).where(Document.id == document_id, readable, Document.hidden_at.is_not(None),
                               Document.trashed_at.is_(None))
    )  # fmt: skip


def get_trashed(actor: Actor, document_id: int) -> Document:
    """A document in the trash that this person may take out of it, or NotFound."""
    document = document_of_any_state(document_id)
    if document is None or not document.is_trashed or not can_trash_document(actor, document):
        raise NotFound
    return document


def get_folder(actor: Actor, folder_id: int) -> Folder:
    """A folder of a group that this person reads, with the group, or NotFound."""
    folder = db.session.scalar(
        select(Folder).where(Folder.id == folder_id, Folder.group_id.in_(readable_group_ids(actor)))
        .options(joinedload(Folder.group))
    )  # fmt: skip
    if folder is None:
        raise NotFound
    return folder


def folder_of_any_state(folder_id: int) -> Folder | None:
    """With its group, whoever may read it."""
    return db.session.get(Folder, folder_id, options=[joinedload(Folder.group)])


def get_version(actor: Actor, version_id: int) -> DocumentVersion:
    """A version with its document and content, or NotFound."""
    version = db.session.scalar(
        select(DocumentVersion)
        .options(joinedload(DocumentVersion.document).joinedload(Document.group), joinedload(DocumentVersion.content))
        .where(DocumentVersion.id == version_id)
    )
    if version is None or not _may_read(actor, version):
        raise NotFound
    return version


def version_for(actor: Actor, document: Document, number: int | None = None) -> DocumentVersion:
    """The last version, or the one with this number; for who reads the adopted one only, that one. Else NotFound."""
    if can_read_all_versions(actor, document):
        return version_of(document, number)
    if number not in (None, document.adopted_number):
        raise NotFound
    return version_of(document, document.adopted_number)


def version_of(document: Document, number: int | None = None) -> DocumentVersion:
    """The last version, or the one with this number, with its content; NotFound when there is none."""
    values = {"document": document.id, "number": number or document.last_number}
    version = db.session.scalar(_version(), values)
    if version is None:
        raise NotFound
    return version


def news_for_overview(actor: Actor, asked: Asked) -> list[DocumentNews]:
    """Of their own groups: documents with a version of another that is told by no mail, the newest first (NTF-24)."""
    loud = [group_id for group_id in asked.groups if not asked.is_silent(group_id)]
    if not loud:
        return []
    values = {"me": actor.id, "tie": actor.tie_id, "groups": loud, "since": asked.since, "told": asked.told}
    return [DocumentNews(*row) for row in rows(_news(actor.is_staff), values)]


def folders_of(group: WorkingGroup) -> Sequence[Folder]:
    """All folders of the group, each level in its own order."""
    return db.session.scalars(
        select(Folder).where(Folder.group_id == group.id).order_by(Folder.position, Folder.name_key)
    ).all()


def path_in(folders: Iterable[Folder], folder: Folder | None) -> list[Folder]:
    """From the top down to this folder, one of the group's `folders`; empty for the top itself."""
    by_id = {each.id: each for each in folders}
    path: list[Folder] = []
    while folder is not None:
        path.insert(0, folder)
        folder = by_id.get(folder.parent_id or 0)
    return path


def documents_in(actor: Actor, group: WorkingGroup, folder_id: int | None, page: int = 1) -> Sequence[DocumentRow]:
    """One page of a folder, in its own order; by title where nobody made one."""
    values = {
        "groups": readable_group_ids(actor), "group": group.id, "folder": folder_id,
        "start": (page - 1) * DOCUMENTS_ON_A_PAGE, "size": DOCUMENTS_ON_A_PAGE,
    }  # fmt: skip
    found = rows(_documents_in(actor.is_staff, is_top=folder_id is None), values)
    return [DocumentRow(*row[:-1])._replace(company_name=said_for(row.company_name, row[-1])) for row in found]


def lying_with(document: Document) -> Sequence[Document]:
    """The document and those beside it in its folder, in their order, held until COMMIT for whoever orders them."""
    folder = {"group": document.group_id, "folder": document.folder_id}
    return db.session.scalars(
        select(Document).where(_in_folder(document.folder_id is None), _is_there()).order_by(*_in_order())
        .with_for_update(of=Document).execution_options(populate_existing=True), folder
    ).all()  # fmt: skip


def next_position(group_id: int, folder_id: int | None) -> int:
    """Behind what lies in the folder; 0 where nobody ordered it and titles do."""
    folder = {"group": group_id, "folder": folder_id}
    last = db.session.scalar(
        select(func.max(Document.position)).where(_in_folder(folder_id is None), Document.trashed_at.is_(None)), folder)
    return last + 1 if last else 0


def pictures_in(actor: Actor, group: WorkingGroup) -> list[Picture]:
    """Those of the group that can stand in its pages, the newest first."""
    values = {"groups": readable_group_ids(actor), "group": group.id}
    return [Picture(*row) for row in rows(_pictures_in(actor.is_staff), values)]


def document_count(actor: Actor, group: WorkingGroup, folder_id: int | None) -> int:
    values = {"groups": readable_group_ids(actor), "group": group.id, "folder": folder_id}
    return rows(_document_count(actor.is_staff, is_top=folder_id is None), values).scalar() or 0


def documents_to_find() -> Select[Document]:
    """Documents that are there for whoever reads their group, with all that an entry of the search is made of."""
    return select(Document).options(joinedload(Document.group), joinedload(Document.changer)).where(_is_there())


def has_namesake(document: Document) -> bool:
    """Whether another document in the folder has this title, whatever its capitals.

    Compared here: to SQLite É and é are two letters that have nothing to do with one another.
    """
    titles = db.session.scalars(
        select(Document.title).where(
            Document.group_id == document.group_id, Document.id != document.id, Document.trashed_at.is_(None),
            Document.folder_id.is_(None) if document.folder_id is None else Document.folder_id == document.folder_id,
        )
    )  # fmt: skip
    key = document.title.casefold()
    return any(title.casefold() == key for title in titles)


def authors_of(version: DocumentVersion) -> Sequence[Author]:
    found = db.session.execute(_authors().where(VersionAuthor.version_id == version.id))
    return [Author(*author) for _version_id, *author in found]


def writers_of(document: Document) -> set[int]:
    """Who keeps it and who ever wrote a version."""
    wrote = (
        select(VersionAuthor.tie_id).join(DocumentVersion, DocumentVersion.id == VersionAuthor.version_id)
        .where(DocumentVersion.document_id == document.id)
    )  # fmt: skip
    return set(db.session.scalars(
        select(Tie.person_id).where(or_(Tie.id == document.keeper_id, Tie.id.in_(wrote)))))  # fmt: skip


def titles_of(document_ids: Sequence[int]) -> Sequence[tuple[int, str]]:
    """(id, title)"""
    found = db.session.execute(select(Document.id, Document.title).where(Document.id.in_(document_ids)))
    return [(row[0], row[1]) for row in found]


def keeper_of(document: Document) -> Author:
    return Author(*db.session.execute(_people().where(Tie.id == document.keeper_id)).one())


def keepers_in(group: WorkingGroup) -> Sequence[Keeper]:
    """Who takes part now, by name; guests keep nothing."""
    found = db.session.execute(
        select(Tie.id, Person.name, Company.name).select_from(GroupMembership)
        .join(Tie, Tie.id == GroupMembership.tie_id).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
        .where(GroupMembership.group_id == group.id, GroupMembership.left_at.is_(None),
               GroupMembership.role != Role.GUEST, live_tie_condition())
        .order_by(Person.name, Person.id)
    )  # fmt: skip
    return [Keeper(*row) for row in found]


def kept_by(tie_id: int, group_id: int | None = None) -> Sequence[Document]:
    """What this person keeps, in one group or in all; what is in the trash needs no keeper."""
    statement = select(Document).options(joinedload(Document.group)).where(
        Document.keeper_id == tie_id, Document.trashed_at.is_(None))  # fmt: skip
    return db.session.scalars(statement.where(Document.group_id == group_id) if group_id else statement).all()


def history_of(document: Document) -> Sequence[VersionRow]:
    """All versions, the newest first, with who wrote them."""
    authors: dict[int, list[Author]] = {}
    of_document = _authors().join(DocumentVersion, DocumentVersion.id == VersionAuthor.version_id).where(
        DocumentVersion.document_id == document.id)  # fmt: skip
    for version_id, *author in db.session.execute(of_document):
        authors.setdefault(version_id, []).append(Author(*author))
    size = func.coalesce(FileContent.size, func.length(DocumentVersion.body_md))
    found = db.session.execute(
        select(DocumentVersion.id, DocumentVersion.number, DocumentVersion.at, DocumentVersion.remark,
               DocumentVersion.name, size, DocumentVersion.file_name, DocumentVersion.base_number)
        .outerjoin(FileContent, FileContent.sha256 == DocumentVersion.sha256)
        .where(DocumentVersion.document_id == document.id).order_by(DocumentVersion.number.desc())
    )  # fmt: skip
    return [VersionRow(*row, tuple(authors.get(row[0], ()))) for row in found]


def trash_of(actor: Actor, group: WorkingGroup) -> Sequence[Document]:
    """What lies in the trash of the group and this person may take out, the newest first."""
    found = db.session.scalars(
        select(Document).where(Document.group_id == group.id, Document.trashed_at.is_not(None))
        .order_by(Document.trashed_at.desc(), Document.id.desc())
    )  # fmt: skip
    return [document for document in found if can_trash_document(actor, document)]


def _may_read(actor: Actor, version: DocumentVersion) -> bool:
    document = version.document
    is_adopted = version.number == document.adopted_number
    return can_read_all_versions(actor, document) or (is_adopted and can_read_document(actor, document))


@cache
def _readable_document(is_staff: bool) -> Select[Document]:
    return (
        select(Document).join(Document.group).options(contains_eager(Document.group))
        .where(Document.id == bindparam("document"), is_readable(GROUPS, is_staff=is_staff), _is_there())
    )  # fmt: skip


@cache
def _news(is_staff: bool) -> Rows:
    own = exists().where(VersionAuthor.version_id == DocumentVersion.id,
                         VersionAuthor.tie_id == bindparam("tie", type_=Id))  # fmt: skip
    return (
        select(Document.id, Document.title, Document.group_id, Document.changed_at, Document.last_number)
        .join(DocumentVersion, and_(DocumentVersion.document_id == Document.id,
                                    DocumentVersion.number == Document.last_number))
        .where(Document.group_id.in_(GROUPS), is_readable(GROUPS, is_staff=is_staff), _is_there(),
               Document.changed_at > SINCE, Document.id.not_in(bindparam("told", type_=Id, expanding=True)), ~own,
               ~was_told(Document.id, DocumentVersion.id))
        .order_by(Document.changed_at.desc(), Document.id.desc()).limit(ENDLESS)
    )  # fmt: skip


@cache
def _version() -> Select[DocumentVersion]:
    return (
        select(DocumentVersion).options(joinedload(DocumentVersion.content))
        .where(DocumentVersion.document_id == bindparam("document"), DocumentVersion.number == bindparam("number"))
    )  # fmt: skip


@cache
def _authors() -> Rows:
    return (
        select(VersionAuthor.version_id, *_of_person())
        .join(Tie, Tie.id == VersionAuthor.tie_id).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id).order_by(Person.name, Person.id)
    )  # fmt: skip


@cache
def _people() -> Rows:
    return (
        select(*_of_person()).select_from(Tie).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
    )  # fmt: skip


def _of_person() -> tuple[ColumnElement[Any], ...]:
    """The columns of an Author."""
    return Person.id, Person.name, Company.name, slug_of_page(), Tie.kind  # type: ignore[return-value]


@cache
def _pictures_in(is_staff: bool) -> Rows:
    return (
        select(Document.id, Document.title)
        .join(DocumentVersion, and_(DocumentVersion.document_id == Document.id,
                                    DocumentVersion.number == Document.last_number))
        .join(FileContent, FileContent.sha256 == DocumentVersion.sha256)
        .where(Document.group_id == bindparam("group", type_=Id), FileContent.type.in_(PICTURES),
               is_readable(GROUPS, is_staff=is_staff), _is_there())
        .order_by(Document.changed_at.desc(), Document.id.desc()).limit(PICTURES_TO_CHOOSE)
    )  # fmt: skip


@cache
def _documents_in(is_staff: bool, *, is_top: bool) -> Rows:
    order = _in_order()
    # Chosen by themselves: else the versions and authors of the whole folder are joined, to be sorted and dropped.
    chosen = (
        select(Document.id).where(_in_folder(is_top), is_readable(GROUPS, is_staff=is_staff), _is_there())
        .order_by(*order).offset(bindparam("start", type_=Integer)).limit(bindparam("size", type_=Integer))
    )  # fmt: skip
    return _document_rows().where(Document.id.in_(chosen)).order_by(*order)


@cache
def _document_count(is_staff: bool, *, is_top: bool) -> Rows:
    return (
        select(func.count()).select_from(Document)
        .where(_in_folder(is_top), is_readable(GROUPS, is_staff=is_staff), _is_there())
    )  # fmt: skip


@cache
def _document_rows() -> Rows:
    last = and_(DocumentVersion.document_id == Document.id, DocumentVersion.number == Document.last_number)
    return (
        select(Document.id, Document.title, Document.kind, Document.label, Document.state, Document.changed_at,
               Person.name, Company.name.label("company_name"), DocumentVersion.file_name, FileContent.size,
               FileContent.thumbnail, Tie.kind.label("tie_kind"))
        .join(Tie, Tie.id == Document.changed_by).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
        .join(DocumentVersion, last).outerjoin(FileContent, FileContent.sha256 == DocumentVersion.sha256)
    )  # fmt: skip


def _in_order() -> tuple[ColumnElement[Any], ...]:
    return Document.position, func.lower(Document.title), Document.id  # type: ignore[return-value]


def _in_folder(is_top: bool) -> ColumnElement[bool]:
    folder = Document.folder_id.is_(None) if is_top else Document.folder_id == bindparam("folder")
    return and_(Document.group_id == bindparam("group"), folder)


def _is_there() -> ColumnElement[bool]:
    return and_(Document.trashed_at.is_(None), Document.hidden_at.is_(None))

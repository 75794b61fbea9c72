"""What follows from what happens to documents."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.events import TieEnded
from app.accounts.models import Actor, Tie
from app.accounts.policy import MEMBERS
from app.accounts.queries import coordinators
from app.core.events import on
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.text import plain_words
from app.documents import queries
from app.documents.events import (
    DocumentCreated,
    DocumentLabelled,
    DocumentMoved,
    DocumentPurged,
    DocumentRestored,
    DocumentTrashed,
    FileVersionUploaded,
    KeeperChosen,
    PageVersionKept,
)
from app.documents.models import Document, DocumentVersion, Folder, Label, VersionAuthor, document_link
from app.documents.policy import can_read_all_versions, can_read_folder_name, readable_documents
from app.documents.service import count_documents, make_labels_stricter, move_documents, who_takes_part
from app.documents.service.reading import KEEPER, NEW_VERSION
from app.files import service as files
from app.groups.events import GroupVisibilityChanged, MemberLeft
from app.groups.models import Visibility, WorkingGroup, group_scope
from app.groups.queries import leads_of, open_membership
from app.guard import service as guard
from app.guard.events import ContentHidden, ContentUnhidden
from app.guard.service import Excerpt
from app.notifications import service as notifications
from app.notifications.models import Sort
from app.notifications.service import Asked, OverviewLine, Shown
from app.search import service as search
from app.search.models import Entry

KIND = "document"  # in search, in reports
FOLDER = "folder"
files.owner(DocumentVersion.sha256)


@on(GroupVisibilityChanged)
def narrow_labels(event: GroupVisibilityChanged) -> None:
    """DOC-6: in the same transaction in which the group becomes confidential."""
    if event.visibility == Visibility.CONFIDENTIAL.value:
        make_labels_stricter(event.actor_id, event.group_id)


@on(DocumentCreated, FileVersionUploaded, PageVersionKept, DocumentMoved, DocumentLabelled)
def make_findable(event: DocumentCreated) -> None:
    _index(db.session.get_one(Document, event.document_id))


@on(FileVersionUploaded, PageVersionKept)
def tell_writers(event: FileVersionUploaded | PageVersionKept) -> None:
    """One line for a document, however often it changes: it comes back on top."""
    document = db.session.get_one(Document, event.document_id)
    notifications.notify(
        queries.writers_of(document), kind=NEW_VERSION, item=document.id, actor_id=event.actor_id or 0,
        actor_tie_id=document.changed_by, scope=document.group.scope, anew=True,
    )  # fmt: skip


@on(MemberLeft)
def ask_for_keepers_in(event: MemberLeft) -> None:
    _ask_for_keepers(queries.kept_by(event.tie_id, event.group_id), event)


@on(TieEnded)
def ask_for_keepers(event: TieEnded) -> None:
    """In groups of which the keeper was no member too, such as those of a coordinator."""
    _ask_for_keepers(queries.kept_by(event.tie_id), event)


@on(KeeperChosen)
def ask_no_more(event: KeeperChosen) -> None:
    notifications.withdraw(KEEPER, [event.document_id])


@on(DocumentTrashed, DocumentPurged)
def forget(event: DocumentTrashed | DocumentPurged) -> None:
    _forget(event.document_id)


@on(ContentHidden)
def forget_hidden(event: ContentHidden) -> None:
    if event.kind == KIND:
        _forget(event.item)


@on(DocumentRestored)
def find_restored(event: DocumentRestored) -> None:
    _find_again(event.document_id)


@on(ContentUnhidden)
def find_again(event: ContentUnhidden) -> None:
    if event.kind == KIND:
        _find_again(event.item)


def _ask_for_keepers(documents: Iterable[Document], event: MemberLeft | TieEnded) -> None:
    """DOC-1: nothing changes about them, but the lead hears that they need a new keeper."""
    for document in documents:
        notifications.notify(
            _who_chooses(document.group, event.person_id), kind=KEEPER, item=document.id, actor_id=event.person_id,
            actor_tie_id=event.tie_id, scope=document.group.scope, anew=True,
        )  # fmt: skip


def _who_chooses(group: WorkingGroup, leaver_id: int) -> Sequence[int]:
    """Lead or deputies; where none is left, whoever looks after the groups, who reads no confidential one."""
    left = [person_id for person_id in leads_of(group.id) if person_id != leaver_id]
    return left or ([] if group.is_confidential else coordinators())


def _forget(document_id: int) -> None:
    """Out of search and from under the bell."""
    search.forget(KIND, document_id)
    for kind in (NEW_VERSION, KEEPER):
        notifications.withdraw(kind, [document_id])


def _find_again(document_id: int) -> None:
    document = db.session.get_one(Document, document_id)
    if not document.is_trashed and document.hidden_at is None:
        _index(document)
        notifications.restore(NEW_VERSION, [document_id])
        if open_membership(document.group_id, document.keeper_id) is None:
            notifications.restore(KEEPER, [document_id])


def _index(document: Document) -> None:
    if not document.is_trashed and document.hidden_at is None:
        search.index(entry_of(document))


def entry_of(document: Document) -> Entry:
    version = queries.version_of(document)
    allow = (document.group.scope, MEMBERS) if document.label is Label.MEMBERS else (document.group.scope,)
    words = plain_words(version.body_md) if version.body_md else version.file_name or ""
    return Entry(kind=KIND, ref_id=document.id, title=document.title, at=document.changed_at, body=words,
                 allow=allow, group_id=document.group_id, company_id=document.changer.company_id,
                 author_id=document.changer.person_id)  # fmt: skip


def all_entries() -> Iterable[Entry]:
    return [entry_of(document) for document in db.session.scalars(queries.documents_to_find())]


def some_entries(document_ids: Sequence[int]) -> Iterable[Entry]:
    wanted = queries.documents_to_find().where(Document.id.in_(document_ids))
    return [entry_of(document) for document in db.session.scalars(wanted)]


def show_versions(document_ids: Sequence[int]) -> dict[int, Shown]:
    return {
        document_id: Shown(title, document_link(document_id, title),
                           _("There is a new version of “%(title)s”", title=title))
        for document_id, title in queries.titles_of(document_ids)
    }  # fmt: skip


def news_of_documents(actor: Actor, asked: Asked) -> Iterable[OverviewLine]:
    """Of their groups, new ones and those with a new version; what is under the bell is told from there."""
    for news in queries.news_for_overview(actor, asked):
        said = _("New document “%(title)s”", title=news.title) if news.number == 1 else \
            _("There is a new version of “%(title)s”", title=news.title)  # fmt: skip
        yield OverviewLine(KIND, news.id, said, news.link, news.changed_at, group_scope(news.group_id), news.group_id,
                   round=news.number)  # fmt: skip


def show_keeperless(document_ids: Sequence[int]) -> dict[int, Shown]:
    return {
        document_id: Shown(title, f"/documents/{document_id}/settings",
                           _("“%(title)s” needs a new keeper: its own takes no part any more", title=title))
        for document_id, title in queries.titles_of(document_ids)
    }  # fmt: skip


def excerpt_of(document: Document) -> Excerpt:
    """The text of a page, the name of a file."""
    version = queries.version_of(document)
    return Excerpt(document.title, version.body_md or version.file_name or "", document.link, document.changed_at,
                   document.group_id, document.last_number)  # fmt: skip


def excerpt_of_folder(folder: Folder) -> Excerpt:
    return Excerpt(folder.name, folder.name, f"/groups/{folder.group.slug}/documents?folder={folder.id}",
                   folder.created_at, folder.group_id, folder.version)  # fmt: skip


accounts.hands_over("documents", label=lambda: _("Documents in draft or under review"), how_many=count_documents,
                    suits=who_takes_part, move=move_documents)  # fmt: skip
guard.content(KIND, load=queries.document_of_any_state, reads=can_read_all_versions,
              author=lambda document: document.changed_by, excerpt=excerpt_of)  # fmt: skip
guard.content(FOLDER, load=queries.folder_of_any_state, reads=can_read_folder_name,
              author=lambda folder: folder.written_by, excerpt=excerpt_of_folder)  # fmt: skip
search.register(KIND, all_entries, load_some=some_entries, reads=search.reads_by(readable_documents, Document.id))
notifications.overview_source(news_of_documents)
notifications.register(NEW_VERSION, show_versions, Sort.NEWS)
notifications.register(KEEPER, show_keeperless, Sort.TASK)


@accounts.own_data("documents")
def documents_data(person_id: int) -> list[dict[str, str | int]]:
    """The versions that this person wrote or brought."""
    found = db.session.execute(
        select(WorkingGroup.name, Document.title, DocumentVersion.number, DocumentVersion.at, DocumentVersion.remark)
        .select_from(VersionAuthor).join(DocumentVersion, DocumentVersion.id == VersionAuthor.version_id)
        .join(Document, Document.id == DocumentVersion.document_id)
        .join(WorkingGroup, WorkingGroup.id == Document.group_id)
        .join(Tie, Tie.id == VersionAuthor.tie_id).where(Tie.person_id == person_id)
        .order_by(DocumentVersion.at, DocumentVersion.id)
    )  # fmt: skip
    return [
        {"group": row.name, "title": row.title, "version": row.number, "at": row.at.isoformat(), "remark": row.remark}
        for row in found
    ]

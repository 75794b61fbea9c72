"""Folders, documents and their versions. A document is a page (Markdown, written here) or a file (uploaded)."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Tie
from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model
from app.core.i18n import gettext as _
from app.core.text import slug
from app.files.models import NAME_MOST, FileContent
from app.groups.models import WorkingGroup

TITLE_MOST = 150
FOLDER_NAME_MOST = 80
FOLDERS_DEEP = 5
REMARK_MOST = 300
VERSION_NAME_MOST = 80
PAGE_MOST = 400_000  # characters
FILES_AT_ONCE = 20
DOCUMENTS_ON_A_PAGE = 50
DAYS_IN_TRASH = 30


class DocumentKind(StrEnum):
    PAGE = "page"
    FILE = "file"


class Label(StrEnum):
    """Who reads a document, from wide to narrow. The forms offer `members` and `group`."""

    PUBLIC = "public"
    MEMBERS = "members"
    GROUP = "group"
    NAMED = "named"
    COMPANY = "company"

    def is_stricter_than(self, other: "Label") -> bool:
        order = list(Label)
        return order.index(self) > order.index(other)


class DocumentState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    ADOPTED = "adopted"
    LAPSED = "lapsed"


class Folder(Model):
    __tablename__ = "folders"
    __table_args__ = (
        UniqueConstraint("parent_id", "name_key"),
        # A top folder has no parent, and two NULLs are not the same to a database.
        Index("uq_folders_top", "group_id", "name_key", unique=True,
              sqlite_where=text("parent_id IS NULL"), postgresql_where=text("parent_id IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("groups.id"))
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("folders.id"))
    name: Mapped[str] = mapped_column(String(FOLDER_NAME_MOST))
    name_key: Mapped[str] = mapped_column(String(2 * FOLDER_NAME_MOST))  # without regard to case
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    renamed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # who last gave it another name
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the name; what is in it stays
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))  # of the name

    group: Mapped[WorkingGroup] = relationship()

    @property
    def heading(self) -> str:
        """What stands for it on every page: while it is hidden words that nobody wrote."""
        return self.name if self.hidden_at is None else _("Folder %(number)d", number=self.position)

    @property
    def written_by(self) -> int:
        """Whose name it is."""
        return self.renamed_by or self.created_by


class Document(Model):
    """What people look for. Its contents are its versions; what changes is only which of them is the last."""

    __tablename__ = "documents"
    __table_args__ = (Index("ix_documents_in_folder", "group_id", "folder_id", "trashed_at"),)

    id: Mapped[int] = id_column()
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("groups.id"))
    folder_id: Mapped[int | None] = mapped_column(Id, ForeignKey("folders.id"), index=True)
    kind: Mapped[DocumentKind] = mapped_column(words(DocumentKind))
    title: Mapped[str] = mapped_column(String(TITLE_MOST))
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # 0: by title, nobody ordered its folder
    label: Mapped[Label] = mapped_column(words(Label), default=Label.GROUP)
    state: Mapped[DocumentState] = mapped_column(words(DocumentState), default=DocumentState.DRAFT)
    keeper_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))  # who is asked about it
    last_number: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    adopted_number: Mapped[int | None]
    review_by: Mapped[date | None]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)  # when its last version came
    changed_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    trashed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    group: Mapped[WorkingGroup] = relationship()
    folder: Mapped[Folder | None] = relationship()
    keeper: Mapped[Tie] = relationship(foreign_keys=keeper_id)
    maker: Mapped[Tie] = relationship(foreign_keys=created_by)
    changer: Mapped[Tie] = relationship(foreign_keys=changed_by)

    @property
    def is_page(self) -> bool:
        return self.kind is DocumentKind.PAGE

    @property
    def is_public(self) -> bool:
        """Its adopted version is for everyone, also while a newer one is written; not once it has lapsed."""
        is_adopted = self.adopted_number is not None and self.state is not DocumentState.LAPSED
        return self.label is Label.PUBLIC and is_adopted

    @property
    def is_trashed(self) -> bool:
        return self.trashed_at is not None

    @property
    def link(self) -> str:
        return document_link(self.id, self.title)


class DocumentVersion(Model):
    """One state of a document, which nothing changes any more."""

    __tablename__ = "document_versions"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = id_column()
    document_id: Mapped[int] = mapped_column(Id, ForeignKey("documents.id"))
    number: Mapped[int]  # from 1, without gaps
    base_number: Mapped[int | None]  # the version that its writer had before them
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    remark: Mapped[str] = mapped_column(String(REMARK_MOST), default="", server_default=text("''"))
    name: Mapped[str | None] = mapped_column(String(VERSION_NAME_MOST))
    body_md: Mapped[str | None] = mapped_column(Text)  # of a page
    body_html: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(ForeignKey("file_contents.sha256"), index=True)  # of a file
    file_name: Mapped[str | None] = mapped_column(String(NAME_MOST))

    document: Mapped[Document] = relationship()
    content: Mapped[FileContent | None] = relationship()


class VersionAuthor(Model):
    """Who wrote a version: several, when they wrote it together."""

    __tablename__ = "document_version_authors"

    version_id: Mapped[int] = mapped_column(
        Id, ForeignKey("document_versions.id"), primary_key=True, autoincrement=False)  # fmt: skip
    tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"), primary_key=True, autoincrement=False)


def document_link(document_id: int, title: str) -> str:
    """/documents/12-jaarplan: the words after the number are for people only."""
    words_of_title = slug(title)
    return f"/documents/{document_id}-{words_of_title}" if words_of_title else f"/documents/{document_id}"

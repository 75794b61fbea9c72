"""What features hand over to be found, and the tables that hold it.

The index itself is one table `search_index(rowid, words)` beside them, in the database's own kind: FTS5 on SQLite,
a text vector on PostgreSQL (service/backends.py).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Id, UTCDateTime
from app.core.extensions import Model

TITLE_MOST = 200
PIECE_MOST = 30_000  # characters; PostgreSQL numbers no more than 16,383 words of a text
WORD_MOST = 64
SCOPE = re.compile(r"[A-Za-z0-9:/_-]{1,60}")

INDEX = "search_index"

# Compared by their letters' numbers on both databases, so that a range of words is the same range.
PlainText = String(WORD_MOST).with_variant(String(WORD_MOST, collation="C"), "postgresql")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One findable thing, as plain words. `allow` names the scopes that may read it: "group:7"; `deny` those that may
    not, whatever else they are. It is found until `until`. `part` is a page of a file, or a block of a page.

    `own_title` is False where the title belongs to something else, as a thread's does over its posts: then words of the
    title find it only beside a word of its own, and last. `link` is its address where that is not /<kind>s/<ref_id>.
    """

    kind: str
    ref_id: int
    title: str
    body: str
    allow: tuple[str, ...]
    at: datetime
    part: int = 0
    deny: tuple[str, ...] = ()
    group_id: int | None = None
    company_id: int | None = None
    author_id: int | None = None
    state: str = ""
    until: datetime | None = None
    lang: str = "nl"
    own_title: bool = True
    link: str = ""

    def __post_init__(self) -> None:
        if wrong := [scope for scope in (*self.allow, *self.deny) if not SCOPE.fullmatch(scope)]:
            raise ValueError(f"not a scope: {wrong[0]!r}")


class Findable(Model):
    """An entry as it is kept, a long one in pieces. Its id tells when it happened: the newest have the highest."""

    __tablename__ = "search_entries"
    __table_args__ = (
        UniqueConstraint("kind", "ref_id", "part", "piece"),
        Index("ix_search_entries_author", "author_id", "group_id"),
        Index("ix_search_entries_until", "until",
              sqlite_where=text("until IS NOT NULL"), postgresql_where=text("until IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(24))
    ref_id: Mapped[int] = mapped_column(Id)
    part: Mapped[int]
    piece: Mapped[int]
    version: Mapped[int] = mapped_column(index=True)  # of the analysis that indexed it; 0: not in the index yet
    group_id: Mapped[int | None] = mapped_column(Id)
    company_id: Mapped[int | None] = mapped_column(Id)
    author_id: Mapped[int | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(20))
    lang: Mapped[str] = mapped_column(String(2))
    own_title: Mapped[bool]
    allow: Mapped[list[str]] = mapped_column(JSON)
    deny: Mapped[list[str]] = mapped_column(JSON)
    link: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(TITLE_MOST))
    body: Mapped[str] = mapped_column(Text)


class Word(Model):
    """Each word that stands in an entry, once, with what its forms have in common."""

    __tablename__ = "search_words"
    __table_args__ = {"sqlite_with_rowid": False}

    word: Mapped[str] = mapped_column(PlainText, primary_key=True)
    stem: Mapped[str] = mapped_column(PlainText, index=True)


class WordPart(Model):
    """Each end of a word that another may begin with: "omgevingsvergunning" is found under "vergunning"."""

    __tablename__ = "search_word_parts"
    __table_args__ = {"sqlite_with_rowid": False}

    part: Mapped[str] = mapped_column(PlainText, primary_key=True)
    word: Mapped[str] = mapped_column(PlainText, primary_key=True)


def is_index(table: str) -> bool:
    """Whether it is the index, or one of the tables in which FTS5 keeps it: no model says what is in those."""
    return table == INDEX or table.startswith(f"{INDEX}_")

"""The index in the database's own kind: FTS5 on SQLite, a text vector on PostgreSQL. Both get the same words in the
same order, and the same questions, so both give the same hits.

A word of the body stands as it is, one of the entry's own title also as t/word; one of a title that belongs to
something else only as u/word. Who may read, and what the entry is about, are words too: +group:7, :kind:post. They
begin with a sign, so that they are the beginning of no word.

A row of the index has the id of its entry, negative: the newest are wanted first, and FTS5 walks up its lists three
times as fast as down.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import text

from app.core.db import is_sqlite, rows
from app.search.service.analysis import analyse

OWN_TITLE, OTHER_TITLE = "t/", "u/"
BEGINNING = "*"  # at the end of a word of a question: any that begins so
POSITIONS_MOST = 16_383  # which PostgreSQL numbers

Phrase = tuple[str, ...]  # words that follow one another; nearly always one, and only then it may be a beginning
Values = Mapping[str, Any]  # the columns of an entry


class Condition(NamedTuple):
    """For each of `all_of` and of `within` one of its phrases, and none of `none_of`.

    `within` is what stands in most of the index: it is looked at last, for those that are left.
    """

    all_of: tuple[tuple[Phrase, ...], ...]
    none_of: tuple[Phrase, ...] = ()
    within: tuple[tuple[Phrase, ...], ...] = ()


class Fts5:
    """Keeps no text, so it is told again which words an entry had when that goes."""

    insert = text("INSERT INTO search_index(rowid, words) VALUES (:id, :words)")
    delete = text("INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', :id, :words)")
    empty = text("INSERT INTO search_index(search_index) VALUES ('delete-all')")
    unknown = text("SELECT value FROM json_each(:words) WHERE value NOT IN (SELECT word FROM search_words)")
    matches = "search_index MATCH :{}"
    merge_two = text("INSERT INTO search_index(search_index, rank) VALUES ('usermerge', 2)")
    merge = text("INSERT INTO search_index(search_index, rank) VALUES ('merge', :pages)")
    changes = text("SELECT total_changes()")

    @classmethod
    def join_lists(cls, pages: int) -> bool:
        """https://sqlite.org/fts5.html#the_merge_command: it found nothing to do where less than two rows changed."""
        rows(cls.merge_two, {})
        before: int = rows(cls.changes, {}).scalar_one()
        rows(cls.merge, {"pages": pages})
        after: int = rows(cls.changes, {}).scalar_one()
        return after - before >= 2

    @staticmethod
    def kept(tokens: Sequence[str]) -> str:
        return " ".join(tokens)

    @classmethod
    def question(cls, condition: Condition) -> str:
        wanted = " AND ".join(map(cls._one_of, condition.all_of))
        if condition.none_of:
            wanted = f"(({wanted}) NOT {cls._one_of(condition.none_of)})"
        return " AND ".join((wanted, *map(cls._one_of, condition.within)))

    @classmethod
    def _one_of(cls, phrases: Sequence[Phrase]) -> str:
        return "(" + " OR ".join(cls._words(" ".join(phrase)) for phrase in phrases) + ")"

    @staticmethod
    def _words(words: str) -> str:
        return f'"{words[:-1]}" *' if words.endswith(BEGINNING) else f'"{words}"'


class Vectors:
    insert = text("INSERT INTO search_index(rowid, words) VALUES (:id, CAST(:words AS tsvector))")
    delete = text("DELETE FROM search_index WHERE rowid = :id")
    empty = text("TRUNCATE search_index")
    unknown = text(
        "SELECT value FROM jsonb_array_elements_text(CAST(:words AS jsonb)) AS each(value)"
        " WHERE NOT EXISTS (SELECT 1 FROM search_words WHERE word = value)"
    )
    matches = "words @@ CAST(:{} AS tsquery)"

    @classmethod
    def join_lists(cls, _pages: int) -> bool:
        return False  # its own housekeeping does

    @staticmethod
    def kept(tokens: Sequence[str]) -> str:
        places: dict[str, list[str]] = defaultdict(list)
        for place, token in enumerate(tokens, start=1):
            places[token].append(str(min(place, POSITIONS_MOST)))
        return " ".join(f"'{token}':{','.join(at)}" for token, at in places.items())

    @classmethod
    def question(cls, condition: Condition) -> str:
        wanted = " & ".join(map(cls._one_of, (*condition.all_of, *condition.within)))
        return f"{wanted} & !{cls._one_of(condition.none_of)}" if condition.none_of else wanted

    @classmethod
    def _one_of(cls, phrases: Sequence[Phrase]) -> str:
        return "(" + " | ".join("(" + " <-> ".join(map(cls._word, phrase)) + ")" for phrase in phrases) + ")"

    @staticmethod
    def _word(word: str) -> str:
        return f"'{word[:-1]}':*" if word.endswith(BEGINNING) else f"'{word}'"


def backend() -> type[Fts5] | type[Vectors]:
    return Fts5 if is_sqlite() else Vectors


def tokens_of(entry: Values) -> list[str]:
    """All that an entry is found by. What it is about stands between title and body, so that no phrase spans both."""
    title = analyse(entry["title"])
    mark, plain = (OWN_TITLE, title) if entry["own_title"] else (OTHER_TITLE, [])
    return [*(mark + word for word in title), *plain, *_labels(entry), *analyse(entry["body"])]


def words_of(tokens: Iterable[str]) -> set[str]:
    """The words among them, each once."""
    return {token.removeprefix(OTHER_TITLE) for token in tokens if token.isalnum() or token.startswith(OTHER_TITLE)}


def add(tokens: Mapping[int, Sequence[str]]) -> None:
    """What each entry, by its id, is found by."""
    database = backend()
    # FTS5 writes its lists out whenever an id is lower than the one before it.
    rows(database.insert, [{"id": -id_, "words": database.kept(tokens[id_])} for id_ in sorted(tokens, reverse=True)])


def take_out(entries: Iterable[Values]) -> None:
    """Entries as they were added."""
    database = backend()
    gone = [{"id": -entry["id"], "words": database.kept(tokens_of(entry))} for entry in entries]
    if gone:
        rows(database.delete, gone)


def empty() -> None:
    rows(backend().empty, {})


def join_lists(pages: int) -> bool:
    """Write some pages of the lists of words anew, as fewer and longer ones; whether there may be more to join."""
    return backend().join_lists(pages)


def unknown_words(words: Iterable[str]) -> list[str]:
    """Those of them that never stood in an entry, sorted: two who add some wait for each other in the same order."""
    return sorted(row[0] for row in rows(backend().unknown, {"words": json.dumps(list(words))}))


def matching(name: str = "words") -> str:
    """The condition in SQL, with the name of the parameter that holds a `question`."""
    return backend().matches.format(name)


def question(condition: Condition) -> str:
    """In the database's own language. Nothing that somebody typed comes here but letters and figures."""
    return backend().question(condition)


def _labels(entry: Values) -> list[str]:
    about = {"in": entry["group_id"], "from": entry["company_id"], "by": entry["author_id"]}
    return [
        f":kind:{entry['kind']}", *(f"+{scope}" for scope in entry["allow"]), *(f"-{scope}" for scope in entry["deny"]),
        *(f":{name}:{value}" for name, value in about.items() if value),
    ]  # fmt: skip

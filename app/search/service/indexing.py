"""Make findable, forget. Features call these in their subscribers, inside the transaction of what happened."""

import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, Select, and_, bindparam, delete, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.db import EPOCH, RANDOM_BITS, Id, Rows, insert_rows, insert_unless_there, rows
from app.search.models import PIECE_MOST, TITLE_MOST, Entry, Findable, Word, WordPart
from app.search.service import backends
from app.search.service.analysis import VERSION
from app.search.service.backends import Values
from app.search.service.stems import stem

PART_LEAST = 4  # letters of a word that count anywhere in a longer one
SLOTS = 1 << RANDOM_BITS  # entries of one millisecond
TRIES = 4  # slots looked at for a free one: that as many are taken side by side does not happen

Load = Callable[[], Iterable[Entry]]
LoadSome = Callable[[Sequence[int]], Iterable[Entry]]
Reads = Callable[[Any, Sequence[int]], Collection[int]]


class Kind(NamedTuple):
    load_all: Load
    load_some: LoadSome | None
    reads: Reads | None


_kinds: dict[str, Kind] = {}


def register(kind: str, load_all: Load, *, load_some: LoadSome | None = None, reads: Reads | None = None) -> None:
    """Name a kind of entry. `load_all` gives all of them to a rebuild; a large kind also says how `load_some` are
    loaded by their ids. `reads` says which of these ids a person may read now, by the feature's own rule.
    """
    _kinds[kind] = Kind(load_all, load_some, reads)


def reads_by(readable: Callable[[Any], Select[Any]], column: InstrumentedAttribute[int]) -> Reads:
    """A feature's own right to read, as its `readable_*` says it, with the column of the ids."""

    def reads(actor: Any, refs: Sequence[int]) -> set[int]:
        return {row[0] for row in rows(readable(actor).with_only_columns(column).where(column.in_(refs)), {})}

    return reads


def kinds() -> tuple[str, ...]:
    return tuple(sorted(_kinds))


def registered(kind: str) -> Kind:
    return _kinds[kind]


def index(entry: Entry) -> None:
    """Add or replace one part, inside the caller's transaction. Raises LookupError for a kind nobody registered."""
    if entry.kind not in _kinds:
        raise LookupError(entry.kind)
    put([entry])


def forget(kind: str, ref_id: int) -> None:
    """Take out all parts; forgetting twice is fine. Raises LookupError for a kind nobody registered."""
    if kind not in _kinds:
        raise LookupError(kind)
    remove(rows_of(kind, [ref_id]))


def rescope(kind: str, ref_id: int, allow: Sequence[str], deny: Sequence[str] = ()) -> None:
    """Others may read it from now on; the feature is not asked for its text again."""
    held = rows_of(kind, [ref_id])
    remove(held)
    store([{**row, "allow": list(allow), "deny": list(deny)} for row in held])


def put(entries: Sequence[Entry]) -> None:
    """Add or replace these parts, all of one kind. What is there already as it is costs one statement."""
    wanted = [piece for entry in entries for piece in pieces_of(entry)]
    held, taken = _what_is_there(wanted)
    parts = {(piece["ref_id"], piece["part"]) for piece in wanted}
    old = {(row["ref_id"], row["part"], row["piece"]): row for row in held if (row["ref_id"], row["part"]) in parts}
    taken -= {row["id"] for row in old.values()}
    for piece in wanted:
        before = old.get((piece["ref_id"], piece["part"], piece["piece"]))
        # What happened at the same moment as before keeps its place among others of that moment.
        piece["id"] = before["id"] if before and before["at"] == piece["at"] else _free_id(piece["id"], taken)
        taken.add(piece["id"])
    new = [piece for piece in wanted if old.get((piece["ref_id"], piece["part"], piece["piece"])) != piece]
    kept = {piece["id"] for piece in wanted} - {piece["id"] for piece in new}
    remove([row for row in old.values() if row["id"] not in kept])
    store(new)


def store(pieces: Sequence[Values]) -> None:
    """Rows that are not there yet."""
    if not pieces:
        return
    tokens = {piece["id"]: backends.tokens_of(piece) for piece in pieces}
    insert_rows(Findable, pieces)
    learn({word for found in tokens.values() for word in backends.words_of(found)})
    backends.add(tokens)


def remove(held: Sequence[Values]) -> None:
    if held:
        backends.take_out(row for row in held if row["version"] == VERSION)
        rows(_delete(), {"ids": [row["id"] for row in held]})


def learn(words: Collection[str]) -> None:
    """Words that no entry had before, each under its stem and under its ends."""
    if new := backends.unknown_words(words):
        insert_unless_there(Word, [{"word": word, "stem": stem(word)} for word in new], key=("word",))
        if ends := [{"part": end, "word": word} for word in new for end in ends_of(word)]:
            insert_unless_there(WordPart, ends, key=("part", "word"))


def ends_of(word: str) -> list[str]:
    """The word itself is not among them: it is found by its beginning."""
    return [word[start:] for start in range(1, len(word) - PART_LEAST + 1)] if word.isalpha() else []


def rows_of(kind: str, refs: Sequence[int]) -> list[dict[str, Any]]:
    """What is kept of these things."""
    return [dict(row) for row in rows(_rows_of_things(), {"kind": kind, "refs": refs}).mappings()]


def of_things(statement: Rows) -> Rows:
    """The statement, of what `kind` and `refs` name."""
    return statement.where(_is_of_things())


def pieces_of(entry: Entry) -> list[dict[str, Any]]:
    """The rows of an entry; a long text is cut between words."""
    columns = {**vars(entry), "version": VERSION, "allow": list(entry.allow), "deny": list(entry.deny)}
    columns["title"] = entry.title[:TITLE_MOST]
    return [
        {**columns, "piece": number, "body": body, "id": first_id(entry.at) + _slot(entry, number)}
        for number, body in enumerate(_cut(entry.body))
    ]


def first_id(moment: datetime) -> int:
    """Entries of this moment have this id or one of the next few; those of later moments all have higher ones."""
    return int((moment - EPOCH).total_seconds() * 1000) << RANDOM_BITS


def _slot(entry: Entry, piece: int) -> int:
    """Of one moment, which comes first is no matter, but it is the same again after a rebuild and elsewhere."""
    return zlib.crc32(f"{entry.kind} {entry.ref_id} {entry.part} {piece}".encode()) % SLOTS


def _free_id(wanted: int, taken: set[int]) -> int:
    return next(id_ for id_ in range(wanted, wanted + SLOTS) if id_ not in taken)


def _cut(body: str) -> list[str]:
    pieces = []
    while len(body) > PIECE_MOST:
        end = max(body.rfind(space, PIECE_MOST // 2, PIECE_MOST) for space in "\n ")
        end = end if end > 0 else PIECE_MOST
        pieces.append(body[:end])
        body = body[end:].lstrip()
    return [*pieces, body]


def _what_is_there(wanted: Sequence[Values]) -> tuple[list[dict[str, Any]], set[int]]:
    """The rows of the same things, and which ids of the same moments are taken."""
    values = {
        "kind": wanted[0]["kind"], "refs": list({piece["ref_id"] for piece in wanted}),
        "ids": [piece["id"] + step for piece in wanted for step in range(TRIES)],
    }  # fmt: skip
    found = [dict(row) for row in rows(_of_things(), values).mappings()]
    refs = set(values["refs"])
    held = [row for row in found if row["kind"] == values["kind"] and row["ref_id"] in refs]
    return held, {row["id"] for row in found}


@cache
def _of_things() -> Rows:
    at_their_place = Findable.id.in_(bindparam("ids", type_=Id, expanding=True))
    return select(Findable.__table__).where(or_(_is_of_things(), at_their_place))


@cache
def _rows_of_things() -> Rows:
    return of_things(select(Findable.__table__))


def _is_of_things() -> ColumnElement[bool]:
    return and_(Findable.kind == bindparam("kind"), Findable.ref_id.in_(bindparam("refs", type_=Id, expanding=True)))


@cache
def _delete() -> Executable:
    return delete(Findable).where(Findable.id.in_(bindparam("ids", type_=Id, expanding=True)))

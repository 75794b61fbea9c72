"""Making the index anew while the site runs: some entries at a time, so that all others are found and nobody waits.

What an older analysis indexed is taken out at once, since the words it was indexed under cannot be told any more, and
comes back as the rebuild comes by. A rebuild that was stopped goes on when it is asked for again.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import TypeVar

from sqlalchemy import delete, func, select, update

from app.core.db import Rows, rows
from app.core.transaction import atomic, end_reading
from app.search.models import Entry, Findable, Word, WordPart
from app.search.service import backends
from app.search.service.analysis import VERSION
from app.search.service.indexing import kinds, of_things, put, registered, remove, rows_of

T = TypeVar("T")
AT_ONCE = 200  # entries in one transaction
NOT_INDEXED = 0
PAGES_AT_ONCE = 500  # some 50 ms, in which others who write wait


def is_empty() -> bool:
    return _versions() == (None, None)


def is_current() -> bool:
    """Whether everything in the index was analysed as questions are."""
    return _versions() in ((None, None), (VERSION, VERSION))


def rebuild(*, afresh: bool = False) -> Counter[str]:
    """Make the index say what the features say; the number of entries of each kind.

    `afresh` first takes everything out, for an index that is damaged.
    """
    if afresh or not _goes_on():
        _take_all_out()
    for kind in kinds():
        if registered(kind).load_some is None:
            _replace_all(kind)
        else:
            for refs in _some(_refs(kind)):
                renew(kind, refs)
    while join_lists():
        pass
    return counts()


@atomic
def join_lists() -> bool:
    """Make asking quicker; whether there may be more to do.

    What is written begins lists of its own, and a question looks each of its fifty words up in all of them.
    """
    return backends.join_lists(PAGES_AT_ONCE)


@atomic
def renew(kind: str, refs: Sequence[int]) -> None:
    """Make the index say of these what their feature says now. Of a large kind, and no more than AT_ONCE at a time."""
    load = registered(kind).load_some
    assert load is not None  # noqa: S101 (a large kind has it)
    rows(_locked(), {"kind": kind, "refs": refs})  # whoever changes one of them now waits, or is seen by what follows
    _replace(kind, refs, list(load(refs)))


def counts() -> Counter[str]:
    """How many things of each kind are in the index."""
    things = select(Findable.kind, func.count(Findable.ref_id.distinct())).group_by(Findable.kind)
    return Counter({kind: count for kind, count in rows(things, {})})


def differences() -> dict[str, int]:
    """By kind, how many things are in the index and should not be, or should be and are not."""
    end_reading()
    wrong = {kind: len(_loaded(kind) ^ _indexed(kind)) for kind in kinds()}
    return {kind: count for kind, count in wrong.items() if count}


def _versions() -> tuple[int | None, int | None]:
    row = rows(select(func.min(Findable.version), func.max(Findable.version)), {}).one()
    return row[0], row[1]


def _goes_on() -> bool:
    return {*_versions()} <= {None, VERSION, NOT_INDEXED}


@atomic
def _take_all_out() -> None:
    backends.empty()
    for table in (Word, WordPart):
        rows(delete(table), {})
    rows(update(Findable).values(version=NOT_INDEXED), {})


@atomic
def _replace_all(kind: str) -> None:
    """All of a kind in one go, which its feature loads in one."""
    _replace(kind, sorted(_indexed(kind)), list(registered(kind).load_all()))


def _replace(kind: str, refs: Sequence[int], entries: Sequence[Entry]) -> None:
    parts = {(entry.ref_id, entry.part) for entry in entries}
    for some in _some(refs):
        remove([row for row in rows_of(kind, some) if (row["ref_id"], row["part"]) not in parts])
    for entries_at_once in _some(entries):
        put(entries_at_once)


def _refs(kind: str) -> list[int]:
    return sorted(_loaded(kind) | _indexed(kind))


def _loaded(kind: str) -> set[int]:
    return {entry.ref_id for entry in registered(kind).load_all()}


def _indexed(kind: str) -> set[int]:
    return {row[0] for row in rows(select(Findable.ref_id).where(Findable.kind == kind), {})}


def _some(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while some := list(islice(left, AT_ONCE)):
        yield some


@cache
def _locked() -> Rows:
    return of_things(select(Findable.id)).with_for_update()

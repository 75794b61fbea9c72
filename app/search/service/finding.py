"""Finding what a person may read, the best first.

Ways of being found, from good to poor, are asked in turn until there are more hits than anybody looks at. Who may
read is part of every question, so that counts, pages and order know nothing of what others may.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import TextClause, bindparam, select, text

from app.core.clock import now
from app.core.db import Id, Rows, UTCDateTime, rows
from app.search.models import Findable
from app.search.service import backends
from app.search.service.asking import Question
from app.search.service.backends import BEGINNING, OTHER_TITLE, OWN_TITLE, Condition, Phrase
from app.search.service.indexing import PART_LEAST, first_id, kinds, registered
from app.search.service.snippets import Piece, Sought, marked, snippet, sought
from app.search.service.stems import stem

logger = logging.getLogger(__name__)

HITS_ON_A_PAGE = 20
COUNTED = 200  # hits, of a kind and in all; more are "200+"
PREFIX_LEAST = 3  # letters of a word that count as the beginning of a longer one
BEGINS_MOST = 100  # words with one beginning that are looked for each by itself; of more, the beginning is
# Words that hold one part, the shortest of them. So many cost a tenth of a second: a bound, which nobody should meet.
HOLDING_MOST = 3_000
LAST_LETTER = chr(0x10FFFF)
LONG_AGO = 2**53


class Way(StrEnum):
    """How something was found."""

    TITLE_PHRASE = "title_phrase"
    TITLE_EXACT = "title_exact"
    EXACT = "exact"
    TITLE_STEM = "title_stem"
    STEM = "stem"
    PART = "part"


class Reader(NamedTuple):
    """What a person may read at this moment; `actor` goes to the features' own rules unread."""

    scopes: Sequence[str]
    actor: Any


class Filters(NamedTuple):
    kind: str | None = None
    group_id: int | None = None
    company_id: int | None = None
    author_id: int | None = None
    since: datetime | None = None


class Hit(NamedTuple):
    kind: str
    ref_id: int
    part: int
    title: Piece
    snippet: tuple[Piece, ...]
    at: datetime
    group_id: int | None
    company_id: int | None
    author_id: int | None
    link: str
    why: Way


class Results(NamedTuple):
    """One page of hits. `counts` are of each kind, whatever kind is shown; above COUNTED a count says no more."""

    hits: Sequence[Hit] = ()
    counts: Mapping[str, int] = {}
    total: int = 0
    page: int = 1
    last_page: int = 1


class Forms(NamedTuple):
    """Other words that are found with a word: those it shares its stem with, and longer ones that hold it."""

    same: tuple[Phrase, ...] = ()
    longer: tuple[Phrase, ...] = ()


class Found(NamedTuple):
    id: int
    kind: str
    ref_id: int
    part: int


def find(reader: Reader, question: Question, filters: Filters | None = None, page: int = 1) -> Results:
    """One page of 20; a page beyond the last is the last."""
    if not question.terms or not reader.scopes:
        return Results()
    filters = filters or Filters()
    reader = reader._replace(scopes=tuple(dict.fromkeys(reader.scopes)))
    search = _Search(reader, question, filters, _forms_of(question))
    found = search.hits()
    counts = Counter({kind: min(count, COUNTED + 1) for kind, count in Counter(hit.kind for hit in found).items()})
    if search.has_more or filters.kind:
        counts |= search.counts([kind for kind in kinds() if kind != filters.kind and counts[kind] <= COUNTED])
    shown, last_page = list(found)[:COUNTED], max(1, -(-min(len(found), COUNTED) // HITS_ON_A_PAGE))
    page = min(max(page, 1), last_page)
    on_page = shown[(page - 1) * HITS_ON_A_PAGE : page * HITS_ON_A_PAGE]
    refused = _refused(reader, on_page, counts)
    hits = _filled([(hit, found[hit]) for hit in on_page if hit not in refused], search.sought)
    total = COUNTED + 1 if search.has_more else len(found) - len(refused)
    return Results(hits, {kind: number for kind, number in counts.items() if number}, total, page, last_page)


class _Search:
    """One question of one reader, asked of the index in its several ways."""

    def __init__(self, reader: Reader, question: Question, filters: Filters, forms: Sequence[Forms]) -> None:
        self.question, self.forms = question, forms[: len(question.terms)]
        self.terms = [term.phrases for term in question.terms]
        self.readable = tuple((f"+{scope}",) for scope in reader.scopes)
        self.about = tuple(_about(filters))
        self.kinds = (filters.kind,) if filters.kind else ()
        self.none_of = (
            *((f"-{scope}",) for scope in reader.scopes),
            *(phrase for term, form in zip(question.without, forms[len(question.terms) :], strict=True)
              for phrase in (*term.phrases, *form.same)),
        )  # fmt: skip
        self.has_more = False
        self.values = {"now": now(), "since": -first_id(filters.since) if filters.since else LONG_AGO}
        self.sought = sought(
            phrase for term, form in zip(self.terms, self.forms, strict=True)
            for phrase in (*term, *form.same, *form.longer)
        )  # fmt: skip

    def hits(self) -> dict[Found, Way]:
        """At most 201, in order, with the best way in which each was found."""
        found: dict[tuple[str, int, int], tuple[Found, Way]] = {}
        asked = set()
        for way, all_of in self._ways():
            if self.has_more or all_of in asked:
                continue
            asked.add(all_of)
            answer = rows(_hits(backends.matching()), {**self.values, "words": self._asked(all_of, self.kinds)}).all()
            for id_, *place in answer:
                found.setdefault(tuple(place), (Found(id_, *place), way))
            self.has_more = len(found) > COUNTED or len(answer) > COUNTED
        return dict(found.values())

    def counts(self, of_kinds: Sequence[str]) -> Counter[str]:
        """Of each kind, found in whatever way: in one question where there are few, else in one for each."""
        if not of_kinds:
            return Counter()
        *_better, (_way, all_of) = self._ways()
        values = {**self.values, "words": self._asked(all_of, of_kinds)}
        answer = rows(_hits(backends.matching()), values).all()
        if len(answer) <= COUNTED:
            return Counter(kind for kind, _ref_id, _part in {tuple(place) for _id, *place in answer})
        asked = {f"words{number}": self._asked(all_of, [kind]) for number, kind in enumerate(of_kinds)}
        counted = rows(_counts(backends.matching("words{}"), len(asked)), {**self.values, **asked})
        return Counter({of_kinds[number]: count for number, count in counted})

    def _ways(self) -> Iterator[tuple[Way, tuple[tuple[Phrase, ...], ...]]]:
        """What must be there for each, the best first; each but the first holds what the ones before it find."""
        exact = tuple(self.terms)
        same = tuple((*term, *form.same) for term, form in zip(self.terms, self.forms, strict=True))
        longer = tuple((*known, *form.longer) for known, form in zip(same, self.forms, strict=True))
        if len(self.question.title) > 1:
            yield Way.TITLE_PHRASE, (_under(OWN_TITLE, [self.question.title]),)
        yield Way.TITLE_EXACT, tuple(_under(OWN_TITLE, term) for term in exact)
        yield Way.EXACT, exact
        yield Way.TITLE_STEM, tuple(_under(OWN_TITLE, term) for term in same)
        yield Way.STEM, same
        yield Way.PART, _with_other_titles(longer)

    def _asked(self, all_of: tuple[tuple[Phrase, ...], ...], of_kinds: Sequence[str]) -> str:
        kinds_of = (tuple((f":kind:{kind}",) for kind in of_kinds),) if of_kinds else ()
        return backends.question(Condition((*all_of, *self.about, *kinds_of), self.none_of, (self.readable,)))


def _about(filters: Filters) -> Iterator[tuple[Phrase, ...]]:
    about = {"in": filters.group_id, "from": filters.company_id, "by": filters.author_id}
    yield from (((f":{name}:{value}",),) for name, value in about.items() if value is not None)


def _with_other_titles(terms: tuple[tuple[Phrase, ...], ...]) -> tuple[tuple[Phrase, ...], ...]:
    """A title that is not its own helps a text that says at least one of the words itself."""
    if len(terms) < 2:
        return terms
    own = tuple(dict.fromkeys(phrase for term in terms for phrase in term))
    return (own, *((*term, *_under(OTHER_TITLE, term)) for term in terms))


def _under(mark: str, phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    return tuple(tuple(mark + word for word in phrase) for phrase in phrases)


# --- The words of a question ---


def _forms_of(question: Question) -> list[Forms]:
    """For each term, and then for each that must not be there; one statement for all."""
    words = [term.word for term in (*question.terms, *question.without)]
    asked = {number: _Word(number, word) for number, word in enumerate(words) if word and len(word) >= PREFIX_LEAST}
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    if asked:
        values = {name: value for word in asked.values() for name, value in word.values.items()}
        for number, how, word in rows(_forms(tuple((word.number, word.shape) for word in asked.values())), values):
            found[number, how].append(word)
    return [
        _forms_of_word(asked[number], found[number, "same"], found[number, "begin"], found[number, "part"])
        if number in asked else Forms() for number in range(len(words))
    ]  # fmt: skip


def _forms_of_word(asked: "_Word", same: list[str], begins: list[str], holding: list[str]) -> Forms:
    """What is found does not hang on how many words there are in all, since others wrote those."""
    if len(begins) > BEGINS_MOST:
        begins = [begin + BEGINNING for begin in asked.begins]
    if len(holding) > HOLDING_MOST:
        logger.warning("more than %s words hold a part that was looked for; the longest were left out", HOLDING_MOST)
    longer = dict.fromkeys((*begins, *holding))
    known = {asked.word, *same}
    return Forms(tuple((word,) for word in dict.fromkeys(same) if word != asked.word),
                 tuple((word,) for word in longer if word not in known))  # fmt: skip


class _Word:
    """What is looked up for one word: its stem, and what longer words begin with or hold."""

    def __init__(self, number: int, word: str) -> None:
        self.number, self.word = number, word
        root = stem(word)
        parts = _shortest({each for each in (word, root) if len(each) >= PART_LEAST})
        self.begins = _shortest({word, *parts})
        self.shape = (len(self.begins), len(parts))
        self.values = {f"stem_{number}": root}
        for kind, ranges in (("begin", self.begins), ("part", parts)):
            for place, first in enumerate(ranges):
                self.values |= {f"{kind}_{number}_{place}": first, f"{kind}_{number}_{place}_end": first + LAST_LETTER}


def _shortest(words: set[str]) -> list[str]:
    """Without those that begin with another of them."""
    return sorted(word for word in words if not any(word != other and word.startswith(other) for other in words))


@lru_cache(maxsize=500)
def _forms(shapes: tuple[tuple[int, tuple[int, int]], ...]) -> TextClause:
    """(number of the word, how it is a form of that, the form); of too many one more than the most."""
    asked = []
    for number, (begins, parts) in shapes:
        asked.append(f"SELECT {number} AS term, 'same' AS how, word FROM search_words WHERE stem = :stem_{number}")  # noqa: S608
        ranges = [("begin", "search_words", "word", "", BEGINS_MOST, place) for place in range(begins)]
        shortest = "ORDER BY length(word), word"
        ranges += [("part", "search_word_parts", "part", shortest, HOLDING_MOST, place) for place in range(parts)]
        asked += [
            f"SELECT * FROM (SELECT {number}, '{how}', word FROM {table} WHERE {column} >= :{how}_{number}_{place}"  # noqa: S608
            f" AND {column} < :{how}_{number}_{place}_end {order} LIMIT {most + 1}) AS longer"
            for how, table, column, order, most, place in ranges
        ]
    return text(" UNION ALL ".join(asked))


# --- The index and the entries ---


@cache
def _hits(matching: str) -> TextClause:
    return text(f"{_entries(matching)} ORDER BY e.id DESC").bindparams(_now())


@cache
def _counts(matching: str, number: int) -> TextClause:
    """Parts of one thing at one place count once, unless there are too many to count."""
    each = (
        f"SELECT {place} AS kind, CASE WHEN count(*) > {COUNTED} THEN {COUNTED + 1} ELSE count(DISTINCT place) END"  # noqa: S608
        f" FROM (SELECT ref_id || ' ' || part AS place FROM ({_entries(matching.format(place))}) AS f) AS c"
        for place in range(number)
    )
    return text(" UNION ALL ".join(each)).bindparams(_now())


def _entries(matching: str) -> str:
    return (
        "SELECT e.id, e.kind, e.ref_id, e.part FROM"  # noqa: S608
        f" (SELECT -rowid AS id FROM search_index WHERE {matching} AND rowid <= :since"
        "   AND rowid NOT IN (SELECT -id FROM search_entries WHERE until <= :now)"
        f"  ORDER BY rowid LIMIT {COUNTED + 1}) AS i JOIN search_entries e ON e.id = i.id"
    )


def _now() -> Any:
    return bindparam("now", type_=UTCDateTime)


def _refused(reader: Reader, hits: Sequence[Found], counts: Counter[str]) -> set[Found]:
    """Hits that the feature's own rule refuses: the index is wrong about them, and they count no more."""
    by_kind: dict[str, list[Found]] = defaultdict(list)
    for hit in hits:
        by_kind[hit.kind].append(hit)
    refused = set()
    for kind, of_kind in by_kind.items():
        reads = registered(kind).reads
        if reads is None:
            continue
        readable = reads(reader.actor, [hit.ref_id for hit in of_kind])
        wrong = [hit for hit in of_kind if hit.ref_id not in readable]
        refused.update(wrong)
        if wrong and counts[kind] <= COUNTED:
            counts[kind] -= len(wrong)
    for hit in refused:
        logger.error("the index offers %s %s to somebody who may not read it", hit.kind, hit.ref_id)
    return refused


def _filled(hits: Sequence[tuple[Found, Way]], what: Sought) -> list[Hit]:
    by_id = {row.id: row for row in rows(_shown(), {"ids": [hit.id for hit, _way in hits]})} if hits else {}
    return [
        Hit(hit.kind, hit.ref_id, hit.part, marked(row.title, what), snippet(row.body, what), row.at, row.group_id,
            row.company_id, row.author_id, row.link, way)
        for hit, way in hits if (row := by_id.get(hit.id))
    ]  # fmt: skip


@cache
def _shown() -> Rows:
    columns = ("id", "title", "body", "at", "group_id", "company_id", "author_id", "link")
    return select(*(getattr(Findable, name) for name in columns)).where(
        Findable.id.in_(bindparam("ids", type_=Id, expanding=True)))  # fmt: skip

"""What of a text is shown: the places where something that was looked for stands."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from app.search.service.analysis import CODE_PARTS_MOST, WORD, fold
from app.search.service.backends import BEGINNING, Phrase

PIECES_MOST = 3
PIECE_LENGTH = 160  # characters
BEFORE = 50  # characters ahead of the word that was found
WORDS_READ_MOST = 6_000
MARKED_MOST = 200
IN_A_PATTERN_MOST = 60

Piece = tuple[tuple[str, bool], ...]  # words, and whether they were looked for
Span = tuple[int, int]


class Sought(NamedTuple):
    """Words and beginnings of which any is marked, and what is marked only where its words follow one another."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    phrases: frozenset[Phrase]
    pattern: re.Pattern[str] | None  # the same, where it is no more than a few plain words


def sought(phrases: Iterable[Phrase]) -> Sought:
    given = frozenset(phrases)
    words = frozenset(phrase[0] for phrase in given if len(phrase) == 1)
    beginnings = tuple(word.removesuffix(BEGINNING) for word in words if word.endswith(BEGINNING))
    longer = frozenset(phrase for phrase in given if len(phrase) > 1)
    is_plain = not longer and len(words) <= IN_A_PATTERN_MOST and all(word.isalpha() for word in words)
    return Sought(words, beginnings, longer, _pattern(tuple(sorted(words))) if is_plain else None)


@lru_cache(maxsize=500)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(words)})(?![^\W_])")


def marked(text: str, what: Sought) -> Piece:
    """All of a short text, a title."""
    return _cut(text, 0, len(text), _spans(text, what))


def snippet(text: str, what: Sought) -> tuple[Piece, ...]:
    """At most three pieces of 160 characters, cut between words; the beginning, where nothing sought stands.

    Three dots say where there is more.
    """
    spans = _spans(text, what)
    pieces: list[Piece] = []
    end = 0
    for start, _end in spans:
        if start >= end and len(pieces) < PIECES_MOST:
            begin = _boundary_after(text, max(end, start - BEFORE), start)
            end = _boundary_before(text, begin, begin + PIECE_LENGTH)
            pieces.append(_cut(text, begin, end, spans))
    return tuple(pieces) or (_cut(text, 0, _boundary_before(text, 0, PIECE_LENGTH), []),)


def _cut(text: str, begin: int, end: int, spans: Sequence[Span]) -> Piece:
    parts: list[tuple[str, bool]] = []
    at = begin
    for start, stop in spans:
        if at <= start < end:
            parts += [(text[at:start], False), (text[start : min(stop, end)], True)]
            at = min(stop, end)
    parts.append((text[at:end], False))
    around = [("… ", False)] * (begin > 0), [(" …", False)] * (end < len(text))
    return tuple(part for part in (*around[0], *parts, *around[1]) if part[0])


def _boundary_after(text: str, begin: int, latest: int) -> int:
    """The first beginning of a word from `begin` on; `latest` is one."""
    if begin == 0 or text[begin - 1].isspace():
        return begin
    space = text.find(" ", begin, latest)
    return space + 1 if space >= 0 else latest


def _boundary_before(text: str, begin: int, end: int) -> int:
    if end >= len(text) or text[end].isspace():
        return min(end, len(text))
    space = max(text.rfind(space, begin + BEFORE, end) for space in " \n")
    return space if space > begin else end


def _spans(text: str, what: Sought) -> list[Span]:
    """Where what was sought stands, in order."""
    folded = fold(text)
    if len(folded) != len(text):  # a ligature: places in the one are not those in the other
        return _spans_among(((found.start(), found.end(), fold(found[0])) for found in WORD.finditer(text)), what)
    if what.pattern is not None:
        return [found.span() for found in islice(what.pattern.finditer(folded), MARKED_MOST)]
    return _spans_among(((found.start(), found.end(), found[0]) for found in WORD.finditer(folded)), what)


def _spans_among(found: Iterable[tuple[int, int, str]], what: Sought) -> list[Span]:
    """The same, word by word."""
    words = list(islice(found, WORDS_READ_MOST))
    spans: list[Span] = []
    for number, (start, end, word) in enumerate(words):
        if spans and start < spans[-1][1]:
            continue
        if word in what.words or word.startswith(what.beginnings):
            spans.append((start, end))
        elif length := _run_at(words, number, what):
            spans.append((start, words[number + length - 1][1]))
    return spans


def _run_at(words: Sequence[tuple[int, int, str]], number: int, what: Sought) -> int:
    """How many words from here on are a phrase that was sought, or a code whose parts stand apart."""
    for phrase in what.phrases:
        if tuple(word for *_at, word in words[number : number + len(phrase)]) == phrase:
            return len(phrase)
    if words[number][2].isdigit() or (number + 1 < len(words) and words[number + 1][2].isdigit()):
        for length in range(2, CODE_PARTS_MOST + 1):
            if "".join(word for *_at, word in words[number : number + length]) in what.words:
                return min(length, len(words) - number)
    return 0

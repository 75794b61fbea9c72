"""What differs between two texts, word by word."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 2_000  # of one changed place: beyond that it is replaced as a whole, since comparing is quadratic
MOST_LINES = 5_000
CONTEXT = 2  # unchanged lines shown beside a change


class Piece(NamedTuple):
    """A run of text: "same", "added", "removed", or "skipped" (unchanged lines that are left out)."""

    kind: str
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """From the old text to the new one; long unchanged stretches are left out."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if max(len(before), len(after)) > MOST_LINES:
        return _joined([Piece("removed", old), Piece("added", new)] if old != new else [Piece("skipped", old)])
    pieces: list[Piece] = []
    matches = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for number, (change, start, end, new_start, new_end) in enumerate(matches):
        if change == "equal":
            pieces += _shortened(before[start:end], is_first=not number, is_last=number == len(matches) - 1)
        else:
            pieces += _of_words("".join(before[start:end]), "".join(after[new_start:new_end]))
    return _joined(pieces)


def _of_words(old: str, new: str) -> Iterator[Piece]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    if max(len(before), len(after)) > MOST_WORDS:
        yield from (Piece("removed", old), Piece("added", new))
        return
    for change, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if change == "equal":
            yield Piece("same", "".join(before[start:end]))
        else:
            yield Piece("removed", "".join(before[start:end]))
            yield Piece("added", "".join(after[new_start:new_end]))


def _shortened(lines: Sequence[str], *, is_first: bool, is_last: bool) -> Iterator[Piece]:
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT
    if len(lines) <= head + tail + 1:
        yield Piece("same", "".join(lines))
        return
    yield Piece("same", "".join(lines[:head]))
    yield Piece("skipped", "".join(lines[head : len(lines) - tail]))
    yield Piece("same", "".join(lines[len(lines) - tail :]) if tail else "")


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Without empty pieces, and one piece where two of a kind meet."""
    joined: list[Piece] = []
    for piece in pieces:
        if piece.text and joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        elif piece.text:
            joined.append(piece)
    return joined

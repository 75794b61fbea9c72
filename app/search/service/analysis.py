"""The one chain from text to words, for what is indexed and for what is asked.

NFC, broken words joined, lower case, accents off, cut at everything that is neither letter nor figure. Codes are kept
whole as well: `EN-2026-07` is also en202607. A change of anything here, or of what backends.tokens_of makes of it, is
another VERSION: the index is then made anew (`flask search rebuild`), and until then the server does not start.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from app.search.models import WORD_MOST

VERSION = 2
CODE_MOST = 24
CODE_PARTS_MOST = 6
CACHED = 5_000  # letters
WORD = re.compile(r"[^\W_]+")
_BROKEN = re.compile(r"(?<=[^\W\d_])[-\u2010]\n[ \t]*(?=[^\W\d_])")  # at the end of a printed line
# From the beginning of a word, and without giving back: what is not joined is read once, however long it is.
_JOINED = re.compile(r"(?<![^\W_])[^\W_]++(?:[-./\u2010-\u2014][^\W_]++)+")
_SPACED = re.compile(r"(?<![^\W_])(?:[A-Z]{1,4}[ -])?\d+(?:[ ./-]\d+)*(?![^\W_])")
_DIGIT = re.compile(r"\d")


class _Letters(dict[int, str | None]):
    """Each letter without its accents, learnt as it comes by."""

    def __missing__(self, code: int) -> str | None:
        bare = "".join(
            sign for sign in unicodedata.normalize("NFKD", chr(code)) if unicodedata.category(sign) not in ("Mn", "Cf")
        )
        if len(self) < CACHED:
            self[code] = bare
        return bare


_letters = _Letters({ord(one): two for one, two in zip("æœøßłđı", ("ae", "oe", "o", "ss", "l", "d", "i"), strict=True)})


def fold(text: str) -> str:
    """Lower case without accents, ligatures or soft hyphens."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).lower().translate(_letters)


def analyse(text: str) -> list[str]:
    """The words of a text in their order, then the codes in it as one word each."""
    text = _whole(text)
    return [word[:WORD_MOST] for word in WORD.findall(fold(text))] + list(dict.fromkeys(codes_in(text)))


def words_in(text: str) -> list[str]:
    """The words of a question, in their order."""
    return [word[:WORD_MOST] for word in WORD.findall(fold(_whole(text)))]


def codes_in(text: str) -> Iterator[str]:
    """Numbers and codes of several parts, without what stands between the parts."""
    if not _DIGIT.search(text):
        return
    for found in (*_JOINED.findall(text), *_SPACED.findall(text)):
        parts = WORD.findall(fold(found))
        yield from _whole_code(parts)
        if parts and parts[0].isalpha():
            yield from _whole_code(parts[1:])


def _whole_code(parts: Sequence[str]) -> Iterator[str]:
    whole = "".join(parts)
    if 1 < len(parts) <= CODE_PARTS_MOST and len(whole) <= CODE_MOST and _DIGIT.search(whole):
        yield whole


def _whole(text: str) -> str:
    return _BROKEN.sub("", text) if "-\n" in text or "\u2010\n" in text else text

"""What people type, made tidy without changing what it says."""

import re
import unicodedata
from functools import lru_cache

# Control characters other than newline and tab; lone surrogates, which no database takes.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
# Marks that turn the direction of what follows, so that a name shows other than it is.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")
# Signs of Markdown: at the beginning of a line, around words, and the address behind the words of a link.
_LINE_SIGNS = re.compile(
    r"^[ \t]*(?:(?:#{1,6}|>+|[-*+]|\d{1,9}[.)])[ \t]+|>+|(?:```|~~~)\w*$|\[[ xX]\][ \t])+", re.MULTILINE
)
_TABLE_LINE = re.compile(r"^[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+[ \t:-]*$\n?", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,2000}(?:[ \t]\"[^\"\n]{0,200}\")?\)")
_MARKDOWN_SIGNS = re.compile(r"[\\`*_\[\]<>]")
_WORD_SIGNS = re.compile(r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|~~|`+|\\(?=[^\w\s])|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)")


def tidy(text: str) -> str:
    """Many lines: one kind of newline, no control characters, no space around."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", text)).strip()


def tidy_line(text: str) -> str:
    """One line: a title or a name. Spaces become one space; direction marks go."""
    return _SPACES.sub(" ", _DIRECTION.sub("", tidy(text))).strip()


def plain_words(markdown: str) -> str:
    """What a text says, without the signs that say how it looks."""
    lines = _LINE_SIGNS.sub("", _TABLE_LINE.sub("", markdown)).replace("|", " ")
    return _WORD_SIGNS.sub("", _LINK.sub(r"\1", lines)).strip()


def says_something(text: str) -> bool:
    """Whether anything of it can be seen: letters, figures, signs."""
    return any(unicodedata.category(sign)[0] in "LNPS" for sign in text if sign not in "\u2800\u3164\u115f\u1160\uffa0")


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@lru_cache(maxsize=4096)
def hue(name: str) -> int:
    """Which of the six colours of avatars goes with a name, the same everywhere."""
    return sum(name.encode()) % 6 + 1


def slug(text: str) -> str:
    """`Restwarmte Emmen-Zuid: 60 °C` → `restwarmte-emmen-zuid-60-c`, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")


def as_markdown(text: str) -> str:
    """These very characters as Markdown says them: nothing in them is a sign."""
    return _MARKDOWN_SIGNS.sub(r"\\\g<0>", text)


def first_line(text: str, most: int = 80) -> str:
    line = next((line.strip("#>*- \t") for line in text.splitlines() if line.strip("#>*- \t")), "")
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def folded(text: str) -> str:
    """Without case and accents, for comparing: `Überzicht` → `uberzicht`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))

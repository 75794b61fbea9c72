"""A signature without the dashes of RFC 3676, told by what we know of its writer: their name, and their company below.

Careful: where a line of it may be a sentence, all of it is what they wrote.
"""

import re
from typing import NamedTuple

MOST_LINES = 10  # with words, the name among them
LONGEST = 100  # characters of a line
MOST_WORDS = 4  # of a line, beside numbers and addresses
MOST_FREE = 3  # lines of which we know nothing, such as a function or a street; never the last

_MARKS = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)|[*_`\\]")
_TITLES = re.compile(r"(?:(?:ing|ir|dr|drs|mr|prof|dhr|mevr|mw|bc)\.?\s+)+")
_DEGREES = re.compile(r",?\s+(?:msc|bsc|mba|phd)\.?$")
_FORM = re.compile(r"\s+(?:b\.?v|n\.?v|u\.?a)\.?$")
_REACHED_AT = re.compile(
    r"\S+@\S+\.\w+|(?:https?://|\bwww\.)\S+|\+?\(?\d[\d\s().+/-]{7,}\d|\b\d{4}\s?[a-z]{2}\b|\bpostbus\s\d+", re.I)
_TALK = re.compile(
    r"\b(?:ik|wij|we|me|mij|ons|u|je|jij|jullie|zie|graag|als|niet|wel|is|zijn|was|heb|hebt|heeft|hebben|kan|kunt|kunnen"
    r"|wil|wilt|moet|bel|belt|mail|mailt|de|het|een|dit|dat|deze|morgen|vandaag|p\.?s\.?|i|you|your|our|please|see|if"
    r"|the|this|that|are|have|can|call|will|not|tomorrow|today)\b")  # fmt: skip
_SENTENCE = re.compile(r"[?!;>]|:$|(?<!\bb\.v)(?<!\bn\.v)(?<!\bu\.a)\.$")
_SPACE = re.compile(r"\s+")


class Writer(NamedTuple):
    """What we know of who sent it."""

    name: str
    company: str
    function: str = ""


class Signed(NamedTuple):
    """Each line with words is in one of them."""

    text: str
    signature: str


def without_signature(text: str, writer: Writer) -> Signed:
    """What stands above a block at the very end that begins with the writer's name and holds their company; all of it,
    where there is none or nothing above it.
    """
    lines = text.split("\n")
    bare = [_bare(line) for line in lines]
    of = Writer(*map(_bare, writer))
    begin = _beginning(bare, of)
    if begin is None or not _is_signature([line for line in bare[begin:] if line], of):
        return Signed(text, "")
    return Signed("\n".join(lines[:begin]).strip(), "\n".join(lines[begin:]).strip())


def _beginning(bare: list[str], of: Writer) -> int | None:
    """The last line that is the name, with words above it, and an empty line or a greeting just above it."""
    worded = [number for number, line in enumerate(bare) if line]
    named = [number for number in worded[-MOST_LINES:] if of.name and _is_name(bare[number], of.name)]
    if not named or named[-1] == worded[0]:
        return None
    above = bare[named[-1] - 1]
    is_apart = not above or (above.endswith(",") and len(above.split()) <= MOST_WORDS)
    return named[-1] if is_apart else None


def _is_name(line: str, name: str) -> bool:
    """Alone, with titles or degrees, or before what else it is: "Anna Assink | Vezelwerk Emmen"."""
    said = _DEGREES.sub("", _TITLES.sub("", line, count=1) if _TITLES.match(line) else line)
    return said == name or re.match(rf"{re.escape(name)}\s*[,|·/–-]\s*\S", said) is not None


def _is_signature(block: list[str], of: Writer) -> bool:
    company = _FORM.sub("", of.company)
    if len(block) < 2 or not company or not any(company in line for line in block):
        return False
    if any(len(line) > LONGEST or _SENTENCE.search(line) for line in block):
        return False
    known = [_is_known(line, of, company) for line in block[1:]]
    says_nothing = all(_says_nothing(line, of, company) for line in block)
    return says_nothing and known[-1] and known.count(False) <= MOST_FREE


def _is_known(line: str, of: Writer, company: str) -> bool:
    return company in line or (bool(of.function) and line == of.function) or bool(_REACHED_AT.search(line))


def _says_nothing(line: str, of: Writer, company: str) -> bool:
    """Beside what we know of the writer and how they are reached there are few words, and none that people talk in."""
    for known in filter(None, (of.name, company, of.function)):
        line = line.replace(known, " ")
    left = _REACHED_AT.sub(" ", line)
    return not _TALK.search(left) and len(re.findall(r"[^\W\d_]{2,}", left)) <= MOST_WORDS


def _bare(line: str) -> str:
    """Its words without what marks them, in small letters."""
    return _SPACE.sub(" ", _MARKS.sub(r"\1", line)).strip().casefold()

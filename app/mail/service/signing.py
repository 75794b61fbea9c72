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
_WORD = re.compile(r"[^\W\d_]{2,}")
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
    """The last line that is the name, with words above it, and an empty line or a greeting just above it.

    What ends in a colon, or is a greeting alone, says that the words are still to come.
    """
    worded = [number for number, line in enumerate(bare) if line]
    named = [number for number in worded[-MOST_LINES:] if _is_name(bare[number], of)]
    if not named or named[-1] == worded[0]:
        return None
    above = bare[named[-1] - 1]
    said = [bare[number] for number in worded if number < named[-1] and not _is_greeting(bare[number])]
    is_apart = not above or _is_greeting(above)
    return named[-1] if is_apart and said and not said[-1].endswith(":") else None


def _is_greeting(line: str) -> bool:
    return line.endswith(",") and len(line.split()) <= MOST_WORDS


def _is_name(line: str, of: Writer) -> bool:
    """Alone, with titles or degrees, or before what else we know: "Anna Assink | Vezelwerk Emmen"."""
    said = _DEGREES.sub("", _TITLES.sub("", line, count=1) if _TITLES.match(line) else line)
    if not of.name or not said.startswith(of.name):
        return False
    rest = said.removeprefix(of.name)
    return not rest or (re.match(r"\s*[,|·/–-]\s*\S", rest) is not None and _is_only_what_is_known(rest, of))


def _is_signature(block: list[str], of: Writer) -> bool:
    company = _FORM.sub("", of.company)
    if len(block) < 2 or not company or not any(company in line for line in block):
        return False
    if any(len(line) > LONGEST or _SENTENCE.search(line) for line in block):
        return False
    known = [_is_known(line, of) for line in block[1:]]
    says_nothing = all(_says_nothing(line, of) for line in block)
    return says_nothing and known[-1] and known.count(False) <= MOST_FREE


def _is_known(line: str, of: Writer) -> bool:
    return bool(_REACHED_AT.search(line)) or _is_only_what_is_known(line, of)


def _is_only_what_is_known(line: str, of: Writer) -> bool:
    return not _WORD.search(_beside_what_is_known(line, of))


def _says_nothing(line: str, of: Writer) -> bool:
    """Beside what we know of the writer and how they are reached there are few words, and none that people talk in."""
    left = _beside_what_is_known(line, of)
    return not _TALK.search(left) and len(_WORD.findall(left)) <= MOST_WORDS


def _beside_what_is_known(line: str, of: Writer) -> str:
    for known in filter(None, (of.name, of.company, _FORM.sub("", of.company), of.function)):
        line = line.replace(known, " ")
    return _REACHED_AT.sub(" ", line)


def _bare(line: str) -> str:
    """Its words without what marks them, in small letters."""
    return _SPACE.sub(" ", _MARKS.sub(r"\1", line)).strip().casefold()

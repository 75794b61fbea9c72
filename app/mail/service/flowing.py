"""Plain text whose lines were broken to be sent, made whole again (RFC 3676)."""

import re
from itertools import groupby

_DEPTH = re.compile(r">*")


def unwrapped(text: str, *, is_spaceless: bool) -> str:
    """A line that ends with a space goes on in the next one of the same depth; `is_spaceless` is DelSp=yes."""
    made: list[str] = []
    for depth, lines in groupby(map(_stuffed, text.replace("\r\n", "\n").split("\n")), key=lambda line: line[0]):
        prefix = depth + " " if depth else ""
        whole: list[str] = []
        for _depth, words in lines:
            goes_on = words.endswith(" ") and words != "-- "
            whole.append(words[:-1] if goes_on and is_spaceless else words)
            if not goes_on:
                made.append(prefix + "".join(whole))
                whole = []
        if whole:
            made.append(prefix + "".join(whole))
    return "\n".join(made)


def _stuffed(line: str) -> tuple[str, str]:
    """The depth of a line, as its signs, and its words without the space that only kept them apart."""
    depth = _DEPTH.match(line)[0]  # type: ignore[index]
    return depth, line[len(depth) :].removeprefix(" ")

"""People's texts as HTML. The only module that says what is HTML; a hostile text costs nobody but its writer.

Python-Markdown takes minutes over some texts of 20,000 characters, so it runs in child processes
(`markup_child.py`). A text that takes too long, or breaks the child, is shown as it was typed.
"""

import atexit
import json
import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import NamedTuple

from markupsafe import Markup, escape

from app.core.markup_pool import Renderer

MAX_LENGTH = 40_000  # characters
PIECE = 20_000  # characters after which a long text is cut at its next empty line

HEADING = re.compile("(</?h)([456])>")  # text that looks so is escaped
NAME = re.compile('<a class="(mention|mention guest)" href="/people/([0-9]+)">([^<]*)</a>')  # as the child marks it
NOBODY = re.compile('<a class="nobody">@([^<]*)</a>')
PICTURE_TAG = re.compile('<img (?:[^>"]|"[^"]*")*>')
BOX = re.compile('<input (?:[^>"]|"[^"]*")*> ?')
OWN_ADDRESS = re.compile('( href=)"/')
OPTION = Markup('<option value="{}"{}>{}</option>')
SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)]  # all but tab and line end
TURNERS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]  # bidi marks that turn what follows; LRM stays
WITHOUT_HIDDEN = dict.fromkeys(CONTROLS + TURNERS)

logger = logging.getLogger(__name__)


class Whose(NamedTuple):
    """The person behind a name that was typed, or nobody."""

    person_id: int | None
    is_guest: bool = False


class Naming(NamedTuple):
    """A text as HTML, whom it names, and the names in it of nobody: outside quotes, links and code."""

    html: Markup
    people: tuple[int, ...] = ()
    nobody: tuple[str, ...] = ()


def render_names(text: str, names: Mapping[str, Whose], *, person_id: int | None) -> Naming:
    """The same as `render`, with these names, as they were typed behind an `@`, marked where they name someone."""
    if not names:
        return Naming(render(text, person_id=person_id))
    marks = [(typed, _kind_of(whose), whose.person_id or 0) for typed, whose in names.items()]
    html = str(_render(text, json.dumps(marks), person_id))
    people = dict.fromkeys(int(number) for _kind, number, _words in NAME.findall(html))
    nobody = dict.fromkeys(map(unescape, NOBODY.findall(html)))
    return Naming(Markup(NOBODY.sub(r"@\1", html)), tuple(people), tuple(nobody))  # noqa: S704


def render(text: str, *, person_id: int | None) -> Markup:
    """Safe HTML within a second, for any text: Markdown where it can be had, else the text in `pre.plain`.

    The first text also waits until the children are there, 0.2 s, and longer on a busy machine.
    One text of a person at a time; None is nobody in particular (a job, the seed). Takes up to a second, so
    call it before a transaction, never inside. ValueError above MAX_LENGTH characters.
    """
    return _render(text, "", person_id)


def _render(text: str, names: str, person_id: int | None) -> Markup:
    if len(text) > MAX_LENGTH:
        raise ValueError(f"A text has at most {MAX_LENGTH} characters.")
    text = _tidy(text)
    if not text.strip():
        return Markup("")
    try:
        order = f"{text}\0{names}" if names else text
        return Markup(_renderer.html_of(order, person_id))  # noqa: S704 (cleaned by nh3, in the child)
    except Exception as error:
        logger.warning(
            "shown as plain text: %d characters of person %s (%s: %s)",
            len(text), person_id, type(error).__name__, error,
        )  # fmt: skip
        return Markup('<pre class="plain">{}</pre>').format(text)


def render_long(text: str, *, person_id: int | None) -> Markup:
    """The same of a text of any length, in pieces between paragraphs where it is longer than one may be.

    It stands under the title of a page, so its headings begin at h2.
    """
    made = "\n".join(render(piece, person_id=person_id) for piece in _pieces(text))
    return Markup(HEADING.sub(lambda tag: f"{tag[1]}{int(tag[2]) - 2}>", made))  # noqa: S704


def as_rendered(html: str) -> Markup:
    """What `render` or a template of ours made, and we kept. For nothing else."""
    return Markup(html)  # noqa: S704


def for_reader(html: str, *, sees_people: bool) -> Markup:
    """What `render_names` made, and we kept: a name leads to its person where the reader has a page of them.

    Guests have one for some only: their names lead nowhere.
    """
    def led(name: re.Match[str]) -> str:
        return name[0] if sees_people and name[1] == "mention" else f'<span class="mention">{name[3]}</span>'

    return Markup(NAME.sub(led, html) if "mention" in html else html)  # noqa: S704


def for_letter(html: str, site: str) -> Markup:
    """What `render` made, and we kept, outside our pages: addresses are whole, and no picture is fetched (NTF-23)."""
    without = PICTURE_TAG.sub(lambda tag: _as_link(tag[0]), html)
    without = BOX.sub(lambda tag: "\N{BALLOT BOX WITH CHECK} " if "checked" in tag[0] else "\N{BALLOT BOX} ", without)
    return Markup(OWN_ADDRESS.sub(rf'\1"{site}/', without))  # noqa: S704


def _as_link(tag: str) -> str:
    words, address = (match[1] if (match := re.search(f' {name}="([^"]*)"', tag)) else "" for name in ("alt", "src"))
    return f'<a href="{address}">{words or address}</a>'


def names_person(html: str, person_id: int) -> bool:
    """Whether a text that `render_names` made names this person."""
    return any(f'<a class="{kind}" href="/people/{person_id}">' in html for kind in ("mention", "mention guest"))


def with_marks(words: Iterable[tuple[str, bool]]) -> Markup:
    """Words of anybody, with a mark around those that are said to be looked for."""
    return Markup("".join(f"<mark>{escape(each)}</mark>" if is_found else escape(each) for each, is_found in words))  # noqa: S704


@lru_cache(maxsize=32)
def options(choices: tuple[tuple[str, str], ...], chosen: str = "") -> Markup:
    """What a select offers, of (value, words). Kept: forty companies are the same ones for everybody."""
    return Markup("\n").join(OPTION.format(value, Markup(" selected") if value == chosen else "", words)
                             for value, words in choices)  # fmt: skip


def own_words(sentence: str) -> Markup:
    """A sentence of our own catalog in a template, which escapes what is put into it. For nothing else."""
    return Markup(sentence)  # noqa: S704


def _kind_of(whose: Whose) -> str:
    if whose.person_id is None:
        return "nobody"
    return "mention guest" if whose.is_guest else "mention"


def _pieces(text: str) -> Iterator[str]:
    """Cut at an empty line outside a fenced block; where there is none for too long, anywhere."""
    piece: list[str] = []
    size, fence = 0, ""
    for line in text.splitlines(keepends=True):
        while size + len(line) > MAX_LENGTH:
            yield "".join([*piece, line[: MAX_LENGTH - size]])
            piece, line, size = [], line[MAX_LENGTH - size :], 0
        start = line.lstrip()[:3]
        if start in ("```", "~~~"):
            fence = "" if fence == start else fence or start
        piece.append(line)
        size += len(line)
        if size > PIECE and not fence and not line.strip():
            yield "".join(piece)
            piece, size = [], 0
    yield "".join(piece)


def warm_up() -> None:
    """Start the first child, 0.2 s, so that the first text does not wait for it."""
    _renderer.warm_up()


def close() -> None:
    """End all children. The next text starts them anew."""
    _renderer.close()


def _tidy(text: str) -> str:
    with_one_line_end = text.replace("\r\n", "\n").replace("\r", "\n")
    return SURROGATES.sub("\N{REPLACEMENT CHARACTER}", with_one_line_end).translate(WITHOUT_HIDDEN)


def _begin_anew() -> None:
    """After a fork: the children are the parent's, and a lock may be held by a thread that is not here."""
    global _renderer
    _renderer.let_go()
    _renderer = Renderer()


_renderer = Renderer()
os.register_at_fork(after_in_child=_begin_anew)
atexit.register(close)

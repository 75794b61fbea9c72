"""People's texts as HTML. The only module that says what is HTML; a hostile text costs nobody but its writer.

Python-Markdown takes minutes over some texts of 20,000 characters, so it runs in child processes
(`markup_child.py`). A text that takes too long, or breaks the child, is shown as it was typed.
"""

import atexit
import logging
import os
import re
from collections.abc import Iterator

from markupsafe import Markup

from app.core.markup_pool import Renderer

MAX_LENGTH = 40_000  # characters
PIECE = 20_000  # characters after which a long text is cut at its next empty line

HEADING = re.compile("(</?h)([456])>")  # text that looks so is escaped
SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)]  # all but tab and line end
TURNERS = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]  # bidi marks that turn what follows; LRM stays
WITHOUT_HIDDEN = dict.fromkeys(CONTROLS + TURNERS)

logger = logging.getLogger(__name__)


def render(text: str, *, person_id: int | None) -> Markup:
    """Safe HTML within a second, for any text: Markdown where it can be had, else the text in `pre.plain`.

    One text of a person at a time; None is nobody in particular (a job, the seed). Takes up to a second, so
    call it before a transaction, never inside. ValueError above MAX_LENGTH characters.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"A text has at most {MAX_LENGTH} characters.")
    text = _tidy(text)
    if not text.strip():
        return Markup("")
    try:
        return Markup(_renderer.html_of(text, person_id))  # noqa: S704 (cleaned by nh3, in the child)
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


def own_words(sentence: str) -> Markup:
    """A sentence of our own catalog in a template, which escapes what is put into it. For nothing else."""
    return Markup(sentence)  # noqa: S704


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

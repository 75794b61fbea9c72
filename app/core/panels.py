"""Pages to which packages from above add a piece: a company's page shows listings without knowing what those are."""

import logging
import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

from app.core.extensions import db

logger = logging.getLogger(__name__)


class Panel(NamedTuple):
    """A piece of a page: a template, and what it shows (in the template: `panel.values`)."""

    template: str
    values: dict[str, Any]


# Given the person and what the page is about ("company": a Company); None where there is nothing to show.
Draw = Callable[[Any, Any], Panel | None]
_draws: dict[str, dict[int, Draw]] = {}


def panel(page: str, order: int) -> Callable[[Draw], Draw]:
    """Draw a piece of this page, each in its own place. Raises ValueError when that place is taken."""

    def register(draw: Draw) -> Draw:
        if _draws.setdefault(page, {}).setdefault(order, draw) is not draw:
            raise ValueError(f"two panels at place {order} of {page}")
        return draw

    return register


def panels(page: str, actor: Any, subject: Any = None) -> list[Panel]:
    """The pieces that have something to show, in order. A page draws each by `{% include panel.template %}`.

    One that fails leaves the others standing: its place says so, with the number under which the log tells why.
    """
    drawn = (_drawn(draw, actor, subject) for _order, draw in sorted(_draws.get(page, {}).items()))
    return [piece for piece in drawn if piece is not None]


def _drawn(draw: Draw, actor: Any, subject: Any) -> Panel | None:
    try:
        return draw(actor, subject)
    except Exception:
        incident = secrets.token_hex(4)
        logger.exception("incident %s: panel %s.%s", incident, draw.__module__, draw.__qualname__)
        db.session.rollback()
        return Panel("errors/_panel.html", {"incident": incident})

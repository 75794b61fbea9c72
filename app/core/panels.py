"""Pages to which packages from above add a piece: a company's page shows listings without knowing what those are."""

from collections.abc import Callable
from typing import Any, NamedTuple


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


def panels(page: str, actor: Any, subject: Any) -> list[Panel]:
    """The pieces that have something to show, in order. A page draws each by `{% include panel.template %}`."""
    drawn = (draw(actor, subject) for _order, draw in sorted(_draws.get(page, {}).items()))
    return [piece for piece in drawn if piece is not None]

"""What happens to open lines."""

from dataclasses import dataclass

from app.core.events import Signal


@dataclass(frozen=True, kw_only=True)
class LinesCut(Signal):
    """The right behind these rooms has ended; their sockets follow once that stands."""

    rooms: tuple[str, ...]

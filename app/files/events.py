"""What happens to contents."""

from dataclasses import dataclass

from app.core.events import Signal


@dataclass(frozen=True, kw_only=True)
class PictureStored(Signal):
    """A picture without a thumbnail yet."""

    sha256: str

"""What happens to letters."""

from dataclasses import dataclass

from app.core.events import Signal


@dataclass(frozen=True, kw_only=True)
class LetterWritten(Signal):
    letter_id: int

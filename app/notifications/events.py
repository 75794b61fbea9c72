"""What happens in notifications."""

from dataclasses import dataclass

from app.core.events import Signal


@dataclass(frozen=True, kw_only=True)
class NotificationsMade(Signal):
    kind: str
    item: int
    scope: str
    person_ids: tuple[int, ...]

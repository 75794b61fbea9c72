"""What happens to the texts of others. Every feature listens for its own kind, and search forgets or finds again."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ContentHidden(Event):
    kind: str
    item: int


@dataclass(frozen=True, kw_only=True)
class ContentUnhidden(Event):
    kind: str
    item: int


@dataclass(frozen=True, kw_only=True)
class EditedByModerator(Event):
    kind: str
    item: int

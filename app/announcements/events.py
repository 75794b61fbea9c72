"""What happens to announcements."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class AnnouncementPlanned(Event):
    """It goes out in ten minutes, unless somebody takes it back."""

    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class AnnouncementWithdrawn(Event):
    announcement_id: int


@dataclass(frozen=True, kw_only=True)
class AnnouncementSent(Event):
    """To how many, of which kind and why: of the board's this is the record that everyone was told (NTF-40)."""

    announcement_id: int
    kind: str
    occasion: str | None
    people: int


@dataclass(frozen=True, kw_only=True)
class AnnouncementSentAgain(Event):
    announcement_id: int
    person_id: int

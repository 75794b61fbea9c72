"""What happens in notifications."""

from dataclasses import dataclass

from app.core.events import Event, Signal


@dataclass(frozen=True, kw_only=True)
class NotificationsMade(Signal):
    kind: str
    item: int
    scope: str
    person_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class NotificationsRead(Signal):
    """This person read lines: the number on their other pages goes down."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class DigestChanged(Event):
    """This person chose how often they want an overview."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class PreferenceChanged(Event):
    """This person ticked or unticked a box."""

    person_id: int
    sort: str
    channel: str
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class LevelChanged(Event):
    """This person chose what they hear of a place; without a `level` they took their choice away."""

    person_id: int
    place: str
    level: str | None


@dataclass(frozen=True, kw_only=True)
class Unsubscribed(Event):
    """This person stopped a kind of mail about a place, by the link in a letter."""

    person_id: int
    what: str
    place: str


@dataclass(frozen=True, kw_only=True)
class TellingPlanned(Signal):
    """Something happened of which many are to be told by a job."""

    telling_id: int


@dataclass(frozen=True, kw_only=True)
class DeliveriesPlanned(Signal):
    """Mail was planned. Where `is_due` nobody waits for corrections."""

    is_due: bool

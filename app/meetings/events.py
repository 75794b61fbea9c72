"""What happens to meetings. What happens in the live room carries the `seq` of its log entry, never the text."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MeetingEvent(Event):
    meeting_id: int


@dataclass(frozen=True, kw_only=True)
class LiveEvent(MeetingEvent):
    """Something in the room, which is entry `seq` of its log."""

    seq: int


class MeetingPlanned(MeetingEvent):
    pass


class MeetingChanged(MeetingEvent):
    """Its plan or agenda, before anyone was told of it."""


class AgendaPublished(MeetingEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class AgendaAmended(MeetingEvent):
    amendment_id: int


@dataclass(frozen=True, kw_only=True)
class MeetingMoved(MeetingEvent):
    amendment_id: int


class MeetingCancelled(MeetingEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class InvitationAnswered(MeetingEvent):
    person_id: int


class MeetingOpened(LiveEvent):
    pass


class MeetingSuspended(LiveEvent):
    pass


class MeetingResumed(LiveEvent):
    pass


class MeetingClosed(LiveEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class StatementConfirmed(LiveEvent):
    tie_id: int


@dataclass(frozen=True, kw_only=True)
class PersonArrived(LiveEvent):
    tie_id: int


@dataclass(frozen=True, kw_only=True)
class PersonLeft(LiveEvent):
    tie_id: int


@dataclass(frozen=True, kw_only=True)
class ChairTaken(LiveEvent):
    """The chair is away: this person acts as chair from here on."""

    tie_id: int


@dataclass(frozen=True, kw_only=True)
class ItemEvent(LiveEvent):
    item_id: int


class ItemStarted(ItemEvent):
    pass


class ItemEnded(ItemEvent):
    pass


class ItemPaused(ItemEvent):
    pass


class ItemPostponed(ItemEvent):
    pass


class ItemExtended(ItemEvent):
    pass


class HandRaised(LiveEvent):
    pass


class HandLowered(LiveEvent):
    pass


class WordGiven(LiveEvent):
    pass


class WordEnded(LiveEvent):
    pass


class LineSaid(LiveEvent):
    pass


class LineChanged(LiveEvent):
    pass


class LineHidden(LiveEvent):
    pass


class LineUnhidden(LiveEvent):
    pass


class LineRemoved(LiveEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class MinutesWritten(MeetingEvent):
    block_id: int


class TranscriptRemoved(MeetingEvent):
    pass

"""What happens on the market."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ListingSubmitted(Event):
    listing_id: int


@dataclass(frozen=True, kw_only=True)
class ListingPublished(Event):
    listing_id: int


@dataclass(frozen=True, kw_only=True)
class ListingChanged(Event):
    """What others see of it is another version."""

    listing_id: int


@dataclass(frozen=True, kw_only=True)
class ListingApproved(Event):
    """By the coordinator; that it was published or changed is an event of its own."""

    listing_id: int
    notice_id: int


@dataclass(frozen=True, kw_only=True)
class ListingDeclined(Event):
    listing_id: int
    notice_id: int


@dataclass(frozen=True, kw_only=True)
class ListingRenewed(Event):
    listing_id: int


@dataclass(frozen=True, kw_only=True)
class ListingPaused(Event):
    listing_id: int


@dataclass(frozen=True, kw_only=True)
class ListingResumed(Event):
    listing_id: int


@dataclass(frozen=True, kw_only=True)
class ListingClosed(Event):
    listing_id: int


@dataclass(frozen=True, kw_only=True)
class ListingWarned(Event):
    """Its end is near, or there."""

    listing_id: int
    notice_id: int


@dataclass(frozen=True, kw_only=True)
class ListingHandedOver(Event):
    """Whoever kept it leaves; from here on it is kept by this tie."""

    listing_id: int
    tie_id: int


@dataclass(frozen=True, kw_only=True)
class ListingDiscarded(Event):
    """A draft that nobody else ever saw."""

    listing_id: int


@dataclass(frozen=True, kw_only=True)
class ParticipationBegun(Event):
    listing_id: int
    company_id: int


@dataclass(frozen=True, kw_only=True)
class ParticipationEnded(Event):
    listing_id: int
    company_id: int


@dataclass(frozen=True, kw_only=True)
class TalkOpened(Event):
    talk_id: int
    listing_id: int


@dataclass(frozen=True, kw_only=True)
class TalkMessageSent(Event):
    talk_id: int
    seq: int


@dataclass(frozen=True, kw_only=True)
class TalkJoined(Event):
    talk_id: int
    tie_id: int


@dataclass(frozen=True, kw_only=True)
class TalkClosed(Event):
    talk_id: int


@dataclass(frozen=True, kw_only=True)
class ProposalMade(Event):
    talk_id: int
    proposal_id: int
    seq: int


@dataclass(frozen=True, kw_only=True)
class ProposalAccepted(Event):
    talk_id: int
    proposal_id: int
    seq: int


@dataclass(frozen=True, kw_only=True)
class ProposalDeclined(Event):
    talk_id: int
    proposal_id: int
    seq: int


@dataclass(frozen=True, kw_only=True)
class ProposalWithdrawn(Event):
    talk_id: int
    proposal_id: int
    seq: int

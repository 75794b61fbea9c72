"""What happens to the pages of companies and people."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CompanyPageChanged(Event):
    """Any part of the page; `change_id` says which, by whom and why."""

    company_id: int
    change_id: int


@dataclass(frozen=True, kw_only=True)
class CapabilityProposed(Event):
    capability_id: int
    company_id: int


@dataclass(frozen=True, kw_only=True)
class CapabilityAccepted(Event):
    capability_id: int


@dataclass(frozen=True, kw_only=True)
class CapabilityDeclined(Event):
    """Off the list, and off the pages of these companies."""

    capability_id: int
    company_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PersonCardChanged(Event):
    person_id: int

"""What happens to reports and cases. No text, no name: who reported is nowhere but in the report."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ReportFiled(Event):
    """Whoever filed it is kept with the report alone: the event has no actor."""

    report_id: int
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseClaimed(Event):
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseGivenBack(Event):
    case_id: int


@dataclass(frozen=True, kw_only=True)
class CaseNoted(Event):
    case_id: int
    note_id: int


@dataclass(frozen=True, kw_only=True)
class ActionTaken(Event):
    action_id: int
    case_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class CaseSettled(Event):
    """Or rejected: `state` says which."""

    case_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class ObjectionFiled(Event):
    objection_id: int
    case_id: int


@dataclass(frozen=True, kw_only=True)
class ObjectionDecided(Event):
    objection_id: int
    state: str

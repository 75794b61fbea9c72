"""What happens to groups."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class GroupCreated(Event):
    group_id: int


@dataclass(frozen=True, kw_only=True)
class GroupChanged(Event):
    group_id: int


@dataclass(frozen=True, kw_only=True)
class GroupVisibilityChanged(Event):
    group_id: int
    visibility: str


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    group_id: int
    tie_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Event):
    group_id: int
    tie_id: int
    person_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    group_id: int
    tie_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class JoinRequested(Event):
    group_id: int
    request_id: int
    tie_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class JoinRequestAnswered(Event):
    """By someone who may, with `state` approved or declined; or because they take part by another way."""

    group_id: int
    request_id: int
    person_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class JoinRequestEnded(Event):
    """Nobody need answer it any more: `state` is withdrawn or expired."""

    group_id: int
    request_id: int
    person_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class CoordinatorsCalled(Event):
    """A request waits too long, or for nobody."""

    group_id: int
    request_id: int

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

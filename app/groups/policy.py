"""Who belongs where. Other features build their rules on `standing_in` and `readable_groups`."""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, bindparam, false, literal_column, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Company, Person, Tie, TieKind
from app.accounts.policy import Anyone, live_tie_condition, lock
from app.core.db import Rows, rows
from app.core.policy import rule
from app.core.scopes import scope_source
from app.groups.models import GroupMembership, JoinRequest, Role, Visibility, WorkingGroup

LEAD: ColumnElement[str] = literal_column(f"'{Role.LEAD.value}'")  # written out: only so does the index of leads answer


class Standing(NamedTuple):
    """What a group is to a person at this moment. Groups that do not exist for them have none."""

    group_id: int
    slug: str
    name: str
    visibility: Visibility
    is_archived: bool
    role: Role | None
    may_read: bool
    lead_name: str | None = None

    @property
    def is_member(self) -> bool:
        return self.role is not None

    @property
    def leads(self) -> bool:
        return self.role in (Role.LEAD, Role.DEPUTY)


def standings(actor: Anyone) -> dict[int, Standing]:
    """Every group that exists for this person, by id: one statement in the life of an actor.

    Of their confidential groups there is nothing until they took the second step, within twelve hours (GRP-5).
    """
    found = _all_standings(actor)
    if actor.is_stepped_up:
        return found
    return {group_id: each for group_id, each in found.items() if each.visibility is not Visibility.CONFIDENTIAL}


@lock
def has_locked_groups(actor: Anyone) -> bool:
    """Whether this person has a confidential group that waits for their second step."""
    return bool(locked_group_ids(actor))


def locked_group_ids(actor: Anyone) -> list[int]:
    """Their confidential groups, while those wait for the second step: for what is found without its group."""
    return [] if actor.is_stepped_up else sorted(_all_standings(actor).keys() - standings(actor).keys())


def standing_in(actor: Anyone, group: WorkingGroup) -> Standing | None:
    return standings(actor).get(group.id)


def own_standings(actor: Anyone) -> list[Standing]:
    """Of the groups that this person is a member of."""
    return [standing for standing in standings(actor).values() if standing.is_member]


def is_member_of(actor: Anyone, group: WorkingGroup) -> bool:
    standing = standing_in(actor, group)
    return standing is not None and standing.is_member


def readable_group_ids(actor: Anyone) -> list[int]:
    return [standing.group_id for standing in standings(actor).values() if standing.may_read]


@rule
def can_see_group(actor: Anyone, group: WorkingGroup) -> bool:
    """Staff of members see open groups and those on request; a confidential group exists for its members only."""
    return standing_in(actor, group) is not None


def visible_groups(actor: Anyone) -> Select[WorkingGroup]:
    """The same sentence as can_see_group, asked of the database."""
    return select(WorkingGroup).where(or_(_is_own(actor), _is_shown_to(actor.is_staff)))


@rule
def can_read_group(actor: Anyone, group: WorkingGroup) -> bool:
    """Staff of members read open groups; a coordinator also those on request; everyone else their own."""
    standing = standing_in(actor, group)
    return standing is not None and standing.may_read


def readable_groups(actor: Anyone) -> Select[WorkingGroup]:
    """The same sentence as can_read_group, asked of the database."""
    return select(WorkingGroup).where(or_(_is_own(actor), _is_open_to(actor)))


@rule
def can_join_group(actor: Anyone, group: WorkingGroup) -> bool:
    """Staff of members join an open group at once."""
    standing = standing_in(actor, group)
    return (
        standing is not None and actor.is_staff and standing.visibility is Visibility.OPEN
        and not standing.is_member and not standing.is_archived
    )  # fmt: skip


@rule
def can_ask_to_join(actor: Anyone, group: WorkingGroup) -> bool:
    """Staff of members ask to take part in a group on request; nobody in a silence."""
    standing = standing_in(actor, group)
    return (
        standing is not None and actor.is_staff and standing.visibility is Visibility.ON_REQUEST
        and not standing.is_member and not standing.is_archived and not actor.silence_in(group.id)
    )  # fmt: skip


@rule
def can_answer_join_request(actor: Anyone, request: JoinRequest) -> bool:
    """Lead and deputies answer who asks to take part; a coordinator where the group is not confidential."""
    return can_edit_group(actor, request.group)


@rule
def can_withdraw_join_request(actor: Anyone, request: JoinRequest) -> bool:
    """Who asked to take part takes that back."""
    return actor.has_live_tie and actor.tie_id == request.tie_id


@rule
def can_leave_group(actor: Anyone, group: WorkingGroup) -> bool:
    """Members leave their group; a guest's place is ended by the lead."""
    standing = standing_in(actor, group)
    return standing is not None and standing.is_member and standing.role is not Role.GUEST


@rule
def can_create_group(actor: Anyone) -> bool:
    """Coordinators make groups; nobody in a silence."""
    return actor.is_coordinator and not actor.silence_in()


@rule
def can_add_member(actor: Anyone, group: WorkingGroup) -> bool:
    """Lead and deputies add members to their group; a coordinator to any group that is not confidential."""
    return can_edit_group(actor, group)


@rule
def can_edit_group(actor: Anyone, group: WorkingGroup) -> bool:
    """Lead and deputies change their group; a coordinator any that is not confidential; nobody in a silence."""
    standing = standing_in(actor, group)
    if standing is None or standing.is_archived or actor.silence_in(group.id):
        return False
    return runs_group(actor, standing)


def runs_group(actor: Anyone, standing: Standing) -> bool:
    """Whether in a group of this standing they do what leads do; whether they may at this moment is asked apart."""
    return standing.leads or (actor.is_coordinator and standing.visibility is not Visibility.CONFIDENTIAL)


def lead_scope(group_id: int) -> str:
    """Of what is for those who answer in a group."""
    return f"group-lead:{group_id}"


@scope_source
def lead_scopes(actor: Anyone) -> Iterable[str]:
    for standing in standings(actor).values():
        if runs_group(actor, standing):
            yield lead_scope(standing.group_id)


@scope_source
def group_scopes(actor: Anyone) -> Iterable[str]:
    return (f"group:{group_id}" for group_id in readable_group_ids(actor))


def _all_standings(actor: Anyone) -> dict[int, Standing]:
    if not actor.has_live_tie:
        return {}
    return actor.remembered("groups.standings", lambda: _load_standings(actor))  # type: ignore[union-attr]


def _load_standings(actor: Anyone) -> dict[int, Standing]:
    found = rows(_standing_rows(actor.is_staff), {"tie": actor.tie_id})
    return {
        id_: Standing(id_, slug, name, visibility, archived_at is not None, role,
                      role is not None or _may_read_as_outsider(actor, visibility), lead_name)
        for id_, slug, name, visibility, archived_at, role, lead_name in found
    }  # fmt: skip


@cache
def _standing_rows(is_staff: bool) -> Rows:
    own = and_(GroupMembership.group_id == WorkingGroup.id, GroupMembership.tie_id == bindparam("tie"),
               GroupMembership.left_at.is_(None))  # fmt: skip
    return (
        select(WorkingGroup.id, WorkingGroup.slug, WorkingGroup.name, WorkingGroup.visibility,
               WorkingGroup.archived_at, GroupMembership.role, _lead_name().label("lead_name"))
        .outerjoin(GroupMembership, own)
        .where(or_(GroupMembership.id.is_not(None), _is_shown_to(is_staff)))
        .order_by(WorkingGroup.name)
    )  # fmt: skip


def _lead_name() -> ScalarSelect[str]:
    lead = aliased(GroupMembership)
    return (
        select(Person.name).select_from(lead).join(Tie, Tie.id == lead.tie_id)
        .join(Person, Person.id == Tie.person_id).join(Company, Company.id == Tie.company_id)
        .where(lead.group_id == WorkingGroup.id, lead.role == LEAD, lead.left_at.is_(None), live_tie_condition())
        .correlate(WorkingGroup).scalar_subquery()
    )  # fmt: skip


def _may_read_as_outsider(actor: Anyone, visibility: Visibility) -> bool:
    if visibility is Visibility.OPEN:
        return actor.is_staff
    return visibility is Visibility.ON_REQUEST and actor.is_coordinator


def _is_own(actor: Anyone) -> ColumnElement[bool]:
    if not actor.has_live_tie:
        return false()
    own = WorkingGroup.id.in_(
        select(GroupMembership.group_id).where(
            GroupMembership.tie_id == actor.tie_id, GroupMembership.left_at.is_(None))
    )  # fmt: skip
    return own if actor.is_stepped_up else and_(own, WorkingGroup.visibility != Visibility.CONFIDENTIAL)


def _is_shown_to(is_staff: bool) -> ColumnElement[bool]:
    return WorkingGroup.visibility != Visibility.CONFIDENTIAL if is_staff else false()


def _is_open_to(actor: Anyone) -> ColumnElement[bool]:
    if not actor.is_staff:
        return false()
    kinds = (Visibility.OPEN, Visibility.ON_REQUEST) if actor.is_coordinator else (Visibility.OPEN,)
    return WorkingGroup.visibility.in_(kinds)


def role_for(kind: TieKind | None, role: Role) -> Role:
    """A guest of the association is a guest in every group."""
    return Role.GUEST if kind is TieKind.GUEST else role

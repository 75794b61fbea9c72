"""Changing groups. Each function is one thing a person can do."""

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Actor, Person, Tie
from app.accounts.queries import open_tie_of
from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.text import slug
from app.core.transaction import atomic
from app.groups import queries
from app.groups.events import (
    GroupChanged,
    GroupCreated,
    GroupVisibilityChanged,
    MemberJoined,
    MemberLeft,
    RoleChanged,
)
from app.groups.models import EditWindow, GroupMembership, Role, Theme, Visibility, WorkingGroup
from app.groups.policy import (
    can_add_member,
    can_create_group,
    can_edit_group,
    can_join_group,
    can_leave_group,
    is_member_of,
    role_for,
)
from app.notifications.models import Level


@dataclass(frozen=True, kw_only=True)
class GroupSettings:
    """What the people who lead a group decide about it."""

    purpose: str
    theme: Theme
    visibility: Visibility
    rules_md: str = ""
    rules_html: str = ""  # rendered before the transaction
    default_watch: Level = Level.OVERVIEW
    edit_window: EditWindow = EditWindow.DAY
    notice_days: int = 7


@atomic
def create_group(actor: Actor, *, name: str, code: str, lead_id: int, settings: GroupSettings) -> WorkingGroup:
    """A group with its lead, usable at once. Raises Conflict when name or code is taken."""
    authorize(can_create_group, actor)
    address = slug(name)
    if not address or address == "new":
        raise Invalid(_("This name cannot be made into an address. Use letters."))
    if db.session.scalar(select(WorkingGroup.id).where(WorkingGroup.slug == address)):
        raise Conflict(_("There is a group with this name already."))
    if db.session.scalar(select(WorkingGroup.id).where(WorkingGroup.code == code)):
        raise Conflict(_("There is a group with this code already."), field="code")
    tie = open_tie_of(lead_id)
    if tie is None:
        raise Invalid(_("Choose someone who acts for a company."), field="lead")
    group = WorkingGroup(name=name, slug=address, code=code, created_by=actor.tie_id, **vars(settings))
    db.session.add(group)
    db.session.flush()
    publish(GroupCreated(actor_id=actor.id, group_id=group.id))
    add_tie(actor, group, tie, Role.LEAD)
    return group


@atomic
def edit_group(actor: Actor, group: WorkingGroup, settings: GroupSettings, *, version: int) -> None:
    """Change what the group is. Stricter works at once; wider does not work from confidential."""
    authorize(can_edit_group, actor, group)
    db.session.refresh(group, with_for_update=True)  # two who save at one moment: the second sees the first
    if group.version != version:
        raise Conflict(_("Someone else changed this group in the meantime."))
    widens = group.visibility.is_stricter_than(settings.visibility)
    if widens and group.is_confidential:
        raise Conflict(_("A confidential group stays confidential: what was written in it was meant for its members."))
    if settings.notice_days < group.notice_days and not actor.is_coordinator:
        raise Conflict(_("Only a coordinator makes the time between agenda and meeting shorter."), field="notice_days")
    if settings.visibility is not group.visibility:
        publish(GroupVisibilityChanged(actor_id=actor.id, group_id=group.id, visibility=settings.visibility.value))
    if (group.purpose, group.rules_md) != (settings.purpose, settings.rules_md):
        group.rewritten_by = actor.tie_id
    for name, value in vars(settings).items():
        setattr(group, name, value)
    group.version += 1
    publish(GroupChanged(actor_id=actor.id, group_id=group.id))


@atomic
def join_group(actor: Actor, group: WorkingGroup) -> None:
    """Become a member of an open group. Joining twice changes nothing and tells no one."""
    if is_member_of(actor, group):  # what the rule looks at too: asked apart, another join may come between
        return
    authorize(can_join_group, actor, group)
    add_tie(actor, group, db.session.get_one(Tie, actor.tie_id), Role.MEMBER)


@atomic
def add_member(actor: Actor, group: WorkingGroup, person: Person, role: Role = Role.MEMBER) -> None:
    """Give someone with an open tie a place, or another role. The one lead stays one."""
    authorize(can_add_member, actor, group)
    tie = open_tie_of(person.id)
    if tie is None:
        raise Invalid(_("Choose someone who acts for a company."))
    there = queries.open_membership(group.id, tie.id)
    if there is None:
        add_tie(actor, group, tie, role_for(tie.kind, role))
    elif there.role is not (given := role_for(tie.kind, role)):
        there.role = given
        publish(RoleChanged(actor_id=actor.id, group_id=group.id, tie_id=tie.id, person_id=person.id, role=given.value))


@atomic
def leave_group(actor: Actor, group: WorkingGroup) -> None:
    """Give up one's place. Texts stay; what is waiting to be read there is gone."""
    authorize(can_leave_group, actor, group)
    membership = queries.open_membership(group.id, actor.tie_id)
    if membership is not None:
        _end(actor.id, membership, actor.id, "left")


def end_memberships_of_tie(actor_id: int | None, tie_id: int, person_id: int) -> None:
    """All places that hung on this tie, inside the transaction that ends it."""
    places = db.session.scalars(
        select(GroupMembership).where(GroupMembership.tie_id == tie_id, GroupMembership.left_at.is_(None))
    )
    for membership in places.all():
        _end(actor_id, membership, person_id, "tie_ended")


def add_tie(actor: Actor, group: WorkingGroup, tie: Tie, role: Role) -> None:
    db.session.add(GroupMembership(group_id=group.id, tie_id=tie.id, role=role))
    db.session.flush()
    actor.memory.pop("groups.standings", None)  # the rest of this transaction knows of it
    publish(MemberJoined(actor_id=actor.id, group_id=group.id, tie_id=tie.id, person_id=tie.person_id))


def _end(actor_id: int | None, membership: GroupMembership, person_id: int, reason: str) -> None:
    membership.left_at, membership.leave_reason = now(), reason
    publish(MemberLeft(actor_id=actor_id, group_id=membership.group_id, tie_id=membership.tie_id,
                       person_id=person_id))  # fmt: skip


@accounts.own_data("groups")
def groups_data(person_id: int) -> list[dict[str, str | None]]:
    rows = db.session.execute(
        select(WorkingGroup.name, GroupMembership.role, GroupMembership.joined_at, GroupMembership.left_at)
        .join(GroupMembership, GroupMembership.group_id == WorkingGroup.id)
        .join(Tie, Tie.id == GroupMembership.tie_id).where(Tie.person_id == person_id)
        .order_by(GroupMembership.joined_at, GroupMembership.id)
    )  # fmt: skip
    return [
        {"group": row.name, "role": row.role.value, "joined_at": row.joined_at.isoformat(),
         "left_at": row.left_at and row.left_at.isoformat()}
        for row in rows
    ]  # fmt: skip

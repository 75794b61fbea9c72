"""How far a newcomer is, and which working groups they can tick."""

from typing import NamedTuple

from sqlalchemy import exists, select

from app.accounts.models import Actor, Tie
from app.core.clock import now
from app.core.extensions import db
from app.groups.models import GroupMembership, WorkingGroup
from app.groups.policy import can_add_member, can_join_group, standings, visible_groups
from app.groups.queries import open_membership
from app.invitations.models import FirstVisit, Invitation
from app.invitations.models.invitations import NEW_FOR
from app.invitations.queries.invitations import groups_of


class GroupChoice(NamedTuple):
    """A group to tick. `inviter` is who gives the place; None where it is open to this person anyway."""

    group: WorkingGroup
    is_named: bool  # in the invitation
    inviter: Actor | None = None


def first_visit_of(person_id: int, *, held: bool = False) -> FirstVisit | None:
    """Of who accepted within the last weeks and did not come to the end yet.

    `held` until COMMIT: of a button that is pressed twice at one moment the second finds what the first left.
    """
    found = (
        select(FirstVisit).join(Invitation, Invitation.id == FirstVisit.invitation_id)
        .where(FirstVisit.person_id == person_id, Invitation.accepted_at > now() - NEW_FOR)
    )  # fmt: skip
    return db.session.scalar(found.with_for_update(of=FirstVisit) if held else found)


def groups_to_choose(actor: Actor, visit: FirstVisit) -> list[GroupChoice]:
    """What the invitation names and its sender can still give, first; then what is open to this person."""
    named = groups_of(visit.invitation_id)
    inviter = _inviter(visit.invitation_id)
    given = [choice for group in named if (choice := _given(actor, inviter, group))]
    known = {choice.group.id for choice in given}
    open_ones = [
        GroupChoice(group, is_named=False)
        for group in db.session.scalars(visible_groups(actor).order_by(WorkingGroup.name))
        if group.id not in known and can_join_group(actor, group)
    ]
    return given + open_ones


def destination(actor: Actor, visit: FirstVisit) -> str | None:
    """The address of the group that the invitation was for, if this person takes part in it now."""
    own = {standing.group_id for standing in standings(actor).values() if standing.is_member}
    return next((group.slug for group in groups_of(visit.invitation_id) if group.id in own), None)


def _given(actor: Actor, inviter: Actor | None, group: WorkingGroup) -> GroupChoice | None:
    if can_join_group(actor, group):
        return GroupChoice(group, is_named=True)
    is_there = open_membership(group.id, actor.tie_id) is not None
    if is_there or (inviter is not None and can_add_member(inviter, group) and not _was_there(actor, group)):
        return GroupChoice(group, is_named=True, inviter=inviter)
    return None


def _was_there(actor: Actor, group: WorkingGroup) -> bool:
    """Who left comes back as everyone does: the invitation gave its place."""
    place = exists().where(GroupMembership.group_id == group.id, GroupMembership.tie_id == actor.tie_id)
    return bool(db.session.scalar(select(place)))


def _inviter(invitation_id: int) -> Actor | None:
    """As they stand now: who left gives no places any more."""
    person_id = db.session.scalar(
        select(Tie.person_id).join(Invitation, Invitation.created_by == Tie.id).where(Invitation.id == invitation_id))
    return Actor.of_person(person_id) if person_id else None

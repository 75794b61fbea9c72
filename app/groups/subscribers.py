"""What follows for groups from what happens elsewhere, and for open pages from what happens to groups."""

from app.accounts.events import TieEnded
from app.accounts.policy import Anyone
from app.core.events import on
from app.groups.events import GroupVisibilityChanged, MemberLeft
from app.groups.models import WorkingGroup
from app.groups.policy import can_read_group
from app.groups.queries import group_of_any_state
from app.groups.service import end_memberships_of_tie
from app.guard import service as guard
from app.guard.service import Excerpt
from app.realtime.service import EVERYONE, cut_off


@on(TieEnded)
def end_memberships(event: TieEnded) -> None:
    end_memberships_of_tie(event.actor_id, event.tie_id, event.person_id)


@on(MemberLeft)
def cut_their_pages(event: MemberLeft) -> None:
    """Their pages come back by themselves, with the rights they still have."""
    cut_off(f"person:{event.person_id}")


@on(GroupVisibilityChanged)
def cut_everyone_out(event: GroupVisibilityChanged) -> None:
    """A group became stricter: rooms joined under the wider rule are left by everyone at once."""
    cut_off(EVERYONE)


def can_read_about(actor: Anyone, group: WorkingGroup) -> bool:
    """Purpose and rules together, so not who sees of a group on request its purpose alone."""
    return group.hidden_at is None and can_read_group(actor, group)


def excerpt_of_group(group: WorkingGroup) -> Excerpt:
    return Excerpt(group.name, f"{group.purpose}\n\n{group.rules_md}".strip(), f"/groups/{group.slug}/about",
                   group.created_at, group.id, group.version)  # fmt: skip


guard.content("group", load=group_of_any_state, reads=can_read_about, author=lambda group: group.written_by,
              excerpt=excerpt_of_group)  # fmt: skip

"""What follows for groups from what happens elsewhere, and for open pages from what happens to groups."""

from app.accounts.events import TieEnded
from app.core.events import on
from app.groups.events import GroupVisibilityChanged, MemberLeft
from app.groups.service import end_memberships_of_tie
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

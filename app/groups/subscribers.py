"""What follows for groups from what happens elsewhere, and for open pages from what happens to groups."""

from app.accounts.events import TieEnded
from app.core.events import after_commit, on
from app.groups.events import GroupVisibilityChanged, MemberLeft
from app.groups.service import end_memberships_of_tie
from app.realtime.service import CUT, EVERYONE, cut, leave_signal


@on(TieEnded)
def end_memberships(event: TieEnded) -> None:
    end_memberships_of_tie(event.actor_id, event.tie_id, event.person_id)


@on(MemberLeft)
def tell_other_processes(event: MemberLeft) -> None:
    leave_signal(f"person:{event.person_id}", CUT, {})


@after_commit(MemberLeft)
def cut_their_pages(event: MemberLeft) -> None:
    """Their pages come back by themselves, with the rights they still have."""
    cut(f"person:{event.person_id}")


@after_commit(GroupVisibilityChanged)
def cut_everyone_out(event: GroupVisibilityChanged) -> None:
    """A group became stricter: rooms joined under the wider rule are left by everyone at once."""
    cut(EVERYONE)


@on(GroupVisibilityChanged)
def tell_other_processes_of_the_group(event: GroupVisibilityChanged) -> None:
    leave_signal(EVERYONE, CUT, {})

"""The three pages of a first sign-in: who you are, where you take part, how often you want mail."""

from collections.abc import Collection

from app.accounts.events import ProfileChanged
from app.accounts.models import Actor, Tie
from app.accounts.queries import get_own_person
from app.core.clock import now
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic
from app.groups import service as groups
from app.groups.policy import is_member_of
from app.invitations import queries
from app.invitations.models import FirstVisit
from app.notifications import service as notifications
from app.notifications.models import Rhythm

GROUPS_PAGE, MAIL_PAGE, DONE = 2, 3, 4


@atomic
def tell_name_and_function(actor: Actor, *, name: str, function: str) -> None:
    """Of oneself, as others will see it; once, afterwards the function is the contact's to change."""
    visit = _visit_before(actor, DONE)
    if visit is not None:
        get_own_person(actor).name = name
        db.session.get_one(Tie, actor.tie_id).function = function
        visit.step = max(visit.step, GROUPS_PAGE)
        publish(ProfileChanged(actor_id=actor.id, person_id=actor.id))


@atomic
def choose_groups(actor: Actor, group_ids: Collection[int]) -> None:
    """Take part in what is ticked. A place that another gives is asked of their rights of this moment."""
    visit = _visit_before(actor, DONE)
    for choice in queries.groups_to_choose(actor, visit) if visit is not None else ():
        if choice.group.id not in group_ids or is_member_of(actor, choice.group):
            continue
        if choice.inviter is None:
            groups.join_group(actor, choice.group)
        else:
            groups.add_member(choice.inviter, choice.group, get_own_person(actor))
    if visit is not None:
        visit.step = max(visit.step, MAIL_PAGE)


@atomic
def choose_rhythm(actor: Actor, rhythm: Rhythm) -> None:
    """Nothing is left to ask. Of a button pressed twice the first counts."""
    visit = queries.first_visit_of(actor.id, held=True)
    if visit is not None:
        notifications.choose_digest(actor, rhythm)
        db.session.delete(visit)


@atomic
def skip_rhythm(actor: Actor, *, for_good: bool = False) -> None:
    """Nothing is stored of it: mail that is personal is all there is. It is asked once more, and then no more."""
    visit = queries.first_visit_of(actor.id, held=True)
    if visit is None:
        return
    if visit.is_asked_once_more and for_good:
        db.session.delete(visit)
    elif not visit.is_asked_once_more:
        visit.step, visit.skipped_at = DONE, now()


def _visit_before(actor: Actor, step: int) -> FirstVisit | None:
    visit = queries.first_visit_of(actor.id, held=True)
    return visit if visit is not None and visit.step < step else None

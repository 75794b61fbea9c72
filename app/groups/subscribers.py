"""What follows for groups from what happens elsewhere, and for open pages and the bell from what happens to groups."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from app.accounts.events import TieEnded
from app.accounts.models import Actor, Company, Person, Tie
from app.accounts.policy import Anyone, person_scope
from app.accounts.queries import coordinators
from app.core.events import on
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.groups import service
from app.groups.events import (
    CoordinatorsCalled,
    GroupVisibilityChanged,
    JoinRequestAnswered,
    JoinRequested,
    JoinRequestEnded,
    MemberJoined,
    MemberLeft,
)
from app.groups.models import JoinRequest, RequestState, Visibility, WorkingGroup, group_scope
from app.groups.policy import can_read_group, lead_scope, own_standings, readable_group_ids
from app.groups.queries import confidential_among, default_levels, group_of_any_state, leads_and_deputies_of
from app.groups.service.requests import ANSWER, REQUEST
from app.guard import service as guard
from app.guard.service import Excerpt
from app.notifications import service as notifications
from app.notifications.models import Sort
from app.notifications.service import Place, PlaceName, Shown
from app.realtime.service import EVERYONE, cut_off

OF_GROUPS = ("group", "group-lead", "desk:group", "market", "market:judges")  # scopes that end in the number of a group


@on(TieEnded)
def end_memberships(event: TieEnded) -> None:
    service.end_memberships_of_tie(event.actor_id, event.tie_id, event.person_id)
    service.withdraw_requests_of_tie(event.actor_id, event.tie_id)


@on(MemberLeft)
def cut_their_pages(event: MemberLeft) -> None:
    """Their pages come back by themselves, with the rights they still have."""
    cut_off(f"person:{event.person_id}")


@on(MemberLeft)
def forget_what_they_chose(event: MemberLeft) -> None:
    """What they chose to hear of the group goes with their place in it; of its threads, see there."""
    notifications.forget_levels(event.person_id, [group_scope(event.group_id)])
    notifications.look_again_at_all_of(event.person_id)


@on(GroupVisibilityChanged)
def cut_everyone_out(event: GroupVisibilityChanged) -> None:
    """A group became stricter: rooms joined under the wider rule are left by everyone at once."""
    cut_off(EVERYONE)


@on(GroupVisibilityChanged)
def let_nobody_hear_of_it(event: GroupVisibilityChanged) -> None:
    """GRP-4: who asked to take part in a group that became confidential has never heard of it."""
    if event.visibility == Visibility.CONFIDENTIAL:
        service.end_requests_in(event.actor_id, event.group_id)
        asked = select(JoinRequest.id).where(JoinRequest.group_id == event.group_id)
        for kind in (REQUEST, ANSWER):
            notifications.withdraw(kind, asked)


@on(JoinRequested)
def ring_who_answers(event: JoinRequested) -> None:
    _ring_about(event.request_id, leads_and_deputies_of(event.group_id))


@on(CoordinatorsCalled)
def ring_coordinators(event: CoordinatorsCalled) -> None:
    _ring_about(event.request_id, coordinators())


@on(MemberJoined)
def ask_no_more(event: MemberJoined) -> None:
    service.approve_who_joined(event.actor_id, event.group_id, event.tie_id)


@on(JoinRequestAnswered, JoinRequestEnded)
def ring_no_more(event: JoinRequestAnswered | JoinRequestEnded) -> None:
    notifications.withdraw(REQUEST, [event.request_id])


@on(JoinRequestAnswered)
def tell_who_asked(event: JoinRequestAnswered) -> None:
    request = db.session.get_one(JoinRequest, event.request_id)
    notifications.notify([event.person_id], kind=ANSWER, item=request.id, actor_id=event.actor_id or 0,
                         actor_tie_id=request.answered_by or request.tie_id,
                         scope=person_scope(event.person_id))  # fmt: skip


@on(JoinRequestEnded)
def tell_that_nobody_answered(event: JoinRequestEnded) -> None:
    request = db.session.get_one(JoinRequest, event.request_id)
    if event.state == RequestState.EXPIRED and not request.group.is_confidential:
        notifications.notify([event.person_id], kind=ANSWER, item=request.id, actor_id=0,
                             actor_tie_id=request.tie_id, scope=person_scope(event.person_id))  # fmt: skip


def _ring_about(request_id: int, people: Iterable[int]) -> None:
    request = db.session.get_one(JoinRequest, request_id)
    notifications.notify(people, kind=REQUEST, item=request.id, actor_id=request.tie.person_id,
                         actor_tie_id=request.tie_id, scope=lead_scope(request.group_id))  # fmt: skip


def show_requests(request_ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(
        select(JoinRequest.id, WorkingGroup.name, WorkingGroup.slug, WorkingGroup.visibility, Person.name, Company.name)
        .join(WorkingGroup, WorkingGroup.id == JoinRequest.group_id).join(Tie, Tie.id == JoinRequest.tie_id)
        .join(Person, Person.id == Tie.person_id).join(Company, Company.id == Tie.company_id)
        .where(JoinRequest.id.in_(request_ids))
    )  # fmt: skip
    return {
        id_: Shown(group, f"/groups/{slug}/members#requests",
                   _("%(name)s of %(company)s asks to take part in %(group)s", name=name, company=company,
                     group=group), visibility is Visibility.CONFIDENTIAL)
        for id_, group, slug, visibility, name, company in found
    }  # fmt: skip


def show_answers(request_ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(
        select(JoinRequest.id, JoinRequest.state, JoinRequest.decline_reason, WorkingGroup.name, WorkingGroup.slug,
               WorkingGroup.visibility)
        .join(WorkingGroup, WorkingGroup.id == JoinRequest.group_id).where(JoinRequest.id.in_(request_ids))
    )  # fmt: skip
    return {
        id_: Shown(group, f"/groups/{slug}", _answer_in_words(state, group, reason or ""),
                   visibility is Visibility.CONFIDENTIAL)
        for id_, state, reason, group, slug, visibility in found
    }  # fmt: skip


def _answer_in_words(state: RequestState, group: str, reason: str) -> str:
    if state is RequestState.APPROVED:
        return _("You were admitted: you take part in %(group)s", group=group)
    if state is RequestState.DECLINED:
        return _("Your request to take part in %(group)s was declined: %(reason)s", group=group, reason=reason)
    return _("Nobody answered your request to take part in %(group)s. You can ask again.", group=group)


def is_of_a_confidential_group(scope: str) -> bool:
    """Of scopes that end in the number of a group: its readers, its leads, who judge or read its part of the market."""
    words, _colon, number = scope.rpartition(":")
    return words in OF_GROUPS and number.isdigit() and bool(confidential_among([int(number)]))


def places_of_overview(actor: Actor) -> Mapping[int, Place]:
    """The groups that this person takes part in."""
    own = own_standings(actor)
    defaults = default_levels(standing.group_id for standing in own) if own else {}
    return {
        each.group_id: Place(each.name, f"/groups/{each.slug}", each.visibility is Visibility.CONFIDENTIAL,
                             defaults[each.group_id])
        for each in own
    }  # fmt: skip


def group_around(scope: str) -> str:
    words, _colon, number = scope.rpartition(":")
    return group_scope(int(number)) if words in OF_GROUPS and number.isdecimal() else ""


def names_in_letters(reader: Actor, group_ids: Sequence[int]) -> dict[int, PlaceName]:
    """Of groups that this person may read now."""
    readable = set(group_ids).intersection(readable_group_ids(reader))
    found = db.session.scalars(select(WorkingGroup).where(WorkingGroup.id.in_(readable)))
    return {each.id: PlaceName(each.name, f"/groups/{each.slug}", each.is_confidential) for each in found}


notifications.hushes(is_of_a_confidential_group)
notifications.lies_in(group_around)
notifications.names_place("group", names_in_letters)
notifications.overview_groups(places_of_overview)
notifications.register(REQUEST, show_requests, Sort.TASK)
notifications.register(ANSWER, show_answers, Sort.NAMED)


def can_read_about(actor: Anyone, group: WorkingGroup) -> bool:
    """Purpose and rules together, so not who sees of a group on request its purpose alone."""
    return group.hidden_at is None and can_read_group(actor, group)


def excerpt_of_group(group: WorkingGroup) -> Excerpt:
    return Excerpt(group.name, f"{group.purpose}\n\n{group.rules_md}".strip(), f"/groups/{group.slug}/about",
                   group.created_at, group.id, group.version)  # fmt: skip


guard.content("group", load=group_of_any_state, reads=can_read_about, author=lambda group: group.written_by,
              excerpt=excerpt_of_group)  # fmt: skip

"""Asking to take part in a group on request, and answering that."""

from sqlalchemy import CursorResult, select, update

from app.accounts import service as accounts
from app.accounts.models import Actor, Tie
from app.accounts.queries import open_tie_of
from app.core.clock import local, now, today
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import clock_time, day
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.groups import queries
from app.groups.events import CoordinatorsCalled, JoinRequestAnswered, JoinRequested, JoinRequestEnded
from app.groups.models import JoinRequest, RequestState, Role, Visibility, WorkingGroup
from app.groups.policy import (
    can_answer_join_request,
    can_ask_to_join,
    can_withdraw_join_request,
    role_for,
)
from app.groups.service.places import add_tie
from app.notifications.service import read_in_place

REQUEST, ANSWER = "join_request", "join_answer"


@atomic
def ask_to_join(actor: Actor, group: WorkingGroup, answer: str) -> JoinRequest:
    """One question to who leads the group. Conflict while one waits, and for 30 days after a refusal."""
    authorize(can_ask_to_join, actor, group)
    newest = queries.newest_request(group.id, actor.tie_id)
    if newest is not None and newest.is_pending:
        raise Conflict(_("You asked this already. It waits for an answer."), field="answer")
    if newest is not None and newest.may_ask_again_at is not None and newest.may_ask_again_at > now():
        raise Conflict(_("You can ask again from %(day)s.", day=day(newest.may_ask_again_at)), field="answer")
    request = JoinRequest(group_id=group.id, tie_id=actor.tie_id, answer=answer)
    db.session.add(request)
    db.session.flush()
    publish(JoinRequested(actor_id=actor.id, group_id=group.id, request_id=request.id, tie_id=request.tie_id,
                          person_id=actor.id))  # fmt: skip
    if not queries.leads_and_deputies_of(group.id):
        _call(actor.id, request)
    return request


@atomic
def approve_join_request(actor: Actor, request: JoinRequest) -> None:
    """They take part from now on. Conflict when it was answered before: nothing is sent twice."""
    authorize(can_answer_join_request, actor, request)
    _settle(actor.id, request, RequestState.APPROVED, answered_by=actor.tie_id)
    tie, asker = request.tie, Actor.of_person(request.tie.person_id)
    if asker is None or not asker.has_live_tie or asker.tie_id != tie.id:
        raise Conflict(_("%(name)s does not act for this company at this moment.", name=tie.person.name))
    if queries.open_membership(request.group_id, tie.id) is None:
        add_tie(actor, request.group, tie, role_for(tie.kind, Role.MEMBER))


@atomic
def decline_join_request(actor: Actor, request: JoinRequest, reason: str) -> None:
    """The asker reads the reason, and may ask again after 30 days."""
    authorize(can_answer_join_request, actor, request)
    _settle(actor.id, request, RequestState.DECLINED, answered_by=actor.tie_id, decline_reason=reason)


@atomic
def withdraw_join_request(actor: Actor, request: JoinRequest) -> None:
    authorize(can_withdraw_join_request, actor, request)
    _settle(actor.id, request, RequestState.WITHDRAWN)


def approve_who_joined(actor_id: int | None, group_id: int, tie_id: int) -> None:
    """Who takes part by another way need not be answered, inside the transaction that lets them in."""
    for request in queries.requests_that_wait(group_id=group_id, tie_id=tie_id):
        own = open_tie_of(actor_id) if actor_id is not None else None
        _settle(actor_id, request, RequestState.APPROVED, answered_by=own.id if own else None)


def withdraw_requests_of_tie(actor_id: int | None, tie_id: int) -> None:
    """Who acts for that company no more asks nothing for it, inside the transaction that ends the tie."""
    for request in queries.requests_that_wait(tie_id=tie_id):
        _settle(actor_id, request, RequestState.WITHDRAWN)


def end_requests_in(actor_id: int | None, group_id: int) -> None:
    """For who asked the group does not exist any more, inside the transaction that makes it confidential."""
    for request in queries.requests_that_wait(group_id=group_id):
        _settle(actor_id, request, RequestState.EXPIRED)


def expire_join_requests() -> None:
    for request_id in queries.requests_past_their_time():
        _expire(request_id)


def call_coordinators() -> None:
    """To requests that wait for five days, or for nobody since the group has neither lead nor deputy."""
    for request_id in queries.requests_for_coordinators():
        _call_about(request_id)


def mark_answers_read(actor: Actor, group: WorkingGroup) -> None:
    """The page of the group says what became of what they asked."""
    own = select(JoinRequest.id).where(JoinRequest.group_id == group.id, JoinRequest.tie_id == actor.tie_id)
    read_in_place(actor.id, {ANSWER: own})


def mark_requests_read(actor: Actor, group: WorkingGroup) -> None:
    """The page of its members shows all that wait."""
    read_in_place(actor.id, {REQUEST: select(JoinRequest.id).where(JoinRequest.group_id == group.id)})


@atomic
def _expire(request_id: int) -> None:
    """Unless someone answered in between."""
    request = db.session.get_one(JoinRequest, request_id)
    if request.is_pending:
        _settle(None, request, RequestState.EXPIRED)


@atomic
def _call_about(request_id: int) -> None:
    request = db.session.get_one(JoinRequest, request_id)
    if request.is_pending and request.coordinators_told_at is None:
        _call(None, request)


def _call(actor_id: int | None, request: JoinRequest) -> None:
    request.coordinators_told_at = now()
    publish(CoordinatorsCalled(actor_id=actor_id, group_id=request.group_id, request_id=request.id))


def _settle(actor_id: int | None, request: JoinRequest, state: RequestState, *, answered_by: int | None = None,
            decline_reason: str | None = None) -> None:  # fmt: skip
    """Of two at one moment the second finds it settled. Raises Conflict that says how and when."""
    settled = db.session.execute(
        update(JoinRequest).where(JoinRequest.id == request.id, JoinRequest.state == RequestState.PENDING)
        .values(state=state, answered_at=now(), answered_by=answered_by, decline_reason=decline_reason)
    )  # fmt: skip
    db.session.refresh(request)
    if isinstance(settled, CursorResult) and not settled.rowcount:
        raise Conflict(_how_settled(request))
    happened = JoinRequestAnswered if state in (RequestState.APPROVED, RequestState.DECLINED) else JoinRequestEnded
    person_id = db.session.get_one(Tie, request.tie_id).person_id
    publish(happened(actor_id=actor_id, group_id=request.group_id, request_id=request.id, person_id=person_id,
                     state=state.value))  # fmt: skip


def _how_settled(request: JoinRequest) -> str:
    moment = request.answered_at or request.created_at
    is_today, words = local(moment).date() == today(), {"time": clock_time(moment), "day": day(moment)}
    if request.state is RequestState.APPROVED:
        return _("Already admitted at %(time)s.", **words) if is_today else _("Already admitted on %(day)s.", **words)
    if request.state is RequestState.DECLINED:
        return _("Already declined at %(time)s.", **words) if is_today else _("Already declined on %(day)s.", **words)
    if request.state is RequestState.WITHDRAWN:
        return _("This request was withdrawn.")
    return _("This request is no longer there: nobody answered it in time.")


@accounts.own_data("join_requests")
def requests_data(person_id: int) -> list[dict[str, str | None]]:
    """Of a group that became confidential since, what this person wrote and not its name (GRP-4)."""
    found = db.session.execute(
        select(JoinRequest.created_at, JoinRequest.answer, JoinRequest.state, JoinRequest.decline_reason,
               WorkingGroup.name, WorkingGroup.visibility)
        .join(WorkingGroup, WorkingGroup.id == JoinRequest.group_id).join(Tie, Tie.id == JoinRequest.tie_id)
        .where(Tie.person_id == person_id).order_by(JoinRequest.created_at, JoinRequest.id)
    )  # fmt: skip
    return [
        {"at": row.created_at.isoformat(), "answer": row.answer, "state": row.state.value,
         "reason": row.decline_reason,
         "group": None if row.visibility is Visibility.CONFIDENTIAL else row.name}
        for row in found
    ]  # fmt: skip

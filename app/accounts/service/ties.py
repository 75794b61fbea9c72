"""Changing and ending ties: at once, or after a last day. A company keeps a contact, unless a coordinator decides."""

import logging
from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete

from app.accounts import queries
from app.accounts.events import LastContactLeft, TieChanged, TieEnded, TieEndPlanned, TieEndWithdrawn
from app.accounts.models import Actor, HandOver, Tie, TieEnd, TieKind
from app.accounts.policy import can_change_tie, can_end_tie
from app.accounts.service.ending import end_sessions
from app.accounts.service.handing_over import hand_over, kinds_handed_over
from app.core.clock import now, today
from app.core.db import one_at_a_time
from app.core.errors import Conflict, Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.mail.service import drop_letters

logger = logging.getLogger(__name__)
ACCOUNT = "accounts/"  # letters about the account itself, which stays


@atomic
def change_tie(actor: Actor, tie: Tie, *, function: str | None, is_contact: bool, is_delegate: bool) -> None:
    """Another function (None leaves it), other roles. Raises Conflict where the company would lose its last contact.

    Guests are neither contact nor delegate.
    """
    actor = _hold(actor, tie)
    authorize(can_change_tie, actor, tie)
    _refuse_if_over(tie)
    is_guest = tie.kind is TieKind.GUEST
    wanted = (tie.function if function is None else function, is_contact and not is_guest, is_delegate and not is_guest)
    if wanted == (tie.function, tie.is_contact, tie.is_delegate):
        return
    was_contact = tie.is_contact
    if was_contact and not wanted[1]:
        _refuse_last_contact(actor, tie)
    tie.function, tie.is_contact, tie.is_delegate = wanted
    publish(TieChanged(actor_id=actor.id, tie_id=tie.id, person_id=tie.person_id, company_id=tie.company_id,
                       is_contact=tie.is_contact, is_delegate=tie.is_delegate))  # fmt: skip
    if was_contact and not tie.is_contact:
        _tell_if_last(actor.id, tie)


@atomic
def end_tie(actor: Actor, tie: Tie, reason: TieEnd = TieEnd.LEFT, *, receivers: Mapping[str, int] | None = None
            ) -> None:  # fmt: skip
    """End it now: rights, sessions and sockets go at once, texts stay. Ending an ended tie changes nothing.

    `receivers` names for each kind the tie of the colleague who takes over. Raises Invalid for anyone else's, and
    Conflict where the company would lose its last contact.
    """
    actor = _hold(actor, tie)
    authorize(can_end_tie, actor, tie)
    if tie.ended_at is not None:
        return
    _refuse_last_contact(actor, tie)
    _end(actor.id, tie, reason, _among_colleagues(tie, receivers or {}))


@atomic
def plan_end(actor: Actor, tie: Tie, last_day: date, *, receivers: Mapping[str, int] | None = None) -> None:
    """Everything goes on up to and including that day. Planned again, the later choice holds.

    Raises Invalid for a day that is over, or later than a guest's, and for a receiver who is no colleague; Conflict
    where the company would be left without a contact.
    """
    actor = _hold(actor, tie)
    authorize(can_end_tie, actor, tie)
    _refuse_if_over(tie)
    _refuse_last_contact(actor, tie)
    if last_day < today():
        raise Invalid(_("Choose today or a later day."), field="last_day")
    if tie.kind is TieKind.GUEST and tie.last_day is not None and last_day > tie.last_day:
        raise Invalid(_("A guest stays no longer than was agreed."), field="last_day")
    chosen = _among_colleagues(tie, receivers or {})
    tie.last_day = last_day
    _forget_choice(tie)
    db.session.add_all(HandOver(tie_id=tie.id, kind=kind, receiver_id=each) for kind, each in chosen.items())
    publish(TieEndPlanned(actor_id=actor.id, tie_id=tie.id, person_id=tie.person_id, company_id=tie.company_id,
                          last_day=last_day.isoformat()))  # fmt: skip


@atomic
def withdraw_end(actor: Actor, tie: Tie) -> None:
    """It goes on after all, as long as its last day is not over. Without one nothing changes; guests keep theirs."""
    actor = _hold(actor, tie)
    authorize(can_end_tie, actor, tie)
    _refuse_if_over(tie)
    if tie.last_day is None or tie.kind is TieKind.GUEST:
        return
    tie.last_day = None
    _forget_choice(tie)
    publish(TieEndWithdrawn(actor_id=actor.id, tie_id=tie.id, person_id=tie.person_id, company_id=tie.company_id))


def end_ties_past_their_last_day() -> None:
    """Rights ended at midnight by themselves; the rest follows here. One that cannot end holds up no other."""
    for tie_id in queries.ties_past_their_last_day():
        try:
            _end_by_the_clock(tie_id)
        except Exception:
            logger.exception("tie %s could not be ended; tried again in a minute", tie_id)


@atomic
def _end_by_the_clock(tie_id: int) -> None:
    """Unless someone else ended it in between."""
    tie = db.session.get_one(Tie, tie_id)
    _wait_turn(tie)
    if tie.ended_at is None and tie.last_day is not None and tie.last_day < today():
        reason = TieEnd.TERM_OVER if tie.kind is TieKind.GUEST else TieEnd.LEFT
        _end(None, tie, reason, queries.chosen_receivers(tie.id))


def _end(actor_id: int | None, tie: Tie, reason: TieEnd, receivers: Mapping[str, int]) -> None:
    """In the transaction of the caller. What other features have to end with it follows from the event."""
    hand_over(actor_id, tie, receivers)
    tie.ended_at, tie.end_reason = now(), reason
    _forget_choice(tie)
    publish(TieEnded(actor_id=actor_id, tie_id=tie.id, person_id=tie.person_id, company_id=tie.company_id))
    end_sessions(actor_id, tie.person_id)
    drop_letters(tie.person.email, but=ACCOUNT)
    if tie.is_contact:
        _tell_if_last(actor_id, tie)


def _hold(actor: Actor, tie: Tie) -> Actor:
    """One after the other in a company: of two contacts who end each other the second is no contact any more."""
    _wait_turn(tie)
    return actor.refreshed()


def _wait_turn(tie: Tie) -> None:
    one_at_a_time("ties", str(tie.company_id))
    db.session.refresh(tie)


def _refuse_if_over(tie: Tie) -> None:
    if tie.ended_at is not None or (tie.last_day is not None and tie.last_day < today()):
        raise Conflict(_("This person does not act for the company any more."))


def _refuse_last_contact(actor: Actor, tie: Tie) -> None:
    """Who has a last day of their own does not count: after it the company would have nobody (GRP-23)."""
    if tie.is_contact and not actor.is_coordinator and not queries.has_other_contact(tie, who_stays=True):
        raise Conflict(_("This is the last contact person who stays. Name another one first, or ask the coordinator."))


def _tell_if_last(actor_id: int | None, tie: Tie) -> None:
    db.session.flush()
    if queries.is_without_contact(tie.company_id):
        publish(LastContactLeft(actor_id=actor_id, company_id=tie.company_id, tie_id=tie.id))


def _among_colleagues(tie: Tie, receivers: Mapping[str, int]) -> dict[str, int]:
    colleagues = {each.id for each in queries.colleagues_of(tie)}
    chosen = {kind: tie_id for kind, tie_id in receivers.items() if kind in kinds_handed_over()}
    if not colleagues.issuperset(chosen.values()):
        raise Invalid(_("Choose a colleague from the list."), field="receivers")
    return chosen


def _forget_choice(tie: Tie) -> None:
    db.session.execute(delete(HandOver).where(HandOver.tie_id == tie.id))

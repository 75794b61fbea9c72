"""Inviting someone on behalf of a company, once more if need be, and taking it back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import Select, select, update

from app.accounts import service as accounts
from app.accounts.models import Actor, Company, Tie
from app.accounts.service.sessions import TOKEN_BYTES, token_hash
from app.core.clock import now
from app.core.db import insert_unless_there, new_id, one_at_a_time
from app.core.errors import Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.invitations import queries
from app.invitations.events import InvitationClashed, InvitationResent, InvitationRevoked, PersonInvited
from app.invitations.models import LETTER, Invitation, InvitationClash, InvitationGroup, InvitationState, is_expired
from app.invitations.models.invitations import GROUPS_MOST, INVITATION_LIVES
from app.invitations.policy import can_invite_person, can_see_invitation, is_guest_of, keeps_all, offered_groups
from app.invitations.queries import Address
from app.mail.models import Letter, LetterState
from app.mail.service import looked_at_again, take_back, write_letter

AGAIN_AFTER = timedelta(minutes=10)  # nobody's mailbox is filled by pressing a button


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Who is invited, as what, and to which working groups."""

    email: str
    name: str
    function: str = ""
    group_ids: Sequence[int] = ()
    as_contact: bool = False
    as_delegate: bool = False


class Invited(NamedTuple):
    """What the address was; an invitation only where it was free."""

    address: Address
    invitation: Invitation | None = None


@atomic
def invite_person(actor: Actor, company: Company, plan: Plan) -> Invited:
    """Mail an invitation. An address in use is a result and no refusal: it leaves a task for the coordinator."""
    authorize(can_invite_person, actor, company)
    one_at_a_time("invitations")
    return invite_at(actor, company, plan, queries.address_in(actor, company, plan.email))


def invite_at(actor: Actor, company: Company, plan: Plan, address: Address) -> Invited:
    """The same by whoever found out what the address is, for many at once and in this transaction."""
    if address is Address.ELSEWHERE:
        _leave_task(actor, company, plan.email)
    if address is not Address.FREE:
        return Invited(address)
    invitation, token = note_invitation(actor, company, plan)
    _mail(invitation, token)
    return Invited(address, invitation)


@atomic
def note_invitation(actor: Actor, company: Company, plan: Plan) -> tuple[Invitation, str]:
    """The invitation and the token of its link, without a letter: for who tells the person in another way."""
    authorize(can_invite_person, actor, company)
    named = _may_name(actor, company, plan.group_ids)
    _say_what_ran_out(plan.email)
    token, is_guest = secrets.token_urlsafe(TOKEN_BYTES), is_guest_of(company)
    invitation = Invitation(
        email=plan.email, name=plan.name, company=company, function=plan.function, token_hash=token_hash(token),
        as_contact=plan.as_contact and not is_guest, as_delegate=plan.as_delegate and not is_guest,
        expires_at=now() + INVITATION_LIVES, inviter=db.session.get_one(Tie, actor.tie_id),
    )  # fmt: skip
    db.session.add(invitation)
    db.session.flush()
    db.session.add_all(InvitationGroup(invitation_id=invitation.id, group_id=group_id) for group_id in named)
    publish(PersonInvited(actor_id=actor.id, invitation_id=invitation.id, company_id=company.id))
    return invitation, token


@atomic
def resend_invitations(actor: Actor, company: Company, ids: Sequence[int]) -> int:
    """With a new link; the one before works no more, nor is a letter with it sent. Returns how many letters go out.

    In the name of who sent it before, as long as they may; else of who sends it now.

    Left alone: what was accepted, what was mailed a moment ago, and whose address is in use by now.
    """
    authorize(can_invite_person, actor, company)
    one_at_a_time("invitations")
    chosen, sent = queries.invitations_among(actor, company, ids), 0
    may_still = {tie.id: queries.can_still_invite(tie, company) for tie in {each.inviter for each in chosen}}
    for invitation in chosen:
        if _can_go_again(actor, invitation):
            token = secrets.token_urlsafe(TOKEN_BYTES)
            invitation.state, invitation.token_hash = InvitationState.PENDING, token_hash(token)
            invitation.mailed_at, invitation.expires_at = now(), now() + INVITATION_LIVES
            if not may_still[invitation.created_by]:
                invitation.inviter = db.session.get_one(Tie, actor.tie_id)
            db.session.flush()
            _stop_letter(invitation.email)
            _mail(invitation, token)
            publish(InvitationResent(actor_id=actor.id, invitation_id=invitation.id))
            sent += 1
    return sent


@atomic
def revoke_invitations(actor: Actor, company: Company, ids: Sequence[int]) -> int:
    """Their links work no more, and a letter that still waits is not sent. Returns how many waited."""
    one_at_a_time("invitations")
    revoked = 0
    for invitation in queries.invitations_among(actor, company, ids):
        authorize(can_see_invitation, actor, invitation)
        if invitation.shown_state is InvitationState.PENDING:
            invitation.state = InvitationState.REVOKED
            _stop_letter(invitation.email)
            publish(InvitationRevoked(actor_id=actor.id, invitation_id=invitation.id))
            revoked += 1
    return revoked


def end_what_ran_out() -> None:
    """By the clock they ran out already; the rows say so too."""
    if db.session.scalar(_ran_out().limit(1)) is not None:
        _end_what_ran_out()


@atomic
def _end_what_ran_out() -> None:
    _say_what_ran_out()


def _say_what_ran_out(email: str | None = None) -> None:
    """The address of one that ran out can be invited again."""
    over = _ran_out() if email is None else _ran_out().where(Invitation.email == email)
    for invitation in db.session.scalars(over).all():
        invitation.state = InvitationState.EXPIRED
    db.session.flush()


def _ran_out() -> Select[Invitation]:
    return select(Invitation).where(Invitation.state == InvitationState.PENDING, is_expired())


def _may_name(actor: Actor, company: Company, group_ids: Sequence[int]) -> list[int]:
    """Those of the groups that this person may name now. Raises Invalid where a guest would come to nothing."""
    offered = [each.group_id for each in offered_groups(actor, for_guest=is_guest_of(company))]
    named = [group_id for group_id in offered if group_id in set(group_ids)][:GROUPS_MOST]
    if not named and is_guest_of(company) and not keeps_all(actor):
        raise Invalid(_("Choose the working group in which this guest takes part."), field="groups")
    return named


def _can_go_again(actor: Actor, invitation: Invitation) -> bool:
    if invitation.state is InvitationState.ACCEPTED or invitation.mailed_at > now() - AGAIN_AFTER:
        return False
    _say_what_ran_out(invitation.email)
    if invitation.state is InvitationState.PENDING:
        return True
    return queries.address_in(actor, invitation.company, invitation.email) is Address.FREE


def _mail(invitation: Invitation, token: str) -> None:
    inviter = invitation.inviter
    write_letter(
        to=invitation.email, kind=LETTER, locale=current_app.config["DEFAULT_LOCALE"], name=invitation.name,
        inviter=inviter.person.name, of=inviter.company.name, company=invitation.company.name, token=token,
        until=invitation.expires_at, useless_after=invitation.expires_at,
    )  # fmt: skip


def changed_since(letter_ids: Sequence[int]) -> set[int]:
    """Those to an address at which nobody waits any more to be let in."""
    waits = select(Invitation.id).where(
        Invitation.email == Letter.to, Invitation.state == InvitationState.PENDING).exists()
    return set(db.session.scalars(select(Letter.id).where(Letter.id.in_(letter_ids), ~waits)))


@looked_at_again(LETTER, changed=changed_since)
def look_again(letter: Letter) -> None:
    """One that a worker had in hand, or that waited long: of no use where nobody is invited at that address now."""
    waiting = db.session.scalars(
        select(Invitation).where(Invitation.email == letter.to, Invitation.state == InvitationState.PENDING)).first()
    # One of a company that is suspended for a while goes all the same: its page says then how it is.
    if waiting is None or waiting.expires_at <= now():
        _drop(letter.id)


@atomic
def _drop(letter_id: int) -> None:
    take_back(letter_id)


def _stop_letter(email: str) -> None:
    """One that is past its use is not sent, and loses its words."""
    waits = (Letter.kind == LETTER, Letter.to == email, Letter.state == LetterState.WAITING)
    db.session.execute(update(Letter).where(*waits).values(useless_after=now() - timedelta(seconds=1)))


def _leave_task(actor: Actor, company: Company, email: str) -> None:
    """One for an address and a company, however often it is tried."""
    row = {"id": new_id(), "email": email, "company_id": company.id, "created_at": now(), "created_by": actor.tie_id}
    insert_unless_there(InvitationClash, row, key=("email", "company_id"))
    clash_id = db.session.scalar(
        select(InvitationClash.id).where(InvitationClash.email == email, InvitationClash.company_id == company.id))
    publish(InvitationClashed(actor_id=actor.id, clash_id=clash_id or 0))


@accounts.own_data("invitations")
def invitations_data(person_id: int) -> list[dict[str, str]]:
    found = db.session.scalars(select(Invitation).where(Invitation.person_id == person_id).order_by(Invitation.id))
    return [
        {"company": each.company.name, "email": each.email, "name": each.name, "function": each.function,
         "invited_at": each.created_at.isoformat()}
        for each in found
    ]  # fmt: skip

"""Accepting: whoever holds the link types their name, and acts for the company from then on."""

from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Actor, Person
from app.accounts.queries import get_own_person, person_by_email
from app.accounts.service.sessions import token_hash
from app.core.clock import now, today
from app.core.db import upsert
from app.core.errors import Conflict, NotFound
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.transaction import atomic
from app.invitations.events import InvitationAccepted, NewInvitationAsked
from app.invitations.models import FirstVisit, Invitation, InvitationState
from app.invitations.models.invitations import GUEST_STAYS
from app.invitations.policy import is_guest_of


class Accepted(NamedTuple):
    """`is_new`: the account was made now, so that whoever came by this link may go in at once."""

    person: Person
    is_new: bool


@atomic
def accept_invitation(token: str, name: str, actor: Actor | None = None, *, locale: str = "") -> Accepted | None:
    """For the account that is signed in, else for that of the address, which is made if there is none, in `locale`.

    None when the link works no more. Raises Conflict when that person acts for a company already: they can try again
    after leaving it.
    """
    found = select(Invitation).where(Invitation.token_hash == token_hash(token)).with_for_update()
    invitation = db.session.scalar(found)
    if invitation is None or not invitation.is_open:
        return None
    known = person_by_email(invitation.email)
    person = get_own_person(actor) if actor is not None else known
    if known is not None and person is not None and known.id != person.id:
        raise Conflict(_("This invitation is for someone else's account. Sign out first."))
    is_new = person is None
    if person is None:
        person = accounts.create_person(None, email=invitation.email, name=name,
                                        locale=locale or current_app.config["DEFAULT_LOCALE"])  # fmt: skip
    last_day = today() + GUEST_STAYS if is_guest_of(invitation.company) else None
    tie = accounts.start_tie(None, person, invitation.company, function=invitation.function, last_day=last_day,
                             is_contact=invitation.as_contact, is_delegate=invitation.as_delegate)  # fmt: skip
    invitation.state, invitation.accepted_at, invitation.person_id = InvitationState.ACCEPTED, now(), person.id
    visit = {"person_id": person.id, "invitation_id": invitation.id, "step": 1, "skipped_at": None}
    upsert(FirstVisit, visit, key=("person_id",), change=("invitation_id", "step", "skipped_at"))
    publish(InvitationAccepted(actor_id=person.id, invitation_id=invitation.id, person_id=person.id, tie_id=tie.id))
    return Accepted(person, is_new)


@atomic
def ask_new_invitation(token: str) -> None:
    """Tell whoever invited. One that still works needs none, and an unknown one has nobody to tell."""
    invitation = db.session.scalar(select(Invitation).where(Invitation.token_hash == token_hash(token)))
    if invitation is None:
        raise NotFound
    if not invitation.is_open:
        publish(NewInvitationAsked(actor_id=None, invitation_id=invitation.id))

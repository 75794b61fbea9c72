"""What was read in its own place rings no more."""

from sqlalchemy import select

from app.accounts.models import Actor, Company
from app.invitations.models import Invitation, InvitationClash
from app.notifications.service import read_in_place

ASKED, CLASH = "invitation_asked", "invitation_clash"  # kinds of lines under the bell


def mark_invitations_read(actor: Actor, company: Company) -> None:
    """The page shows whose invitation ran out, and to a coordinator which addresses are in use elsewhere."""
    asked = select(Invitation.id).where(Invitation.company_id == company.id)
    clashes = select(InvitationClash.id).where(InvitationClash.company_id == company.id)
    read_in_place(actor.id, {ASKED: asked, CLASH: clashes})

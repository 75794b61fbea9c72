"""What was read in its own place rings no more."""

from sqlalchemy import select

from app.accounts.models import Actor, Company
from app.directory.models import Capability, ProfileChange
from app.notifications.service import read_in_place

# Kinds of lines under the bell.
CHANGED, PROPOSED, DECLINED = "company_page_changed", "capability_proposed", "capability_declined"
NO_CONTACT = "company_without_contact"


def mark_company_read(actor: Actor, company: Company) -> None:
    read_in_place(actor.id, {CHANGED: select(ProfileChange.id).where(ProfileChange.company_id == company.id)})


def mark_capabilities_read(actor: Actor) -> None:
    """The list shows which terms wait, and which are not on it."""
    terms = select(Capability.id)
    read_in_place(actor.id, {PROPOSED: terms, DECLINED: terms})


def mark_staff_read(actor: Actor, company: Company) -> None:
    """The page of its people says that nobody is contact person."""
    read_in_place(actor.id, {NO_CONTACT: [company.id]})

"""What invitations add to the page of a company and to the home page."""

from app.accounts.models import Actor, Company
from app.core.clock import today
from app.core.panels import Panel, panel
from app.invitations import queries
from app.invitations.models.invitations import NEW_FOR
from app.invitations.policy import can_invite_person
from app.notifications.forms import RHYTHMS


@panel("company", 90)
def invitations_of_company(actor: Actor, company: Company) -> Panel | None:
    """The way to them, for those who may."""
    if not can_invite_person(actor, company):
        return None
    return Panel("invitations/_of_company.html", {"company": company, "waiting": queries.waiting_count(actor, company)})


@panel("home", 5)
def what_was_not_asked_yet(actor: Actor, _subject: None) -> Panel | None:
    """Who left the first three pages goes on where they were; who skipped the last is asked once more (GRP-56)."""
    is_new = actor.starts_on is not None and today() - actor.starts_on <= NEW_FOR
    visit = queries.first_visit_of(actor.id) if is_new else None  # of everyone else home asks no question more
    if visit is None:
        return None
    return Panel("invitations/_not_asked_yet.html", {"is_asked_once_more": visit.is_asked_once_more,
                                                     "rhythms": RHYTHMS})  # fmt: skip

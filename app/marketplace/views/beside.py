"""What the market adds to pages of other packages."""

from app.accounts.models import Actor, Company
from app.core.panels import Panel, panel
from app.marketplace import queries
from app.marketplace.policy import can_judge_listings, can_use_market
from app.marketplace.queries import Filters
from app.marketplace.views import show

MOST = 5


@panel("home", 60)
def on_home(actor: Actor, _subject: None) -> Panel | None:
    """What waits for this person's judgment, what they began, and what was placed last (HOM-6)."""
    if not can_use_market(actor):
        return None
    waiting = queries.waiting_listings(actor) if can_judge_listings(actor) else ()
    newest, drafts = queries.newest_and_drafts(actor, MOST)
    if not (waiting or drafts or newest):
        return None
    return Panel("marketplace/_on_home.html", {
        "waiting": [show.waiting_line(each) for each in waiting[:MOST]], "drafts": drafts,
        "cards": [show.card(row) for row in newest],
    })  # fmt: skip


@panel("company", 10)
def open_listings(actor: Actor, company: Company) -> Panel | None:
    """What the company offers and seeks, of what this reader may read (DIR-4)."""
    found = queries.listings_on_page(actor, Filters(company=company.id), 1)
    if not found:
        return None
    cards = [show.card(row) for row in found[:MOST]]
    return Panel("marketplace/_of_company.html", {"cards": cards, "has_more": len(found) > MOST, "company": company.id})

"""What the market adds to pages of other packages."""

from app.accounts.models import Actor, Company
from app.core.panels import Panel, panel
from app.marketplace import queries
from app.marketplace.policy import can_use_market
from app.marketplace.queries import Filters
from app.marketplace.views import show

MOST = 5


@panel("home", 60)
def newest_listings(actor: Actor, _subject: None) -> Panel | None:
    """What was placed last, of what this reader may read (HOM-6)."""
    found = queries.listings_on_page(actor, Filters(), 1) if can_use_market(actor) else ()
    if not found:
        return None
    return Panel("marketplace/_newest.html", {"cards": [show.card(row) for row in found[:MOST]]})


@panel("company", 10)
def open_listings(actor: Actor, company: Company) -> Panel | None:
    """What the company offers and seeks, of what this reader may read (DIR-4)."""
    found = queries.listings_on_page(actor, Filters(company=company.id), 1)
    if not found:
        return None
    cards = [show.card(row) for row in found[:MOST]]
    return Panel("marketplace/_of_company.html", {"cards": cards, "has_more": len(found) > MOST, "company": company.id})

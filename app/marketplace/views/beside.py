"""What the market adds to pages of other packages."""

from app.accounts.models import Actor, Company
from app.core.panels import Panel, panel
from app.marketplace import queries
from app.marketplace.queries import Filters
from app.marketplace.views import show

MOST = 5


@panel("company", 10)
def open_listings(actor: Actor, company: Company) -> Panel | None:
    """What the company offers and seeks, of what this reader may read (DIR-4)."""
    found = queries.listings_on_page(actor, Filters(company=company.id), 1)
    if not found:
        return None
    cards = [show.card(row, "") for row in found[:MOST]]
    return Panel("marketplace/_of_company.html", {"cards": cards, "has_more": len(found) > MOST, "company": company.id})

"""What the market adds to pages of other packages."""

from app.accounts.models import Actor, Company
from app.core.panels import Panel, panel
from app.marketplace import queries
from app.marketplace.policy import can_judge_listings, can_use_market
from app.marketplace.queries import Card, Draft, Filters
from app.marketplace.views import show

MOST = 5


@panel("home", 25)
def what_is_to_do(actor: Actor, _subject: None) -> Panel | None:
    """What waits for this person's judgment, and what they began: among what is asked of them (HOM-2)."""
    if not can_use_market(actor):
        return None
    waiting = queries.waiting_listings(actor) if can_judge_listings(actor) else ()
    drafts = _newest_and_drafts(actor)[1]
    if not (waiting or drafts):
        return None
    return Panel("marketplace/_to_do.html", {
        "waiting": [show.waiting_line(each) for each in waiting[:MOST]], "drafts": drafts,
    })  # fmt: skip


@panel("home", 60)
def what_was_placed_last(actor: Actor, _subject: None) -> Panel | None:
    """Of what this person may read (HOM-6)."""
    newest = _newest_and_drafts(actor)[0] if can_use_market(actor) else ()
    return Panel("marketplace/_newest.html", {"cards": [show.card(row) for row in newest]}) if newest else None


@panel("company", 10)
def open_listings(actor: Actor, company: Company) -> Panel | None:
    """What the company offers and seeks, of what this reader may read (DIR-4)."""
    found = queries.listings_on_page(actor, Filters(company=company.id), 1)
    if not found:
        return None
    cards = [show.card(row) for row in found[:MOST]]
    return Panel("marketplace/_of_company.html", {"cards": cards, "has_more": len(found) > MOST, "company": company.id})


def _newest_and_drafts(actor: Actor) -> tuple[list[Card], list[Draft]]:
    """One statement for both panels."""
    return actor.remembered("marketplace.home", lambda: queries.newest_and_drafts(actor, MOST))

"""What moderation adds to the home page."""

from datetime import timedelta

from app.accounts.models import Actor
from app.core.clock import now
from app.core.panels import Panel, panel
from app.moderation import queries
from app.moderation.forms import STATES

MOST = 5
TOLD_FOR = timedelta(days=14)


@panel("home", 20)
def cases_and_own_reports(actor: Actor, _subject: None) -> Panel | None:
    """What lies at the desks of whoever handles reports, and what one reported oneself (HOM-15, MOD-2)."""
    found = queries.around_home(actor, told_since=now() - TOLD_FOR, most=MOST)
    if not found:
        return None
    cases, reports = [row for row in found if not row.is_own], [row for row in found if row.is_own]
    return Panel("moderation/_around_home.html", {"cases": cases, "reports": reports, "states": STATES})

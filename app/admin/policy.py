"""Who may see how the site is doing."""

from app.accounts.policy import Anyone
from app.core.policy import rule


@rule
def can_see_mail(actor: Anyone) -> bool:
    """Coordinators and administrators see which kinds of letters wait or failed, never what they say nor to whom."""
    return actor.is_coordinator or actor.is_admin

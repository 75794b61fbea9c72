"""Pages of the market: the list, one listing, its form, what the coordinator judges, and talks."""

from app.marketplace.views import beside, browsing, judging, keeping, talks, writing
from app.marketplace.views.blueprint import blueprint

__all__ = ["beside", "blueprint", "browsing", "judging", "keeping", "talks", "writing"]

"""Pages of invitations: a company's list, what is behind a link, lists read in, and the first three pages."""

from app.invitations.views import accepting, beside, importing, inviting, welcoming
from app.invitations.views.blueprint import blueprint

__all__ = ["accepting", "beside", "blueprint", "importing", "inviting", "welcoming"]

"""Pages of signing in, of the second step, and of one's own account."""

from app.accounts.views import pages, second_steps
from app.accounts.views.blueprint import FAILURES_OF_NETWORK, blueprint

__all__ = ["FAILURES_OF_NETWORK", "blueprint", "pages", "second_steps"]

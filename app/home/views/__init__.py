"""The pages that put features side by side."""

from app.home.views import pages, search
from app.home.views.blueprint import blueprint

__all__ = ["blueprint", "pages", "search"]

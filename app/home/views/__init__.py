"""The pages that put features side by side."""

from app.home.views import mail_settings, pages, search
from app.home.views.blueprint import blueprint

__all__ = ["blueprint", "mail_settings", "pages", "search"]

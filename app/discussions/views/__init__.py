"""The pages of discussions."""

from app.discussions.views import drafts, reading, threads
from app.discussions.views.blueprint import blueprint

__all__ = ["blueprint", "drafts", "reading", "threads"]

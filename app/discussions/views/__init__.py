"""The pages of discussions."""

from app.discussions.views import drafts, editing, levels, quoting, reacting, reading, summarizing, threads
from app.discussions.views.blueprint import blueprint

__all__ = ["blueprint", "drafts", "editing", "levels", "quoting", "reacting", "reading", "summarizing", "threads"]

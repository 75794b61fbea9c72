"""The pages of discussions."""

from app.discussions.views import attaching, drafts, editing, levels, quoting, reacting, reading, summarizing, threads
from app.discussions.views.blueprint import blueprint

__all__ = ["attaching", "blueprint", "drafts", "editing", "levels", "quoting", "reacting", "reading", "summarizing",
           "threads"]  # fmt: skip

"""Pages: reporting and what became of it, the queue and its cases, and the log."""

from app.moderation.views import acting, cases, log, reporting
from app.moderation.views.blueprint import blueprint

__all__ = ["acting", "blueprint", "cases", "log", "reporting"]

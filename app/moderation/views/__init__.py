"""Pages: reporting and what became of it, the queue and its cases, and the log."""

from app.moderation.views import acting, beside, cases, log, reporting
from app.moderation.views.blueprint import blueprint

__all__ = ["acting", "beside", "blueprint", "cases", "log", "reporting"]

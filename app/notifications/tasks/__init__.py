"""What the clock asks of notifications."""

from app.notifications.tasks.overviews import make_due_overviews

__all__ = ["make_due_overviews"]

"""Pages of meetings: lists, one meeting, its agenda, taking part, and the minutes."""

from app.meetings.views import agenda, minutes, planning, showing, taking_part
from app.meetings.views.blueprint import blueprint

__all__ = ["agenda", "blueprint", "minutes", "planning", "showing", "taking_part"]

"""Pages of meetings: lists, one meeting, its agenda, taking part, the live room, and the minutes."""

from app.meetings.views import agenda, attaching, beside, minutes, planning, room, showing, taking_part
from app.meetings.views.blueprint import blueprint

__all__ = ["agenda", "attaching", "beside", "blueprint", "minutes", "planning", "room", "showing", "taking_part"]

"""What people do with meetings."""

from app.meetings.service.opening import (
    close_meeting,
    confirm_statement,
    hold_meeting,
    missing_for_opening,
    open_meeting,
    take_chair,
)

__all__ = [
    "close_meeting", "confirm_statement", "hold_meeting", "missing_for_opening", "open_meeting", "take_chair",
]  # fmt: skip

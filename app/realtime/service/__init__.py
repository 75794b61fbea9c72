"""Send to browsers, cut their lines, and keep what was said in a room."""

from app.realtime.service.lines import EVERYONE, Connection, Connections, connections, cut, person_with_a_line
from app.realtime.service.log import Appended, append, empty_entries, hold_room
from app.realtime.service.signals import (
    SWEEP_EVERY,
    broadcast,
    broadcast_said,
    cut_off,
    each_ten_seconds,
    hears,
    leave_signal,
    pass_on_signals,
    start_watching,
    stop_watching,
    sweep,
    tell_here,
    tell_other_processes,
)

__all__ = [
    "EVERYONE", "SWEEP_EVERY", "Appended", "Connection", "Connections", "append", "broadcast", "broadcast_said",
    "connections", "cut", "cut_off", "each_ten_seconds", "empty_entries", "hears", "hold_room", "leave_signal",
    "pass_on_signals", "person_with_a_line", "start_watching", "stop_watching", "sweep", "tell_here",
    "tell_other_processes",
]  # fmt: skip

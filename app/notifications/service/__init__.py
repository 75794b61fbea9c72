"""Tell people things: once per item, never the person who did it, only what they may read."""

from app.notifications.service.bell import (
    Shown,
    kinds,
    mark_items_read,
    mark_lines_read,
    mark_read,
    notify,
    read_in_place,
    register,
    restore,
    sentences,
    shown_as,
    sort_of,
    take_away,
    withdraw,
)
from app.notifications.service.choosing import (
    Times,
    choose_boxes,
    choose_times,
    send_sample,
)
from app.notifications.service.digests import (
    choose_digest,
    digest_data,
)
from app.notifications.service.levels import (
    choose_level,
    forget_levels,
    level_data,
    was_set_since,
    watch_by_replying,
)

__all__ = [
    "Shown",
    "Times",
    "choose_boxes",
    "choose_digest",
    "choose_level",
    "choose_times",
    "digest_data",
    "forget_levels",
    "kinds",
    "level_data",
    "mark_items_read",
    "mark_lines_read",
    "mark_read",
    "notify",
    "read_in_place",
    "register",
    "restore",
    "send_sample",
    "sentences",
    "shown_as",
    "sort_of",
    "take_away",
    "was_set_since",
    "watch_by_replying",
    "withdraw",
]

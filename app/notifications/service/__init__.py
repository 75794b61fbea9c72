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
from app.notifications.service.replying import PersonAndPlace, person_and_place, reply_address

__all__ = [
    "PersonAndPlace",
    "Shown",
    "choose_digest",
    "choose_level",
    "digest_data",
    "forget_levels",
    "kinds",
    "level_data",
    "mark_items_read",
    "mark_lines_read",
    "mark_read",
    "notify",
    "person_and_place",
    "read_in_place",
    "register",
    "reply_address",
    "restore",
    "sentences",
    "shown_as",
    "sort_of",
    "take_away",
    "was_set_since",
    "watch_by_replying",
    "withdraw",
]

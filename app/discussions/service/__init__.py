"""Changing threads. Each function is one thing a person can do."""

from app.discussions.service.drafts import DraftConflict, discard_draft, save_draft
from app.discussions.service.hiding import hide_post, unhide_post
from app.discussions.service.reading import (
    GroupSeen,
    mark_groups_seen,
    mark_seen,
    mark_thread_seen,
    start_reading_group,
    undo_seen,
)
from app.discussions.service.writing import (
    NewThread,
    Written,
    close_thread,
    reopen_thread,
    reply_to_thread,
    start_thread,
)

__all__ = [
    "DraftConflict", "GroupSeen", "NewThread", "Written", "close_thread", "discard_draft", "hide_post",
    "mark_groups_seen", "mark_seen", "mark_thread_seen", "reopen_thread", "reply_to_thread", "save_draft",
    "start_reading_group", "start_thread", "undo_seen", "unhide_post",
]  # fmt: skip

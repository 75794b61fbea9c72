"""Changing threads. Each function is one thing a person can do."""

from app.discussions.service.attaching import Files, FilesConflict, keep_files, take_files
from app.discussions.service.drafts import DraftConflict, discard_draft, save_draft
from app.discussions.service.editing import (
    TooLate,
    VersionConflict,
    delete_post,
    edit_post,
    erase_deleted_posts,
    is_changed_silently,
    restore_post,
    take_up,
)
from app.discussions.service.folding import fold_post, unfold_post
from app.discussions.service.hiding import hide_post, unhide_post
from app.discussions.service.mailing import names_in_letters, news_of, reply_sentence, tell_of_post, tell_of_thread
from app.discussions.service.naming import MENTION, has_names, is_shared, names_in, rendered, suggestions
from app.discussions.service.quoting import take_up_quoted
from app.discussions.service.reacting import REACTION, react_to_post
from app.discussions.service.reading import (
    GroupSeen,
    mark_groups_seen,
    mark_seen,
    mark_thread_seen,
    start_reading_group,
    undo_seen,
)
from app.discussions.service.renaming import find_under_new_title, rename_thread
from app.discussions.service.settling import resume_thread, set_thread_aside, settle_thread, take_up_thread
from app.discussions.service.summarizing import SummaryText, summarize_thread
from app.discussions.service.writing import (
    NewThread,
    Written,
    close_thread,
    reopen_thread,
    reply_to_thread,
    start_thread,
)

__all__ = [
    "MENTION", "REACTION", "DraftConflict", "Files", "FilesConflict", "GroupSeen", "NewThread", "SummaryText",
    "TooLate", "VersionConflict", "Written", "close_thread", "delete_post", "discard_draft", "edit_post",
    "erase_deleted_posts", "find_under_new_title", "fold_post", "has_names", "hide_post", "is_changed_silently",
    "is_shared", "keep_files", "mark_groups_seen", "mark_seen", "mark_thread_seen", "names_in", "names_in_letters",
    "news_of", "react_to_post", "rename_thread", "rendered", "reopen_thread", "reply_sentence", "reply_to_thread",
    "restore_post", "resume_thread", "save_draft", "set_thread_aside", "settle_thread", "start_reading_group",
    "start_thread", "suggestions", "summarize_thread", "take_files", "take_up", "take_up_quoted", "take_up_thread",
    "tell_of_post", "tell_of_thread", "undo_seen", "unfold_post", "unhide_post",
]  # fmt: skip

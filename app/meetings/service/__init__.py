"""What people do with meetings."""

from app.meetings.service.agenda import ItemPlan, add_item, change_item, move_item, remove_item
from app.meetings.service.answering import (
    answer_invitation,
    invite_everyone,
    invite_newcomer,
    withdraw_invitations,
)
from app.meetings.service.attaching import add_files, remove_file, room_for_files, too_many
from app.meetings.service.hands import end_word, give_word, lower_hand, raise_hand
from app.meetings.service.items import (
    end_item,
    extend_item,
    next_item,
    pause_item,
    postpone_item,
    resume_meeting,
    suspend_meeting,
)
from app.meetings.service.lines import change_line, hide_line, remove_line, say, unhide_line
from app.meetings.service.minutes import (
    BlockConflict,
    Written,
    build_minutes,
    facts_from_log,
    start_writing,
    stop_writing,
    write_block,
)
from app.meetings.service.opening import (
    close_meeting,
    confirm_statement,
    hold_meeting,
    missing_for_opening,
    open_meeting,
    take_chair,
)
from app.meetings.service.planning import (
    WORDS,
    NewerSaved,
    Plan,
    Times,
    cancel_meeting,
    change_meeting,
    first_day_with_notice,
    is_short_notice,
    move_meeting,
    plan_meeting,
    publish_agenda,
)
from app.meetings.service.reading import mark_read
from app.meetings.service.room import act_by_page, beat, come_in, leave_meetings_of_tie, let_silent_people_go
from app.meetings.service.transcripts import removal_of, remove_old_transcripts

__all__ = [
    "WORDS", "BlockConflict", "ItemPlan", "NewerSaved", "Plan", "Times", "Written", "act_by_page", "add_files",
    "add_item", "answer_invitation", "beat", "build_minutes", "cancel_meeting", "change_item", "change_line",
    "change_meeting", "close_meeting", "come_in", "confirm_statement", "end_item", "end_word", "extend_item",
    "facts_from_log", "first_day_with_notice", "give_word", "hide_line", "hold_meeting", "invite_everyone",
    "invite_newcomer", "is_short_notice", "leave_meetings_of_tie", "let_silent_people_go", "lower_hand", "mark_read",
    "missing_for_opening", "move_item", "move_meeting", "next_item", "open_meeting", "pause_item", "plan_meeting",
    "postpone_item", "publish_agenda", "raise_hand", "removal_of", "remove_file", "remove_item", "remove_line",
    "remove_old_transcripts", "resume_meeting", "room_for_files", "say", "start_writing", "stop_writing",
    "suspend_meeting", "take_chair", "too_many", "unhide_line", "withdraw_invitations", "write_block",
]  # fmt: skip

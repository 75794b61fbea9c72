"""What people do with meetings."""

from app.meetings.service.agenda import ItemPlan, add_item, change_item, move_item, remove_item
from app.meetings.service.answering import (
    answer_invitation,
    invite_everyone,
    invite_newcomer,
    withdraw_invitations,
)
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
    Plan,
    Times,
    cancel_meeting,
    change_meeting,
    is_short_notice,
    move_meeting,
    plan_meeting,
    publish_agenda,
)
from app.meetings.service.transcripts import removal_of, remove_old_transcripts

__all__ = [
    "BlockConflict", "ItemPlan", "Plan", "Times", "Written", "add_item", "answer_invitation", "build_minutes",
    "cancel_meeting", "change_item", "change_meeting", "close_meeting", "confirm_statement", "facts_from_log",
    "hold_meeting", "invite_everyone", "invite_newcomer", "is_short_notice", "missing_for_opening", "move_item",
    "move_meeting", "open_meeting", "plan_meeting", "publish_agenda", "removal_of", "remove_item",
    "remove_old_transcripts", "start_writing", "stop_writing", "take_chair", "withdraw_invitations", "write_block",
]  # fmt: skip

"""Finding meetings, their agenda, who comes and the minutes; and what stands in the live room."""

from app.meetings.queries.files import files_of, files_on, get_file
from app.meetings.queries.meetings import (
    MeetingRow,
    amendment_of_any_state,
    amendments_of,
    coming_meetings,
    current_item,
    get_item,
    get_meeting,
    item_of_any_state,
    items_of,
    last_amendment,
    lock_meeting,
    meetings_amended,
    past_count,
    past_meetings,
    titles_of,
)
from app.meetings.queries.minutes import (
    BlockLine,
    blocks_of,
    get_block,
    log_of,
    minutes_of,
    text_blocks_of,
    text_of_any_state,
    writer_of,
)
from app.meetings.queries.people import (
    AnswerRow,
    Named,
    answers_of,
    attendance_of,
    audience_of,
    confirmation_of,
    get_invitation,
    invitation_of,
    invited_who,
    members_to_name,
    names_of,
    tie_with_role,
)
from app.meetings.queries.room import (
    Footing,
    find_line,
    footing_of,
    hand_of,
    hand_raised_as,
    item_suspended,
    last_attendance_of,
    line_of_any_state,
    meeting_of_this_moment,
    next_item,
    present_in,
    room_after,
    seq_of_start,
    speaker_in,
    via_confirmed,
)

__all__ = [
    "AnswerRow", "BlockLine", "Footing", "MeetingRow", "Named", "amendment_of_any_state", "amendments_of",
    "answers_of", "attendance_of", "audience_of", "blocks_of", "coming_meetings", "confirmation_of",
    "current_item", "files_of", "files_on", "find_line", "footing_of", "get_block", "get_file", "get_invitation",
    "get_item", "get_meeting", "hand_of", "hand_raised_as", "invitation_of", "invited_who", "item_of_any_state",
    "item_suspended", "items_of", "last_amendment", "last_attendance_of", "line_of_any_state", "lock_meeting", "log_of",
    "meeting_of_this_moment", "meetings_amended", "members_to_name", "minutes_of", "names_of", "next_item",
    "past_count", "past_meetings", "present_in", "room_after", "seq_of_start", "speaker_in", "text_blocks_of",
    "text_of_any_state", "tie_with_role", "titles_of", "via_confirmed", "writer_of",
]  # fmt: skip

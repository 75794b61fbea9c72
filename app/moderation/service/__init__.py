"""What people do about texts that others should not have written."""

from app.moderation.service.acting import (
    Ground,
    hide_subject,
    lift_sanction,
    send_message,
    silence_author,
    suspend_author,
    unhide_subject,
)
from app.moderation.service.handling import add_note, claim_case, close_case, give_back_case, leave_cases_to_group
from app.moderation.service.objecting import decide_objection, file_objection
from app.moderation.service.reading import mark_action_read, mark_case_read, mark_reports_read
from app.moderation.service.reporting import file_report, subject_of

__all__ = [
    "Ground", "add_note", "claim_case", "close_case", "decide_objection", "file_objection", "file_report",
    "give_back_case", "hide_subject", "leave_cases_to_group", "lift_sanction", "mark_action_read", "mark_case_read",
    "mark_reports_read", "send_message", "silence_author", "subject_of", "suspend_author", "unhide_subject",
]  # fmt: skip

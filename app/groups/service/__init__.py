"""Changing groups, who takes part in them, and who asks to."""

from app.groups.service.places import (
    GroupSettings,
    add_member,
    create_group,
    edit_group,
    end_memberships_of_tie,
    join_group,
    leave_group,
)
from app.groups.service.requests import (
    approve_join_request,
    approve_who_joined,
    ask_to_join,
    call_coordinators,
    decline_join_request,
    end_requests_in,
    expire_join_requests,
    mark_answers_read,
    mark_requests_read,
    withdraw_join_request,
    withdraw_requests_of_tie,
)

__all__ = [
    "GroupSettings", "add_member", "approve_join_request", "approve_who_joined", "ask_to_join", "call_coordinators",
    "create_group", "decline_join_request", "edit_group", "end_memberships_of_tie", "end_requests_in",
    "expire_join_requests", "join_group", "leave_group", "mark_answers_read", "mark_requests_read",
    "withdraw_join_request", "withdraw_requests_of_tie",
]  # fmt: skip

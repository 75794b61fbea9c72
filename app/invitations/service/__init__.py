"""Inviting, accepting, reading in lists, and the first three pages. Each function is one thing a person can do."""

from app.invitations.service.accepting import Accepted, accept_invitation, ask_new_invitation
from app.invitations.service.importing import (
    discard_import,
    dry_run,
    go_on_with_import,
    send_import,
    start_import,
    try_import,
)
from app.invitations.service.inviting import (
    Invited,
    Plan,
    end_what_ran_out,
    invite_person,
    note_invitation,
    resend_invitations,
    revoke_invitations,
)
from app.invitations.service.lists import read_list
from app.invitations.service.reading import mark_invitations_read
from app.invitations.service.welcoming import choose_groups, choose_rhythm, skip_rhythm, tell_name_and_function

__all__ = [
    "Accepted", "Invited", "Plan", "accept_invitation", "ask_new_invitation", "choose_groups", "choose_rhythm",
    "discard_import", "dry_run", "end_what_ran_out", "go_on_with_import",
    "invite_person", "mark_invitations_read", "note_invitation",
    "read_list", "resend_invitations", "revoke_invitations", "send_import", "skip_rhythm", "start_import",
    "tell_name_and_function", "try_import",
]  # fmt: skip

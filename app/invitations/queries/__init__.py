"""Finding invitations, lists that were read in, and how far a newcomer is."""

from app.invitations.queries.addresses import Address, InUse, address_in, in_use
from app.invitations.queries.imports import companies_named, get_import, imports_under_way, inviter_of_commands
from app.invitations.queries.invitations import (
    ON_A_PAGE,
    Filter,
    InvitationLine,
    by_token,
    can_still_invite,
    clash_lines,
    clashes_of,
    company_to_invite_for,
    count_of,
    groups_of,
    invitation_lines,
    invitations_among,
    is_asked_since_mailed,
    receivers,
    waiting_count,
)
from app.invitations.queries.newcomers import GroupChoice, destination, first_visit_of, groups_to_choose

__all__ = [
    "ON_A_PAGE", "Address", "Filter", "GroupChoice", "InUse", "InvitationLine", "address_in", "by_token",
    "can_still_invite", "clash_lines", "clashes_of", "companies_named", "company_to_invite_for", "count_of",
    "destination", "first_visit_of", "get_import", "groups_of", "groups_to_choose", "imports_under_way", "in_use",
    "invitation_lines", "invitations_among", "inviter_of_commands", "is_asked_since_mailed", "receivers",
    "waiting_count",
]  # fmt: skip

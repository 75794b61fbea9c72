"""The tables of invitations."""

from app.invitations.models.imports import Finding, ImportLine, ImportRun, Verdict
from app.invitations.models.invitations import (
    LETTER,
    FirstVisit,
    Invitation,
    InvitationClash,
    InvitationGroup,
    InvitationState,
    is_expired,
    is_pending,
)

__all__ = [
    "LETTER", "Finding", "FirstVisit", "ImportLine", "ImportRun", "Invitation", "InvitationClash", "InvitationGroup",
    "InvitationState", "Verdict", "is_expired", "is_pending",
]  # fmt: skip

"""What happens to invitations."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PersonInvited(Event):
    invitation_id: int
    company_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationResent(Event):
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationRevoked(Event):
    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(Event):
    invitation_id: int
    person_id: int
    tie_id: int


@dataclass(frozen=True, kw_only=True)
class NewInvitationAsked(Event):
    """Whoever holds a link that no longer works wants another one."""

    invitation_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationClashed(Event):
    """The address is in use elsewhere; a coordinator looks along."""

    clash_id: int


@dataclass(frozen=True, kw_only=True)
class ImportStarted(Event):
    """A long list is sent from now on, beside the pages."""

    import_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationsImported(Event):
    import_id: int

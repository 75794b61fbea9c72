"""What happens to people, companies and sessions."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CompanyCreated(Event):
    company_id: int


@dataclass(frozen=True, kw_only=True)
class CompanyStateChanged(Event):
    company_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class PersonCreated(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class TieStarted(Event):
    tie_id: int
    person_id: int
    company_id: int


@dataclass(frozen=True, kw_only=True)
class TieEnded(Event):
    tie_id: int
    person_id: int
    company_id: int


@dataclass(frozen=True, kw_only=True)
class TieEndPlanned(Event):
    """It goes on up to and including `last_day`, and then ends by the clock."""

    tie_id: int
    person_id: int
    company_id: int
    last_day: str  # 2026-10-24


@dataclass(frozen=True, kw_only=True)
class TieEndWithdrawn(Event):
    """There was a last day; it goes on after all."""

    tie_id: int
    person_id: int
    company_id: int


@dataclass(frozen=True, kw_only=True)
class TieChanged(Event):
    """Another function, or other roles: what they are from here on."""

    tie_id: int
    person_id: int
    company_id: int
    is_contact: bool
    is_delegate: bool


@dataclass(frozen=True, kw_only=True)
class LastContactLeft(Event):
    """Of this company nobody is contact person any more."""

    company_id: int
    tie_id: int


@dataclass(frozen=True, kw_only=True)
class CodeSent(Event):
    challenge_id: int


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    session_id: int


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """`pair` is a keyed hash of network address and account: it tells tries apart and names nobody."""

    pair: str


@dataclass(frozen=True, kw_only=True)
class SteppedUp(Event):
    """The second step was taken, in this session."""

    session_id: int


@dataclass(frozen=True, kw_only=True)
class SecondFactorChanged(Event):
    """`change` is what became of it: added, removed, reset, codes_renewed, code_used."""

    person_id: int
    factor_id: int
    change: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class EmailChanged(Event):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Event):
    """These sessions, and with them their sockets, are over."""

    person_id: int
    session_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BoardChanged(Event):
    """This person came into the board of the association, or left it."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonSilenced(Event):
    person_id: int
    sanction_id: int


@dataclass(frozen=True, kw_only=True)
class PersonSuspended(Event):
    person_id: int
    sanction_id: int


@dataclass(frozen=True, kw_only=True)
class SanctionEnded(Event):
    """Lifted by hand. One that is over by the clock tells nobody."""

    person_id: int
    sanction_id: int

"""Who acts: plain values of this moment, read in one statement and never kept."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Self, TypeVar

from sqlalchemy import Exists, and_, bindparam, exists, false, func, select

from app.accounts.models.people import Company, CompanyState, Office, Person, Tie, TieKind, is_live_state
from app.accounts.models.sanctions import RunningSanction, Sanction, SanctionKind
from app.accounts.models.second_steps import SecondFactor
from app.accounts.models.signing_in import SESSION_LIVES, STEP_LIVES, Session
from app.core import clock
from app.core.db import Rows, UTCDateTime, rows
from app.core.text import hue, initials

T = TypeVar("T")
SANCTION = len(RunningSanction._fields)


@dataclass(frozen=True, eq=False)
class Actor:
    """A signed-in person with the tie, the company and the sanctions of this moment, or without."""

    id: int
    name: str
    email: str
    locale: str
    text_size: int
    office: Office
    last_seen_on: date | None
    tie_id: int | None
    kind: TieKind | None
    function: str
    is_contact: bool
    starts_on: date | None
    last_day: date | None
    company_id: int | None
    company_name: str
    company_state: CompanyState | None
    company_ends_on: date | None
    is_board: bool = False
    has_second_step: bool = False
    company_slug: str = ""
    session_id: int | None = None  # None: asked about by a job, a letter or a command
    session_used_at: datetime | None = None
    stepped_up_at: datetime | None = None
    sanctions: tuple[RunningSanction, ...] = ()
    memory: dict[str, Any] = field(default_factory=dict)

    # What Flask-Login asks.
    is_authenticated = is_active = is_signed_in = True
    is_anonymous = False

    @classmethod
    def of_session(cls, token_hash: str) -> Self | None:
        return cls._read(_of_session(), token_hash=token_hash, oldest_use=clock.now() - SESSION_LIVES)

    @classmethod
    def of_person(cls, person_id: int) -> Self | None:
        return cls._read(_of_person(), person=person_id)

    @classmethod
    def _read(cls, statement: Rows, **values: object) -> Self | None:
        """One row, or one for each sanction that runs now."""
        found = rows(statement, {"now": clock.now(), **values}).all()
        running = tuple(RunningSanction(*row[:SANCTION]) for row in found if row[0] is not None)
        return cls(*found[0][SANCTION:], sanctions=running) if found else None  # type: ignore[misc]  # ends before it

    def refreshed(self) -> "Actor":
        """The same person, read again; someone erased meanwhile has no rights left."""
        person = Actor.of_person(self.id)
        if person is not None:
            return replace(person, session_id=self.session_id, session_used_at=self.session_used_at,
                           stepped_up_at=self.stepped_up_at)  # fmt: skip
        return Actor(self.id, self.name, "", self.locale, 18, Office.NONE, None, None, None, "", False,
                     None, None, None, "", None, None)  # fmt: skip

    def remembered(self, name: str, load: Callable[[], T]) -> T:
        """Something asked of the database once in the life of this actor: one request, one transaction."""
        if name not in self.memory:
            self.memory[name] = load()
        value: T = self.memory[name]
        return value

    @property
    def has_live_tie(self) -> bool:
        """Not before its first day nor past its last, for a company in a live state; and not suspended."""
        today = clock.today()
        if self.suspension is not None:
            return False
        if self.tie_id is None or self.starts_on is None or self.starts_on > today:
            return False
        if self.last_day is not None and self.last_day < today:
            return False
        return is_live_state(self.company_state, self.company_ends_on)

    @property
    def suspension(self) -> RunningSanction | None:
        return next((each for each in self._running(SanctionKind.SUSPEND)), None)

    def silence_in(self, group_id: int | None = None) -> RunningSanction | None:
        """Why this person writes nothing now in this group; without a group, nowhere on the site.

        A lead's silence holds in their group only. Every rule about writing asks this.
        """
        return next((each for each in self.silences if each.group_id in (None, group_id)), None)

    @property
    def silences(self) -> list[RunningSanction]:
        return self._running(SanctionKind.SILENCE)

    def _running(self, kind: SanctionKind) -> list[RunningSanction]:
        moment = clock.now()
        return [each for each in self.sanctions if each.kind is kind and each.until > moment]

    @property
    def is_staff(self) -> bool:
        return self.kind is TieKind.STAFF and self.company_state is not CompanyState.PARTNER and self.has_live_tie

    @property
    def is_stepped_up(self) -> bool:
        """Whether the second step was taken within 12 hours. What is no session is asked for none (GRP-5)."""
        if self.session_id is None:
            return True
        return self.stepped_up_at is not None and self.stepped_up_at > clock.now() - STEP_LIVES

    @property
    def sleeps_in_office(self) -> bool:
        """Whoever looks after the association has a second step, and took it in this session (GRP-52)."""
        is_proven = self.has_second_step and (self.session_id is None or self.stepped_up_at is not None)
        return self.office is not Office.NONE and self.has_live_tie and not is_proven

    @property
    def is_coordinator(self) -> bool:
        return (
            self.office in (Office.COORDINATOR, Office.DEPUTY_COORDINATOR) and self.has_live_tie
            and not self.sleeps_in_office
        )  # fmt: skip

    @property
    def is_admin(self) -> bool:
        return self.office is Office.ADMIN and self.has_live_tie and not self.sleeps_in_office

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def hue(self) -> int:
        return hue(self.name)

    def get_id(self) -> str:
        return str(self.session_id)


class Visitor:
    """Someone not signed in. Answers the questions rules ask of an actor."""

    id = tie_id = kind = company_id = session_id = None
    name = company_name = company_slug = first_name = initials = email = function = ""
    hue = 1
    office = Office.NONE
    is_authenticated = is_active = is_signed_in = False
    is_anonymous = True
    has_live_tie = is_staff = is_coordinator = is_admin = is_contact = is_board = False
    has_second_step = is_stepped_up = sleeps_in_office = False
    suspension = None
    silences: tuple[RunningSanction, ...] = ()

    def silence_in(self, _group_id: int | None = None) -> None:
        return None

    def get_id(self) -> None:
        return None


@cache
def _of_session() -> Rows:
    return (
        _columns(Session.id.label("session_id"), Session.last_used_at, Session.stepped_up_at)
        .join(Session, Session.person_id == Person.id)
        .where(Session.token_hash == bindparam("token_hash"), Session.last_used_at > bindparam("oldest_use"))
    )


@cache
def _of_person() -> Rows:
    return _columns().where(Person.id == bindparam("person"))


def _columns(*more: Any) -> Rows:
    runs = and_(Sanction.person_id == Person.id, Sanction.lifted_at.is_(None),
                Sanction.until > bindparam("now", type_=UTCDateTime))  # fmt: skip
    return (
        select(
            *(getattr(Sanction, name) for name in RunningSanction._fields),
            Person.id, Person.name, Person.email, Person.locale, Person.text_size, Person.office, Person.last_seen_on,
            # without a tie these three are still what the types say
            Tie.id, Tie.kind, func.coalesce(Tie.function, ""), func.coalesce(Tie.is_contact, false()),
            Tie.starts_on, Tie.last_day,
            Company.id, func.coalesce(Company.name, ""), Company.state, Company.ends_on, Person.is_board,
            _has_second_step(), func.coalesce(Company.slug, ""), *more,
        )
        .select_from(Person)
        .outerjoin(Tie, and_(Tie.person_id == Person.id, Tie.ended_at.is_(None)))
        .outerjoin(Company, Company.id == Tie.company_id)
        .outerjoin(Sanction, runs)
        .where(Person.erased_at.is_(None))
    )  # fmt: skip


def _has_second_step() -> Exists:
    return exists().where(SecondFactor.person_id == Person.id, SecondFactor.activated_at.is_not(None),
                          SecondFactor.removed_at.is_(None))  # fmt: skip

"""Finding people, companies and sessions."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import func, select

from app.accounts.models import Actor, Challenge, Company, CompanyState, Office, Person, Purpose, Session, Tie
from app.accounts.models.signing_in import SESSION_LIVES
from app.accounts.policy import live_tie_condition
from app.core.clock import now
from app.core.db import Rows, rows
from app.core.errors import NotFound
from app.core.extensions import db

CODES_AN_HOUR = 5
WRONG_CODES_A_DAY = 15


def get_own_person(actor: Actor) -> Person:
    person = db.session.get(Person, actor.id)
    if person is None:
        raise NotFound
    return person


def get_person(person_id: int) -> Person:
    """Whoever asks: for who was chosen from a list of those they may choose."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def person_by_email(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower(), Person.erased_at.is_(None)))


def open_tie_of(person_id: int) -> Tie | None:
    return db.session.scalar(select(Tie).where(Tie.person_id == person_id, Tie.ended_at.is_(None)))


def ties_of(person_id: int) -> Sequence[Tie]:
    return db.session.scalars(select(Tie).where(Tie.person_id == person_id).order_by(Tie.starts_on)).all()


def people_of_company(company_id: int) -> Sequence[int]:
    """Who has an open tie to it, live or not."""
    return db.session.scalars(select(Tie.person_id).where(Tie.company_id == company_id, Tie.ended_at.is_(None))).all()


def session_ids_of(person_id: int, *, but: int | None = None) -> tuple[int, ...]:
    statement = select(Session.id).where(Session.person_id == person_id, Session.id != (but or 0))
    return tuple(db.session.scalars(statement).all())


def live_session_count(person_id: int) -> int:
    statement = select(func.count()).where(Session.person_id == person_id, Session.last_used_at > now() - SESSION_LIVES)
    return db.session.scalar(statement) or 0


def asks_password(person: Person, session_id: int | None) -> bool:
    """Before what would give the account to another: whoever has a password and did not just type a mailed code."""
    if person.password_hash is None:
        return False
    session = db.session.get(Session, session_id) if session_id else None
    return session is None or not session.is_fresh_by_code


def newest_challenge(purpose: Purpose, email: str, browser: str) -> Challenge | None:
    return db.session.scalar(
        select(Challenge)
        .where(Challenge.purpose == purpose, Challenge.email == email, Challenge.browser == browser)
        .order_by(Challenge.created_at.desc(), Challenge.id.desc()).limit(1)
    )  # fmt: skip


def earlier_challenges(challenge: Challenge) -> Sequence[Challenge]:
    return db.session.scalars(
        select(Challenge).where(
            Challenge.email == challenge.email, Challenge.browser == challenge.browser,
            Challenge.purpose == challenge.purpose, Challenge.replaced_at.is_not(None), Challenge.expires_at > now(),
        )
    ).all()  # fmt: skip


def may_ask_code(email: str, network: str) -> bool:
    """At most 5 codes an hour for an account from one network address."""
    asked = select(func.count()).where(
        Challenge.email == email, Challenge.network == network, Challenge.created_at > now() - timedelta(hours=1)
    )
    return (db.session.scalar(asked) or 0) < CODES_AN_HOUR


def may_try_code(email: str, network: str) -> bool:
    """At most 15 wrong codes a day; this stops that address, never the owner elsewhere."""
    wrong = select(func.coalesce(func.sum(Challenge.attempts), 0)).where(
        Challenge.email == email, Challenge.network == network, Challenge.created_at > now() - timedelta(days=1)
    )
    return (db.session.scalar(wrong) or 0) < WRONG_CODES_A_DAY


def member_company_count() -> int:
    """Companies that count as members; the association's own row (weight 0) does not."""
    return rows(_member_company_count(), {}).scalar() or 0


def active_people() -> Sequence[tuple[int, str, str]]:
    """(id, name, company) of everyone with a live staff tie: whom a coordinator can make lead."""
    statement = (
        select(Person.id, Person.name, Company.name)
        .join(Tie, Tie.person_id == Person.id).join(Company, Company.id == Tie.company_id)
        .where(live_tie_condition(), Person.erased_at.is_(None), Company.state != CompanyState.PARTNER)
        .order_by(Person.name, Person.id)
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in db.session.execute(statement)]


def coordinators() -> Sequence[int]:
    """Whoever looks after the association and its groups."""
    return db.session.scalars(
        select(Person.id).where(Person.office.in_((Office.COORDINATOR, Office.DEPUTY_COORDINATOR)))
    ).all()


@cache
def _member_company_count() -> Rows:
    return select(func.count()).where(
        Company.state.in_((CompanyState.MEMBER, CompanyState.LEAVING)), Company.vote_weight > 0
    )

"""Finding people, companies and sessions."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from app.accounts.models import (
    Actor,
    Challenge,
    Company,
    CompanyState,
    HandOver,
    Office,
    Person,
    Purpose,
    RecoveryCode,
    SecondFactor,
    Session,
    Tie,
    TieEnd,
    TieKind,
)
from app.accounts.models.second_steps import SETUP_LIVES
from app.accounts.models.signing_in import SESSION_LIVES
from app.accounts.policy import live_company_condition, live_tie_condition
from app.core.clock import now, today
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


def was_guest_until_the_end(person_id: int) -> bool:
    """Whether their last tie was that of a guest, whose time was over."""
    newest = select(Tie.kind, Tie.end_reason).where(Tie.person_id == person_id, Tie.ended_at.is_not(None))
    row = db.session.execute(newest.order_by(Tie.ended_at.desc(), Tie.id.desc()).limit(1)).first()
    return row is not None and row.kind is TieKind.GUEST and row.end_reason is TieEnd.TERM_OVER


def people_of_company(company_id: int) -> Sequence[int]:
    """Who has an open tie to it, live or not."""
    return db.session.scalars(select(Tie.person_id).where(Tie.company_id == company_id, Tie.ended_at.is_(None))).all()


def colleagues_of(tie: Tie) -> Sequence[Tie]:
    """Who else acts for the company now, its contacts first; of guests, who keep nothing, nobody."""
    if tie.kind is TieKind.GUEST:
        return ()
    return db.session.scalars(
        select(Tie).join(Tie.company).join(Tie.person).options(contains_eager(Tie.person))
        .where(Tie.company_id == tie.company_id, Tie.id != tie.id, Tie.kind == TieKind.STAFF, live_tie_condition(),
               Person.erased_at.is_(None))
        .order_by(Tie.is_contact.desc(), Person.name, Tie.id)
    ).all()  # fmt: skip


def has_other_contact(tie: Tie, *, who_stays: bool = False) -> bool:
    """Whether the company has a contact beside this one now; with `who_stays`, one without a last day."""
    others = (
        select(Tie.id).join(Tie.company)
        .where(Tie.company_id == tie.company_id, Tie.id != tie.id, Tie.is_contact, live_tie_condition())
    )
    return db.session.scalar((others.where(Tie.last_day.is_(None)) if who_stays else others).limit(1)) is not None


def companies_without_contact() -> set[int]:
    """The members that nobody is contact person of; the association itself (weight 0) needs none."""
    return set(db.session.scalars(_without_contact()))


def is_without_contact(company_id: int) -> bool:
    return db.session.scalar(_without_contact().where(Company.id == company_id)) is not None


def ties_past_their_last_day() -> Sequence[int]:
    return db.session.scalars(select(Tie.id).where(Tie.ended_at.is_(None), Tie.last_day < today())).all()


def chosen_receivers(tie_id: int) -> dict[str, int]:
    """Kind → tie of the colleague, as chosen when the last day was set."""
    found = db.session.execute(select(HandOver.kind, HandOver.receiver_id).where(HandOver.tie_id == tie_id))
    return {kind: receiver_id for kind, receiver_id in found}


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
    return is_code_stale(session_id)


def is_code_stale(session_id: int | None) -> bool:
    """No mailed code was typed in the last ten minutes to begin this session."""
    session = db.session.get(Session, session_id) if session_id else None
    return session is None or not session.is_fresh_by_code


def second_factor_of(person_id: int) -> SecondFactor | None:
    """The one in use."""
    return db.session.scalar(
        select(SecondFactor).where(SecondFactor.person_id == person_id, SecondFactor.activated_at.is_not(None),
                                   SecondFactor.removed_at.is_(None))
    )  # fmt: skip


def second_factors(person_id: int) -> Sequence[SecondFactor]:
    """All that were ever in use, the removed ones too."""
    return db.session.scalars(
        select(SecondFactor).where(SecondFactor.person_id == person_id, SecondFactor.activated_at.is_not(None))
        .order_by(SecondFactor.activated_at, SecondFactor.id)
    ).all()  # fmt: skip


def second_factor_begun(actor: Actor) -> SecondFactor | None:
    """What this session is setting up, for as long as that may take; another session never sees its secret."""
    return db.session.scalar(
        select(SecondFactor).where(
            SecondFactor.person_id == actor.id, SecondFactor.activated_at.is_(None),
            SecondFactor.session_id == actor.session_id, SecondFactor.created_at > now() - SETUP_LIVES,
        ).order_by(SecondFactor.id.desc()).limit(1)
    )  # fmt: skip


def unused_recovery_code(factor_id: int, code_hash: str) -> RecoveryCode | None:
    return db.session.scalar(
        select(RecoveryCode).where(RecoveryCode.factor_id == factor_id, RecoveryCode.code_hash == code_hash,
                                   RecoveryCode.used_at.is_(None))
    )  # fmt: skip


def recovery_codes_left(factor_id: int) -> int:
    return db.session.scalar(
        select(func.count()).where(RecoveryCode.factor_id == factor_id, RecoveryCode.used_at.is_(None))
    ) or 0


def is_session_by_code(session_id: int | None) -> bool:
    """Whether it began with a mailed code: then a password is the other half of a second step, and not another code."""
    session = db.session.get(Session, session_id) if session_id else None
    return session is None or session.by_code


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
        Challenge.email == email, Challenge.network == network, Challenge.created_at > now() - timedelta(hours=1),
        Challenge.purpose != Purpose.SECOND_STEP,
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


def _without_contact() -> Select[int]:
    contact = select(Tie.id).where(Tie.company_id == Company.id, Tie.is_contact, live_tie_condition()).exists()
    return select(Company.id).where(
        Company.vote_weight > 0, Company.state != CompanyState.PARTNER, live_company_condition(), ~contact)


@cache
def _member_company_count() -> Rows:
    return select(func.count()).where(
        Company.state.in_((CompanyState.MEMBER, CompanyState.LEAVING)), Company.vote_weight > 0
    )

"""Companies, people, and the ties between them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from app.accounts import queries
from app.accounts.events import (
    BoardChanged,
    CompanyCreated,
    CompanyStateChanged,
    PersonCreated,
    ProfileChanged,
    TieStarted,
)
from app.accounts.models import Actor, Company, CompanyState, Office, Person, Tie, TieKind
from app.accounts.policy import (
    can_change_company_state,
    can_see_account,
    can_start_tie,
    live_company_condition,
)
from app.core.clock import today
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.text import slug
from app.core.transaction import atomic

OwnData = Callable[[int], Any]
_own_data: dict[str, OwnData] = {}
STATE_CHANGES = {
    CompanyState.APPLICANT: (CompanyState.MEMBER, CompanyState.REFUSED),
    CompanyState.MEMBER: (CompanyState.LEAVING, CompanyState.SUSPENDED),
    CompanyState.LEAVING: (CompanyState.FORMER, CompanyState.MEMBER, CompanyState.SUSPENDED),
    CompanyState.SUSPENDED: (CompanyState.MEMBER, CompanyState.LEAVING),
    CompanyState.PARTNER: (CompanyState.FORMER,),
    CompanyState.FORMER: (CompanyState.APPLICANT,),
    CompanyState.REFUSED: (CompanyState.APPLICANT,),
}


@atomic
def create_company(actor: Actor | None, *, name: str, state: CompanyState = CompanyState.MEMBER,
                   vote_weight: int = 1, address: str | None = None) -> Company:  # fmt: skip
    """A company of the seed, the command line or the admission; pages reach it through admission only."""
    company = Company(name=name, slug=address or slug(name), state=state, vote_weight=vote_weight)
    db.session.add(company)
    db.session.flush()
    publish(CompanyCreated(actor_id=actor.id if actor else None, company_id=company.id))
    return company


@atomic
def create_person(actor: Actor | None, *, email: str, name: str, password_hash: str | None = None,
                  office: Office = Office.NONE, is_board: bool = False, locale: str = "nl") -> Person:  # fmt: skip
    person = Person(email=email.strip().lower(), name=name, password_hash=password_hash, office=office,
                    is_board=is_board, locale=locale)  # fmt: skip
    db.session.add(person)
    db.session.flush()
    publish(PersonCreated(actor_id=actor.id if actor else None, person_id=person.id))
    return person


@atomic
def change_board(person: Person, *, is_member: bool) -> None:
    """Into the board of the association, or out of it. The command line does so; doing it twice changes nothing."""
    if person.is_board is not is_member:
        person.is_board = is_member
        publish(BoardChanged(actor_id=None, person_id=person.id))


@atomic
def start_tie(actor: Actor | None, person: Person, company: Company, *, kind: TieKind = TieKind.STAFF,
              function: str = "", is_contact: bool = False, is_delegate: bool = False,
              last_day: date | None = None) -> Tie:  # fmt: skip
    """Begin acting for a company. A second open tie is refused; `actor` None is the installation itself."""
    if actor is not None:
        authorize(can_start_tie, actor, company)
    if queries.open_tie_of(person.id) is not None:
        raise Conflict(_("%(name)s acts for a company already. End that tie first.", name=person.name))
    if company.state is CompanyState.PARTNER:
        kind = TieKind.GUEST
    tie = Tie(person_id=person.id, company_id=company.id, kind=kind, function=function, is_contact=is_contact,
              is_delegate=is_delegate, starts_on=today(), last_day=last_day)  # fmt: skip
    db.session.add(tie)
    db.session.flush()
    publish(TieStarted(actor_id=actor.id if actor else None, tie_id=tie.id, person_id=person.id,
                       company_id=company.id))  # fmt: skip
    return tie


@atomic
def change_company_state(actor: Actor, company: Company, state: CompanyState, *, ends_on: date | None = None) -> None:
    """Admit, suspend, end or restore a company, along the arrows of STATE_CHANGES only."""
    authorize(can_change_company_state, actor, company)
    if state not in STATE_CHANGES[company.state]:
        raise Conflict(_("A company cannot go from this state to that one."))
    company.state, company.ends_on = state, ends_on
    publish(CompanyStateChanged(actor_id=actor.id, company_id=company.id, state=state.value))


def end_companies_that_left() -> None:
    """Whose last day is over becomes a former member, and all hear of it. Rights ended at midnight by themselves."""
    over = select(Company.id).where(Company.state == CompanyState.LEAVING, ~live_company_condition())
    for company_id in db.session.scalars(over).all():
        _end_if_left(company_id)


@atomic
def _end_if_left(company_id: int) -> None:
    """Unless someone changed it in between."""
    company = db.session.get_one(Company, company_id)
    if company.state is CompanyState.LEAVING and not company.is_live:
        company.state = CompanyState.FORMER
        publish(CompanyStateChanged(actor_id=None, company_id=company.id, state=company.state.value))


@atomic
def change_profile(actor: Actor, person: Person, *, name: str, phone: str | None, locale: str, text_size: int) -> None:
    authorize(can_see_account, actor, person)
    person.name, person.phone, person.locale, person.text_size = name, phone, locale, text_size
    publish(ProfileChanged(actor_id=actor.id, person_id=person.id))


def own_data(part: str) -> Callable[[OwnData], OwnData]:
    """Register what a feature keeps of a person, so that they can take it out."""

    def register(load: OwnData) -> OwnData:
        _own_data[part] = load
        return load

    return register


def take_out_own_data(actor: Actor, person: Person) -> dict[str, Any]:
    """Everything kept of this person, as plain values for JSON."""
    authorize(can_see_account, actor, person)
    return {part: load(person.id) for part, load in sorted(_own_data.items())}


@own_data("account")
def account_data(person_id: int) -> dict[str, Any]:
    person = db.session.get_one(Person, person_id)
    ties = queries.ties_of(person_id)
    return {
        "name": person.name, "email": person.email, "phone": person.phone, "locale": person.locale,
        "text_size": person.text_size, "created_at": person.created_at.isoformat(),
        "ties": [
            {"company": tie.company.name, "kind": tie.kind.value, "function": tie.function,
             "starts_on": tie.starts_on.isoformat(), "ended_at": tie.ended_at and tie.ended_at.isoformat()}
            for tie in ties
        ],
    }  # fmt: skip

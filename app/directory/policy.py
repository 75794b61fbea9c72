"""Who reads the directory, and who changes what in it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Select, exists, false, or_, select

from app.accounts.models import Actor, Company, CompanyState, Person, Tie, TieKind
from app.accounts.policy import Anyone, live_company_condition, live_tie_condition
from app.accounts.queries import open_tie_of
from app.core.extensions import db
from app.core.policy import rule
from app.core.scopes import scope_source
from app.directory.models import Audience, PersonCard
from app.groups.models import GroupMembership
from app.groups.policy import own_standings, readable_group_ids

COORDINATORS = "coordinators"


@rule
def can_see_directory(actor: Anyone) -> bool:
    """Staff of members use the directory; guests see their own working groups only."""
    return actor.is_staff


@rule
def can_read_company(actor: Anyone, company: Company) -> bool:
    """Staff of members read the page of every company that is a member or partner at this moment."""
    return actor.is_staff and company.is_live


def readable_companies(actor: Anyone) -> Select[Company]:
    """The same sentence as can_read_company, asked of the database."""
    return _companies_read_by(actor.is_staff)


@cache
def _companies_read_by(staff: bool) -> Select[Company]:
    return select(Company).where(live_company_condition() if staff else false())


@rule
def can_edit_company(actor: Anyone, company: Company) -> bool:
    """Contacts change the page of their own company; coordinators every page, saying why; nobody in a silence."""
    return keeps_company(actor, company) and not actor.silence_in()


@rule
def can_keep_staff(actor: Anyone, company: Company) -> bool:
    """Contacts see who acts for their own company and what they are there, coordinators of every company."""
    return keeps_company(actor, company)


@rule
def can_read_profile(actor: Anyone, company: Company, hidden_at: datetime | None) -> bool:
    """Who reads a company reads what it says of itself; what is hidden only its own people, and coordinators."""
    if not can_read_company(actor, company):
        return False
    return hidden_at is None or actor.company_id == company.id or actor.is_coordinator


@rule
def can_keep_capabilities(actor: Anyone) -> bool:
    """Coordinators take proposed terms into the list of capabilities, or decline them with a reason."""
    return actor.is_coordinator


@rule
def can_see_person(actor: Anyone, person: Person) -> bool:
    """Staff of members see who acts or acted for one; whoever reads a working group sees who takes part in it."""
    if not actor.has_live_tie or person.erased_at is not None:
        return False
    if actor.id == person.id or (actor.is_staff and any(tie.kind is TieKind.STAFF for tie in person.ties)):
        return True
    return db.session.scalar(select(takes_part_in(readable_group_ids(actor), person.id))) or False


def readable_people(actor: Anyone) -> Select[Person]:
    """The same sentence as can_see_person, asked of the database."""
    if not actor.has_live_tie:
        return select(Person).where(false())
    acted = exists().where(Tie.person_id == Person.id, Tie.kind == TieKind.STAFF) if actor.is_staff else false()
    in_sight = takes_part_in(readable_group_ids(actor), Person.id.expression)
    return select(Person).where(Person.erased_at.is_(None), or_(Person.id == actor.id, acted, in_sight))


@rule
def can_read_card(actor: Anyone, person: Person, hidden_at: datetime | None) -> bool:
    """Who sees someone reads what they say of themselves; what is hidden they alone do."""
    return can_see_person(actor, person) and (hidden_at is None or actor.id == person.id)


@rule
def can_see_phone(actor: Anyone, person: Person) -> bool:
    """Someone's telephone number is seen by those they chose: nobody, their working groups, or all members."""
    card = db.session.get(PersonCard, person.id)
    return _is_shown(actor, person, card.phone_shown if card else Audience.NOBODY)


@rule
def can_see_email(actor: Anyone, person: Person) -> bool:
    """Someone's mail address is seen in their working groups, or by all members if they chose so."""
    card = db.session.get(PersonCard, person.id)
    return _is_shown(actor, person, card.email_shown if card else Audience.GROUP)


@rule
def can_change_card(actor: Anyone, person: Person) -> bool:
    """Everyone who uses the site says of themselves what others see."""
    return actor.has_live_tie and actor.id == person.id


def keeps_company(actor: Anyone, company: Company) -> bool:
    """Whose work its page is, also while a silence keeps them from writing there."""
    return can_read_company(actor, company) and (actor.is_coordinator or is_contact_of(actor, company))


def is_contact_of(actor: Anyone, company: Company) -> bool:
    return actor.is_contact and actor.company_id == company.id and company.state is not CompanyState.PARTNER


def takes_part_in(group_ids: Sequence[int] | BindParameter[int],
                  person: int | ColumnElement[int]) -> ColumnElement[bool]:  # fmt: skip
    """Whether this person has a place in one of these groups now."""
    return exists(
        select(GroupMembership.id)
        .join(Tie, Tie.id == GroupMembership.tie_id).join(Company, Company.id == Tie.company_id)
        .where(Tie.person_id == person, GroupMembership.group_id.in_(group_ids), GroupMembership.left_at.is_(None),
               live_tie_condition()).correlate(Person)
    )  # fmt: skip


@scope_source
def directory_scopes(actor: Anyone) -> Iterable[str]:
    """What is for those who keep the directory."""
    if actor.is_coordinator:
        yield COORDINATORS


def _is_shown(actor: Anyone, person: Person, audience: Audience) -> bool:
    if not isinstance(actor, Actor) or not can_see_person(actor, person) or open_tie_of(person.id) is None:
        return False
    if actor.id == person.id or (audience is Audience.MEMBERS and actor.is_staff):
        return True
    return audience is not Audience.NOBODY and _shares_a_group(actor, person)


def _shares_a_group(actor: Actor, person: Person) -> bool:
    own = [standing.group_id for standing in own_standings(actor)]
    load = lambda: bool(db.session.scalar(select(takes_part_in(own, person.id))))  # noqa: E731
    return actor.remembered(f"directory.shares:{person.id}", load)

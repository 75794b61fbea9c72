"""Who acts now, and who may change which account."""

from collections.abc import Callable, Iterable

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, or_

from app.accounts.models import Actor, Company, CompanyState, Person, RunningSanction, Tie, Visitor
from app.core.clock import today
from app.core.errors import Forbidden
from app.core.i18n import full_date
from app.core.i18n import gettext as _
from app.core.policy import rule
from app.core.scopes import scope_source

Anyone = Actor | Visitor
Lock = Callable[[Anyone], bool]
MEMBERS = "members"  # the scope of what everyone at a member company reads
DAY = bindparam("today", callable_=today, type_=Date)  # asked each time, also in a statement that is kept
_locks: list[Lock] = []


def live_tie_condition() -> ColumnElement[bool]:
    """The same sentence as Actor.has_live_tie, asked of the database over Tie and Company.

    Who is suspended keeps their place meanwhile: lists and counts of those who take part name them still.
    """
    return and_(
        Tie.ended_at.is_(None), Tie.starts_on <= DAY, or_(Tie.last_day.is_(None), Tie.last_day >= DAY),
        live_company_condition(),
    )  # fmt: skip


def live_company_condition() -> ColumnElement[bool]:
    """The same sentence as Company.is_live, asked of the database."""
    leaving = and_(Company.state == CompanyState.LEAVING, or_(Company.ends_on.is_(None), Company.ends_on >= DAY))
    return or_(Company.state.in_((CompanyState.MEMBER, CompanyState.PARTNER)), leaving)


def slug_of_page() -> ColumnElement[str | None]:
    """The address of a company's page, in a statement of other things; NULL for a company that has none."""
    return case((live_company_condition(), Company.slug), else_=None)


def silence_words(running: RunningSanction) -> str:
    """What was decided, under which rule, until when and why: for the person it is about."""
    return _("You cannot write here until %(until)s (rule %(rule)s). The reason given: %(reason)s",
             until=full_date(running.until), rule=running.rule, reason=running.reason)  # fmt: skip


def refuse_in_silence(actor: Actor, group_id: int | None = None) -> None:
    """For services whose rule lets a person in and who then write: Forbidden, with the words of their silence."""
    running = actor.silence_in(group_id)
    if running is not None:
        raise Forbidden(silence_words(running))


@rule
def can_see_account(actor: Anyone, person: Person) -> bool:
    """Everyone who can sign in sees their own account, also after their tie has ended."""
    return actor.is_signed_in and actor.id == person.id


@rule
def can_use_site(actor: Anyone) -> bool:
    """People with a live tie to a live company use the site; others see their account only."""
    return actor.has_live_tie


@rule
def can_start_tie(actor: Anyone, company: Company) -> bool:
    """Contacts for their own company, coordinators and administrators bring people in."""
    return actor.is_coordinator or actor.is_admin or _is_contact_of(actor, company.id)


@rule
def can_end_tie(actor: Anyone, tie: Tie) -> bool:
    """Contacts for their own company, and coordinators, end a tie."""
    return actor.is_coordinator or _is_contact_of(actor, tie.company_id)


@rule
def can_change_tie(actor: Anyone, tie: Tie) -> bool:
    """Contacts change functions and roles in their own company, coordinators in all; nobody in a silence."""
    return can_end_tie(actor, tie) and not actor.silence_in()


@rule
def can_change_company_state(actor: Anyone, company: Company) -> bool:
    """Coordinators suspend, end and restore companies."""
    return actor.is_coordinator


@rule
def can_reset_second_step(actor: Anyone, person: Person) -> bool:
    """Coordinators and administrators take away the second step of another who lost it; nobody their own."""
    return (actor.is_coordinator or actor.is_admin) and actor.id != person.id


def lock(function: Lock) -> Lock:
    """Register what waits for the second step: whether for this person there is any of it now."""
    if function not in _locks:
        _locks.append(function)
    return function


def waits_for_second_step(actor: Anyone) -> bool:
    """Whether something is there for this person only once they took the second step anew (GRP-5)."""
    return actor.is_signed_in and not actor.is_stepped_up and any(waits(actor) for waits in _locks)


def person_scope(person_id: int) -> str:
    return f"person:{person_id}"


def company_scope(company_id: int | None) -> str:
    return f"company:{company_id}"


@rule
def can_see_rules(actor: Anyone) -> bool:
    """Coordinators and administrators see the table of rules and the parts of the look."""
    return actor.is_coordinator or actor.is_admin


@scope_source
def own_scopes(actor: Anyone) -> Iterable[str]:
    """What is public, what is for this person alone, for all staff of members, and for one company."""
    yield "public"
    if isinstance(actor, Actor):
        yield person_scope(actor.id)
    if actor.is_staff:
        yield MEMBERS
    if actor.has_live_tie:
        yield company_scope(actor.company_id)


def _is_contact_of(actor: Anyone, company_id: int) -> bool:
    return actor.is_contact and actor.has_live_tie and actor.company_id == company_id

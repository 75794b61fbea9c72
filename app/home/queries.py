"""What home asks of the features below it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, bindparam, func, or_, select

from app.accounts.models import Actor, Company, Person, Tie, TieKind
from app.accounts.policy import Anyone
from app.core.clock import now
from app.core.db import Id, Rows, rows
from app.core.extensions import db
from app.core.routing import number_in
from app.directory.policy import can_see_directory, readable_companies
from app.groups.policy import Standing
from app.home.models import VISIT_ENDS_AFTER, VISIT_NOTED_EVERY, VisitMark
from app.search.models import Findable

AUTHORS_MOST = 20  # of one name, to choose from


class CompanyName(NamedTuple):
    id: int
    slug: str
    name: str


class Writers(NamedTuple):
    """Of texts that were found: person → name, and each person with each company for which they were a guest."""

    names: dict[int, str]
    guests: set[tuple[int, int]]


class Author(NamedTuple):
    person_id: int
    name: str
    company_name: str | None


def visit_of(actor: Actor) -> VisitMark | None:
    return db.session.scalar(_visit(), {"me": actor.id})


def end_of_last_visit(visit: VisitMark | None) -> datetime | None:
    """When the person was last here before this visit; None on the first visit ever."""
    if visit is None:
        return None
    if now() - visit.last_at > VISIT_ENDS_AFTER:
        return visit.last_at
    return visit.previous_ended_at


def is_visit_worth_going_on(visit: VisitMark | None) -> bool:
    """At most once in five minutes."""
    return visit is not None and now() - visit.last_at >= VISIT_NOTED_EVERY


def is_visit_worth_noting(visit: VisitMark | None) -> bool:
    """At most once in half an hour."""
    return visit is None or now() - visit.last_at >= VISIT_ENDS_AFTER


def companies_to_choose(actor: Anyone) -> list[CompanyName]:
    """Those whose page this person reads, in the order of names; for a guest none."""
    if not can_see_directory(actor):
        return []
    return [CompanyName(*row) for row in rows(_by_name(readable_companies(actor)), {})]


@cache
def _by_name(companies: Select[Company]) -> Rows:
    return companies.with_only_columns(Company.id, Company.slug, Company.name).order_by(Company.name)


def company_names(company_ids: Collection[int]) -> dict[int, str]:
    """Of companies in any state: what their people wrote goes on naming them."""
    return {row[0]: row[1] for row in rows(_company_names(), {"companies": list(company_ids)})} if company_ids else {}


def writers_of(person_ids: Collection[int]) -> Writers:
    """Who they are, and for which companies they wrote as guests."""
    found = rows(_names(), {"people": list(person_ids)}).all() if person_ids else ()
    return Writers({row[0]: row[1] for row in found}, {(row[0], row[2]) for row in found if row[2] is not None})


def authors_called(said: str, groups: Iterable[Standing]) -> list[Author]:
    """Who has this number, this name or one that begins so, and wrote something in one of these groups."""
    name = said.lower().replace("%", "").replace("_", " ")
    values = {
        "number": number_in(said) or 0, "first": f"{name}%", "later": f"% {name}%",
        "groups": [group.group_id for group in groups], "most": AUTHORS_MOST,
    }  # fmt: skip
    found = [Author(*row) for row in rows(_authors(), values)]
    return [author for author in found if author.name.lower() == name] or found


@cache
def _company_names() -> Rows:
    return select(Company.id, Company.name).where(Company.id.in_(bindparam("companies", type_=Id, expanding=True)))


@cache
def _names() -> Rows:
    as_guest = (Tie.person_id == Person.id) & (Tie.kind == TieKind.GUEST)
    return (
        select(Person.id, Person.name, Tie.company_id).outerjoin(Tie, as_guest)
        .where(Person.id.in_(bindparam("people", type_=Id, expanding=True)))
    )


@cache
def _authors() -> Rows:
    wrote = select(Findable.author_id).where(
        Findable.author_id == Person.id, Findable.group_id.in_(bindparam("groups", type_=Id, expanding=True)))
    name = func.lower(Person.name)
    return (
        select(Person.id, Person.name, Company.name)
        .outerjoin(Tie, (Tie.person_id == Person.id) & Tie.ended_at.is_(None))
        .outerjoin(Company, Company.id == Tie.company_id)
        .where(or_(Person.id == bindparam("number", type_=Id), name.like(bindparam("first")),
                   name.like(bindparam("later"))), Person.erased_at.is_(None), wrote.exists())
        .order_by(Person.name, Company.name, Person.id).limit(bindparam("most"))
    )  # fmt: skip


@cache
def _visit() -> Select[VisitMark]:
    return select(VisitMark).where(VisitMark.person_id == bindparam("me"))

"""The list of what companies can do, and who can do it."""

from collections import Counter
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Actor, Company
from app.accounts.policy import live_company_condition
from app.core.db import Id, Rows, rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.directory.models import Capability, CapabilityKind, CapabilityState, Claim, Figure, Profile
from app.directory.models.capabilities import in_language, shipped
from app.directory.policy import can_keep_capabilities, keeps_company


class ClaimLine(NamedTuple):
    """Something that a company can do, as its page shows it."""

    id: int
    capability_id: int
    term: str
    term_en: str
    kind: CapabilityKind
    state: CapabilityState
    remark: str
    figures: tuple[Figure, ...]

    def in_language(self, locale: str) -> str:
        return in_language(self.term, self.term_en, locale)


class Term(NamedTuple):
    """A line of the list. One that nobody claims has no id yet."""

    term: str
    term_en: str
    kind: CapabilityKind
    synonyms: tuple[str, ...] = ()
    id: int = 0
    companies: int = 0

    def in_language(self, locale: str) -> str:
        return in_language(self.term, self.term_en, locale)

    def has(self, word: str) -> bool:
        return any(word.casefold() in each.casefold() for each in (self.term, self.term_en, *self.synonyms))


class CapabilityLine(NamedTuple):
    """A proposed term, with who proposed it."""

    id: int
    term: str
    kind: CapabilityKind
    company_name: str
    company_slug: str


def claims_of(company_id: int) -> list[ClaimLine]:
    """By kind, in the order of the list, and by name."""
    order = list(CapabilityKind)
    found = (ClaimLine(*row) for row in rows(_claims(), {"company": company_id}))
    lines = [line._replace(figures=tuple(Figure(*figure) for figure in line.figures)) for line in found]
    return sorted(lines, key=lambda line: (order.index(line.kind), line.term.casefold()))


def get_claim(actor: Actor, claim_id: int) -> Claim:
    """What a company that this person may change says it can do, or NotFound."""
    claim = db.session.get(Claim, claim_id, options=[joinedload(Claim.company), joinedload(Claim.capability)])
    if claim is None or not keeps_company(actor, claim.company):
        raise NotFound
    return claim


def capability_by_key(key: str) -> Capability | None:
    return db.session.scalar(select(Capability).where(Capability.key == key))


def get_capability(actor: Actor, capability_id: int) -> Capability:
    """A term, for whoever keeps the list, or NotFound."""
    capability = db.session.get(Capability, capability_id) if can_keep_capabilities(actor) else None
    if capability is None:
        raise NotFound
    return capability


def listed_terms() -> list[Term]:
    """The list as it is now: the shipped one, and what was accepted since; by name."""
    used = {row.key: row for row in db.session.execute(
        select(Capability.key, Capability.id, Capability.term, Capability.term_en, Capability.kind)
        .where(Capability.state == CapabilityState.ACCEPTED)
    )}  # fmt: skip
    counts = Counter(dict(tuple(row) for row in rows(_claim_counts(), {})))
    found = []
    for each in shipped():
        row = used.pop(each.term.casefold(), None)
        found.append(Term(*each, id=row.id if row else 0, companies=counts[row.id] if row else 0))
    found += [Term(row.term, row.term_en, row.kind, (), row.id, counts[row.id]) for row in used.values()]
    return sorted(found, key=lambda term: term.term.casefold())


def terms_to_choose(locale: str) -> list[str]:
    return sorted((term.in_language(locale) for term in listed_terms()), key=str.casefold)


def proposed() -> list[CapabilityLine]:
    """What waits for the coordinator, the oldest first, with a company that claims it."""
    found = db.session.execute(
        select(Capability.id, Capability.term, Capability.kind, Company.name, Company.slug)
        .join(Claim, Claim.capability_id == Capability.id).join(Company, Company.id == Claim.company_id)
        .where(Capability.state == CapabilityState.PROPOSED, live_company_condition())
        .order_by(Capability.created_at, Claim.created_at, Claim.id)
    )  # fmt: skip
    first: dict[int, CapabilityLine] = {}
    for row in found:
        first.setdefault(row.id, CapabilityLine(*row))
    return list(first.values())


def is_shown_claim() -> ColumnElement[bool]:
    """Those of companies whose page is not hidden."""
    return Claim.company_id.not_in(select(Profile.company_id).where(Profile.hidden_at.is_not(None)))


@cache
def _claims() -> Rows:
    return (
        select(Claim.id, Capability.id, Capability.term, Capability.term_en, Capability.kind, Capability.state,
               Claim.remark, Claim.figures)
        .join(Capability, Capability.id == Claim.capability_id)
        .where(Claim.company_id == bindparam("company", type_=Id))
    )  # fmt: skip


@cache
def _claim_counts() -> Rows:
    return (
        select(Claim.capability_id, func.count()).join(Company, Company.id == Claim.company_id)
        .where(live_company_condition(), is_shown_claim()).group_by(Claim.capability_id)
    )

"""Companies, where they are and who works there."""

from collections import defaultdict
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Actor, Company, CompanyState, Person, Tie, TieKind
from app.accounts.policy import live_tie_condition
from app.core.db import Id, Rows, rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.text import hue, initials, tidy_line
from app.directory.models import Capability, Claim, Place, Profile, Site, places
from app.directory.policy import can_read_profile, keeps_company, readable_companies
from app.directory.queries.capabilities import ClaimLine, claims_of, is_shown_claim
from app.files.models import FileContent, Thumbnail
from app.groups.models import GroupMembership
from app.groups.policy import Standing, standings
from app.groups.queries import shown_function
from app.guard.queries import why_hidden

COMPANY = bindparam("company", type_=Id)


class SiteLine(NamedTuple):
    id: int
    name: str
    street: str
    postcode: str
    place: str
    is_pickup: bool
    is_main: bool

    @property
    def where(self) -> Place | None:
        return places().get(self.place)

    def without_words(self) -> "SiteLine":
        """The place alone, which comes from a list: name and street are typed."""
        return self._replace(name=self.place, street="", postcode="")


class CompanyLine(NamedTuple):
    """A company as the list and the map show it."""

    id: int
    name: str
    slug: str
    state: CompanyState
    vote_weight: int
    summary: str
    size: str | None
    roles: tuple[str, ...]
    thumbnail: Thumbnail | None
    places: tuple[str, ...] = ()  # of the main site first
    capabilities: tuple[tuple[int, str, str], ...] = ()  # id, in Dutch, in English

    @property
    def is_partner(self) -> bool:
        return self.state is CompanyState.PARTNER

    @property
    def is_association(self) -> bool:
        return not self.is_partner and not self.vote_weight


class CompanyPage(NamedTuple):
    """What a company says of itself, as this reader sees it."""

    profile: Profile
    sites: list[SiteLine]
    claims: list[ClaimLine]


class Colleague(NamedTuple):
    person_id: int
    name: str
    function: str
    is_contact: bool

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def hue(self) -> int:
        return hue(self.name)


def companies(actor: Actor) -> list[CompanyLine]:
    """Every company that this person may read, by name, with its places and capabilities: three statements.

    Of a hidden page nothing stands in a list, for its own people neither.
    """
    found = db.session.execute(
        readable_companies(actor)
        .with_only_columns(Company.id, Company.name, Company.slug, Company.state, Company.vote_weight, Profile.summary,
                           Profile.size, Profile.roles, FileContent.thumbnail, Profile.hidden_at)
        .outerjoin(Profile, Profile.company_id == Company.id)
        .outerjoin(FileContent, FileContent.sha256 == Profile.logo)
    ).all()  # fmt: skip
    if not found:
        return []
    where, able = _places_by_company(), _capabilities_by_company()
    lines = [
        CompanyLine(*row[:5], row.summary or "" if row.hidden_at is None else "", row.size.value if row.size else None,
                    tuple(row.roles or ()), row.thumbnail if row.hidden_at is None else None, tuple(where[row.id]),
                    tuple(able[row.id]))
        for row in found
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.name.casefold())


def get_company(actor: Actor, slug: str) -> Company:
    """A company whose page this person may read, or NotFound."""
    asked = readable_companies(actor).where(Company.slug == slug)
    company = db.session.scalar(asked) if tidy_line(slug) == slug else None  # PostgreSQL takes no text with a zero byte
    if company is None:
        raise NotFound
    return company


def profile_of(company: Company) -> Profile:
    """What stands on its page; an empty one where nobody filled it in yet."""
    profile = db.session.scalar(
        select(Profile).where(Profile.company_id == company.id)
        .options(joinedload(Profile.content), joinedload(Profile.changer))
    )  # fmt: skip
    return profile or _empty_profile(company)


def page_of_any_state(company_id: int) -> Profile | None:
    """With its company, whoever asks: for those who handle reports. None while nobody wrote on it."""
    return db.session.get(Profile, company_id, options=[joinedload(Profile.company)])


def company_page(actor: Actor, company: Company) -> CompanyPage:
    """Of one that is hidden others see what was chosen from lists: where it is, how large, what it does."""
    profile, sites, claims = profile_of(company), sites_of(company.id), claims_of(company.id)
    if can_read_profile(actor, company, profile.hidden_at):
        return CompanyPage(profile, sites, claims)
    bare = _empty_profile(company, roles=profile.roles, size=profile.size)
    return CompanyPage(bare, [site.without_words() for site in sites], [])


def why_page_hidden(company: Company) -> str:
    """The sentence in the place of what it says; empty when that is not hidden."""
    profile = page_of_any_state(company.id)
    return why_hidden("company", company.id) if profile is not None and profile.hidden_at else ""


def sites_of(company_id: int) -> list[SiteLine]:
    """The main one first, the others by place and name."""
    return [SiteLine(*row) for row in rows(_sites(), {"company": company_id})]


def get_site(actor: Actor, site_id: int) -> Site:
    """A site of a company that this person may change, or NotFound."""
    site = db.session.get(Site, site_id, options=[joinedload(Site.company)])
    if site is None or not keeps_company(actor, site.company):
        raise NotFound
    return site


def main_place_of(actor: Actor) -> Place | None:
    """Where the reader's own company is."""
    if actor.company_id is None:
        return None
    own = sites_of(actor.company_id)
    return own[0].where if own else None


def people_of(company_id: int) -> list[Colleague]:
    """Who acts for it now, contacts first; guests are shown in their working groups only (DIR-5)."""
    return [Colleague(*row) for row in rows(_people(), {"company": company_id})]


def groups_of(actor: Actor, company_id: int) -> list[Standing]:
    """The working groups in which it takes part, of those that exist for this reader."""
    found = {row[0] for row in rows(_groups(), {"company": company_id})}
    return [standing for standing in standings(actor).values() if standing.group_id in found]


def contacts_of(company_id: int) -> list[int]:
    return [each.person_id for each in people_of(company_id) if each.is_contact]


def _empty_profile(company: Company, **chosen: Any) -> Profile:
    said: dict[str, Any] = {
        "summary": "", "text_md": "", "text_html": "", "roles": [], "website": "", "phone": "", "email": "",
        "makes": [], "needs": [], "offers": [], "certificates": [], "about_version": 0, "products_version": 0,
        "certificates_version": 0, "version": 0, **chosen,
    }  # fmt: skip
    return Profile(company_id=company.id, **said)


def _places_by_company() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for company_id, place in rows(_all_places(), {}):
        if place not in found[company_id]:
            found[company_id].append(place)
    return found


def _capabilities_by_company() -> dict[int, list[tuple[int, str, str]]]:
    found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for company_id, *capability in rows(_all_claims(), {}):
        found[company_id].append((capability[0], capability[1], capability[2]))
    return found


@cache
def _sites() -> Rows:
    return (
        select(Site.id, Site.name, Site.street, Site.postcode, Site.place, Site.is_pickup, Site.is_main)
        .where(Site.company_id == COMPANY).order_by(Site.is_main.desc(), Site.place, Site.name, Site.id)
    )


@cache
def _all_places() -> Rows:
    return select(Site.company_id, Site.place).order_by(Site.is_main.desc(), Site.place, Site.id)


@cache
def _all_claims() -> Rows:
    return (
        select(Claim.company_id, Capability.id, Capability.term, Capability.term_en)
        .join(Capability, Capability.id == Claim.capability_id).where(is_shown_claim())
        .order_by(Claim.created_at, Claim.id)
    )  # fmt: skip


@cache
def _people() -> Rows:
    return (
        select(Person.id, Person.name, shown_function(), Tie.is_contact)
        .join(Tie, Tie.person_id == Person.id).join(Company, Company.id == Tie.company_id)
        .where(Tie.company_id == COMPANY, Tie.kind == TieKind.STAFF, live_tie_condition(), Person.erased_at.is_(None))
        .order_by(Tie.is_contact.desc(), Person.name, Tie.id)
    )


@cache
def _groups() -> Rows:
    return (
        select(GroupMembership.group_id).distinct()
        .join(Tie, Tie.id == GroupMembership.tie_id).join(Company, Company.id == Tie.company_id)
        .where(Tie.company_id == COMPANY, Tie.kind == TieKind.STAFF, GroupMembership.left_at.is_(None),
               live_tie_condition())
    )  # fmt: skip

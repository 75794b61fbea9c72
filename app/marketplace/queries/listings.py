"""Finding listings: one list with its filters, one's own, and what waits for the coordinator."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Actor, Company, CompanyState, Person, Tie, TieKind
from app.accounts.policy import live_tie_condition
from app.core.db import Id, Rows, rows
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.i18n import ENDLESS
from app.directory.models import Area
from app.files.models import FileContent, Thumbnail
from app.groups.models import GroupMembership, Role, WorkingGroup
from app.groups.policy import has_locked_groups, readable_group_ids
from app.groups.queries import memberships
from app.marketplace.models import (
    LISTINGS_ON_A_PAGE,
    PLANS,
    Audience,
    Category,
    FileRole,
    Kind,
    Listing,
    ListingFile,
    ListingNotice,
    ListingWords,
    NoticeKind,
    Participation,
    listing_link,
)
from app.marketplace.policy import (
    COORDINATORS,
    Reader,
    can_moderate_listing,
    can_read_listing,
    is_in_audience,
    is_listed,
    judges_scope,
    knows_working_copy,
    readable_listings,
)
from app.notifications.queries import SINCE, was_told
from app.notifications.service import Asked

READER = Reader(bindparam("me", type_=Id), bindparam("tie", type_=Id), bindparam("groups", type_=Id, expanding=True))
OWN_MOST = 500
NEWEST_FIRST = (Listing.published_at.desc(), Listing.id.desc())


class Filters(NamedTuple):
    """What the form above the list asks, as values of its columns; what is None is not asked."""

    kind: Kind | None = None
    category: Category | None = None
    area: Area | None = None
    sites: tuple[str, ...] | None = None  # no further than so many km
    rhythm: str | None = None
    least: int | None = None  # kg per year
    first_day: date | None = None
    last_day: date | None = None
    company: int | None = None
    words: tuple[str, ...] = ()  # without case and accents


class Card(NamedTuple):
    """A line of the list."""

    id: int
    kind: Kind
    category: Category
    title: str
    values: Mapping[str, Any]
    site: str | None
    area: Area | None
    expires_on: date
    company_name: str
    photo_id: int | None

    @property
    def link(self) -> str:
        return listing_link(self.id, self.title)


class ListingNews(NamedTuple):
    """What an overview has to tell of a listing."""

    id: int
    kind: Kind
    title: str
    company_name: str
    group_id: int | None  # that alone it is for
    published_at: datetime

    @property
    def link(self) -> str:
        return listing_link(self.id, self.title)


class Draft(NamedTuple):
    """What one began and did not hand in yet."""

    id: int
    title: str
    typed_at: datetime


class Counts(NamedTuple):
    """How many the filters leave: of both kinds, of offers, of requests."""

    all: int
    offers: int
    requests: int

    def of(self, kind: Kind | None) -> int:
        return {None: self.all, Kind.OFFER: self.offers, Kind.REQUEST: self.requests}[kind]


class OwnRow(NamedTuple):
    """A line of "Mijn plaatsingen"."""

    listing: Listing
    author: str
    is_mine: bool


def get_listing(actor: Actor, listing_id: int) -> Listing:
    """A listing that this person may read, or NotFound."""
    listing = _one(listing_id)
    if listing is None or not can_read_listing(actor, listing):
        raise NotFound
    return listing


def listing_of_any_state(listing_id: int) -> Listing | None:
    """Whoever asks: for those who handle reports."""
    return _one(listing_id)


def is_hidden_from(actor: Actor, listing_id: int) -> bool:
    """Whether only that it is hidden keeps this person from reading it."""
    listing = _one(listing_id)
    return listing is not None and listing.hidden_at is not None and is_in_audience(actor, listing)


def get_own_listing(actor: Actor, listing_id: int) -> Listing:
    """One of the own company, or NotFound."""
    listing = get_listing(actor, listing_id)
    if listing.company_id != actor.company_id:
        raise NotFound
    return listing


def get_waiting(actor: Actor, listing_id: int) -> Listing:
    """A listing with a version that waits for this person's judgment, or NotFound."""
    listing = _one(listing_id)
    if listing is None or not can_moderate_listing(actor, listing):
        raise NotFound
    return listing


def get_file(actor: Actor, listing_id: int, file_id: int) -> ListingFile:
    """A photo or a file that this person may see at this moment, or NotFound."""
    file = db.session.scalar(
        select(ListingFile).options(joinedload(ListingFile.listing), joinedload(ListingFile.content))
        .where(ListingFile.id == file_id, ListingFile.listing_id == listing_id)
    )  # fmt: skip
    if file is None or not _may_see(actor, file):
        raise NotFound
    return file


def listings_on_page(actor: Actor, filters: Filters, page: int) -> Sequence[Card]:
    """One page of the list, the newest first."""
    values = _values(actor, filters) | {"start": (page - 1) * LISTINGS_ON_A_PAGE, "size": LISTINGS_ON_A_PAGE}
    return [Card(*row) for row in rows(_on_page(_asked(filters)), values)]


def newest_and_drafts(actor: Actor, most: int) -> tuple[list[Card], list[Draft]]:
    """What was placed last, and what this person began last: one statement for both."""
    found = rows(_newest_and_drafts(), _values(actor, Filters()) | {"most": most}).all()
    drafts = [Draft(row.id, row.title, row.typed_at) for row in found if row.published_at is None]
    if has_locked_groups(actor):
        shown = readable_listings(actor).with_only_columns(Listing.id).where(
            Listing.id.in_([draft.id for draft in drafts]))
        unlocked = set(db.session.scalars(shown))
        drafts = [draft for draft in drafts if draft.id in unlocked]
    return [Card(*row[: len(Card._fields)]) for row in found if row.published_at is not None], drafts


def news_for_overview(actor: Actor, asked: Asked) -> list[ListingNews]:
    """What other companies placed and is told by no mail, the newest first (NTF-24)."""
    values = {"me": actor.id, "own_company": actor.company_id, "tie": actor.tie_id,
              "groups": readable_group_ids(actor), "since": asked.since, "told": asked.told}  # fmt: skip
    return [ListingNews(*row) for row in rows(_news(), values)]


def listing_counts(actor: Actor, filters: Filters) -> Counts:
    """How many listings the filters leave, whichever kind they ask."""
    filters = filters._replace(kind=None)
    total, offers = rows(_counts(_asked(filters)), _values(actor, filters)).one()
    return Counts(total, offers, total - offers)


def own_listings(actor: Actor) -> Sequence[OwnRow]:
    """All of the own company, what was changed last first."""
    found = db.session.execute(
        readable_listings(actor).add_columns(Person.name).join(Tie, Tie.id == Listing.created_by)
        .join(Person, Person.id == Tie.person_id)
        .where(Listing.company_id == actor.company_id).order_by(Listing.typed_at.desc(), Listing.id.desc())
        .limit(OWN_MOST)
    )  # fmt: skip
    return [OwnRow(listing, name, listing.keeper_id == actor.tie_id) for listing, name in found]


def waiting_listings(actor: Actor) -> Sequence[Listing]:
    """What waits for this person's judgment, the oldest first."""
    waiting = _waiting().options(joinedload(Listing.company)).order_by(Listing.submitted_at, Listing.id)
    return [listing for listing in db.session.scalars(waiting) if can_moderate_listing(actor, listing)]


def judges_of(listing: Listing) -> tuple[set[int], str]:
    """Who may judge what waits, and the scope that they alone read."""
    group = db.session.get(WorkingGroup, listing.waiting_group_id) if listing.waiting_group_id else None
    leads = (
        select(GroupMembership.tie_id)
        .where(GroupMembership.group_id == listing.waiting_group_id, GroupMembership.left_at.is_(None),
               GroupMembership.role.in_((Role.LEAD, Role.DEPUTY)))
    )  # fmt: skip
    offices = or_(Person.office.in_(COORDINATORS), Person.is_board)
    likely = db.session.scalars(
        select(Person.id).join(Tie, Tie.person_id == Person.id).join(Company, Company.id == Tie.company_id)
        .where(live_tie_condition(), or_(offices, Tie.id.in_(leads)))
    ).all()  # fmt: skip
    actors = [actor for person_id in likely if (actor := Actor.of_person(person_id)) is not None]
    scope = judges_scope(listing.waiting_group_id, group.visibility if group else None)
    return {actor.id for actor in actors if can_moderate_listing(actor, listing)}, scope


def files_of(listing: Listing) -> Sequence[ListingFile]:
    """What others see."""
    return _files(listing, ListingFile.is_out)


def kept_files(listing: Listing) -> Sequence[ListingFile]:
    """What the working copy holds."""
    return _files(listing, ListingFile.is_kept)


def files_to_place(listing: Listing, category: Category) -> Sequence[ListingFile]:
    """What others see once the working copy is placed in this category: one without files leaves them in the copy."""
    return [file for file in kept_files(listing) if PLANS[category].takes(file.role)]


def files_to_judge(listing: Listing) -> Sequence[ListingFile]:
    """A version that waits is a working copy that nobody touched since."""
    return files_to_place(listing, waiting_category(listing))


def waiting_category(listing: Listing) -> Category:
    return Category((listing.waiting or {}).get("category", listing.category))


def listing_of_client(tie_id: int | None, client_id: str | None) -> Listing | None:
    """What this person began under this name before."""
    if not client_id:
        return None
    return db.session.scalar(select(Listing).where(Listing.created_by == tie_id, Listing.client_id == client_id))


def has_placed(company_id: int) -> bool:
    """Whether a listing of this company was ever out."""
    placed = select(Listing.id).where(Listing.company_id == company_id, Listing.published_at.is_not(None)).limit(1)
    return db.session.scalar(placed) is not None


def latest_answer(listing: Listing) -> ListingNotice | None:
    """What the coordinator answered last."""
    return db.session.scalar(
        select(ListingNotice)
        .where(ListingNotice.listing_id == listing.id,
               ListingNotice.kind.in_((NoticeKind.APPROVED, NoticeKind.DECLINED)))
        .order_by(ListingNotice.created_at.desc(), ListingNotice.id.desc()).limit(1)
    )  # fmt: skip


def owner_ids(listing: Listing) -> set[int]:
    """Who hears of it: who keeps it, while they are there, else the contacts of the company who may read it."""
    keeper_id = listing.keeper_id if is_kept(listing) else None
    live = (
        select(Tie.person_id, Tie.id, Tie.is_contact).join(Company, Company.id == Tie.company_id)
        .where(Tie.company_id == listing.company_id, Tie.kind == TieKind.STAFF, live_tie_condition(),
               or_(Tie.id == keeper_id, Tie.is_contact))
    )  # fmt: skip
    if listing.audience is Audience.GROUP:
        members = select(GroupMembership.tie_id).where(
            GroupMembership.group_id == listing.group_id, GroupMembership.left_at.is_(None))
        live = live.where(or_(Tie.id == keeper_id, Tie.id.in_(members)))
    found = db.session.execute(live).all()
    keeper = {row.person_id for row in found if row.id == keeper_id}
    return keeper or {row.person_id for row in found}


def is_kept(listing: Listing) -> bool:
    """Who made it keeps it in any case; who took it over, as long as they read the group that it is for."""
    if listing.audience is not Audience.GROUP or listing.kept_by is None:
        return True
    keeper = Actor.of_person(db.session.get_one(Tie, listing.kept_by).person_id)
    return keeper is not None and is_in_audience(keeper, listing)


def members_it_is_for(listing: Listing) -> set[int]:
    """Who takes part in the group that alone may read it; nobody where others may too."""
    if listing.audience is not Audience.GROUP:
        return set()
    return set(db.session.scalars(
        memberships(select(Person.id)).where(GroupMembership.group_id == listing.group_id)))


def participants_of(listing: Listing) -> Sequence[tuple[int, str]]:
    """(id, name) of the companies that take part in a joint purchase."""
    found = db.session.execute(
        select(Company.id, Company.name).join(Participation, Participation.company_id == Company.id)
        .where(Participation.listing_id == listing.id).order_by(Company.name)
    )  # fmt: skip
    return [(row[0], row[1]) for row in found]


def companies_to_name() -> Sequence[tuple[int, str]]:
    """(id, name) of the member companies."""
    return [(row[0], row[1]) for row in rows(_companies(), {})]


def _one(listing_id: int) -> Listing | None:
    return db.session.scalar(
        select(Listing)
        .options(joinedload(Listing.company), joinedload(Listing.group), selectinload(Listing.readers))
        .where(Listing.id == listing_id)
    )  # fmt: skip


def _may_see(actor: Actor, file: ListingFile) -> bool:
    """Before it is out: the own company, and who judges it. A closed listing shows others nothing any more."""
    listing = file.listing
    if can_moderate_listing(actor, listing) and file.is_kept and PLANS[waiting_category(listing)].takes(file.role):
        return True
    is_own = listing.company_id == actor.company_id and knows_working_copy(actor, listing)
    return can_read_listing(actor, listing) and (is_own or (file.is_out and listing.closed_at is None))


def _files(listing: Listing, which: Any) -> Sequence[ListingFile]:
    return db.session.scalars(
        select(ListingFile).options(joinedload(ListingFile.content))
        .where(ListingFile.listing_id == listing.id, which).order_by(ListingFile.role.desc(), ListingFile.id)
    ).all()  # fmt: skip


def _waiting() -> Select[Listing]:
    return select(Listing).where(Listing.submitted_at.is_not(None))


def _asked(filters: Filters) -> tuple[str, ...]:
    """The names of what is asked: one statement is kept for each set of them."""
    names = [name for name, value in filters._asdict().items() if value is not None and name != "words"]
    return (*names, *(f"word_{number}" for number in range(len(filters.words))))


def _values(actor: Actor, filters: Filters) -> dict[str, Any]:
    asked = {name: value for name, value in filters._asdict().items() if value is not None and name != "words"}
    words = {f"word_{number}": f"%{escaped(word)}%" for number, word in enumerate(filters.words)}
    # one's own listing for a group that waits for the second step is found in no list either
    tie = None if has_locked_groups(actor) else actor.tie_id
    return {"me": actor.company_id, "tie": tie, "author": actor.tie_id, "groups": readable_group_ids(actor),
            **asked, **words}  # fmt: skip


def escaped(word: str) -> str:
    """For LIKE, whose own signs stand for themselves."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@cache
def _on_page(asked: tuple[str, ...]) -> Rows:
    chosen = (
        select(Listing.id).where(_is_chosen(asked)).order_by(*NEWEST_FIRST)
        .offset(bindparam("start", type_=Integer)).limit(bindparam("size", type_=Integer))
    )  # fmt: skip
    return _cards().where(Listing.id.in_(chosen)).order_by(*NEWEST_FIRST)


@cache
def _news() -> Rows:
    told = bindparam("told", type_=Id, expanding=True)
    reader = READER._replace(company_id=bindparam("own_company", type_=Id))  # here `me` is the person
    return (
        select(Listing.id, Listing.kind, Listing.title, Company.name, Listing.group_id, Listing.published_at)
        .join(Company, Company.id == Listing.company_id)
        .where(is_listed(reader), Listing.company_id != reader.company_id, Listing.published_at > SINCE,
               Listing.id.not_in(told), ~was_told(Listing.id))
        .order_by(*NEWEST_FIRST).limit(ENDLESS)
    )  # fmt: skip


@cache
def _newest_and_drafts() -> Rows:
    most = bindparam("most", type_=Integer)
    newest = select(Listing.id).where(is_listed(READER)).order_by(*NEWEST_FIRST).limit(most)
    drafts = (
        select(Listing.id)
        .where(Listing.created_by == bindparam("author", type_=Id), Listing.published_at.is_(None),
               Listing.submitted_at.is_(None), Listing.hidden_at.is_(None))
        .order_by(Listing.typed_at.desc(), Listing.id.desc()).limit(most)
    )  # fmt: skip
    both = union_all(select(newest.subquery().c.id), select(drafts.subquery().c.id))
    return (
        _cards().add_columns(Listing.published_at, Listing.typed_at).where(Listing.id.in_(both))
        .order_by(Listing.published_at.desc(), Listing.typed_at.desc(), Listing.id.desc())
    )  # fmt: skip


def _cards() -> Rows:
    photo = (
        select(func.min(ListingFile.id)).join(FileContent, FileContent.sha256 == ListingFile.sha256)
        .where(ListingFile.listing_id == Listing.id, ListingFile.role == FileRole.PHOTO, ListingFile.is_out,
               FileContent.thumbnail == Thumbnail.MADE)
        .correlate(Listing).scalar_subquery()
    )  # fmt: skip
    return (
        select(Listing.id, Listing.kind, Listing.category, Listing.title, Listing.values, Listing.site, Listing.area,
               Listing.expires_on, Company.name, photo)
        .join(Company, Company.id == Listing.company_id)
    )  # fmt: skip


@cache
def _counts(asked: tuple[str, ...]) -> Rows:
    offers = func.count(case((Listing.kind == Kind.OFFER, 1)))
    return select(func.count(), offers).select_from(Listing).where(_is_chosen(asked))


def _is_chosen(asked: tuple[str, ...]) -> ColumnElement[bool]:
    tests: dict[str, ColumnElement[bool]] = {
        "kind": Listing.kind == bindparam("kind", type_=Listing.kind.type),
        "category": Listing.category == bindparam("category", type_=Listing.category.type),
        "area": Listing.area == bindparam("area", type_=Listing.area.type),
        "sites": Listing.site.in_(bindparam("sites", expanding=True)),
        "rhythm": Listing.rhythm == bindparam("rhythm"),
        "least": Listing.kg_per_year >= bindparam("least"),
        "first_day": or_(Listing.last_day.is_(None), Listing.last_day >= bindparam("first_day")),
        "last_day": or_(Listing.first_day.is_(None), Listing.first_day <= bindparam("last_day")),
        "company": Listing.company_id == bindparam("company", type_=Id),
    }  # fmt: skip
    words = [ListingWords.words.like(bindparam(name), escape="\\") for name in asked if name.startswith("word_")]
    found = [Listing.id.in_(select(ListingWords.listing_id).where(*words))] if words else []
    return and_(is_listed(READER), *(tests[name] for name in asked if name in tests), *found)


@cache
def _companies() -> Rows:
    return (
        select(Company.id, Company.name)
        .where(Company.state.in_((CompanyState.MEMBER, CompanyState.LEAVING))).order_by(Company.name)
    )  # fmt: skip

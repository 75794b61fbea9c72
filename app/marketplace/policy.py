"""Who may do what on the market. Partners, guests and visitors have none: for them no listing exists."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Company, CompanyState, Office, Person, Tie
from app.accounts.policy import Anyone, live_company_condition, live_tie_condition
from app.core.clock import today
from app.core.extensions import db
from app.core.policy import rule
from app.core.scopes import scope_source
from app.groups.models import Visibility
from app.groups.policy import locked_group_ids, readable_group_ids, standings
from app.marketplace.models import (
    Audience,
    Category,
    Listing,
    ListingCompany,
    State,
    Talk,
    TalkParticipant,
)
from app.marketplace.models.listings import RENEWED_FROM, RENEWED_UNTIL
from app.marketplace.models.talks import talk_id_of
from app.realtime.models import LogEntry

COORDINATORS = (Office.COORDINATOR, Office.DEPUTY_COORDINATOR)
SHOWN_BY_ADDRESS = (State.PUBLISHED, State.PAUSED, State.EXPIRED, State.CLOSED)
TODAY = bindparam("today", callable_=today, type_=Date)  # asked each time, also in a statement that is kept
ARCHIVED_BEFORE = bindparam("archived", callable_=lambda: today() - RENEWED_UNTIL, type_=Date)


class Reader(NamedTuple):
    """Staff of a member company: values, or the parameters for them."""

    company_id: int | BindParameter[int] | None
    tie_id: int | BindParameter[int] | None
    group_ids: Sequence[int] | BindParameter[int]


@rule
def can_use_market(actor: Anyone) -> bool:
    """Staff of member companies see the market."""
    return actor.is_staff


@rule
def can_read_listing(actor: Anyone, listing: Listing) -> bool:
    """Whom its audience names reads a listing once placed; its own company in every state, unless a group alone may."""
    if not actor.is_staff or waits_for_step(actor, listing):
        return False
    if listing.company_id == actor.company_id:
        is_of_group = listing.audience is Audience.GROUP
        return listing.created_by == actor.tie_id or not is_of_group or is_in_audience(actor, listing)
    return listing.state in SHOWN_BY_ADDRESS and is_in_audience(actor, listing)


def readable_listings(actor: Anyone) -> Select[Listing]:
    """The same sentence as can_read_listing, asked of the database."""
    if not actor.is_staff:
        return select(Listing).where(false())
    reader = Reader(actor.company_id, actor.tie_id, readable_group_ids(actor))
    is_shown = and_(
        Listing.published_at.is_not(None), Listing.hidden_at.is_(None), Listing.expires_on >= ARCHIVED_BEFORE)
    return select(Listing).where(or_(_is_own(reader), and_(is_shown, _is_for(reader))), *_is_unlocked(actor))


def waits_for_step(actor: Anyone, listing: Listing) -> bool:
    """Whether it is for a confidential group of theirs that waits for the second step, or is being written for one."""
    if not (locked := locked_group_ids(actor)):
        return False
    return not groups_meant(listing).isdisjoint(locked)


def groups_meant(listing: Listing) -> set[int]:
    """The working groups that it is for, will be for once judged, or is being written for."""
    typed = listing.typed.get("group", "")
    meant = (listing.group_id, listing.waiting_group_id, int(typed) if typed.isdecimal() else None)
    return {group_id for group_id in meant if group_id is not None}


def _is_unlocked(actor: Anyone) -> list[ColumnElement[bool]]:
    """The opposite of waits_for_step, asked of the database; of nearly everyone nothing is asked."""
    if not (locked := locked_group_ids(actor)):
        return []
    words = [str(group_id) for group_id in locked]
    names = (Listing.typed["group"], Listing.waiting["group_id"])
    return [or_(Listing.group_id.is_(None), Listing.group_id.not_in(locked)),
            *(func.coalesce(cast(name.as_string(), String), "").not_in(words) for name in names)]  # fmt: skip


def is_listed(reader: Reader) -> ColumnElement[bool]:
    """Out at this moment, for this reader: what lists show."""
    return and_(
        Listing.published_at.is_not(None), Listing.paused_at.is_(None), Listing.closed_at.is_(None),
        Listing.hidden_at.is_(None), Listing.expires_on >= TODAY,
        or_(_is_for(reader), _is_own(reader)),  # nearly all are for all members: the first question settles it
    )  # fmt: skip


def is_of_member() -> ColumnElement[bool]:
    """A listing of a company that is a member at this moment."""
    return exists().where(Company.id == Listing.company_id, Company.state != CompanyState.PARTNER,
                          live_company_condition()).correlate(Listing)  # fmt: skip


def is_in_audience(actor: Anyone, listing: Listing) -> bool:
    if listing.audience is Audience.MEMBERS:
        return True
    if listing.audience is Audience.GROUP:
        return listing.group_id in readable_group_ids(actor)
    return actor.company_id in listing.reader_ids


@rule
def can_place_listing(actor: Anyone) -> bool:
    """Staff of member companies place listings; nobody in a silence."""
    return actor.is_staff and not actor.silence_in()


@rule
def can_edit_listing(actor: Anyone, listing: Listing) -> bool:
    """Who made a listing keeps it up, or took it over; contacts all of their company; nobody in a silence."""
    if listing.company_id != actor.company_id or not can_read_listing(actor, listing):
        return False
    if actor.silence_in(listing.group_id) or not knows_working_copy(actor, listing):
        return False
    return actor.is_contact or listing.keeper_id == actor.tie_id


def knows_working_copy(actor: Anyone, listing: Listing) -> bool:
    """What is being written may be for a group that colleagues do not read, also while an older version is out."""
    typed = listing.typed.get("group", "") if listing.typed.get("audience") == Audience.GROUP else ""
    meant = {int(typed) if typed.isdecimal() else None, listing.waiting_group_id} - {None}
    return listing.created_by == actor.tie_id or meant <= set(readable_group_ids(actor))


@rule
def can_place_joint_purchase(actor: Anyone, listing: Listing) -> bool:
    """Coordinators, and leads and deputies of a working group, place a joint purchase."""
    return can_edit_listing(actor, listing) and (
        actor.is_coordinator or any(standing.leads for standing in standings(actor).values()))  # fmt: skip


@rule
def can_renew_listing(actor: Anyone, listing: Listing) -> bool:
    """Who may change a listing renews it, from 30 days before its end until 60 days after."""
    if not can_edit_listing(actor, listing) or listing.expires_on is None:
        return False
    is_time = -RENEWED_UNTIL <= listing.expires_on - today() <= RENEWED_FROM
    return is_time and listing.state in (State.PUBLISHED, State.PAUSED, State.EXPIRED)


@rule
def can_moderate_listing(actor: Anyone, listing: Listing) -> bool:
    """Coordinators judge what waits, of their own companies the board too, in a confidential group its lead and
    deputies; nobody judges the own company.
    """
    if listing.submitted_at is None or not actor.is_staff or listing.company_id == actor.company_id:
        return False
    is_theirs = actor.is_board and _has_coordinator(listing.company_id)
    return moderates(actor, listing.waiting_group_id, is_of_coordinator=is_theirs)


def moderates(actor: Anyone, group_id: int | None, *, is_of_coordinator: bool = False) -> bool:
    """Whether this person judges listings for this group, or for everyone (None).

    Of a coordinator's own company the board judges too: there may be no other coordinator.
    """
    standing = standings(actor).get(group_id) if group_id else None
    if group_id and (standing is None or standing.visibility is Visibility.CONFIDENTIAL):
        return standing is not None and standing.leads
    return actor.is_coordinator or (actor.is_board and is_of_coordinator)


def judges_scope(group_id: int | None, visibility: Visibility | None) -> str:
    """What those read who judge listings for this group, or for everyone."""
    return f"market:judges:{group_id}" if visibility is Visibility.CONFIDENTIAL else "market:judges"


@rule
def can_judge_listings(actor: Anyone) -> bool:
    """Coordinators, the board, and leads and deputies of a confidential group, see the listings that wait."""
    return actor.is_coordinator or actor.is_board or any(
        standing.leads and standing.visibility is Visibility.CONFIDENTIAL for standing in standings(actor).values())


@rule
def can_choose_moderation(actor: Anyone) -> bool:
    """Coordinators choose which listings are judged before they are placed."""
    return actor.is_coordinator


@rule
def can_take_part(actor: Anyone, listing: Listing) -> bool:
    """A contact has the own company take part in a joint purchase of another, until its last day."""
    if listing.category is not Category.JOINT_PURCHASE or not actor.is_contact or not listing.is_out:
        return False
    return listing.company_id != actor.company_id and can_read_listing(actor, listing) and not listing.is_past_deadline


@rule
def can_react(actor: Anyone, listing: Listing) -> bool:
    """Staff of another company react to a listing that they read; not coordinators, and nobody in a silence."""
    if actor.is_coordinator or listing.company_id == actor.company_id:
        return False
    return listing.is_out and can_read_listing(actor, listing) and not actor.silence_in(listing.group_id)


@rule
def can_read_talk(actor: Anyone, talk: Talk) -> bool:
    """Only who takes part in a talk, and the contacts of the two companies, know of it."""
    if not actor.is_staff or actor.company_id not in (talk.owner_id, talk.company_id):
        return False
    if waits_for_step(actor, talk.listing):
        return False
    return actor.is_contact or actor.tie_id in talk.participant_ids


def readable_talks(actor: Anyone) -> Select[Talk]:
    """The same sentence as can_read_talk, asked of the database."""
    return select(Talk).where(is_own_talk(actor))


def is_own_talk(actor: Anyone) -> ColumnElement[bool]:
    if not actor.is_staff:
        return false()
    of_company = or_(Talk.owner_id == actor.company_id, Talk.company_id == actor.company_id)
    if is_unlocked := _is_unlocked(actor):
        of_company = and_(of_company, Talk.listing_id.in_(select(Listing.id).where(*is_unlocked)))
    if actor.is_contact:
        return of_company
    own = select(TalkParticipant.talk_id).where(TalkParticipant.tie_id == actor.tie_id)
    return and_(of_company, Talk.id.in_(own))


@rule
def can_read_message(actor: Anyone, line: LogEntry) -> bool:
    """Who reads a talk reads what was said in it; of what is hidden only that it was there."""
    talk = db.session.get(Talk, talk_id_of(line), options=[joinedload(Talk.listing), selectinload(Talk.participants)])
    return line.hidden_at is None and talk is not None and can_read_talk(actor, talk)


@rule
def can_write_in_talk(actor: Anyone, talk: Talk) -> bool:
    """Who reads a talk writes in it and makes proposals, while it is open; nobody in a silence."""
    return can_read_talk(actor, talk) and talk.is_open and not actor.silence_in()


@scope_source
def market_scopes(actor: Anyone) -> Iterable[str]:
    """What all members read, what is for group 7 ("market:7"), what names a company ("market-company:3").

    "market:judges" is what waits for coordinators and the board, "market:judges:7" for those who lead group 7.
    """
    if not actor.is_staff:
        return
    yield from ("market", f"market-company:{actor.company_id}")
    yield from (f"market:{each}" for each in readable_group_ids(actor))
    if actor.is_coordinator or actor.is_board:
        yield judges_scope(None, None)
    yield from (judges_scope(each.group_id, each.visibility) for each in standings(actor).values()
                if each.leads and each.visibility is Visibility.CONFIDENTIAL)  # fmt: skip


def _has_coordinator(company_id: int) -> bool:
    theirs = select(Tie.id).join(Person, Person.id == Tie.person_id).join(Company, Company.id == Tie.company_id).where(
        Tie.company_id == company_id, Person.office.in_(COORDINATORS), live_tie_condition()).limit(1)
    return db.session.scalar(theirs) is not None


def _is_own(reader: Reader) -> ColumnElement[bool]:
    is_of_group = and_(Listing.audience == Audience.GROUP, Listing.group_id.not_in(reader.group_ids))
    return and_(Listing.company_id == reader.company_id, or_(~is_of_group, Listing.created_by == reader.tie_id))


def _is_for(reader: Reader) -> ColumnElement[bool]:
    named = select(ListingCompany.listing_id).where(ListingCompany.company_id == reader.company_id)
    return or_(
        Listing.audience == Audience.MEMBERS,
        and_(Listing.audience == Audience.GROUP, Listing.group_id.in_(reader.group_ids)),
        and_(Listing.audience == Audience.NAMED, Listing.id.in_(named)),
    )  # fmt: skip

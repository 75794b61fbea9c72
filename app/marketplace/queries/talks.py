"""Finding talks and what was said in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.accounts.models import Actor, Company, Person, Tie, TieKind
from app.accounts.policy import live_tie_condition
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.i18n import ENDLESS
from app.groups.queries import shown_function
from app.marketplace.models import (
    MESSAGES_ON_A_PAGE,
    TALKS_ON_A_PAGE,
    Line,
    Listing,
    Participation,
    Talk,
    TalkParticipant,
    TalkProposal,
    TalkReading,
)
from app.marketplace.policy import can_read_talk, is_own_talk
from app.realtime.models import LogEntry
from app.realtime.queries import MOST, Said, entry_by_id, said_after


class TalkRow(NamedTuple):
    """A line of "Gesprekken"."""

    id: int
    title: str
    last_at: datetime
    closed_at: datetime | None
    other_company: str
    unread: int


class Party(NamedTuple):
    """Someone who takes part in a talk."""

    tie_id: int
    person_id: int
    name: str
    function: str
    company_id: int
    company_name: str


def line_of_any_state(entry_id: int) -> LogEntry | None:
    """A message or proposal by its id, whoever asks: for those who handle reports."""
    entry = entry_by_id(entry_id)
    return entry if entry is not None and entry.room.startswith("talk:") and entry.tie_id is not None else None


def get_talk(actor: Actor, talk_id: int) -> Talk:
    """A talk of this person, or NotFound: for anyone else there is none, also for coordinators."""
    talk = db.session.scalar(
        select(Talk)
        .options(joinedload(Talk.listing).options(joinedload(Listing.company), joinedload(Listing.group)),
                 joinedload(Talk.owner), joinedload(Talk.company), selectinload(Talk.participants))
        .where(Talk.id == talk_id)
    )  # fmt: skip
    if talk is None or not can_read_talk(actor, talk):
        raise NotFound
    return talk


def talks_of(actor: Actor, page: int = 1) -> Sequence[TalkRow]:
    """One page of this person's talks, where something was said last first; one more than fit tells of the next."""
    owner, other = aliased(Company), aliased(Company)
    reading = and_(TalkReading.talk_id == Talk.id, TalkReading.person_id == actor.id)
    found = db.session.execute(
        select(Talk.id, Listing.title, Talk.last_at, Talk.closed_at, Talk.owner_id, owner.name,
               other.name, Talk.last_seq - func.coalesce(TalkReading.seq, 0))
        .join(Listing, Listing.id == Talk.listing_id).join(owner, owner.id == Talk.owner_id)
        .join(other, other.id == Talk.company_id).outerjoin(TalkReading, reading)
        .where(is_own_talk(actor)).order_by(Talk.last_at.desc(), Talk.id.desc())
        .offset((page - 1) * TALKS_ON_A_PAGE).limit(TALKS_ON_A_PAGE + 1)
    )  # fmt: skip
    return [
        TalkRow(*row[:4], row[6] if row[4] == actor.company_id else row[5], min(row[7], ENDLESS)) for row in found]


def unread_talks(actor: Actor) -> int:
    """In how many talks something stands that this person has not read, counted no further than 100."""
    reading = and_(TalkReading.talk_id == Talk.id, TalkReading.person_id == actor.id)
    some = (
        select(Talk.id).outerjoin(TalkReading, reading)
        .where(is_own_talk(actor), Talk.last_seq > func.coalesce(TalkReading.seq, 0)).limit(ENDLESS).subquery()
    )
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def open_talk_of(listing: Listing, company_id: int | None) -> Talk | None:
    """The talk that this company has on it now."""
    return db.session.scalar(
        select(Talk).options(selectinload(Talk.participants))
        .where(Talk.listing_id == listing.id, Talk.company_id == company_id, Talk.closed_at.is_(None))
    )  # fmt: skip


def talks_on(actor: Actor, listing: Listing) -> Sequence[tuple[int, str, bool]]:
    """(id, company, is open) of this person's own talks on a listing: the responses, or one's own reactions."""
    found = db.session.execute(
        select(Talk.id, Company.name, Talk.closed_at).join(Company, Company.id == Talk.company_id)
        .where(Talk.listing_id == listing.id, is_own_talk(actor)).order_by(Talk.last_at.desc(), Talk.id.desc())
    )  # fmt: skip
    return [(row[0], row[1], row[2] is None) for row in found]


def talks_of_company(company_id: int) -> Sequence[Talk]:
    """The open ones, on either side."""
    return db.session.scalars(
        select(Talk).where(or_(Talk.owner_id == company_id, Talk.company_id == company_id), Talk.closed_at.is_(None))
    ).all()


def page_of_talk(talk: Talk, before: int | None = None) -> Sequence[Said]:
    """A page of what was said, the newest or what stands before a seq; lowest first."""
    last = min(before - 1, talk.last_seq) if before else talk.last_seq
    first = max(last - MESSAGES_ON_A_PAGE, 0)
    return said_after(talk.room, first, most=last - first)


def reading_of(actor: Actor, talk: Talk) -> int:
    """How far this person has read."""
    return db.session.scalar(
        select(TalkReading.seq).where(TalkReading.person_id == actor.id, TalkReading.talk_id == talk.id)) or 0


def people_in(talk: Talk) -> Sequence[Party]:
    """Who takes part: by name, and the contacts of both companies; who has left takes no part."""
    named = select(TalkParticipant.tie_id).where(TalkParticipant.talk_id == talk.id)
    return _parties(Tie.company_id.in_((talk.owner_id, talk.company_id)), or_(Tie.id.in_(named), Tie.is_contact))


def parties_of(talk: Talk) -> dict[int, int]:
    """The company of each person who takes part now."""
    return {party.person_id: party.company_id for party in people_in(talk)}


def others_on(listing: Listing) -> dict[int, int]:
    """The company of each person of another who takes part in what goes on about it: in talks, in buying together."""
    talks = db.session.scalars(
        select(Talk).where(Talk.listing_id == listing.id, Talk.closed_at.is_(None))).all()
    buying = select(Participation.company_id).where(Participation.listing_id == listing.id)
    people = {party.person_id: party.company_id for party in _parties(Tie.company_id.in_(buying), Tie.is_contact)}
    for talk in talks:
        people |= parties_of(talk)
    return {person_id: company_id for person_id, company_id in people.items() if company_id != listing.company_id}


def colleagues_to_add(actor: Actor, people: Sequence[Party]) -> Sequence[Party]:
    """Staff of the own company who are not among these people yet."""
    present = {party.tie_id for party in people}
    return [party for party in _parties(Tie.company_id == actor.company_id) if party.tie_id not in present]


def events_after(actor: Actor, talk: Talk, after: int) -> dict[str, Any]:
    """What was said with a higher seq, as browsers get it: at most 500; `more` says that the caller asks again."""
    said = said_after(talk.room, after)
    messages = [{"talk_id": talk.id, **each.as_message(reader_id=actor.id)} for each in said]
    return {"seq": talk.last_seq, "events": messages, "more": len(said) == MOST}


def proposals_of(talk: Talk) -> Sequence[TalkProposal]:
    """All that were made, the oldest first."""
    return db.session.scalars(
        select(TalkProposal).options(joinedload(TalkProposal.company)).where(TalkProposal.talk_id == talk.id)
        .order_by(TalkProposal.created_at, TalkProposal.id)
    ).all()  # fmt: skip


def open_proposal(talk: Talk) -> TalkProposal | None:
    """The one without a verdict; it may be past its last day."""
    return db.session.scalar(
        select(TalkProposal).where(TalkProposal.talk_id == talk.id, TalkProposal.verdict.is_(None)))


def is_hidden_proposal(talk: Talk, proposal: TalkProposal) -> bool:
    """As its line in the talk is."""
    line = select(LogEntry.id).where(LogEntry.room == talk.room, LogEntry.item_id == proposal.id,
                                     LogEntry.type == Line.PROPOSAL, LogEntry.hidden_at.is_not(None))  # fmt: skip
    return db.session.scalar(line) is not None


def _parties(*conditions: Any) -> Sequence[Party]:
    found = db.session.execute(
        select(Tie.id, Person.id, Person.name, shown_function(), Company.id, Company.name)
        .join(Person, Person.id == Tie.person_id).join(Company, Company.id == Tie.company_id)
        .where(live_tie_condition(), Tie.kind == TieKind.STAFF, *conditions).order_by(Company.name, Person.name, Tie.id)
    )  # fmt: skip
    return [Party(*row) for row in found]

"""Talking in private. What is said is kept in the log of the talk's room: once, and in one order for both sides."""

from sqlalchemy import select

from app.accounts.models import Actor, CompanyState, Tie
from app.accounts.policy import refuse_in_silence
from app.core.clock import now
from app.core.db import one_at_a_time, upsert
from app.core.errors import Conflict, NotFound
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize, holds
from app.core.transaction import atomic
from app.marketplace import queries
from app.marketplace.events import TalkClosed, TalkJoined, TalkMessageSent, TalkOpened
from app.marketplace.models import Category, Line, Listing, State, Talk, TalkEnd, TalkParticipant, TalkReading
from app.marketplace.policy import can_react, can_read_talk, can_write_in_talk
from app.notifications import service as notifications
from app.realtime.models import LogEntry
from app.realtime.queries import entry_sent_as
from app.realtime.service import append, hold_room

TALK = "talk"


@atomic
def open_talk(actor: Actor, listing: Listing, body: str, *, client_id: str | None = None) -> Talk:
    """React to a listing: who keeps it and this person talk, with the contacts of both companies (MKT-35).

    Where the company talks about it already, whoever takes part goes on in that talk.
    """
    one_at_a_time("talks", str(listing.id))
    talk = queries.open_talk_of(listing, actor.company_id)
    if talk is None:
        talk = _begin(actor, listing)
    elif not can_read_talk(actor, talk):
        raise Conflict(_("Your company talks about this listing already. Ask your contact person to add you."))
    say(actor, talk, body, client_id=client_id)
    return talk


@atomic
def say(actor: Actor, talk: Talk, body: str, *, client_id: str | None = None) -> LogEntry:
    """The same `client_id` again gives what it made the first time. Raises Conflict when the talk was closed."""
    hold_room(talk.room)
    db.session.refresh(talk)
    authorize(can_read_talk, actor, talk)
    earlier = entry_sent_as(talk.room, actor.tie_id, client_id) if client_id else None
    if earlier is not None:
        return earlier
    if not talk.is_open:
        raise Conflict(_("This talk is closed. Nothing can be added."))
    refuse_in_silence(actor)
    entry = note(actor, talk, Line.SAID, {"body": body}, client_id=client_id)
    publish(TalkMessageSent(actor_id=actor.id, talk_id=talk.id, seq=entry.seq))
    return entry


@atomic
def add_colleague(actor: Actor, talk: Talk, tie_id: int) -> None:
    """Someone of the own company takes part from here on, and reads what was said. Adding twice changes nothing."""
    authorize(can_write_in_talk, actor, talk)
    if tie_id in talk.participant_ids:
        return
    if tie_id not in [party.tie_id for party in queries.colleagues_to_add(actor, queries.people_in(talk))]:
        raise NotFound
    db.session.add(TalkParticipant(talk_id=talk.id, tie_id=tie_id))
    publish(TalkJoined(actor_id=actor.id, talk_id=talk.id, tie_id=tie_id))


@atomic
def mark_read(actor: Actor, talk: Talk, seq: int) -> None:
    """Read up to here, so that the bell need not say it any more. Going back, or beyond the end, changes nothing."""
    if holds(can_read_talk, actor, talk):
        _read_up_to(actor, talk, min(seq, talk.last_seq))
        notifications.mark_items_read(actor.id, TALK, [talk.id])


def close_talks_of_ended_companies(company_id: int, state: str) -> None:
    """MKT-25: who is no member talks no more. What was said stays to be read."""
    if state in (CompanyState.MEMBER, CompanyState.LEAVING):
        return
    for talk in queries.talks_of_company(company_id):
        talk.closed_at, talk.end_reason = now(), TalkEnd.COMPANY
        publish(TalkClosed(actor_id=None, talk_id=talk.id))


def note(actor: Actor, talk: Talk, kind: Line, payload: dict[str, object], *, client_id: str | None = None,
         item_id: int | None = None) -> LogEntry:  # fmt: skip
    """Add to the log, inside the caller's transaction; one's own words count as read."""
    entry = append(talk.room, kind.value, payload, tie_id=actor.tie_id, client_id=client_id, item_id=item_id).entry
    talk.last_seq, talk.last_at = entry.seq, entry.at
    if queries.reading_of(actor, talk) == entry.seq - 1:
        _read_up_to(actor, talk, entry.seq)
    return entry


def _begin(actor: Actor, listing: Listing) -> Talk:
    if listing.company_id == actor.company_id:
        raise Conflict(_("This is a listing of your own company."))
    if listing.state is not State.PUBLISHED:
        raise Conflict(_("This listing is closed. Your text stands below, for you to copy."))
    authorize(can_react, actor, listing)
    talk = Talk(listing_id=listing.id, owner_id=listing.company_id, company_id=actor.company_id,
                created_by=actor.tie_id)  # fmt: skip
    db.session.add(talk)
    db.session.flush()
    keeper = select(Tie.id).where(Tie.id == listing.keeper_id, Tie.ended_at.is_(None))
    keepers = db.session.scalars(keeper).all() if queries.is_kept(listing) else ()
    talk.participants = [TalkParticipant(tie_id=tie_id) for tie_id in (actor.tie_id, *keepers)]
    db.session.flush()
    if listing.category is Category.PERSONNEL:
        note(actor, talk, Line.NOTICE, {"about": "personnel"})
    publish(TalkOpened(actor_id=actor.id, talk_id=talk.id, listing_id=listing.id))
    return talk


def _read_up_to(actor: Actor, talk: Talk, seq: int) -> None:
    upsert(TalkReading, {"person_id": actor.id, "talk_id": talk.id, "seq": seq}, key=("person_id", "talk_id"),
           grow=("seq",))  # fmt: skip

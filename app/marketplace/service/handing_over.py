"""What somebody keeps on the market goes on without them: their listings, and the talks they take part in (GRP-39)."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.accounts.models import Actor, Tie
from app.core.events import publish
from app.core.extensions import db
from app.groups.policy import readable_group_ids
from app.marketplace.events import ListingHandedOver, TalkJoined
from app.marketplace.models import Listing, Talk, TalkParticipant
from app.marketplace.policy import groups_meant, is_own_talk, readable_listings

KEEPER = func.coalesce(Listing.kept_by, Listing.created_by)


def count_listings(actor: Actor, tie: Tie) -> int:
    kept = readable_listings(actor).where(_is_kept_by(tie), Listing.closed_at.is_(None))
    return db.session.scalar(kept.with_only_columns(func.count())) or 0


def who_keeps_listings(actor: Actor, tie: Tie) -> Mapping[int, int]:
    """Whoever keeps the most already."""
    kept = readable_listings(actor).where(Listing.company_id == tie.company_id, Listing.closed_at.is_(None))
    found = db.session.execute(kept.with_only_columns(KEEPER, func.count()).group_by(KEEPER))
    return {keeper_id: count for keeper_id, count in found}


def move_listings(actor_id: int | None, tie: Tie, colleague: Tie | None, _contact: Tie | None) -> None:
    """To the colleague, but for what is meant for a group that they do not read.

    Of the rest nothing changes: contacts keep all of their company.
    """
    readable = _groups_of(colleague)
    if colleague is None or readable is None:
        return
    for listing in db.session.scalars(select(Listing).where(_is_kept_by(tie), Listing.closed_at.is_(None))).all():
        if groups_meant(listing) <= readable:
            listing.kept_by = colleague.id
            publish(ListingHandedOver(actor_id=actor_id, listing_id=listing.id, tie_id=listing.keeper_id))


def count_talks(actor: Actor, tie: Tie) -> int:
    return db.session.scalar(select(func.count()).select_from(Talk).where(is_own_talk(actor), _takes_part(tie))) or 0


def who_talks_along(actor: Actor, tie: Tie) -> Mapping[int, int]:
    found = db.session.execute(
        select(TalkParticipant.tie_id, func.count()).join(Talk, Talk.id == TalkParticipant.talk_id)
        .where(is_own_talk(actor), _takes_part(tie)).group_by(TalkParticipant.tie_id)
    )  # fmt: skip
    return {tie_id: count for tie_id, count in found}


def move_talks(actor_id: int | None, tie: Tie, colleague: Tie | None, _contact: Tie | None) -> None:
    """The colleague takes part from here on, and reads what was said, but for a listing that is meant for a group
    which they do not read. Contacts take part anyway.
    """
    readable = _groups_of(colleague)
    if colleague is None or readable is None:
        return
    for talk in db.session.scalars(select(Talk).where(_takes_part(tie))).all():
        if colleague.id not in talk.participant_ids and groups_meant(talk.listing) <= readable:
            db.session.add(TalkParticipant(talk_id=talk.id, tie_id=colleague.id))
            publish(TalkJoined(actor_id=actor_id, talk_id=talk.id, tie_id=colleague.id))


def _groups_of(colleague: Tie | None) -> set[int] | None:
    """Those that they read; None where there is nobody to receive anything."""
    reader = Actor.of_person(colleague.person_id) if colleague is not None else None
    return set(readable_group_ids(reader)) if reader is not None else None


def _is_kept_by(tie: Tie) -> ColumnElement[bool]:
    return or_(Listing.kept_by == tie.id, and_(Listing.kept_by.is_(None), Listing.created_by == tie.id))


def _takes_part(tie: Tie) -> ColumnElement[bool]:
    """By name, in a talk that is open."""
    own = select(TalkParticipant.talk_id).where(TalkParticipant.tie_id == tie.id)
    return Talk.closed_at.is_(None) & Talk.id.in_(own)

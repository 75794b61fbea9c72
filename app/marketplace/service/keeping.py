"""Renewing, pausing, closing, and what the clock does."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, exists, select

from app.accounts.models import Actor
from app.core.clock import now, today
from app.core.db import one_at_a_time
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.marketplace.events import (
    ListingClosed,
    ListingPaused,
    ListingRenewed,
    ListingResumed,
    ListingWarned,
)
from app.marketplace.models import LIVES, CloseReason, Listing, ListingNotice, NoticeKind, State
from app.marketplace.policy import can_edit_listing, can_renew_listing, is_of_member
from app.marketplace.service.waiting import wait_no_more

AT_A_TIME = 100
TELLS_AFTER = timedelta(days=30)
WARNINGS = ((NoticeKind.ENDED, -1), (NoticeKind.ENDS_IN_3, 3), (NoticeKind.ENDS_IN_14, 14))  # days before the end


@atomic
def renew_listing(actor: Actor, listing: Listing) -> bool:
    """Ninety days more, after its end or from today. False when it is not time: pressed ten times it renews once."""
    db.session.refresh(listing, with_for_update={"of": Listing})
    authorize(can_edit_listing, actor, listing)
    if not can_renew_listing(actor, listing) or listing.expires_on is None:
        return False
    listing.expires_on = max(listing.expires_on, today()) + LIVES
    listing.renewals += 1
    publish(ListingRenewed(actor_id=actor.id, listing_id=listing.id))
    return True


@atomic
def pause_listing(actor: Actor, listing: Listing) -> None:
    """Out of the list until it is resumed. Pausing twice changes nothing."""
    authorize(can_edit_listing, actor, listing)
    if listing.state is State.PUBLISHED:
        listing.paused_at = now()
        publish(ListingPaused(actor_id=actor.id, listing_id=listing.id))
    elif listing.state is not State.PAUSED:
        raise Conflict(_("Only a listing that is placed can be paused."))


@atomic
def resume_listing(actor: Actor, listing: Listing) -> None:
    authorize(can_edit_listing, actor, listing)
    if listing.paused_at is not None and listing.closed_at is None:
        listing.paused_at = None
        publish(ListingResumed(actor_id=actor.id, listing_id=listing.id))


@atomic
def close_listing(actor: Actor, listing: Listing, reason: CloseReason) -> None:
    """For good. Closing a closed listing changes nothing."""
    authorize(can_edit_listing, actor, listing)
    if not listing.was_out:
        raise Conflict(_("This is a draft. Throw it away instead."))
    if listing.closed_at is None:
        listing.closed_at, listing.close_reason = now(), reason
        listing.expires_on = min(listing.expires_on or today(), today())
        wait_no_more(listing)
        publish(ListingClosed(actor_id=actor.id, listing_id=listing.id))


def pause_listings_of_ended_company(company_id: int) -> None:
    """MKT-25: where it is no member at this moment. Nothing is erased; back again, they resume and hand in by hand."""
    of_ended = select(Listing).where(Listing.company_id == company_id, ~is_of_member())
    for listing in db.session.scalars(of_ended.where(Listing.submitted_at.is_not(None))).all():
        wait_no_more(listing)
    going_on = of_ended.where(
        Listing.published_at.is_not(None), Listing.paused_at.is_(None), Listing.closed_at.is_(None))
    for listing in db.session.scalars(going_on).all():
        listing.paused_at = now()
        publish(ListingPaused(actor_id=None, listing_id=listing.id))


def tell_owners() -> None:
    """MKT-21, 22: fourteen and three days before the end, and once it is there. Each is said once for each end."""
    for number, (kind, days) in enumerate(WARNINGS):
        said_by = [each for each, _days in WARNINGS[: number + 1]]  # three days before it, nobody hears of fourteen
        ends_by = today() + timedelta(days=days)
        for listing in db.session.scalars(_to_tell(ends_by, said_by).limit(AT_A_TIME)).all():
            _tell_owners(listing, kind)


def _to_tell(ends_by: date, said_by: Sequence[NoticeKind]) -> Select[Listing]:
    """Paused ones too: they end on the same day. Of a company that takes no part any more nobody is there to tell.

    What goes on has no reason why it was closed: the index `ix_listings_ending` asks it in these words.
    """
    return select(Listing).where(
        Listing.published_at.is_not(None), Listing.close_reason.is_(None), Listing.hidden_at.is_(None), is_of_member(),
        Listing.expires_on.between(today() - TELLS_AFTER, ends_by), ~_is_told(said_by))


def _is_told(said_by: Sequence[NoticeKind]) -> ColumnElement[bool]:
    return exists().where(ListingNotice.listing_id == Listing.id, ListingNotice.kind.in_(said_by),
                          ListingNotice.expires_on == Listing.expires_on)  # fmt: skip


@atomic
def _tell_owners(listing: Listing, kind: NoticeKind) -> None:
    one_at_a_time("listing", str(listing.id))
    if db.session.scalar(select(Listing.id).where(Listing.id == listing.id, _is_told([kind]))) is None:
        notice = ListingNotice(listing_id=listing.id, kind=kind, expires_on=listing.expires_on)
        db.session.add(notice)
        db.session.flush()
        publish(ListingWarned(actor_id=None, listing_id=listing.id, notice_id=notice.id))

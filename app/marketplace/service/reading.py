"""What was read in its own place rings no more."""

from sqlalchemy import select

from app.accounts.models import Actor
from app.marketplace.models import Listing, ListingNotice
from app.marketplace.service.waiting import WAITING
from app.notifications.service import read_in_place, withdraw

NOTICE, PAUSED = "listing", "listing_paused"  # kinds of lines under the bell


def mark_listing_read(actor: Actor, listing: Listing) -> None:
    """What its owners were told of it, and that it rests because its company ended."""
    notices = select(ListingNotice.id).where(ListingNotice.listing_id == listing.id)
    read_in_place(actor.id, {NOTICE: notices, PAUSED: [listing.id]})


def tell_no_more_of(listing: Listing) -> None:
    """It is thrown away, and with it what its owners were told; inside the caller's transaction."""
    withdraw(NOTICE, select(ListingNotice.id).where(ListingNotice.listing_id == listing.id))


def mark_waiting_read(actor: Actor, listing: Listing) -> None:
    read_in_place(actor.id, {WAITING: [listing.id]})

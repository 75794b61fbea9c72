"""What waits for a judgment rings for those who give it, until it waits no more."""

from app.marketplace.models import Listing
from app.notifications import service as notifications

WAITING = "listing_waiting"  # a kind of line under the bell


def wait_no_more(listing: Listing) -> None:
    """Judged, taken back to write on, or gone: inside the caller's transaction."""
    if listing.submitted_at is not None:
        listing.waiting = listing.submitted_at = None
        notifications.withdraw(WAITING, [listing.id])

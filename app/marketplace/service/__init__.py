"""What people do on the market."""

from app.marketplace.service.handing_over import (
    count_listings,
    count_talks,
    move_listings,
    move_talks,
    who_keeps_listings,
    who_talks_along,
)
from app.marketplace.service.joining import stop_taking_part, take_part
from app.marketplace.service.keeping import (
    close_listing,
    pause_listing,
    pause_listings_of_ended_company,
    renew_listing,
    resume_listing,
    tell_owners,
)
from app.marketplace.service.placing import (
    MODERATION,
    Version,
    approve_listing,
    choose_moderation,
    decline_listing,
    place_listing,
)
from app.marketplace.service.proposals import accept_proposal, decline_proposal, make_proposal, withdraw_proposal
from app.marketplace.service.reading import mark_listing_read, mark_waiting_read
from app.marketplace.service.talks import add_colleague, close_talks_of_ended_companies, mark_read, open_talk, say
from app.marketplace.service.writing import Typed, Upload, VersionConflict, discard_listing, save_listing

__all__ = [
    "MODERATION", "Typed", "Upload", "Version", "VersionConflict", "accept_proposal", "add_colleague",
    "approve_listing", "choose_moderation", "close_listing", "close_talks_of_ended_companies", "count_listings",
    "count_talks", "decline_listing", "decline_proposal", "discard_listing", "make_proposal", "mark_listing_read",
    "mark_read", "mark_waiting_read", "move_listings", "move_talks", "open_talk", "pause_listing",
    "pause_listings_of_ended_company", "place_listing", "renew_listing", "resume_listing", "save_listing", "say",
    "stop_taking_part", "take_part", "tell_owners", "who_keeps_listings", "who_talks_along", "withdraw_proposal",
]  # fmt: skip

"""What exists on the market: categories and their fields, listings, talks."""

from app.marketplace.models.categories import (
    BODY_LEAST,
    BODY_MOST,
    FIELDS,
    FILES_MOST,
    KINDS,
    PHOTOS_MOST,
    PLANS,
    TITLE_LEAST,
    TITLE_MOST,
    Audience,
    Category,
    Field,
    Kind,
    Part,
    Plan,
)
from app.marketplace.models.listings import (
    LISTINGS_ON_A_PAGE,
    LIVES,
    MOST_OF,
    CloseReason,
    FileRole,
    Listing,
    ListingCompany,
    ListingFile,
    ListingNotice,
    ListingWords,
    NoticeKind,
    Participation,
    State,
    listing_link,
)
from app.marketplace.models.talks import (
    MESSAGES_ON_A_PAGE,
    TALKS_ON_A_PAGE,
    Line,
    Talk,
    TalkEnd,
    TalkParticipant,
    TalkProposal,
    TalkReading,
    Verdict,
    talk_room,
)

__all__ = [
    "BODY_LEAST", "BODY_MOST", "FIELDS", "FILES_MOST", "KINDS", "LISTINGS_ON_A_PAGE", "LIVES",
    "MESSAGES_ON_A_PAGE", "MOST_OF", "PHOTOS_MOST", "PLANS", "TALKS_ON_A_PAGE", "TITLE_LEAST", "TITLE_MOST",
    "Audience", "Category", "CloseReason", "Field", "FileRole", "Kind", "Line", "Listing", "ListingCompany",
    "ListingFile", "ListingNotice", "ListingWords", "NoticeKind", "Part", "Participation", "Plan", "State", "Talk",
    "TalkEnd", "TalkParticipant", "TalkProposal", "TalkReading", "Verdict", "listing_link", "talk_room",
]  # fmt: skip

"""The addresses of invitations, and how often is too often."""

from flask import Blueprint
from limits import RateLimitItem, RateLimitItemPerHour

from app.core.errors import TooMany
from app.core.i18n import gettext as _
from app.core.ratelimit import count, seconds_until_free

blueprint = Blueprint("invitations", __name__)
INVITES = RateLimitItemPerHour(60)  # of one person, one at a time
ROUNDS = RateLimitItemPerHour(20)  # of one person: lists sent, and letters sent again
ACCEPTS = RateLimitItemPerHour(200)  # from one network: a whole office may begin on one morning
ASKS = RateLimitItemPerHour(20)  # from one network


def count_letters(limit: RateLimitItem, what: str, who: str) -> None:
    """For what mails or rings. Raises TooMany."""
    if not count(limit, what, who):
        raise TooMany(_("This was done very often within an hour. Try again later."),
                      retry_after=seconds_until_free(limit, what, who))  # fmt: skip

"""How often is too often. Counts are shared between processes when Redis is there."""

import ipaddress

from limits import RateLimitItem, RateLimitItemPerMinute

from app.core.clock import now
from app.core.errors import TooMany
from app.core.extensions import limiter
from app.core.i18n import gettext as _

WRITES = RateLimitItemPerMinute(60)
OFTEN = RateLimitItemPerMinute(300)  # reading on and keeping drafts, which scripts do by themselves


def count_write(person_id: int, *, often: bool = False) -> None:
    """A person writes at most 60 times a minute. Raises TooMany."""
    limit = OFTEN if often else WRITES
    if limiter.enabled and not limiter.limiter.hit(limit, "often" if often else "write", str(person_id)):
        raise TooMany(_("You are going very fast. Wait a minute; your text is still here."))


def is_used_up(limit: RateLimitItem, *key: str) -> bool:
    return bool(limiter.enabled) and not limiter.limiter.test(limit, *key)


def count(limit: RateLimitItem, *key: str) -> bool:
    """Count one; False when that is more than the limit allows."""
    return not limiter.enabled or limiter.limiter.hit(limit, *key)


def seconds_until_free(limit: RateLimitItem, *key: str) -> int:
    reset_at = limiter.limiter.get_window_stats(limit, *key)[0]
    return max(1, int(reset_at - now().timestamp()) + 1)


def network_of(address: str) -> str:
    """The address that limits count: IPv6 by its /64, which one home or office has."""
    if ":" not in address:
        return address
    try:
        return str(ipaddress.ip_network((address, 64), strict=False))
    except ValueError:
        return address

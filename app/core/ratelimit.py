"""How often is too often. Counts are shared between processes when Redis is there."""

import ipaddress
import logging
from collections.abc import Callable
from typing import TypeVar

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter, RateLimiter

from app.core.clock import now
from app.core.errors import TooMany
from app.core.extensions import limiter
from app.core.i18n import gettext as _

T = TypeVar("T")
logger = logging.getLogger(__name__)
WRITES = RateLimitItemPerMinute(60)
OFTEN = RateLimitItemPerMinute(300)  # reading on and keeping drafts, which scripts do by themselves

_spare = MovingWindowRateLimiter(MemoryStorage())


def count_write(person_id: int, *, often: bool = False) -> None:
    """A person writes at most 60 times a minute. Raises TooMany."""
    limit = OFTEN if often else WRITES
    if not count(limit, "often" if often else "write", str(person_id)):
        raise TooMany(_("You are going very fast. Wait a minute; your text is still here."))


def is_used_up(limit: RateLimitItem, *key: str) -> bool:
    return bool(limiter.enabled) and not _asked(lambda counts: counts.test(limit, *key))


def count(limit: RateLimitItem, *key: str) -> bool:
    """Count one; False when that is more than the limit allows."""
    return not limiter.enabled or _asked(lambda counts: counts.hit(limit, *key))


def seconds_until_free(limit: RateLimitItem, *key: str) -> int:
    reset_at = _asked(lambda counts: counts.get_window_stats(limit, *key))[0]
    return max(1, int(reset_at - now().timestamp()) + 1)


def network_of(address: str) -> str:
    """The address that limits count: IPv6 by its /64, which one home or office has."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    if known.ipv4_mapped is not None:  # how a socket of both kinds names an IPv4 visitor
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False))


def _asked(question: Callable[[RateLimiter], T]) -> T:
    """Ask the shared counts; while Redis is away, those of this process, so that people can go on."""
    try:
        return question(limiter.limiter)
    except StorageError:
        logger.warning("the shared counts cannot be reached; this process counts alone", exc_info=True)
        return question(_spare)

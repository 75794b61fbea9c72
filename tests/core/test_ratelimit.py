"""How often is too often; and while Redis is away people go on."""

import pytest
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from app.core import ratelimit
from app.core.errors import TooMany
from app.core.extensions import limiter

NOBODY_LISTENS = "redis://127.0.0.1:9"


@pytest.fixture
def redis_away(app, monkeypatch):
    away = storage_from_string(NOBODY_LISTENS, **app.config["RATELIMIT_STORAGE_OPTIONS"])
    monkeypatch.setattr(limiter, "_limiter", MovingWindowRateLimiter(away))
    monkeypatch.setattr(ratelimit, "_spare", MovingWindowRateLimiter(MemoryStorage()))


def test_while_redis_is_away_a_reply_is_taken(redis_away, thread, bram, sign_in):
    """trust: without Redis the rest works."""
    assert sign_in(bram).post(f"/threads/{thread.id}/posts", data={"body": "Dank."}).status_code == 303


def test_while_redis_is_away_one_can_sign_in(redis_away, visitor):
    sent = {"email": "anna@brink.example", "password": "brink-demo-2026"}
    assert visitor.post("/login", data=sent).status_code == 303


def test_while_redis_is_away_each_process_counts_alone(redis_away):
    limit = RateLimitItemPerMinute(2)
    assert [ratelimit.count(limit, "test", "away") for _time in range(3)] == [True, True, False]
    assert ratelimit.is_used_up(limit, "test", "away")


def test_sixty_times_a_minute_is_the_most(app):
    """decisions 13"""
    for _time in range(60):
        ratelimit.count_write(7)
    with pytest.raises(TooMany):
        ratelimit.count_write(7)


@pytest.mark.parametrize(("address", "network"), [
    ("203.0.113.5", "203.0.113.5"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("x", "x"),
    ("::ffff:203.0.113.5", "203.0.113.5"),
])  # fmt: skip
def test_a_home_counts_as_one_and_an_ipv4_visitor_as_themselves(address, network):
    """decisions 13: also where the server listens to both kinds of address."""
    assert ratelimit.network_of(address) == network

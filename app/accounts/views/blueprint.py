"""The addresses of signing in and of one's account, and how often is too often."""

from flask import Blueprint
from limits import RateLimitItemPerHour, RateLimitItemPerMinute

blueprint = Blueprint("accounts", __name__)
FAILURES_OF_PAIR = RateLimitItemPerMinute(10, 15)
FAILURES_OF_NETWORK = RateLimitItemPerHour(200)
NEW_CODE_AFTER = 60  # seconds

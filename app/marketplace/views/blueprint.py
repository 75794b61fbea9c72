"""Where the pages of the market are mounted, and for whom there is one."""

from flask import Blueprint

from app.accounts.models import Actor
from app.accounts.session import current_actor
from app.core.errors import NotFound
from app.marketplace.policy import can_use_market

blueprint = Blueprint("marketplace", __name__)


def market_actor() -> Actor:
    """Who asks; NotFound for partners and guests, for whom there is no market (GRP-42)."""
    actor = current_actor()
    if not can_use_market(actor):
        raise NotFound
    return actor

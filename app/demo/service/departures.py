"""Somebody leaves: a last day is set, and who takes over is chosen."""

from datetime import timedelta

from app.accounts import service as accounts
from app.accounts.models import Tie
from app.core.clock import today
from app.core.extensions import db
from app.core.transaction import atomic
from app.demo.service.content import actor_of

LEAVES = ("anna", "roelof", "wietske", 45)  # the contact, who leaves, who takes over, in how many days


@atomic
def plan_departures(people: dict[str, int]) -> None:
    by, who, to, days = LEAVES
    tie = db.session.get_one(Tie, actor_of(people[who]).tie_id)
    receiver = actor_of(people[to]).tie_id or 0
    accounts.plan_end(actor_of(people[by]), tie, today() + timedelta(days=days),
                      receivers=dict.fromkeys(("listings", "talks"), receiver))  # fmt: skip

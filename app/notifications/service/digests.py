"""The overview that people choose to get by mail."""

from app.accounts import service as accounts
from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import upsert
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic
from app.notifications.events import DigestChanged
from app.notifications.models import PROPOSED_DAY, PROPOSED_HOUR, DigestSetting, Rhythm


@atomic
def choose_digest(actor: Actor, rhythm: Rhythm) -> None:
    """How often an overview comes; the day and the hour are the proposed ones until they are chosen."""
    values = {"person_id": actor.id, "rhythm": rhythm, "days": [PROPOSED_DAY], "hour": PROPOSED_HOUR, "set_at": now()}
    upsert(DigestSetting, values, key=("person_id",), change=("rhythm", "set_at"))
    publish(DigestChanged(actor_id=actor.id, person_id=actor.id))


@accounts.own_data("overview")
def digest_data(person_id: int) -> dict[str, object]:
    chosen = db.session.get(DigestSetting, person_id)
    return {"rhythm": chosen.rhythm.value, "days": chosen.days, "hour": chosen.hour,
            "paused_until": chosen.paused_until and chosen.paused_until.isoformat()} if chosen else {}  # fmt: skip

"""Taking writing, or the site, from a person for a time. Who may is for the caller to ask."""

from dataclasses import dataclass
from datetime import timedelta

from app.accounts.events import PersonSilenced, PersonSuspended, SanctionEnded
from app.accounts.models import Actor, Sanction, SanctionKind
from app.accounts.service.ending import end_sessions
from app.core.clock import now
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is taken, for how long, and why."""

    kind: SanctionKind
    days: int
    rule: int
    reason: str
    group_id: int | None = None


@atomic
def sanction(actor: Actor, person_id: int, measure: Measure) -> Sanction:
    """From this second on. Who is suspended is signed out everywhere, and reaches only their own account."""
    made = Sanction(
        person_id=person_id, kind=measure.kind, group_id=measure.group_id, rule=measure.rule, reason=measure.reason,
        until=now() + timedelta(days=measure.days), created_by=actor.tie_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    is_suspended = measure.kind is SanctionKind.SUSPEND
    happened = PersonSuspended if is_suspended else PersonSilenced
    publish(happened(actor_id=actor.id, person_id=person_id, sanction_id=made.id))
    if is_suspended:
        end_sessions(actor.id, person_id)
    return made


@atomic
def lift(actor: Actor, running: Sanction) -> bool:
    """End it before its time. False when it was over already."""
    if not running.is_running:
        return False
    running.lifted_at = now()
    publish(SanctionEnded(actor_id=actor.id, person_id=running.person_id, sanction_id=running.id))
    return True

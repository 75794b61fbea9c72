"""Taking part in a joint purchase: names are gathered, never amounts (MKT-53)."""

from app.accounts.models import Actor
from app.core.db import one_at_a_time
from app.core.events import publish
from app.core.extensions import db
from app.core.policy import authorize
from app.core.transaction import atomic
from app.marketplace.events import ParticipationBegun, ParticipationEnded
from app.marketplace.models import Listing, Participation
from app.marketplace.policy import can_take_part


@atomic
def take_part(actor: Actor, listing: Listing) -> None:
    """The own company takes part. Saying so twice changes nothing."""
    authorize(can_take_part, actor, listing)
    one_at_a_time("participation", str(listing.id))
    if db.session.get(Participation, (listing.id, actor.company_id)) is None:
        db.session.add(Participation(listing_id=listing.id, company_id=actor.company_id, created_by=actor.tie_id))
        publish(ParticipationBegun(actor_id=actor.id, listing_id=listing.id, company_id=actor.company_id or 0))


@atomic
def stop_taking_part(actor: Actor, listing: Listing) -> None:
    """No trace of it stays where others look."""
    authorize(can_take_part, actor, listing)
    participation = db.session.get(Participation, (listing.id, actor.company_id))
    if participation is not None:
        db.session.delete(participation)
        publish(ParticipationEnded(actor_id=actor.id, listing_id=listing.id, company_id=actor.company_id or 0))

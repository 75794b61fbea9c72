"""What people say of themselves, and to whom."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from app.accounts.models import Actor, Person
from app.accounts.policy import refuse_in_silence
from app.core.clock import now
from app.core.errors import Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.directory.events import PersonCardChanged
from app.directory.models import Audience, CapabilityState, PersonCard, PersonKnows
from app.directory.policy import can_change_card
from app.directory.service.capabilities import row_of


@atomic
def change_card(actor: Actor, person: Person, *, about: str, knows: Sequence[str], phone_shown: Audience,
                email_shown: Audience) -> None:  # fmt: skip
    """`knows` are words of the list of capabilities. Raises Invalid for one that is not on it.

    A silence leaves to everyone who sees their telephone number and mail address (MOD-9).
    """
    authorize(can_change_card, actor, person)
    card = db.session.get(PersonCard, person.id) or PersonCard(person_id=person.id, about="")
    if about != card.about:
        refuse_in_silence(actor)
    numbers = {_id_of(term) for term in knows}
    known = select(PersonKnows.capability_id).where(PersonKnows.person_id == person.id)
    if numbers != set(db.session.scalars(known)):
        refuse_in_silence(actor)
    card.about, card.phone_shown, card.email_shown = about, phone_shown, email_shown
    card.version, card.changed_at = (card.version or 0) + 1, now()
    db.session.add(card)
    db.session.flush()
    db.session.execute(delete(PersonKnows).where(PersonKnows.person_id == person.id))
    for number in numbers:
        db.session.add(PersonKnows(person_id=person.id, capability_id=number))
    publish(PersonCardChanged(actor_id=actor.id, person_id=person.id))


def _id_of(term: str) -> int:
    row = row_of(term)
    if row is None or row.state is CapabilityState.DECLINED:
        raise Invalid(_("“%(term)s” is not on the list of capabilities.", term=term), field="knows")
    return row.id

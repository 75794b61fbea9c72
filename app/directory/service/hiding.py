"""Hiding what people say of themselves: it stands on their card. Names stay: others need them."""

from app.accounts.models import Person
from app.core.clock import now
from app.core.extensions import db
from app.directory.models import PersonCard


def hide_card(person: Person) -> None:
    """Also of who said nothing yet: what they write next is hidden too."""
    card = db.session.get(PersonCard, person.id) or PersonCard(person_id=person.id)
    card.hidden_at = now()
    db.session.add(card)


def unhide_card(person: Person) -> None:
    db.session.get_one(PersonCard, person.id).hidden_at = None

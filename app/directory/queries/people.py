"""People: their page, and their card."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from app.accounts.models import Actor, Company, Person, Tie, TieKind
from app.core.clock import local
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.text import hue, initials
from app.directory.models import Audience, Capability, PersonCard, PersonKnows
from app.directory.policy import can_read_company, can_see_email, can_see_phone, readable_people
from app.groups.models import GroupMembership
from app.groups.policy import Standing, readable_group_ids, standings


class PersonPage(NamedTuple):
    """What this reader sees of someone. Who no longer takes part has a name, a company of that time, and no more."""

    id: int
    name: str
    company_name: str
    company_slug: str | None  # None where the reader may not read its page
    function: str
    is_here: bool
    is_guest: bool
    until: date | None  # the last day of a guest, or the day on which someone left
    about: str
    phone: str
    email: str
    knows: Sequence[Capability]
    groups: list[Standing]

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def hue(self) -> int:
        return hue(self.name)


def get_person(actor: Actor, person_id: int) -> Person:
    """Someone whose page this person may see, or NotFound."""
    person = db.session.scalar(readable_people(actor).where(Person.id == person_id))
    if person is None:
        raise NotFound
    return person


def person_page(actor: Actor, person: Person) -> PersonPage:
    tie, company = _newest_tie(person)
    reader = Actor.of_person(person.id)
    is_here = reader is not None and reader.has_live_tie
    card = card_of(person) if is_here else PersonCard(about="")
    left_on = tie.last_day if is_here or tie.ended_at is None else local(tie.ended_at).date()
    return PersonPage(
        id=person.id, name=person.name, company_name=company.name,
        company_slug=company.slug if can_read_company(actor, company) else None,
        function=tie.function if is_here else "", is_here=is_here, is_guest=tie.kind is TieKind.GUEST, until=left_on,
        about=card.about, knows=known_by(person) if is_here else (),
        phone=(person.phone or "") if is_here and can_see_phone(actor, person) else "",
        email=person.email if is_here and can_see_email(actor, person) else "",
        groups=_groups_of(actor, tie) if is_here else [],
    )  # fmt: skip


def card_of(person: Person) -> PersonCard:
    """What this person said; what holds for who said nothing."""
    return db.session.get(PersonCard, person.id) or PersonCard(
        person_id=person.id, about="", phone_shown=Audience.NOBODY, email_shown=Audience.GROUP)  # fmt: skip


def known_by(person: Person) -> Sequence[Capability]:
    return db.session.scalars(
        select(Capability).join(PersonKnows, PersonKnows.capability_id == Capability.id)
        .where(PersonKnows.person_id == person.id).order_by(Capability.term)
    ).all()  # fmt: skip


def _newest_tie(person: Person) -> tuple[Tie, Company]:
    found = db.session.execute(
        select(Tie, Company).join(Company, Company.id == Tie.company_id).where(Tie.person_id == person.id)
        .order_by(Tie.ended_at.is_(None).desc(), Tie.starts_on.desc(), Tie.id.desc()).limit(1)
    ).first()  # fmt: skip
    if found is None:
        raise NotFound
    return found[0], found[1]


def _groups_of(actor: Actor, tie: Tie) -> list[Standing]:
    """Those in which this person takes part and that the reader reads."""
    readable = set(readable_group_ids(actor))
    places = db.session.scalars(
        select(GroupMembership.group_id).where(GroupMembership.tie_id == tie.id, GroupMembership.left_at.is_(None))
    )
    return [standings(actor)[group_id] for group_id in places if group_id in readable]

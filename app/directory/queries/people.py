"""People: their page, and their card."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from app.accounts.models import Actor, Person, Tie, TieKind
from app.core.clock import local
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.text import hue, initials
from app.directory.models import Audience, Capability, PersonCard, PersonKnows
from app.directory.policy import can_read_card, can_read_company, can_see_email, can_see_phone, readable_people
from app.groups.models import GroupMembership, Visibility, WorkingGroup
from app.groups.policy import Standing, readable_group_ids, standings
from app.guard.queries import why_hidden


class PersonPage(NamedTuple):
    """What this reader sees of someone. Who no longer takes part has a name, a company of that time, and no more."""

    id: int
    name: str
    company_name: str
    company_slug: str | None  # None where the reader may not read its page
    function: str  # empty while what they say of themselves is hidden
    is_here: bool
    is_guest: bool
    until: date | None  # the last day of a guest, or the day on which someone left
    about: str
    phone: str
    email: str
    knows: Sequence[Capability]
    groups: list[Standing]
    why_hidden: str  # what they say of themselves; empty when it is not
    may_report: bool

    @property
    def initials(self) -> str:
        return initials(self.name)

    @property
    def hue(self) -> int:
        return hue(self.name)


def get_person(actor: Actor, person_id: int) -> Person:
    """Someone whose page this person may see, with all ties, or NotFound."""
    person = db.session.scalar(
        readable_people(actor).where(Person.id == person_id).options(selectinload(Person.ties))
    )
    if person is None:
        raise NotFound
    return person


def person_of_any_state(person_id: int) -> Person | None:
    """With all ties, whoever asks: for those who handle reports."""
    return db.session.get(Person, person_id, options=[selectinload(Person.ties)])


def person_page(actor: Actor, person: Person) -> PersonPage:
    tie = newest_tie_of(person)
    company = tie.company
    reader = Actor.of_person(person.id)
    is_here = reader is not None and reader.has_live_tie
    card = card_of(person) if is_here else PersonCard(about="")
    says = is_here and can_read_card(actor, person, card.hidden_at)
    may_report = says and actor.id != person.id and confidential_group_of(person) is None
    left_on = tie.last_day if is_here or tie.ended_at is None else local(tie.ended_at).date()
    return PersonPage(
        id=person.id, name=person.name, company_name=company.name,
        company_slug=company.slug if can_read_company(actor, company) else None,
        function=tie.function if says else "", is_here=is_here, is_guest=tie.kind is TieKind.GUEST, until=left_on,
        about=card.about if says else "", knows=known_by(person) if says else (),
        why_hidden=why_hidden("person", person.id) if card.hidden_at else "", may_report=may_report,
        phone=(person.phone or "") if is_here and can_see_phone(actor, person) else "",
        email=person.email if is_here and can_see_email(actor, person) else "",
        groups=_groups_of(actor, tie) if is_here else [],
    )  # fmt: skip


def card_of(person: Person) -> PersonCard:
    """What this person said; what holds for who said nothing."""
    return db.session.get(PersonCard, person.id) or PersonCard(
        person_id=person.id, about="", phone_shown=Audience.NOBODY, email_shown=Audience.GROUP,
        changed_at=person.created_at, version=0)  # fmt: skip


def known_by(person: Person) -> Sequence[Capability]:
    return db.session.scalars(
        select(Capability).join(PersonKnows, PersonKnows.capability_id == Capability.id)
        .where(PersonKnows.person_id == person.id).order_by(Capability.term)
    ).all()  # fmt: skip


def newest_tie_of(person: Person) -> Tie:
    """The one that lasts, or lasted longest, with its company; NotFound for who never had one."""
    found = db.session.scalar(
        select(Tie).join(Tie.company).options(contains_eager(Tie.company)).where(Tie.person_id == person.id)
        .order_by(Tie.ended_at.is_(None).desc(), Tie.starts_on.desc(), Tie.id.desc()).limit(1)
    )  # fmt: skip
    if found is None:
        raise NotFound
    return found


def confidential_group_of(person: Person) -> int | None:
    """Of a guest who takes part in nothing else: only its own people know them."""
    if any(tie.kind is TieKind.STAFF for tie in person.ties):
        return None
    places = db.session.execute(
        select(WorkingGroup.id, WorkingGroup.visibility)
        .join(GroupMembership, GroupMembership.group_id == WorkingGroup.id)
        .join(Tie, Tie.id == GroupMembership.tie_id)
        .where(Tie.person_id == person.id, GroupMembership.left_at.is_(None)).order_by(WorkingGroup.id)
    ).all()  # fmt: skip
    secret = [group_id for group_id, visibility in places if visibility is Visibility.CONFIDENTIAL]
    return secret[0] if secret and len(secret) == len(places) else None


def _groups_of(actor: Actor, tie: Tie) -> list[Standing]:
    """Those in which this person takes part and that the reader reads."""
    readable = set(readable_group_ids(actor))
    places = db.session.scalars(
        select(GroupMembership.group_id).where(GroupMembership.tie_id == tie.id, GroupMembership.left_at.is_(None))
    )
    return [standings(actor)[group_id] for group_id in places if group_id in readable]

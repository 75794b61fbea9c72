"""What follows from what happens in the directory, and for the directory from what happens elsewhere."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.events import (
    CompanyCreated,
    CompanyStateChanged,
    LastContactLeft,
    PersonCreated,
    ProfileChanged,
    TieChanged,
    TieEnded,
    TieStarted,
)
from app.accounts.models import Actor, Company, Person, Tie
from app.accounts.policy import MEMBERS, Anyone, company_scope
from app.accounts.queries import coordinators
from app.core.events import on
from app.core.extensions import db
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.text import plain_words
from app.directory import queries
from app.directory.events import (
    CapabilityAccepted,
    CapabilityDeclined,
    CapabilityProposed,
    CompanyPageChanged,
    PersonCardChanged,
)
from app.directory.models import Capability, Claim, Profile, ProfileChange
from app.directory.policy import COORDINATORS, can_read_company, can_see_person, readable_companies, readable_people
from app.directory.service import hide_card, unhide_card
from app.directory.service.reading import CHANGED, DECLINED, NO_CONTACT, PROPOSED
from app.files import service as files
from app.guard import service as guard
from app.guard.events import ContentHidden, ContentUnhidden
from app.guard.service import Excerpt
from app.notifications import service as notifications
from app.notifications.models import Sort
from app.notifications.service import Shown
from app.search import service as search
from app.search.models import Entry

files.owner(Profile.logo)


@on(CompanyPageChanged)
def tell_contacts(event: CompanyPageChanged) -> None:
    """Someone from outside the company gave a reason; its contacts read it."""
    change = db.session.get_one(ProfileChange, event.change_id)
    if change.reason and event.actor_id is not None:
        notifications.notify(queries.contacts_of(event.company_id), kind=CHANGED, item=change.id,
                             actor_id=event.actor_id, actor_tie_id=change.created_by,
                             scope=company_scope(event.company_id))  # fmt: skip


@on(LastContactLeft)
def ask_for_another_contact(event: LastContactLeft) -> None:
    """A task for all coordinators, the one whose deed it was too: it stands until somebody is named (GRP-23)."""
    notifications.notify(coordinators(), kind=NO_CONTACT, item=event.company_id, actor_id=0,
                         actor_tie_id=event.tie_id, scope=COORDINATORS, anew=True)  # fmt: skip


@on(TieStarted, TieChanged)
def ask_for_no_other_contact(event: TieStarted | TieChanged) -> None:
    if db.session.get_one(Tie, event.tie_id).is_contact:
        notifications.withdraw(NO_CONTACT, [event.company_id])


@on(CompanyStateChanged)
def ask_no_company_that_ended(event: CompanyStateChanged) -> None:
    if not db.session.get_one(Company, event.company_id).is_live:
        notifications.withdraw(NO_CONTACT, [event.company_id])


@on(CapabilityProposed)
def tell_coordinators(event: CapabilityProposed) -> None:
    actor = _acting(event.actor_id)
    if actor is not None:
        notifications.notify(coordinators(), kind=PROPOSED, item=event.capability_id, actor_id=actor.id,
                             actor_tie_id=actor.tie_id or 0, scope=COORDINATORS, anew=True)  # fmt: skip


@on(CapabilityAccepted, CapabilityDeclined)
def ask_no_more(event: CapabilityAccepted | CapabilityDeclined) -> None:
    """It waits for nobody. Why a word was declined once is nothing to read on when it stands on the list after all."""
    notifications.withdraw(PROPOSED, [event.capability_id])
    if isinstance(event, CapabilityAccepted):
        notifications.withdraw(DECLINED, [event.capability_id])


@on(CapabilityDeclined)
def tell_who_proposed(event: CapabilityDeclined) -> None:
    actor = _acting(event.actor_id)
    for company_id in event.company_ids if actor is not None else ():
        notifications.notify(queries.contacts_of(company_id), kind=DECLINED, item=event.capability_id,
                             actor_id=actor.id, actor_tie_id=actor.tie_id or 0,  # type: ignore[union-attr]
                             scope=company_scope(company_id), anew=True)  # fmt: skip


@on(CompanyCreated, CompanyPageChanged)
def make_company_findable(event: CompanyCreated | CompanyPageChanged) -> None:
    _index_company(db.session.get_one(Company, event.company_id))


@on(CompanyStateChanged)
def follow_its_state(event: CompanyStateChanged) -> None:
    """Who stops being a member is gone from search at once, with all its people; who returns is back."""
    company = db.session.get_one(Company, event.company_id)
    _index_company(company)
    for person_id in db.session.scalars(select(Tie.person_id).where(Tie.company_id == company.id)).all():
        _index_person(person_id)


@on(CapabilityAccepted)
def find_it_where_it_is_claimed(event: CapabilityAccepted) -> None:
    for company_id in _claiming(event.capability_id):
        _index_company(db.session.get_one(Company, company_id))


@on(CapabilityDeclined)
def find_it_no_more(event: CapabilityDeclined) -> None:
    for company_id in event.company_ids:
        _index_company(db.session.get_one(Company, company_id))


@on(PersonCreated, ProfileChanged, TieStarted, TieChanged, TieEnded, PersonCardChanged)
def make_person_findable(
    event: PersonCreated | ProfileChanged | TieStarted | TieChanged | TieEnded | PersonCardChanged
) -> None:
    _index_person(event.person_id)


@on(ContentHidden, ContentUnhidden)
def find_by_what_others_read(event: ContentHidden | ContentUnhidden) -> None:
    """Of a hidden page its name still is."""
    if event.kind == "company":
        _index_company(db.session.get_one(Company, event.item))
    elif event.kind == "person":
        _index_person(event.item)


def company_entry(company: Company) -> Entry | None:
    """Everything that its page says to all members; None while it has no page."""
    if not company.is_live:
        return None
    profile, sites, claims = queries.profile_of(company), queries.sites_of(company.id), queries.claims_of(company.id)
    if profile.hidden_at is None:
        words = [profile.summary, *(f"{site.name} {site.place}" for site in sites)]
        words += [f"{claim.term} {claim.term_en} {claim.remark} {_figures(claim)}" for claim in claims]
        words += [*profile.makes, *profile.needs, *profile.offers, *(each.name for each in profile.dated_certificates)]
        words.append(plain_words(profile.text_md))
    else:
        words = [site.place for site in sites]
    return Entry(kind="company", ref_id=company.id, title=company.name, body="\n".join(words), allow=(MEMBERS,),
                 at=company.created_at, company_id=company.id, link=f"/companies/{company.slug}")  # fmt: skip


def person_entry(person: Person) -> Entry | None:
    """Name, function, company and what one can ask about; telephone and mail are nobody's search words."""
    actor = Actor.of_person(person.id)
    if actor is None or not actor.is_staff:
        return None
    card, words = queries.card_of(person), [actor.company_name]
    if card.hidden_at is None:
        words += [actor.function, card.about, *(each.term for each in queries.known_by(person))]
    return Entry(kind="person", ref_id=person.id, title=person.name, body="\n".join(words), allow=(MEMBERS,),
                 at=person.created_at, company_id=actor.company_id, link=f"/people/{person.id}")  # fmt: skip


def all_companies() -> Iterable[Entry]:
    found = db.session.scalars(select(Company).order_by(Company.created_at, Company.id)).all()
    return (entry for company in found if (entry := company_entry(company)))


def all_people() -> Iterable[Entry]:
    people = select(Person).where(Person.erased_at.is_(None)).order_by(Person.created_at, Person.id)
    return (entry for person in db.session.scalars(people).all() if (entry := person_entry(person)))


search.register("company", all_companies, reads=search.reads_by(readable_companies, Company.id))
search.register("person", all_people, reads=search.reads_by(readable_people, Person.id))


def can_read_page(actor: Anyone, profile: Profile) -> bool:
    """As others do: of one that is hidden nobody, its own company neither, reads what it says."""
    return profile.hidden_at is None and can_read_company(actor, profile.company)


def can_read_person(actor: Anyone, person: Person) -> bool:
    """As others do, as long as they act for a company: what someone says of themselves goes with that."""
    shown = Actor.of_person(person.id)
    is_here = shown is not None and shown.has_live_tie
    return is_here and queries.card_of(person).hidden_at is None and can_see_person(actor, person)


def excerpt_of_page(profile: Profile) -> Excerpt:
    """All of it, part by part: whoever reports it says what is wrong."""
    company, locale = profile.company, current_locale()
    claims = [" ".join((claim.in_language(locale), claim.remark, _figures(claim))).strip()
              for claim in queries.claims_of(company.id)]  # fmt: skip
    sites = [" ".join((site.name, site.street, site.place)) for site in queries.sites_of(company.id)]
    certificates = [each.name for each in profile.dated_certificates]
    phrases = [", ".join(each) for each in (profile.makes, profile.needs, profile.offers, certificates)]
    reach = " ".join((profile.website, profile.phone, profile.email))
    parts = (profile.summary, profile.text_md, *claims, *phrases, *sites, reach)
    return Excerpt(company.name, "\n\n".join(part for part in parts if part.strip()), f"/companies/{company.slug}",
                   profile.changed_at, version=profile.version)  # fmt: skip


def excerpt_of_person(person: Person) -> Excerpt:
    """With the function: its words are theirs too. It changes with the tie, so each tie counts as a version."""
    card, locale = queries.card_of(person), current_locale()
    knows = ", ".join(each.in_language(locale) for each in queries.known_by(person))
    text = "\n\n".join(part for part in (queries.newest_tie_of(person).function, card.about, knows) if part)
    return Excerpt(person.name, text, f"/people/{person.id}", card.changed_at,
                   queries.confidential_group_of(person), card.version + len(person.ties) - 1)  # fmt: skip


guard.content("company", load=queries.page_of_any_state, reads=can_read_page,
              author=lambda profile: profile.changed_by, excerpt=excerpt_of_page)  # fmt: skip
guard.content("person", load=queries.person_of_any_state, reads=can_read_person,
              author=lambda person: queries.newest_tie_of(person).id, excerpt=excerpt_of_person, hide=hide_card,
              unhide=unhide_card)  # fmt: skip


def show_changes(change_ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(
        select(ProfileChange.id, ProfileChange.reason, Company.name, Company.slug)
        .join(Company, Company.id == ProfileChange.company_id).where(ProfileChange.id.in_(change_ids))
    )  # fmt: skip
    return {
        row.id: Shown(row.name, f"/companies/{row.slug}",
                      _("The page of %(company)s was changed: %(reason)s", company=row.name, reason=row.reason))
        for row in found
    }  # fmt: skip


def show_without_contact(company_ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(select(Company.id, Company.name, Company.slug).where(Company.id.in_(company_ids)))
    return {
        row.id: Shown(row.name, f"/companies/{row.slug}/staff",
                      _("%(company)s has no contact person any more: name another one", company=row.name))
        for row in found
    }  # fmt: skip


def show_proposals(capability_ids: Sequence[int]) -> dict[int, Shown]:
    return {
        number: Shown(term, "/capabilities", _("“%(term)s” was proposed for the list of capabilities", term=term))
        for number, term, _reason in _terms(capability_ids)
    }


def show_refusals(capability_ids: Sequence[int]) -> dict[int, Shown]:
    return {
        number: Shown(term, "/capabilities",
                      _("“%(term)s” was not taken into the list: %(reason)s", term=term, reason=reason))
        for number, term, reason in _terms(capability_ids) if reason
    }  # fmt: skip


notifications.register(CHANGED, show_changes, Sort.NAMED)
notifications.register(PROPOSED, show_proposals, Sort.TASK)
notifications.register(NO_CONTACT, show_without_contact, Sort.TASK)
notifications.register(DECLINED, show_refusals, Sort.NAMED)


@accounts.own_data("directory")
def directory_data(person_id: int) -> dict[str, Any]:
    """The card, and what this person changed on pages of companies."""
    person = db.session.get_one(Person, person_id)
    card = queries.card_of(person)
    changes = db.session.execute(
        select(ProfileChange.created_at, ProfileChange.part, ProfileChange.reason, Company.name)
        .join(Company, Company.id == ProfileChange.company_id).join(Tie, Tie.id == ProfileChange.created_by)
        .where(Tie.person_id == person_id).order_by(ProfileChange.created_at, ProfileChange.id)
    )  # fmt: skip
    return {
        "about": card.about, "knows": [each.term for each in queries.known_by(person)],
        "phone_shown": card.phone_shown, "email_shown": card.email_shown,
        "changes": [{"at": row.created_at.isoformat(), "company": row.name, "part": row.part.value,
                     "reason": row.reason} for row in changes],
    }  # fmt: skip


def _figures(claim: queries.ClaimLine) -> str:
    return " ".join(f"{name} {value}" for name, value in claim.figures)


def _index_company(company: Company) -> None:
    entry = company_entry(company)
    search.index(entry) if entry else search.forget("company", company.id)


def _index_person(person_id: int) -> None:
    entry = person_entry(db.session.get_one(Person, person_id))
    search.index(entry) if entry else search.forget("person", person_id)


def _claiming(capability_id: int) -> Sequence[int]:
    return db.session.scalars(select(Claim.company_id).where(Claim.capability_id == capability_id)).all()


def _terms(capability_ids: Sequence[int]) -> list[tuple[int, str, str]]:
    found = db.session.execute(
        select(Capability.id, Capability.term, Capability.reason).where(Capability.id.in_(capability_ids))
    )
    return [(row[0], row[1], row[2]) for row in found]


def _acting(person_id: int | None) -> Actor | None:
    return Actor.of_person(person_id) if person_id is not None else None

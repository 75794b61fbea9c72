"""The page of a company: what it says of itself, each part on its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.accounts.models import Actor, Company
from app.core.clock import now
from app.core.db import one_at_a_time
from app.core.errors import Conflict, Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.directory.events import CompanyPageChanged
from app.directory.models import Certificate, CompanySize, Part, Profile, ProfileChange, Role
from app.directory.policy import can_edit_company, is_contact_of
from app.files.models import PICTURES
from app.files.service import Stored


@dataclass(frozen=True, kw_only=True)
class About:
    """What a company is, in its own words."""

    summary: str
    text_md: str
    text_html: Markup  # rendered before the transaction
    roles: Sequence[Role] = ()
    size: CompanySize | None = None
    website: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Products:
    makes: Sequence[str] = ()
    needs: Sequence[str] = ()
    offers: Sequence[str] = ()


class PageConflict(Conflict):
    """Someone else saved this part in between. Nothing was written over."""


@atomic
def describe_company(actor: Actor, company: Company, about: About, *, version: int, reason: str = "") -> None:
    """Raises PageConflict when another version came in between."""
    profile = begin(actor, company, reason)
    profile.about_version = next_version(profile.about_version, version)
    for name, value in vars(about).items():
        setattr(profile, name, list(value) if name == "roles" else value)
    note_change(actor, company, Part.ABOUT, reason)


@atomic
def list_products(actor: Actor, company: Company, products: Products, *, version: int, reason: str = "") -> None:
    """Raises PageConflict when another version came in between."""
    profile = begin(actor, company, reason)
    profile.products_version = next_version(profile.products_version, version)
    for name, phrases in vars(products).items():
        setattr(profile, name, list(phrases))
    note_change(actor, company, Part.PRODUCTS, reason)


@atomic
def list_certificates(actor: Actor, company: Company, certificates: Sequence[Certificate], *, version: int,
                      reason: str = "") -> None:  # fmt: skip
    """Raises PageConflict when another version came in between."""
    profile = begin(actor, company, reason)
    profile.certificates_version = next_version(profile.certificates_version, version)
    profile.certificates = [[name, until.isoformat() if until else None] for name, until in certificates]
    note_change(actor, company, Part.CERTIFICATES, reason)


@atomic
def change_logo(actor: Actor, company: Company, stored: Stored, *, reason: str = "") -> None:
    """Another picture in the place of the one there is. Raises Invalid for what is no picture."""
    if stored.type not in PICTURES:
        raise Invalid(_("This is not a picture that can be shown. Choose a PNG, JPEG, GIF or WebP."))
    begin(actor, company, reason).logo = stored.sha256
    note_change(actor, company, Part.LOGO, reason)


@atomic
def remove_logo(actor: Actor, company: Company, *, reason: str = "") -> None:
    begin(actor, company, reason).logo = None
    note_change(actor, company, Part.LOGO, reason)


def begin(actor: Actor, company: Company, reason: str) -> Profile:
    """The profile, for this transaction alone. Someone from elsewhere says why they change it."""
    authorize(can_edit_company, actor, company)
    if not is_contact_of(actor, company) and not reason:
        raise Invalid(_("Say why you change this: the contact person of the company reads it."), field="reason")
    one_at_a_time("company page", str(company.id))
    profile = db.session.get(Profile, company.id, populate_existing=True)
    if profile is None:
        profile = Profile(company_id=company.id, about_version=0, products_version=0, certificates_version=0,
                          changed_by=actor.tie_id, version=0)  # fmt: skip
        db.session.add(profile)
    return profile


def note_change(actor: Actor, company: Company, part: Part, reason: str) -> None:
    """Who, what and why; the contacts hear of what somebody else did."""
    change = ProfileChange(company_id=company.id, part=part, reason=reason, created_by=actor.tie_id)
    db.session.add(change)
    profile = db.session.get_one(Profile, company.id)
    profile.changed_at, profile.changed_by = now(), change.created_by
    profile.version += 1
    db.session.flush()
    publish(CompanyPageChanged(actor_id=actor.id, company_id=company.id, change_id=change.id))


def next_version(version: int, seen: int) -> int:
    """Raises PageConflict when somebody saved since this version was seen."""
    if version != seen:
        raise PageConflict(_("Someone else saved this in the meantime."))
    return version + 1

"""Where a company is. There is always one main site, as soon as there is any."""

from dataclasses import dataclass

from sqlalchemy import select, update

from app.accounts.models import Actor, Company
from app.core.errors import Conflict
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.transaction import atomic
from app.directory import queries
from app.directory.models import Part, Site
from app.directory.models.companies import SITES_MOST
from app.directory.service.profile import begin, next_version, note_change


@dataclass(frozen=True, kw_only=True)
class SitePlan:
    """What people say of a site."""

    name: str
    place: str
    street: str = ""
    postcode: str = ""
    is_pickup: bool = False
    is_main: bool = False


@atomic
def add_site(actor: Actor, company: Company, plan: SitePlan, *, reason: str = "") -> Site:
    """The first one is the main one, whatever the plan says. Raises Conflict at the twenty-first."""
    begin(actor, company, reason)
    there = queries.sites_of(company.id)
    if len(there) >= SITES_MOST:
        raise Conflict(_("A company has at most %(most)s sites here.", most=SITES_MOST))
    site = Site(company_id=company.id, created_by=actor.tie_id, is_main=False)
    _apply(site, plan, is_main=plan.is_main or not there)
    note_change(actor, company, Part.SITES, reason)
    return site


@atomic
def change_site(actor: Actor, site: Site, plan: SitePlan, *, version: int, reason: str = "") -> None:
    """The main one stays so until another becomes it. Raises PageConflict when another version came in between."""
    begin(actor, site.company, reason)
    db.session.refresh(site)
    site.version = next_version(site.version, version)
    _apply(site, plan, is_main=plan.is_main or site.is_main)
    note_change(actor, site.company, Part.SITES, reason)


@atomic
def remove_site(actor: Actor, site: Site, *, reason: str = "") -> None:
    """Where the main one goes, the first of the others becomes it. The last one stays."""
    company = site.company
    begin(actor, company, reason)
    others = [line for line in queries.sites_of(company.id) if line.id != site.id]
    if not others:
        raise Conflict(_("A company keeps at least one site. Change this one instead."))
    db.session.delete(site)
    db.session.flush()
    if not any(line.is_main for line in others):
        db.session.execute(update(Site).where(Site.id == others[0].id).values(is_main=True))
    note_change(actor, company, Part.SITES, reason)


def _apply(site: Site, plan: SitePlan, *, is_main: bool) -> None:
    site.name, site.place, site.street = plan.name, plan.place, plan.street
    site.postcode, site.is_pickup = plan.postcode, plan.is_pickup
    if is_main and not site.is_main:
        others = select(Site).where(Site.company_id == site.company_id, Site.is_main)
        for other in db.session.scalars(others).all():
            other.is_main = False
        db.session.flush()  # before the new one: at no moment are there two
    site.is_main = is_main
    db.session.add(site)

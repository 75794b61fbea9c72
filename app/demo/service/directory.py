"""What the companies and people of the demo say of themselves."""

import io
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Actor, Company, Person
from app.core import clock, markup
from app.core.extensions import db
from app.core.text import initials
from app.demo.service.bytes import mark
from app.demo.service.content import actor_of, content
from app.directory import service as directory
from app.directory.models import Audience, CapabilityKind, Certificate, CompanySize, Figure, Role
from app.directory.service import About, Products, SitePlan
from app.files import service as files

FILLED = timedelta(days=90)  # before today
MOST = 1 << 20  # bytes


def fill_directory(now: datetime, people: dict[str, int]) -> None:
    """Every company's page with its sites, and the cards of some people."""
    said = content("directory")
    with clock.stopped_at(now - FILLED):
        for entry in said["company"]:
            fill_page(actor_of(people[entry["by"]]), entry)
        for entry in said["card"]:
            fill_card(people[entry["key"]], entry)


def fill_page(actor: Actor, entry: dict[str, Any]) -> None:
    company = db.session.scalars(select(Company).where(Company.slug == entry["slug"])).one()
    reason, text = entry.get("reason", _reason(actor, company)), entry.get("text", "").strip()
    about = About(
        summary=entry["summary"], text_md=text, text_html=markup.render_long(text, person_id=None),
        roles=[Role(role) for role in entry.get("roles", ())], size=CompanySize(entry["size"]),
        website=entry.get("website", ""), phone=entry.get("phone", ""), email=entry.get("email", ""),
    )  # fmt: skip
    directory.describe_company(actor, company, about, version=0, reason=reason)
    products = Products(**{name: entry.get(name, []) for name in ("makes", "needs", "offers")})
    directory.list_products(actor, company, products, version=0, reason=reason)
    certificates = [Certificate(name, _day(*days)) for name, *days in entry.get("certificates", ())]
    if certificates:
        directory.list_certificates(actor, company, certificates, version=0, reason=reason)
    for site in entry["sites"]:
        directory.add_site(actor, company, SitePlan(**site), reason=reason)
    for claim in entry.get("claims", ()):
        figures = [Figure(*figure) for figure in claim.get("figures", ())]
        directory.add_claim(actor, company, claim["term"], CapabilityKind(claim.get("kind", "process")),
                            remark=claim.get("remark", ""), figures=figures, reason=reason)  # fmt: skip
    if "logo" in entry:
        stored = files.store(io.BytesIO(mark(initials(company.name), entry["logo"])), most=MOST)
        directory.change_logo(actor, company, stored, reason=reason)
        files.make_thumbnail(stored.sha256)


def fill_card(person_id: int, entry: dict[str, Any]) -> None:
    person, actor = db.session.get_one(Person, person_id), actor_of(person_id)
    accounts.change_profile(actor, person, name=person.name, phone=entry["phone"], locale=person.locale,
                            text_size=person.text_size)  # fmt: skip
    phone_shown, email_shown = entry.get("phone_shown", "nobody"), entry.get("email_shown", "group")
    directory.change_card(actor, person, about=entry["about"], knows=entry["knows"],
                          phone_shown=Audience(phone_shown), email_shown=Audience(email_shown))  # fmt: skip


def _reason(actor: Actor, company: Company) -> str:
    return "" if actor.is_contact and actor.company_id == company.id else "Ingevuld bij het begin van de bedrijvengids."


def _day(days: int | None = None) -> date | None:
    return clock.today() + FILLED + timedelta(days=days) if days is not None else None

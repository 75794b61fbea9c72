"""Listings and proposals in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from app.accounts.models import Actor
from app.core.i18n import day, ngettext, number
from app.core.i18n import gettext as _
from app.directory.models import Place, area_names, places
from app.groups.policy import standings
from app.marketplace.forms.others import REASONS
from app.marketplace.models import (
    FIELDS,
    KINDS,
    PLANS,
    Audience,
    Category,
    Field,
    Kind,
    Listing,
    ListingFile,
    ListingNotice,
    NoticeKind,
)
from app.marketplace.models.categories import AUDIENCES, CONDITIONS, RHYTHMS, STATUSES, UNITS, Ask, waste_status
from app.marketplace.queries import Card, companies_to_name
from app.marketplace.service import Version


def state_words(state: str) -> str:
    return {
        "draft": _("draft"), "pending": _("waits for approval"), "published": _("placed"), "paused": _("paused"),
        "expired": _("expired"), "closed": _("closed"), "archived": _("archived"), "blocked": _("blocked"),
    }[state]  # fmt: skip


def declined(answer: ListingNotice | None) -> str:
    """With which reason and words it was given back (MKT-19); "" for another answer, or none."""
    if answer is None or answer.kind is not NoticeKind.DECLINED:
        return ""
    return _("The coordinator gave it back (%(reason)s): %(words)s",
             reason=REASONS.get(answer.reason, REASONS["other"]), words=answer.body)  # fmt: skip


def card(row: Card, near: Place | None = None) -> dict[str, object]:
    """A line of the list; `near` is the place from which one looks."""
    where = row.site or str(area_names()[row.area.value]) if row.area else row.site or ""
    if near and (site := places().get(row.site or "")):
        where = _("%(place)s, %(km)s km", place=site.name, km=near.kilometres_to(site))
    plan = PLANS[row.category]
    return {
        "id": row.id, "link": row.link, "title": row.title, "kind": KINDS[row.kind.value], "category": plan.label,
        "sign": plan.sign, "is_request": row.kind is Kind.REQUEST, "company": row.company_name, "where": where,
        "expires_on": row.expires_on, "amount": amount(row.category, row.values), "photo_id": row.photo_id,
    }  # fmt: skip


def waiting_line(listing: Listing) -> dict[str, object]:
    """A line of what waits for a judgment: of the version that waits."""
    waiting = listing.waiting or {}
    return {
        "url": url_for("marketplace.review", listing_id=listing.id), "title": waiting["title"],
        "company": listing.company.name, "category": PLANS[Category(waiting["category"])].label,
        "at": listing.submitted_at, "is_change": listing.was_out,
    }  # fmt: skip


def amount(category: Category, values: Mapping[str, Any]) -> str:
    """How much, in a few words, as its category counts it."""
    if category is Category.PERSONNEL and values.get("persons"):
        people = int(values["persons"])
        return ngettext("%(num)s person", "%(num)s people", people)
    if category is Category.ENERGY and values.get("power"):
        return f"{_number(values['power'])} MW"
    if category is Category.JOINT_PURCHASE and values.get("deadline"):
        return _("take part until %(day)s", day=_day(values["deadline"]))
    return quantity(values)


def quantity(values: Mapping[str, Any]) -> str:
    """`40 tot 60 ton per jaar`; "" without an amount."""
    low, high = str(values.get("quantity_min", "")), str(values.get("quantity_max", ""))
    if not low and not high:
        return ""
    numbers = _number(low or high)
    if low and high and low != high:
        numbers = _("%(least)s to %(most)s", least=_number(low), most=_number(high))
    words = (numbers, str(UNITS.get(values.get("unit", ""), "")), str(RHYTHMS.get(values.get("rhythm", ""), "")))
    return " ".join(word for word in words if word)


def period(values: Mapping[str, Any]) -> str:
    """`van maandag 3 maart tot en met ...`; "" without days."""
    first, last = values.get("from"), values.get("until")
    if first and last:
        return _("from %(first)s until and including %(last)s", first=_day(first), last=_day(last))
    if first:
        return _("from %(first)s", first=_day(first))
    return _("until and including %(last)s", last=_day(last)) if last else ""


def facts(category: Category, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The table of a listing: what was filled in, in the order of its form."""
    lines = [(_("Amount"), quantity(values))] if quantity(values) else []
    if category in (Category.RESIDUAL_STREAM, Category.MATERIAL) and waste_status(category, values):
        lines.append((_("Status"), str(STATUSES[waste_status(category, values)])))
    for spec in PLANS[category].fields:
        if spec.name in values and spec.is_shown:
            lines.append((str(spec.label), said(spec, values)))
    return lines


def conditions(category: Category, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The four questions of a by-product, with what the owner answered and how they know."""
    asked = CONDITIONS if category is Category.RESIDUAL_STREAM else ()
    return [
        (str(FIELDS[name].label), " · ".join(filter(None, (said(FIELDS[name], values), values.get(f"{name}_proof")))))
        for name in asked if name in values
    ]


def said(spec: Field, values: Mapping[str, Any]) -> str:
    """What a field holds, as people read it."""
    value = values[spec.name]
    if spec.ask is Ask.CHOICE:
        return str(spec.options.get(value, value))
    if spec.ask is Ask.SEVERAL:
        return ", ".join(str(spec.options.get(each, each)) for each in value)
    if spec.ask is Ask.DATE:
        return _day(value)
    if spec.ask is Ask.NUMBER:
        held = FIELDS[spec.unit_field].options.get(values.get(spec.unit_field, ""), "") if spec.unit_field else ""
        return f"{value if spec.name == 'year' else _number(value)} {held or spec.unit}".strip()
    return str(value)


def readers(actor: Actor, listing: Listing | Version, named: Sequence[int]) -> str:
    """Who can read it. A group that this person does not read is not named to them."""
    if listing.audience is Audience.GROUP:
        standing = standings(actor).get(listing.group_id or 0)
        return _("Working group %(name)s", name=standing.name) if standing else _("One working group")
    if listing.audience is Audience.NAMED:
        return ", ".join(name for number, name in companies_to_name() if number in named)
    return str(AUDIENCES[Audience.MEMBERS.value])


def pictured(files: Sequence[ListingFile]) -> dict[str, list[ListingFile]]:
    """Files by what they are."""
    return {role: [file for file in files if file.role == role] for role in ("photo", "file", "safety_sheet")}


def _number(value: str) -> str:
    return number(float(value)) if "." in value else number(int(value))


def _day(value: str) -> str:
    return day(date.fromisoformat(value))

"""The directory itself: one answer, as a list and as a map (DIR-23)."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.queries import companies_without_contact
from app.accounts.session import current_actor
from app.core.errors import NotFound
from app.core.i18n import current_locale
from app.core.pagination import Pagination, page_asked, page_of
from app.directory import queries
from app.directory.forms import ROLES, SIZES
from app.directory.models import Place, area_names, places
from app.directory.models.capabilities import in_language
from app.directory.models.region import region_name
from app.directory.policy import can_see_directory
from app.directory.queries import CompanyLine, Filters, Finding
from app.directory.views.blueprint import blueprint
from app.directory.views.company import mark_of
from app.directory.views.map import drawing_of

ON_A_PAGE = 25
CAPABILITIES_SHOWN = 3
Choices = dict[str, list[tuple[str | int, str]]]


@blueprint.get("/companies")
def companies() -> ResponseReturnValue:
    actor = current_actor()
    if not can_see_directory(actor):
        raise NotFound
    finding = queries.find(actor, Filters.read(request.args))
    filters, is_map = finding.filters, request.args.get("view") == "map"
    own_place = queries.main_place_of(actor)
    choices, at_places = choices_of(finding), finding.at_places if is_map else []
    last = page_of(len(finding.lines), ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    shown = finding.lines if is_map else finding.lines[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    return render_template(
        "directory/companies.html", finding=finding, filters=filters, is_map=is_map,
        lines=[line_of(line, filters, own_place) for line in shown], own_place=own_place.name if own_place else "",
        pages=Pagination(page, last, lambda number: address(filters, page=number)), region=region_name(),
        at_places=at_places, drawing=drawing_of(at_places) if at_places else None, roles=ROLES, choices=choices,
        in_use=filters.chosen, chosen=chosen_of(finding, choices), address=address, list_url=address(filters),
        map_url=address(filters, view="map"), view="map" if is_map else None, own_company=own_company_slug(finding),
        without_contact=companies_without_contact() if actor.is_coordinator else (),
    )  # fmt: skip


def own_company_slug(finding: Finding) -> str:
    own = current_actor().company_id
    return next((line.slug for line in finding.everyone if line.id == own), "")


def address(filters: Filters, **more: object) -> str:
    """This list with these filters, for anybody to send on."""
    asked: dict[str, Any] = {**filters.chosen, **more}
    return url_for("directory.companies", **asked)


def line_of(line: CompanyLine, filters: Filters, own_place: Place | None) -> dict[str, object]:
    """What the list says of a company: of its capabilities first the one that was asked for, three in all."""
    able = sorted(line.capabilities, key=lambda each: each[0] != filters.capability)
    return {
        "company": line, "mark": mark_of(line.name, line.slug, line.thumbnail), "most": CAPABILITIES_SHOWN,
        "capabilities": [in_language(term, english, current_locale()) for _number, term, english in able],
        "km": kilometres_to(line, own_place) if line.id != current_actor().company_id else None,
    }  # fmt: skip


def kilometres_to(line: CompanyLine, own_place: Place | None) -> int | None:
    """To the nearest of its sites; None where that cannot be told."""
    where = [place for name in line.places if (place := places().get(name))]
    return min((own_place.kilometres_to(place) for place in where), default=None) if own_place else None


def choices_of(finding: Finding) -> Choices:
    """What each filter can be set to: of places and capabilities only those that some company has."""
    locale = current_locale()
    return {
        "area": list(area_names().items()), "place": [(name, name) for name in sorted(finding.places_in_use)],
        "role": list(ROLES.items()), "size": list(SIZES.items()),
        "capability": [(number, in_language(term, english, locale)) for number, term, english in finding.claimed],
    }  # fmt: skip


def chosen_of(finding: Finding, choices: Choices) -> list[dict[str, object]]:
    """Each filter in use: its word, the address without it, and what that would find."""
    found = []
    dropping = dict(finding.to_drop) if not finding.lines else {}
    words = {name: {str(value): label for value, label in options} for name, options in choices.items()}
    for name, value in finding.filters.chosen.items():
        found.append({"name": name, "value": words.get(name, {}).get(str(value), str(value)),
                      "without": finding.filters.without(name), "companies": dropping.get(name, 0)})  # fmt: skip
    return found

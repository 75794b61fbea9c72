"""The form of a listing: title, text, and exactly the fields of its category."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import FileField, HiddenField

from app.core.clock import today
from app.core.forms import ClientIdField, Length, LineField, TextField, choices
from app.core.i18n import gettext as _
from app.core.routing import number_in
from app.core.text import tidy, tidy_line
from app.directory.models import area_names, places
from app.marketplace.forms.fields import Given, form_field, value_of
from app.marketplace.models import (
    BODY_LEAST,
    BODY_MOST,
    FIELDS,
    PLANS,
    TITLE_LEAST,
    TITLE_MOST,
    Audience,
    Category,
    Field,
    Kind,
)
from app.marketplace.models.categories import PERSONNEL_DAYS, Ask, is_hazardous_waste, waste_status
from app.marketplace.service import Version

PERIOD_MOST: Final = timedelta(days=PERSONNEL_DAYS)


class BareListingForm(Given):
    """What every category asks. `check` knows what one field alone cannot."""

    kind = HiddenField("")
    category = HiddenField("")
    client_id = ClientIdField("")
    version = HiddenField("")
    title = LineField(_l("Title"), [Length(TITLE_LEAST, TITLE_MOST)])
    body = TextField(_l("Text"), [Length(BODY_LEAST, BODY_MOST)])
    photos = FileField(_l("Photos"))
    files = FileField(_l("Files"))
    safety_sheet = FileField(_l("Safety data sheet"))


def check(form: Any, category: Category, *, has_safety_sheet: bool, is_coordinator: bool) -> bool:
    """Whether it can be placed; each sentence stands at its field."""
    if not form.validate():
        return False
    values = values_of(form, category)
    for name, sentence in _wrong_together(category, values, has_safety_sheet=has_safety_sheet,
                                          is_coordinator=is_coordinator):  # fmt: skip
        form[name].errors = [*form[name].errors, sentence]
    return not form.errors


def values_of(form: Any, category: Category, *, leaves_out_wrong: bool = False) -> dict[str, Any]:
    """What was typed in the fields of the category, as plain strings and lists; nothing of others.

    Raises ValueError for what cannot be, unless that may be left out, as in the preview of a draft.
    """
    values = {}
    for spec in PLANS[category].fields:
        try:
            values[spec.name] = value_of(spec, form[spec.name].data)
        except ValueError:
            if not leaves_out_wrong:
                raise
    return {name: value for name, value in values.items() if value is not None}


def accepted(form: Any, kind: Kind, category: Category, html: Markup, *, alts: dict[str, str]) -> Version:
    """What is placed, of a form that `check` passed."""
    values = values_of(form, category)
    audience = Audience(values.pop("audience"))
    group, companies = values.pop("group", None), values.pop("companies", [])
    return Version(
        kind=kind, category=category, title=form.title.data, body_md=form.body.data, body_html=html, values=values,
        audience=audience, group_id=number_in(group) if audience is Audience.GROUP else None, alts=alts,
        company_ids=[int(each) for each in companies] if audience is Audience.NAMED else [],
    )  # fmt: skip


def listing_form(category: Category, typed: Mapping[str, Any] | None, *, groups: Sequence[tuple[int, str]],
                 companies: Sequence[tuple[int, str]]) -> Any:  # fmt: skip
    """The form of this category with what was typed; without anything, for all member companies."""
    given = MultiDict({"audience": Audience.MEMBERS.value} if typed is None else typed)
    form = _form_class(category)(formdata=given)
    form.group.choices = choices({"": "", **{str(group_id): name for group_id, name in groups}})
    form.companies.choices = choices({str(company_id): name for company_id, name in companies})
    return form


def typed_fields(given: MultiDict[str, str]) -> dict[str, Any]:
    """What a form sent, as a draft keeps it: also the fields of other categories, which one may come back to."""
    names = [name for name in given if name in FIELDS or name in ("title", "body") or name.startswith("alt-")]
    return {
        name: [tidy_line(each) for each in given.getlist(name)] if _is_several(name) else tidy(given[name])
        for name in names
    }  # fmt: skip


def _is_several(name: str) -> bool:
    return name in FIELDS and FIELDS[name].ask is Ask.SEVERAL


def kind_and_category(given: Mapping[str, str]) -> tuple[Kind, Category] | None:
    kind, category = given.get("kind"), given.get("category")
    if kind not in list(Kind) or category not in list(Category):
        return None
    return Kind(kind), Category(category)


def _wrong_together(category: Category, values: Mapping[str, Any], *, has_safety_sheet: bool,
                    is_coordinator: bool) -> list[tuple[str, str]]:  # fmt: skip
    return [
        *_wrong_amount(category, values), *_wrong_place(values), *_wrong_days(category, values),
        *_wrong_readers(values), *_wrong_waste(category, values, has_safety_sheet=has_safety_sheet),
        *_wrong_purchase(category, values, is_coordinator=is_coordinator),
    ]  # fmt: skip


def _wrong_amount(category: Category, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    wrong = []
    low, high = values.get("quantity_min"), values.get("quantity_max")
    if low and high and Decimal(low) > Decimal(high):
        wrong.append(("quantity_max", _("The highest amount is below the lowest.")))
    for name in ("quantity_min", "threshold"):
        if values.get(name) and not values.get("unit"):
            wrong.append(("unit", _("Choose the unit of the amount.")))
    if high and not low and not values.get("unit"):
        wrong.append(("unit", _("Choose the unit of the amount.")))
    for name in ("throughput", "batch"):
        if values.get(name) and not values.get(f"{name}_unit"):
            wrong.append((f"{name}_unit", _("Choose the unit of the amount.")))
    asks_density = any(spec.name == "density" for spec in PLANS[category].fields)
    if asks_density and values.get("unit") in ("l", "m3") and not values.get("density"):
        wrong.append(("density", _("Give the density, so that others can compare in tonnes.")))
    return wrong


def _wrong_place(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    place = places().get(values.get("site", ""))
    if place is None or place.area == values.get("area"):
        return []
    return [("area", _("%(place)s is in the area “%(area)s”.", place=place.name, area=area_names()[place.area.value]))]


def _wrong_days(category: Category, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    first, last = (date.fromisoformat(values[name]) if name in values else None for name in ("from", "until"))
    if first and last and last < first:
        return [("until", _("The last day is before the first."))]
    if last and last < today():
        return [("until", _("This day has passed."))]
    if category is Category.PERSONNEL and first and last and last - first > PERIOD_MOST:
        return [("until", _("At most twelve months."))]
    return []


def _wrong_readers(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    if values.get("audience") == Audience.GROUP and not values.get("group"):
        return [("group", _("Choose the working group."))]
    if values.get("audience") == Audience.NAMED and not values.get("companies"):
        return [("companies", _("Name at least one company."))]
    return []


def _wrong_waste(category: Category, values: Mapping[str, Any], *, has_safety_sheet: bool) -> list[tuple[str, str]]:
    """MKT-49."""
    if waste_status(category, values) != "waste":
        return []
    wrong = []
    if not values.get("eural"):
        wrong.append(("eural", _("Waste needs its Eural code.")))
    if not values.get("hazardous"):
        wrong.append(("hazardous", _("Say whether this waste is hazardous.")))
    elif str(values.get("eural", "")).endswith("*") and values["hazardous"] != "yes":
        wrong.append(("hazardous", _("A Eural code with a * is hazardous waste.")))
    if is_hazardous_waste(category, values):
        wrong += [(name, _("Hazardous waste needs this.")) for name in ("form", "packaging") if not values.get(name)]
        if not has_safety_sheet:
            wrong.append(("safety_sheet", _("Hazardous waste needs a safety data sheet.")))
    return wrong


def _wrong_purchase(category: Category, values: Mapping[str, Any], *, is_coordinator: bool) -> list[tuple[str, str]]:
    """MKT-53."""
    if category is not Category.JOINT_PURCHASE:
        return []
    wrong = []
    if date.fromisoformat(values["deadline"]) < today():
        wrong.append(("deadline", _("This day has passed.")))
    if is_coordinator and values["market_share"] != "up_to_15" and not values.get("share_reason"):
        wrong.append(("share_reason", _("Give the reason: a share of the market above 15 % or not known needs one.")))
    return wrong


@cache
def _form_class(category: Category) -> type[Given]:
    return _made_of(PLANS[category].fields)


def _made_of(specs: Sequence[Field]) -> type[Given]:
    return type("ListingForm", (BareListingForm,), {spec.name: form_field(spec) for spec in specs})


# All fields of all categories: what travels through signing in.
ListingForm: type[Given] = _made_of(list(FIELDS.values()))

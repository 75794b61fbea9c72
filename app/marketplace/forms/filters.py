"""The form above the list. All of it stands in the address; what makes no sense there is not asked."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField

from app.core.forms import LineField, choices
from app.core.routing import number_in
from app.core.text import folded, tidy_line
from app.directory.models import Area, area_names, names_within, places
from app.marketplace.forms.fields import Given, day_in, number_typed
from app.marketplace.models import PLANS, Category, Kind
from app.marketplace.models.categories import RHYTHMS
from app.marketplace.queries import Filters

DISTANCES = ("5", "10", "25", "50", "100")
WORDS_MOST = 8


def select(label: Any, options: Any, empty: Any) -> SelectField:
    return SelectField(label, choices=choices({"": empty, **options}), validate_choice=False,
                       coerce=lambda value: "" if value is None else str(value))  # fmt: skip


class FilterForm(Given):
    kind = HiddenField("")
    q = LineField(_l("Words"))
    category = select(_l("Category"), {each.value: plan.label for each, plan in PLANS.items()}, _l("All categories"))
    area = select(_l("Area"), area_names(), _l("All areas"))
    near = select(_l("Near"), {name: name for name in places()}, _l("Anywhere"))
    km = select(_l("At most so far"), {each: f"{each} km" for each in DISTANCES}, _l("Any distance"))
    rhythm = select(_l("How often"), RHYTHMS, _l("Any"))
    amount = LineField(_l("At least (tonnes a year)"))
    first = LineField(_l("Needed from"), name="from")
    last = LineField(_l("Needed until"), name="until")
    company = select(_l("Company"), {}, _l("All companies"))

    def offer_companies(self, companies: Sequence[tuple[int, str]]) -> None:
        self.company.choices = [*self.company.choices, *choices({str(number): name for number, name in companies})]

    @property
    def is_narrowing(self) -> bool:
        """Whether anything but kind and words is asked."""
        return any(field.data for field in self if field.name not in ("kind", "q", "csrf_token"))


def filters_of(asked: Mapping[str, str]) -> Filters:
    """What the address asks."""
    kind, category, area, rhythm = (asked.get(name, "") for name in ("kind", "category", "area", "rhythm"))
    near, km = places().get(asked.get("near", "")), number_in(asked.get("km"))
    return Filters(
        kind=Kind(kind) if kind in list(Kind) else None,
        category=Category(category) if category in list(Category) else None,
        area=Area(area) if area in list(Area) else None,
        sites=tuple(names_within(km, near)) if near and km is not None else None,
        rhythm=rhythm if rhythm in RHYTHMS else None, least=_kilograms(asked.get("amount")),
        first_day=day_in(asked.get("from")), last_day=day_in(asked.get("until")),
        company=number_in(asked.get("company")),
        words=tuple(folded(tidy_line(asked.get("q", ""))).split()[:WORDS_MOST]),
    )  # fmt: skip


def _kilograms(tonnes: str | None) -> int | None:
    try:
        kilograms = round(number_typed(tonnes or "") * Decimal(1000))
    except ValueError:
        return None
    return kilograms if 0 < kilograms < 10**15 else None

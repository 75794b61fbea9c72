"""The nine categories, each with exactly its fields. Form, page, filters, checks and tests all read this one list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeAlias

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.directory.models import area_names, places

Words: TypeAlias = LazyString | str
Options: TypeAlias = Mapping[str, Words]

TITLE_LEAST, TITLE_MOST = 5, 120
BODY_LEAST, BODY_MOST = 20, 10_000
PHOTOS_MOST, FILES_MOST = 8, 5
PERSONNEL_DAYS = 366  # a period of at most twelve months


class Kind(StrEnum):
    OFFER = "offer"
    REQUEST = "request"


class Category(StrEnum):
    RESIDUAL_STREAM = "residual_stream"
    MATERIAL = "material"
    EQUIPMENT = "equipment"
    CAPACITY = "capacity"
    TEST_FACILITY = "test_facility"
    PERSONNEL = "personnel"
    SERVICE = "service"
    ENERGY = "energy"
    JOINT_PURCHASE = "joint_purchase"


class Audience(StrEnum):
    MEMBERS = "members"
    GROUP = "group"
    NAMED = "named_companies"


class Ask(StrEnum):
    """How a field is asked and checked."""

    CHOICE = "choice"
    SEVERAL = "several"
    LINE = "line"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    EURAL = "eural"
    CAS = "cas"
    UN = "un"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing that a category asks. `unit` stands behind a number; `unit_field` names the field that holds it."""

    name: str
    label: Words
    ask: Ask = Ask.LINE
    options: Options = field(default_factory=dict)
    least: Decimal | None = None
    most: Decimal | None = None
    decimals: int = 0
    unit: Words = ""
    unit_field: str = ""
    length: int = 120
    is_needed: bool = False
    is_shown: bool = True  # on the page of the listing, as a line of its own
    help: Words = ""


class Part(StrEnum):
    """The parts of the form, in their order."""

    WHAT = "what"
    WASTE = "waste"
    AMOUNT = "amount"
    PLACE = "place"
    PERIOD = "period"
    TERMS = "terms"
    READERS = "readers"


Fields = tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A category: its name, its sign, its fields by part, and what may hang on it."""

    label: Words
    sign: str
    parts: Mapping[Part, Fields]
    photos: int = PHOTOS_MOST
    files: int = FILES_MOST
    has_safety_sheet: bool = False
    says: Words = ""

    @property
    def fields(self) -> Fields:
        return tuple(each for part in self.parts.values() for each in part)

    def takes(self, role: str) -> bool:
        """Whether a photo, a file or a safety data sheet (FileRole) may hang on it."""
        return bool({"photo": self.photos, "file": self.files, "safety_sheet": self.has_safety_sheet}[role])


KINDS: Final[Options] = {Kind.OFFER.value: _l("We offer"), Kind.REQUEST.value: _l("We are looking for")}
AUDIENCES: Final[Options] = {
    Audience.MEMBERS.value: _l("All member companies"), Audience.GROUP.value: _l("One working group"),
    Audience.NAMED.value: _l("Companies that I name"),
}  # fmt: skip
UNITS: Final[Options] = {
    "g": "g", "kg": "kg", "t": _l("tonnes"), "l": _l("litres"), "m3": "m³", "piece": _l("pieces"),
    "pallet": _l("pallets"), "hour": _l("hours"), "day": _l("days"), "fte": "fte", "kWh": "kWh", "MWh": "MWh",
    "MW": "MW",
}  # fmt: skip
RHYTHMS: Final[Options] = {
    "once": _l("once"), "per_day": _l("per day"), "per_week": _l("per week"), "per_month": _l("per month"),
    "per_year": _l("per year"),
}  # fmt: skip
REMUNERATIONS: Final[Options] = {
    "none": _l("not applicable"), "free": _l("free of charge"), "on_request": _l("on request"),
    "pays_collector": _l("who collects it is paid"),
}  # fmt: skip
YES_NO: Final[Options] = {"yes": _l("yes"), "no": _l("no")}
ANSWERS: Final[Options] = {**YES_NO, "unknown": _l("not known")}
STATUSES: Final[Options] = {
    "product": _l("product"), "by_product_own_statement": _l("own statement: by-product"), "waste": _l("waste"),
    "end_of_waste": _l("end-of-waste"), "unknown": _l("not known"),
}  # fmt: skip
SHARES: Final[Options] = {
    "up_to_15": _l("at most 15 %"), "above_15": _l("above 15 %"), "unknown": _l("not known")}  # fmt: skip

KG_IN: Final = {"g": Decimal("0.001"), "kg": Decimal(1), "t": Decimal(1000)}
M3_IN: Final = {"l": Decimal("0.001"), "m3": Decimal(1)}
TIMES_A_YEAR: Final = {"once": 1, "per_day": 365, "per_week": 52, "per_month": 12, "per_year": 1}

CONDITIONS: Final = ("use_certain", "usable_directly", "part_of_production", "use_lawful")


def number(name: str, label: Words, least: str, most: str, decimals: int = 0, **more: Any) -> Field:
    return Field(name=name, label=label, ask=Ask.NUMBER, least=Decimal(least), most=Decimal(most), decimals=decimals,
                 **more)  # fmt: skip


def choice(name: str, label: Words, options: Options, **more: Any) -> Field:
    return Field(name=name, label=label, ask=Ask.CHOICE, options=options, **more)


def proof(name: str) -> Field:
    return Field(name=f"{name}_proof", label=_l("How do you know?"), length=300, is_shown=False)


AMOUNT: Final = (
    number("quantity_min", _l("Amount, at least"), "0.001", "99999999999", 3, unit_field="unit", is_shown=False),
    number("quantity_max", _l("Amount, at most"), "0.001", "99999999999", 3, unit_field="unit", is_shown=False,
           help=_l("Leave it empty when there is one amount.")),
    choice("unit", _l("Unit"), UNITS, is_shown=False),
    choice("rhythm", _l("How often"), RHYTHMS, is_shown=False),
)  # fmt: skip
DENSITY: Final = (
    number("density", _l("Density"), "1", "25000", 3, unit="kg/m³",
           help=_l("Needed with litres and m³, so that others can compare in tonnes.")),
)  # fmt: skip
WHERE: Final = (
    choice("area", _l("Area"), area_names(), is_needed=True),
    choice("site", _l("Place"), {name: name for name in places()}, help=_l("Others then see how far it is.")),
    number("max_distance", _l("At most so far away"), "1", "1000", unit="km"),
)  # fmt: skip
PERIOD: Final = (
    Field(name="from", label=_l("From"), ask=Ask.DATE),
    Field(name="until", label=_l("Until and including"), ask=Ask.DATE),
)
WHOLE_PERIOD: Final = (
    Field(name="from", label=_l("First day"), ask=Ask.DATE, is_needed=True),
    Field(name="until", label=_l("Last day"), ask=Ask.DATE, is_needed=True),
)
TERMS: Final = (
    choice("remuneration", _l("Payment"), REMUNERATIONS,
           help=_l("No amounts: prices are no part of this site. You settle them between the two of you.")),
)  # fmt: skip
READERS: Final = (
    choice("audience", _l("Who can read this"), AUDIENCES, is_needed=True, is_shown=False),
    Field(name="group", label=_l("Working group"), ask=Ask.CHOICE, is_shown=False),
    Field(name="companies", label=_l("Companies"), ask=Ask.SEVERAL, is_shown=False),
)
SUBSTANCE: Final = (
    choice("form", _l("Form"), {
        "solid": _l("solid"), "granulate": _l("granulate"), "powder": _l("powder"), "fibre": _l("fibre"),
        "paste": _l("paste"), "liquid": _l("liquid"), "sludge": _l("sludge"), "gas": _l("gas"),
    }),
    Field(name="main_component", label=_l("Main component")),
    number("purity", _l("Purity"), "0", "100", 2, unit="%"),
    number("moisture", _l("Moisture"), "0", "100", 2, unit="%"),
    Field(name="cas", label=_l("CAS number"), ask=Ask.CAS, help=_l("For example 67-64-1.")),
    Field(name="un", label=_l("UN number"), ask=Ask.UN, help=_l("Four digits.")),
    choice("adr", _l("ADR class"), {each: each for each in (
        "1", "2", "3", "4.1", "4.2", "4.3", "5.1", "5.2", "6.1", "6.2", "7", "8", "9")}),
    choice("packaging", _l("Packaging"), {
        "bulk": _l("bulk"), "bigbag": _l("big bag"), "ibc": "IBC", "drum": _l("drum"), "pallet": _l("pallet"),
        "container": _l("container"),
    }),
)  # fmt: skip
EURAL: Final = (
    Field(name="eural", label=_l("Eural code"), ask=Ask.EURAL,
          help=_l("Six digits, such as 04 02 22; with a * where the list has one.")),
    choice("hazardous", _l("Hazardous?"), YES_NO, help=_l("Needed for waste.")),
)  # fmt: skip
FOUR_CONDITIONS: Final = (
    choice("use_certain", _l("Is it certain that it will be used?"), ANSWERS, is_needed=True, is_shown=False),
    proof("use_certain"),
    choice("usable_directly", _l("Can it be used directly, without more than usual treatment?"), ANSWERS,
           is_needed=True, is_shown=False),
    proof("usable_directly"),
    choice("part_of_production", _l("Does it arise as an integral part of production?"), ANSWERS, is_needed=True,
           is_shown=False),
    proof("part_of_production"),
    choice("use_lawful", _l("Is the use lawful, and safe for people and nature?"), ANSWERS, is_needed=True,
           is_shown=False),
    proof("use_lawful"),
)  # fmt: skip
PROCESS: Final = (
    Field(name="technique", label=_l("Process"), is_needed=True, help=_l("For example extruding, drying, mixing.")),
    number("throughput", _l("Throughput"), "0.001", "1000000", 3, unit_field="throughput_unit"),
    choice("throughput_unit", _l("Unit of the throughput"), {"kg/h": "kg/h", "l/h": "l/h", "m3/h": "m³/h"},
           is_shown=False),
    number("volume", _l("Volume"), "0.001", "1000000", 3, unit="m³"),
    number("temperature", _l("Temperature"), "-273", "3000", 1, unit="°C"),
    number("pressure", _l("Pressure"), "0", "10000", 2, unit="bar"),
    choice("atex", _l("ATEX zone"), {"none": _l("none"), **{each: each for each in ("0", "1", "2", "20", "21", "22")}}),
    choice("operator", _l("Operator included"), YES_NO),
)  # fmt: skip

PLANS: Final[Mapping[Category, Plan]] = {
    Category.RESIDUAL_STREAM: Plan(
        label=_l("Residual stream"), sign="recycle", has_safety_sheet=True,
        says=_l("What is left over in one place and is of use in another."),
        parts={Part.WHAT: SUBSTANCE, Part.WASTE: FOUR_CONDITIONS + EURAL, Part.AMOUNT: AMOUNT + DENSITY,
               Part.PLACE: WHERE, Part.PERIOD: PERIOD, Part.TERMS: TERMS, Part.READERS: READERS},
    ),
    Category.MATERIAL: Plan(
        label=_l("Material"), sign="shopping-cart", has_safety_sheet=True,
        says=_l("Raw material or semi-finished product: new, surplus or off-spec."),
        parts={
            Part.WHAT: (choice("condition", _l("Condition"), {
                "new": _l("new"), "surplus": _l("surplus"), "off_spec": _l("off-spec")}, is_needed=True), *SUBSTANCE),
            Part.WASTE: (choice("waste_status", _l("Status"), {
                key: STATUSES[key] for key in ("product", "end_of_waste", "waste", "unknown")}, is_needed=True,
                is_shown=False), *EURAL),
            Part.AMOUNT: AMOUNT + DENSITY, Part.PLACE: WHERE, Part.PERIOD: PERIOD, Part.TERMS: TERMS,
            Part.READERS: READERS,
        },
    ),
    Category.EQUIPMENT: Plan(
        label=_l("Equipment"), sign="wrench", says=_l("For sale, for hire or on loan."),
        parts={
            Part.WHAT: (
                Field(name="what", label=_l("What is it?"), is_needed=True), Field(name="make", label=_l("Make")),
                number("year", _l("Year"), "1900", "2100"),
                choice("condition", _l("Condition"), {
                    "new": _l("new"), "used": _l("used"), "defective": _l("defective")}, is_needed=True),
                choice("way", _l("How"), {"sale": _l("sale"), "hire": _l("hire"), "loan": _l("loan")}, is_needed=True),
            ),
            Part.PLACE: WHERE, Part.PERIOD: PERIOD, Part.TERMS: TERMS, Part.READERS: READERS,
        },
    ),
    Category.CAPACITY: Plan(
        label=_l("Spare capacity"), sign="timer",
        says=_l("A bounded offer: never your total capacity or how full you are."),
        parts={Part.WHAT: PROCESS, Part.AMOUNT: AMOUNT, Part.PLACE: WHERE, Part.PERIOD: PERIOD, Part.TERMS: TERMS,
               Part.READERS: READERS},
    ),
    Category.TEST_FACILITY: Plan(
        label=_l("Test facility"), sign="flask-conical", says=_l("Somewhere to try something out."),
        parts={
            Part.WHAT: (
                *PROCESS, number("batch", _l("Batch"), "0.001", "1000000", 3, unit_field="batch_unit"),
                choice("batch_unit", _l("Unit of the batch"), {"kg": "kg", "l": _l("litres")}, is_shown=False),
                Field(name="measurements", label=_l("What can be measured"), ask=Ask.TEXT, length=1000),
                choice("operates", _l("Who operates it"), {
                    "owner": _l("the owner"), "user": _l("the user"), "together": _l("together")}),
            ),
            Part.PLACE: WHERE, Part.PERIOD: PERIOD, Part.TERMS: TERMS, Part.READERS: READERS,
        },
    ),
    Category.PERSONNEL: Plan(
        label=_l("Lending staff"), sign="users-round", photos=0, files=0,
        says=_l("Without names, pay or files: those belong in no listing."),
        parts={
            Part.WHAT: (
                Field(name="role", label=_l("Role"), is_needed=True),
                Field(name="certificates", label=_l("Certificates"), ask=Ask.SEVERAL, options={
                    "vca": "VCA", "vca_vol": "VCA-VOL", "bhv": "BHV", "forklift": _l("forklift truck"),
                    "steam": _l("steam"), "aerial": _l("aerial platform"), "crane": _l("crane"),
                    "welding": _l("welding"), "nen3140": "NEN 3140", "adr": "ADR"}),
                choice("level", _l("Level"), {
                    "mbo2": "mbo 2", "mbo3": "mbo 3", "mbo4": "mbo 4", "hbo": "hbo", "wo": "wo"}, is_needed=True),
                number("persons", _l("How many people"), "1", "50", is_needed=True),
                number("fte", _l("Each for how many fte"), "0.10", "1.00", 2, unit="fte", is_needed=True),
                choice("shifts", _l("Shifts"), {
                    "day": _l("day"), "2": _l("two shifts"), "3": _l("three shifts"), "5": _l("five shifts")}),
                number("travel", _l("Travel at most"), "0", "500", unit="km"),
                choice("settlement", _l("Settlement"), {
                    "cost": _l("at cost"), "to_be_agreed": _l("to be agreed")}, is_needed=True),
                choice("waadi", _l("Registration for lending staff (Waadi)"), {
                    "registered": _l("registered"), "not_applicable": _l("not applicable"),
                    "unknown": _l("not known")}, is_needed=True),
            ),
            Part.PLACE: WHERE, Part.PERIOD: WHOLE_PERIOD, Part.READERS: READERS,
        },
    ),
    Category.SERVICE: Plan(
        label=_l("Service"), sign="hand", says=_l("Something you can do for another, or need done."),
        parts={
            Part.WHAT: (
                Field(name="capability", label=_l("What it takes"), is_needed=True,
                      help=_l("For example measuring vibration, calibrating, translating.")),
                choice("where_done", _l("Where"), {
                    "on_site": _l("on site"), "remote": _l("remote"), "both": _l("both")}, is_needed=True),
                number("lead_time", _l("Lead time"), "0", "365", unit=_l("days")),
            ),
            Part.PLACE: WHERE, Part.PERIOD: PERIOD, Part.TERMS: TERMS, Part.READERS: READERS,
        },
    ),
    Category.ENERGY: Plan(
        label=_l("Energy"), sign="zap", says=_l("Steam, heat, cold, gas, water or electricity."),
        parts={
            Part.WHAT: (
                choice("medium", _l("Medium"), {
                    "steam": _l("steam"), "warm_water": _l("warm water"), "cold": _l("cold"), "CO2": "CO₂",
                    "hydrogen": _l("hydrogen"), "electricity": _l("electricity"), "water": _l("water")},
                    is_needed=True),
                number("power", _l("Power"), "0.001", "99999", 3, unit="MW"),
                number("supply", _l("Supply temperature"), "-50", "600", 1, unit="°C"),
                number("return", _l("Return temperature"), "-50", "600", 1, unit="°C"),
                number("yearly", _l("Energy in a year"), "0.001", "100000000", 3, unit="MWh"),
                number("flow", _l("Flow"), "0.001", "1000000", 3, unit="m³/h"),
                choice("profile", _l("Profile"), {
                    "continuous": _l("continuous"), "day": _l("by day"), "season": _l("by season")}),
            ),
            Part.PLACE: WHERE, Part.PERIOD: PERIOD, Part.TERMS: TERMS, Part.READERS: READERS,
        },
    ),
    Category.JOINT_PURCHASE: Plan(
        label=_l("Joint purchase"), sign="scale",
        says=_l("Gathers which companies take part, never amounts."),
        parts={
            Part.WHAT: (
                Field(name="product", label=_l("Product"), is_needed=True),
                number("threshold", _l("Threshold"), "0.001", "99999999999", 3, unit_field="unit"),
                choice("unit", _l("Unit"), UNITS, is_shown=False),
                Field(name="deadline", label=_l("Last day to take part"), ask=Ask.DATE, is_needed=True),
                Field(name="negotiator", label=_l("Who negotiates"), is_needed=True,
                      help=_l("A company or person that takes no part itself.")),
                choice("market_share", _l("Share of the market, together"), SHARES, is_needed=True),
                Field(name="share_reason", label=_l("Reason of the coordinator"), ask=Ask.TEXT, length=1000,
                      help=_l("Needed above 15 % and where it is not known.")),
            ),
            Part.PLACE: WHERE, Part.READERS: READERS,
        },
    ),
}  # fmt: skip

FIELDS: Final[Mapping[str, Field]] = {each.name: each for plan in PLANS.values() for each in plan.fields}


def waste_status(category: Category, values: Mapping[str, Any]) -> str:
    """What the owner states, by its answers (Wet milieubeheer art. 1.1): never a verdict. "" where nothing is asked."""
    if category is not Category.RESIDUAL_STREAM:
        return str(values.get("waste_status") or "")
    answers = {values.get(name) for name in CONDITIONS}
    if "no" in answers:
        return "waste"
    return "by_product_own_statement" if answers == {"yes"} else "unknown"


def is_hazardous_waste(category: Category, values: Mapping[str, Any]) -> bool:
    return waste_status(category, values) == "waste" and values.get("hazardous") == "yes"


def kg_per_year(values: Mapping[str, Any]) -> int | None:
    """The larger amount in whole kilograms a year; None where unit and density do not tell.

    What comes once counts as one year's.
    """
    amount = values.get("quantity_max") or values.get("quantity_min")
    unit, rhythm = values.get("unit"), values.get("rhythm") or "once"
    if not amount or unit is None:
        return None
    weight = KG_IN.get(unit)
    if weight is None and unit in M3_IN and values.get("density"):
        weight = M3_IN[unit] * Decimal(values["density"])
    return round(Decimal(amount) * weight * TIMES_A_YEAR[rhythm]) if weight else None

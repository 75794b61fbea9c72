"""What people type about companies, sites, capabilities and themselves."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, IntegerField, RadioField, SelectField, SelectMultipleField, ValidationError

from app.core.forms import Form, Length, LineField, TextField, choices
from app.core.i18n import gettext as _
from app.core.routing import number_in
from app.core.text import tidy_line
from app.directory.models import (
    Audience,
    CapabilityKind,
    Certificate,
    CompanySize,
    Figure,
    Role,
    nearest_names,
    place_called,
)
from app.directory.models.capabilities import FIGURES_MOST, REMARK_MOST, TERM_LENGTH
from app.directory.models.companies import (
    PHRASE_LENGTH,
    PHRASES_MOST,
    REASON_LENGTH,
    ROLES_MOST,
    SUMMARY_MOST,
    TEXT_MOST,
)
from app.directory.models.people import ABOUT_MOST, KNOWS_MOST

ROLES = {
    Role.SUPPLIER.value: _l("Supplier"), Role.PRODUCER.value: _l("Producer"), Role.PROCESSOR.value: _l("Processor"),
    Role.SERVICE_PROVIDER.value: _l("Service provider"),
    Role.KNOWLEDGE_INSTITUTE.value: _l("Knowledge institute"), Role.GOVERNMENT.value: _l("Government"),
}  # fmt: skip
SIZES = {
    CompanySize.UNDER_10.value: _l("Up to 9 people"), CompanySize.FROM_10.value: _l("10 to 49 people"),
    CompanySize.FROM_50.value: _l("50 to 249 people"), CompanySize.FROM_250.value: _l("250 people or more"),
}  # fmt: skip
KINDS = {
    CapabilityKind.PROCESS.value: _l("Process"), CapabilityKind.EQUIPMENT.value: _l("Equipment"),
    CapabilityKind.ANALYSIS.value: _l("Analysis"), CapabilityKind.SERVICE.value: _l("Service"),
    CapabilityKind.TEST_FACILITY.value: _l("Test facility"), CapabilityKind.MATERIAL.value: _l("Material"),
    CapabilityKind.TRAINING.value: _l("Training"),
}  # fmt: skip
AUDIENCES = {
    Audience.NOBODY.value: _l("Nobody"), Audience.GROUP.value: _l("Who is in a working group with me"),
    Audience.MEMBERS.value: _l("Everyone at a member company"),
}  # fmt: skip
WHEN = {"now": _l("Now"), "later": _l("After a last day")}
POSTCODE = re.compile(r"([1-9]\d{3}) ?([A-Z]{2})")
PHONE = re.compile(r"[+\d][\d ()\-./]{5,19}")
DATE = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")


class LinesField(TextField):
    """One thing on each line. `lines` are those that say something."""

    @property
    def lines(self) -> list[str]:
        return [line for line in map(tidy_line, (self.data or "").splitlines()) if line]


class Lines:
    """At most so many lines, each of a length from `least` to `longest` characters."""

    def __init__(self, most: int, least: int, longest: int) -> None:
        self.most, self.least, self.longest = most, least, longest

    def __call__(self, _form: Any, field: LinesField) -> None:
        if len(field.lines) > self.most:
            raise ValidationError(_("There are %(num)s lines here; at most %(most)s.", num=len(field.lines),
                                    most=self.most))  # fmt: skip
        for line in field.lines:
            if not self.least <= len(line) <= self.longest:
                raise ValidationError(_("“%(line)s” needs %(least)s to %(most)s characters.", line=line[:40],
                                        least=self.least, most=self.longest))  # fmt: skip


class PageForm(Form):
    """A part of a company's page. `asks_reason` where somebody from outside the company changes it."""

    version = IntegerField()
    reason = LineField(_l("Why you change this (the contact person reads it)"))
    asks_reason = False

    def validate_reason(self, field: LineField) -> None:
        if self.asks_reason:
            Length(*REASON_LENGTH)(self, field)


class AboutForm(PageForm):
    summary = TextField(_l("In one or two sentences"), [Length(0, SUMMARY_MOST)])
    text = TextField(_l("More about the company"), [Length(0, TEXT_MOST)])
    roles = SelectMultipleField(_l("What you do in the chain"), choices=choices(ROLES))
    size = SelectField(_l("How many people work there"), choices=choices({"": _l("Not stated"), **SIZES}))
    website = LineField(_l("Website"), [Length(0, 200)])
    phone = LineField(_l("General telephone number"), [Length(0, 20)])
    email = LineField(_l("General e-mail address"), [Length(0, 254)])

    def validate_roles(self, field: SelectMultipleField) -> None:
        if len(field.data or ()) > ROLES_MOST:
            raise ValidationError(_("Choose at most %(most)s.", most=ROLES_MOST))

    def validate_website(self, field: LineField) -> None:
        if not field.data:
            return
        address = field.data if "://" in field.data else f"https://{field.data}"
        try:
            parts = urlsplit(address)
            is_one = bool(parts.hostname and "." in parts.hostname and not parts.username)
        except ValueError:
            is_one = False
        if not is_one or " " in address:
            raise ValidationError(_("This is not the address of a website. It looks like https://company.nl."))
        if parts.scheme != "https":
            raise ValidationError(_("The address must begin with https://, so that visitors reach it safely."))
        field.data = address

    def validate_phone(self, field: LineField) -> None:
        if field.data and not PHONE.fullmatch(field.data):
            raise ValidationError(_("This is not a telephone number. It looks like 0591 123 456."))

    def validate_email(self, field: LineField) -> None:
        if not field.data:
            return
        try:
            validate_email(field.data, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise ValidationError(_("This is not an e-mail address. It looks like name@company.nl.")) from None


class ProductsForm(PageForm):
    makes = LinesField(_l("What we make"), [Lines(PHRASES_MOST, *PHRASE_LENGTH)])
    needs = LinesField(_l("What we seek"), [Lines(PHRASES_MOST, *PHRASE_LENGTH)])
    offers = LinesField(_l("What we offer"), [Lines(PHRASES_MOST, *PHRASE_LENGTH)])


class CertificatesForm(PageForm):
    """One certificate a line, with the last day on which it holds: "ISO 9001, 31-12-2027"."""

    certificates = LinesField(_l("Certificates"), [Lines(PHRASES_MOST, 2, 80)])

    @property
    def read(self) -> list[Certificate]:
        return [certificate_in(line) for line in self.certificates.lines]

    def validate_certificates(self, field: LinesField) -> None:
        for line in field.lines:
            try:
                name = certificate_in(line).name
            except ValueError:
                raise ValidationError(_("“%(line)s” has a day that is not on the calendar.", line=line)) from None
            if not PHRASE_LENGTH[0] <= len(name) <= PHRASE_LENGTH[1]:
                raise ValidationError(_("“%(line)s” needs %(least)s to %(most)s characters.", line=name[:40],
                                        least=PHRASE_LENGTH[0], most=PHRASE_LENGTH[1]))  # fmt: skip


class LogoForm(PageForm):
    file = FileField(_l("Logo"))


class ReasonForm(PageForm):
    """For what is done with one button."""


class ClaimForm(PageForm):
    remark = LineField(_l("Remark"), [Length(0, REMARK_MOST)])
    figures = LinesField(_l("Figures"), [Lines(FIGURES_MOST, 3, 80)])

    @property
    def read(self) -> list[Figure]:
        return [Figure(name.strip(), value.strip()) for name, _colon, value in (
            line.partition(":") for line in self.figures.lines)]  # fmt: skip

    def validate_figures(self, field: LinesField) -> None:
        for line in field.lines:
            name, _colon, value = line.partition(":")
            if not name.strip() or not value.strip():
                raise ValidationError(_("“%(line)s” has no colon. It looks like “capacity: 150 kg/hour”.", line=line))


class NewClaimForm(ClaimForm):
    term = LineField(_l("What you can do"), [Length(*TERM_LENGTH)])
    kind = SelectField(_l("Kind, for a word that is not on the list yet"), choices=choices(KINDS))


class SiteForm(PageForm):
    name = LineField(_l("Name of the site"), [Length(2, 80)])
    street = LineField(_l("Street and number"), [Length(0, 120)])
    postcode = LineField(_l("Postcode"))
    place = LineField(_l("Place"), [Length(1, 60)])
    is_pickup = BooleanField(_l("Goods can be picked up here"))
    is_main = BooleanField(_l("This is our main site"))

    def validate_postcode(self, field: LineField) -> None:
        if field.data:
            found = POSTCODE.fullmatch(field.data.upper())
            if found is None:
                raise ValidationError(_("A postcode looks like 7811 AB."))
            field.data = f"{found[1]} {found[2]}"

    def validate_place(self, field: LineField) -> None:
        place = place_called(field.data or "")
        if place is not None:
            field.data = place.name
        elif near := nearest_names(field.data or ""):
            raise ValidationError(_("This place is not on the list. Do you mean %(names)s? If your place is missing, "
                                    "ask the coordinator.", names=", ".join(near)))  # fmt: skip
        else:
            raise ValidationError(_("This place is not on the list. Ask the coordinator to add it."))


class DeclineForm(Form):
    reason = LineField(_l("Why not"), [Length(*REASON_LENGTH)])


class CardForm(Form):
    about = TextField(_l("About yourself"), [Length(0, ABOUT_MOST)])
    knows = LinesField(_l("What colleagues can ask you about"), [Lines(KNOWS_MOST, *TERM_LENGTH)])
    phone_shown = RadioField(_l("Who sees your telephone number"), choices=choices(AUDIENCES))
    email_shown = RadioField(_l("Who sees your e-mail address"), choices=choices(
        {audience.value: AUDIENCES[audience.value] for audience in (Audience.GROUP, Audience.MEMBERS)}))  # fmt: skip


def certificate_in(line: str) -> Certificate:
    """As in “ISO 9001, 31-12-2027”, or without a day. Raises ValueError for a day that is not on the calendar."""
    name, comma, day = line.rpartition(",")
    found = DATE.fullmatch(day.strip()) if comma else None
    if found is None:
        return Certificate(line, None)
    return Certificate(name.strip(), date(int(found[3]), int(found[2]), int(found[1])))


class StaffForm(Form):
    """What someone is at their company."""

    function = LineField(_l("Function"), [Length(0, 80)])
    is_contact = BooleanField(_l("Contact person: invites colleagues and keeps the page of the company"))
    is_delegate = BooleanField(_l("Delegate: votes on behalf of the company"))


class EndForm(Form):
    """When a tie ends, and for each kind ("talks:12") the tie of the colleague who takes over; 0 is the contact."""

    when = RadioField(_l("When"), choices=choices(WHEN), validate_choice=False)
    last_day = LineField(_l("Last day"))
    receivers = SelectMultipleField(_l("Handing over"), coerce=str, validate_choice=False)

    def validate_when(self, field: Any) -> None:
        if field.data not in WHEN:
            raise ValidationError(_("Choose one of these."))

    def validate_last_day(self, field: Any) -> None:
        if self.when.data == "later" and day_typed(field.data or "") is None:
            raise ValidationError(_("Write a day like 24-10-2026."))

    @property
    def day(self) -> date | None:
        """The last day; None is now."""
        return day_typed(self.last_day.data or "") if self.when.data == "later" else None

    @property
    def chosen(self) -> dict[str, int]:
        """Kind → tie; what names nobody goes to the contact."""
        pairs = (each.partition(":") for each in self.receivers.data or ())
        numbers = {kind: number_in(number) for kind, _colon, number in pairs}
        return {kind: number for kind, number in numbers.items() if number}


def day_typed(text: str) -> date | None:
    """2026-10-24, as browsers send it, or 24-10-2026, as people write it. None for what is no day."""
    found = DATE.fullmatch(text.strip())
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text.strip())
    except ValueError:
        return None


def certificate_line(certificate: Certificate) -> str:
    """As it is typed."""
    name, until = certificate
    return f"{name}, {until.day}-{until.month}-{until.year}" if until else name


def figure_line(figure: Figure) -> str:
    return f"{figure.name}: {figure.value}"

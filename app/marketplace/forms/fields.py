"""Fields of a form from the fields of a category, and what each takes. What was typed stays in the box as it was."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from werkzeug.datastructures import MultiDict
from wtforms import Field as FormField
from wtforms import SelectField, SelectMultipleField, ValidationError

from app.core.forms import Form, Length, LineField, TextField, choices
from app.core.i18n import gettext as _
from app.core.i18n import number
from app.marketplace.models import Field
from app.marketplace.models.categories import Ask

# Dutch notation, whatever the reader's language: what one person types another may send.
_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?")
_PLAIN = re.compile(r"-?\d+([,.]\d+)?")
_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_CAS = re.compile(r"(\d{2,7})-(\d{2})-(\d)")
CHAPTERS: Final = range(1, 21)  # of the list of waste (Decision 2000/532/EC)


class Given(Form):
    """A form that also reads what it is given: a draft, or the filters of an address."""

    class Meta(Form.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            return formdata if isinstance(formdata, MultiDict) else super().wrap_formdata(form, formdata)


def number_typed(text: str) -> Decimal:
    """`1.250,5` and `1250,5`; `1250.5` too, where it can mean nothing else. Raises ValueError."""
    text = text.replace(" ", "").replace("\u00a0", "")
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    raise ValueError(text)


def day_typed(text: str) -> date:
    """As browsers send it, or `31-12-2026`. Raises ValueError."""
    found = _DAY.fullmatch(text)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)


def day_in(text: str | None) -> date | None:
    """None for what is no day."""
    try:
        return day_typed(text or "")
    except ValueError:
        return None


def eural_typed(text: str) -> str:
    """`040222*` → `04 02 22*`. Form only: the list itself is not here. Raises ValueError."""
    digits = text.replace(" ", "").rstrip("*")
    if len(digits) != 6 or not digits.isascii() or not digits.isdecimal() or int(digits[:2]) not in CHAPTERS:
        raise ValueError(text)
    return f"{digits[:2]} {digits[2:4]} {digits[4:]}{'*' if text.endswith('*') else ''}"


def cas_typed(text: str) -> str:
    """The last digit proves the others (cas.org, check digit). Raises ValueError."""
    found = _CAS.fullmatch(text)
    if found is None:
        raise ValueError(text)
    digits = (found[1] + found[2])[::-1]
    if sum(place * int(digit) for place, digit in enumerate(digits, start=1)) % 10 != int(found[3]):
        raise ValueError(text)
    return text


def un_typed(text: str) -> str:
    digits = text.upper().removeprefix("UN").strip()
    if len(digits) != 4 or not digits.isascii() or not digits.isdecimal():
        raise ValueError(text)
    return digits


def value_of(spec: Field, typed: Any) -> Any:
    """What was typed as a plain string or list, or None for nothing. Raises ValueError for what cannot be."""
    if spec.ask is Ask.SEVERAL:
        return list(typed or ()) or None
    if not typed:
        return None
    if spec.ask is Ask.NUMBER:
        return str(_within(spec, number_typed(typed)))
    if spec.ask is Ask.DATE:
        return day_typed(typed).isoformat()
    return {Ask.EURAL: eural_typed, Ask.CAS: cas_typed, Ask.UN: un_typed}.get(spec.ask, str)(typed)


def form_field(spec: Field) -> Any:
    """The field of a form that asks this."""
    if spec.ask is Ask.CHOICE:
        return SelectField(spec.label, [_fits(spec)], choices=choices({"": "", **spec.options}), coerce=_word,
                           validate_choice=False)  # fmt: skip
    if spec.ask is Ask.SEVERAL:
        return SelectMultipleField(spec.label, [_fits(spec)], choices=choices(spec.options), validate_choice=False)
    if spec.ask is Ask.TEXT:
        return TextField(spec.label, [Length(0, spec.length), _fits(spec)])
    return LineField(spec.label, [Length(0, spec.length), _fits(spec)])


def _fits(spec: Field) -> Callable[[Form, FormField], None]:
    def check(_form: Form, field: FormField) -> None:
        if spec.is_needed and not field.data:
            raise ValidationError(_("Please fill this in."))
        if spec.ask in (Ask.CHOICE, Ask.SEVERAL):
            chosen = set(field.data or ()) if spec.ask is Ask.SEVERAL else {field.data or ""}
            if chosen - {"", *(option[0] for option in field.iter_choices())}:
                raise ValidationError(_("Choose from the list."))
        try:
            value_of(spec, field.data)
        except ValidationError:
            raise
        except ValueError:
            raise ValidationError(_wrong(spec)) from None

    return check


def _within(spec: Field, value: Decimal) -> Decimal:
    if -value.as_tuple().exponent > spec.decimals:  # type: ignore[operator]  # no number typed is infinite
        if not spec.decimals:
            raise ValidationError(_("Give a whole number."))
        raise ValidationError(_("Give at most %(num)s decimals.", num=spec.decimals))
    if spec.least is not None and spec.most is not None and not spec.least <= value <= spec.most:
        raise ValidationError(_("Give a number from %(least)s to %(most)s.", least=number(float(spec.least)),
                                most=number(float(spec.most))))  # fmt: skip
    return value


def _wrong(spec: Field) -> str:
    if spec.ask is Ask.NUMBER:
        return _("This is no number. Write it like 1.250,5.")
    if spec.ask is Ask.DATE:
        return _("This is no day. Write it like 31-12-2026.")
    if spec.ask is Ask.EURAL:
        return _("A Eural code has six digits and begins with a chapter from 01 to 20.")
    if spec.ask is Ask.CAS:
        return _("This is no CAS number: its last digit does not fit the others.")
    return _("A UN number has four digits.")


def _word(value: Any) -> str:
    return "" if value is None else str(value)

"""Short forms: what the coordinator answers, and what is said in talks."""

from datetime import date, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, ValidationError

from app.core.clock import today
from app.core.forms import ClientIdField, Form, Length, LineField, TextField, choices
from app.core.i18n import gettext as _
from app.marketplace.forms.fields import Given, day_in, day_typed, form_field, value_of
from app.marketplace.models.categories import AMOUNT, PERIOD
from app.marketplace.models.listings import CloseReason
from app.marketplace.models.talks import MESSAGE_MOST, PROPOSAL_DAYS, PROPOSAL_MOST

REASONS: Final = {
    "incomplete": _l("something is missing"), "unclear": _l("it is not clear"),
    "prices": _l("it says something of prices or conditions"), "names": _l("it names people"),
    "not_here": _l("it does not belong here"), "other": _l("something else"),
}  # fmt: skip
CLOSE_REASONS: Final = {
    CloseReason.HERE.value: _l("it worked out, through the association"),
    CloseReason.ELSEWHERE.value: _l("it worked out, elsewhere"), CloseReason.NOT_NEEDED.value: _l("no longer needed"),
}  # fmt: skip
MODERATIONS: Final = {
    "off": _l("None"), "all": _l("All"),
    "risk": _l("A company's first, hazardous waste, lending staff and joint purchases"),
}  # fmt: skip


class CloseForm(Form):
    reason = RadioField(_l("Why do you close it?"), choices=choices(CLOSE_REASONS))


class DeclineForm(Form):
    version = HiddenField("")
    reason = SelectField(_l("Reason"), choices=choices(REASONS))
    body = TextField(_l("What should change?"), [Length(1, 2000)])


class JudgeForm(Form):
    version = HiddenField("")
    body = TextField(_l("Reason (needed for a joint purchase above 15 % or not known)"), [Length(0, 1000)])


class ModerationForm(Form):
    version = HiddenField("")
    moderation = RadioField(_l("Judged before they are placed"), choices=choices(MODERATIONS))


class MessageForm(Given):
    """The same words and limits, whether they come by form or by socket."""

    body = TextField(_l("Your message"), [Length(1, MESSAGE_MOST)])
    client_id = ClientIdField("")


class AddColleagueForm(Form):
    tie = SelectField(_l("Colleague"), coerce=str, validate_choice=False)


class ProposalForm(Form):
    """Amount and period as a listing asks them; no field for a price."""

    body = TextField(_l("What do you propose?"), [Length(1, PROPOSAL_MOST)])
    quantity_min, quantity_max, unit, rhythm = (form_field(spec) for spec in AMOUNT)
    first, last = (form_field(spec) for spec in PERIOD)
    valid_until = LineField(_l("Until when can the other side answer?"))
    client_id = ClientIdField("")

    def validate_quantity_max(self, field: Any) -> None:
        values = self._amounts()
        if values.get("quantity_min") and values.get("quantity_max") and (
                float(values["quantity_min"]) > float(values["quantity_max"])):  # fmt: skip
            raise ValidationError(_("The highest amount is below the lowest."))

    def validate_unit(self, field: Any) -> None:
        if (self.quantity_min.data or self.quantity_max.data) and not field.data:
            raise ValidationError(_("Choose the unit of the amount."))

    def validate_last(self, field: Any) -> None:
        first, last = (day_in(each.data) for each in (self.first, self.last))
        if first and last and last < first:
            raise ValidationError(_("The last day is before the first."))

    def validate_valid_until(self, field: Any) -> None:
        last = day_in(field.data)
        if last is None or not today() < last <= today() + timedelta(days=PROPOSAL_DAYS):
            raise ValidationError(_("Choose a day within %(days)s days from now.", days=PROPOSAL_DAYS))

    @property
    def last_day(self) -> date:
        return day_typed(self.valid_until.data)

    def _amounts(self) -> dict[str, Any]:
        try:
            return proposal_values(self)
        except ValueError:
            return {}


def proposal_values(form: ProposalForm) -> dict[str, Any]:
    """Amount and period as plain strings."""
    named = {**{spec.name: spec for spec in AMOUNT}, "first": PERIOD[0], "last": PERIOD[1]}
    values = {spec.name: value_of(spec, form[name].data) for name, spec in named.items()}
    return {name: value for name, value in values.items() if value is not None}

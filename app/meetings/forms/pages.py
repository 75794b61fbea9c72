"""What people type about meetings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, IntegerField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import NumberRange

from app.core.clock import from_local, local
from app.core.forms import Form, Length, LineField, TextField, choices
from app.core.i18n import gettext as _
from app.core.routing import number_in
from app.core.text import tidy_line
from app.meetings.models import (
    ITEM_MINUTES_MOST,
    ITEM_TEXT_MOST,
    LINK_MOST,
    LONGEST,
    MINUTES_TEXT_MOST,
    PLACE_MOST,
    REASON_MOST,
    REMARK_MOST,
    SHORTEST,
    TITLE_LEAST,
    TITLE_MOST,
    Answer,
    MeetingState,
    Purpose,
    Quorum,
    Via,
)

PURPOSES = {
    Purpose.INFORM.value: _l("inform"), Purpose.DISCUSS.value: _l("discuss"), Purpose.DECIDE.value: _l("decide"),
    Purpose.CLOSING_ROUND.value: _l("any other business"),
}  # fmt: skip
STATES = {
    MeetingState.DRAFT.value: _l("draft"), MeetingState.ANNOUNCED.value: _l("announced"),
    MeetingState.OPEN.value: _l("opened"), MeetingState.SUSPENDED.value: _l("suspended"),
    MeetingState.CLOSED.value: _l("closed"), MeetingState.CANCELLED.value: _l("cancelled"),
}  # fmt: skip
ANSWERS = {Answer.YES.value: _l("Yes"), Answer.NO.value: _l("No"), Answer.MAYBE.value: _l("Perhaps")}
VIAS = {Via.HALL.value: _l("in the hall"), Via.ONLINE.value: _l("online")}
QUORUMS = {
    Quorum.NONE.value: _l("No minimum"), Quorum.NUMBER.value: _l("A number of companies"),
    Quorum.PER_CENT.value: _l("A part of the companies, in per cent"),
}  # fmt: skip
NOBODY = 0  # the value of "nobody yet" in a list of people


class MomentField(StringField):
    """A local date and time, as browsers write it: 2026-03-03T14:10. `data` is the moment; what was typed stays."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        typed = tidy_line(valuelist[0]) if valuelist else ""
        if not typed:
            raise ValueError(_("Please give a date and a time."))
        try:
            wall = datetime.fromisoformat(typed)
        except ValueError:
            raise ValueError(_("This is not a date with a time. Write it like 2026-03-03 14:10.")) from None
        if wall.tzinfo is not None or not 2000 <= wall.year <= 2200:
            raise ValueError(_("This is not a date with a time. Write it like 2026-03-03 14:10."))
        try:
            self.data = from_local(wall.replace(second=0, microsecond=0))
        except ValueError:
            raise ValueError(_("The clock skips this time: that night it goes from 2 to 3 o'clock. "
                               "Choose another time.")) from None  # fmt: skip

    def shown(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{local(self.data):%Y-%m-%dT%H:%M}" if self.data else ""


class TimesForm(Form):
    starts_at = MomentField(_l("Starts"))
    ends_at = MomentField(_l("Ends"))

    def validate_ends_at(self, field: MomentField) -> None:
        starts, ends = self.starts_at.data, field.data
        if starts is None or ends is None:
            return
        if ends <= starts:
            raise ValidationError(_("The end comes after the start."))
        if not SHORTEST <= ends - starts <= LONGEST:
            raise ValidationError(_("A meeting takes 10 minutes to 12 hours."))


class PlanForm(Form):
    title = LineField(_l("Title"), [Length(TITLE_LEAST, TITLE_MOST)])
    place = LineField(_l("Place"), [Length(0, PLACE_MOST)])
    online_link = LineField(_l("Link to take part online"), [Length(0, LINK_MOST)])
    chair = SelectField(_l("Chair of this meeting"), coerce=int)
    note_taker = SelectField(_l("Note taker"), coerce=int)
    quorum_rule = SelectField(_l("How many must come"), choices=choices(QUORUMS), default=Quorum.NONE.value)
    quorum = LineField(_l("Number or per cent"))
    version = IntegerField()

    def validate_online_link(self, field: LineField) -> None:
        if field.data and not _is_https(field.data):
            raise ValidationError(_("A link begins with https:// and the name of a site."))

    def validate_quorum(self, field: LineField) -> None:
        most = {Quorum.NUMBER.value: 999, Quorum.PER_CENT.value: 100}.get(self.quorum_rule.data)
        if most and not 1 <= (number_in(field.data) or 0) <= most:
            raise ValidationError(_("Give a number from 1 to %(most)s.", most=most))


class MeetingForm(PlanForm, TimesForm):
    """A draft: everything at once."""


class ChangeMeetingForm(PlanForm):
    """An announced meeting: all but its times, with the reason."""

    reason = LineField(_l("Why does this change?"), [Length(5, REASON_MOST)])


class MoveMeetingForm(TimesForm):
    reason = LineField(_l("Why does the meeting move?"), [Length(5, REASON_MOST)])


class ReasonForm(Form):
    """Publishing at short notice, cancelling, and changes of the agenda once it is published."""

    reason = LineField(_l("Reason"), [Length(0, REASON_MOST)])
    steps = HiddenField()

    @property
    def said(self) -> str:
        return self.reason.data or ""


class ItemForm(Form):
    title = LineField(_l("Title"), [Length(TITLE_LEAST, TITLE_MOST)])
    purpose = RadioField(_l("Purpose"), choices=choices(PURPOSES))
    planned_min = IntegerField(_l("Minutes planned"), [NumberRange(1, ITEM_MINUTES_MOST, _l("Give 1 to 240 minutes."))])
    presenter = SelectField(_l("Who presents it"), coerce=int)
    body = TextField(_l("Text"), [Length(0, ITEM_TEXT_MOST)])
    version = IntegerField()
    reason = LineField(_l("Why does this change?"), [Length(0, REASON_MOST)])


class FilesForm(Form):
    """Beside the form of the item itself, so its field for the reason has an id of its own."""

    file = FileField(_l("Add files"))
    reason = LineField(_l("Why are these files added?"), [Length(0, REASON_MOST)], id="files-reason")

    @property
    def said(self) -> str:
        return self.reason.data or ""


class AnswerForm(Form):
    answer = RadioField(_l("Do you come?"), choices=choices(ANSWERS))
    via = RadioField(_l("How?"), choices=choices(VIAS), default=Via.HALL.value)
    remark = LineField(_l("Remark"), [Length(0, REMARK_MOST)])


class ConfirmForm(Form):
    version = IntegerField()
    via = RadioField(_l("How do you take part?"), choices=choices(VIAS), default=Via.ONLINE.value)


class BlockForm(Form):
    body = TextField(_l("Text"), [Length(0, MINUTES_TEXT_MOST)])
    base_version = IntegerField()


def _is_https(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not any(sign.isspace() for sign in link)


def with_people(form: Any, people: Sequence[tuple[int, str, str]], *fields: str) -> None:
    """The choices of the fields that name a person, from (tie, name, company)."""
    named = {tie_id: f"{name} · {company}" for tie_id, name, company in people}
    for field in fields:
        form[field].choices = choices({NOBODY: _("nobody yet"), **named})

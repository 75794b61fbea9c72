"""What people type to announce something."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, ValidationError

from app.announcements.models import BODY_MOST, TITLE_LEAST, TITLE_MOST, Audience, Kind, Reason
from app.announcements.service import Plan
from app.core.forms import Form, Length, LineField, TextField, choices
from app.core.i18n import gettext as _
from app.groups.policy import Standing

KINDS = {Kind.NEWS.value: _l("News"), Kind.BOARD.value: _l("Announcement of the board")}
AUDIENCES = {
    Audience.ALL.value: _l("Everyone at the member companies"),
    Audience.CONTACTS.value: _l("The contacts of all companies"),
    Audience.GROUPS.value: _l("Members of working groups"),
}  # fmt: skip
REASONS = {
    Reason.CONVOCATION.value: _l("Convocation of a meeting of members"), Reason.SAFETY.value: _l("Safety"),
    Reason.STATUTES.value: _l("Prescribed by the statutes"),
}  # fmt: skip


class AnnouncementForm(Form):
    kind = RadioField(_l("What it is"), choices=choices(KINDS))
    reason = SelectField(_l("Why everyone must have it"), default="",
                         choices=choices({"": _l("Choose a reason"), **REASONS}))  # fmt: skip
    audience = RadioField(_l("Who it is for"), choices=choices(AUDIENCES))
    groups = SelectMultipleField(_l("Which working groups"), coerce=str, validate_choice=True)
    title = LineField(_l("Title"), [Length(TITLE_LEAST, TITLE_MOST)])
    body = TextField(_l("Text"), [Length(1, BODY_MOST)])

    def offer(self, groups: Iterable[Standing], *, is_coordinator: bool) -> None:
        """What this person may choose."""
        kinds = KINDS if is_coordinator else {Kind.NEWS.value: KINDS[Kind.NEWS.value]}
        self.kind.choices = choices(kinds)
        audiences = AUDIENCES if is_coordinator else {Audience.GROUPS.value: AUDIENCES[Audience.GROUPS.value]}
        self.audience.choices = choices(audiences)
        self.groups.choices = choices({str(each.group_id): each.name for each in groups})

    def validate_reason(self, field: SelectField) -> None:
        if self.kind.data == Kind.BOARD and not field.data:
            raise ValidationError(_("Say why everyone must have this."))

    def validate_groups(self, field: SelectMultipleField) -> None:
        if self.audience.data == Audience.GROUPS and not field.data:
            raise ValidationError(_("Choose at least one working group."))

    @property
    def group_ids(self) -> tuple[int, ...]:
        is_for_groups = self.audience.data == Audience.GROUPS
        return tuple(int(each) for each in self.groups.data or ()) if is_for_groups else ()

    def plan(self, body_html: str) -> Plan:
        return Plan(kind=Kind(self.kind.data), audience=Audience(self.audience.data), title=self.title.data or "",
                    body_md=self.body.data or "", body_html=body_html,
                    reason=Reason(self.reason.data) if self.reason.data else None,
                    group_ids=self.group_ids)  # fmt: skip


class AgainForm(Form):
    """To whom a letter goes once more."""

    person = HiddenField("")

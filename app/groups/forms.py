"""What people type about a group."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import NumberRange, Optional

from app.core.forms import Form, Length, LineField, TextField, choices
from app.core.i18n import gettext as _
from app.groups.models import NOTICE_MOST, EditWindow, Theme, Visibility
from app.notifications.forms import LEVEL_LABELS
from app.notifications.models import Level

THEMES = {
    Theme.INNOVATION.value: _l("Innovation"), Theme.MOBILITY.value: _l("Staff mobility"),
    Theme.SAFETY.value: _l("External safety"), Theme.ENERGY.value: _l("Energy"),
    Theme.DIGITAL.value: _l("Digitalisation"), Theme.MATERIALS.value: _l("Loop of materials"),
}  # fmt: skip
VISIBILITIES = {
    Visibility.OPEN.value: _l("Open: every member company reads along and can join"),
    Visibility.ON_REQUEST.value: _l("On request: only members of the group read"),
    Visibility.CONFIDENTIAL.value: _l("Confidential: for everyone else the group does not exist"),
}
EDIT_WINDOWS = {
    EditWindow.HALF_HOUR.value: _l("Half an hour"), EditWindow.DAY.value: _l("24 hours"),
    EditWindow.ALWAYS.value: _l("Always"),
}  # fmt: skip

# Nobody makes others deaf: silence is chosen by each for themselves.
DEFAULT_LEVELS = {level: label for level, label in LEVEL_LABELS.items() if level != Level.SILENT}


class GroupForm(Form):
    purpose = TextField(_l("Purpose"), [Length(20, 500)])
    theme = SelectField(_l("Theme"), choices=choices(THEMES))
    visibility = RadioField(_l("Who can read this group"), choices=choices(VISIBILITIES))


class NewGroupForm(GroupForm):
    name = LineField(_l("Name"), [Length(3, 80)])
    code = LineField(_l("Short code"), [Length(2, 4)])
    lead = SelectField(_l("Lead"), coerce=int)

    def validate_code(self, field: LineField) -> None:
        code = field.data or ""  # None when no form came at all
        if not (code.isascii() and code.isalpha() and code.isupper()):
            raise ValidationError(_("Use 2 to 4 capital letters, such as EN."))


class MemberForm(Form):
    person = SelectField(_l("Who"), coerce=int)


class AskForm(Form):
    answer = TextField(_l("What do you bring, and what do you seek?"), [Length(10, 500)])


class DeclineForm(Form):
    reason = TextField(_l("Why not?"), [Length(10, 500)])


class EditGroupForm(GroupForm):
    rules_md = TextField(_l("Rules of the group"), [Length(0, 5000)])
    notice_days = IntegerField(_l("Days between agenda and meeting"),
                               [Optional(), NumberRange(0, NOTICE_MOST, _l("Give 0 to 60 days."))])  # fmt: skip
    edit_window = SelectField(_l("How long one can change one's own post"), [Optional(strip_whitespace=False)],
                              choices=choices(EDIT_WINDOWS))  # fmt: skip
    default_watch = SelectField(_l("What members get who chose nothing themselves"),
                                [Optional(strip_whitespace=False)], choices=choices(DEFAULT_LEVELS))  # fmt: skip
    version = IntegerField()

"""What the buttons of the bell send, and what people choose to hear."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from app.core.forms import Form, choices
from app.notifications.models import Level

LEVEL_LABELS = {
    Level.ALL_MAIL.value: _l("Everything by mail"), Level.NEW_THREADS.value: _l("New threads by mail"),
    Level.OVERVIEW.value: _l("In the overview only"), Level.SILENT.value: _l("Silent"),
}  # fmt: skip
AS_WIDER = "as_wider"


class ReadForm(Form):
    """One line by its id, or all of them; then on to the page where the button stood."""

    id = HiddenField("")
    all = HiddenField("")
    next = HiddenField("")


class LevelForm(Form):
    """What one hears of a place. The page that asks says what the wider choice comes to, which `as_wider` follows."""

    level = RadioField(_l("What reaches you"), choices=choices({**LEVEL_LABELS, AS_WIDER: ""}))

    def offer(self, as_wider: str, *, without: Level | None = None) -> None:
        """All levels but one, and what it is without a choice of one's own."""
        labels = {level: label for level, label in LEVEL_LABELS.items() if level != without}
        self.level.choices = choices({**labels, AS_WIDER: as_wider})

    @property
    def chosen(self) -> Level | None:
        return None if self.level.data == AS_WIDER else Level(self.level.data)

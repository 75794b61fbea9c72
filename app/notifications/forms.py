"""What the buttons of the bell send, and what people choose to hear."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, ValidationError

from app.core.clock import today
from app.core.forms import Form, LineField, choices
from app.core.i18n import gettext as _
from app.core.i18n import weekdays
from app.core.routing import number_in
from app.notifications.models import PROPOSED_DAY, PROPOSED_HOUR, Channel, DigestSetting, Level, Rhythm, Sort
from app.notifications.policy import SORTS
from app.notifications.service import Times

LEVEL_LABELS = {
    Level.ALL_MAIL.value: _l("Everything by mail"), Level.NEW_THREADS.value: _l("New threads by mail"),
    Level.OVERVIEW.value: _l("In the overview only"), Level.SILENT.value: _l("Silent"),
}  # fmt: skip
AS_WIDER = "as_wider"
RHYTHMS = {
    Rhythm.WEEKLY.value: _l("Every week"), Rhythm.DAILY.value: _l("Every day"), Rhythm.MONTHLY.value: _l("Every month"),
    Rhythm.NEVER.value: _l("Never"),
}  # fmt: skip
PAUSED_MOST = timedelta(days=366)
BOXES = {f"{sort.value}:{channel.value}": (sort, channel) for sort, way in SORTS.items() for channel in way.chosen}
SORT_LABELS = {
    Sort.NAMED: _l("Someone names you, or answers you directly"),
    Sort.TASK: _l("Something is asked of you: a task, a request, a judgment"),
    Sort.CALL: _l("A call for a meeting, or an announcement of the board"),
    Sort.POST: _l("A post in a place of which you chose everything by mail"),
    Sort.NEW_THREAD: _l("A new thread in a group of which you chose new threads by mail"),
    Sort.NEWS: _l("Other news, such as a new version of a document"),
    Sort.REACTION: _l("A reaction to a post of yours"),
    Sort.ACCOUNT: _l("Your account, and what is decided about what you wrote"),
}  # fmt: skip


class ReadForm(Form):
    """One line by its id, or all of them; then on to the page where the button stood."""

    id = HiddenField("")
    all = HiddenField("")
    next = HiddenField("")


class OverviewForm(Form):
    """How often an overview comes, on which days, at what hour, and until when it waits."""

    rhythm = RadioField(_l("How often"), choices=choices(RHYTHMS))
    days = SelectMultipleField(_l("On which days"), coerce=int)
    hour = SelectField(_l("At what time"), coerce=int)
    paused_until = LineField(_l("Pause until"))

    def __init__(self, *typed: Any, **values: Any) -> None:
        super().__init__(*typed, **values)
        self.days.choices = choices({number: weekdays([number]) for number in range(1, 8)})
        self.hour.choices = choices({number: _("%(hour)s:00", hour=str(number)) for number in range(24)})

    @classmethod
    def of(cls, chosen: DigestSetting | None) -> "OverviewForm":
        """As it stands; without a choice the proposed day and hour, for whoever begins."""
        if chosen is None:
            return cls(formdata=None, rhythm=Rhythm.NEVER.value, days=[PROPOSED_DAY], hour=PROPOSED_HOUR)
        is_paused = chosen.paused_until is not None and chosen.paused_until > today()
        return cls(formdata=None, rhythm=chosen.rhythm.value, days=chosen.days, hour=chosen.hour,
                   paused_until=str(chosen.paused_until) if is_paused else "")  # fmt: skip

    def validate_days(self, field: Any) -> None:
        if self.rhythm.data in (Rhythm.WEEKLY, Rhythm.MONTHLY) and not field.data:
            raise ValidationError(_("Choose at least one day."))

    def validate_paused_until(self, field: Any) -> None:
        last = today() + PAUSED_MOST
        if field.data and not today() < (self._paused_until or today()) <= last:
            raise ValidationError(_("Choose a day after today, within a year, or leave this empty."))

    @property
    def times(self) -> Times:
        return Times(Rhythm(self.rhythm.data), tuple(self.days.data or ()), self.hour.data, self._paused_until)

    @property
    def _paused_until(self) -> date | None:
        try:
            return date.fromisoformat(self.paused_until.data or "")
        except ValueError:
            return None


class GroupLevelsForm(Form):
    """One choice for each working group on the page: "7:all_mail". A group that is not named stays as it is."""

    level = SelectMultipleField(_l("Your working groups"))

    def offer(self, group_ids: Iterable[int]) -> None:
        self.level.choices = choices({level_choice(group_id, level): "" for group_id in group_ids
                                      for level in (*LEVEL_LABELS, AS_WIDER)})  # fmt: skip

    @property
    def chosen(self) -> dict[int, Level | None]:
        pairs = [choice.split(":") for choice in self.level.data or ()]
        return {int(number): None if level == AS_WIDER else Level(level) for number, level in pairs}


def level_choice(group_id: int, level: str) -> str:
    return f"{group_id}:{level}"


class ThreadBackForm(Form):
    """The button beside a thread that one chose for apart: from now on as in its working group."""

    thread = HiddenField("")

    @property
    def number(self) -> int | None:
        return number_in(self.thread.data)


class StopBackForm(Form):
    """The button beside mail that one stopped for one place: from now on it comes again."""

    stop = HiddenField("")

    @property
    def number(self) -> int | None:
        return number_in(self.stop.data)


class BoxesForm(Form):
    """`shown` names the boxes that the page had, `on` those that are ticked. What was not shown stays as it is."""

    shown = SelectMultipleField()
    on = SelectMultipleField(_l("What reaches you how"))

    def __init__(self, *typed: Any, **values: Any) -> None:
        super().__init__(*typed, **values)
        self.shown.choices = self.on.choices = choices({name: "" for name in BOXES})

    def validate_shown(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("This form came in without its boxes. Try again."))

    @property
    def boxes(self) -> Mapping[tuple[Sort, Channel], bool]:
        return {BOXES[name]: name in (self.on.data or ()) for name in self.shown.data or ()}


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

"""What people type when they report, handle a case, or object."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, ValidationError
from wtforms.validators import NumberRange, Optional

from app.core.forms import Form, Length, TextField, choices
from app.core.i18n import gettext as _
from app.guard.models import ActsAs
from app.guard.queries import house_rules
from app.moderation.models import (
    NOTE_MOST,
    OBJECTION_LEAST,
    REASON_LEAST,
    REASON_MOST,
    REPORT_MOST,
    SUSPEND_DAYS_MOST,
    ActionKind,
    CaseState,
    Desk,
    ObjectionState,
    Reason,
)

REASONS = {
    Reason.COMPETITION.value: _l("Competition law: prices, customers, agreements"),
    Reason.CONFIDENTIAL.value: _l("Confidential: this should not stand here"),
    Reason.INCORRECT.value: _l("Not correct"), Reason.CONDUCT.value: _l("Unpleasant or hurtful"),
    Reason.ADVERTISING.value: _l("Advertising"),
}  # fmt: skip
ACTIONS = {
    ActionKind.MESSAGE.value: _l("message to the author"), ActionKind.HIDE.value: _l("hidden"),
    ActionKind.UNHIDE.value: _l("put back"), ActionKind.SILENCE.value: _l("pause in writing"),
    ActionKind.SUSPEND.value: _l("suspension"), ActionKind.LIFT.value: _l("ended early"),
}  # fmt: skip
ROLES = {
    ActsAs.LEAD.value: _l("chair"), ActsAs.DEPUTY.value: _l("deputy"), ActsAs.COORDINATOR.value: _l("coordinator"),
    ActsAs.DEPUTY_COORDINATOR.value: _l("deputy coordinator"), ActsAs.BOARD.value: _l("board"),
}  # fmt: skip
DESKS = {
    Desk.LEAD.value: _l("chair of the group"), Desk.COORDINATOR.value: _l("coordinator"),
    Desk.DEPUTY.value: _l("deputy coordinator"), Desk.BOARD.value: _l("board"),
}  # fmt: skip
STATES = {
    CaseState.OPEN.value: _l("new"), CaseState.IN_HAND.value: _l("in hand"), CaseState.SETTLED.value: _l("handled"),
    CaseState.REJECTED.value: _l("rejected"),
}  # fmt: skip
OBJECTION_STATES = {
    ObjectionState.FILED.value: _l("waits for a decision"), ObjectionState.UPHELD.value: _l("upheld"),
    ObjectionState.DISMISSED.value: _l("dismissed"),
}  # fmt: skip
# Kinds of text by name; one that is missing here is called by its own word.
KINDS = {
    "post": _l("post"), "thread": _l("thread"), "settlement": _l("what a thread came to"),
    "summary": _l("summary of a thread"),
    "document": _l("document"), "folder": _l("name of a folder"),
    "listing": _l("listing"), "talk_line": _l("line in a talk"), "meeting_line": _l("line in a meeting"),
    "person": _l("profile of a person"),
    "company": _l("page of a company"), "agenda_item": _l("item of an agenda"),
    "agenda_amendment": _l("change of an agenda"), "minutes_block": _l("text in minutes"),
    "meeting": _l("title, place and link of a meeting"),
    "meeting_remark": _l("remark with an answer to a meeting"),
    "group": _l("purpose and rules of a working group"),
}  # fmt: skip
NO_RULE = 0
DECISIONS = {
    ObjectionState.UPHELD.value: _l("Upheld: what was done is undone"),
    ObjectionState.DISMISSED.value: _l("Dismissed: what was done stays"),
}  # fmt: skip
DAYS = {1: _l("1 day"), 3: _l("3 days"), 7: _l("7 days"), 30: _l("30 days")}


class ReportForm(Form):
    kind = HiddenField("")
    id = HiddenField("")
    reason = RadioField(_l("What is wrong with it?"), choices=choices(REASONS))
    text = TextField(_l("Explanation"), [Length(0, REPORT_MOST)])


class ActionForm(Form):
    """Several stand on one page, so that each field has the form's name before its own."""

    def __init__(self, name: str = "", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = field.label.field_id = f"{name}-{field.name}"


class GroundForm(ActionForm):
    rule = SelectField(_l("Rule"), coerce=int)
    reason = TextField(_l("Reason"), [Length(REASON_LEAST, REASON_MOST)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = {rule.number: f"{rule.number}. {rule.name}" for rule in house_rules()}
        self.rule.choices = choices({NO_RULE: _("Choose a rule"), **rules})

    def validate_rule(self, field: SelectField) -> None:
        """None is chosen beforehand: it would soon be the one that is always chosen."""
        if field.data == NO_RULE:
            raise ValidationError(_("Choose the rule under which you do this."))


class SilenceForm(GroundForm):
    days = RadioField(_l("For how long"), coerce=int, choices=choices(DAYS), default=1)

    def offer(self, days: Iterable[int]) -> None:
        """No more than whoever handles the case may give."""
        self.days.choices = choices({each: DAYS[each] for each in days})


class SuspendForm(GroundForm):
    days = IntegerField(_l("For how many days"), [NumberRange(1, SUSPEND_DAYS_MOST)])


class CloseForm(ActionForm):
    outcome = TextField(_l("Outcome, for whoever reported"), [Length(REASON_LEAST, REASON_MOST)])


class NoteForm(ActionForm):
    body = TextField(_l("Note"), [Length(1, NOTE_MOST)])


class DecideForm(ActionForm):
    decision = RadioField(_l("Decision"), choices=choices(DECISIONS))
    reason = TextField(_l("Reason"), [Length(REASON_LEAST, REASON_MOST)])


class ObjectionForm(Form):
    text = TextField(_l("Why do you object?"), [Length(OBJECTION_LEAST, NOTE_MOST)])


class LogForm(Form):
    """Asked by GET: a word or date that is none of ours is as good as absent."""

    class Meta(Form.Meta):
        def wrap_formdata(self, _form: Any, formdata: Any) -> Any:
            return formdata

    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Up to and including"), [Optional()])
    role = SelectField(_l("By whom"), choices=choices({"": _l("Everyone"), **ROLES}))
    kind = SelectField(_l("What was done"), choices=choices({"": _l("Everything"), **ACTIONS}))
    subject = SelectField(_l("About what"), choices=choices({"": _l("Everything"), **KINDS}))

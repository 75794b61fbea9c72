"""What people type in discussions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField, ValidationError

from app.core.forms import ClientIdField, Form, Length, LineField, TextField, choices
from app.core.i18n import gettext as _
from app.core.routing import number_in
from app.discussions.models import (
    BODY_MOST,
    DRAFT_MOST,
    DRAFT_TITLE_MOST,
    SETTLED_LEAST,
    SETTLED_MOST,
    SUMMARY_LEAST,
    SUMMARY_MOST,
    ReactionKind,
    ThreadKind,
)

KIND_LABELS = {
    ThreadKind.DISCUSSION.value: _l("Discussion"), ThreadKind.QUESTION.value: _l("Question"),
    ThreadKind.PROPOSAL.value: _l("Proposal"), ThreadKind.INCIDENT.value: _l("Incident"),
    ThreadKind.NOTICE.value: _l("Notice"),
}  # fmt: skip

REACTION_LABELS = {
    ReactionKind.AGREE.value: _l("Agree"), ReactionKind.THANKS.value: _l("Thanks"),
    ReactionKind.FAMILIAR.value: _l("Familiar"), ReactionKind.GOOD_IDEA.value: _l("Good idea"),
    ReactionKind.QUESTION.value: _l("Question"), ReactionKind.SEEN.value: _l("Seen"),
}  # fmt: skip


class KindField(HiddenField):
    """The kind of a thread that is still a draft; a word that is none of ours is as good as absent."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = typed if typed in KIND_LABELS else ""


class NumbersField(SelectMultipleField):
    """Which of its files a form lists, or ticks; what is no number is as good as absent."""

    def __init__(self, **more: Any) -> None:
        super().__init__(label="", choices=[], validate_choice=False, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [number for typed in valuelist if (number := number_in(typed))]


class WithFiles(Form):
    """A text with files: those that wait already, by number. What is sent along with it is no field."""

    attachment = NumbersField()
    listed = NumbersField()

    @property
    def chosen_ids(self) -> frozenset[int]:
        return frozenset(self.attachment.data or ())

    @property
    def listed_ids(self) -> frozenset[int]:
        return frozenset(self.listed.data or ())


class ReplyForm(WithFiles):
    body = TextField(_l("Your post"), [Length(1, BODY_MOST)])
    client_id = ClientIdField("")
    revision = HiddenField("")
    in_place = HiddenField("")  # from a page that stays and shows the new post


class EditPostForm(ReplyForm):
    version = HiddenField("")


class NewThreadForm(WithFiles):
    kind = RadioField(_l("Kind"), choices=choices(KIND_LABELS), default=ThreadKind.DISCUSSION.value)
    title = LineField(_l("Title"), [Length(5, 150)])
    body = TextField(_l("Post"), [Length(1, BODY_MOST)])
    client_id = ClientIdField("")
    revision = HiddenField("")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.kind.data in (None, "None"):
            self.kind.data = ThreadKind.DISCUSSION.value


class RenameForm(Form):
    kind = RadioField(_l("Kind"), choices=choices(KIND_LABELS))
    title = LineField(_l("Title"), [Length(5, 150)])
    version = HiddenField("")


class SettleForm(Form):
    """Its box keeps the name of every box for a text, so that a session that ends keeps what is in it."""

    body = TextField(_l("What did it come to?"), [Length(SETTLED_LEAST, SETTLED_MOST)])


class SummaryForm(Form):
    body = TextField(_l("Summary"), [Length(SUMMARY_LEAST, SUMMARY_MOST)])
    position = LineField(_l("Takes in everything up to post number"))
    version = HiddenField("")


class ReactionForm(Form):
    kind = RadioField(_l("Reaction"), choices=choices(REACTION_LABELS))


class PreviewForm(WithFiles):
    """The same box, shown and not placed."""

    title = LineField(_l("Title"))
    kind = SelectField(_l("Kind"), choices=choices(KIND_LABELS), validate_choice=False)
    body = TextField(_l("Your post"), [Length(1, BODY_MOST)])
    place = HiddenField("")
    client_id = ClientIdField("")
    revision = HiddenField("")
    version = HiddenField("")


class DraftForm(WithFiles):
    title = LineField(_l("Title"), [Length(0, DRAFT_TITLE_MOST)])
    kind = KindField("")
    body = TextField(_l("Your post"))
    place = HiddenField("")
    client_id = ClientIdField("")
    revision = HiddenField("")
    version = HiddenField("")

    def validate_body(self, field: TextField) -> None:
        if len(field.data or "") > DRAFT_MOST:
            raise ValidationError(_("A draft keeps at most 40,000 characters. Shorten it a little."))


class SeenForm(Form):
    """Up to where the page showed what there is."""

    until = HiddenField("")

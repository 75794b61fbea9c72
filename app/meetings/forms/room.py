"""What people do in the live room: each form is one verb, by socket and by plain POST alike."""

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from limits import RateLimitItemPerMinute
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, ValidationError

from app.accounts.models import Actor
from app.core.errors import Invalid, TooMany
from app.core.forms import ClientIdField, Form, Length, LineField, TextField
from app.core.i18n import gettext as _
from app.core.ratelimit import count
from app.core.routing import number_in
from app.meetings import queries, service
from app.meetings.models import EXTRA_MINUTES_MOST, LINE_MOST, REASON_MOST, Meeting, SpeakKind, Via

LINES = RateLimitItemPerMinute(30)  # of one person (MTG-34)
ACTS: "dict[str, type[ActForm]]" = {}  # by verb


class NumberField(HiddenField):
    """A seq, an id or a number of minutes; what is none is as good as absent."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = number_in(valuelist[0]) if valuelist else None


class ChoiceField(HiddenField):
    """One of a few words, or nothing."""

    data: Any

    def __init__(self, label: str, words: type[SpeakKind] | type[Via], **options: Any) -> None:
        super().__init__(label, **options)
        self.words = words

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = self.words(typed) if typed in set(self.words) else None


def there(_form: Form, field: NumberField) -> None:
    if field.data is None:
        raise ValidationError(_("This message was not understood."))


class ActForm(Form):
    """A verb of the room: what it takes, and what it does when that is well."""

    verb: ClassVar[str]
    client_id = ClientIdField("")
    page = HiddenField("")  # where a plain form stood: "closing", or else the room

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        ACTS[cls.verb] = cls

    @classmethod
    def of_message(cls, payload: dict[str, Any]) -> "ActForm":
        """From a socket's payload; what is neither text nor whole number counts as absent."""
        plain = {name: str(value) for name, value in payload.items() if type(value) in (str, int)}
        return cls(formdata=MultiDict(plain))

    def act(self, actor: Actor, meeting: Meeting) -> Any:
        """Do it, and say what the acknowledgement says. Raises Invalid with a sentence."""
        if not self.validate():
            raise Invalid(" ".join(str(sentence) for field in self for sentence in field.errors))
        result = self.do(actor, meeting)
        return {"seq": result} if isinstance(result, int) else result

    def do(self, actor: Actor, meeting: Meeting) -> Any:
        raise NotImplementedError


class ConfirmStatementForm(ActForm):
    verb = "confirm"
    version = NumberField("", [there])
    via = ChoiceField("", Via)

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.confirm_statement(actor, meeting, version=self.version.data, via=self.via.data or Via.ONLINE,
                                         client_id=self.client_id.data)  # fmt: skip


class JoinForm(ActForm):
    verb = "join"
    after = NumberField("")
    via = ChoiceField("", Via)

    def do(self, actor: Actor, meeting: Meeting) -> dict[str, Any]:
        service.come_in(actor, meeting, via=self.via.data)
        return queries.room_after(actor, meeting, self.after.data or 0)


class BeatForm(ActForm):
    verb = "beat"

    def do(self, actor: Actor, meeting: Meeting) -> dict[str, Any]:
        service.beat(actor, meeting)
        return {}


class SayForm(ActForm):
    verb = "say"
    body = TextField(_l("Your message to the meeting"), [Length(1, LINE_MOST)])
    reply_to = NumberField("")

    def do(self, actor: Actor, meeting: Meeting) -> int:
        if not count(LINES, "line", str(actor.id)):
            raise TooMany(_("You sent thirty messages within a minute. Wait a moment; your text is still here."))
        return service.say(actor, meeting, self.body.data, reply_to=self.reply_to.data, client_id=self.client_id.data)


class ChangeForm(ActForm):
    verb = "change"
    seq = NumberField("", [there])
    body = TextField(_l("Your message to the meeting"), [Length(1, LINE_MOST)])

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.change_line(actor, meeting, self.seq.data, self.body.data, client_id=self.client_id.data)


class RemoveForm(ActForm):
    verb = "remove"
    seq = NumberField("", [there])

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.remove_line(actor, meeting, self.seq.data, client_id=self.client_id.data)


class HandForm(ActForm):
    verb = "hand"
    kind = ChoiceField("", SpeakKind)

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.raise_hand(actor, meeting, self.kind.data or SpeakKind.WORD, client_id=self.client_id.data)


class UnhandForm(ActForm):
    verb = "unhand"

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.lower_hand(actor, meeting, client_id=self.client_id.data)


class WordForm(ActForm):
    verb = "word"
    seq = NumberField("", [there])

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.give_word(actor, meeting, self.seq.data, client_id=self.client_id.data)


class WordEndForm(ActForm):
    verb = "word_end"
    seq = NumberField("", [there])

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.end_word(actor, meeting, self.seq.data, client_id=self.client_id.data)


class TakeChairForm(ActForm):
    verb = "chair"

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.take_chair(actor, meeting, client_id=self.client_id.data)


class OpenForm(ActForm):
    verb = "open"

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.open_meeting(actor, meeting, client_id=self.client_id.data)


class CloseForm(ActForm):
    verb = "close"

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.close_meeting(actor, meeting, client_id=self.client_id.data)


class SuspendForm(ActForm):
    verb = "suspend"
    reason = LineField(_l("Reason"), [Length(0, REASON_MOST)])

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.suspend_meeting(actor, meeting, self.reason.data or "", client_id=self.client_id.data)


class ResumeForm(ActForm):
    verb = "resume"

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.resume_meeting(actor, meeting, client_id=self.client_id.data)


class NextForm(ActForm):
    verb = "next"
    item_id = NumberField("")

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.next_item(actor, meeting, self.item_id.data, client_id=self.client_id.data)


class EndForm(ActForm):
    verb = "end"
    item_id = NumberField("", [there])

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.end_item(actor, meeting, self.item_id.data, client_id=self.client_id.data)


class PauseForm(ActForm):
    verb = "pause"

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.pause_item(actor, meeting, client_id=self.client_id.data)


class PostponeForm(ActForm):
    verb = "postpone"
    item_id = NumberField("", [there])

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.postpone_item(actor, meeting, self.item_id.data, client_id=self.client_id.data)


class ExtendForm(ActForm):
    verb = "extend"
    minutes = NumberField("", [there])

    def do(self, actor: Actor, meeting: Meeting) -> int:
        return service.extend_item(actor, meeting, self.minutes.data, client_id=self.client_id.data)

    def validate_minutes(self, field: NumberField) -> None:
        if not 1 <= (field.data or 0) <= EXTRA_MINUTES_MOST:
            raise ValidationError(_("Choose between 1 and %(most)s minutes.", most=EXTRA_MINUTES_MOST))

"""Amendments in words: which field was what, and is what now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self

from flask_babel import lazy_gettext as _l

from app.accounts.session import current_actor
from app.core.clock import local
from app.core.i18n import full_date
from app.core.i18n import gettext as _
from app.guard.queries import why_each_is_hidden
from app.meetings.forms import PURPOSES, QUORUMS
from app.meetings.models import SHORT_NOTICE, AgendaAmendment, AmendmentKind, Meeting
from app.meetings.queries import Named

FIELDS = {
    "title": _l("Title"), "purpose": _l("Purpose"), "planned_min": _l("Minutes planned"),
    "presenter_id": _l("Who presents it"), "body_md": _l("Text"), "position": _l("Place on the agenda"),
    "files": _l("Files"),
    "starts_at": _l("Starts"), "ends_at": _l("Ends"), "place": _l("Place"),
    "online_link": _l("Link to take part online"), "chair_id": _l("Chair of this meeting"),
    "note_taker_id": _l("Note taker"), "quorum_rule": _l("How many must come"), "quorum": _l("Number or per cent"),
}  # fmt: skip
KINDS = {
    AmendmentKind.ITEM_ADDED.value: _l("Item added"), AmendmentKind.ITEM_CHANGED.value: _l("Item changed"),
    AmendmentKind.ITEM_REMOVED.value: _l("Item removed"), AmendmentKind.ITEM_MOVED.value: _l("Item has another place"),
    AmendmentKind.FILE_ADDED.value: _l("Files added"), AmendmentKind.FILE_REMOVED.value: _l("File removed"),
    AmendmentKind.MEETING_CHANGED.value: _l("Meeting changed"), AmendmentKind.MEETING_MOVED.value: _l("Meeting moved"),
}  # fmt: skip
PEOPLE = ("chair_id", "note_taker_id", "presenter_id")


class Amended(NamedTuple):
    """A change of the agenda, as the page of the meeting and its minutes both have it."""

    id: int
    kind: str
    about: str
    item_id: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str
    tie_id: int
    at: datetime

    @classmethod
    def of(cls, each: AgendaAmendment) -> Self:
        return cls(each.id, each.kind.value, each.about, each.item_id, each.before, each.after, each.reason,
                   each.created_by, each.at)  # fmt: skip

    @classmethod
    def in_minutes(cls, facts: dict[str, Any]) -> Self:
        return cls(facts["id"], facts["kind"], facts["about"], facts["item_id"], facts["before"], facts["after"],
                   facts["reason"], facts["tie"], local(datetime.fromisoformat(facts["at"])))  # fmt: skip


class Hidden(NamedTuple):
    """Of changes of the agenda: the sentences of those that are hidden, and of the items whose text is, by id.

    And whether the words of the meeting itself are.
    """

    amendments: dict[int, str]
    items: dict[int, str]
    is_meeting: bool

    @classmethod
    def among(cls, meeting: Meeting, changes: Sequence[Amended]) -> Self:
        """Also of items that were removed since: what was hidden of them stays so."""
        return cls(why_each_is_hidden("agenda_amendment", [each.id for each in changes]),
                   why_each_is_hidden("agenda_item", [each.item_id for each in changes if each.item_id]),
                   meeting.hidden_at is not None)  # fmt: skip

    def masks(self, each: Amended) -> bool:
        return each.item_id in self.items or (self.is_meeting and each.kind == AmendmentKind.MEETING_CHANGED.value)


def amendment_lines(meeting: Meeting, changes: Sequence[Amended], names: dict[int, Named]) -> list[dict[str, object]]:
    hidden = Hidden.among(meeting, changes)
    return [amendment_line(each, names, hidden) for each in changes]


def amendment_line(each: Amended, names: dict[int, Named], hidden: Hidden) -> dict[str, object]:
    """What happened to which item, and the fields with what they were and became; of what is hidden no word of it."""
    fields = [name for name in FIELDS if name in each.before or name in each.after]
    is_masked = hidden.masks(each)
    before, after = (_masked(values) if is_masked else values for values in (each.before, each.after))
    return {
        "id": each.id, "kind": _kind_of(each),
        "about": _("(hidden)") if is_masked and each.about else each.about,
        "fields": [(FIELDS[name], _said(name, before, names), _said(name, after, names)) for name in fields],
        "reason": each.reason, "at": each.at, "by": names.get(each.tie_id),
        "is_own": each.tie_id == current_actor().tie_id, "why_hidden": hidden.amendments.get(each.id, ""),
    }  # fmt: skip


def ties_named(*values: dict[str, Any]) -> set[int]:
    """The people whom an amendment names in what was and what became: a chair, a note taker, a presenter."""
    return {each[name] for each in values for name in PEOPLE if each.get(name)}


def _kind_of(each: Amended) -> str:
    return _("Meeting moved at short notice") if SHORT_NOTICE in each.after else str(KINDS[each.kind])


def _masked(values: dict[str, Any]) -> dict[str, Any]:
    """Without title and text of a hidden item and the names of its files, title, place and link of a hidden meeting."""
    masks = {**dict.fromkeys(("title", "body_md", "place", "online_link"), _("(hidden)")), "files": [_("(hidden)")]}
    return {name: masks.get(name, value) for name, value in values.items()}


def _said(name: str, values: dict[str, Any], names: dict[int, Named]) -> str:
    """In the reader's language; a field that was not there, or held nothing, is a dash."""
    value = values.get(name)
    if value is None or value == "":
        return "–"
    if name in PEOPLE:
        return names[value].name if value in names else _("nobody yet")
    if name == "files":
        return ", ".join(value)
    if name in ("starts_at", "ends_at"):
        return full_date(datetime.fromisoformat(value))
    words = {"purpose": PURPOSES, "quorum_rule": QUORUMS}.get(name, {})
    return str(words.get(value, value))

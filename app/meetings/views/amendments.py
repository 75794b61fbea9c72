"""Amendments in words: which field was what, and is what now."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.i18n import full_date
from app.core.i18n import gettext as _
from app.meetings.forms import PURPOSES, QUORUMS
from app.meetings.models import AgendaAmendment, AmendmentKind
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


def amendment_lines(amendments: Iterable[AgendaAmendment], names: dict[int, Named]) -> list[dict[str, object]]:
    return [
        {
            **amendment_line(each.kind.value, each.about, (each.before, each.after), names), "reason": each.reason,
            "at": each.at, "by": names.get(each.created_by),
        }
        for each in amendments
    ]  # fmt: skip


def amendment_line(kind: str, about: str, change: tuple[dict[str, Any], dict[str, Any]],
                   names: dict[int, Named]) -> dict[str, object]:  # fmt: skip
    """What happened to which item, and the fields with what they were and became."""
    before, after = change
    fields = [name for name in FIELDS if name in before or name in after]
    return {
        "kind": KINDS[kind], "about": about,
        "fields": [(FIELDS[name], _said(name, before, names), _said(name, after, names)) for name in fields],
    }  # fmt: skip


def ties_named(*values: dict[str, Any]) -> set[int]:
    """The people whom an amendment names in what was and what became: a chair, a note taker, a presenter."""
    return {each[name] for each in values for name in PEOPLE if each.get(name)}


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

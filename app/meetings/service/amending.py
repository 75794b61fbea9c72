"""After publication every change is written down: what it was, what it became, and why (MTG-5)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from app.accounts.models import Actor
from app.core.errors import Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.meetings import queries
from app.meetings.events import AgendaAmended, MeetingMoved
from app.meetings.models import REASON_LEAST, AgendaAmendment, AmendmentKind, Meeting

Change = tuple[dict[str, Any], dict[str, Any]]  # what was, and what is


def amend(actor: Actor, meeting: Meeting, kind: AmendmentKind, change: Change, reason: str, *, about: str = "",
          item_id: int | None = None) -> None:  # fmt: skip
    """Of the two only the fields that differ are kept. Nothing is written where nothing changed."""
    before, after = change
    fields = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not fields:
        return
    refuse_without(reason)
    amendment = AgendaAmendment(
        meeting_id=meeting.id, number=1 + queries.last_amendment(meeting), kind=kind, about=about, item_id=item_id,
        reason=reason, before=_plain(before, fields), after=_plain(after, fields), created_by=actor.tie_id,
    )  # fmt: skip
    db.session.add(amendment)
    db.session.flush()
    what = MeetingMoved if kind is AmendmentKind.MEETING_MOVED else AgendaAmended
    publish(what(actor_id=actor.id, meeting_id=meeting.id, amendment_id=amendment.id))


def refuse_without(reason: str) -> None:
    if len(reason) < REASON_LEAST:
        raise Invalid(_("Say why: everyone who was invited reads it."), field="reason")


def _plain(values: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    return {name: _as_json(values[name]) for name in fields if name in values}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value

"""Hiding what was written for and after a meeting. What was said in it: lines.py."""

from app.core.clock import now
from app.meetings.models import AgendaAmendment, AgendaItem, MinutesBlock


def hide_text(row: AgendaItem | AgendaAmendment | MinutesBlock) -> None:
    row.hidden_at = now()


def unhide_text(row: AgendaItem | AgendaAmendment | MinutesBlock) -> None:
    row.hidden_at = None

"""Reports of the demo, in every state that there is."""

from datetime import datetime, timedelta
from typing import Any

from app.core import clock
from app.core.extensions import db
from app.demo.service.changes import post_of
from app.demo.service.content import actor_of, content, days_from
from app.moderation import service as moderation
from app.moderation.models import Case, CaseState, Reason
from app.moderation.service import Ground

HANDLED_WITHIN = timedelta(minutes=20)


def file_complaints(now: datetime, people: dict[str, int]) -> None:
    """All cases of the content file; each is handled some hours after its report, and once closed it stays so."""
    for entry in content("moderation")["case"]:
        kind, item = ("person", people[entry["person"]]) if "person" in entry else ("post", post_of(entry).id)
        reported_at = days_from(now, -entry["days_ago"])
        with clock.stopped_at(reported_at):
            reporter = actor_of(people[entry["by"]])
            report = moderation.file_report(reporter, kind, item, reason=Reason(entry["reason"]),
                                            text=entry.get("text", ""))  # fmt: skip
            case_id = report.case_id
        if "owner" in entry:
            with clock.stopped_at(reported_at + timedelta(hours=entry["hours"])):
                _handle(people[entry["owner"]], case_id, entry)
            with clock.stopped_at(reported_at + timedelta(hours=entry["hours"]) + HANDLED_WITHIN):
                _close(people[entry["owner"]], case_id, entry)


def _handle(owner_id: int, case_id: int, entry: dict[str, Any]) -> None:
    owner, case = actor_of(owner_id), db.session.get_one(Case, case_id)
    moderation.claim_case(owner, case)
    if "note" in entry:
        moderation.add_note(owner, case, entry["note"])
    ground = Ground(entry.get("rule", 0), entry.get("ground", ""))
    if entry.get("action") == "hide":
        moderation.hide_subject(owner, case, ground)
    elif entry.get("action") == "message":
        moderation.send_message(owner, case, ground)
    elif entry.get("action") == "silence":
        moderation.silence_author(owner, case, ground, entry["days"])


def _close(owner_id: int, case_id: int, entry: dict[str, Any]) -> None:
    if "state" in entry:
        case = db.session.get_one(Case, case_id)
        moderation.close_case(actor_of(owner_id), case, CaseState(entry["state"]), entry["outcome"])

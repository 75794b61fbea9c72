"""What the log of a meeting says, as blocks for its minutes. The same entries always give the same blocks (MTG-49)."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from app.meetings.models import GAP_FORGIVEN, AgendaAmendment, AgendaItem, BlockKind, Meeting
from app.realtime.models import LogEntry

Period = list[str | None]


class Fact(NamedTuple):
    """A block that nobody edits: ids, times in ISO and figures; words come from the item and the templates."""

    kind: BlockKind
    values: dict[str, Any]
    item_id: int | None = None
    source_seq: int | None = None


def facts_of(meeting: Meeting, items: Sequence[AgendaItem], amendments: Iterable[AgendaAmendment],
             entries: Sequence[LogEntry]) -> list[Fact]:  # fmt: skip
    return [
        _course(entries), _attendance(entries), _statement(meeting, entries), *_amendments(meeting, amendments),
        *(_item(item, entries) for item in items),
    ]  # fmt: skip


def seal_of(facts: Iterable[Fact]) -> str:
    """The sha256 of the blocks, in hexadecimal."""
    plain = [[fact.kind.value, fact.item_id, fact.source_seq, fact.values] for fact in facts]
    return hashlib.sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _course(entries: Iterable[LogEntry]) -> Fact:
    """Opened, suspended, resumed, closed: when, and by whom."""
    steps = [
        {"type": entry.type, "tie": entry.tie_id, "at": entry.at.isoformat()}
        for entry in entries if entry.type in ("opened", "suspended", "resumed", "closed", "chair_taken")
    ]  # fmt: skip
    return Fact(BlockKind.COURSE, {"steps": steps})


def _attendance(entries: Sequence[LogEntry]) -> Fact:
    """Per person the intervals; whoever is back within two minutes was never away."""
    there: dict[int, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry.tie_id is None:
            continue
        stays = there.setdefault(entry.tie_id, []) if entry.type == "arrived" else there.get(entry.tie_id, [])
        if entry.type == "arrived":
            _arrive(stays, entry)
        elif entry.type == "left" and stays and stays[-1]["until"] is None:
            stays[-1]["until"] = entry.payload.get("since") or entry.at.isoformat()
    closed_at = next((entry.at.isoformat() for entry in entries if entry.type == "closed"), None)
    for stays in there.values():
        stays[-1]["until"] = stays[-1]["until"] or closed_at
    return Fact(BlockKind.ATTENDANCE, {"people": [{"tie": tie, "stays": stays} for tie, stays in there.items()]})


def _arrive(stays: list[dict[str, Any]], entry: LogEntry) -> None:
    last = stays[-1] if stays else None
    if last and (last["until"] is None or entry.at - datetime.fromisoformat(last["until"]) <= GAP_FORGIVEN):
        last["until"] = None
    else:
        stays.append({"via": entry.payload.get("via"), "from": entry.at.isoformat(), "until": None})


def _statement(meeting: Meeting, entries: Iterable[LogEntry]) -> Fact:
    confirmed = [
        {"tie": entry.tie_id, "at": entry.at.isoformat()} for entry in entries if entry.type == "confirmed"
    ]  # fmt: skip
    return Fact(BlockKind.STATEMENT, {"version": meeting.statement_version, "confirmed": confirmed})


def _amendments(meeting: Meeting, amendments: Iterable[AgendaAmendment]) -> Iterator[Fact]:
    if meeting.short_notice_reason:
        yield Fact(BlockKind.AMENDMENT, {"kind": "short_notice", "reason": meeting.short_notice_reason})
    for each in amendments:
        yield Fact(BlockKind.AMENDMENT, {
            "id": each.id, "kind": each.kind.value, "about": each.about, "item_id": each.item_id,
            "before": each.before, "after": each.after, "reason": each.reason, "tie": each.created_by,
            "at": each.at.isoformat(),
        })  # fmt: skip


def _item(item: AgendaItem, entries: Iterable[LogEntry]) -> Fact:
    """The periods in which it ran, and how it ended. `source_seq` is the entry that ended it."""
    periods: list[Period] = []
    extra, ended_by = 0, None
    for entry in entries:
        about = entry.item_id or entry.payload.get("item_id")
        if about != item.id:
            continue
        if entry.type == "item_started" and not (periods and periods[-1][1] is None):
            periods.append([entry.at.isoformat(), None])
        elif entry.type in ("item_paused", "item_ended", "item_postponed", "stop"):
            if periods and periods[-1][1] is None:
                periods[-1][1] = entry.at.isoformat()
            ended_by = entry.seq if entry.type != "item_paused" else None
        elif entry.type == "item_extended":
            extra += int(entry.payload.get("minutes") or 0)
    values = {"title": item.title, "purpose": item.purpose.value, "state": item.state.value,
              "planned_min": item.planned_min, "extra_min": extra, "periods": periods}  # fmt: skip
    return Fact(BlockKind.ITEM, values, item.id, ended_by)

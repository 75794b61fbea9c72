"""The minutes, the form that writes one of their texts, and the transcript."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core import markup
from app.core.clock import local, now
from app.core.differences import differences
from app.core.errors import Conflict
from app.core.forms import keeps_typed
from app.core.i18n import clock_time
from app.core.i18n import gettext as _
from app.core.policy import authorize, holds
from app.core.transaction import end_reading
from app.guard.queries import why_each_is_hidden, why_hidden
from app.meetings import policy, queries, service
from app.meetings.forms import PURPOSES, VIAS, BlockForm
from app.meetings.models import AgendaItem, BlockKind, Meeting, MinutesBlock
from app.meetings.queries import BlockLine, Named
from app.meetings.service import BlockConflict, Written
from app.meetings.views.amendments import Amended, Hidden, amendment_line, ties_named
from app.meetings.views.blueprint import blueprint
from app.meetings.views.showing import around
from app.realtime.models import LogEntry


@blueprint.get("/meetings/<int:meeting_id>/minutes")
def minutes(meeting_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_meeting(actor, meeting_id)
    kept = queries.minutes_of(shown)
    lines = queries.blocks_of(kept) if kept else []
    names = queries.names_of(ties_in(lines))
    can_write = holds(policy.can_write_minutes, actor, shown)
    return render_template(
        "meetings/minutes.html", minutes=kept, blocks=block_lines(shown, lines, names), can_write=can_write,
        has_text=can_write or any(line.block.body_md for line in lines), **around(shown),
    )  # fmt: skip


@blueprint.post("/meetings/<int:meeting_id>/minutes/<int:block_id>/write")
def start_writing(meeting_id: int, block_id: int) -> ResponseReturnValue:
    service.start_writing(current_actor(), written_block(meeting_id, block_id))
    return redirect(url_for(".write", meeting_id=meeting_id, block_id=block_id), 303)


@blueprint.post("/meetings/<int:meeting_id>/minutes/<int:block_id>/stop")
def stop_writing(meeting_id: int, block_id: int) -> ResponseReturnValue:
    """Leaving the text as it was."""
    actor = current_actor()
    service.stop_writing(actor, queries.get_block(actor, queries.get_meeting(actor, meeting_id), block_id))
    return redirect(url_for(".minutes", meeting_id=meeting_id), 303)


@blueprint.get("/meetings/<int:meeting_id>/minutes/<int:block_id>")
def write(meeting_id: int, block_id: int) -> ResponseReturnValue:
    block = written_block(meeting_id, block_id)
    return editor(block, BlockForm(formdata=None, body=block.body_md, base_version=block.version))


@blueprint.post("/meetings/<int:meeting_id>/minutes/<int:block_id>")
@keeps_typed(BlockForm)
def save_block(meeting_id: int, block_id: int) -> ResponseReturnValue:
    form = BlockForm()
    block = written_block(meeting_id, block_id, form.body.data)
    if not form.body.raw_data:  # a form that was cut off, which would empty the text
        form.validate()
        form.body.data = block.body_md
        form.body.errors = [_("The text did not arrive. Here is the newest one.")]
        return editor(block, form), 422
    if not form.validate():
        return editor(block, form), 422
    body = form.body.data or ""
    end_reading()
    text = Written(body, markup.render_long(body, person_id=current_actor().id))
    try:
        service.write_block(current_actor(), written_block(meeting_id, block_id, body), text,
                            base_version=form.base_version.data or 0)  # fmt: skip
    except BlockConflict:
        return both_texts(written_block(meeting_id, block_id), form), 409
    say(_("Saved."))
    return redirect(url_for(".minutes", meeting_id=meeting_id, _anchor=f"block-{block_id}"), 303)


@blueprint.get("/meetings/<int:meeting_id>/transcript")
def transcript(meeting_id: int) -> ResponseReturnValue:
    """MTG-48: what was said, plainly, until its term."""
    actor = current_actor()
    shown = queries.get_meeting(actor, meeting_id)
    authorize(policy.can_read_transcript, actor, shown)
    entries = queries.log_of(shown)
    names = queries.names_of(entry.tie_id for entry in entries)
    removed_on = service.removal_of(shown.closed_at or now())
    return render_template("meetings/transcript.html", lines=lines_said(shown, entries, names), removed_on=removed_on,
                           **around(shown))  # fmt: skip


def written_block(meeting_id: int, block_id: int, typed: str | None = None) -> MinutesBlock:
    """Raises Conflict for one that is hidden, and gives back what was typed for it."""
    actor = current_actor()
    shown = queries.get_meeting(actor, meeting_id)
    authorize(policy.can_write_minutes, actor, shown)
    block = queries.get_block(actor, shown, block_id)
    if block.hidden_at is not None:
        raise Conflict(why_hidden("minutes_block", block.id), typed=typed, back_url=f"{shown.link}/minutes")
    return block


def editor(block: MinutesBlock, form: BlockForm) -> str:
    shown: Meeting = block.minutes.meeting
    others = queries.writer_of(block) if block.writing_by != current_actor().tie_id else None
    return render_template("meetings/write.html", form=form, block=block, item=block.item, others=others,
                           **around(shown))  # fmt: skip


def both_texts(block: MinutesBlock, form: BlockForm) -> str:
    """Both texts, what differs, and the own text in a form that saves it after the other's (MTG-50)."""
    mine = form.body.data or ""
    form.base_version.data = block.version
    by = queries.names_of([block.changed_by]).get(block.changed_by or 0)
    return render_template("meetings/write_conflict.html", form=form, block=block, item=block.item, by=by,
                           pieces=differences(block.body_md, mine), **around(block.minutes.meeting))  # fmt: skip


def block_lines(meeting: Meeting, lines: Sequence[BlockLine],
                names: dict[int, Named]) -> list[dict[str, object]]:  # fmt: skip
    """Each with what it says; the text on an item stands within that item once the minutes are built."""
    shown: list[dict[str, object]] = []
    why = why_each_is_hidden("minutes_block", [line.block.id for line in lines if line.block.hidden_at])
    amended = [Amended.in_minutes(line.block.facts or {}) for line in lines if is_amendment(line.block)]
    hidden = Hidden.among(meeting, amended)
    for line in lines:
        said = {**block_line(line, names, hidden), "why_hidden": why.get(line.block.id, "")}
        last = shown[-1] if shown else {}
        if line.block.is_text and last.get("kind") == BlockKind.ITEM.value and last["item"] is line.item:
            last["text"] = said
        else:
            shown.append(said)
    return shown


def block_line(line: BlockLine, names: dict[int, Named], hidden: Hidden) -> dict[str, object]:
    block = line.block
    is_shown = bool(block.body_html) and block.hidden_at is None
    shown: dict[str, object] = {
        "id": block.id, "kind": block.kind.value, "is_text": block.is_text, "writer": line.writer,
        "writing_since": block.writing_since, "item": line.item,
        "html": markup.as_rendered(block.body_html) if is_shown else "",
        "may_report": is_shown and block.changed_by != current_actor().tie_id,
    }  # fmt: skip
    return {**shown, **facts_in_words(block, names, hidden)} if block.facts else shown


def is_amendment(block: MinutesBlock) -> bool:
    """Of the agenda; that it was published at short notice is told in the same place."""
    return block.kind is BlockKind.AMENDMENT and "id" in (block.facts or {})


def facts_in_words(block: MinutesBlock, names: dict[int, Named], hidden: Hidden) -> dict[str, object]:
    facts: dict[str, Any] = block.facts or {}
    if block.kind is BlockKind.COURSE:
        return {"steps": [(step["type"], moment(step["at"]), names.get(step["tie"])) for step in facts["steps"]]}
    if block.kind is BlockKind.ATTENDANCE:
        return {"companies": attendance_by_company(facts["people"], names)}
    if block.kind is BlockKind.STATEMENT:
        return {"version": facts["version"],
                "confirmed": [(names.get(each["tie"]), moment(each["at"])) for each in facts["confirmed"]]}  # fmt: skip
    if block.kind is BlockKind.AMENDMENT:
        if not is_amendment(block):
            return {"short_notice": _("(hidden)") if hidden.is_meeting else facts["reason"]}
        return {"amendment": amendment_line(Amended.in_minutes(facts), names, hidden)}
    if block.kind is BlockKind.ITEM:
        return {"title": title_of(block.item, facts), "purpose": PURPOSES[facts["purpose"]], "state": facts["state"],
                "periods": [period(*each) for each in facts["periods"]]}  # fmt: skip
    return {}


def title_of(item: AgendaItem | None, facts: dict[str, Any]) -> str:
    """As it was at the meeting; nobody reads it while the item is hidden."""
    return item.heading if item is not None and item.hidden_at is not None else str(facts["title"])


def attendance_by_company(people: Iterable[dict[str, Any]], names: dict[int, Named]) -> dict[str, list[Any]]:
    """Per company its people, each with where and from when until when."""
    companies: dict[str, list[Any]] = {}
    for each in people:
        if named := names.get(each["tie"]):
            stays = [(VIAS.get(stay["via"], ""), period(stay["from"], stay["until"])) for stay in each["stays"]]
            companies.setdefault(named.company_name, []).append((named.name, stays))
    return dict(sorted(companies.items()))


def lines_said(meeting: Meeting, entries: Sequence[LogEntry], names: dict[int, Named]) -> list[dict[str, object]]:
    """The lines in their order, each as it was last; what else happened only where it orders them."""
    own, may_report = current_actor().tie_id, not meeting.group.is_confidential
    changed = {entry.payload.get("seq"): entry.payload.get("body") for entry in entries if entry.type == "line_changed"}
    removed = {entry.payload.get("seq") for entry in entries if entry.type == "line_removed"}
    why = why_each_is_hidden("meeting_line", [entry.id for entry in entries if entry.hidden_at])
    return [
        {
            "id": entry.id, "seq": entry.seq, "may_report": may_report and entry.tie_id != own,
            "at": entry.at, "by": names.get(entry.tie_id or 0), "is_changed": entry.seq in changed,
            "is_removed": entry.seq in removed, "why_hidden": why.get(entry.id, ""), "type": entry.type,
            "body": changed.get(entry.seq) or entry.payload.get("body", ""),
        }
        for entry in entries if entry.type in ("line", "opened", "suspended", "resumed", "closed")
    ]  # fmt: skip


def ties_in(lines: Iterable[BlockLine]) -> set[int]:
    """Everyone whom the facts of these blocks name."""
    found: set[int] = set()
    for line in lines:
        facts: dict[str, Any] = line.block.facts or {}
        people = [*facts.get("people", ()), *facts.get("confirmed", ()), *facts.get("steps", ()), facts]
        found |= {each["tie"] for each in people if each.get("tie")}
        found |= ties_named(facts.get("before", {}), facts.get("after", {}))
    return found


def moment(text: str) -> datetime:
    return local(datetime.fromisoformat(text))


def period(start: str, end: str | None) -> str:
    """14:00-14:20; what never ended has no second time."""
    return f"{clock_time(moment(start))}–{clock_time(moment(end))}" if end else clock_time(moment(start))

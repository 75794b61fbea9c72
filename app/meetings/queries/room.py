"""Finding what stands in a room: who is there, whose hand is up, what was said. Whoever asks has shown the right."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, literal, select, true
from sqlalchemy.orm import contains_eager

from app.accounts.models import Actor, Company, Person, Tie
from app.core.clock import now
from app.core.db import Id, Rows, rows
from app.core.extensions import db
from app.guard.queries import why_each_is_hidden
from app.meetings.models import (
    LINE_CAN_CHANGE,
    AgendaItem,
    Attendance,
    ItemState,
    Meeting,
    SpeakRequest,
    SpeakState,
    StatementAck,
    Via,
)
from app.meetings.queries.meetings import hidden_in, last_amendment
from app.meetings.queries.people import confirmation_of
from app.realtime.models import LogEntry
from app.realtime.queries import MOST, Said, as_company, entry_by_id, said_after


def meeting_of_this_moment(meeting_id: int) -> Meeting:
    """Read again with its group, inside a transaction that changes it. The right is asked after it."""
    return db.session.scalars(_meeting_anew(), {"meeting": meeting_id}).one()


def last_attendance_of(meeting: Meeting, tie_id: int | None) -> Attendance | None:
    """The interval that ended last."""
    return db.session.scalar(
        select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.tie_id == tie_id)
        .order_by(Attendance.until_at.desc()).limit(1)
    )  # fmt: skip


def present_in(meeting: Meeting) -> list[dict[str, Any]]:
    """Who is there now, as browsers get it, by company and name."""
    found = db.session.execute(
        select(Person.id, Person.name, Company.id, Company.name, Tie.kind, Attendance.via)
        .join(Tie, Tie.id == Attendance.tie_id).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id)
        .where(Attendance.meeting_id == meeting.id, Attendance.until_at.is_(None))
        .order_by(Company.name, Person.name, Tie.id)
    )  # fmt: skip
    return [
        {"id": row[0], "name": row[1], "company": as_company(*row[2:5]), "via": row[5].value} for row in found
    ]


@cache
def _meeting_anew() -> Select[Meeting]:
    return (
        select(Meeting).where(Meeting.id == bindparam("meeting")).join(Meeting.group)
        .options(contains_eager(Meeting.group)).with_for_update(of=Meeting)
        .execution_options(populate_existing=True)
    )  # fmt: skip


class Footing(NamedTuple):
    """What someone stands on in the room, and how far the room is: asked in one statement."""

    tie_id: int
    sent: int | None  # the seq that this client id got before
    confirmed_version: int | None
    item_id: int | None  # the item that runs or is paused
    is_stopped: bool  # the item that began last was stopped


def footing_of(actor: Actor, meeting: Meeting, client_id: str | None) -> Footing:
    values = {"meeting": meeting.id, "room": meeting.room, "tie": actor.tie_id, "client": client_id}
    sent, version, item_id, state = rows(_footing(), values).one()
    runs = state in (ItemState.RUNNING, ItemState.PAUSED)
    return Footing(actor.tie_id or 0, sent, version, item_id if runs else None, state is ItemState.STOPPED)


@cache
def _footing() -> Rows:
    meeting, tie = bindparam("meeting", type_=Id), bindparam("tie", type_=Id)
    named = (LogEntry.room == bindparam("room"), LogEntry.tie_id == tie, LogEntry.client_id == bindparam("client"))
    sent = select(LogEntry.seq).where(*named).scalar_subquery()
    acked = (StatementAck.meeting_id == meeting, StatementAck.tie_id == tie)
    version = select(StatementAck.version).where(*acked).scalar_subquery()
    begun = (
        select(AgendaItem.id, AgendaItem.state)
        .where(AgendaItem.meeting_id == meeting, AgendaItem.started_at.is_not(None))
        .order_by(AgendaItem.started_at.desc(), AgendaItem.position.desc()).limit(1).subquery()
    )  # fmt: skip
    one = select(literal(1).label("one")).subquery()
    return select(sent, version, begun.c.id, begun.c.state).select_from(one.outerjoin(begun, true()))


def find_line(meeting: Meeting, seq: int) -> LogEntry | None:
    return db.session.scalar(
        select(LogEntry).where(LogEntry.room == meeting.room, LogEntry.seq == seq, LogEntry.type == "line")
    )


def line_of_any_state(entry_id: int) -> LogEntry | None:
    """By its id, whoever asks: for those who handle reports."""
    entry = entry_by_id(entry_id)
    return entry if entry is not None and entry.type == "line" and entry.room.startswith("meeting:") else None


def changes_of(line: LogEntry) -> list[LogEntry]:
    """They were made within five minutes of it."""
    near = select(LogEntry).where(
        LogEntry.room == line.room, LogEntry.type == "line_changed", LogEntry.seq > line.seq,
        LogEntry.at <= line.at + LINE_CAN_CHANGE + timedelta(seconds=1))  # fmt: skip
    return [change for change in db.session.scalars(near) if change.payload.get("seq") == line.seq]


class Neighbour(NamedTuple):
    """A line that was said just before or after another."""

    name: str
    payload: dict[str, Any]
    at: datetime
    hidden_at: datetime | None


def lines_around(line: LogEntry, most: int) -> tuple[Sequence[Neighbour], Sequence[Neighbour]]:
    """What was said before it and after it in the room, in its order."""
    lines = (
        select(Person.name, LogEntry.payload, LogEntry.at, LogEntry.hidden_at)
        .join(Tie, Tie.id == LogEntry.tie_id).join(Person, Person.id == Tie.person_id)
        .where(LogEntry.room == line.room, LogEntry.type == "line").limit(most)
    )  # fmt: skip
    before = db.session.execute(lines.where(LogEntry.seq < line.seq).order_by(LogEntry.seq.desc()))
    after = db.session.execute(lines.where(LogEntry.seq > line.seq).order_by(LogEntry.seq))
    return [Neighbour(*row) for row in before][::-1], [Neighbour(*row) for row in after]


def hand_of(actor: Actor, meeting: Meeting) -> SpeakRequest | None:
    """The one that this person has up."""
    return db.session.scalar(
        _hands(meeting).where(SpeakRequest.tie_id == actor.tie_id, SpeakRequest.state == SpeakState.WAITING)
    )


def hand_raised_as(meeting: Meeting, seq: int) -> SpeakRequest | None:
    return db.session.scalar(_hands(meeting).where(SpeakRequest.seq == seq))


def speaker_in(meeting: Meeting) -> SpeakRequest | None:
    return db.session.scalar(_hands(meeting).where(SpeakRequest.state == SpeakState.SPEAKING))


def next_item(meeting: Meeting) -> AgendaItem | None:
    """The first that has not been."""
    return db.session.scalar(
        select(AgendaItem).where(AgendaItem.meeting_id == meeting.id, AgendaItem.state == ItemState.PLANNED)
        .order_by(AgendaItem.position).limit(1)
    )  # fmt: skip


def seq_of_start(meeting: Meeting, item: AgendaItem) -> int:
    return db.session.scalars(
        select(LogEntry.seq)
        .where(LogEntry.room == meeting.room, LogEntry.type == "item_started", LogEntry.item_id == item.id)
        .order_by(LogEntry.seq.desc()).limit(1)
    ).one()  # fmt: skip


def item_suspended(meeting: Meeting) -> int | None:
    """The item that the last suspension paused."""
    return db.session.scalar(
        select(LogEntry.item_id).where(LogEntry.room == meeting.room, LogEntry.type == "suspended")
        .order_by(LogEntry.seq.desc()).limit(1)
    )  # fmt: skip


def room_after(actor: Actor, meeting: Meeting, seq: int) -> dict[str, Any]:
    """What happened after this seq, at most a page of it, and who is there (decisions 31).

    Of a hidden line also why, in the reader's language; of one that is back also what it says (MOD-13).
    """
    said = said_after(meeting.room, seq, most=MOST + 1)
    page = said[:MOST]
    why = why_each_is_hidden("meeting_line", {_line_hidden(each) for each in page} - {0})
    back = _lines_that_are_back(page)
    return {
        "seq": page[-1].seq if page else seq, "more": len(said) > MOST, "now": now().isoformat(),
        "events": [
            {"meeting_id": meeting.id, **_as_read(each, actor, why.get(_line_hidden(each)), back)} for each in page
        ],
        "present": present_in(meeting), "amended": last_amendment(meeting),
        "hidden": hidden_in(meeting),
    }  # fmt: skip


def _line_hidden(said: Said) -> int:
    """The id of the hidden line that this entry is, or of which it tells that it was hidden; 0 for any other."""
    if said.type == "line_hidden":
        return int(said.payload["line_id"])
    return said.id if said.type == "line" and said.hidden_at is not None else 0


def _lines_that_are_back(page: Sequence[Said]) -> dict[int, dict[str, Any]]:
    """By line that one of these entries says was put back: its payload as it is now, unless it is hidden again."""
    told = {int(each.payload["line_id"]) for each in page if each.type == "line_unhidden"}
    lines = select(LogEntry.id, LogEntry.payload).where(LogEntry.id.in_(told), LogEntry.hidden_at.is_(None))
    return {line_id: payload for line_id, payload in db.session.execute(lines)} if told else {}


def _as_read(said: Said, reader: Actor, why: str | None, back: dict[int, dict[str, Any]]) -> dict[str, Any]:
    message = said.as_message(reader_id=reader.id)
    if why:
        return {**message, "payload": {**message["payload"], "why": why}}
    line = back.get(said.payload["line_id"]) if said.type == "line_unhidden" else None
    return {**message, "payload": {**message["payload"], "line": line}} if line else message


def via_confirmed(actor: Actor, meeting: Meeting) -> Via:
    """In the hall or online, as this person said when they confirmed the statement."""
    confirmed = confirmation_of(actor, meeting)
    return Via(confirmed.payload["via"]) if confirmed else Via.ONLINE


def _hands(meeting: Meeting) -> Select[SpeakRequest]:
    return select(SpeakRequest).where(SpeakRequest.meeting_id == meeting.id)

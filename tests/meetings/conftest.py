"""A meeting of energie in two weeks: planned and published by Anna, with three items."""

import io
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.core.clock import from_local, local, now
from app.core.extensions import db
from app.files import service as files
from app.meetings import service
from app.meetings.models import Attendance, ItemState, MinutesBlock, Purpose, Via
from app.meetings.queries import items_of, minutes_of, text_blocks_of
from app.meetings.service import ItemPlan, Plan, Times
from app.realtime.service import append
from tests.realtime.conftest import serving, socket_of  # noqa: F401 (fixtures)

DAYS_AHEAD = 14


def at(days=DAYS_AHEAD, hour=14, minute=0):
    """A local time so many days from today."""
    day = local(now()).date() + timedelta(days=days)
    return from_local(datetime(day.year, day.month, day.day, hour, minute))


def times(days=DAYS_AHEAD, hour=14, hours=2):
    return Times(at(days, hour), at(days, hour) + timedelta(hours=hours))


def typed(moment):
    """As a browser writes it in a form."""
    return f"{local(moment):%Y-%m-%dT%H:%M}"


def item_plan(title="Opening", purpose=Purpose.INFORM, minutes=10, **more):
    return ItemPlan(title=title, purpose=purpose, planned_min=minutes, **more)


def plan_draft(actor, group, *, title="Overleg energie", when=None, **more):
    plan = Plan(title=title, chair_id=more.pop("chair_id", actor.tie_id), **more)
    return service.plan_meeting(actor, group, plan, when or times())


def upload(name="brief.txt", body=b"Geachte netbeheerder"):
    return files.Upload(files.store(io.BytesIO(body), most=1 << 20), name)


def plan_published(actor, group, *, brought=(), **more):
    """With these files on its first item."""
    made = plan_draft(actor, group, **more)
    for title, purpose, minutes in [("Opening", Purpose.INFORM, 10), ("Restwarmte", Purpose.DISCUSS, 60),
                                    ("Rondvraag", Purpose.CLOSING_ROUND, 10)]:  # fmt: skip
        service.add_item(actor, made, item_plan(title, purpose, minutes))
    if brought:
        service.add_files(actor, made, items_of(made)[0].id, brought)
    service.publish_agenda(actor, made)
    return made


def come_in(actor, meeting, via=Via.ONLINE):
    """Confirm the statement and be in the room, as its page does."""
    service.confirm_statement(actor, meeting, version=meeting.statement_version, via=via)
    append(meeting.room, "arrived", {"via": via.value}, tie_id=actor.tie_id)
    db.session.add(Attendance(meeting_id=meeting.id, tie_id=actor.tie_id, via=via))
    db.session.commit()


def end_items(meeting, state=ItemState.DONE):
    for item in items_of(meeting):
        item.state = state
    db.session.commit()


def text_on(meeting, title):
    """The block of the minutes for the item with this title."""
    blocks = text_blocks_of(minutes_of(meeting))
    return next(block for block in blocks if block.item.title == title)


def blocks_of(meeting):
    return db.session.scalars(select(MinutesBlock).where(MinutesBlock.minutes_id == minutes_of(meeting).id)).all()


@pytest.fixture
def draft(anna, energie):
    return plan_draft(anna, energie)


@pytest.fixture
def meeting(anna, energie):
    return plan_published(anna, energie)


@pytest.fixture
def open_meeting(anna, meeting, clock):
    """Five minutes before its start Anna came in and opened it."""
    clock.set(meeting.starts_at - timedelta(minutes=5))
    come_in(anna, meeting)
    service.open_meeting(anna, meeting)
    return meeting

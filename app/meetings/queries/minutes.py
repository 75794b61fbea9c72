"""Finding the minutes of a meeting, and the log that they are built from."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.accounts.models import Actor, Company, Person, Tie, said_for
from app.core.clock import now
from app.core.errors import NotFound
from app.core.extensions import db
from app.meetings.models import (
    WRITING_LIVES,
    AgendaItem,
    BlockKind,
    Meeting,
    Minutes,
    MinutesBlock,
)
from app.meetings.policy import can_read_meeting
from app.meetings.queries.people import Named, names_of
from app.realtime.models import LogEntry


class BlockLine(NamedTuple):
    """A block of the minutes with the item it is about, and who is writing."""

    block: MinutesBlock
    item: AgendaItem | None
    writer: Named | None


def log_of(meeting: Meeting) -> Sequence[LogEntry]:
    """The whole log of its room, in order."""
    return db.session.scalars(select(LogEntry).where(LogEntry.room == meeting.room).order_by(LogEntry.seq)).all()


def minutes_of(meeting: Meeting) -> Minutes | None:
    """They begin when the agenda is published."""
    return db.session.scalar(select(Minutes).where(Minutes.meeting_id == meeting.id))


def text_blocks_of(minutes: Minutes) -> Sequence[MinutesBlock]:
    return db.session.scalars(
        select(MinutesBlock).where(MinutesBlock.minutes_id == minutes.id, MinutesBlock.kind == BlockKind.TEXT)
    ).all()


def blocks_of(minutes: Minutes) -> list[BlockLine]:
    """In the order of the minutes; before they are built in the order of the agenda."""
    writer = aliased(Tie)
    place = MinutesBlock.position if minutes.built_at else AgendaItem.position
    found = db.session.execute(
        select(MinutesBlock, AgendaItem, Person.name, Company.name, writer.kind)
        .outerjoin(AgendaItem, AgendaItem.id == MinutesBlock.item_id)
        .outerjoin(writer, and_(writer.id == MinutesBlock.writing_by, MinutesBlock.writing_since > _still_writing()))
        .outerjoin(Person, Person.id == writer.person_id).outerjoin(Company, Company.id == writer.company_id)
        .where(MinutesBlock.minutes_id == minutes.id).order_by(place)
    )  # fmt: skip
    return [
        BlockLine(block, item, Named(name, said_for(company, kind)) if name else None)
        for block, item, name, company, kind in found
    ]


def get_block(actor: Actor, meeting: Meeting, block_id: int) -> MinutesBlock:
    """A text of the minutes of this meeting, with its item, its meeting and the group, or NotFound."""
    block = db.session.scalar(
        select(MinutesBlock).join(Minutes, Minutes.id == MinutesBlock.minutes_id)
        .options(contains_eager(MinutesBlock.minutes).joinedload(Minutes.meeting).joinedload(Meeting.group),
                 joinedload(MinutesBlock.item))
        .where(Minutes.meeting_id == meeting.id, MinutesBlock.id == block_id, MinutesBlock.kind == BlockKind.TEXT)
    )  # fmt: skip
    if block is None or not can_read_meeting(actor, meeting):
        raise NotFound
    return block


def text_of_any_state(block_id: int) -> MinutesBlock | None:
    """A text of the minutes, whoever asks: for those who handle reports. Of facts there is none."""
    with_group = joinedload(MinutesBlock.minutes).joinedload(Minutes.meeting).joinedload(Meeting.group)
    block = db.session.get(MinutesBlock, block_id, options=[with_group, joinedload(MinutesBlock.item)])
    return block if block is not None and block.is_text else None


def writer_of(block: MinutesBlock) -> Named | None:
    """Who is at this text now; after half an hour without saving nobody is."""
    if block.writing_by is None or block.writing_since is None or block.writing_since <= _still_writing():
        return None
    return names_of([block.writing_by])[block.writing_by]


def _still_writing() -> datetime:
    return now() - WRITING_LIVES

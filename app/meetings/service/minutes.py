"""Minutes: the texts of note takers, and what the log says once the meeting has closed."""

from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import delete

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.meetings import queries
from app.meetings.events import MinutesWritten
from app.meetings.models import AgendaItem, BlockKind, Meeting, Minutes, MinutesBlock, MinutesState
from app.meetings.policy import can_write_minutes
from app.meetings.service.facts import Fact, facts_of, seal_of


class Written(NamedTuple):
    """A text and what it was rendered to, before the transaction."""

    body_md: str
    body_html: Markup | str


class BlockConflict(Conflict):
    """A newer text came in between. Nothing was written over."""


@atomic
def start_writing(actor: Actor, block: MinutesBlock) -> None:
    """The others see who is at it since when. Whoever was there first stays named."""
    _begin(actor, block)
    _refuse_hidden(block)
    if queries.writer_of(block) is None:
        block.writing_by, block.writing_since = actor.tie_id, now()


@atomic
def stop_writing(actor: Actor, block: MinutesBlock) -> None:
    _begin(actor, block)
    if block.writing_by == actor.tie_id:
        block.writing_by = block.writing_since = None


@atomic
def write_block(actor: Actor, block: MinutesBlock, text: Written, *, base_version: int) -> None:
    """Raises BlockConflict when another text was saved in between; the same text again changes nothing (MTG-50)."""
    _begin(actor, block)
    _refuse_hidden(block)
    if block.body_md != text.body_md:
        if block.version != base_version:
            raise BlockConflict(_("Someone else saved a newer text in the meantime."))
        block.body_md, block.body_html = text.body_md, text.body_html
        block.version += 1
        block.changed_at, block.changed_by = now(), actor.tie_id
        publish(MinutesWritten(actor_id=actor.id, meeting_id=block.minutes.meeting_id, block_id=block.id))
    if block.writing_by == actor.tie_id:
        block.writing_by = block.writing_since = None


def add_text_block(minutes: Minutes, item: AgendaItem) -> None:
    """Where the note taker writes on this item. Its place among the others follows when the minutes are built."""
    db.session.add(MinutesBlock(minutes_id=minutes.id, item_id=item.id, position=0, kind=BlockKind.TEXT))


def build_minutes(meeting: Meeting) -> None:
    """What the log says, in its place between the texts, within the transaction that closes the meeting."""
    minutes = queries.minutes_of(meeting)
    if minutes is None:
        return
    facts = facts_from_log(meeting)
    texts = {block.item_id: block for block in queries.text_blocks_of(minutes)}
    db.session.execute(delete(MinutesBlock).where(MinutesBlock.minutes_id == minutes.id,
                                                  MinutesBlock.kind != BlockKind.TEXT))  # fmt: skip
    position = 0
    for fact in facts:
        position += 1
        db.session.add(MinutesBlock(minutes_id=minutes.id, position=position, kind=fact.kind, facts=fact.values,
                                    item_id=fact.item_id, source_seq=fact.source_seq))  # fmt: skip
        if fact.kind is BlockKind.ITEM and (own := texts.get(fact.item_id)):
            position += 1
            own.position = position
    minutes.built_at, minutes.sha256 = now(), seal_of(facts)


def facts_from_log(meeting: Meeting) -> list[Fact]:
    return facts_of(meeting, queries.items_of(meeting), queries.amendments_of(meeting), queries.log_of(meeting))


def _begin(actor: Actor, block: MinutesBlock) -> None:
    """Two who save at one moment: the second sees what the first did."""
    db.session.refresh(block, with_for_update={"of": MinutesBlock})
    authorize(can_write_minutes, actor, block.minutes.meeting)
    if not block.is_text or block.minutes.state is not MinutesState.DRAFT:
        raise Conflict(_("This part of the minutes is not written by hand."))


def _refuse_hidden(block: MinutesBlock) -> None:
    if block.hidden_at is not None:
        raise Conflict(_("This text is hidden. Nobody changes it until it is put back."))

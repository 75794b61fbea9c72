"""Finding the files of an agenda. Whoever calls this found the meeting as one that the person may read."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.core.errors import NotFound
from app.core.extensions import db
from app.meetings.models import AgendaItem, AgendaItemFile, Meeting


def files_of(meeting: Meeting) -> dict[int, list[AgendaItemFile]]:
    """By item, of those that have any; those of a hidden item are hidden with it."""
    found = defaultdict(list)
    shown = _files().where(AgendaItem.meeting_id == meeting.id, AgendaItem.hidden_at.is_(None))
    for file in db.session.scalars(shown):
        found[file.item_id].append(file)
    return dict(found)


def files_on(item: AgendaItem) -> Sequence[AgendaItemFile]:
    return db.session.scalars(_files().where(AgendaItemFile.item_id == item.id)).all()


def get_file(meeting: Meeting, file_id: int) -> AgendaItemFile:
    """A file of this meeting with its item, or NotFound."""
    file = db.session.scalar(
        _files().where(AgendaItem.meeting_id == meeting.id, AgendaItemFile.id == file_id)
        .options(joinedload(AgendaItemFile.item))
    )  # fmt: skip
    if file is None:
        raise NotFound
    return file


def _files() -> Select[AgendaItemFile]:
    return (
        select(AgendaItemFile).join(AgendaItem, AgendaItem.id == AgendaItemFile.item_id)
        .options(joinedload(AgendaItemFile.content)).order_by(AgendaItemFile.position, AgendaItemFile.id)
    )  # fmt: skip

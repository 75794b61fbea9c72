"""The files of an item: free in a draft, with a reason once the agenda is published, up to the opening (MTG-5)."""

from collections.abc import Sequence

from app.accounts.models import Actor
from app.core.errors import Conflict
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.transaction import atomic
from app.files.service import Upload
from app.meetings import queries
from app.meetings.models import ITEM_FILES_MOST, AgendaItem, AgendaItemFile, AmendmentKind, Meeting, Purpose
from app.meetings.service.agenda import begin_change, tell
from app.meetings.service.amending import refuse_without
from app.meetings.service.planning import refuse_after_opening


@atomic
def add_files(actor: Actor, meeting: Meeting, item_id: int, uploads: Sequence[Upload], *, reason: str = "") -> None:
    """After those that are there; one amendment for all. Refuses as `room_for_files` does, and too many."""
    begin_change(actor, meeting)
    item = queries.get_item(meeting, item_id)
    if len(uploads) > room_for_files(item, reason):
        raise Conflict(too_many())
    last = max((file.position for file in queries.files_on(item)), default=0)
    for position, upload in enumerate(uploads, start=last + 1):
        db.session.add(AgendaItemFile(item_id=item.id, position=position, sha256=upload.stored.sha256,
                                      name=upload.name, created_by=actor.tie_id))  # fmt: skip
    db.session.flush()
    change = {"files": [upload.name for upload in uploads]}
    tell(actor, meeting, AmendmentKind.FILE_ADDED, item, ({}, change), reason)


@atomic
def remove_file(actor: Actor, meeting: Meeting, file_id: int, *, reason: str = "") -> None:
    begin_change(actor, meeting)
    file = queries.get_file(meeting, file_id)
    tell(actor, meeting, AmendmentKind.FILE_REMOVED, file.item, ({"files": [file.name]}, {}), reason)
    db.session.delete(file)


def room_for_files(item: AgendaItem, reason: str) -> int:
    """How many more files this item takes. Asked before their bytes are stored too.

    Raises Conflict when that is none: after the opening, in a closing round (MTG-6), or when it is full; Invalid when
    the agenda is published and no reason is given.
    """
    refuse_after_opening(item.meeting)
    if item.purpose is Purpose.CLOSING_ROUND:
        raise Conflict(_("Any other business takes no files."))
    room = ITEM_FILES_MOST - len(queries.files_on(item))
    if room <= 0:
        raise Conflict(too_many())
    if not item.meeting.is_draft:
        refuse_without(reason)
    return room


def too_many() -> str:
    return _("An item has at most %(most)s files.", most=ITEM_FILES_MOST)

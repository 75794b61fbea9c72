"""Files with a text: they wait in its draft, and go along when it is placed (DISC-27)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from werkzeug.datastructures import FileStorage

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict
from app.core.extensions import db
from app.core.i18n import filesize
from app.core.i18n import gettext as _
from app.core.transaction import atomic, end_reading
from app.discussions import queries
from app.discussions.models import FILES_MOST, FILES_SIZE_MOST, Attachment, Post
from app.discussions.service.drafts import draft_to_keep
from app.files import service as files
from app.files.models import PDF, PICTURES
from app.files.service import Result, Upload
from app.files.service.types import MANY_PIXELS, PROMISED, UNKNOWN, kind_of
from app.files.service.uploads import Taken


@dataclass(frozen=True, kw_only=True)
class Files:
    """Those that a form sent along, and of those that it listed the ones that were ticked.

    What it listed without a tick is taken away. What it did not list came from another device meanwhile, and stays.
    """

    uploads: Sequence[Upload] = ()
    chosen: frozenset[int] = frozenset()
    listed: frozenset[int] = frozenset()


NO_FILES = Files()


class Plan(NamedTuple):
    """What becomes of the files of a post and of its draft."""

    kept: list[Attachment]
    dropped: list[Attachment]
    uploads: list[Upload]

    @property
    def changes_post(self) -> bool:
        is_less = any(each.post_id is not None for each in self.dropped)
        return is_less or bool(self.uploads) or any(each.post_id is None for each in self.kept)


class FilesConflict(Conflict):
    """The files cannot go along: one of them is there no more, or they are too many, or too large together."""


def take_files(parts: Iterable[FileStorage], held: Sequence[Attachment]) -> Taken:
    """Store of what was sent with a text what goes along with the files that it has, and say of the others why not.

    Slow, and it ends the reading of this moment: never within a transaction.
    """
    size = queries.size_together([each.sha256 for each in held])
    end_reading()
    taken = files.take(parts, most=max(0, FILES_MOST - len(held)), beyond=too_many())
    uploads, refused = list[Upload](), list(taken.refused)
    for upload in taken.uploads:
        sentence = _why_not(upload) or (too_large_together() if size + upload.stored.size > FILES_SIZE_MOST else "")
        if sentence:
            refused.append(Result(upload.name, sentence))
        else:
            uploads.append(upload)
            size += upload.stored.size
    return Taken(uploads, refused, taken.status)


@atomic
def keep_files(actor: Actor, place: str, files: Files, *, post: Post | None = None) -> list[Attachment]:
    """Put what was sent with what waits at this place; the same file once more is still one. Gives those of the form.

    The caller asked the right to write there. Raises FilesConflict when there are more than go with one post, Conflict
    when there is no room for another draft.
    """
    draft = draft_to_keep(actor, place) if files.uploads else queries.draft_at(actor, place)
    if draft is None:
        return []
    held = queries.attachments_with(post, draft)
    dropped = [each for each in held if each.draft_id and _is_unticked(each, files)]
    for each in dropped:
        db.session.delete(each)
    held = [each for each in held if not _is_unticked(each, files)]
    new = _made(actor, _new(files.uploads, held))
    refuse_too_much([*held, *new])
    for each in new:
        each.draft_id = draft.id
    db.session.add_all(new)
    draft.changed_at = now()
    db.session.flush()
    sent = {(upload.stored.sha256, upload.name) for upload in files.uploads}
    return [each for each in (*held, *new) if (each.sha256, each.name) in sent]


def plan_files(actor: Actor, place: str, files: Files, *, post: Post | None = None) -> Plan:
    """Raises FilesConflict when one that is to go along is there no more."""
    if files == NO_FILES:
        return Plan([], [], [])
    held = queries.attachments_with(post, queries.draft_at(actor, place))
    if files.chosen - {each.id for each in held}:
        raise FilesConflict(_("A file in your list is no longer there. Take it out of the list, or add it again."))
    kept = [each for each in held if each.id in files.chosen or (each.post_id and not _is_unticked(each, files))]
    dropped = [each for each in held if _is_unticked(each, files)]
    return Plan(kept, dropped, _new(files.uploads, kept))


def attach(actor: Actor, post: Post, plan: Plan) -> None:
    """The files go with the post from here on. Raises FilesConflict when they are too many, or too large together."""
    if plan == Plan([], [], []):
        return
    new = _made(actor, plan.uploads)
    refuse_too_much([*plan.kept, *new])
    for each in plan.dropped:
        db.session.delete(each)
    for each in (*plan.kept, *new):
        each.post_id, each.draft_id = post.id, None
    db.session.add_all(new)
    post.file_count = len(plan.kept) + len(new)
    db.session.flush()


def refuse_too_much(held: Sequence[Attachment]) -> None:
    if len(held) > FILES_MOST:
        raise FilesConflict(too_many())
    if queries.size_together([each.sha256 for each in held]) > FILES_SIZE_MOST:
        raise FilesConflict(too_large_together())


def too_many() -> str:
    return _("A post takes at most %(most)s attachments.", most=FILES_MOST)


def too_large_together() -> str:
    return _("Together the attachments of a post may be %(most)s.", most=filesize(FILES_SIZE_MOST))


def _why_not(upload: Upload) -> str:
    """Of a name that promises a picture or a PDF, and is none."""
    promised = PROMISED.get(upload.name.rpartition(".")[2].lower(), set())
    found = upload.stored.type
    wanted = {PDF} & promised or (PICTURES | {MANY_PIXELS} if promised & PICTURES else set())
    if not wanted or found in wanted:
        return ""
    if found == UNKNOWN:
        return _("This file cannot be read as what its name says. It may be broken.")
    return _("This file is something else than its name says: %(type)s.", type=kind_of(found))


def _is_unticked(file: Attachment, files: Files) -> bool:
    return file.id in files.listed - files.chosen


def _new(uploads: Sequence[Upload], held: Sequence[Attachment]) -> list[Upload]:
    """Those that are not there yet, each once."""
    known = {(each.sha256, each.name) for each in held}
    by_name = {(upload.stored.sha256, upload.name): upload for upload in uploads}
    return [upload for key, upload in by_name.items() if key not in known]


def _made(actor: Actor, uploads: Sequence[Upload]) -> list[Attachment]:
    return [Attachment(sha256=each.stored.sha256, name=each.name, created_by=actor.tie_id) for each in uploads]

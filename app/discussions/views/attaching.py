"""Files with a text: what came with a form, and the list that a form shows."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from flask import request
from flask.typing import ResponseReturnValue

from app.accounts.models import Actor
from app.accounts.session import current_actor
from app.core.errors import Conflict, Invalid
from app.discussions import queries, service
from app.discussions.forms import WithFiles
from app.discussions.models import Draft, Post
from app.discussions.queries import AttachmentRow
from app.discussions.service import Files
from app.discussions.views.blueprint import blueprint
from app.files import service as files
from app.files.models import SHOWN_INLINE
from app.files.service import Result
from app.files.service.types import fits_its_name, kind_of


class Sent(NamedTuple):
    """What came with a form: its files, and a sentence for each that was refused. `status` is that of the last."""

    files: Files
    refused: list[Result]
    status: int = Invalid.status


@blueprint.get("/attachments/<int:attachment_id>")
def attachment(attachment_id: int) -> ResponseReturnValue:
    """For who reads its post at this moment: shown where that is safe and asked for, else to keep."""
    found = queries.get_attachment(current_actor(), attachment_id)
    return files.send_content(found.content, found.name, inline="inline" in request.args)


@blueprint.get("/attachments/<int:attachment_id>/thumbnail")
def attachment_thumbnail(attachment_id: int) -> ResponseReturnValue:
    found = queries.get_attachment(current_actor(), attachment_id)
    return files.send_thumbnail(found.content, request.if_none_match).make_conditional(request)


def files_sent(form: WithFiles, place: str, post: Post | None = None, *, may_write: bool = True) -> Sent:
    """Store what was sent along, as far as there is room for it; nothing of who will be refused in any case.

    Slow, and it ends the reading of this request.
    """
    chosen, listed = form.chosen_ids, form.listed_ids
    parts = [part for part in request.files.getlist("file") if part.filename]
    if not parts or not may_write:
        return Sent(Files(chosen=chosen, listed=listed), [])
    held = queries.attachments_with(post, queries.draft_at(current_actor(), place))
    taken = service.take_files(parts, [each for each in held if each.id not in listed - chosen])
    return Sent(Files(uploads=taken.uploads, chosen=chosen, listed=listed), taken.refused, taken.status)


def keep_sent(place: str, sent: Sent, post: Post | None = None, *, drops: bool = False) -> list[Result]:
    """What came through waits in the draft, so that a form that is refused loses no file; gives what to say of each.

    `drops`: what lost its tick goes out of the draft, also when nothing came.
    """
    if sent.files.uploads or (drops and sent.files.listed):
        try:
            service.keep_files(current_actor(), place, sent.files, post=post)
        except Conflict as conflict:
            return [*sent.refused, *(Result(upload.name, str(conflict)) for upload in sent.files.uploads)]
    return sent.refused


def files_in_form(place: str, post: Post | None = None, form: WithFiles | None = None) -> list[dict[str, Any]]:
    """Those of the post and those that wait here, for the list of a form. One that was sent keeps its ticks."""
    actor = current_actor()
    return attached_lines(*_in_hand(actor, queries.draft_at(actor, place), post), form=form)


def attached_lines(
    found: Iterable[AttachmentRow], *more: Iterable[AttachmentRow], form: WithFiles | None = None
) -> list[dict[str, Any]]:
    unticked = form.listed_ids - form.chosen_ids if form else frozenset()
    return [{**file_line(row), "is_ticked": row.id not in unticked} for each in (found, *more) for row in each]


def file_line(row: AttachmentRow) -> dict[str, Any]:
    return {
        "id": row.id, "name": row.name, "size": row.size, "kind": kind_of(row.type), "url": f"/attachments/{row.id}",
        "fits": fits_its_name(row.type, row.name), "is_shown_inline": row.type in SHOWN_INLINE,
        "has_thumbnail": row.thumbnail == "made",
    }  # fmt: skip


def _in_hand(actor: Actor, draft: Draft | None, post: Post | None) -> tuple[Sequence[AttachmentRow], ...]:
    found = queries.attachments_of([post.id] if post and post.file_count else [], draft)
    return found.get(post.id if post else 0, ()), found.get(None, ())

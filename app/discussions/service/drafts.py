"""Texts not yet placed, kept on the server while they are typed."""

import secrets
from typing import NamedTuple

from sqlalchemy import delete, func, select

from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import one_at_a_time
from app.core.errors import Conflict, NotFound
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.transaction import atomic
from app.discussions import queries
from app.discussions.models import DRAFT_TITLE_MOST, DRAFTS_MOST, Draft


class DraftConflict(NamedTuple):
    """What another device saved meanwhile. Nothing is overwritten."""

    theirs: Draft


@atomic
def save_draft(actor: Actor, place: str, *, title: str = "", kind: str = "", body: str, revision: int | None = None,
               device: str = "", base_version: int | None = None) -> Draft | DraftConflict | None:  # fmt: skip
    """Keep the text for this place; an empty one is forgotten (None). The caller asked the right to write there.

    `revision` is what the page knew; None keeps it in any case, which a form without JavaScript does. `base_version` is
    the version of the post that an edit began with.
    """
    _one_device_at_a_time(actor, place)
    draft = queries.draft_at(actor, place)
    # Of one that holds only files there is no text to write over.
    is_of_another = draft is not None and draft.has_text and revision not in (None, draft.revision)
    if not body.strip() and not title.strip() and not queries.holds_files(draft):
        if draft is not None and not is_of_another:
            db.session.delete(draft)
        return None
    if draft is not None and is_of_another and (draft.title, draft.body) != (title[:DRAFT_TITLE_MOST], body):
        return DraftConflict(draft)
    draft = draft or draft_to_keep(actor, place)
    draft.title, draft.kind, draft.body, draft.device = title[:DRAFT_TITLE_MOST], kind[:20], body, device[:60]
    draft.base_version = base_version
    draft.revision += 1
    draft.changed_at = now()
    db.session.flush()
    return draft


@atomic
def discard_draft(actor: Actor, draft_id: int) -> None:
    gone = db.session.execute(delete(Draft).where(Draft.id == draft_id, Draft.person_id == actor.id))
    if not gone.rowcount:  # type: ignore[attr-defined]
        raise NotFound


def draft_to_keep(actor: Actor, place: str) -> Draft:
    """The one of this place; a new one without a text where there is none. Raises Conflict when there are too many."""
    _one_device_at_a_time(actor, place)
    draft = queries.draft_at(actor, place)
    if draft is None:
        _refuse_too_many(actor)
        # From a random number: a page that knew the draft before this one must not take this for its own.
        draft = Draft(person_id=actor.id, place=place, body="", revision=secrets.randbelow(2**30))
        db.session.add(draft)
        db.session.flush()
    return draft


def _one_device_at_a_time(actor: Actor, place: str) -> None:
    """What was read of the draft still holds when it is written."""
    one_at_a_time("draft", str(actor.id), place)


def _refuse_too_many(actor: Actor) -> None:
    count = db.session.scalar(select(func.count()).where(Draft.person_id == actor.id)) or 0
    if count >= DRAFTS_MOST:
        raise Conflict(_("You have 50 drafts. Discard one of them first."))

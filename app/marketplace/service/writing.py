"""Keeping what was typed, however little of it there is yet. What others see does not change by it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.routing import number_in
from app.core.text import tidy_line
from app.core.transaction import atomic
from app.files.service import Stored
from app.groups.policy import own_standings
from app.marketplace import queries
from app.marketplace.events import ListingDiscarded
from app.marketplace.models import (
    MOST_OF,
    TITLE_MOST,
    Audience,
    Category,
    FileRole,
    Kind,
    Listing,
    ListingFile,
    ListingNotice,
    State,
)
from app.marketplace.policy import can_edit_listing, can_place_listing
from app.marketplace.service.reading import tell_no_more_of
from app.marketplace.service.waiting import wait_no_more

DRAFTS_MOST = 50
WRITABLE = (State.DRAFT, State.PENDING, State.PUBLISHED, State.PAUSED, State.EXPIRED)


class Upload(NamedTuple):
    """A photo or a file whose bytes lie in the store already."""

    stored: Stored
    name: str
    role: FileRole


class VersionConflict(Conflict):
    """A colleague, or another device, kept another text in between. Nothing was written over."""

    def __init__(self, listing_id: int) -> None:
        super().__init__(_("This listing was changed on another screen in the meantime. Save once more to keep yours."))
        self.listing_id = listing_id


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a form held: strings, as they were typed. `version` is the one that its writer saw; None keeps it anyway."""

    kind: Kind
    category: Category
    fields: Mapping[str, Any]
    client_id: str | None = None
    version: int | None = None
    uploads: Sequence[Upload] = ()
    dropped: Collection[int] = field(default_factory=frozenset)  # ids of files that the writer takes out


@atomic
def save_listing(actor: Actor, listing: Listing | None, typed: Typed) -> Listing:
    """Keep it as the working copy. The same `client_id` again goes on with the draft it made the first time.

    What waited for the coordinator waits no longer. Raises Conflict when someone else kept another text meanwhile.
    """
    listing = listing or queries.listing_of_client(actor.tie_id, typed.client_id)
    if listing is None:
        listing = _begin(actor, typed)
    else:
        db.session.refresh(listing, with_for_update={"of": Listing})
        authorize(can_edit_listing, actor, listing)
        if listing.state not in WRITABLE:
            raise Conflict(_("This listing is closed. Nothing of it changes any more."))
        if typed.version is not None and typed.version != listing.version:
            raise VersionConflict(listing.id)
        listing.version += 1
    listing.typed, listing.typed_at = dict(typed.fields), now()
    wait_no_more(listing)
    if not listing.was_out:
        listing.kind, listing.category = typed.kind, typed.category
        listing.title = tidy_line(str(typed.fields.get("title") or ""))[:TITLE_MOST]
        group_id = number_in(typed.fields.get("group")) if typed.fields.get("audience") == Audience.GROUP else None
        is_own_group = group_id in (*own_group_ids(actor), listing.group_id)
        listing.audience = Audience.GROUP if group_id and is_own_group else Audience.MEMBERS
        listing.group_id = group_id if is_own_group else None
    _keep_files(actor, listing, typed)
    db.session.flush()
    return listing


def own_group_ids(actor: Actor) -> list[int]:
    """The working groups for which this person places something: those they take part in."""
    return [standing.group_id for standing in own_standings(actor) if not standing.is_archived]


@atomic
def discard_listing(actor: Actor, listing: Listing) -> None:
    """Throw away a draft; what was ever placed is closed instead."""
    authorize(can_edit_listing, actor, listing)
    if listing.was_out:
        raise Conflict(_("This listing was placed already. Close it instead."))
    tell_no_more_of(listing)
    for model in (ListingFile, ListingNotice):
        db.session.execute(delete(model).where(model.listing_id == listing.id))
    listing_id = listing.id
    wait_no_more(listing)
    db.session.delete(listing)
    publish(ListingDiscarded(actor_id=actor.id, listing_id=listing_id))


def _begin(actor: Actor, typed: Typed) -> Listing:
    authorize(can_place_listing, actor)
    drafts = select(func.count()).where(Listing.created_by == actor.tie_id, Listing.published_at.is_(None))
    if (db.session.scalar(drafts) or 0) >= DRAFTS_MOST:
        raise Conflict(_("You have 50 drafts. Discard one of them first."))
    listing = Listing(company_id=actor.company_id, created_by=actor.tie_id, client_id=typed.client_id, values={},
                      kind=typed.kind, category=typed.category)  # fmt: skip
    db.session.add(listing)
    db.session.flush()
    return listing


def _keep_files(actor: Actor, listing: Listing, typed: Typed) -> None:
    """What is taken out goes at once where nobody else sees it, else when the change is placed."""
    for file in queries.kept_files(listing):
        if file.id in typed.dropped:
            file.is_kept = False
            if not file.is_out:
                db.session.delete(file)
    held = Counter(file.role for file in queries.kept_files(listing))
    for upload in typed.uploads:
        held[upload.role] += 1
        if held[upload.role] > MOST_OF[upload.role]:
            continue  # somebody sent more at the same moment; nobody owns these bytes, so they are swept
        db.session.add(ListingFile(listing_id=listing.id, role=upload.role, sha256=upload.stored.sha256,
                                   name=upload.name, created_by=actor.tie_id))  # fmt: skip
        db.session.flush()  # one after the other: their ids keep the order in which they were chosen

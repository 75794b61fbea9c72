"""What can be reported and hidden. A feature says it of its texts in one call, from its own subscribers.py:

    guard.content("listing", load=queries.listing_of_any_state, reads=can_read_listing,
                  author=lambda listing: listing.created_by, excerpt=excerpt_of)

- `load(id)`: the row, whatever its state and whoever asks; None when there is none.
- `reads(actor, row)`: the rule by which a person reads it. A hidden one is read by nobody.
- `author(row)`: the tie that wrote it, which is `created_by` nearly everywhere.
- `excerpt(row)`: an `Excerpt`, what a case shows of it.
- `hide(row)`, `unhide(row)`, where more hangs on it than its own `hidden_at`, which is set and cleared without them;
  inside the transaction.
- `around(row)`, if it stands between others: the lines before and after it, as `Line`s.
- `reported(row)`, what follows for the text once somebody reports it.
- `is_gone(row)`, where its author can take it away and it is still kept for a while.
- `is_private`, where only those who take part come: to whoever handles a report its address leads nowhere.

With that it can be reported (the macro `report_link(kind, id)` of `_macros/report.html` leads there), and
a moderator hides it. Whatever else must follow (search, open pages) listens to `ContentHidden` and `ContentUnhidden` of
its kind. Where it stood, `app.guard.queries.why_hidden(kind, id)` is the sentence that readers see in its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.transaction import atomic
from app.guard.events import ContentHidden, ContentUnhidden
from app.guard.models import ActsAs, Hiding


class Excerpt(NamedTuple):
    """A text as a case keeps it. `version` counts its changes; no `group_id` means that it stands in no group."""

    title: str
    text: str
    url: str
    at: datetime
    group_id: int | None = None
    version: int = 1


class Line(NamedTuple):
    """One of its neighbours."""

    name: str
    text: str
    at: datetime


def _hide_row(row: Any) -> None:
    row.hidden_at = now()


def _unhide_row(row: Any) -> None:
    row.hidden_at = None


@dataclass(frozen=True, kw_only=True)
class Content:
    kind: str
    load: Callable[[int], Any]
    reads: Callable[[Any, Any], bool]
    author: Callable[[Any], int]
    excerpt: Callable[[Any], Excerpt]
    hide: Callable[[Any], None] = _hide_row
    unhide: Callable[[Any], None] = _unhide_row
    around: Callable[[Any], tuple[Sequence[Line], Sequence[Line]]] = lambda _row: ((), ())
    reported: Callable[[Any], None] = lambda _row: None
    is_gone: Callable[[Any], bool] = lambda _row: False
    is_private: bool = False


_contents: dict[str, Content] = {}


def content(kind: str, **ways: Any) -> None:
    """Name a kind of text that can be reported and hidden, and how."""
    _contents[kind] = Content(kind=kind, **ways)


def kinds() -> tuple[str, ...]:
    return tuple(sorted(_contents))


def content_of(kind: str) -> Content | None:
    return _contents.get(kind)


def is_private(kind: str) -> bool:
    return kind in _contents and _contents[kind].is_private


def is_hidden(kind: str, item: int) -> bool:
    return db.session.get(Hiding, (kind, item)) is not None


@atomic
def hide(actor: Actor, kind: str, item: int, *, rule: int, role: ActsAs) -> None:
    """Take it out of sight everywhere at once. The caller asked the right; raises Conflict when it is hidden."""
    row = _contents[kind].load(item)
    if row is None or is_hidden(kind, item):
        raise Conflict(_("This is hidden already, or is no longer there."))
    _contents[kind].hide(row)
    db.session.add(Hiding(kind=kind, item=item, rule=rule, role=role))
    publish(ContentHidden(actor_id=actor.id, kind=kind, item=item))


@atomic
def unhide(actor: Actor, kind: str, item: int) -> None:
    """Back where it was; nobody hears of it anew. Raises Conflict when it is not hidden."""
    row, hiding = _contents[kind].load(item), db.session.get(Hiding, (kind, item))
    if row is None or hiding is None:
        raise Conflict(_("This is not hidden, or is no longer there."))
    _contents[kind].unhide(row)
    db.session.delete(hiding)
    publish(ContentUnhidden(actor_id=actor.id, kind=kind, item=item))

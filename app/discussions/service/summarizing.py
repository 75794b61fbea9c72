"""The summary on top of a thread: one at a time, its versions kept."""

from dataclasses import dataclass

from markupsafe import Markup

from app.accounts.models import Actor
from app.core.clock import now
from app.core.events import publish
from app.core.extensions import db
from app.core.policy import authorize
from app.core.transaction import atomic
from app.discussions import queries
from app.discussions.events import SummaryChanged
from app.discussions.models import Summary, Thread
from app.discussions.policy import can_summarize_thread
from app.discussions.service.editing import VersionConflict


@dataclass(frozen=True, kw_only=True)
class SummaryText:
    """A text and what it was rendered to, before the transaction, and the last post that it takes in."""

    body_md: str
    body_html: Markup
    up_to: int


@atomic
def summarize_thread(actor: Actor, thread: Thread, text: SummaryText, *, version: int) -> None:
    """A new summary over the one of that `version`, 0 where there was none. The same again changes nothing.

    Raises VersionConflict when somebody else wrote one in between.
    """
    db.session.refresh(thread, with_for_update=True)  # two who save at one moment: the second sees the first
    authorize(can_summarize_thread, actor, thread)
    last = queries.last_summary(thread)
    number = last.number if last else 0
    if last and not last.hidden_at and (last.body_md, last.up_to_position) == (text.body_md, text.up_to):
        return
    if number != version:
        raise VersionConflict
    summary = Summary(thread_id=thread.id, number=number + 1, body_md=text.body_md, body_html=str(text.body_html),
                      up_to_position=text.up_to, created_by=actor.tie_id)  # fmt: skip
    db.session.add(summary)
    thread.summarized_at = now()
    db.session.flush()  # the event needs its id
    publish(SummaryChanged(actor_id=actor.id, thread_id=thread.id, summary_id=summary.id))

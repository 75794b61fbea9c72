"""How far a thread is: taken up, settled with what it came to, and going on after all."""

from sqlalchemy import select

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.discussions.events import ThreadResumed, ThreadSetAside, ThreadSettled, ThreadTakenUp
from app.discussions.models import Settlement, Thread, ThreadStatus
from app.discussions.policy import can_settle_thread
from app.discussions.service.arrival import next_seq_of_thread


@atomic
def settle_thread(actor: Actor, thread: Thread, body: str) -> None:
    """Say what it came to. The same words again change nothing.

    Raises Conflict when somebody else settled it in between.
    """
    next_seq_of_thread(thread)  # a post comes before it, or after it and then goes on
    authorize(can_settle_thread, actor, thread)
    if thread.is_settled:
        if (last := _last_of(thread)) and last.body == body:
            return
        raise Conflict(_("This thread was settled in the meantime. Your text is still here."))
    settlement = Settlement(thread=thread, body=body, position=thread.last_position, created_by=actor.tie_id)
    db.session.add(settlement)
    thread.status, thread.settled_at = ThreadStatus.SETTLED, now()
    db.session.flush()  # the event needs its id
    publish(ThreadSettled(actor_id=actor.id, thread_id=thread.id, settlement_id=settlement.id))


@atomic
def resume_thread(actor: Actor, thread: Thread) -> None:
    """Go on with what was settled. Of a thread that goes on already nothing changes, and nobody is told."""
    next_seq_of_thread(thread)
    authorize(can_settle_thread, actor, thread)
    resume(actor, thread)


@atomic
def take_up_thread(actor: Actor, thread: Thread) -> None:
    """Somebody works on it. What is settled stays so."""
    authorize(can_settle_thread, actor, thread)
    if thread.status is ThreadStatus.OPEN:
        thread.status = ThreadStatus.IN_PROGRESS
        publish(ThreadTakenUp(actor_id=actor.id, thread_id=thread.id))


@atomic
def set_thread_aside(actor: Actor, thread: Thread) -> None:
    """Nobody works on it any more."""
    authorize(can_settle_thread, actor, thread)
    if thread.status is ThreadStatus.IN_PROGRESS:
        thread.status = ThreadStatus.OPEN
        publish(ThreadSetAside(actor_id=actor.id, thread_id=thread.id))


def resume(actor: Actor, thread: Thread) -> None:
    """Inside the transaction of whoever goes on: with a post, or by hand."""
    if not thread.is_settled:
        return
    if settlement := _last_of(thread):
        settlement.resumed_at, settlement.resumed_by = now(), actor.tie_id
    thread.status = ThreadStatus.OPEN
    publish(ThreadResumed(actor_id=actor.id, thread_id=thread.id))


def _last_of(thread: Thread) -> Settlement | None:
    """None of a thread that was settled before anybody was asked what it came to."""
    newest = select(Settlement).where(Settlement.thread_id == thread.id).order_by(Settlement.id.desc()).limit(1)
    return db.session.scalars(newest).first()

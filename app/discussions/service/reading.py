"""How far people have read. Reading only moves forward; "alles gezien" can be taken back for ten minutes."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from app.accounts.models import Actor
from app.core.clock import now
from app.core.db import one_at_a_time, upsert
from app.core.extensions import db
from app.core.transaction import atomic
from app.discussions import queries
from app.discussions.models import Post, ReadMark, ReadPosition, Thread, is_in_sight
from app.discussions.service.hiding import note_who_read_all
from app.discussions.service.naming import MENTION
from app.groups.policy import own_standings
from app.notifications.service import mark_lines_read

UNDO_WITHIN = timedelta(minutes=10)
OLDER_IS_READ = timedelta(days=30)
REPLY, ANSWER, STARTED = "reply", "answer", "thread"  # kinds of lines under the bell
OF_POSTS = (REPLY, ANSWER, STARTED, MENTION)


class GroupSeen(NamedTuple):
    """Everything in a group up to this arrival number, as the page showed it."""

    group_id: int
    until: int


@atomic
def mark_seen(actor: Actor, thread: Thread, position: int) -> None:
    """Read up to here. Going back, or beyond the end, changes nothing."""
    _read_up_to(actor, thread, position)


@atomic
def mark_thread_seen(actor: Actor, thread: Thread, position: int) -> bool:
    """The button in a thread: like reading to this post, but it can be taken back. False when nothing was unread."""
    return _read_up_to(actor, thread, position, can_be_undone=True)


@atomic
def mark_groups_seen(actor: Actor, seen: Iterable[GroupSeen]) -> bool:
    """The button of a group, or of all groups; what arrived after the page was shown stays unread.

    False when it changed nothing, so that there is nothing to take back.
    """
    own = {standing.group_id for standing in own_standings(actor)}
    moment = now()
    return any([
        _mark(actor.id, group_id, queries.seq_before_another(actor.id, group_id, until), moment)
        for group_id, until in seen if group_id in own
    ])  # fmt: skip


@atomic
def undo_seen(actor: Actor) -> bool:
    """Take back the last "alles gezien", exactly, within ten minutes. False when there is nothing to take back."""
    since = now() - UNDO_WITHIN
    marks = db.session.scalars(
        select(ReadMark).where(
            ReadMark.person_id == actor.id, ReadMark.undo_seq.is_not(None), ReadMark.changed_at >= since)
    ).all()  # fmt: skip
    positions = db.session.scalars(
        select(ReadPosition).where(ReadPosition.person_id == actor.id, ReadPosition.undo_position.is_not(None),
                                   ReadPosition.changed_at >= since)
    ).all()  # fmt: skip
    moments = [mark.changed_at for mark in marks] + [position.changed_at for position in positions]
    pressed_at = max(moments, default=None)
    for mark in marks:
        if mark.changed_at == pressed_at:
            mark.seq, mark.undo_seq = mark.undo_seq or 0, None
    for position in positions:
        if position.changed_at == pressed_at:
            thread = db.session.get_one(Thread, position.thread_id)
            position.position = _skip_own_posts(actor, thread, position.undo_position or 0)  # some are hidden since
            position.undo_position = None
            position.change = _next_change(actor)
    return pressed_at is not None


def start_reading_group(person_id: int, group_id: int) -> None:
    """On joining, what was written in the last 30 days is new, and what is older counts as read."""
    seq = queries.seq_before(group_id, now() - OLDER_IS_READ)
    values = {"person_id": person_id, "group_id": group_id, "seq": seq, "undo_seq": None, "changed_at": now()}
    upsert(ReadMark, values, key=("person_id", "group_id"), change=("undo_seq",), grow=("seq",))
    for thread in queries.threads_written_in(person_id, group_id, above=seq):  # who comes back wrote there before
        note_who_read_all(thread)


def move_own_position(actor: Actor, thread: Thread, position: int) -> None:
    """One's own reply counts as reading, unless a post of another before it was not seen."""
    if not queries.has_unseen_post_of_another(actor, thread, before=position):
        _move(actor, thread, position)  # no change to number: the post itself counts up


def _read_up_to(actor: Actor, thread: Thread, position: int, *, can_be_undone: bool = False) -> bool:
    reading = queries.reading_of(actor, thread)
    reached = _skip_own_posts(actor, thread, min(position, thread.last_position))
    if reached <= reading.position:
        return False
    _move(actor, thread, reached, change=_next_change(actor), undo_position=reading.position if can_be_undone else None)
    _silence_bell(actor, thread, reached)
    return True


def _skip_own_posts(actor: Actor, thread: Thread, position: int) -> int:
    """Behind the last read post, one's own posts, hidden and deleted ones are nothing new."""
    next_of_another = db.session.scalar(
        select(func.min(Post.position)).where(
            Post.thread_id == thread.id, Post.position > position, Post.author_id != actor.id,
            is_in_sight())
    )  # fmt: skip
    return thread.last_position if next_of_another is None else max(position, next_of_another - 1)


def _move(actor: Actor, thread: Thread, position: int, *, change: int = 0, undo_position: int | None = None) -> None:
    """Reading on leaves alone what the button can still take back."""
    key = {"person_id": actor.id, "thread_id": thread.id}
    values = {**key, "position": position, "undo_position": undo_position, "changed_at": now(), "change": change}
    changed = () if undo_position is None else ("undo_position", "changed_at")
    upsert(ReadPosition, values, key=tuple(key), change=changed, grow=("position", "change"))


def _next_change(actor: Actor) -> int:
    """The number of one more change in what this person has read; counts of unread threads are kept under it."""
    one_at_a_time("reading", str(actor.id))  # two tabs at one moment get two numbers
    last = select(func.max(ReadPosition.change)).where(ReadPosition.person_id == actor.id)
    return (db.session.scalar(last) or 0) + 1


def _mark(person_id: int, group_id: int, seq: int, moment: datetime) -> bool:
    """Grow to `seq`, keeping what it was so that it can be taken back; pressing again changes nothing."""
    mark = db.session.get(ReadMark, (person_id, group_id))
    if mark is None:
        values = {"person_id": person_id, "group_id": group_id, "seq": seq, "undo_seq": 0, "changed_at": moment}
        upsert(ReadMark, values, key=("person_id", "group_id"), grow=("seq",))
        return seq > 0
    if mark.seq >= seq:
        return False
    mark.undo_seq, mark.seq, mark.changed_at = mark.seq, seq, moment
    return True


def _silence_bell(actor: Actor, thread: Thread, position: int) -> None:
    read = select(Post.id).where(Post.thread_id == thread.id, Post.position <= position)
    mark_lines_read(actor.id, dict.fromkeys(OF_POSTS, read))

"""The order of arrival in a group: whoever takes the next place in it holds a lock until the commit."""

from functools import cache

from sqlalchemy import Executable, bindparam, inspect, select

from app.core.db import Id, insert_unless_there, rows
from app.discussions import queries
from app.discussions.models import GroupTally, Thread, count_up


def next_seq_of_thread(thread: Thread) -> int:
    """The same, of the thread's group; the thread is loaded after it, since what it said before the lock may be old."""
    thread_id = inspect(thread).identity[0]  # type: ignore[index]  # it has one: it was read
    seq = rows(_count_up_for_thread(), {"thread": thread_id}).scalar()
    group_id = queries.thread_of_this_moment(thread_id).group_id
    return next_seq(group_id) if seq is None else seq


def next_seq(group_id: int) -> int:
    """The next place in the group's order of arrival; its row stays locked until the commit."""
    while (seq := rows(_count_up(), {"group": group_id}).scalar()) is None:
        insert_unless_there(GroupTally, {"group_id": group_id, "last_seq": 0}, key=("group_id",))
    return int(seq)


@cache
def _count_up() -> Executable:
    return count_up().where(GroupTally.group_id == bindparam("group", type_=Id)).returning(GroupTally.last_seq)


@cache
def _count_up_for_thread() -> Executable:
    group_id = select(Thread.group_id).where(Thread.id == bindparam("thread", type_=Id)).scalar_subquery()
    return count_up().where(GroupTally.group_id == group_id).returning(GroupTally.last_seq)

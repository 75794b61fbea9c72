"""One service call is one transaction."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, delete, literal, select
from sqlalchemy.exc import IntegrityError, InvalidRequestError, OperationalError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from app.core import events
from app.core.db import is_sqlite
from app.core.errors import NotFound
from app.core.extensions import db

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 4
PATIENCE = 15  # seconds, as long as SQLite itself waits
_writers = threading.Lock()


def atomic(service: Callable[P, R]) -> Callable[P, R]:
    """Commit when the service returns, undo everything when it raises.

    The reading transaction of the request ends first; what was given is loaded anew under the
    write lock, so that rights and states are those of this moment. Slow work (Markdown, hashing,
    mail, files) is done before, never inside. A service called by another joins its transaction.
    What is no row of the database says itself how it is read anew: `refreshed()`, as an Actor does.
    Raises NotFound when what was given is not there any more.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if is_writing():
            return service(*args, **kwargs)
        for tries_left in reversed(range(TRIES)):
            try:
                return _in_one_transaction(service, *args, **kwargs)
            except (IntegrityError, OperationalError, StaleDataError) as failure:
                if not tries_left or not _may_pass_next_time(failure):
                    raise
        raise AssertionError("unreachable")

    return run


def forget(model: type[DeclarativeBase], is_over: ColumnElement[bool]) -> None:
    """Delete the rows that are over. Where there are none nobody waits for the write lock."""
    if db.session.scalar(select(literal(1)).select_from(model).where(is_over).limit(1)) is not None:
        _delete(model, is_over)


def end_reading() -> None:
    """Give the connection back before slow work: many who wait for theirs must not keep others from reading."""
    if not is_writing():
        db.session.rollback()


def is_writing() -> bool:
    return bool(db.session.info.get("atomic"))


def _in_one_transaction(service: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    info = db.session.info
    db.session.rollback()  # ends the reading; every object given is loaded again when touched
    with _turn_to_write():
        info["atomic"] = True
        try:
            info["connection"] = db.session.connection(execution_options={"writes": True})
            fresh = [_fresh(value) for value in args]
            fresh_named = {name: _fresh(value) for name, value in kwargs.items()}
            result = service(*fresh, **fresh_named)
            told = events.run_inside_listeners()
            db.session.commit()
        except BaseException as failure:
            db.session.rollback()
            info.pop("events", None)
            if isinstance(failure, InvalidRequestError) and _means_gone(failure):
                raise NotFound from failure
            raise
        finally:
            info["atomic"] = False
            info.pop("connection", None)
    events.run_after_commit_listeners(told)
    return result


@atomic
def _delete(model: type[DeclarativeBase], is_over: ColumnElement[bool]) -> None:
    db.session.execute(delete(model).where(is_over))


@contextmanager
def _turn_to_write() -> Iterator[None]:
    """SQLite has one writer, and who waits for it looks again ever less often: some for seconds.

    Within a process they queue here instead. Whoever waits too long asks SQLite, which says what is wrong.
    """
    taken = is_sqlite() and _writers.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if taken:
            _writers.release()


def _fresh(value: Any) -> Any:
    refreshed = getattr(value, "refreshed", None)
    return value if refreshed is None else refreshed()


def _means_gone(failure: InvalidRequestError) -> bool:
    """Someone removed the row while this person waited for their turn: it was found, and cannot be loaded anew."""
    return isinstance(failure, ObjectDeletedError) or str(failure).startswith("Could not refresh instance")


def _may_pass_next_time(failure: IntegrityError | OperationalError | StaleDataError) -> bool:
    """Two processes drew one id in the same millisecond, or two transactions met and one must yield.

    PostgreSQL lets the second of two that make one unique row find out at its INSERT (23505), and who found a row
    that another deletes at the change of it or at what hangs on it (23503): the next time the service sees what is
    there, or is not, and says what it has to say about it.
    """
    if isinstance(failure, StaleDataError):
        return True
    words = str(failure.orig)
    sqlstate = getattr(failure.orig, "sqlstate", None)
    primary_key = words.startswith("UNIQUE constraint failed") and words.endswith(".id")
    return primary_key or sqlstate in ("40001", "40P01", "23503", "23505")

"""The database: column types, ids, SQLite's pragmas, and the one difference in INSERT between the two."""

import hashlib
import os
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CursorResult,
    DateTime,
    Engine,
    Enum,
    Executable,
    Integer,
    Select,
    case,
    event,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.core import clock
from app.core.extensions import db

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
RANDOM_BITS = 12
MINUTE = 60_000 << RANDOM_BITS
# SQLite keeps a row under its key only when the key is called INTEGER; it holds 64 bits all the same.
Id = BigInteger().with_variant(Integer, "sqlite")

Rows = Select[*tuple[Any, ...]]  # a statement that gives columns, whichever
Values = Mapping[str, Any]
Names = tuple[str, ...]

_last_id = 0
_id_lock = threading.Lock()


def new_id() -> int:
    """A 53-bit id: milliseconds since 2020 and 12 random bits, rising within a process.

    No gap between ids tells of what is hidden, and JavaScript holds them exactly.
    """
    global _last_id
    since = int((clock.now() - EPOCH).total_seconds() * 1000)
    candidate = since << RANDOM_BITS | int.from_bytes(os.urandom(2), "big") >> (16 - RANDOM_BITS)
    with _id_lock:
        # Within a minute it only rises; a clock set further back (the demo, a test) begins anew from there.
        if 0 <= _last_id - candidate < MINUTE:
            candidate = _last_id + 1
        _last_id = candidate
    return candidate


def id_column() -> Mapped[int]:
    return mapped_column(Id, primary_key=True, autoincrement=False, default=new_id)


def words(kind: type[StrEnum]) -> Enum:
    """A column of words from a list, kept as text on both databases."""
    return Enum(kind, native_enum=False, length=24, values_callable=lambda kinds: [each.value for each in kinds])


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on both databases (SQLite drops the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def rows(statement: Executable, values: Values | Sequence[Values]) -> CursorResult[*tuple[Any, ...]]:
    """The rows of a statement of columns. Half the price of Session.execute, which is ready to make objects of them.

    What it changes, objects in the session do not know. A service that it is called in rolls nothing back itself.
    """
    session = db.session()
    session.flush()  # as a session does before it asks
    connection = session.info.get("connection") or session.connection()  # that of a service is at hand
    return connection.execute(statement, values)


def upsert(
    model: type[DeclarativeBase], values: Values | Sequence[Values], *, key: Names, change: Names = (),
    grow: Names = (),
) -> None:
    """INSERT. Where a row with that key is there already, `change` these columns of it, and let these only `grow`."""
    rows(_upsert(is_sqlite(), model, key, change, grow), values)


def insert_rows(model: type[DeclarativeBase], values: Values | Sequence[Values]) -> None:
    """INSERT, where no objects are wanted: a third of the price of adding them to the session."""
    rows(_insert(is_sqlite(), model), values)


def insert_unless_there(
    model: type[DeclarativeBase], values: Values | Sequence[Values], *, key: Names
) -> int:
    """How many came, of one row or none."""
    return rows(_insert_unless_there(is_sqlite(), model, key), values).rowcount


def one_at_a_time(*what: str) -> None:
    """Hold until COMMIT what other transactions with the same words wait for, so that counting and adding is one step.

    On SQLite the write lock of the transaction is enough.
    """
    if not is_sqlite():
        number = int.from_bytes(hashlib.sha256("\x00".join(what).encode("utf-8", "replace")).digest()[:8], signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(number)))


def is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def prepare_engine(engine: Engine) -> None:
    """SQLite: write-ahead log, full sync, foreign keys, and a BEGIN of our own choosing."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN loses updates; begin() below says which
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000",
                       "temp_store=MEMORY", "cache_size=-2000"):  # fmt: skip
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        wants_to_write = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if wants_to_write else "BEGIN")


@cache
def _upsert(on_sqlite: bool, model: type[DeclarativeBase], key: Names, change: Names, grow: Names) -> Executable:
    inserted = _insert(on_sqlite, model)
    new, old = inserted.excluded, inserted.table.c
    larger = {name: case((old[name] < new[name], new[name]), else_=old[name]) for name in grow}
    return inserted.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=list(key), set_={name: new[name] for name in change} | larger)  # fmt: skip


@cache
def _insert_unless_there(on_sqlite: bool, model: type[DeclarativeBase], key: Names) -> Executable:
    inserted = _insert(on_sqlite, model).on_conflict_do_nothing(index_elements=list(key))
    # PostgreSQL's driver knows the number, but unasked SQLAlchemy drops it and says -1
    return inserted.execution_options(preserve_rowcount=True)  # type: ignore[no-any-return]


@cache
def _insert(on_sqlite: bool, model: type[DeclarativeBase]) -> Any:
    insert = sqlite.insert if on_sqlite else postgresql.insert
    return insert(model.__table__)  # type: ignore[arg-type]  # a declarative class has a Table

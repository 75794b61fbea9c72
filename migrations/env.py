"""One migration history for SQLite and PostgreSQL."""

from typing import Any

from alembic import context
from flask import current_app

from app.core.db import UTCDateTime
from app.search.models import is_index

database = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """Own column types, written in migrations by their own name."""
    return "app.core.db.UTCDateTime()" if kind == "type" and isinstance(item, UTCDateTime) else False


def leave_out_index(name: str | None, kind: str, _parents: Any) -> bool:
    """What the databases keep their index of words in, each in its own way, no model describes."""
    return not (kind == "table" and is_index(name or ""))


def leave_out_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run() -> None:
    with database.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.dbapi_connection
        if is_sqlite:
            # Batch mode rebuilds a table with DROP TABLE, which would cascade into its children while foreign keys
            # are on. Inside a transaction the pragma does nothing, so it goes before SQLAlchemy's BEGIN.
            raw.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection, target_metadata=database.metadata, transactional_ddl=True, render_item=render_item,
            process_revision_directives=leave_out_empty, include_name=leave_out_index,
            **current_app.extensions["migrate"].configure_args,
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()
            if is_sqlite:
                refuse_broken_keys(connection)
        if is_sqlite:
            connection.commit()
            raw.execute("PRAGMA foreign_keys=ON")


def refuse_broken_keys(connection: Any) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"a migration broke foreign keys: {broken[:5]}")


run()

"""All rows of the database as text, to say what a request changed."""

from sqlalchemy import MetaData

from app.core.extensions import db
from app.search.models import is_index


def everything():
    """Table → its rows, each as text, sorted."""
    db.session.rollback()
    tables = MetaData()
    with db.engine.connect() as connection:
        tables.reflect(connection)
        return {
            name: sorted(str(dict(row._mapping)) for row in connection.execute(table.select()))
            for name, table in tables.tables.items() if not is_index(name)
        }


def differences(before, after):
    """Table → (rows gone, rows come)."""
    return {
        name: (sorted(set(before[name]) - set(after[name])), sorted(set(after[name]) - set(before[name])))
        for name in before if before[name] != after[name]
    }  # fmt: skip

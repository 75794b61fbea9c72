"""All rows of the database as text, to say what a request changed."""

from functools import cache

from sqlalchemy import MetaData

from app.core.extensions import db
from app.search.models import is_index


def everything():
    """Table → its rows, each as text, sorted."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            name: sorted(str(dict(row._mapping)) for row in connection.execute(table.select()))
            for name, table in tables_of(db.engine.dialect.name).items() if not is_index(name)
        }


@cache
def tables_of(_database):
    """As they stand there, and not as the models have them: the same in every test of one database."""
    found = MetaData()
    found.reflect(db.engine)
    return found.tables


def differences(before, after):
    """Table → (rows gone, rows come)."""
    return {
        name: (sorted(set(before[name]) - set(after[name])), sorted(set(after[name]) - set(before[name])))
        for name in before if before[name] != after[name]
    }  # fmt: skip

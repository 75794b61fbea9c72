"""Entries of a kind of its own, which only the search knows."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.transaction import atomic
from app.search import service as search
from app.search.models import Entry
from app.search.service import indexing

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVERYONE = search.Reader(("public",), None)


@pytest.fixture
def kind():
    """A kind "note", known while the test lasts."""
    search.register("note", list)
    yield "note"
    del indexing._kinds["note"]


def note(number, body="", title="", **more):
    """A note; a higher number is a later one."""
    given = {"kind": "note", "allow": ("public",), "at": AT + timedelta(minutes=number), **more}
    return Entry(ref_id=number, title=title, body=body, **given)


@atomic
def keep(*entries):
    for entry in entries:
        search.index(entry)


@atomic
def drop(ref_id):
    search.forget("note", ref_id)


def asked(words, reader=EVERYONE, page=1, **filters):
    return search.find(reader, search.read(words), search.Filters(**filters), page)


def found(words, reader=EVERYONE, **filters):
    """The numbers of what was found, in order."""
    return [hit.ref_id for hit in asked(words, reader, **filters).hits]

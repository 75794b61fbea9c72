"""Ids, times, and what SQLite is told (decisions 6; stack)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from app.accounts.models import Person, Tie
from app.core import clock
from app.core.db import insert_unless_there, new_id
from app.core.extensions import db
from app.notifications.models import DigestRun
from tests.conftest import person_named


def test_an_id_has_53_bits_and_tells_its_moment():
    with clock.StoppedClock() as stopped:
        stopped.set(datetime(2026, 5, 1, tzinfo=UTC))
        made = new_id()
        stopped.set(datetime(2089, 1, 1, tzinfo=UTC))
        late = new_id()
    assert datetime(2020, 1, 1, tzinfo=UTC) + timedelta(milliseconds=made >> 12) == datetime(2026, 5, 1, tzinfo=UTC)
    assert late < 2**53


def test_ids_rise_also_when_many_threads_draw_them():
    """Strictly: none is drawn twice, and each thread sees its own rise."""
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(lambda _number: [new_id() for _draw in range(2000)], range(8)))
    everything = [number for line in drawn for number in line]
    assert len(set(everything)) == len(everything)
    assert all(line == sorted(line) for line in drawn)


def test_ids_rise_while_the_clock_stands_still_or_goes_back_a_little():
    with clock.StoppedClock() as stopped:
        first = [new_id() for _draw in range(5000)]
        stopped.forward(seconds=-30)
        later = [new_id() for _draw in range(100)]
    assert first + later == sorted(set(first + later))


def test_a_gap_between_ids_tells_nothing():
    """Twelve random bits: ids of two milliseconds lie apart by anything."""
    gaps = set()
    with clock.StoppedClock() as stopped:
        stopped.forward(days=40)
        for _draw in range(200):
            stopped.forward(milliseconds=5)
            one = new_id()
            stopped.forward(milliseconds=5)
            gaps.add(new_id() - one)
    assert len(gaps) > 150


@pytest.fixture
def sqlite_only(database):
    if database != "sqlite":
        pytest.skip("SQLite's own")


@pytest.fixture
def postgresql_only(database):
    if database != "postgresql":
        pytest.skip("PostgreSQL's own")


def test_what_a_page_asks_often_is_planned_once(app, sign_in, anna, postgresql_only):
    """psycopg forgets what it prepared at each ROLLBACK; and reading ends with one."""
    browser = sign_in(anna)
    db.session.rollback()
    for _time in range(10):
        assert browser.get("/groups").status_code == 200
    prepared = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("FROM groups" in statement for statement in prepared)


@pytest.mark.parametrize(("pragma", "value"), [
    ("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 15000)])  # fmt: skip
def test_every_connection_keeps_what_was_said(pragma, value, app, sqlite_only):
    """trust: FULL, because NORMAL loses acknowledged rows when the power goes."""
    connections = [db.engine.connect() for _number in range(3)]
    try:
        assert [one.exec_driver_sql(f"PRAGMA {pragma}").scalar() for one in connections] == [value] * 3
    finally:
        for one in connections:
            one.close()


def test_a_row_without_its_parent_is_refused(app):
    db.session.add(Tie(person_id=1, company_id=1, starts_on=clock.today()))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-11))])
def test_a_time_comes_back_as_the_same_moment_in_utc(zone, app):
    moment = datetime(2026, 10, 25, 2, 30, 15, 123456, tzinfo=zone)
    person_named("anna").created_at = moment
    db.session.commit()
    found = db.session.scalars(select(Person.created_at).where(Person.email == "anna@brink.example")).one()
    assert found == moment
    assert found.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(app):
    person_named("anna").created_at = datetime(2026, 1, 1)
    with pytest.raises(StatementError, match="without a zone"):
        db.session.commit()
    db.session.rollback()


def test_times_are_compared_as_moments(app):
    """Not as text: an hour that comes twice is found by the right one."""
    person_named("anna").created_at = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=9)))
    db.session.commit()
    early = select(Person.email).where(Person.created_at == datetime(2026, 1, 1, 3, tzinfo=UTC))
    assert db.session.scalars(early).all() == ["anna@brink.example"]


def test_who_adds_a_row_learns_whether_it_came(app, bram):
    """On PostgreSQL too, where a count that nobody asked for is -1: who goes by it would do everything twice."""
    row = {"person_id": bram.id, "slot": clock.today(), "made_at": clock.now()}
    assert [insert_unless_there(DigestRun, row, key=("person_id", "slot")) for _time in range(2)] == [1, 0]
    db.session.rollback()

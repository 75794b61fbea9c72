"""One clock, which can be set."""

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.core import clock

SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


def in_another_thread(function):
    found = []
    thread = threading.Thread(target=lambda: found.append(function()))
    thread.start()
    thread.join()
    return found[0]


def test_it_tells_this_moment_in_utc():
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_day_is_that_of_drenthe():
    with clock.stopped_at(SUMMER):
        assert clock.today() == date(2026, 7, 2)
    with clock.stopped_at(datetime(2026, 1, 1, 22, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 1, 1)


def test_history_is_written_in_one_thread_only():
    """The seed sets its own clock back; pages served meanwhile keep theirs."""
    with clock.stopped_at(SUMMER):
        assert clock.now() == SUMMER
        assert in_another_thread(clock.now) != SUMMER
    assert clock.now() != SUMMER


def test_a_clock_stopped_by_a_test_stands_still_in_every_thread():
    with clock.StoppedClock() as stopped:
        stopped.set(SUMMER.astimezone(ZoneInfo("America/New_York")))
        assert clock.now() == SUMMER == in_another_thread(clock.now)
        stopped.forward(hours=2)
        assert clock.now() == SUMMER + timedelta(hours=2)
    assert clock.now() != SUMMER + timedelta(hours=2)


def test_hours_that_come_twice_are_told_apart():
    """The night in which summer ends: 00:30 and 01:30 UTC are both half past two."""
    early, late = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert clock.local(early).strftime("%H:%M %z") == "02:30 +0200"
    assert clock.local(late).strftime("%H:%M %z") == "02:30 +0100"


def test_a_local_time_that_exists_twice_is_the_first_and_one_that_is_skipped_is_none():
    """MTG, section 5"""
    assert clock.from_local(datetime(2026, 10, 25, 2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock.from_local(datetime(2026, 10, 25, 3, 0)) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="02:30"):
        clock.from_local(datetime(2027, 3, 28, 2, 30))


@pytest.mark.parametrize(("moment", "season"), [((2026, 10, 25, 0, 30), "summer"), ((2026, 10, 25, 1, 30), "winter"),
                                                ((2026, 10, 25, 2, 30), ""), ((2027, 3, 28, 1, 0), "")])  # fmt: skip
def test_only_a_time_that_exists_twice_needs_its_season_said(moment, season):
    assert clock.season_if_twice(datetime(*moment, tzinfo=UTC)) == season

"""The only place that reads the clock, so that tests and the demo can set it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_set_to: ContextVar[datetime | None] = ContextVar("set_to", default=None)
_everywhere: list[datetime] = []
_zone = [ZoneInfo("Europe/Amsterdam")]


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _set_to.get() or (_everywhere[-1] if _everywhere else datetime.now(UTC))


def today() -> date:
    """The local date in the site's time zone."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    return moment.astimezone(_zone[0])


def from_local(wall: datetime) -> datetime:
    """The moment at which local clocks show this: of a time that exists twice (in autumn) the first.

    Raises ValueError for a time that the clock skips (in spring).
    """
    moment = wall.replace(tzinfo=_zone[0], fold=0).astimezone(UTC)
    if local(moment).replace(tzinfo=None) != wall:
        raise ValueError(wall)
    return moment


def season_if_twice(moment: datetime) -> str:
    """"summer" or "winter" where local clocks show this time twice that night, else nothing."""
    shown = local(moment)
    if shown.utcoffset() == shown.replace(fold=1 - shown.fold).utcoffset():
        return ""
    return "winter" if shown.fold else "summer"


def local_midnight(day: date) -> datetime:
    """When this day begins, in the site's time zone. OverflowError before the calendar does."""
    return datetime.combine(day, datetime.min.time(), _zone[0]).astimezone(UTC)


def zone_name() -> str:
    """Of the site, as scripts name it: Europe/Amsterdam."""
    return _zone[0].key


def use_timezone(zone: ZoneInfo) -> None:
    _zone[0] = zone


def monotonic() -> float:
    """Seconds that only rise; for waiting, never for dates."""
    return time.monotonic()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """The clock stands still for this thread (the demo writes history; tests)."""
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)


class StoppedClock:
    """A clock for tests: stands still in every thread until moved, at first at this moment or the one given."""

    def __init__(self, moment: datetime | None = None) -> None:
        self._first = moment

    def __enter__(self) -> "StoppedClock":
        _everywhere.append(self._first or now())
        return self

    def __exit__(self, *_: object) -> None:
        _everywhere.pop()

    def set(self, moment: datetime) -> None:
        _everywhere[-1] = moment.astimezone(UTC)

    def forward(self, **duration: float) -> None:
        _everywhere[-1] += timedelta(**duration)

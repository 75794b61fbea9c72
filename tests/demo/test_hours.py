"""The demo tells the same story whatever the hour at which it is filled, and on which side of a change of clocks."""

from datetime import date, timedelta

import pytest

from app.core import clock
from app.demo.service.association import LAST_LOOK, last_look, plan_posts

DAYS = (date(2026, 11, 22), date(2026, 7, 1), date(2026, 3, 29), date(2026, 10, 25), date(2027, 1, 2))
HOURS = (0, 1, 2, 12, 22, 23)


def new_for_the_cast(moment):
    """(who, thread, text) of every post of the demo that a person of the cast did not see yet."""
    with clock.stopped_at(moment):
        return {(key, post.thread["title"], post.text)
                for post in plan_posts(clock.now()) for key in LAST_LOOK if post.at > last_look(key)}  # fmt: skip


@pytest.fixture(scope="module")
def on_the_first():
    return new_for_the_cast(clock.local_midnight(DAYS[0]))


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.slow
def test_what_is_new_for_the_cast_does_not_hang_on_day_or_hour(on_the_first, day):
    """Issue A part 6: at 23:00 in winter it was a post more, as 150 times 24 hours ago it is tomorrow already."""
    assert {key for key, _thread, _text in on_the_first} == set(LAST_LOOK)
    begin = clock.local(clock.local_midnight(day))
    for hour in HOURS:
        assert new_for_the_cast(begin + timedelta(hours=hour, minutes=1)) == on_the_first

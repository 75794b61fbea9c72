"""A guest reads the named groups up to the last day, and from the day after nothing but their account."""

import pytest

from app.accounts.queries import open_tie_of
from app.accounts.tasks import end_whose_last_day_is_over
from app.core.clock import today
from app.core.extensions import db
from tests.conftest import person_named
from tests.trust.table import TABLE, expected_of, of_this_moment

pytestmark = pytest.mark.slow  # a sweep over every page


@pytest.fixture
def pages(world):
    """(address, what the table says of Gijs, what it says of who acts for nobody), of every page but their account."""
    found = [
        (of_this_moment(case.address, world, "gijs"), expected_of(case, "gijs"), expected_of(case, "former"))
        for endpoint, cases in TABLE.items() for case in cases
        if case.sent is None and not endpoint.startswith("invitations.")  # those make a newcomer of each role
    ]  # fmt: skip
    return [line for line in found if not line[0].startswith(("/account", "/login"))]


def test_on_the_last_day_a_guest_reads_what_they_read_before(pages, browser_as):
    """GRP-42, groups.md 7.12: every page outside the named group answers 404."""
    open_tie_of(person_named("gijs").id).last_day = today()
    db.session.commit()
    browser = browser_as("gijs")
    got = [(address, browser.get(address).status_code) for address, _before, _after in pages]
    assert got == [(address, before) for address, before, _after in pages]


@pytest.mark.parametrize("ended", [False, True], ids=["before the clock came by", "after the clock came by"])
def test_the_day_after_a_guest_has_their_account_and_nothing_else(pages, browser_as, clock, ended):
    """GRP-41, GRP-42, groups.md 7.12"""
    browser = browser_as("gijs")
    open_tie_of(person_named("gijs").id).last_day = today()
    db.session.commit()
    clock.forward(days=1)
    if ended:
        end_whose_last_day_is_over()
        browser = browser_as("gijs")
    got = [(address, browser.get(address).status_code) for address, _before, _after in pages]
    assert got == [(address, after) for address, _before, after in pages]

"""Looking changes nothing but the reader's own traces (product, promise 4; decisions 4)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.accounts.models import Person, Session
from app.core import clock
from app.core.extensions import db
from tests.conftest import person_named
from tests.trust.conftest import ROLES
from tests.trust.table import TABLE, of_this_moment
from tests.trust.traces import differences, everything

pytestmark = pytest.mark.slow  # a sweep: everything that others thought of, on every page

# Tables of the reader's own traces. A line under the bell counts as read with the post it is about (NTF-12).
TRACES = {"read_positions", "talk_readings", "visit_marks", "notifications"}
QUERY = "page=1&lang=en&next=/groups&all=1&position=9"
# Who reads all, who reads most, and nobody: in who may read it, how a page is asked for has no part.
THOROUGHLY = ("emma", "bram", "dirk", "visitor")
ONCE_A_DAY = {"sessions": "last_used_at", "people": "last_seen_on"}


def gets(world, role):
    """The addresses of pages; what they are about, a draft of the reader too, is made here."""
    return [of_this_moment(case.address, world, role)
            for cases in TABLE.values() for case in cases if case.sent is None]


def visit(browser, addresses, method, *, alone=False):
    """Each address as it is, and with all that a page or a script may add together, or each of that alone.

    HEAD is read by what reads GET, and OPTIONS is answered before anything does: of those, together will do.
    """
    queries = ("", "after=0", QUERY) if alone else ("", f"after=0&{QUERY}")
    for address in addresses:
        more = "&" if "?" in address else "?"
        for query in queries:
            headers = {"HX-Request": "true"} if "after" in query else {}
            browser.open(f"{address}{more}{query}" if query else address, method=method, headers=headers)
        if alone:
            browser.open(address, method=method, headers={"Accept": "application/json"})


def without_read_at(row):
    return re.sub(r"'read_at': (None|datetime\.datetime\([^)]*\)[^,]*)", "", row)


@pytest.mark.in_turn
@pytest.mark.parametrize("role", ROLES)
def test_a_get_of_every_address_leaves_only_the_traces_of_the_reader(role, world, browser_as):
    """ReadPosition and VisitMark of that person, and nothing else: no event, no letter, no session."""
    browser, addresses = browser_as(role), gets(world, role)
    before = everything()

    visit(browser, addresses, "GET", alone=role in THOROUGHLY)

    changed = differences(before, everything())
    assert set(changed) <= TRACES
    gone, come = changed.get("notifications", ([], []))
    assert [without_read_at(row) for row in gone] == [without_read_at(row) for row in come]
    own = f"'person_id': {person_named(ROLES[role]).id}" if ROLES[role] else "nobody"
    assert all(own in row for rows in changed.values() for row in [*rows[0], *rows[1]])


@pytest.mark.in_turn
@pytest.mark.parametrize("role", ["visitor", "bram", "emma", "dirk", "former"])
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_a_head_of_every_address_changes_nothing_at_all(method, role, world, browser_as):
    browser, addresses = browser_as(role), gets(world, role)
    before = everything()
    visit(browser, addresses, method)
    assert differences(before, everything()) == {}


def test_reading_with_the_cookie_of_the_script_or_ahead_of_being_asked_leaves_no_trace_in_a_thread(world, browser_as):
    """decisions 8"""
    browser = browser_as("carla")
    before = everything()
    browser.get(f"/threads/{world.open_id}", headers={"Sec-Purpose": "prefetch"}, follow_redirects=True)
    browser.set_cookie("js", "1")
    browser.get(f"/threads/{world.open_id}", follow_redirects=True)
    assert differences(before, everything()) == {}


def test_the_sweep_would_see_a_change(world, browser_as):
    """Positive control: a plain reader without script leaves a position, a writer a post."""
    browser = browser_as("bram")
    before = everything()
    browser.get(f"/threads/{world.open_id}", follow_redirects=True)
    assert set(differences(before, everything())) <= TRACES
    browser.post(f"/threads/{world.open_id}/posts", data={"body": "Hoi"})
    assert {"posts", "audit_entries", "threads"} <= set(differences(before, everything()))


def test_the_first_use_of_a_day_is_noted_and_the_second_is_not(world, browser_as):
    """decisions 4: `Session.last_used_at` and `Person.last_seen_on`, at most once a day."""
    browser = browser_as("bram")
    db.session.execute(update(Session).values(last_used_at=clock.now() - timedelta(days=2)))
    db.session.execute(update(Person).values(last_seen_on=clock.today() - timedelta(days=2)))
    db.session.commit()
    before = everything()

    browser.get("/groups")

    noted = everything()
    changed = differences(before, noted)
    assert set(changed) == set(ONCE_A_DAY)
    assert all(len(come) == 1 for _gone, come in changed.values())
    browser.get("/groups")
    assert differences(noted, everything()) == {}

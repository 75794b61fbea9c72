"""Who gets which answer where: every route and every socket message, for every kind of person (trust 1, GRP-1 to 4)."""

import pytest

from app.core.extensions import socketio
from app.core.sockets import messages
from tests.trust.conftest import ROLES
from tests.trust.table import LIVE, MESSAGES, TABLE, expected_of, of_this_moment, status_of


def endpoints(app):
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_route_and_every_message_has_its_lines(app):
    """trust: a new route without a row fails."""
    assert endpoints(app) == set(TABLE)
    assert set(messages) == set(MESSAGES)


def test_every_line_of_the_table_is_sent_to_the_route_that_it_names(app, world):
    """And every rule of a route with two of them is asked."""
    asked = set()
    routes = app.url_map.bind("localhost")
    for endpoint, cases in TABLE.items():
        for case in cases:
            address = of_this_moment(case.address, world, "anna").partition("?")[0]
            method = "GET" if case.sent is None else "POST"
            rule, _arguments = routes.match(address, method=method, return_rule=True)
            assert rule.endpoint == endpoint, address
            asked.add((rule.rule, method))
    all_rules = {(rule.rule, method) for rule in app.url_map.iter_rules() for method in rule.methods & {"GET", "POST"}}
    assert asked == all_rules


@pytest.mark.slow
@pytest.mark.in_turn
@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_everyone_gets_the_answer_that_the_table_says(endpoint, world, browser_as):
    """trust 1: cannot read = 404, may not act = 403, not signed in = to the sign-in page."""
    wrong = []
    for role in ROLES:
        browser = browser_as(role)
        for number, case in enumerate(TABLE[endpoint]):
            if case.sent is not None:  # signing out, leaving and changing one's password are among the lines
                browser = browser_as(role)
            got, expected = status_of(browser, case, world, role), expected_of(case, role)
            if got != expected:
                wrong.append(f"{role}, line {number} ({of_this_moment(case.address, world, role)}): {got}, "
                             f"not {expected}")  # fmt: skip
    assert wrong == []


def test_a_visitor_is_sent_to_the_sign_in_page_and_a_program_gets_401(world, visitor):
    """trust 1"""
    page = visitor.get(f"/threads/{world.secret_id}")
    assert (page.status_code, page.location) == (303, f"/login?next=/threads/{world.secret_id}")
    asked = visitor.get(f"/threads/{world.secret_id}", headers={"Accept": "application/json"})
    assert asked.status_code == 401
    assert set(asked.get_json()) == {"error"}


def connect(app, browser):
    with app.app_context():
        return socketio.test_client(app, flask_test_client=browser)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_is_answered_as_the_table_says(name, app, world, browser_as):
    """trust: the person is loaded and the right asked at each message."""
    for role in ROLES:
        client = connect(app, browser_as(role))
        assert client.is_connected() == (role in LIVE), role
        if role not in LIVE:
            continue
        for number, (payload, allowed) in enumerate(MESSAGES[name]):
            with app.app_context():
                answer = client.emit(name, payload(world), callback=True)
            assert answer["ok"] == (role in allowed), (role, number, answer)
        client.disconnect()


def test_a_refusal_of_a_message_says_the_same_of_a_secret_thread_as_of_none(app, world, browser_as):
    """GRP-4: the two cannot be told apart."""
    for role in ("carla", "dirk", "femke", "gijs"):
        client = connect(app, browser_as(role))
        with app.app_context():
            said = [client.emit("thread:watch", {"thread_id": id_}, callback=True) for id_ in (world.secret_id, 1)]
        assert said[0] == said[1]
        assert not said[0]["ok"]
        client.disconnect()


def test_who_may_see_a_group_on_request_may_not_read_in_it(world, browser_as):
    """GRP-2: name, purpose, chair, companies and a number; no title and no name of a member."""
    page = browser_as("carla").get("/groups/personeelsmobiliteit").text
    assert "Personeelsmobiliteit" in page
    assert "Uitlenen" not in page
    assert "Tjitske Timmer" not in page

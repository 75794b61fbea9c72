"""A form counts when it came from a page of ours: by token, and by origin where the browser says one.

trust 4, decisions 14 and 15.
"""

import pytest
from sqlalchemy import func, select

from app.core.extensions import db, limiter
from app.discussions.models import Post
from tests.conftest import ORIGIN
from tests.trust.table import of_this_moment, table_here
from tests.trust.traces import differences, everything

pytestmark = pytest.mark.slow  # a sweep: everything that others thought of, on every page

FOREIGN = [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"}, {"Origin": "https://localhost"}, {"Origin": "http://localhost, http://evil"},
    {"Origin": "http://LOCALHOST.evil"}, {"Origin": ORIGIN + "/"}, {"Origin": ORIGIN + "\t"},
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "nonsense"},
    {"Sec-Fetch-Site": ""}, {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
]  # fmt: skip


def posts(world, role="dirk"):
    for endpoint, cases in table_here().items():
        if cases[0].sent is not None:
            case = cases[0]
            yield endpoint, of_this_moment(case.address, world, role), of_this_moment(case.sent, world, role)


class Bare:
    """A browser that sends neither token nor origin by itself."""

    def __init__(self, browser):
        self.browser = browser
        self.token = browser.fetch_token()

    def post(self, address, data=None, headers=None, token=None):
        limiter.reset()
        fields = {**(data or {}), **({"csrf_token": token} if token is not None else {})}
        plain = type(self.browser).__mro__[1]  # what stands behind our Browser: it adds nothing
        with self.browser.application.app_context():
            return plain.open(self.browser, address, method="POST", data=fields, headers=headers or {})


@pytest.fixture
def bare(browser_as):
    return lambda role: Bare(browser_as(role))


@pytest.mark.parametrize("role", ["visitor", "dirk"])
def test_no_form_counts_without_its_token(role, world, bare):
    """Our own Origin, and no token or a wrong one: 400 everywhere, and no row is another."""
    browser = bare(role)
    lines = list(posts(world))
    before = everything()
    # a visitor is asked to sign in first (decisions 15), which does nothing either
    refused = (400, 401) if role == "visitor" else (400,)
    for token in (None, "", "x", "IjEi.aaaa.bbbb"):
        for endpoint, address, sent in lines:
            answer = browser.post(address, sent, {"Origin": ORIGIN}, token)
            assert answer.status_code in refused, (endpoint, token, answer.status_code)
    assert differences(before, everything()) == {}


def test_the_token_of_another_browser_does_not_count(world, bare):
    browser, other = bare("dirk"), bare("bram")
    for endpoint, address, sent in posts(world):
        assert browser.post(address, sent, {"Origin": ORIGIN}, other.token).status_code == 400, endpoint


@pytest.mark.parametrize("role", ["visitor", "dirk"])
def test_a_form_from_elsewhere_gets_a_bare_403(role, world, bare):
    """decisions 14 and 15: whatever token it brings; nothing of what it said is given back."""
    browser = bare(role)
    lines = list(posts(world))
    before = everything()
    for headers in FOREIGN:
        for endpoint, address, sent in lines:
            answer = browser.post(address, {**sent, "body": "Woorden van elders"}, headers, browser.token)
            assert answer.status_code == 403, (endpoint, headers, answer.status_code)
            assert "Woorden van elders" not in answer.text, (endpoint, headers)
        assert differences(before, everything()) == {}, headers


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": ORIGIN},
                                     {"Sec-Fetch-Site": "none"}], ids=str)  # fmt: skip
def test_where_the_browser_says_nothing_the_token_decides(headers, world, bare):
    """decisions 14"""
    browser, before = bare("dirk"), db.session.scalar(select(func.count(Post.id)))
    assert browser.post(f"/threads/{world.open_id}/posts", {"body": "Hoi."}, headers, browser.token).status_code == 303
    db.session.rollback()
    assert db.session.scalar(select(func.count(Post.id))) == before + 1


def test_an_old_token_gives_the_text_back(world, bare):
    """decisions 15: 400, the text, and "Nog eens versturen"; sending that page again places it."""
    sent, address = {"body": "Mijn lange verhaal"}, f"/threads/{world.open_id}/posts"
    answer = bare("dirk").post(address, sent, {"Origin": ORIGIN}, "x")
    assert answer.status_code == 400
    assert "Mijn lange verhaal" in answer.text
    assert "Nog eens versturen" in answer.text


def test_a_page_that_was_asked_for_across_sites_is_still_shown(world, browser_as):
    """A link in a mail: only what changes something is refused."""
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert browser_as("bram").get("/groups", headers=headers).status_code == 200

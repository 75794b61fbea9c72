"""The headers that every answer carries, errors and static files included (trust 7)."""

import re

import pytest

from app import create_app
from app.core.db import is_sqlite
from app.core.extensions import limiter
from tests.conftest import Browser, settings_for
from tests.trust.table import of_this_moment, table_here

pytestmark = pytest.mark.slow  # a sweep: everything that others thought of, on every page

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = {
    "default-src": "'self'", "object-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'",
    "form-action": "'self'", "style-src": "'self'", "connect-src": "'self'", "font-src": "'self'",
}  # fmt: skip
NONCE = re.compile(r"'nonce-([\w-]{20,})'")


def policy_of(answer):
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: words for name, _space, words in parts}


def faults_of(answer, *, is_static=False):
    """What is missing on this answer, in words."""
    headers, policy = answer.headers, policy_of(answer)
    faults = [name for name, value in ALWAYS.items() if headers.get(name) != value]
    if "script-src" not in policy:  # bytes of a person: nothing may run in them (DOC-15)
        faults += [] if policy == {"default-src": "'none'", "sandbox": ""} else ["not sealed off"]
    else:
        faults += [name for name, value in POLICY.items() if policy.get(name) != value]
        faults += [] if NONCE.search(policy["script-src"]) else ["no nonce"]
    if "unsafe" in headers["Content-Security-Policy"] or "*" in headers["Content-Security-Policy"]:
        faults.append("a hole in the policy")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        faults.append("Permissions-Policy")
    if is_static:
        return faults
    if set(headers["Cache-Control"].replace(" ", "").split(",")) != {"no-store", "private"}:
        faults.append(f"Cache-Control: {headers['Cache-Control']}")
    if "cookie" not in headers.get("Vary", "").lower():
        faults.append("Vary")
    if "ETag" in headers:
        faults.append("ETag")
    return faults


@pytest.mark.in_turn
@pytest.mark.parametrize("role", ["visitor", "dirk", "carla", "former"])
def test_every_answer_of_every_route_carries_them(role, world, browser_as):
    """Whatever the status: 200, 204, 303, 401, 403, 404, 409, 422; for a program, as nobody and as one who may most."""
    wrong, statuses = [], set()
    kinds = ("text/html", "application/json") if role in ("visitor", "dirk") else ("text/html",)
    for endpoint, cases in table_here().items():
        for case in cases:
            limiter.reset()
            address, browser = of_this_moment(case.address, world, role), browser_as(role)
            for accept in kinds:
                if case.sent is None:
                    answer = browser.get(address, headers={"Accept": accept})
                else:
                    answer = browser.post(address, data=of_this_moment(case.sent, world, role),
                                          headers={"Accept": accept})  # fmt: skip
                statuses.add(answer.status_code)
                wrong += [f"{endpoint} {answer.status}: {fault}"
                          for fault in faults_of(answer, is_static=endpoint == "static")]  # fmt: skip
    assert wrong == []
    assert len(statuses) >= (4 if is_sqlite() else 3)  # on PostgreSQL a page and a form of each package


ERRORS = {
    "no such page": {"path": "/bestaat-niet"}, "no such file": {"path": "/static/bestaat-niet.css"},
    "wrong method": {"path": "/logout"}, "foreign origin": {"path": "/login", "method": "POST",
                                                            "headers": {"Origin": "https://evil.example"}},
    "no token": {"path": "/login", "method": "POST", "headers": {"X-CSRFToken": "x"}},
    "too large": {"path": "/login", "method": "POST", "data": {"email": "a" * 1_100_000}},
    "forged host": {"path": "/login", "headers": {"Host": "evil.example"}},
    "options": {"path": "/login", "method": "OPTIONS"}, "head": {"path": "/login", "method": "HEAD"},
    "odd address": {"path": "/%00"}, "not a method": {"path": "/", "method": "BREW"},
}  # fmt: skip


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_carries_them_too(name, visitor):
    asked = dict(ERRORS[name])
    answer = visitor.open(asked.pop("path"), **asked)
    assert faults_of(answer, is_static="static" in ERRORS[name]["path"] and answer.status_code < 400) == []


def test_a_failure_of_ours_carries_them_too(app, visitor, monkeypatch):
    """A page that breaks: 500, a number to mention, and nothing of what broke."""

    def breaks(**_arguments):
        raise RuntimeError("a secret of the program")

    monkeypatch.setitem(app.view_functions, "home.about", breaks)
    breaks.is_public = True
    answer = visitor.get("/about")
    assert answer.status_code == 500
    assert faults_of(answer) == []
    assert "a secret of the program" not in answer.text
    assert re.search(r"\b[0-9a-f]{8}\b", answer.text)


def test_a_nonce_is_used_once(visitor):
    nonces = [NONCE.search(visitor.get("/login").headers["Content-Security-Policy"])[1] for _time in range(5)]
    assert len(set(nonces)) == 5


def test_every_script_of_a_page_carries_the_nonce_of_its_answer_and_none_stands_in_a_tag(world, browser_as):
    """Or the policy would stop our own page; and no handler or style in an attribute."""
    for role in ("dirk", "visitor"):
        for endpoint, cases in table_here().items():
            if cases[0].sent is not None or endpoint == "static":
                continue
            answer = browser_as(role).get(of_this_moment(cases[0].address, world, role), follow_redirects=True)
            if answer.mimetype != "text/html":
                continue
            nonce = NONCE.search(answer.headers["Content-Security-Policy"])[1]
            for tag in re.findall(r"<script\b[^>]*>", answer.text):
                assert f'nonce="{nonce}"' in tag or "src=" in tag, (endpoint, tag)
            assert not re.search(r"<[^>]+\s(on\w+|style)=", answer.text), endpoint


def test_what_was_fetched_from_elsewhere_is_nothing(world, browser_as):
    """product, promise 9: no address of another site in any page that a browser would fetch."""
    for endpoint, cases in table_here().items():
        if cases[0].sent is None and endpoint != "static":
            page = browser_as("dirk").get(of_this_moment(cases[0].address, world, "dirk"), follow_redirects=True).text
            fetched = re.findall(r"""(?:src|srcset|poster|data-src)=["']([^"']+)""", page)
            fetched += re.findall(r"""<link[^>]+href=["']([^"']+)""", page)
            assert [address for address in fetched if "//" in address] == [], endpoint


@pytest.fixture
def site_with(store, app, tmp_path):
    """A browser of a site with another BASE_URL."""

    def make(base_url):
        from dataclasses import replace

        made = create_app(replace(settings_for(store.url, tmp_path), base_url=base_url), at_once=True)
        made.test_client_class = Browser
        return made.test_client()

    return make


def test_a_site_on_https_keeps_browsers_on_https(site_with):
    """decisions 13: HSTS and Secure cookies follow the scheme of BASE_URL, also where a proxy speaks http to us."""
    answer = site_with("https://brink.example").get("/login?lang=en", base_url="http://brink.example")
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    assert all("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))
    assert answer.headers.getlist("Set-Cookie")


def test_a_site_on_http_does_not_speak_of_https(visitor):
    answer = visitor.get("/login?lang=en")
    assert "Strict-Transport-Security" not in answer.headers
    assert not any("Secure" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def test_cookies_are_kept_from_scripts_and_other_sites(anna, sign_in, visitor):
    """The session's HttpOnly and SameSite=Lax; preferences hold no secret and stay readable."""
    visitor.get("/login")
    visitor.post("/login", data={"email": "anna@brink.example", "password": "brink-demo-2026"})
    cookies = visitor.post("/preferences", data={"theme": "dark"}).headers.getlist("Set-Cookie")
    signed = visitor.post("/logout").headers.getlist("Set-Cookie")
    for cookie in [*cookies, *signed]:
        assert "SameSite=Lax" in cookie, cookie
        assert "HttpOnly" in cookie or cookie.startswith("theme="), cookie

"""After signing in one comes to a page of ours, never to another site's (trust, Sweeps)."""

import json
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from app.core.extensions import limiter
from tests.conftest import PASSWORD

pytestmark = pytest.mark.slow  # a sweep: everything that others thought of, on every page

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
with_corpora = pytest.mark.skipif(not CORPORA.is_dir(), reason=f"SKIPPED WITHOUT CORPORA: {CORPORA} is missing")

TARGETS = [
    "https://evil.example/", "http://evil.example", "//evil.example", "///evil.example",
    "////evil.example/..",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example",
    "\t//evil.example",
    " //evil.example", "/%09/evil.example", "/%2f/evil.example", "/%5cevil.example", "//%65vil.example",
    "https:evil.example", "https:/evil.example", "http:\\\\evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "//localhost@evil.example", "//evil.example#@localhost",
    "//evil.example\\@localhost", "/.//evil.example", "/..//evil.example", "/./\\evil.example", "evil.example",
    "../evil.example", "?next=//evil.example", "#//evil.example", "//[::1]", "//[", "http://[", "http://[::1", "/\x00",
    "/\u2028//evil.example", "/\ufeff//evil.example", "\u2060//evil.example", "／／evil.example", "/／evil.example",
    "//evil。example", "/x\r\nSet-Cookie: a=b", "/x\r\nLocation: https://evil.example", "", " ", "x" * 9000,
    "ftp://evil.example", "file:///etc/passwd", "http://localhost.evil.example", "http://localhost:80@evil.example",
]  # fmt: skip


def lands_at(location):
    """Where browsers go: they read backslashes as slashes and leave out tabs and newlines."""
    seen = location.replace("\\", "/").replace("\t", "").replace("\n", "").replace("\r", "").strip()
    return urlsplit(urljoin("http://localhost/login", seen))


def is_ours(location):
    place = lands_at(location)
    return place.scheme == "http" and place.netloc == "localhost"


def corpus():
    """The templates of others, with their own marks filled in, and each hostile address as they wrote it."""
    lines = json.loads((CORPORA / "redirect" / "fuzzdb-redirect-template.json").read_text())
    filled = [line.replace("{target}", "evil.example") for line in lines]
    urls = json.loads((CORPORA / "ssrf" / "wpt-urltestdata.json").read_text())
    return [*filled, *(line.partition("=")[2] for line in filled),
            *(entry["input"] for entry in urls if isinstance(entry, dict))]  # fmt: skip


def check(visitor, sign_in, anna, targets):
    signed_in, wrong = sign_in(anna), []
    for target in targets:
        limiter.reset()
        target = target.encode("utf-8", "replace").decode()
        locations = [
            signed_in.get("/login", query_string={"next": target}),
            visitor.post("/preferences", data={"theme": "dark", "next": target}),
        ]
        for answer in locations:
            if answer.status_code != 303 or not is_ours(answer.location):
                wrong.append((target[:60], answer.status, answer.headers.get("Location", "")[:60]))
    assert wrong == []


def test_no_target_of_a_sign_in_leads_away(visitor, sign_in, anna):
    check(visitor, sign_in, anna, TARGETS)


@with_corpora
@pytest.mark.slow
def test_no_target_that_others_thought_of_leads_away(visitor, sign_in, anna):
    check(visitor, sign_in, anna, corpus())


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example", "http://["])
def test_signing_in_itself_leads_home_from_there(target, visitor):
    """By password, with the target in the form as the page put it there."""
    assert visitor.get("/login", query_string={"next": target}).status_code == 200
    answer = visitor.post("/login", data={"email": "anna@brink.example", "password": PASSWORD, "next": target})
    assert (answer.status_code, answer.location) == (303, "/")


def test_signing_in_by_code_leads_home_from_there(visitor, outbox):
    visitor.post("/login/code/send", data={"email": "anna@brink.example", "next": "//evil.example"})
    code = next(word for word in outbox()[-1].get_body(("plain",)).get_content().split() if word.isdecimal())
    answer = visitor.post("/login/code", data={"code": code})
    assert (answer.status_code, answer.location) == (303, "/")


@pytest.mark.parametrize("target", ["/groups", "/groups/energie?page=2", "/threads/12-w%C3%A4rmte"])
def test_a_page_of_ours_is_where_one_comes(target, visitor):
    """Positive control."""
    answer = visitor.post("/login", data={"email": "anna@brink.example", "password": PASSWORD, "next": target})
    assert answer.location == target


def test_text_that_was_carried_along_goes_to_no_other_site(visitor):
    """`carried_to` names the page to which a text returns after sign-in."""
    for target in TARGETS:
        limiter.reset()
        page = visitor.post("/login", data={"email": "anna@brink.example", "password": PASSWORD, "carried_to": target,
                                            "carried.body": "Mijn verhaal"})  # fmt: skip
        assert "evil" not in page.text, target
        assert page.status_code in (200, 303), target
        visitor.post("/logout")

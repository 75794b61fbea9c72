"""Addressed by another name we do not answer, and no letter leads there (trust, TRUSTED_HOSTS)."""

import re

import pytest

from tests.trust.table import of_this_moment, table_here

pytestmark = pytest.mark.slow  # a sweep: every page under every name

FORGED = ["evil.example", "evil.example:5000", "localhost.evil.example", "localhost@evil.example", "[::2]",
          "evil.example#localhost", "127.0.0.1.evil.example", "a b", "localhost\\evil"]  # fmt: skip
OWN = ["localhost", "127.0.0.1", "localhost:5000", "[::1]", "[::1]:5000"]
CLAIMS = {"X-Forwarded-Host": "evil.example", "X-Host": "evil.example", "X-Forwarded-Server": "evil.example",
          "Forwarded": "host=evil.example", "X-Original-URL": "//evil.example", "X-Forwarded-Proto": "https",
          "X-Forwarded-Port": "81", "X-Forwarded-Prefix": "//evil.example"}  # fmt: skip


@pytest.mark.parametrize("host", FORGED)
def test_a_forged_name_gets_400_on_every_page(host, world, visitor):
    for cases in table_here().values():
        if cases[0].sent is None:
            answer = visitor.get(of_this_moment(cases[0].address, world, "dirk"), headers={"Host": host})
            assert answer.status_code == 400
            assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("host", OWN)
def test_each_name_of_this_machine_is_answered(host, visitor):
    assert visitor.get("/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", FORGED[:3])
def test_nobody_has_a_letter_sent_by_a_forged_name(host, visitor, outbox):
    answer = visitor.post("/login/code/send", data={"email": "anna@brink.example"}, headers={"Host": host})
    assert answer.status_code in (400, 403)
    assert outbox() == []


@pytest.mark.parametrize("address", ["/login/code/send", "/password/reset"])
def test_the_links_of_a_letter_are_those_of_base_url(address, visitor, outbox):
    """Whatever a proxy or a liar says in front of us."""
    answer = visitor.post(address, data={"email": "anna@brink.example"}, headers={**CLAIMS, "Host": "localhost:5000"})
    assert answer.status_code == 303
    [letter] = outbox()
    text = letter.as_string()
    assert "evil" not in text
    links = re.findall(r"https?://[^\s\"<]+", letter.get_body(("html",)).get_content())
    assert links
    assert all(link.startswith("http://localhost/") for link in links)


def test_no_page_takes_a_name_from_a_header(world, browser_as):
    browser = browser_as("dirk")
    for cases in table_here().values():
        if cases[0].sent is None:
            answer = browser.get(of_this_moment(cases[0].address, world, "dirk"), headers=CLAIMS)
            assert "evil" not in answer.text + str(answer.headers)

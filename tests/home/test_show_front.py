"""The public front: what the association is, for anyone, without script, cookie or other origin."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.models import Company, CompanyState, Person
from app.core.extensions import db
from app.core.i18n import in_language
from app.groups.forms import THEMES
from app.groups.models import WorkingGroup
from tests.conftest import new_thread


@pytest.fixture
def fronts(visitor):
    return [visitor.get(address) for address in ("/", "/about")]


def test_the_front_page_sets_no_cookie(fronts):
    """HOM-17, section 7.6"""
    for answer in fronts:
        assert answer.status_code == 200
        assert answer.headers.getlist("Set-Cookie") == []


def test_the_front_page_needs_no_other_origin(fronts, visitor):
    """HOM-17: every address it names is our own, and is there."""
    for answer in fronts:
        used = re.findall(r'(?:src|href|action)="([^"]+)"', answer.text)
        assert used
        # Writing to us asks nothing of another site.
        assert [address for address in used if not address.startswith(("/", "#", "mailto:"))] == []
        assert "http://" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", answer.text)
        for address in set(used):
            if address.startswith("/static/"):
                assert visitor.get(address.replace("&amp;", "&")).status_code == 200


def test_everything_on_the_front_page_works_without_a_script(fronts):
    """HOM-17: what only a script can do is not shown without one, and the rest are links."""
    for answer in fronts:
        assert "<form" not in answer.text
        assert visible_without_script(answer.text).count("<button") == 0
        assert 'href="/login"' in answer.text
        assert "Inloggen" in answer.text
        assert "Wat wij doen" in answer.text


def visible_without_script(page):
    """The style sheet takes away the buttons for text size and dark where no script has marked the page."""
    return re.sub(r'<div class="prefs".*?</div>', "", page, flags=re.DOTALL)


def test_the_style_sheet_hides_what_only_a_script_can_do(visitor):
    """HOM-17"""
    assert ":root:not([data-js]) div.prefs {display:none}" in visitor.get("/static/css/layers.css").text


def test_the_front_page_counts_all_member_companies_and_not_the_association(fronts, app):
    """HOM-17, 18"""
    members = [company for company in db.session.scalars(select(Company)) if company.state is CompanyState.MEMBER]
    voting = [company for company in members if company.vote_weight]
    assert len(voting) == len(members) - 1
    assert f"{len(voting)} bedrijven zijn lid." in fronts[0].text


def test_the_front_page_says_what_it_is_about_how_to_become_a_member_and_where_to_write(fronts, app):
    """HOM-17"""
    for answer in fronts:
        page = unescape(answer.text)
        with in_language("nl"):
            assert [theme for theme in map(str, THEMES.values()) if f"<h3>{theme}</h3>" not in page] == []
        for anchor, words in (("join", "Lid worden"), ("contact", "Contact"), ("sign-in", "Inloggen")):
            assert f'<h2 id="{anchor}">{words}</h2>' in page
        assert f'href="mailto:{app.config["CONTACT_EMAIL"]}"' in page
        assert "/apply" not in page


def test_every_anchor_of_the_front_page_is_there(fronts):
    """HOM-17: no dead links."""
    for answer in fronts:
        wanted = set(re.findall(r'href="#([a-z-]+)"', answer.text)) - {"content", "oak"}  # a part of the drawing
        assert wanted == {"what", "members", "join", "contact"}
        assert [name for name in wanted if f'id="{name}"' not in answer.text] == []


def test_no_person_group_or_text_of_members_stands_on_the_front(anna, energie, visitor):
    """HOM section 7.6. The themes are the site's own words, and some groups are called after theirs."""
    new_thread(anna, energie, "Een onderwerp voor leden", "Het merkwoord is zonnewende.")
    pages = "".join(visitor.get(address).text for address in ("/", "/about", "/?lang=en"))
    names = [*db.session.scalars(select(Person.name)), *db.session.scalars(select(WorkingGroup.name))]
    for words in map(str, THEMES.values()):
        pages = pages.replace(f"<h3>{words}</h3>", "")
    assert [name for name in names if name in pages] == []
    assert "zonnewende" not in pages


def test_the_front_speaks_dutch_until_asked_otherwise(visitor):
    """Decision 18"""
    assert '<html lang="nl"' in visitor.get("/", headers={"Accept-Language": "en, de"}).text
    answer = visitor.get("/?lang=en")
    assert '<html lang="en"' in answer.text
    assert "lang=en" in answer.headers["Set-Cookie"]
    assert '<html lang="en"' in visitor.get("/about").text


@pytest.mark.parametrize("lang", ["de", "", "../nl", "x" * 500, "nl\r\nX-Evil: 1"])
def test_another_language_than_ours_changes_nothing(visitor, lang):
    """Bad input"""
    answer = visitor.get("/", query_string={"lang": lang})
    assert answer.status_code == 200
    assert '<html lang="nl"' in answer.text
    assert answer.headers.getlist("Set-Cookie") == []


def test_who_is_signed_in_may_read_what_the_association_is(anna, sign_in):
    page = sign_in(anna).get("/about").text
    assert "Naar Begin" in page or "Naar de beginpagina" in page


def test_a_preference_is_a_cookie_without_a_script(visitor):
    """look: text size and dark, on the pages that have the form."""
    assert 'action="/preferences"' in visitor.get("/login").text
    answer = visitor.post("/preferences", data={"size": "xl", "theme": "dark", "next": "/about"})
    assert (answer.status_code, answer.location) == (303, "/about")
    page = visitor.get("/about").text
    assert 'data-size="xl"' in page
    assert 'data-theme="dark"' in page


@pytest.mark.parametrize("data", [{"size": "xxl"}, {"theme": "pink"}, {"size": "m\r\nSet-Cookie: a=b"}, {}])
def test_a_preference_that_is_none_sets_no_cookie(visitor, data):
    """Bad input"""
    answer = visitor.post("/preferences", data=data)
    assert answer.status_code == 303
    assert not any(cookie.startswith(("size=", "theme=")) for cookie in answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("target", ["https://elders.example/", "//elders.example", "javascript:alert(1)", "/\\elders"])
def test_a_preference_leads_nowhere_else(visitor, target):
    """trust: open redirect"""
    assert visitor.post("/preferences", data={"size": "l", "next": target}).location == "/"

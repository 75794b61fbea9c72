"""Dutch unless the reader chose otherwise (decisions 18)."""

from datetime import UTC, datetime

import pytest

from app.core.extensions import db
from app.core.i18n import capped, clock_time, current_locale, day, gettext, in_language, moment_said, ngettext, number
from tests.conftest import PASSWORD, person_named


def language_of(page):
    return page.text.partition('<html lang="')[2][:2]


@pytest.mark.parametrize("accepts", ["en", "en-GB,en;q=0.9", "de", "*", ""])
def test_a_visitor_reads_dutch_whatever_their_browser_accepts(accepts, visitor):
    assert language_of(visitor.get("/login", headers={"Accept-Language": accepts})) == "nl"


def test_the_link_in_the_footer_chooses_and_stays(visitor):
    assert language_of(visitor.get("/login?lang=en")) == "en"
    assert language_of(visitor.get("/about")) == "en"
    assert "Sign in" in visitor.get("/login").text
    assert language_of(visitor.get("/login?lang=nl")) == "nl"
    assert language_of(visitor.get("/about")) == "nl"


def test_the_other_language_is_offered_only_where_it_can_be_chosen(anna, visitor, sign_in):
    """Not to who has a language of their own, nor on a page drawn by a POST, which the link would lose."""
    assert 'hreflang="en"' in visitor.get("/login").text
    assert 'hreflang="en"' in visitor.get("/about").text
    assert "hreflang" not in visitor.post("/login", data={"email": "anna@brink.example", "password": "x"}).text
    assert "hreflang" not in sign_in(anna).get("/about").text


def test_the_form_of_the_display_stands_only_where_the_page_can_be_opened_again(anna, visitor, sign_in):
    """Elsewhere the buttons are for the script alone."""
    form, group = '<form class="prefs', '<div class="prefs'
    shown = visitor.get("/login").text, sign_in(anna).get("/groups/energie/threads/new").text
    assert [form in page and group not in page for page in shown] == [True, True]
    drawn = (visitor.post("/preview", data={"body": "Dit had ik net geschreven."}).text,
             sign_in(anna).post("/groups/energie/threads", data={"body": "Zonder titel."}).text)  # fmt: skip
    assert [form not in page and group in page and 'name="next" value="/' not in page for page in drawn] == [True, True]


@pytest.mark.parametrize("asked", ["de", "EN", "en-GB", "../en", "", "\x00"])
def test_a_language_we_do_not_have_is_no_choice(asked, visitor):
    answer = visitor.get("/login", query_string={"lang": asked})
    assert language_of(answer) == "nl"
    assert not any(cookie.startswith("lang=") for cookie in answer.headers.getlist("Set-Cookie"))


def test_a_person_reads_their_own_language_whatever_the_link_says(anna, sign_in):
    assert language_of(sign_in(anna).get("/account?lang=en")) == "nl"
    person_named("anna").locale = "en"
    db.session.commit()
    assert language_of(sign_in(anna).get("/account?lang=nl")) == "en"


def test_the_page_after_signing_in_is_in_the_language_of_the_person(app, visitor):
    """The text that was kept comes back in English for who reads English, though the visitor read Dutch."""
    person_named("anna").locale = "en"
    db.session.commit()
    page = visitor.post("/login", data={"email": "anna@brink.example", "password": PASSWORD,
                                        "carried_to": "/preview", "carried.body": "Text"})  # fmt: skip
    assert "Send again" in page.text
    assert language_of(page) == "en"


def test_a_letter_is_in_the_language_of_its_receiver(app, visitor, outbox):
    """Not in that of the page on which it was asked for."""
    visitor.get("/login?lang=en")
    visitor.post("/login/code/send", data={"email": "anna@brink.example"})
    assert "inlogcode" in outbox()[-1]["Subject"].lower()
    person_named("bram").locale = "en"
    db.session.commit()
    visitor.get("/login?lang=nl")
    visitor.post("/login/code/send", data={"email": "bram@brink.example"})
    assert "Your sign-in code" in outbox()[-1]["Subject"]


def test_a_sentence_can_be_said_outside_a_request(app):
    """A job, a command: in the language of the site."""
    assert current_locale() == "nl"
    assert gettext("Saved.") == "Bewaard." or gettext("Saved.") != "Saved."
    with in_language("en"):
        assert gettext("Saved.") == "Saved."
    assert current_locale() == "nl"


def test_days_and_hours_are_those_of_drenthe(app, clock):
    clock.set(datetime(2026, 3, 3, 13, 10, tzinfo=UTC))
    with in_language("nl"):
        assert day(datetime(2026, 3, 3, 23, 30, tzinfo=UTC)) == "woensdag 4 maart"
        assert day(datetime(2025, 7, 1, tzinfo=UTC)) == "dinsdag 1 juli 2025"
    with in_language("en"):
        assert day(datetime(2026, 3, 3, tzinfo=UTC)) == "Tuesday 3 March"
    assert clock_time(datetime(2026, 3, 3, 13, 10, tzinfo=UTC)) == "14:10"
    assert clock_time(datetime(2026, 7, 3, 13, 10, tzinfo=UTC)) == "15:10"


def test_a_draft_of_weeks_ago_does_not_look_like_one_of_today(app, clock):
    clock.set(datetime(2026, 3, 3, 13, 10, tzinfo=UTC))
    with in_language("nl"):
        assert moment_said(datetime(2026, 3, 2, 23, 30, tzinfo=UTC)) == "00:30"
        assert moment_said(datetime(2026, 3, 2, 22, 30, tzinfo=UTC)) == "maandag 2 maart, 23:30"
        assert moment_said(datetime(2025, 7, 1, tzinfo=UTC)) == "dinsdag 1 juli 2025, 02:00"


@pytest.mark.parametrize(("language", "words"), [("nl", ["1 bericht", "999 berichten", "1.250 berichten"]),
                                                ("en", ["1 post", "999 posts", "1,250 posts"])])  # fmt: skip
def test_a_plural_says_its_number_as_people_write_it(app, language, words):
    """Style: 1.250, in the program and on its pages."""
    page = app.jinja_env.from_string("{{ ngettext('%(num)s post', '%(num)s posts', count) }}")
    with app.test_request_context(), in_language(language):
        assert [ngettext("%(num)s post", "%(num)s posts", count) for count in (1, 999, 1250)] == words
        assert [page.render(count=count) for count in (1, 999, 1250)] == words


@pytest.mark.parametrize(("value", "shown"), [(0, "0"), (999, "999"), (1000, "1.000"), (-1250, "-1.250"), (2.5, "2,5")])
def test_a_number_is_written_in_the_readers_way(app, value, shown):
    with in_language("nl"):
        assert number(value) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "0"), (99, "99"), (100, "99+"), (5000, "99+")])
def test_counts_stop_at_99(count, shown):
    """decisions 7"""
    assert capped(count) == shown

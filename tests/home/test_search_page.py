"""The page of the search: what each person finds, with which filters, at which price."""

import re

import pytest
from sqlalchemy import update

from app.accounts.models import Person
from app.core import clock as app_clock
from app.core.extensions import db
from app.discussions.models import Post
from app.documents import service as documents
from app.groups.service import leave_group
from tests.conftest import actor_named, group_called, new_thread, reply
from tests.documents.conftest import text
from tests.search.conftest import AT, keep, kind, note  # noqa: F401
from tests.trust.traces import everything

HIT = re.compile(r'<h2><a href="([^"]+)">(.*?)</a></h2>')
TAB = re.compile(r'<li><a href="[^"]*"(?: aria-current="page")?>([^<]+) <span>([^<]+)</span></a></li>')


def look(browser, query):
    answer = browser.get(f"/search?{query}")
    assert answer.status_code == 200
    return answer.text


def titles(page):
    return [re.sub("<.*?>", "", title) for _url, title in HIT.findall(page)]


@pytest.fixture
def talk(anna, bram, energie, innovatie):
    """A thread and a page in energie, and a thread in innovatie."""
    thread = new_thread(anna, energie, "Stoomketel", "De stoomketel wordt in maart gekeurd.")
    reply(bram, thread, "Onze pomp en ketel staan erbij.")
    documents.add_page(bram, energie, None, "Keuringsplan", text("Elke **stoomketel** heeft een [plan](/x)."))
    new_thread(bram, innovatie, "Proefopstelling", "Zonder ketels.")
    return thread


def test_a_text_is_found_in_the_first_search_after_it_was_written(talk, anna, sign_in):
    """SRCH-29, SRCH-13: kind, title, the words marked, group, writer, company, date, and the way there."""
    page = look(sign_in(anna), "q=stoomketel")
    assert titles(page) == ["Stoomketel", "Keuringsplan", "Stoomketel"]  # first what has it in its own title
    assert TAB.findall(page) == [("Alles", "3"), ("Onderwerpen", "1"), ("Berichten", "1"), ("Documenten", "1")]
    assert titles(look(sign_in(anna), "q=stoomketel+erbij")) == ["Stoomketel"]  # a reply under that title says the rest
    assert "De <mark>stoomketel</mark> wordt in maart gekeurd." in page
    assert "Elke <mark>stoomketel</mark> heeft een plan." in page
    assert re.search(r"Bericht · Energie · Anna Assink · Vezelwerk Emmen · <time", page)
    assert re.search(r"Onderwerp · Energie · Anna Assink · Vezelwerk Emmen · <time", page)
    addresses = [url for url, _title in HIT.findall(page)]
    assert all(sign_in(anna).get(url, follow_redirects=True).status_code == 200 for url in addresses)


def test_a_title_is_found_once_as_its_thread_and_not_with_each_of_its_posts(talk, anna, bram, sign_in):
    """SRCH-13, search.md kinds: thread; the hit leads to it, under a tab of its own."""
    reply(bram, talk, "Zonder het woord.")
    browser = sign_in(anna)
    page = look(browser, "q=proefopstelling")
    assert TAB.findall(page) == [("Alles", "1"), ("Onderwerpen", "1")]
    [(address, _title)] = HIT.findall(page)
    assert "<h1>Proefopstelling" in browser.get(address, follow_redirects=True).text
    assert titles(look(browser, "q=stoomketel&type=thread")) == ["Stoomketel"]
    assert titles(look(browser, "q=stoomketel&type=thread&author=bram")) == []


def test_what_is_thrown_away_is_gone_in_the_next_search_and_back_when_it_is_taken_back(talk, bram, energie, sign_in):
    """SRCH-29."""
    browser = sign_in(bram)
    page = documents.add_page(bram, energie, None, "Afvoerplan", text("Waar het water heen gaat."))
    assert titles(look(browser, "q=afvoerplan")) == ["Afvoerplan"]
    documents.trash_document(bram, page)
    assert titles(look(browser, "q=afvoerplan")) == []
    documents.restore_document(bram, page)
    assert titles(look(browser, "q=afvoer")) == ["Afvoerplan"]


def test_who_leaves_a_group_finds_its_texts_no_more(emma, externe_veiligheid, secret_thread, sign_in):
    """SRCH-25, SRCH-21: nothing is indexed again; and an outsider never found it."""
    paul = actor_named("paul")
    browser = sign_in(paul)
    assert titles(look(browser, "q=slang")) == ["Bijna-ongeval bij het lossen"]
    leave_group(paul, group_called("externe-veiligheid"))
    assert titles(look(browser, "q=slang")) == titles(look(sign_in(actor_named("dirk")), "q=slang")) == []


def test_filters_go_together_and_a_link_gives_another_person_what_they_may_read(talk, anna, carla, gijs, sign_in):
    """SRCH-11: ordinary fields in the address."""
    browser = sign_in(anna)
    assert len(titles(look(browser, "q=ketel"))) == 5
    assert titles(look(browser, "q=ketel&type=document")) == ["Keuringsplan"]
    assert TAB.findall(look(browser, "q=ketel&type=document")) == [
        ("Alles", "5"), ("Onderwerpen", "1"), ("Berichten", "3"), ("Documenten", "1")]  # fmt: skip
    assert titles(look(browser, "q=ketel&group=innovatie")) == ["Proefopstelling"]
    assert len(titles(look(browser, "q=ketel&author=Bram"))) == 3
    assert len(titles(look(browser, "q=ketel&author=bram&group=energie&type=post&company=vezelwerk-emmen"))) == 1
    assert titles(look(sign_in(gijs), "q=ketel&author=bram")) == ["Proefopstelling"]
    assert titles(look(sign_in(gijs), "q=ketel&group=energie")) == []


def test_since_a_day_counts_from_its_midnight(talk, anna, sign_in, days):
    """SRCH-11."""
    browser = sign_in(anna)
    today = app_clock.today()
    assert len(titles(look(browser, f"q=ketel&since={today}"))) == 5
    assert titles(look(browser, f"q=ketel&since={today + days(1)}")) == []


@pytest.mark.parametrize("query", ["group=bestaat-niet", "group=externe-veiligheid", "type=geheim", "company=niemand",
                                   "author=Niemand", "author=1", "since=gisteren", "since=9999-99-99",
                                   "since=0001-01-01&group=x"])  # fmt: skip
def test_an_unknown_value_finds_nothing_and_says_no_more(talk, anna, sign_in, query):
    """Bad input: the same answer for a group that this person may not see."""
    page = look(sign_in(anna), f"q=ketel&{query}")
    assert titles(page) == []
    assert "Niets gevonden voor “ketel”." in page
    assert "Zoeken zonder filters" in page


def test_two_people_of_one_name_are_told_apart_by_their_company(talk, anna, bram, carla, innovatie, sign_in):
    """Bad input: a choice, and each choice is a link; who is named in full is no question."""
    db.session.get_one(Person, carla.id).name = "Bram Cazemier"
    db.session.commit()
    new_thread(carla, innovatie, "Ketels te over", "Wij ook.")
    browser = sign_in(anna)
    page = look(browser, "q=ketel&author=bram")
    assert titles(page) == []
    assert "Wie bedoelt u?" in page
    assert f'author={carla.id}">Bram Cazemier (Polymeer Coevorden)</a>' in page
    assert f'author={bram.id}">Bram Boelens (Vezelwerk Emmen)</a>' in page
    assert titles(look(browser, f"q=ketel&author={carla.id}")) == ["Ketels te over"]
    assert titles(look(browser, "q=ketel&author=bram+cazemier")) == ["Ketels te over"]


def test_of_two_of_one_name_the_one_who_was_chosen_stays_chosen(talk, anna, bram, carla, innovatie, sign_in):
    """SRCH-11: "Zoeken" again asks no more, by the form alone; another name in the field is another question."""
    db.session.get_one(Person, carla.id).name = "Bram Boelens"
    db.session.commit()
    new_thread(carla, innovatie, "Ketels te over", "Ketels.")
    browser = sign_in(anna)
    page = look(browser, f"q=ketel&author={carla.id}")
    assert f'<input type="hidden" name="by" value="{carla.id}">' in page
    assert 'name="author" value="Bram Boelens"' in page
    again = look(browser, f"q=ketels+te&author=Bram+Boelens&by={carla.id}")
    assert "Wie bedoelt u?" not in again
    assert set(titles(again)) == {"Ketels te over"}
    assert 'href="/search?q=ketels+te"' in again  # "wis" takes the number along
    for name, number in (("bram", carla.id), ("Bram+Boel", carla.id), ("Bram+Boelens", anna.id), ("Bram+Boelens", "x")):
        assert "Wie bedoelt u?" in look(browser, f"q=ketel&author={name}&by={number}")
    assert "Zoeken zonder filters" not in look(browser, f"q=zwaluwstaart&by={carla.id}")


def test_chosen_filters_stand_there_in_words_and_can_be_cleared_one_by_one(talk, anna, sign_in):
    """Screens: "wis"."""
    page = look(sign_in(anna), "q=ketel&group=energie&author=bram")
    assert "Werkgroep: <b>Energie</b>" in page
    assert "Schrijver: <b>Bram Boelens</b>" in page
    assert 'href="/search?q=ketel&amp;author=bram"' in page
    assert 'href="/search?q=ketel&amp;group=energie"' in page


def test_a_page_shows_twenty_and_a_page_beyond_the_last_is_the_last(anna, energie, sign_in):
    """SRCH-12; bad input."""
    thread = new_thread(anna, energie, "Ketels", "Nummer 0 van de ketels.")
    for number in range(1, 45):
        reply(anna, thread, f"Nummer {number} van de ketels.")
    browser = sign_in(anna)
    first, last, beyond = (look(browser, f"q=nummer&page={number}") for number in (1, 3, 99))
    assert (len(titles(first)), len(titles(last))) == (20, 5)
    assert HIT.findall(beyond) == HIT.findall(last)
    assert "45 gevonden" in first
    assert "Alles <span>45</span>" in first


def test_counts_are_exact_to_two_hundred(app, kind, anna, sign_in):  # noqa: F811
    """SRCH-12: and then "200+", of all and of the kind; of a rarer kind the count stays exact."""
    keep(*(note(number, "ketel", allow=("members",)) for number in range(200)))
    browser = sign_in(anna)
    assert "Alles <span>200</span>" in look(browser, "q=ketel")
    documents.add_page(anna, group_called("energie"), None, "Ketels", text("Een plan."))
    page = look(browser, "q=ketel&page=10")
    assert TAB.findall(page) == [("Alles", "200+"), ("Documenten", "1"), ("note", "200")]
    assert "Meer dan 200 gevonden" in page
    assert len(titles(page)) == 20
    assert titles(look(browser, "q=ketel&type=document")) == ["Ketels"]


def test_the_feature_is_asked_again_for_each_hit_that_is_shown(talk, anna, sign_in, caplog):
    """SRCH-22: a hit that may not be read is dropped, counted no more, and told to the log."""
    db.session.execute(update(Post).where(Post.position == 2).values(hidden_at=AT))
    db.session.commit()
    page = look(sign_in(anna), "q=ketel&group=energie")
    assert len(titles(page)) == 3
    assert TAB.findall(page) == [("Alles", "3"), ("Onderwerpen", "1"), ("Berichten", "1"), ("Documenten", "1")]
    assert "somebody who may not read it" in caplog.text


def test_a_page_costs_the_same_statements_however_much_is_found(anna, bram, energie, sign_in, count_statements):
    """Speed."""
    thread = new_thread(anna, energie, "Stoom", "Nummer een.")
    browser = sign_in(anna)

    def cost(query):
        look(browser, query)
        with count_statements() as seen:
            look(browser, query)
        return len(seen)

    one = cost("q=nummer")
    for number in range(30):
        reply((anna, bram)[number % 2], thread, f"Nummer {number}.")
    assert cost("q=nummer") == cost("q=nummer&page=2") == one <= 16
    assert cost("q=nummer&type=post&author=anna&group=energie&company=vezelwerk-emmen&since=2020-01-01") <= 18


def test_a_visitor_searches_what_is_public(app, kind, visitor, thread):  # noqa: F811
    """SRCH-26."""
    keep(note(1, "Wij maken restwarmte.", "Openbaar bedrijf", link="/companies/openbaar"),
         note(2, "Restwarmte voor leden.", "Binnen", allow=("members",)))  # fmt: skip
    page = look(visitor, "q=restwarmte")
    assert titles(page) == ["Openbaar bedrijf"]
    assert 'href="/companies/openbaar"' in page
    assert "Werkgroep" not in page


def test_before_a_question_the_page_says_what_can_be_asked(anna, sign_in):
    """Screens."""
    for query in ("", "q=", "q=%20%20", "q=%3F%21"):
        assert "Een deel van een woord mag." in look(sign_in(anna), query)
    assert "Niets gevonden voor “-ketel”." in look(sign_in(anna), "q=-ketel")
    assert "Niets gevonden voor “stoomketl”." in look(sign_in(anna), "q=stoomketl")


def test_every_page_has_the_box(anna, sign_in):
    """Screens: one field on every page, a form that needs no script."""
    page = sign_in(anna).get("/groups").text
    assert re.search(r'<form class="rail-search" role="search" method="get" action="/search">', page)


def test_a_page_that_is_not_there_offers_to_search(anna, energie, sign_in, visitor):
    """Look, Habits: no dead ends; for visitors too, who find what is public."""
    new_thread(anna, energie, "Stoomketel", "Gekeurd.")
    for browser, found in ((sign_in(anna), ["Stoomketel"]), (visitor, [])):
        answer = browser.get("/bestaat-niet")
        assert answer.status_code == 404
        form = re.search(r'<form class="search-form"[^>]* method="get" action="([^"]+)">.*? name="(\w+)"', answer.text,
                         re.DOTALL)  # fmt: skip
        assert titles(browser.get(f"{form[1]}?{form[2]}=stoomketel").text) == found
    assert 'role="search"' not in visitor.get("/login/code/send").text


@pytest.mark.parametrize("words", ["<script>alert(1)</script> ketel <mark>niet</mark> &amp; <b", 'ketel"><img src=x>',
                                   "<ketel onload=x>"])  # fmt: skip
def test_what_was_written_is_escaped_before_it_is_marked(app, kind, anna, sign_in, words):  # noqa: F811
    """SRCH-14, tests 8: nothing of it is a tag but our marks."""
    keep(note(1, words, words, allow=("members",)))
    page = look(sign_in(anna), "q=ketel")
    shown = re.search(r'<h2><a href="/notes/1">(.*?)</a></h2>\s*<p class="snippet">(.*?)</p>', page, re.DOTALL)
    for html in shown.groups():
        assert re.findall("<[^>]*>", html) == ["<mark>", "</mark>"]


def test_a_renamed_document_is_found_under_its_new_name_only(bram, energie, sign_in):
    """SRCH-29: after moving."""
    page = documents.add_page(bram, energie, None, "Oudenaam", text("Tekst."))
    documents.change_document(bram, page, title="Nieuwenaam", folder=None)
    browser = sign_in(bram)
    assert titles(look(browser, "q=oudenaam")) == []
    assert titles(look(browser, "q=nieuwenaam")) == ["Nieuwenaam"]


def test_nothing_of_the_question_is_kept(talk, anna, sign_in):
    """SRCH-27: no row of any table holds it."""
    look(sign_in(anna), "q=zwaluwstaart")
    assert not any("zwaluwstaart" in row for rows in everything().values() for row in rows)

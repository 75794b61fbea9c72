"""The threads of a working group: which are shown, in what order, with which numbers."""

import re

import pytest

from app.core.clock import today
from app.core.extensions import db
from app.discussions.models import ThreadKind, ThreadStatus
from app.discussions.service import NewThread, mark_seen, start_thread
from tests.conftest import actor_named, new_thread, reply, words_of, written

LIST = "/groups/energie/threads"


def titles(page):
    return re.findall(r'<h3><a class="plain" href="/threads/[^"]*">([^<]*)</a>', page)


def numbers_of_filters(page):
    return {name: int(number) for name, number in re.findall(r"filter=(\w+)[^>]*>[^<]*<span>(\d+)</span>", page)}


def settle(thread):
    thread.status = ThreadStatus.SETTLED
    db.session.commit()


def start(actor, group, title, kind):
    return start_thread(actor, group, NewThread(title=title, kind=kind), written("Tekst."))


def test_settled_threads_leave_the_list_and_stand_under_their_filter(anna, energie, sign_in):
    """DISC-40"""
    settle(new_thread(anna, energie, "Afgerond onderwerp"))
    new_thread(anna, energie, "Lopend onderwerp")
    browser = sign_in(anna)
    assert titles(browser.get(LIST).text) == ["Lopend onderwerp"]
    assert titles(browser.get(f"{LIST}?filter=settled").text) == ["Afgerond onderwerp"]


def test_a_settled_thread_with_something_new_stands_under_unread(anna, bram, energie, sign_in):
    """DISC-40: what is new is not lost by being settled."""
    settle(new_thread(anna, energie, "Afgerond onderwerp"))
    assert titles(sign_in(bram).get(f"{LIST}?filter=unread").text) == ["Afgerond onderwerp"]


def test_the_newest_post_stands_first_and_a_pinned_thread_above_it(anna, energie, sign_in, clock):
    old, new = new_thread(anna, energie, "Eerste"), new_thread(anna, energie, "Tweede")
    pinned = new_thread(anna, energie, "Vastgezet")
    reply(anna, new)
    reply(anna, old)
    pinned.pinned_until = today()
    db.session.commit()
    browser = sign_in(anna)
    assert titles(browser.get(LIST).text) == ["Vastgezet", "Eerste", "Tweede"]
    clock.forward(days=2)
    assert titles(browser.get(LIST).text) == ["Eerste", "Tweede", "Vastgezet"]


def test_each_filter_shows_as_many_threads_as_its_number_says(anna, bram, energie, sign_in):
    """HOM-1 for the list: every count equals what its link shows."""
    for number in range(7):
        made = new_thread(anna, energie, f"Onderwerp {number}")
        if number % 3 == 0:
            settle(made)
        if number % 2:
            mark_seen(bram, made, 1)
    browser = sign_in(bram)
    numbers = numbers_of_filters(browser.get(LIST).text)
    assert numbers == {"open": 4, "unread": 4, "settled": 3}
    for name, number in numbers.items():
        assert len(titles(browser.get(f"{LIST}?filter={name}").text)) == number


@pytest.mark.parametrize("kind", list(ThreadKind))
def test_the_filter_of_a_kind_shows_that_kind_alone(anna, energie, sign_in, kind):
    for each in ThreadKind:
        start(anna, energie, f"Onderwerp {each.value}", each)
    page = sign_in(anna).get(f"{LIST}?kind={kind.value}").text
    assert titles(page) == [f"Onderwerp {kind.value}"]
    assert numbers_of_filters(page)["open"] == 1


@pytest.mark.parametrize("query", ["filter=alles", "kind=onzin", "filter=&kind=", "page=0", "page=-3", "page=x",
                                   "page=99999999999999999999", "filter=open&filter=settled", "kind=%00"])  # fmt: skip
def test_a_filter_that_is_none_shows_the_plain_list(thread, anna, sign_in, query):
    """Bad input"""
    answer = sign_in(anna).get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert titles(answer.text) == [thread.title]


def test_a_row_says_who_wrote_last_for_which_company_and_how_much_is_unread(thread, anna, bram, sign_in):
    reply(actor_named("otto"), thread)
    page = words_of(sign_in(bram).get(LIST).text)
    assert "Otto Oosting · Garenhuis Emmen" in page
    assert "2 nieuw" in page


def test_an_empty_list_says_what_to_do(anna, energie, sign_in):
    browser = sign_in(anna)
    assert "Nog geen onderwerpen. Stel de eerste vraag." in words_of(browser.get(LIST).text)
    assert "U bent bij." in words_of(browser.get(f"{LIST}?filter=unread").text)
    assert "Er is nog niets afgerond." in words_of(browser.get(f"{LIST}?filter=settled").text)


def test_of_one_kind_nothing_is_said_or_offered_that_holds_for_all(thread, bram, sign_in):
    """Everything seen would count for all kinds, and that one kind is empty says nothing of the others."""
    browser = sign_in(bram)
    assert "1 ongelezen Alles gezien" in words_of(browser.get(LIST).text)
    for kind in ThreadKind:
        assert "Alles gezien" not in browser.get(f"{LIST}?kind={kind.value}").text
    for show in ("open", "unread", "settled"):
        words = words_of(browser.get(f"{LIST}?filter={show}&kind=proposal").text)
        assert "Er is hier niets van deze soort." in words
        assert "Stel de eerste vraag." not in words
        assert "U bent bij." not in words


def test_the_second_page_goes_on_where_the_first_ends(anna, energie, sign_in):
    made = [new_thread(anna, energie, f"Onderwerp {number:02}").title for number in range(30)]
    browser = sign_in(anna)
    both = titles(browser.get(LIST).text) + titles(browser.get(f"{LIST}?page=2").text)
    assert both == made[::-1]


def test_who_only_reads_along_has_nothing_unread(thread, carla, sign_in):
    """Decision 7: counts are for groups I am a member of."""
    page = sign_in(carla).get(LIST).text
    assert numbers_of_filters(page)["unread"] == 0
    assert titles(sign_in(carla).get(f"{LIST}?filter=unread").text) == []


def test_a_hidden_thread_is_neither_shown_nor_counted(thread, bram, sign_in):
    thread.hidden_at = thread.created_at
    db.session.commit()
    page = sign_in(bram).get(LIST).text
    assert titles(page) == []
    assert numbers_of_filters(page) == {"open": 0, "unread": 0, "settled": 0}


@pytest.mark.parametrize("path", ["threads", "threads?filter=unread", "threads/new"])
def test_the_list_of_a_confidential_group_is_not_there_for_others(secret_thread, carla, dirk, sign_in, path):
    """GRP-4"""
    for outsider in (carla, dirk):
        assert sign_in(outsider).get(f"/groups/externe-veiligheid/{path}").status_code == 404


def test_a_list_takes_at_most_eight_statements_however_long(anna, bram, energie, sign_in, count_statements):
    """Speed"""
    new_thread(anna, energie, "Het eerste")
    browser, counts = sign_in(bram), []
    for _ in range(2):
        for query in ("", "?filter=unread", "?filter=settled&kind=question"):
            with count_statements() as seen:
                assert browser.get(f"{LIST}{query}").status_code == 200
            counts.append(len(seen))
        for number in range(40):
            reply(actor_named("otto"), new_thread(anna, energie, f"Onderwerp {number:02}"))
    assert counts == [counts[0], counts[0] - 1, counts[0] - 1] * 2  # the first after something new counts the unread
    assert counts[0] <= 8

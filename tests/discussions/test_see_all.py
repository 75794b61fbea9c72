""""Alles gezien": for a thread, a group and everything; taken back within ten minutes; new posts stay new."""

import re

import pytest

from app.accounts.models import Actor
from app.core.extensions import db
from app.discussions import queries
from app.discussions.models import Thread
from app.discussions.service import GroupSeen, mark_groups_seen, mark_seen, mark_thread_seen, undo_seen
from tests.conftest import actor_named, group_called, new_thread, reply, words_of
from tests.discussions.conftest import hidden_field, replying


def unread_threads(key):
    db.session.rollback()
    return sum(queries.unread_threads_by_group(actor_named(key)).values())


def unread_in(key, thread_id):
    db.session.rollback()
    return queries.open_thread(actor_named(key), thread_id).unread


@pytest.fixture
def news(anna, energie, innovatie):
    """Two threads in energie and one in innovatie, all new to Bram, two posts each."""
    made = []
    for group, title in ((energie, "Net vol"), (energie, "Restwarmte"), (innovatie, "Proefopstelling")):
        made.append(new_thread(anna, group, title))
        reply(actor_named("klaas"), made[-1])
    return made


def test_everything_seen_brings_every_count_to_nothing(news, bram, sign_in):
    """DISC-6, HOM-8"""
    browser = sign_in(bram)
    until = hidden_field(browser.get("/").text, "until")
    answer = browser.post("/seen", data={"until": until})
    assert (answer.status_code, answer.location) == (303, "/")
    assert unread_threads("bram") == 0
    assert [unread_in("bram", thread.id) for thread in news] == [0, 0, 0]


def test_a_group_seen_leaves_other_groups_as_they_were(news, bram, sign_in):
    """DISC-6"""
    browser = sign_in(bram)
    until = hidden_field(browser.get("/groups/energie/threads").text, "until")
    browser.post("/groups/energie/seen", data={"until": until})
    assert [unread_in("bram", thread.id) for thread in news] == [0, 0, 2]


def test_a_thread_seen_leaves_other_threads_as_they_were(news, bram, sign_in, with_script):
    """DISC-6"""
    browser = with_script(sign_in(bram))
    page = browser.get(news[0].link).text
    form = page[page.index('name="all"') :]
    answer = browser.post(
        f"/threads/{news[0].id}/seen", data={"all": "1", "position": hidden_field(form, "position")}
    )
    assert answer.status_code == 303
    assert [unread_in("bram", thread.id) for thread in news] == [0, 2, 2]


def test_others_still_have_everything_unread(news, bram):
    """DISC-6: it is mine alone."""
    before = unread_threads("otto")
    see_everything(bram)
    assert unread_threads("otto") == before > 0


def see_everything(actor):
    own = queries.unread_threads_by_group(actor)
    mark_groups_seen(actor, [GroupSeen(id_, queries.last_seq_of(id_)) for id_ in own])


@pytest.mark.parametrize("minutes", [0, 9])
def test_it_can_be_taken_back_for_ten_minutes_exactly_as_it_was(news, bram, clock, minutes):
    """DISC-6, HOM-8"""
    mark_seen(bram, news[0], 1)
    see_everything(bram)
    clock.forward(minutes=minutes)
    assert undo_seen(actor_named("bram"))
    assert [unread_in("bram", thread.id) for thread in news] == [1, 2, 2]


def test_after_ten_minutes_it_stands(news, bram, clock):
    """DISC-6"""
    see_everything(bram)
    clock.forward(minutes=10, seconds=1)
    assert not undo_seen(actor_named("bram"))
    assert unread_threads("bram") == 0


def test_a_thread_seen_is_taken_back_too(news, bram, clock):
    """DISC-6"""
    mark_seen(bram, news[0], 1)
    mark_thread_seen(bram, news[0], 2)
    clock.forward(minutes=5)
    undo_seen(actor_named("bram"))
    assert unread_in("bram", news[0].id) == 1


def test_taking_back_takes_back_the_last_press_alone(news, bram, energie, innovatie, clock):
    """DISC-6"""
    mark_groups_seen(bram, [GroupSeen(energie.id, 100)])
    clock.forward(minutes=1)
    mark_groups_seen(actor_named("bram"), [GroupSeen(innovatie.id, 100)])
    undo_seen(actor_named("bram"))
    assert [unread_in("bram", thread.id) for thread in news] == [0, 0, 2]


def test_taking_back_twice_takes_back_once(news, bram):
    see_everything(bram)
    assert undo_seen(actor_named("bram"))
    assert not undo_seen(actor_named("bram"))
    assert unread_threads("bram") == 3


def test_pressing_twice_can_still_be_taken_back(news, bram):
    """A double click is one press."""
    see_everything(bram)
    see_everything(actor_named("bram"))
    undo_seen(actor_named("bram"))
    assert unread_threads("bram") == 3


def test_the_page_offers_to_take_it_back_and_says_that_it_was(news, bram, sign_in):
    """DISC-6: without a script as well."""
    browser = sign_in(bram)
    answer = browser.post("/seen", data={"until": hidden_field(browser.get("/").text, "until")}, follow_redirects=True)
    assert 'action="/seen/undo?next=/"' in answer.text
    assert "U bent bij." in words_of(answer.text)
    back = browser.post("/seen/undo", follow_redirects=True)
    assert "Ongedaan gemaakt: wat ongelezen was, is weer ongelezen." in words_of(back.text)
    nothing = browser.post("/seen/undo", follow_redirects=True)
    assert "Er is niets meer om ongedaan te maken." in words_of(nothing.text)


def test_what_came_after_the_page_was_shown_stays_unread(news, anna, bram, sign_in):
    """DISC-6, section 7.4: the page says up to where it showed."""
    browser = sign_in(bram)
    home, group = browser.get("/").text, browser.get("/groups/energie/threads").text
    thread = browser.get(f"{news[1].link}?page=1", headers={"Sec-Purpose": "prefetch"}).text
    reply(anna, news[1], "Net na het tonen.")
    browser.post("/groups/energie/seen", data={"until": hidden_field(group, "until")})
    assert unread_in("bram", news[1].id) == 1
    browser.post("/seen", data={"until": hidden_field(home, "until")})
    assert unread_in("bram", news[1].id) == 1
    form = thread[thread.index('name="all"') :]
    browser.post(f"/threads/{news[1].id}/seen", data={"all": "1", "position": hidden_field(form, "position")})
    assert unread_in("bram", news[1].id) == 1
    assert unread_threads("bram") == 1


def test_a_page_of_yesterday_takes_nothing_back(news, anna, bram, energie):
    """Section 7.4: the mark only grows."""
    older = queries.last_seq_of(energie.id)
    reply(anna, news[0], "Nieuw.")
    see_everything(bram)
    mark_groups_seen(actor_named("bram"), [GroupSeen(energie.id, older)])
    assert unread_threads("bram") == 0


def test_posts_that_arrive_at_that_moment_stay_unread(news, anna, bram, energie, at_the_same_moment):
    """DISC-6, section 7.4: the button races with ten new posts; whoever wins, none of them is lost."""
    until, bram_id, energie_id, thread_id = queries.last_seq_of(energie.id), bram.id, energie.id, news[0].id

    def press():
        mark_groups_seen(Actor.of_person(bram_id), [GroupSeen(energie_id, until)])

    writing = [replying(anna.id, thread_id, f"Bericht {number}.") for number in range(10)]
    at_the_same_moment(press, *writing, press)
    assert unread_in("bram", thread_id) == 10
    assert unread_in("bram", news[1].id) == 0


def test_posts_that_arrive_before_it_is_taken_back_are_new_as_well(news, anna, bram):
    """DISC-6"""
    see_everything(bram)
    reply(anna, news[0], "Tussendoor.")
    assert unread_in("bram", news[0].id) == 1
    undo_seen(actor_named("bram"))
    assert unread_in("bram", news[0].id) == 3


def test_a_reply_sent_twice_does_not_stop_everything_seen(news, anna, bram, sign_in):
    """DISC-6, 19: home still names the newest thread, and its button still works."""
    for _ in range(2):
        reply(anna, news[1], "Eenmaal.", "0b8d6a51-5b0d-4f43-8a8e-3f3e3e3e3e3e")
    browser = sign_in(bram)
    page = browser.get("/").text
    assert "Restwarmte" in words_of(page)
    browser.post("/seen", data={"until": hidden_field(page, "until")})
    assert unread_threads("bram") == 0


def test_a_hidden_newest_thread_does_not_stop_everything_seen(news, bram, sign_in):
    """DISC-6, HOM-7: the line names the newest thread that may be read."""
    newest = db.session.get_one(Thread, news[1].id)
    newest.hidden_at = newest.created_at
    db.session.commit()
    browser = sign_in(bram)
    page = browser.get("/").text
    assert "Net vol" in words_of(page)
    assert "Restwarmte" not in words_of(page)
    browser.post("/seen", data={"until": hidden_field(page, "until")})
    assert unread_threads("bram") == 0


@pytest.mark.parametrize("until", ["", "x", "1:2:3", "9999999999999999:1", ":", ",,,", "0:0", "-1:-1", "1:" + "9" * 40,
                                   "a:b," * 5000])  # fmt: skip
def test_a_mark_of_nothing_changes_nothing(news, bram, sign_in, until):
    """Bad input"""
    assert sign_in(bram).post("/seen", data={"until": until}).status_code == 303
    assert unread_threads("bram") == 3


def test_a_mark_beyond_the_end_does_not_hide_what_comes(news, anna, bram, energie, sign_in):
    """Bad input: a number from the future counts as now."""
    browser = sign_in(bram)
    browser.post("/seen", data={"until": f"{energie.id}:9007199254740991"})
    browser.post("/groups/energie/seen", data={"until": "9007199254740991"})
    reply(anna, news[0], "Nog iets.")
    assert unread_in("bram", news[0].id) == 1


def test_a_group_one_is_not_in_cannot_be_marked(secret_thread, bram, carla, sign_in):
    """GRP-4: nothing is written, and the answer for everything is the same as without that group."""
    group = group_called("externe-veiligheid")
    browser = sign_in(carla)
    assert browser.post("/groups/externe-veiligheid/seen", data={"until": 1}).status_code == 404
    assert browser.post("/seen", data={"until": f"{group.id}:1"}).status_code == 303
    db.session.rollback()
    assert db.session.query(queries.ReadMark).filter_by(person_id=carla.id, group_id=group.id, seq=1).count() == 0


def test_taking_back_leads_to_the_page_whose_button_it_was(news, bram, sign_in):
    browser = sign_in(bram)
    until = hidden_field(browser.get("/groups/energie/threads").text, "until")
    page = browser.post("/groups/energie/seen", data={"until": until}, follow_redirects=True).text
    undo = re.search(r'action="(/seen/undo[^"]*)"', page)[1]
    assert browser.post(undo).location == "/groups/energie/threads"
    assert browser.post("/seen/undo?next=https://evil.example/").location == "/"


def test_a_press_that_changed_nothing_offers_no_taking_back(news, bram, sign_in):
    """DISC-6: it would take back the press before it."""
    browser = sign_in(bram)
    until = hidden_field(browser.get("/").text, "until")
    assert "/seen/undo" in browser.post("/seen", data={"until": until}, follow_redirects=True).text
    again = browser.post("/seen", data={"until": until}, follow_redirects=True)
    assert "Alles geldt als gezien." in words_of(again.text)
    assert "/seen/undo" not in again.text


def test_who_reads_or_replies_after_the_press_can_still_take_it_back(news, bram, clock):
    """DISC-6: ten minutes, whatever one does in them."""
    mark_thread_seen(bram, news[0], 2)
    reply(actor_named("klaas"), news[0])
    mark_seen(actor_named("bram"), db.session.get_one(Thread, news[0].id), 3)
    clock.forward(minutes=5)
    assert undo_seen(actor_named("bram"))
    assert unread_in("bram", news[0].id) == 3


def test_everything_seen_holds_for_ones_own_reply_behind_it(news, anna, bram, energie):
    """DISC-2, DISC-6: the page was open before one replied elsewhere; what is mine is not new to me."""
    until = queries.last_seq_of(energie.id)
    reply(bram, news[0])  # what klaas wrote before it was not seen
    mark_groups_seen(actor_named("bram"), [GroupSeen(energie.id, until)])
    assert queries.unread_threads_by_group(actor_named("bram"))[energie.id] == 0
    reply(anna, news[1])
    assert queries.unread_threads_by_group(actor_named("bram"))[energie.id] == 1

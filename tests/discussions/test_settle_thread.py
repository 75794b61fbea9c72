"""Settling a thread: what it came to, in words; and going on with it after all."""

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.discussions.models import Settlement, ThreadStatus
from app.discussions.service import close_thread, resume_thread, settle_thread, take_up_thread
from tests.conftest import actor_named, group_called, new_thread, reply, together, words_of
from tests.discussions.conftest import AS_FRAGMENT, fill, shown_positions

OUTCOME = "Wij huren samen één meetset, en Anna bestelt hem."


@pytest.fixture
def of_bram(bram, energie):
    """A thread that a member started who leads nothing."""
    return new_thread(bram, energie, "Wie heeft een meetset?")


def status_of(thread):
    db.session.rollback()
    db.session.refresh(thread)
    return thread.status


def settlements():
    db.session.rollback()
    return db.session.scalars(select(Settlement).order_by(Settlement.id)).all()


def test_the_starter_says_what_it_came_to_and_it_stands_above_the_thread(of_bram, bram, anna, sign_in):
    """DISC-39"""
    browser = sign_in(bram)
    page = browser.get(f"/threads/{of_bram.id}/settle")
    assert "Waar is dit op uitgekomen?" in words_of(page.text)
    answer = browser.post(f"/threads/{of_bram.id}/settle", data={"body": f"  {OUTCOME}  "})
    assert (answer.status_code, answer.location) == (303, of_bram.link)
    assert status_of(of_bram) is ThreadStatus.SETTLED
    page = sign_in(anna).get(of_bram.link).text
    above, posts = page.split("data-reading")
    assert OUTCOME in words_of(above)
    assert "Bram Boelens" in words_of(above.partition('id="settled-')[2])
    assert OUTCOME not in words_of(posts)


@pytest.mark.parametrize(("body", "sentence"), [
    ("", "Schrijf hier nog iets."), ("Klaar, met dank aan", "minstens 20 tekens"), ("a" * 2001, "1 teken te lang"),
])  # fmt: skip
def test_without_words_or_with_too_many_nothing_is_settled_and_they_stay_in_the_box(of_bram, bram, sign_in, body,
                                                                                    sentence):  # fmt: skip
    """DISC-39: 20 to 2,000 characters."""
    answer = sign_in(bram).post(f"/threads/{of_bram.id}/settle", data={"body": body})
    assert answer.status_code == 422
    assert sentence in words_of(answer.text)
    assert body in answer.text
    assert status_of(of_bram) is ThreadStatus.OPEN
    assert settlements() == []


@pytest.mark.parametrize(("who", "may"), [("bram", True), ("anna", True), ("dirk", True), ("otto", False)])
def test_starter_lead_and_coordinator_settle_and_other_members_do_not(of_bram, who, may, sign_in):
    """DISC-39, discussions section 3"""
    browser = sign_in(actor_named(who))
    assert ("Onderwerp afronden" in words_of(browser.get(of_bram.link).text)) == may
    assert browser.get(f"/threads/{of_bram.id}/settle").status_code == (200 if may else 403)
    answer = browser.post(f"/threads/{of_bram.id}/settle", data={"body": OUTCOME})
    assert answer.status_code == (303 if may else 403)
    if not may:
        assert OUTCOME in answer.text  # what was typed is not lost
        assert status_of(of_bram) is ThreadStatus.OPEN


def test_a_guest_settles_not_even_a_thread_of_their_own(app, sign_in):
    """DISC-39, discussions section 3"""
    gijs = actor_named("gijs")
    own = new_thread(gijs, group_called("innovatie"), "Een vraag van buiten")
    with pytest.raises(Forbidden):
        settle_thread(gijs, own, OUTCOME)


def test_a_settled_thread_leaves_the_list_is_found_and_stands_under_its_filter(of_bram, bram, anna, sign_in):
    """DISC-40"""
    settle_thread(bram, of_bram, OUTCOME)
    browser = sign_in(anna)
    titles = [words_of(browser.get(f"/groups/energie/threads{query}").text) for query in ("", "?filter=settled")]
    assert ["Wie heeft een meetset?" in title for title in titles] == [False, True]
    found = browser.get("/search?q=bestelt").text
    assert f"/threads/{of_bram.id}" in found


def test_a_new_post_sets_it_open_with_a_line_that_everyone_sees(of_bram, bram, anna, sign_in):
    """DISC-40: between what was settled and the post that went on."""
    reply(anna, of_bram, "Wij hebben er een.")
    settle_thread(bram, of_bram, OUTCOME)
    reply(actor_named("otto"), of_bram, "Toch nog een vraag.")
    assert status_of(of_bram) is ThreadStatus.OPEN
    page = sign_in(anna).get(f"{of_bram.link}?page=1").text
    before, after = page.split('id="settled-')
    assert shown_positions(before) == [1, 2]
    assert shown_positions(after) == [3]
    assert OUTCOME in words_of(after)
    assert "Otto Oosting ging er op" in words_of(after)
    fragment = sign_in(anna).get(f"{of_bram.link}?after=2", headers=AS_FRAGMENT).text
    assert OUTCOME in words_of(fragment)  # an open page shows the line with the post


def test_the_line_stands_on_the_page_on_which_it_went_on(bram, anna, energie, sign_in):
    """DISC-40"""
    long = new_thread(bram, energie, "Een lang gesprek over meten")
    fill(long, 25, anna, bram)
    settle_thread(bram, long, OUTCOME)
    reply(anna, long, "Nog iets.")
    browser = sign_in(anna)
    pages = [browser.get(f"{long.link}?page={number}").text for number in (1, 2)]
    assert ['id="settled-' in page for page in pages] == [False, True]


def test_it_is_set_open_by_hand_too_and_can_be_settled_again(of_bram, bram, anna, sign_in):
    """DISC-40, section 1: settled → open."""
    settle_thread(bram, of_bram, OUTCOME)
    browser = sign_in(anna)
    browser.post(f"/threads/{of_bram.id}/resume")
    assert status_of(of_bram) is ThreadStatus.OPEN
    assert "Anna Assink ging er op" in words_of(browser.get(of_bram.link).text)
    browser.post(f"/threads/{of_bram.id}/resume")  # again: nothing more
    settle_thread(bram, of_bram, "Nee: wij kopen er zelf een, ieder apart.")
    assert [each.resumed_at is None for each in settlements()] == [False, True]


def test_the_same_words_twice_settle_once_and_other_words_are_told_of_the_first(of_bram, bram, anna, sign_in):
    """Bad input: a double press, and two people at one moment."""
    settle_thread(bram, of_bram, OUTCOME)
    settle_thread(bram, of_bram, OUTCOME)
    assert len(settlements()) == 1
    assert sign_in(anna).get(f"/threads/{of_bram.id}/settle").location == of_bram.link
    answer = sign_in(anna).post(f"/threads/{of_bram.id}/settle", data={"body": "Iets heel anders dan wat er staat."})
    assert answer.status_code == 409
    assert "intussen al afgerond" in words_of(answer.text)
    assert "Iets heel anders dan wat er staat." in answer.text
    assert [each.body for each in settlements()] == [OUTCOME]


def test_a_post_at_the_same_moment_comes_before_it_or_goes_on(app, of_bram, bram, anna):
    """DISC-40: never a thread that is settled with a post behind that."""
    number = of_bram.id
    together(app, lambda: settle_thread(bram, db.session.get_one(type(of_bram), number), OUTCOME),
             lambda: reply(anna, db.session.get_one(type(of_bram), number), "Net nog."))  # fmt: skip
    [settled] = settlements()
    assert (settled.position, status_of(of_bram)) in [(2, ThreadStatus.SETTLED), (1, ThreadStatus.OPEN)]


def test_it_is_marked_as_in_progress_and_no_longer(of_bram, bram, sign_in):
    """section 1: open ↔ in progress."""
    browser = sign_in(bram)
    browser.post(f"/threads/{of_bram.id}/take-up")
    assert status_of(of_bram) is ThreadStatus.IN_PROGRESS
    assert "in behandeling" in words_of(browser.get(of_bram.link).text)
    browser.post(f"/threads/{of_bram.id}/set-aside")
    assert status_of(of_bram) is ThreadStatus.OPEN


def test_what_is_settled_is_not_in_progress(of_bram, bram):
    settle_thread(bram, of_bram, OUTCOME)
    take_up_thread(bram, of_bram)
    assert status_of(of_bram) is ThreadStatus.SETTLED


def test_a_closed_thread_can_be_settled_and_a_frozen_one_stands_still(of_bram, bram, anna):
    """section 1: closed and frozen are separate from status; in a frozen thread nothing at all changes."""
    close_thread(anna, of_bram)
    settle_thread(bram, of_bram, OUTCOME)
    resume_thread(bram, of_bram)
    of_bram.frozen_at = of_bram.created_at
    db.session.commit()
    with pytest.raises(Forbidden):
        settle_thread(anna, of_bram, OUTCOME)


def test_one_that_was_settled_before_anybody_was_asked_goes_on_too(of_bram, anna):
    """Older data: no words."""
    of_bram.status = ThreadStatus.SETTLED
    db.session.commit()
    with pytest.raises(Conflict):
        settle_thread(anna, of_bram, OUTCOME)
    reply(anna, of_bram, "Dit is nog niet klaar.")
    assert status_of(of_bram) is ThreadStatus.OPEN

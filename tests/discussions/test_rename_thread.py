"""Another title or kind for a thread, and what it was called before."""

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.errors import Forbidden
from app.core.extensions import db
from app.discussions import subscribers
from app.discussions.models import Thread, ThreadKind, ThreadVersion
from app.discussions.service import NewThread, delete_post, hide_post, rename_thread
from app.discussions.tasks import find_posts_under_new_titles
from app.search import service as search
from app.search.models import Findable
from tests.conftest import actor_named, group_called, new_thread, reply, words_of
from tests.discussions.conftest import fill, posts_in

FIRST, THEN = "Restwarmte in Emmen", "Restwarmte in heel Drenthe"


@pytest.fixture
def own(bram, energie):
    """Started by Bram, who leads nothing."""
    return new_thread(bram, energie, FIRST)


def fresh(thread_id):
    """As it stands in the database at this moment."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Thread, thread_id)


def form(**changed):
    return {"title": THEN, "kind": "question", "version": "1", **changed}


def test_the_new_title_stands_everywhere_and_the_old_one_in_the_history(own, bram, anna, sign_in):
    """DISC-36: mail goes on under the first title."""
    answer = sign_in(bram).post(f"/threads/{own.id}/edit", data=form())
    renamed = fresh(own.id)
    assert (answer.status_code, answer.location) == (303, renamed.link)
    assert (renamed.title, renamed.kind, renamed.mail_subject) == (THEN, ThreadKind.QUESTION, FIRST)
    browser = sign_in(anna)
    page = browser.get(renamed.link).text
    assert f"/threads/{own.id}/history" in page
    history = words_of(browser.get(f"/threads/{own.id}/history").text)
    for words in (FIRST, THEN, "Bram Boelens", "Discussie", "Vraag"):
        assert words in history
    assert browser.get(f"/threads/{own.id}-restwarmte-in-emmen").status_code == 302


def test_a_thread_that_was_never_renamed_says_so(thread, bram, sign_in):
    page = sign_in(bram).get(thread.link).text
    assert "/history" not in page
    assert "niet hernoemd" in words_of(sign_in(bram).get(f"/threads/{thread.id}/history").text)


def test_search_finds_thread_and_posts_under_the_new_title(own, bram, anna):
    """Section 6"""
    reply(anna, own)
    rename_thread(bram, own, NewThread(title=THEN), version=1)
    db.session.rollback()
    of_group = Findable.group_id == group_called("energie").id
    assert set(db.session.scalars(select(Findable.title).where(of_group))) == {THEN}


def titles_found(thread):
    db.session.rollback()
    numbers = [post.id for post in posts_in(thread.id)]
    return set(db.session.scalars(select(Findable.title).where(Findable.kind == "post", Findable.ref_id.in_(numbers))))


def test_renaming_a_long_thread_costs_what_a_short_one_costs(own, bram, anna, count_statements, monkeypatch):
    """Speed: nobody waits while its posts are found under the new title; that is done some at a time, afterwards."""
    monkeypatch.setattr(subscribers, "later", lambda *_call: None)
    short, first = (new_thread(bram, group_called("energie"), FIRST) for _thread in range(2))
    fill(own, 60, anna, bram)
    rename_thread(bram, first, NewThread(title=THEN), version=1)  # its words are new to the search once only
    cost = []
    for thread in (own, short):
        with count_statements() as seen:
            rename_thread(bram, thread, NewThread(title=THEN), version=1)
        cost.append(len(seen))
    assert cost[0] == cost[1]


def test_what_a_lost_call_left_is_found_under_the_new_title_a_minute_later(own, bram, anna, monkeypatch):
    """Section 6: also where the work was interrupted halfway."""
    monkeypatch.setattr(subscribers, "later", lambda *_call: None)
    for _post in range(4):
        reply(anna, own)
    rename_thread(bram, own, NewThread(title=THEN), version=1)
    assert titles_found(own) == {FIRST}
    monkeypatch.setattr(search, "AT_ONCE", 2)
    real, calls = search.renew, []

    def cut_short(kind, refs):
        calls.append(refs)
        if len(calls) == 2:
            raise ConnectionError
        real(kind, refs)

    monkeypatch.setattr(search, "renew", cut_short)
    with pytest.raises(ConnectionError):
        find_posts_under_new_titles()
    assert titles_found(own) == {FIRST, THEN}
    find_posts_under_new_titles()
    assert titles_found(own) == {THEN}
    done = len(calls)
    find_posts_under_new_titles()
    assert len(calls) == done


def test_what_is_out_of_sight_is_not_found_again_under_the_new_title(own, bram, anna):
    """Section 6: a deleted post, and a hidden one."""
    deleted, hidden = reply(anna, own), reply(anna, own)
    delete_post(anna, deleted)
    hide_post(hidden)
    db.session.commit()
    search.forget("post", hidden.id)
    db.session.commit()
    rename_thread(bram, own, NewThread(title=THEN), version=1)
    db.session.rollback()
    found = db.session.scalars(select(Findable.ref_id).where(Findable.kind == "post", Findable.title == THEN)).all()
    assert [post.id for post in posts_in(own.id) if post.is_in_sight] == found


@pytest.mark.parametrize(("key", "hours", "may"), [
    ("bram", 23, True), ("bram", 25, False), ("anna", 25, True), ("dirk", 25, True), ("otto", 1, False),
    ("carla", 1, False),
])  # fmt: skip
def test_the_starter_renames_within_the_window_and_the_lead_at_any_time(own, key, hours, may, clock, sign_in):
    """DISC-36, section 3"""
    clock.forward(hours=hours)
    browser = sign_in(actor_named(key))
    assert browser.get(f"/threads/{own.id}/edit").status_code == (200 if may else 403)
    assert (f'/threads/{own.id}/edit"' in browser.get(own.link).text) is may
    answer = browser.post(f"/threads/{own.id}/edit", data=form())
    assert answer.status_code == (303 if may else 403)
    assert fresh(own.id).title == (THEN if may else FIRST)
    assert may or THEN in answer.text


def test_a_frozen_thread_keeps_its_title(own, bram):
    """MOD-24"""
    own.frozen_at = now()
    db.session.commit()
    with pytest.raises(Forbidden):
        rename_thread(bram, own, NewThread(title=THEN), version=1)


def test_renaming_over_another_title_shows_both(own, anna, bram, sign_in):
    """DISC-35: nothing is overwritten, and the next press is a choice."""
    rename_thread(anna, own, NewThread(title="Zoals Anna het noemt"), version=1)
    browser = sign_in(bram)
    answer = browser.post(f"/threads/{own.id}/edit", data=form())
    assert answer.status_code == 409
    assert "Zoals Anna het noemt" in words_of(answer.text)
    assert f'value="{THEN}"' in answer.text
    assert fresh(own.id).title == "Zoals Anna het noemt"
    assert browser.post(f"/threads/{own.id}/edit", data=form(version="2")).status_code == 303


def test_the_same_title_again_is_no_change(own, bram, sign_in):
    browser = sign_in(bram)
    for _press in range(2):
        assert browser.post(f"/threads/{own.id}/edit", data=form()).status_code == 303
    assert len(db.session.scalars(select(ThreadVersion.number)).all()) == 2


@pytest.mark.parametrize("wrong", [{"title": "kort"}, {"title": "a" * 151}, {"kind": "ruzie"}, {"title": ""}])
def test_a_title_that_cannot_be_stands_in_the_form_again(own, bram, sign_in, wrong):
    """Bad input: 422"""
    answer = sign_in(bram).post(f"/threads/{own.id}/edit", data=form(**wrong))
    assert answer.status_code == 422
    assert wrong.get("title", THEN) in answer.text
    assert fresh(own.id).version == 1

"""Hiding: in its place stands who and which rule, and everywhere else it is as if it had not been written."""

import pytest
from sqlalchemy import select

from app.core.extensions import db
from app.discussions import queries as discussions
from app.discussions.models import Post, Thread
from app.discussions.service import GroupSeen, mark_groups_seen, mark_seen
from app.documents import service as documents
from app.guard import service as guard
from app.guard.models import ActsAs
from app.home.frame import Frame
from app.moderation import service
from app.moderation.models import CaseState, Reason
from app.search import service as search
from tests.conftest import actor_named, group_called, new_thread, reply
from tests.documents.conftest import text as page_text
from tests.moderation.conftest import WHY, case_about, claimed


def hide(kind, item, role=ActsAs.COORDINATOR):
    guard.hide(actor_named("dirk"), kind, item, rule=4, role=role)


def unhide(kind, item):
    guard.unhide(actor_named("dirk"), kind, item)


def unread(key):
    """What rail and home count for this person: threads, and lines under the bell."""
    db.session.rollback()
    frame = Frame(actor_named(key))
    return frame.unread_threads, frame.bell


@pytest.fixture
def forgotten(monkeypatch):
    """What search was told, in order."""
    told = []
    monkeypatch.setattr(search, "forget", lambda kind, item: told.append(("forget", kind, item)))
    monkeypatch.setattr(search, "index", lambda entry: told.append(("index", entry.kind, entry.ref_id)))
    return told


@pytest.mark.parametrize(("role", "who"), [
    (ActsAs.COORDINATOR, "de coördinator"), (ActsAs.LEAD, "de voorzitter"), (ActsAs.BOARD, "het bestuur")])  # fmt: skip
def test_in_its_place_stands_by_whom_and_under_which_rule(role, who, post, carla, sign_in):
    """MOD-13"""
    browser = sign_in(carla)
    assert "Wat een onzin" in browser.get(post.thread.link).text
    hide("post", post.id, role)
    page = browser.get(post.thread.link).text
    assert f"Verborgen door {who}, regel 4, " in page
    assert "Wat een onzin" not in page
    assert f"/reports/new?kind=post&amp;id={post.id}" not in page
    unhide("post", post.id)
    assert "Wat een onzin" in browser.get(post.thread.link).text


def test_search_forgets_it_and_finds_it_again(post, forgotten):
    """MOD-13"""
    hide("post", post.id)
    unhide("post", post.id)
    assert forgotten == [("forget", "post", post.id), ("index", "post", post.id)]


def test_search_forgets_a_thread_with_its_posts_and_finds_them_again(thread, bram, forgotten):
    """MOD-13"""
    first = db.session.query(Post).filter_by(thread_id=thread.id).one()
    second = reply(bram, thread, "Wij hebben stoom.")
    forgotten.clear()
    hide("thread", thread.id)
    unhide("thread", thread.id)
    things = [("thread", thread.id), ("post", first.id), ("post", second.id)]
    assert forgotten == [(what, *thing) for what in ("forget", "index") for thing in things]


def test_a_rebuild_of_the_index_does_not_bring_it_back(post, anna, energie):
    """MOD-13"""
    from app.discussions.subscribers import all_entries, all_threads
    from app.documents.subscribers import all_entries as all_documents

    page = documents.add_page(anna, energie, None, "Jaarplan", page_text("Wij delen warmte."))
    hide("post", post.id)
    hide("document", page.id)
    assert post.id not in [entry.ref_id for entry in all_entries()]
    assert [entry.ref_id for entry in all_threads()] == [post.thread_id]
    hide("thread", post.thread_id)
    assert list(all_threads()) == list(all_entries()) == []
    assert list(all_documents()) == []


def test_the_line_under_the_bell_goes_and_comes_back_as_it_was(thread, anna):
    """MOD-13: without a new one"""
    post = reply(actor_named("otto"), thread, "Onzin, @Anna Assink.", mentions=[anna.id])
    before = unread("anna")
    hide("post", post.id)
    assert unread("anna")[1] == before[1] - 1
    unhide("post", post.id)
    assert unread("anna")[1] == before[1]


def test_a_thread_in_which_only_what_is_hidden_is_new_is_not_new(thread, bram, carla, energie):
    """MOD-13, DISC-2: for who read by position, by the mark of the group, and for who read nothing."""
    klaas = actor_named("klaas")
    mark_seen(bram, thread, 1)
    mark_groups_seen(klaas, [GroupSeen(energie.id, discussions.last_seq_of(energie.id))])
    assert (unread("bram")[0], unread("klaas")[0], unread("otto")[0]) == (0, 0, 1)
    post = reply(actor_named("otto"), thread, "Onzin.")
    assert (unread("bram")[0], unread("klaas")[0]) == (1, 1)
    hide("post", post.id)
    assert (unread("bram")[0], unread("klaas")[0], unread("jan")[0]) == (0, 0, 1)
    reply(actor_named("otto"), thread, "Zinnig.")
    assert (unread("bram")[0], unread("klaas")[0]) == (1, 1)


def test_a_post_hidden_in_the_middle_changes_nothing_about_what_came_after(thread, bram):
    """MOD-13"""
    mark_seen(bram, thread, 1)
    middle = reply(actor_named("otto"), thread, "Onzin.")
    reply(actor_named("otto"), thread, "Zinnig.")
    hide("post", middle.id)
    assert unread("bram")[0] == 1
    assert discussions.open_thread(actor_named("bram"), thread.id).unread == 1
    mark_seen(actor_named("bram"), db.session.get_one(Thread, thread.id), 3)
    unhide("post", middle.id)
    assert unread("bram")[0] == 0


def test_a_hidden_last_post_leaves_the_thread_where_it_was_in_the_list(anna, energie, bram):
    """MOD-13"""
    old, new = new_thread(anna, energie, "Het oude"), new_thread(anna, energie, "Het nieuwe")
    post = reply(actor_named("otto"), old, "Onzin.")
    assert [row.title for row in discussions.threads_in_group(bram, energie)][:2] == ["Het oude", "Het nieuwe"]
    hide("post", post.id)
    assert [row.title for row in discussions.threads_in_group(bram, energie)][:2] == ["Het nieuwe", "Het oude"]
    assert new.title == "Het nieuwe"


def test_a_hidden_thread_is_gone_for_all_and_says_so_at_its_address(thread, bram, gijs, sign_in):
    """MOD-13"""
    hide("thread", thread.id)
    browser = sign_in(bram)
    assert "Restwarmte in Emmen" not in browser.get("/groups/energie/threads").text
    answer = browser.get(thread.link)
    assert answer.status_code == 404
    assert "Verborgen door de coördinator, regel 4, " in answer.text
    assert "Verborgen door" not in sign_in(gijs).get(thread.link).text
    unhide("thread", thread.id)
    assert browser.get(thread.link).status_code == 200


def test_a_hidden_document_is_gone_with_its_file_and_says_so_at_its_address(anna, energie, bram, gijs, sign_in):
    """MOD-13"""
    page = documents.add_page(anna, energie, None, "Jaarplan", page_text("Wij delen warmte."))
    hide("document", page.id)
    browser = sign_in(bram)
    answer = browser.get(page.link)
    assert (answer.status_code, "Verborgen door de coördinator, regel 4, " in answer.text) == (404, True)
    assert "Jaarplan" not in answer.text + browser.get("/groups/energie/documents").text
    assert browser.get(f"/documents/{page.id}/history").status_code == 404
    assert "Verborgen door" not in sign_in(gijs).get(page.link).text
    unhide("document", page.id)
    assert browser.get(page.link).status_code == 200


def test_open_pages_hear_that_the_post_changed(post, monkeypatch):
    """decisions 20"""
    heard = []
    monkeypatch.setattr("app.discussions.subscribers.broadcast", lambda *what: heard.append(what))
    hide("post", post.id)
    assert heard == [(f"thread:{post.thread_id}", "thread:changed", {"thread_id": post.thread_id, "post_id": post.id})]


def test_open_pages_hear_that_the_whole_thread_changed(thread, monkeypatch):
    """MOD-13: whoever has it open asks anew, and finds that it is not there."""
    heard = []
    monkeypatch.setattr("app.discussions.subscribers.broadcast", lambda *what: heard.append(what))
    hide("thread", thread.id)
    assert heard == [(f"thread:{thread.id}", "thread:changed", {"thread_id": thread.id, "post_id": None})]


def test_dirk_hides_what_bram_reported_and_puts_it_back_after_the_case_was_closed(case, post, dirk, carla, sign_in):
    """MOD-8, MOD-13"""
    service.hide_subject(dirk, claimed("dirk", post), WHY)
    service.close_case(dirk, case_about(post), CaseState.SETTLED, "De tekst is verborgen.")
    assert "Wat een onzin" not in sign_in(carla).get(post.thread.link).text
    answer = sign_in(dirk).post(f"{case.link}/unhide", data={"rule": "4", "reason": "Bij nader inzien was het niets."})
    assert answer.status_code == 303
    assert "Wat een onzin" in sign_in(carla).get(post.thread.link).text


def test_a_text_that_is_hidden_cannot_be_reported_or_hidden_again(post, dirk, sign_in):
    """Section 6"""
    service.file_report(actor_named("bram"), "post", post.id, reason=Reason.CONDUCT)
    case = claimed("dirk", post)
    hide("post", post.id)
    assert sign_in(actor_named("carla")).get(f"/reports/new?kind=post&id={post.id}").status_code == 404
    answer = sign_in(dirk).post(f"{case.link}/hide", data={"rule": "4", "reason": "Nog een keer verbergen."})
    assert answer.status_code == 409
    assert "Dit is al verborgen" in answer.text


def test_the_page_of_a_thread_with_hidden_posts_takes_no_statement_more(thread, bram, sign_in, count_statements):
    """Speed"""
    made = [reply(actor_named("otto"), thread, f"Zin {number}.") for number in range(5)]
    browser = sign_in(bram)
    browser.set_cookie("js", "1")
    browser.get(thread.link)
    with count_statements() as before:
        browser.get(thread.link)
    for post in made[:3]:
        hide("post", post.id)
    browser.get(thread.link)
    with count_statements() as after:
        assert "Verborgen door" in browser.get(thread.link).text
    assert len(after) <= len(before)


def test_every_kind_there_is_can_be_loaded_and_says_none_of_what_is_not_there(app):
    """guard: a feature that registers its kind keeps to the face of it."""
    assert {"post", "thread", "document"} <= set(guard.kinds())
    assert [guard.content_of(kind).load(1) for kind in ("post", "thread", "document")] == [None, None, None]
    assert group_called("energie") is not None
    assert db.session.scalars(select(Thread)).all() == []

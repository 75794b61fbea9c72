"""Changing one's own post: when it leaves a trace, what readers see of it, and what comes too late."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Actor
from app.accounts.service import take_out_own_data
from app.core.clock import now
from app.core.errors import Forbidden
from app.core.extensions import db
from app.discussions import queries
from app.discussions.models import Post, PostVersion
from app.discussions.policy import can_delete_post, can_edit_post, deletes_since, edits_since
from app.discussions.service import TooLate, VersionConflict, Written, close_thread, edit_post, take_up
from app.groups.models import EditWindow
from app.groups.service import leave_group
from app.moderation import service as moderation
from app.moderation.models import Case, Reason
from app.search.models import Findable
from tests.conftest import actor_named, person_named, reply, words_of, written
from tests.discussions.conftest import AS_SCRIPT, drafts_of, hidden_field, posts_in, text_in_box

NEW = "Wij hebben vijftig graden over."


@pytest.fixture
def post(thread, bram):
    return reply(bram, thread, "Wij hebben zestig graden over.")


def versions_of(post_id):
    db.session.rollback()
    found = db.session.scalars(select(PostVersion).where(PostVersion.post_id == post_id).order_by(PostVersion.number))
    return [(version.number, version.body_md) for version in found]


def fresh(post_id):
    """As it stands in the database at this moment."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Post, post_id)


def test_a_slip_put_right_in_minute_four_leaves_no_trace(post, bram, anna, sign_in, clock):
    """DISC-33, section 7.10"""
    clock.forward(minutes=4)
    edit_post(bram, post, written(NEW), version=1)
    post = fresh(post.id)
    assert (post.body_md, post.edited_at, versions_of(post.id)) == (NEW, None, [])
    page = sign_in(anna).get(post.thread.link).text
    assert NEW in page
    assert "bewerkt" not in words_of(page)


def answered(post):
    reply(actor_named("anna"), post.thread, "Mooi.")


def reported(post):
    moderation.file_report(actor_named("otto"), "post", post.id, reason=Reason.CONDUCT)


def used(post):
    """As reactions, quotes, mail and outcomes say it."""
    take_up(post)
    db.session.commit()


@pytest.mark.parametrize("happens", [answered, reported, used])
def test_what_others_already_went_by_is_never_changed_silently(post, bram, happens, clock):
    """DISC-33: in the first five minutes too."""
    clock.forward(minutes=1)
    happens(post)
    clock.forward(minutes=1)
    edit_post(bram, post, written(NEW), version=1)
    assert fresh(post.id).edited_at == now()
    assert versions_of(post.id) == [(1, "Wij hebben zestig graden over."), (2, NEW)]


def test_an_answer_of_ones_own_is_no_answer(post, bram, clock):
    """DISC-33"""
    reply(bram, post.thread, "En veertig in de zomer.")
    edit_post(bram, post, written(NEW), version=1)
    assert versions_of(post.id) == []


def test_from_minute_five_readers_see_who_changed_what_and_when(post, bram, anna, sign_in, clock):
    """DISC-34: a word-by-word difference, and each text by itself."""
    clock.forward(minutes=4)
    edit_post(bram, post, written("Wij hebben zestig graden warmte over."), version=1)
    clock.forward(minutes=2)
    edit_post(bram, post, written("Wij hebben vijftig graden warmte over."), version=2)
    clock.forward(hours=1)
    edit_post(bram, post, written("Wij hebben vijftig graden over."), version=3)
    assert [number for number, _body in versions_of(post.id)] == [1, 2, 3]
    browser = sign_in(anna)
    assert f'href="/posts/{post.id}/history"' in browser.get(post.thread.link).text
    page = browser.get(f"/posts/{post.id}/history").text
    assert re.search(r"<del>.*?warmte.*?</del>", page)
    assert page.count("Bram Boelens") >= 3
    first = browser.get(f"/posts/{post.id}/history?from=1&to=2").text
    assert re.search(r"<del>.*?zestig.*?</del><ins>.*?vijftig.*?</ins>", first)


@pytest.mark.parametrize("asked", ["?from=1&to=9", "?from=9&to=9", "?from=9007199254740991&to=1"])
def test_a_version_that_never_was_is_not_there(post, bram, sign_in, clock, asked):
    """Bad input"""
    clock.forward(hours=1)
    edit_post(bram, post, written(NEW), version=1)
    assert sign_in(bram).get(f"/posts/{post.id}/history{asked}").status_code == 404


@pytest.mark.parametrize("asked", ["", "?from=&to=x", "?from=-1", "?from=²&to=2", "?from=1"])
def test_a_history_asked_for_in_odd_words_shows_what_changed_last(post, bram, sign_in, clock, asked):
    clock.forward(hours=1)
    edit_post(bram, post, written(NEW), version=1)
    page = sign_in(bram).get(f"/posts/{post.id}/history{asked}")
    assert (page.status_code, "Van versie 1 naar 2" in words_of(page.text)) == (200, True)


def test_the_history_of_what_is_out_of_sight_is_read_by_nobody(post, anna, bram, sign_in, clock):
    """DISC-34: readers of the post, and nobody reads a hidden one."""
    clock.forward(hours=1)
    edit_post(bram, post, written(NEW), version=1)
    fresh(post.id).hidden_at = now()
    db.session.commit()
    for key in ("anna", "bram", "dirk"):
        assert sign_in(actor_named(key)).get(f"/posts/{post.id}/history").status_code == 404


def test_the_same_text_sent_twice_is_one_change(post, bram, sign_in, clock):
    """A double click: the second finds what the first made, and is no conflict."""
    clock.forward(hours=1)
    browser = sign_in(bram)
    for _press in range(2):
        assert browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"}).status_code == 303
    assert (fresh(post.id).version, len(versions_of(post.id))) == (2, 2)


def test_saving_over_a_newer_text_shows_both_and_writes_over_nothing(post, bram, sign_in, clock):
    """DISC-35: 409, and the next press is a choice."""
    clock.forward(hours=1)
    browser = sign_in(bram)
    edit_post(bram, post, written("Van de telefoon."), version=1)
    answer = browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"})
    assert answer.status_code == 409
    assert "Van de telefoon." in answer.text
    assert text_in_box(answer.text) == NEW
    assert "<ins>" in answer.text
    assert fresh(post.id).body_md == "Van de telefoon."
    again = browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": hidden_field(answer.text, "version")})
    assert (again.status_code, fresh(post.id).body_md) == (303, NEW)


def test_two_who_save_at_one_moment_lose_nothing(post, bram, clock, at_the_same_moment):
    """DISC-35: one text stands there, the other gets 409."""
    clock.forward(hours=1)
    post_id, bram_id = post.id, bram.id

    def saving(body):
        def act():
            return edit_post(Actor.of_person(bram_id), db.session.get_one(Post, post_id), written(body), version=1)

        return act

    answers = at_the_same_moment(saving("Een."), saving("Twee."))
    assert sum(isinstance(answer, VersionConflict) for answer in answers) == 1
    assert (fresh(post_id).version, len(versions_of(post_id))) == (2, 2)


@pytest.mark.parametrize("version", ["", "0", "x", "9007199254740991", "99999999999999999999"])
def test_a_form_without_its_version_overwrites_nothing(post, bram, sign_in, clock, version):
    clock.forward(hours=1)
    answer = sign_in(bram).post(f"/posts/{post.id}/edit", data={"body": NEW, "version": version})
    assert (answer.status_code, fresh(post.id).version) == (409, 1)


def test_a_text_that_is_too_long_comes_back_with_its_number(post, bram, sign_in):
    """Bad input: 422, the text in the box."""
    typed = "a" * 20_412
    answer = sign_in(bram).post(f"/posts/{post.id}/edit", data={"body": typed, "version": "1"})
    assert answer.status_code == 422
    assert text_in_box(answer.text) == typed
    assert "412 tekens te lang" in words_of(answer.text)
    assert hidden_field(answer.text, "version") == "1"


def test_after_the_window_the_text_becomes_a_draft_and_the_page_says_why(post, bram, sign_in, clock):
    """DISC-33, section 7.10; what was written can be read and copied."""
    browser = sign_in(bram)
    assert text_in_box(browser.get(f"/posts/{post.id}/edit").text) == "Wij hebben zestig graden over."
    clock.forward(hours=24, seconds=1)
    answer = browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"})
    assert answer.status_code == 409
    assert "De tijd waarin u dit bericht kon wijzigen, is voorbij" in words_of(answer.text)
    assert NEW in answer.text
    assert [(draft.place, draft.body) for draft in drafts_of(bram)] == [(f"post:{post.id}", NEW)]
    assert NEW in browser.get("/account/drafts").text
    again = browser.get(f"/posts/{post.id}/edit")
    assert (again.status_code, NEW in again.text) == (409, True)
    assert fresh(post.id).body_md == "Wij hebben zestig graden over."


def close(thread):
    close_thread(actor_named("anna"), thread)


def freeze(thread):
    thread.frozen_at = now()
    db.session.commit()


@pytest.mark.parametrize(("stop", "words"), [(close, "intussen gesloten"), (freeze, "staat stil")])
def test_an_edit_that_comes_when_the_thread_has_stopped_becomes_a_draft(post, bram, sign_in, stop, words):
    """Section 5: 409 and a draft, with and without a script."""
    browser = sign_in(bram)
    stop(post.thread)
    for headers in ({}, AS_SCRIPT):
        answer = browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"}, headers=headers)
        assert answer.status_code == 409
        assert words in (answer.json["error"] if headers else words_of(answer.text))
    assert [draft.body for draft in drafts_of(bram)] == [NEW]
    assert fresh(post.id).version == 1


def test_who_left_the_group_keeps_the_text_and_changes_nothing(post, bram, energie, sign_in):
    """Section 5: group left while writing; the open group is still read."""
    browser = sign_in(bram)
    leave_group(bram, energie)
    answer = browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"})
    assert answer.status_code == 409
    assert "niet meer deel" in words_of(answer.text)
    assert [draft.body for draft in drafts_of(bram)] == [NEW]


def test_a_draft_of_an_edit_stands_in_the_box_again_and_goes_with_the_change(post, bram, sign_in, clock):
    """DISC-17: place "post:<id>"; saved over a text that it did not know, both are shown (DISC-35)."""
    clock.forward(hours=1)
    browser, place = sign_in(bram), f"post:{post.id}"
    data = {"place": place, "body": "Half", "revision": "0", "version": "1"}
    assert browser.post("/account/drafts", data=data, headers=AS_SCRIPT).status_code == 200
    elsewhere = Written(body_md="Van elders.", body_html="<p>Van elders.</p>", draft_revision=1)
    edit_post(bram, post, elsewhere, version=1)
    page = browser.get(f"/posts/{post.id}/edit").text
    assert (text_in_box(page), hidden_field(page, "version")) == ("Half", "1")
    refused = browser.post(f"/posts/{post.id}/edit", data={"body": "Half", "version": "1"})
    assert (refused.status_code, len(drafts_of(bram))) == (409, 1)
    saved = browser.post(f"/posts/{post.id}/edit", data={"body": "Half", "version": "2"})
    assert (saved.status_code, drafts_of(bram)) == (303, [])


def test_a_draft_that_does_not_say_which_text_it_began_with_overwrites_none(post, bram, sign_in, clock):
    """DISC-35: as one that was kept by a page without the version; both are shown, and the next press is a choice."""
    clock.forward(hours=1)
    browser = sign_in(bram)
    edit_post(bram, post, written("Van de telefoon."), version=1)
    browser.post("/account/drafts", data={"place": f"post:{post.id}", "body": NEW})
    page = browser.get(f"/posts/{post.id}/edit").text
    assert text_in_box(page) == NEW
    answer = browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": hidden_field(page, "version")})
    assert (answer.status_code, fresh(post.id).body_md) == (409, "Van de telefoon.")
    assert "Van de telefoon." in answer.text
    assert text_in_box(answer.text) == NEW
    again = browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": hidden_field(answer.text, "version")})
    assert (again.status_code, fresh(post.id).body_md, drafts_of(bram)) == (303, NEW, [])


def test_the_preview_of_an_edit_leads_back_to_it(post, bram, sign_in):
    """Without JavaScript: the version travels along."""
    page = sign_in(bram).post("/preview", data={"place": f"post:{post.id}", "body": "**Vet**", "version": "1"}).text
    assert "<strong>Vet</strong>" in page
    assert f'action="/posts/{post.id}/edit"' in page
    assert hidden_field(page, "version") == "1"


@pytest.mark.parametrize("place", ["draft", "preview"])
def test_the_place_of_another_is_no_place_to_write(post, anna, sign_in, place):
    address = "/preview" if place == "preview" else "/account/drafts"
    answer = sign_in(anna).post(address, data={"place": f"post:{post.id}", "body": "Hoi"}, headers=AS_SCRIPT)
    assert answer.status_code == 403


@pytest.mark.parametrize("key", ["anna", "dirk", "otto", "carla"])
def test_nobody_changes_the_post_of_another(post, key, sign_in):
    """Section 3: the lead neither; that is MOD-12."""
    with pytest.raises(Forbidden):
        edit_post(actor_named(key), post, written(NEW), version=1)
    assert sign_in(actor_named(key)).get(f"/posts/{post.id}/edit").status_code == 403


@pytest.mark.parametrize(("window", "after", "may"), [
    (EditWindow.HALF_HOUR, {"minutes": 29}, True), (EditWindow.HALF_HOUR, {"minutes": 31}, False),
    (EditWindow.DAY, {"hours": 23}, True), (EditWindow.DAY, {"hours": 25}, False),
    (EditWindow.ALWAYS, {"days": 400}, True),
])  # fmt: skip
def test_the_window_is_the_groups(post, bram, energie, clock, window, after, may):
    """DISC-33"""
    energie.edit_window = window
    db.session.commit()
    clock.forward(**after)
    assert can_edit_post(actor_named("bram"), fresh(post.id)) is may


def test_the_lead_changes_an_own_post_at_any_time(thread, anna, clock):
    """Section 3"""
    clock.forward(days=40)
    edit_post(anna, queries.first_post(thread), written(NEW), version=1)
    assert queries.first_post(thread).body_md == NEW


@pytest.mark.parametrize("key", ["anna", "bram", "carla", "dirk", "otto"])
@pytest.mark.parametrize("hours", [0, 25])
@pytest.mark.parametrize("stop", [None, close, freeze])
def test_the_page_offers_what_the_rule_allows(thread, bram, anna, key, hours, stop, clock):
    """The twin of can_edit_post and can_delete_post, asked of a whole page, says the same of each post."""
    for writer in (bram, anna):
        reply(writer, thread)
    clock.forward(hours=hours)
    if stop:
        stop(thread)
    actor = actor_named(key)
    for post in posts_in(thread.id):
        is_own = post.author_id == actor.id
        for rule, twin in ((can_edit_post, edits_since), (can_delete_post, deletes_since)):
            since = twin(actor, post.thread)
            assert rule(actor, post) == (is_own and since is not None and post.created_at > since)


def test_the_menu_says_at_each_moment_what_one_may(post, bram, anna, sign_in, clock):
    """Rendered posts are kept: the time that passed must still show, and nobody gets what is another's."""
    mine, hers = sign_in(bram), sign_in(anna)
    edit, report = f'/posts/{post.id}/edit"', f"/reports/new?kind=post&amp;id={post.id}"
    assert edit in mine.get(post.thread.link).text
    assert report not in mine.get(post.thread.link).text
    assert edit not in hers.get(post.thread.link).text
    assert report in hers.get(post.thread.link).text
    clock.forward(hours=24, seconds=1)
    assert edit not in mine.get(post.thread.link).text
    assert f'href="/posts/{post.id}"' in mine.get(post.thread.link).text


def test_search_finds_the_new_words_and_no_longer_the_old(post, bram):
    """Section 6"""
    edit_post(bram, post, written("Alleen nog stoom."), version=1)
    db.session.rollback()
    [body] = db.session.scalars(select(Findable.body).where(Findable.kind == "post", Findable.ref_id == post.id))
    assert body == "Alleen nog stoom."


def test_open_pages_hear_which_post_changed(post, bram, monkeypatch):
    """DISC-53: numbers only."""
    told = []
    monkeypatch.setattr("app.discussions.subscribers.broadcast", lambda *message: told.append(message))
    edit_post(bram, post, written(NEW), version=1)
    thread_id = post.thread_id
    assert told == [(f"thread:{thread_id}", "thread:changed", {"thread_id": thread_id, "post_id": post.id})]


def test_the_case_keeps_the_version_that_was_reported(post, bram, dirk, sign_in, clock):
    """MOD-5: and shows the text of now beside it."""
    moderation.file_report(actor_named("otto"), "post", post.id, reason=Reason.COMPETITION)
    edit_post(bram, post, written(NEW), version=1)
    case = db.session.scalars(select(Case)).one()
    page = words_of(sign_in(dirk).get(f"/moderation/{case.id}").text)
    assert "Wij hebben zestig graden over." in page
    assert NEW in page


def test_one_takes_out_every_text_that_one_wrote(post, bram, clock):
    clock.forward(hours=1)
    edit_post(bram, post, written(NEW), version=1)
    kept = take_out_own_data(bram, person_named("bram"))["post_versions"]
    assert [line["text"] for line in kept] == ["Wij hebben zestig graden over.", NEW]
    assert take_out_own_data(actor_named("otto"), person_named("otto"))["post_versions"] == []


def test_a_conflict_is_told_to_the_script_which_then_asks_for_the_page(post, bram, sign_in, clock):
    """DISC-35"""
    edit_post(bram, post, written("Van elders."), version=1)
    data = {"body": NEW, "version": "1"}
    answer = sign_in(bram).post(f"/posts/{post.id}/edit", data=data, headers=AS_SCRIPT)
    assert (answer.status_code, answer.json["is_conflict"]) == (409, True)


def test_too_late_is_said_by_the_service_too(post, bram, clock):
    clock.forward(hours=25)
    with pytest.raises(TooLate):
        edit_post(bram, post, written(NEW), version=1)

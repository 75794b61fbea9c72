"""Who changes, deletes, renames and settles, who reads what was changed, and that no refusal loses what was typed."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import SanctionKind
from app.accounts.service import Measure
from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.errors import Forbidden
from app.core.extensions import db
from app.discussions import queries
from app.discussions.models import Post, Thread
from app.discussions.policy import can_read_thread
from app.discussions.service import (
    NewThread,
    close_thread,
    delete_post,
    edit_post,
    rename_thread,
    restore_post,
    resume_thread,
    set_thread_aside,
    settle_thread,
    take_up_thread,
)
from app.discussions.tasks import erase_what_was_deleted
from app.groups.service import leave_group
from app.notifications.models import Notification
from app.notifications.service import mark_read
from tests.conftest import actor_named, group_called, new_thread, person_named, reply, words_of, written
from tests.discussions.conftest import AS_SCRIPT, drafts_of, text_in_box

OLD, NEW = "Wij hebben zestig graden over.", "Wij hebben vijftig graden over."
OUTCOME = "Wij huren samen één meetset, en Anna bestelt hem."
REASON = "Drie keer reclame gemaakt."
GROUPS = {"energie": "anna", "innovatie": "yvonne", "personeelsmobiliteit": "wietske", "externe-veiligheid": "emma"}
EVERYBODY = ("anna", "bram", "carla", "dirk", "emma", "femke", "gijs", "otto", "wietske", "paul")


@pytest.fixture
def post(thread, bram):
    return reply(bram, thread, OLD)


def fresh(post_id):
    """As it stands in the database at this moment."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Post, post_id)


def silence(key):
    measure = Measure(kind=SanctionKind.SILENCE, days=3, rule=4, reason=REASON)
    accounts.sanction(actor_named("femke"), actor_named(key).id, measure)


def silenced(_post):
    silence("bram")


def archived(_post):
    group_called("energie").archived_at = now()
    db.session.commit()


def closed(post):
    close_thread(actor_named("anna"), post.thread)


def frozen(post):
    post.thread.frozen_at = now()
    db.session.commit()


def hidden(post):
    post.hidden_at = now()
    db.session.commit()


def deleted(post):
    delete_post(actor_named("bram"), post)


def left(_post):
    leave_group(actor_named("bram"), group_called("energie"))


def changed(post):
    edit_post(actor_named("bram"), post, written("Van de telefoon."), version=1)


def expired(clock):
    clock.forward(hours=25)


REFUSALS = [
    (silenced, 403, REASON, True), (archived, 403, "is gearchiveerd", True), (closed, 409, "intussen gesloten", True),
    (frozen, 409, "staat stil", True), (hidden, 409, "intussen verborgen", True),
    (deleted, 409, "is verwijderd", True), (left, 409, "niet meer deel", True),
    (changed, 409, "Er is niets overschreven", False), (expired, 409, "is voorbij", True),
]  # fmt: skip


@pytest.mark.parametrize(("happens", "status", "words", "is_kept"), REFUSALS, ids=lambda each: getattr(
    each, "__name__", None))  # fmt: skip
def test_no_refusal_of_a_change_loses_what_was_typed(post, bram, happens, status, words, is_kept, sign_in, clock):
    """Section 5: the page says why and holds the text, which waits as a draft; a script hears the same sentence."""
    browser = sign_in(bram)
    happens(clock if happens is expired else post)
    before = fresh(post.id).body_md
    answer = browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"})
    assert answer.status_code == status
    assert words in words_of(answer.text)
    assert NEW in answer.text
    assert fresh(post.id).body_md == before
    assert [(draft.place, draft.body) for draft in drafts_of(bram)] == ([(f"post:{post.id}", NEW)] if is_kept else [])
    told = browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"}, headers=AS_SCRIPT)
    assert told.status_code == status
    assert words in told.json["error"]


@pytest.mark.parametrize(("happens", "status"), [
    (silenced, 403), (archived, 403), (closed, 403), (hidden, 403), (left, 403), (expired, 403)])  # fmt: skip
def test_the_page_of_a_change_is_no_page_for_who_can_no_longer_change_it(post, bram, happens, status, sign_in, clock):
    """DISC-33: with a sentence and a way back, and the draft that was kept, to be copied."""
    browser = sign_in(bram)
    happens(clock if happens is expired else post)
    answer = browser.get(f"/posts/{post.id}/edit")
    assert answer.status_code == status
    assert "/threads/" in answer.text
    browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"})
    again = browser.get(f"/posts/{post.id}/edit")
    assert (again.status_code, NEW in again.text) == (409, True)


@pytest.mark.parametrize("body", ["", "   ", "\u200b", "a" * 20_001])
def test_a_text_that_cannot_be_stands_in_the_box_again(post, bram, sign_in, body):
    """Section 5: 422"""
    answer = sign_in(bram).post(f"/posts/{post.id}/edit", data={"body": body, "version": "1"})
    assert answer.status_code == 422
    assert text_in_box(answer.text) == body.strip(" ")
    assert fresh(post.id).body_md == OLD


def test_who_was_signed_out_while_changing_signs_in_and_goes_on(post, bram, visitor):
    """Decision 15: the text and the version travel along."""
    answer = visitor.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"})
    assert answer.status_code == 401
    assert NEW in answer.text
    assert re.search(r'name="[^"]*version" value="1"', answer.text)


@pytest.mark.parametrize(("happens", "words"), [(silenced, REASON), (archived, ""), (frozen, "")])
@pytest.mark.parametrize("form", ["edit", "settle"])
def test_no_refusal_of_a_title_or_an_outcome_loses_what_was_typed(bram, energie, happens, words, form, sign_in):
    """DISC-36, 39: by the starter, who might otherwise."""
    own = new_thread(bram, energie, "Wie heeft een meetset?")
    number, browser = own.id, sign_in(bram)
    happens(queries.first_post(own))
    sent = {"edit": {"title": "Wie heeft er twee?", "kind": "question", "version": "1"}, "settle": {"body": OUTCOME}}
    answer = browser.post(f"/threads/{number}/{form}", data=sent[form])
    assert answer.status_code == 403
    assert words in words_of(answer.text)
    assert (sent[form].get("title") or OUTCOME) in answer.text
    db.session.rollback()
    assert (db.session.get_one(Thread, number).title, db.session.get_one(Thread, number).is_settled) == (
        "Wie heeft een meetset?", False)
    assert browser.get(f"/threads/{number}/{form}").status_code == 403


def test_a_silence_lets_take_back_what_one_said_and_not_bring_it_back(post, bram):
    """MOD-9: what nobody reads any more is no writing; what is there again is."""
    silence("bram")
    delete_post(actor_named("bram"), post)
    assert fresh(post.id).deleted_at
    with pytest.raises(Forbidden):
        restore_post(actor_named("bram"), fresh(post.id))


@pytest.mark.parametrize("act", [delete_post, restore_post])
def test_in_an_archived_group_nothing_goes_and_nothing_comes_back(post, bram, act):
    """GRP-14: it stays as it was."""
    if act is restore_post:
        delete_post(bram, post)
    archived(post)
    with pytest.raises(Forbidden):
        act(actor_named("bram"), fresh(post.id))


def test_who_left_the_group_deletes_nothing_there(post, bram):
    """Section 3: no member"""
    left(post)
    with pytest.raises(Forbidden):
        delete_post(actor_named("bram"), fresh(post.id))


@pytest.mark.parametrize(("hours", "may"), [(23, True), (25, False)])
def test_a_guest_changes_and_deletes_an_own_post_within_the_window(gijs, innovatie, sign_in, clock, hours, may):
    """Section 3: guest of the group"""
    thread = new_thread(actor_named("yvonne"), innovatie, "Proef met folie")
    post = reply(gijs, thread, OLD)
    clock.forward(hours=hours)
    browser = sign_in(gijs)
    assert (f"/posts/{post.id}/edit" in browser.get(thread.link).text) is may
    assert browser.get(f"/posts/{post.id}/edit").status_code == (200 if may else 403)
    answer = browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"})
    assert answer.status_code == (303 if may else 409)
    assert browser.post(f"/posts/{post.id}/delete").status_code == (303 if may else 403)
    assert (fresh(post.id).deleted_at is not None) is may


@pytest.mark.parametrize("slug", ["energie", "personeelsmobiliteit"])
def test_a_coordinator_changes_and_deletes_an_own_post_at_any_time(dirk, slug, sign_in, clock):
    """Section 3: where a coordinator reads, member or not"""
    thread = new_thread(actor_named(GROUPS[slug]), group_called(slug), "Wie doet er mee?")
    post = reply(dirk, thread, OLD)
    clock.forward(days=40)
    browser = sign_in(dirk)
    assert browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"}).status_code == 303
    assert fresh(post.id).body_md == NEW
    assert browser.post(f"/posts/{post.id}/delete").status_code == 303
    assert browser.post(f"/posts/{post.id}/restore").status_code == 303


def test_nobody_but_its_author_is_offered_or_may_do_anything_with_a_post(post, bram, sign_in):
    """Section 3: of others only by hiding"""
    other = reply(bram, post.thread, "Nog een.")
    delete_post(bram, other)
    for key in ("anna", "dirk", "otto", "carla", "femke"):
        browser = sign_in(actor_named(key))
        page = browser.get(fresh(post.id).thread.link).text
        assert not [verb for verb in ("edit", "delete", "restore") for each in (post, other)
                    if f"/posts/{each.id}/{verb}" in page]  # fmt: skip
        sent = {"edit": {"body": NEW, "version": "1"}, "delete": {}}
        for verb, fields in sent.items():
            assert browser.post(f"/posts/{post.id}/{verb}", data=fields).status_code == 403
        assert browser.post(f"/posts/{other.id}/restore").status_code == 403
    assert (fresh(post.id).body_md, fresh(other.id).deleted_at is None) == (OLD, False)


@pytest.mark.parametrize("key", [None, "anna", "carla", "dirk", "femke", "gijs"])
def test_for_outsiders_none_of_it_is_there_in_a_confidential_group(app, emma, secret_thread, key, sign_in, visitor):
    """GRP-4: 404 as for a number that was never given."""
    post_id, thread_id = queries.first_post(secret_thread).id, secret_thread.id
    edit_post(emma, queries.first_post(secret_thread), written(NEW), version=1)
    rename_thread(emma, secret_thread, NewThread(title="Bijna een ongeval"), version=1)
    settle_thread(emma, secret_thread, OUTCOME)
    browser = sign_in(actor_named(key)) if key else visitor
    pages = [f"/{kind}/{{}}/{page}" for kind, names in (("posts", ("edit", "history")), (
        "threads", ("edit", "history", "settle"))) for page in names]  # fmt: skip
    forms = {"/posts/{}/edit": {"body": NEW, "version": "1"}, "/posts/{}/delete": {}, "/posts/{}/restore": {},
             "/threads/{}/edit": {"title": "Een titel", "kind": "notice"}, "/threads/{}/settle": {"body": OUTCOME},
             "/threads/{}/resume": {}, "/threads/{}/take-up": {}, "/threads/{}/set-aside": {}}  # fmt: skip
    for address, sent in [*((page, None) for page in pages), *forms.items()]:
        number = post_id if address.startswith("/posts") else thread_id
        answers = [browser.get(address.format(each)) if sent is None else browser.post(address.format(each), data=sent)
                   for each in (number, 12345)]  # fmt: skip
        there, not_there = ((answer.status_code, words_of(answer.text).replace(str(number), "12345"))
                            for answer in answers)
        if key:
            assert there[0] == 404, address
            assert there == not_there, address
        else:
            assert there[0] == not_there[0] in (303, 401), address


def test_who_left_a_confidential_group_keeps_the_text_of_a_change_and_others_learn_nothing(
    secret_thread, carla, externe_veiligheid, sign_in
):
    """Section 5, GRP-4: it waits for who comes back."""
    paul = actor_named("paul")
    post = reply(paul, secret_thread, OLD)
    number, browser = post.id, sign_in(paul)
    leave_group(paul, externe_veiligheid)
    answer = browser.post(f"/posts/{number}/edit", data={"body": NEW, "version": "1"})
    assert answer.status_code == 404
    assert "niet meer deel" in words_of(answer.text)
    assert NEW in answer.text
    assert [(draft.place, draft.body, draft.base_version) for draft in drafts_of(paul)] == [(f"post:{number}", NEW, 1)]
    other = sign_in(carla)
    there, not_there = (other.post(f"/posts/{each}/edit", data={"body": NEW}) for each in (number, 12345))
    assert there.status_code == not_there.status_code == 404
    assert words_of(there.text) == words_of(not_there.text)
    assert drafts_of(carla) == []
    assert fresh(number).body_md == OLD


@pytest.mark.parametrize("slug", GROUPS)
def test_the_histories_are_read_by_exactly_those_who_read_the_thread(app, slug, sign_in, clock):
    """DISC-34, 36: all readers, and nobody else"""
    lead = actor_named(GROUPS[slug])
    thread = new_thread(lead, group_called(slug), "Eerste titel", OLD)
    first = queries.first_post(thread)
    clock.forward(hours=1)
    edit_post(lead, first, written(NEW), version=1)
    rename_thread(lead, thread, NewThread(title="Tweede titel"), version=1)
    for key in EVERYBODY:
        reads = can_read_thread(actor_named(key), db.session.get_one(Thread, thread.id))
        browser = sign_in(actor_named(key))
        for address, words in ((f"/posts/{first.id}/history", OLD), (f"/threads/{thread.id}/history", "Eerste titel")):
            answer = browser.get(address)
            assert answer.status_code == (200 if reads else 404), (key, address)
            assert (words in answer.text) is reads


def test_the_history_of_a_deleted_post_is_read_by_nobody_until_it_is_back(post, bram, anna, sign_in, clock):
    """DISC-34, 37: its author neither"""
    clock.forward(hours=1)
    edit_post(bram, post, written(NEW), version=1)
    delete_post(bram, fresh(post.id))
    for key in ("anna", "bram", "dirk"):
        browser = sign_in(actor_named(key))
        for asked in ("", "?from=1&to=2"):
            answer = browser.get(f"/posts/{post.id}/history{asked}")
            assert (answer.status_code, OLD in answer.text, NEW in answer.text) == (404, False, False)
        page = browser.get(fresh(post.id).thread.link).text
        assert f"/posts/{post.id}/history" not in page
    restore_post(bram, fresh(post.id))
    assert OLD in sign_in(anna).get(f"/posts/{post.id}/history").text


def test_the_titles_of_a_hidden_thread_are_read_by_nobody(thread, anna, sign_in):
    """MOD-13"""
    rename_thread(anna, thread, NewThread(title="Een andere titel"), version=1)
    thread.hidden_at = now()
    db.session.commit()
    for key in ("anna", "bram", "dirk"):
        assert sign_in(actor_named(key)).get(f"/threads/{thread.id}/history").status_code == 404


def test_every_address_that_a_renamed_thread_ever_had_leads_to_it(thread, anna, bram, sign_in):
    """DISC-36: links in letters and texts go on."""
    old, number, first = thread.link, thread.id, queries.first_post(thread).id
    rename_thread(anna, thread, NewThread(title="Een heel andere titel"), version=1)
    between = db.session.get_one(Thread, number).link
    rename_thread(anna, db.session.get_one(Thread, number), NewThread(title="En nog een"), version=2)
    link, browser = db.session.get_one(Thread, number).link, sign_in(bram)
    for address in (old, between, f"/threads/{number}", f"{old}?page=1"):
        answer = browser.get(address)
        assert (answer.status_code, answer.location.partition("?")[0]) == (302, link)
    assert browser.get(f"{old}?page=1").location == f"{link}?page=1"
    assert browser.get(f"/posts/{first}").location.startswith(f"{link}?page=1#post-")
    assert browser.get(f"{old}?after=0", headers={"HX-Request": "true"}).status_code == 200  # of an open page
    assert browser.get(link).status_code == 200


def audited(since):
    db.session.rollback()
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.number > since).order_by(AuditEntry.number))
    return [(entry.event, entry.actor_id, entry.details) for entry in entries]


def test_all_of_it_stands_in_the_log_once_with_numbers_only(post, thread, anna, bram, clock):
    """Decision 3: ids, never texts; a silent edit too."""
    since = db.session.scalars(select(AuditEntry.number).order_by(AuditEntry.number.desc())).first()
    of_post = {"thread_id": thread.id, "post_id": post.id}
    edit_post(bram, post, written(NEW), version=1)
    for act in (delete_post, restore_post, delete_post):
        act(bram, fresh(post.id))
    rename_thread(anna, thread, NewThread(title="Een andere titel"), version=1)
    take_up_thread(anna, thread)
    set_thread_aside(anna, thread)
    settle_thread(anna, thread, OUTCOME)
    resume_thread(anna, thread)
    clock.forward(days=31)
    erase_what_was_deleted()
    lines = audited(since)
    by_bram = [(name, bram.id, of_post) for name in ("PostEdited", "PostDeleted", "PostRestored", "PostDeleted")]
    assert lines[:4] == by_bram
    assert [(name, who) for name, who, _details in lines[4:9]] == [(name, anna.id) for name in (
        "ThreadRenamed", "ThreadTakenUp", "ThreadSetAside", "ThreadSettled", "ThreadResumed")]  # fmt: skip
    assert lines[9:] == [("PostErased", None, of_post)]
    assert all(isinstance(value, int) for _name, _who, details in lines for value in details.values())


def bell_of(key):
    db.session.rollback()
    found = db.session.scalars(select(Notification).where(Notification.person_id == person_named(key).id))
    return [(line.kind, line.item, line.read_at) for line in found]


def test_changing_renaming_and_settling_ring_for_nobody_anew(post, thread, anna, bram, sign_in, clock):
    """NTF-3, section 6: what rang before rings once, under the title of now."""
    clock.forward(hours=1)
    mark_read(anna)
    before = bell_of("anna"), bell_of("otto")
    [(kind, item, read_at)] = before[0]
    assert (kind, item, read_at is not None) == ("reply", post.id, True)
    edit_post(bram, post, written(NEW), version=1)
    rename_thread(anna, thread, NewThread(title="Een heel andere titel"), version=1)
    settle_thread(anna, thread, OUTCOME)
    assert (bell_of("anna"), bell_of("otto")) == before
    page = words_of(sign_in(anna).get("/notifications?tab=other").text)
    assert "Een heel andere titel" in page
    assert "Restwarmte in Emmen" not in page


def test_who_reads_english_reads_all_of_it_in_english(post, bram, energie, sign_in, clock):
    """Issue A, 5"""
    person = person_named("bram")
    accounts.change_profile(bram, person, name=person.name, phone=None, locale="en", text_size=18)
    own, browser = new_thread(actor_named("bram"), energie, "Wie meet er mee?"), sign_in(actor_named("bram"))
    clock.forward(hours=1)
    page = words_of(browser.get(f"/posts/{post.id}/edit").text)
    assert "Whoever reads the post sees that it was changed" in page
    browser.post(f"/posts/{post.id}/edit", data={"body": NEW, "version": "1"})
    assert "From version 1 to 2" in words_of(browser.get(f"/posts/{post.id}/history").text)
    conflict = browser.post(f"/posts/{post.id}/edit", data={"body": "Iets anders.", "version": "1"})
    assert "Your text and the new text differ" in words_of(conflict.text)
    said = browser.post(f"/posts/{post.id}/delete", follow_redirects=True)
    assert "Your post is deleted. Within 30 days you can bring it back." in words_of(said.text)
    assert "Deleted by the author" in words_of(said.text)
    assert "Change title or kind" in words_of(browser.get(f"/threads/{own.id}/edit").text)
    assert "What did it come to?" in words_of(browser.get(f"/threads/{own.id}/settle").text)
    clock.forward(hours=24)
    late = browser.post(f"/posts/{queries.first_post(own).id}/edit", data={"body": NEW, "version": "1"})
    assert "The time in which you could change this post is over" in words_of(late.text)


def test_what_was_deleted_can_be_brought_back_for_thirty_days_and_no_longer(post, bram, sign_in, clock):
    """DISC-37: the button goes when the time is over."""
    delete_post(bram, post)
    browser = sign_in(bram)
    clock.forward(days=30, seconds=-1)
    assert f"/posts/{post.id}/restore" in browser.get(fresh(post.id).thread.link).text
    clock.forward(seconds=2)
    assert f"/posts/{post.id}/restore" not in browser.get(fresh(post.id).thread.link).text
    assert browser.post(f"/posts/{post.id}/restore").status_code == 403
    assert fresh(post.id).deleted_at < now() - timedelta(days=30)

"""Deleting one's own post, bringing it back, and what is left of it after thirty days."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.errors import Forbidden
from app.core.extensions import db
from app.discussions import queries
from app.discussions.models import Post, PostVersion
from app.discussions.service import close_thread, delete_post, edit_post, hide_post, restore_post, save_draft
from app.discussions.tasks import erase_what_was_deleted
from app.notifications.models import Tab
from app.notifications.queries import unread_count
from app.search.models import Findable
from tests.conftest import actor_named, reply, words_of, written
from tests.discussions.conftest import drafts_of

BODY = "Wij hebben zestig graden over."
PLACEHOLDER = "Verwijderd door de schrijver"


@pytest.fixture
def post(thread, bram):
    return reply(bram, thread, BODY)


def fresh(post_id):
    """As it stands in the database at this moment."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Post, post_id)


def is_found(post_id):
    db.session.rollback()
    there = select(Findable.id).where(Findable.kind == "post", Findable.ref_id == post_id)
    return db.session.scalar(there) is not None


def unread_threads(key, group_id):
    db.session.rollback()
    return queries.unread_threads_by_group(actor_named(key))[group_id]


def test_in_the_place_of_a_deleted_post_stands_who_deleted_it(post, anna, bram, sign_in):
    """DISC-37: to all; its author may bring it back from there, or at once."""
    browser = sign_in(bram)
    answer = browser.post(f"/posts/{post.id}/delete", follow_redirects=True)
    assert "Ongedaan maken" in words_of(answer.text)
    assert f"/posts/{post.id}/restore" in answer.text.split(PLACEHOLDER)[1]
    page = sign_in(anna).get(post.thread.link).text
    assert PLACEHOLDER in page
    assert BODY not in page
    assert "/restore" not in page
    assert browser.post(f"/posts/{post.id}/restore").status_code == 303
    assert BODY in sign_in(anna).get(fresh(post.id).thread.link).text


def test_a_deleted_post_is_neither_found_nor_rung_nor_new_until_it_is_back(post, anna, bram):
    """DISC-37, section 6: as a hidden one; anna started the thread and has nothing else to read."""
    group_id = post.thread.group_id

    def rung(actor):
        return unread_count(actor.id, [post.thread.group.scope], Tab.OTHER)

    def seen():
        return is_found(post.id), rung(anna), unread_threads("anna", group_id)

    assert seen() == (True, 1, 1)
    delete_post(bram, post)
    assert seen() == (False, 0, 0)
    restore_post(actor_named("bram"), fresh(post.id))
    assert seen()[:2] == (True, 1)


def test_deleting_and_restoring_twice_changes_nothing_more(post, bram):
    delete_post(bram, post)
    at = fresh(post.id).deleted_at
    delete_post(bram, fresh(post.id))
    assert fresh(post.id).deleted_at == at
    restore_post(bram, fresh(post.id))
    restore_post(bram, fresh(post.id))
    told = db.session.scalars(select(AuditEntry.event).where(AuditEntry.event.in_(["PostDeleted", "PostRestored"])))
    assert sorted(told) == ["PostDeleted", "PostRestored"]


def test_the_text_is_gone_for_good_after_thirty_days(post, bram, thread, sign_in, clock):
    """DISC-37: with its versions and its draft; place and line stay."""
    clock.forward(hours=1)
    edit_post(bram, post, written("Vijftig graden."), version=1)
    save_draft(bram, f"post:{post.id}", body="Nog een halve zin")
    delete_post(bram, fresh(post.id))
    clock.forward(days=29)
    erase_what_was_deleted()
    assert fresh(post.id).body_md == "Vijftig graden."
    clock.forward(days=2)
    erase_what_was_deleted()
    erase_what_was_deleted()
    gone = fresh(post.id)
    assert (gone.body_md, gone.body_html, gone.position) == ("", "", 2)
    assert db.session.scalars(select(PostVersion.number).where(PostVersion.post_id == post.id)).all() == []
    assert drafts_of(bram) == []
    with pytest.raises(Forbidden):
        restore_post(actor_named("bram"), fresh(post.id))
    page = sign_in(bram).get(thread.link).text
    assert PLACEHOLDER in page
    assert "/restore" not in page


def test_what_was_brought_back_is_not_erased(post, bram, clock):
    delete_post(bram, post)
    restore_post(bram, fresh(post.id))
    clock.forward(days=60)
    erase_what_was_deleted()
    assert fresh(post.id).body_md == BODY


@pytest.mark.parametrize("key", ["anna", "dirk", "otto"])
def test_nobody_deletes_or_restores_the_post_of_another(post, bram, key):
    """Section 3: the lead neither; that is hiding."""
    with pytest.raises(Forbidden):
        delete_post(actor_named(key), post)
    delete_post(bram, fresh(post.id))
    with pytest.raises(Forbidden):
        restore_post(actor_named(key), fresh(post.id))


def test_in_a_frozen_thread_nothing_is_deleted_or_brought_back(thread, post, bram):
    """DISC-37, MOD-24"""
    other = reply(bram, thread, "Nog iets.")
    delete_post(bram, other)
    thread.frozen_at = now()
    db.session.commit()
    for act, post_id in ((delete_post, post.id), (restore_post, other.id)):
        with pytest.raises(Forbidden):
            act(actor_named("bram"), fresh(post_id))


def test_a_closed_thread_lets_its_writers_take_back_what_they_said(thread, post, anna, bram):
    """Closing stops replies; a slip of the tongue need not stay for it."""
    close_thread(anna, thread)
    delete_post(bram, fresh(post.id))
    restore_post(bram, fresh(post.id))
    assert fresh(post.id).is_in_sight


def test_members_delete_within_the_window(post, bram, clock):
    """Section 3: "own, in window"."""
    clock.forward(hours=25)
    with pytest.raises(Forbidden):
        delete_post(bram, post)


def test_what_is_hidden_is_not_deleted_by_its_author_and_unhiding_a_deleted_one_shows_nothing(post, bram, anna, dirk):
    """MOD-13 goes before: the way back is the moderator's; and what the author deleted stays deleted."""
    from app.guard import service as guard
    from app.guard.models import ActsAs

    delete_post(bram, post)
    guard.hide(dirk, "post", post.id, rule=1, role=ActsAs.COORDINATOR)
    with pytest.raises(Forbidden):
        restore_post(actor_named("bram"), fresh(post.id))
    guard.unhide(dirk, "post", post.id)
    assert not is_found(post.id)
    assert fresh(post.id).deleted_at
    restore_post(actor_named("bram"), fresh(post.id))
    hide_post(fresh(post.id))
    db.session.commit()
    with pytest.raises(Forbidden):
        delete_post(actor_named("bram"), fresh(post.id))


def test_a_thread_of_which_every_post_is_deleted_can_still_be_opened(thread, anna, bram, sign_in):
    delete_post(anna, queries.first_post(thread))
    answer = sign_in(bram).get(thread.link)
    assert answer.status_code == 200
    assert PLACEHOLDER in answer.text


def test_open_pages_hear_of_it(post, bram, monkeypatch):
    """DISC-53"""
    told = []
    monkeypatch.setattr("app.discussions.subscribers.broadcast", lambda *message: told.append(message[2]))
    delete_post(bram, post)
    restore_post(bram, fresh(post.id))
    assert told == 2 * [{"thread_id": post.thread_id, "post_id": post.id}]

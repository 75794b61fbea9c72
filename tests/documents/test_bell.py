"""Who hears of a new version, once, and never of what they may no longer read."""

from app.core.extensions import db
from app.core.scopes import scopes_of
from app.documents import service
from app.documents.models import Document
from app.groups.service import leave_group
from app.guard import service as guard
from app.guard.models import ActsAs
from app.notifications import queries
from tests.conftest import actor_named, group_called
from tests.documents.conftest import text, upload

CHANGED = "Er is een nieuwe versie van “Jaarplan”"


def unread(key):
    actor = actor_named(key)
    return queries.unread_count(actor.id, scopes_of(actor))


def edit(actor, page, body, base):
    return service.edit_page(actor, db.session.get_one(Document, page.id), text(body), base_version=base)


def test_a_new_version_rings_for_who_keeps_or_wrote_the_document_and_not_for_who_made_it(sign_in, page, bram, carla):
    """Section 6, DOC-37: Carla only reads it."""
    assert [unread(key) for key in ("anna", "bram", "carla")] == [0, 0, 0]
    edit(bram, page, "Wij delen stoom.", 1)
    assert [unread(key) for key in ("anna", "bram", "carla")] == [1, 0, 0]
    assert CHANGED in sign_in(actor_named("anna")).get("/notifications").text
    edit(actor_named("anna"), page, "Wij delen koude.", 2)
    assert [unread(key) for key in ("anna", "bram", "carla")] == [1, 1, 0]


def test_a_new_version_of_a_file_rings_too(file, bram):
    """Section 6, DOC-11"""
    service.add_file_version(bram, file, upload(body=b"Woensdag"), base_version=1)
    assert unread("anna") == 1


def test_however_often_it_changes_there_is_one_line_and_reading_the_document_silences_it(sign_in, page, bram, anna):
    """Section 6: one notice for a document; opening an older version is no reading of the new one."""
    for number in (1, 2, 3):
        edit(bram, page, f"Versie {number}", number)
    assert unread("anna") == 1
    browser = sign_in(anna)
    browser.get(f"{page.link}?version=1")
    assert unread("anna") == 1
    browser.get(page.link)
    assert unread("anna") == 0
    edit(bram, page, "Nog een", 4)
    assert unread("anna") == 1


def test_who_may_not_read_it_any_more_hears_nothing(emma, externe_veiligheid):
    """DOC-4, trust 3"""
    bert = actor_named("bert")
    made = service.add_page(emma, externe_veiligheid, None, "Jaarplan", text("Een."))
    edit(bert, made, "Twee.", 1)
    leave_group(bert, group_called("externe-veiligheid"))
    edit(actor_named("emma"), made, "Drie.", 2)
    assert unread("bert") == 0


def test_what_is_thrown_away_or_hidden_rings_no_more_until_it_is_back(page, anna, bram, dirk):
    """DOC-53: out of sight at once."""
    edit(bram, page, "Wij delen stoom.", 1)
    service.trash_document(anna, db.session.get_one(Document, page.id))
    assert unread("anna") == 0
    service.restore_document(anna, db.session.get_one(Document, page.id))
    assert unread("anna") == 1
    guard.hide(dirk, "document", page.id, rule=5, role=ActsAs.COORDINATOR)
    assert unread("anna") == 0
    guard.unhide(dirk, "document", page.id)
    assert unread("anna") == 1

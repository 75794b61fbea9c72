"""Who hears of a new version, once, and never of what they may no longer read."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from app.accounts.models import Tie
from app.accounts.service import end_tie
from app.core.errors import Forbidden
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.documents import service
from app.documents.models import Document
from app.groups.queries import leads_of
from app.groups.service import leave_group
from app.guard import service as guard
from app.guard.models import ActsAs
from app.notifications import queries
from app.notifications.models import Notification, Tab
from tests.conftest import actor_named, group_called
from tests.documents.conftest import text, upload

CHANGED = "Er is een nieuwe versie van “Jaarplan”"


def words_of(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def unread(key):
    actor = actor_named(key)
    return sum(queries.unread_count(actor.id, scopes_of(actor), tab) for tab in Tab)


def edit(actor, page, body, base):
    return service.edit_page(actor, db.session.get_one(Document, page.id), text(body), base_version=base)


def test_a_new_version_rings_for_who_keeps_or_wrote_the_document_and_not_for_who_made_it(sign_in, page, bram, carla):
    """Section 6, DOC-37: Carla only reads it."""
    assert [unread(key) for key in ("anna", "bram", "carla")] == [0, 0, 0]
    edit(bram, page, "Wij delen stoom.", 1)
    assert [unread(key) for key in ("anna", "bram", "carla")] == [1, 0, 0]
    assert CHANGED in sign_in(actor_named("anna")).get("/notifications?tab=other").text
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


def ending(key):
    end_tie(actor_named("dirk"), db.session.get_one(Tie, actor_named(key).tie_id))


def leaving(key):
    leave_group(actor_named(key), group_called("energie"))


@pytest.mark.parametrize("go", [ending, leaving])
def test_the_lead_hears_that_a_document_needs_a_new_keeper(go, sign_in, bram, energie):
    """DOC-1: when the keeper's tie ends, and when they leave the group; what is in the trash needs none."""
    made = service.add_page(bram, energie, None, "Jaarplan", text("Van Bram."))
    gone = service.add_page(bram, energie, None, "Weg", text("Weg."))
    service.trash_document(bram, gone)
    go("bram")
    assert [unread(key) for key in ("anna", "carla")] == [1, 0]
    page = sign_in(actor_named("anna")).get("/notifications").text
    assert "“Jaarplan” heeft een nieuwe verantwoordelijke nodig" in page
    assert f'href="/documents/{made.id}/settings"' in page


def test_where_no_lead_is_left_the_coordinator_hears_that_a_document_needs_a_new_keeper(sign_in, page):
    """DOC-1: the keeper who left led the group, alone."""
    ending("henk")  # the deputy
    ending("anna")
    told = select(func.count()).select_from(Notification).where(Notification.person_id == actor_named("dirk").id)
    assert db.session.scalar(told.where(Notification.kind == "document_keeper")) == 1
    assert db.session.scalar(told.where(Notification.kind != "company_without_contact")) == 1
    browser = sign_in(actor_named("dirk"))
    assert "“Jaarplan” heeft een nieuwe verantwoordelijke nodig" in browser.get("/notifications").text
    assert 'name="keeper"' in settings_of(browser, page)


def test_of_a_confidential_group_the_coordinator_hears_nothing(emma, externe_veiligheid):
    """DOC-1, GRP-5"""
    service.add_page(emma, externe_veiligheid, None, "Geheim plan", text("Geheim."))
    ending("paul")  # the deputy
    ending("emma")
    assert leads_of(externe_veiligheid.id) == []
    told = select(func.count()).select_from(Notification).where(Notification.kind == "document_keeper")
    assert db.session.scalar(told.where(Notification.person_id == actor_named("dirk").id)) == 0


def test_who_manages_a_document_gives_it_another_keeper_and_the_bell_is_still(sign_in, anna, bram, page, energie):
    """DOC-1: named on its page; asked no more once there is one, also after it came back from the trash."""
    made = service.add_page(bram, energie, None, "Van Bram", text("Van Bram."))
    leaving("bram")
    browser = sign_in(anna)
    assert "Bram Boelens · Vezelwerk Emmen doet niet mee in deze werkgroep" in settings_of(browser, made)
    assert choose(browser, made, anna.tie_id).status_code == 303
    assert "Verantwoordelijke: Anna" in words_of(browser.get(made.link).text)
    assert unread("anna") == 0
    service.trash_document(anna, db.session.get_one(Document, made.id))
    service.restore_document(anna, db.session.get_one(Document, made.id))
    assert unread("anna") == 0


def test_only_members_of_the_group_keep_its_documents_and_only_managers_choose_them(sign_in, anna, bram, page, dirk):
    """DOC-1: who writes in it may change its title, and reads no question about the keeper."""
    answer = choose(sign_in(anna), page, actor_named("carla").tie_id)
    assert answer.status_code == 422
    browser = sign_in(bram)
    assert 'name="keeper"' not in settings_of(browser, page)
    assert choose(browser, page, bram.tie_id).status_code == 303
    assert db.session.get_one(Document, page.id).keeper_id == anna.tie_id
    with pytest.raises(Forbidden):
        service.choose_keeper(bram, db.session.get_one(Document, page.id), bram.tie_id)


def settings_of(browser, made):
    return browser.get(f"/documents/{made.id}/settings").text


def choose(browser, made, tie_id):
    return browser.post(f"/documents/{made.id}/settings", data={
        "title": made.title, "folder": "0", "label": "group", "keeper": str(tie_id)})  # fmt: skip

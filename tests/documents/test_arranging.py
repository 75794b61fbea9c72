"""Folders, titles, labels, the trash."""

import re

import pytest
from sqlalchemy import select

from app.core.clock import StoppedClock
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.documents import service
from app.documents.models import Document, DocumentVersion, Folder, Label
from app.groups.models import EditWindow, Theme, Visibility
from app.groups.service import GroupSettings, edit_group
from tests.conftest import actor_named, group_called
from tests.documents.conftest import text, upload


def names(group, parent_id=None):
    return db.session.scalars(
        select(Folder.name).where(Folder.group_id == group.id, Folder.parent_id == parent_id).order_by(Folder.position)
    ).all()


def test_folders_are_made_renamed_and_put_in_order_by_plain_forms(sign_in, bram, energie):
    """DOC-2"""
    browser = sign_in(bram)
    for name in ("Notulen", "Plannen", "Tekeningen"):
        assert browser.post("/groups/energie/folders", data={"name": name, "parent": "0"}).status_code == 303
    last = db.session.scalars(select(Folder).where(Folder.name == "Tekeningen")).one().id
    answer = browser.post(f"/folders/{last}", data={"name": "Schema's", "parent": "0", "position": "1"})
    assert answer.status_code == 303
    assert names(energie) == ["Schema's", "Notulen", "Plannen"]


def test_a_name_is_given_once_in_a_folder_whatever_its_capitals(sign_in, bram, anna, energie):
    service.add_folder(anna, energie, None, "Notulen")
    answer = sign_in(bram).post("/groups/energie/folders", data={"name": "NOTULEN", "parent": "0"})
    assert answer.status_code == 409
    assert 'value="NOTULEN"' in answer.text
    assert "Er is hier al een map met deze naam." in answer.text


def test_folders_go_five_deep_and_never_within_themselves(anna, energie):
    folder, path = None, []
    for number in range(5):
        folder = service.add_folder(anna, group_called("energie"), folder, f"Laag {number}")
        path.append(folder)
    with pytest.raises(Conflict, match="niet dieper dan 5"):
        service.add_folder(anna, energie, folder, "Laag 5")
    with pytest.raises(Conflict, match="niet in zichzelf"):
        service.change_folder(anna, path[0], name="Laag 0", parent=path[3], position=1)


def test_only_an_empty_folder_goes(sign_in, anna, energie):
    folder = service.add_folder(anna, energie, None, "Notulen")
    page = service.add_page(anna, group_called("energie"), folder, "Mei", text("Aanwezig."))
    assert sign_in(anna).post(f"/folders/{folder.id}/remove").status_code == 409
    service.trash_document(anna, page)
    assert sign_in(anna).post(f"/folders/{folder.id}/remove").status_code == 303
    service.restore_document(anna, db.session.get_one(Document, page.id))
    assert db.session.get_one(Document, page.id).folder_id is None


def test_a_document_moves_and_its_old_address_still_leads_to_it(sign_in, bram, anna, page, energie):
    """DOC-2"""
    folder, old = service.add_folder(anna, energie, None, "Plannen"), page.link
    answer = sign_in(bram).post(f"/documents/{page.id}/settings", data={
        "title": "Jaarplan 2027", "folder": str(folder.id), "label": "group"})  # fmt: skip
    assert answer.status_code == 303
    assert sign_in(bram).get(old).location == answer.location
    assert "Jaarplan 2027" in sign_in(bram).get(f"/groups/energie/documents?folder={folder.id}").text
    assert "Jaarplan" not in sign_in(bram).get("/groups/energie/documents").text


def test_the_whole_tree_of_folders_stands_beside_the_list_in_no_more_statements(
        sign_in, anna, energie, count_statements):  # fmt: skip
    """Section 4: on a phone it is a path."""
    browser = sign_in(anna)
    top = service.add_folder(anna, energie, None, "Plannen")
    browser.get("/groups/energie/documents")
    with count_statements() as few:
        browser.get("/groups/energie/documents")
    within = service.add_folder(anna, group_called("energie"), top, "Warmte")
    service.add_folder(anna, group_called("energie"), within, "Restwarmte")
    service.add_folder(anna, group_called("energie"), None, "Notulen")
    with count_statements() as many:
        page = browser.get("/groups/energie/documents").text
    tree = page.partition('class="folder-tree"')[2].partition("</nav>")[0]
    assert re.findall("<span>([^<]+)</span>", tree) == ["Plannen", "Warmte", "Restwarmte", "Notulen"]
    assert len(many) == len(few)
    shown = browser.get(f"/groups/energie/documents?folder={within.id}").text
    assert f'?folder={within.id}" aria-current="page"' in shown.partition('class="folder-tree"')[2]


def listed(browser, folder=""):
    page = browser.get(f"/groups/energie/documents?folder={folder}").text
    return re.findall(r'<li id="document-\d+">.*?<a href="/documents/[^"]+">([^<]+)</a>', page)


def test_documents_are_put_in_order_by_plain_buttons_and_by_title_until_someone_does(sign_in, bram, carla, energie):
    """DOC-2"""
    made = {title: service.add_page(bram, group_called("energie"), None, title, text("Tekst")).id
            for title in ("Cijfers", "Agenda", "begroting")}  # fmt: skip
    browser = sign_in(bram)
    assert listed(browser) == ["Agenda", "begroting", "Cijfers"]
    page = browser.get("/groups/energie/documents?order=1").text
    assert page.count('value="up"') == page.count('value="down"') == 2
    assert 'value="up"' not in sign_in(carla).get("/groups/energie/documents?order=1").text
    answer = browser.post(f"/documents/{made['Cijfers']}/move", data={"direction": "up"})
    assert (answer.status_code, answer.location) == (
        303, f"/groups/energie/documents?order=1#document-{made['Cijfers']}")  # fmt: skip
    assert listed(browser) == ["Agenda", "Cijfers", "begroting"]
    for _time in range(3):  # the last goes no lower
        assert browser.post(f"/documents/{made['Agenda']}/move", data={"direction": "down"}).status_code == 303
    assert listed(browser) == ["Cijfers", "begroting", "Agenda"]
    assert browser.post(f"/documents/{made['Agenda']}/move", data={"direction": "aside"}).status_code == 404


def test_what_comes_into_a_folder_that_was_put_in_order_stands_at_its_end(sign_in, anna, energie):
    """DOC-2: new, or from another folder."""
    number = service.add_folder(anna, energie, None, "Plannen").id

    def add(title):
        return service.add_page(anna, group_called("energie"), db.session.get(Folder, number), title, text("Tekst"))

    add("Cijfers")
    service.move_document(anna, add("Agenda"), steps=1)
    add("Aanhef")
    other = service.add_page(anna, group_called("energie"), None, "Aanbod", text("Tekst"))
    service.change_document(anna, other, title="Aanbod", folder=db.session.get_one(Folder, number))
    assert listed(sign_in(anna), number) == ["Cijfers", "Agenda", "Aanhef", "Aanbod"]


@pytest.mark.parametrize(("other", "is_said"), [("JAARPLAN ÉÉN", True), ("Jaarplan een", False)])
def test_a_title_that_is_taken_in_the_folder_is_allowed_and_said_whatever_its_capitals(
        other, is_said, sign_in, anna, energie):  # fmt: skip
    """Section 5: on both databases."""
    page = service.add_page(anna, energie, None, "Jaarplan één", text("Tekst"))
    service.add_page(anna, group_called("energie"), None, other, text("Tekst"))
    words = "Er is al een document met deze naam in deze map."
    assert (words in sign_in(anna).get(page.link).text) == is_said


def test_a_folder_of_another_group_takes_nothing(sign_in, bram, page, innovatie):
    folder = service.add_folder(actor_named("yvonne"), innovatie, None, "Elders")
    for address, data in ((f"/documents/{page.id}/settings", {"title": "Plan", "label": "group"}),
                          ("/groups/energie/pages", {"title": "Plan", "body": "Tekst"})):  # fmt: skip
        answer = sign_in(bram).post(address, data={**data, "folder": str(folder.id)})
        assert answer.status_code in (404, 422)
    assert sign_in(bram).get(f"/groups/energie/documents?folder={folder.id}").status_code == 404


def test_a_wider_label_lets_all_staff_of_members_read_and_nobody_else(sign_in, dirk, femke, gijs, visitor):
    """DOC-4: in a group on request, which they do not read."""
    wietske = actor_named("wietske")
    page = service.add_page(wietske, group_called("personeelsmobiliteit"), None, "Werving", text("Samen werven."))
    assert sign_in(femke).get(page.link).status_code == 404
    service.label_document(wietske, page, Label.MEMBERS)
    page = db.session.get_one(Document, page.id)
    assert "Samen werven." in sign_in(femke).get(page.link).text
    assert sign_in(femke).get(f"/documents/{page.id}/history").status_code == 200
    assert sign_in(femke).get(f"/documents/{page.id}/edit").status_code == 403
    assert sign_in(gijs).get(page.link).status_code == 404
    assert visitor.get(page.link).status_code == 303
    service.label_document(wietske, page, Label.GROUP)
    assert sign_in(femke).get(db.session.get_one(Document, page.id).link).status_code == 404


def test_only_who_manages_a_document_makes_its_label_wider(bram, anna, page):
    """DOC-5; stricter is for everyone who writes in it."""
    with pytest.raises(Forbidden):
        service.label_document(bram, page, Label.MEMBERS)
    service.label_document(anna, page, Label.MEMBERS)
    service.label_document(bram, page, Label.GROUP)
    assert db.session.get_one(Document, page.id).label is Label.GROUP


def test_in_a_confidential_group_no_label_is_wider(sign_in, emma, externe_veiligheid):
    """DOC-6"""
    page = service.add_page(emma, externe_veiligheid, None, "Plan", text("Geheim."))
    with pytest.raises(Conflict):
        service.label_document(emma, page, Label.MEMBERS)
    assert 'value="members"' not in sign_in(emma).get(f"/documents/{page.id}/settings").text
    answer = sign_in(emma).post(f"/documents/{page.id}/settings", data={
        "title": "Plan", "folder": "0", "label": "members"})  # fmt: skip
    assert answer.status_code == 409
    assert "In een besloten werkgroep lezen alleen de leden de documenten." in answer.text


def test_a_group_that_becomes_confidential_narrows_its_labels_at_once(sign_in, anna, carla, page, energie):
    """DOC-6, DOC-5"""
    service.label_document(anna, page, Label.MEMBERS)
    settings = GroupSettings(purpose="Samen energie besparen in Drenthe.", theme=Theme.ENERGY,
                             visibility=Visibility.CONFIDENTIAL, edit_window=EditWindow.DAY)  # fmt: skip
    edit_group(anna, group_called("energie"), settings, version=1)
    assert db.session.get_one(Document, page.id).label is Label.GROUP
    assert sign_in(carla).get(f"/documents/{page.id}").status_code == 404


def test_what_is_thrown_away_is_out_of_sight_at_once_and_can_be_had_back(sign_in, anna, bram, page):
    """DOC-53: with the day on which it goes."""
    browser = sign_in(anna)
    assert browser.post(f"/documents/{page.id}/trash").status_code == 303
    for address in (page.link, f"/documents/{page.id}/history", f"/documents/{page.id}/edit"):
        assert browser.get(address).status_code == 404
    assert "Jaarplan" not in browser.get("/groups/energie/documents").text.replace("Het document", "")
    trash = browser.get("/groups/energie/documents/trash").text
    assert "Jaarplan" in trash
    assert "Voorgoed weg op" in trash
    assert "Jaarplan" not in sign_in(bram).get("/groups/energie/documents/trash").text
    assert sign_in(bram).post(f"/documents/{page.id}/restore").status_code == 404
    assert browser.post(f"/documents/{page.id}/restore").status_code == 303
    assert browser.get(page.link).status_code == 200


def test_after_thirty_days_it_is_gone_for_good(anna, page, energie):
    """DOC-53, section 7.13: by the clock."""
    kept = service.add_files(anna, group_called("energie"), None, [upload()])[0].id
    with StoppedClock() as clock:
        service.trash_document(anna, db.session.get_one(Document, page.id))
        clock.forward(days=29, hours=23)
        assert service.purge_old_trash() == 0
        clock.forward(hours=2)
        assert service.purge_old_trash() == 1
    assert [each.id for each in db.session.scalars(select(Document))] == [kept]
    assert {each.document_id for each in db.session.scalars(select(DocumentVersion))} == {kept}


def test_a_list_takes_as_many_statements_with_many_documents(sign_in, anna, energie, count_statements):
    """performance: however long the list."""
    browser, counts = sign_in(anna), []
    for start in (0, 5):
        for number in range(start, start + 5):
            service.add_page(anna, group_called("energie"), None, f"Plan {number}", text("Tekst"))
        browser.get("/groups/energie/documents")
        with count_statements() as seen:
            browser.get("/groups/energie/documents")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8

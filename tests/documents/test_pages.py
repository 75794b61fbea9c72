"""Pages: written by a plain form, never written over, with their whole history."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from app.core.extensions import db
from app.documents import service
from app.documents.models import Document, DocumentVersion
from app.documents.service import VersionConflict
from tests.conftest import actor_named, together
from tests.documents.conftest import text, upload


def save(browser, page, body, base, **more):
    return browser.post(f"/documents/{page.id}/edit", data={"body": body, "base_version": str(base), **more})


def bodies(page):
    return db.session.scalars(
        select(DocumentVersion.body_md).where(DocumentVersion.document_id == page.id).order_by(DocumentVersion.number)
    ).all()


def test_a_member_writes_a_page_and_everyone_who_reads_the_group_reads_it(sign_in, bram, carla):
    """DOC-35, DOC-4: rendered as a post is."""
    answer = sign_in(bram).post("/groups/energie/pages", data={
        "title": "Jaarplan", "body": "# Plan\n\n**Vet** <script>alert(1)</script>", "folder": "0"})  # fmt: skip
    assert answer.status_code == 303
    page = sign_in(carla).get(answer.location).text
    assert "<strong>Vet</strong>" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(("fields", "says"), [
    ({"title": "", "body": "Tekst"}, "Schrijf hier nog iets."), ({"title": "a" * 151, "body": "Tekst"}, "te lang"),
])  # fmt: skip
def test_a_page_that_is_refused_comes_back_with_all_that_was_typed(fields, says, sign_in, bram):
    answer = sign_in(bram).post("/groups/energie/pages", data={**fields, "folder": "0"})
    assert answer.status_code == 422
    assert "data-unsaved" in answer.text
    assert "Tekst</textarea>" in answer.text
    assert says in answer.text


def test_a_text_over_the_limit_says_how_many_characters_must_go(sign_in, anna, page):
    """Section 5"""
    answer = sign_in(anna).post(f"/documents/{page.id}/edit", content_type="multipart/form-data",
                                data={"body": "é" * 400_001, "base_version": "1"})  # fmt: skip
    assert answer.status_code == 422
    assert "data-unsaved" in answer.text
    assert "1 teken te lang" in answer.text
    assert bodies(page) == ["Wij delen restwarmte."]


def test_a_form_edits_the_page_and_keeps_the_version_before(sign_in, bram, page):
    """DOC-32, DOC-37, DOC-39"""
    answer = save(sign_in(bram), page, "Wij delen stoom.", 1, remark="Stoom erbij", name="Voor de vergadering")
    assert (answer.status_code, answer.location) == (303, page.link)
    assert bodies(page) == ["Wij delen restwarmte.", "Wij delen stoom."]
    history = sign_in(bram).get(f"/documents/{page.id}/history").text
    for words in ("Stoom erbij", "Voor de vergadering", "Bram Boelens", "Vezelwerk Emmen", "16 tekens", "21 tekens"):
        assert words in history
    old = sign_in(bram).get(f"{page.link}?version=1").text
    assert "Wij delen restwarmte." in old
    assert "U leest een oudere versie." in old


def test_of_two_plain_forms_the_second_gets_both_texts_and_goes_on(sign_in, anna, bram, page):
    """DOC-33, section 7.1: 409 with both texts as text, what differs, and the own text in a form."""
    assert save(sign_in(anna), page, "Wij delen <b>stoom</b>.", 1).status_code == 303
    answer = save(sign_in(bram), page, "Wij delen koude.", 1, remark="Koude")
    assert answer.status_code == 409
    assert "data-unsaved" in answer.text
    assert "Uw tekst en de nieuwe tekst verschillen" in answer.text
    assert "Wij delen &lt;b&gt;stoom&lt;/b&gt;.</textarea>" in answer.text
    assert "Wij delen koude.</textarea>" in answer.text
    assert "toegevoegd: </span>koude" in answer.text
    assert 'name="base_version" value="2"' in answer.text
    assert 'value="Koude"' in answer.text
    assert save(sign_in(bram), page, "Wij delen koude.", 2).status_code == 303
    assert bodies(page) == ["Wij delen restwarmte.", "Wij delen <b>stoom</b>.", "Wij delen koude."]


def test_two_who_save_at_one_moment_lose_nothing(app, page):
    """DOC-33"""
    number = page.id

    def edit(key):
        return service.edit_page(actor_named(key), db.session.get_one(Document, number), text(key), base_version=1)

    results = together(app, lambda: edit("anna"), lambda: edit("bram"))
    assert [type(each) for each in results].count(VersionConflict) == 1
    assert len(bodies(page)) == 2


def test_the_same_text_sent_twice_is_one_version(sign_in, anna, page):
    for _time in range(2):
        assert save(sign_in(anna), page, "Wij delen stoom.", 1).status_code == 303
    assert bodies(page) == ["Wij delen restwarmte.", "Wij delen stoom."]


def test_a_form_that_arrived_without_its_text_does_not_empty_the_page(sign_in, anna, page):
    answer = sign_in(anna).post(f"/documents/{page.id}/edit", data={"base_version": "1"})
    assert answer.status_code == 422
    assert "De tekst is niet aangekomen." in answer.text
    assert bodies(page) == ["Wij delen restwarmte."]


def test_without_javascript_the_preview_shows_the_text_and_saves_nothing(sign_in, anna, page):
    """DOC-35"""
    browser = sign_in(anna)
    assert "data-unsaved" not in browser.get(f"/documents/{page.id}/edit").text
    answer = save(browser, page, "**Stoom**", 1, preview="1")
    assert answer.status_code == 200
    assert "data-unsaved" in answer.text
    assert "<strong>Stoom</strong>" in answer.text
    assert "**Stoom**</textarea>" in answer.text
    assert bodies(page) == ["Wij delen restwarmte."]


def test_without_javascript_a_new_page_has_a_preview_too_and_makes_nothing(sign_in, anna):
    """DOC-35, section 4: a text area, "Opslaan", "Voorbeeld"."""
    browser = sign_in(anna)
    assert 'name="preview"' in browser.get("/groups/energie/pages/new").text
    answer = browser.post("/groups/energie/pages", data={
        "title": "Stoomplan", "body": "**Stoom**", "folder": "0", "preview": "1"})  # fmt: skip
    assert answer.status_code == 200
    for words in ("<strong>Stoom</strong>", "**Stoom**</textarea>", 'value="Stoomplan"', "data-unsaved"):
        assert words in answer.text
    assert db.session.scalars(select(Document)).all() == []


def test_any_two_versions_are_compared_word_by_word_with_words_for_it(sign_in, anna, page):
    """DOC-38"""
    service.edit_page(anna, page, text("Wij delen stoom."), base_version=1)
    service.edit_page(anna, page, text("Wij delen stoom en koude."), base_version=2)
    for address in ("history?from=1&to=3", "history?from=3&to=1"):
        compared = sign_in(anna).get(f"/documents/{page.id}/{address}").text
        assert "verwijderd: </span>restwarmte" in compared
        assert "toegevoegd: </span>stoom en koude" in compared
    assert "Kies twee verschillende versies." in sign_in(anna).get(f"/documents/{page.id}/history?from=2&to=2").text
    assert sign_in(anna).get(f"/documents/{page.id}/history?from=1&to=9").status_code == 404


def test_restoring_asks_first_and_makes_a_new_version(sign_in, bram, anna, page):
    """DOC-39"""
    service.edit_page(anna, page, text("Wij delen stoom."), base_version=1)
    browser = sign_in(bram)
    assert "Versie 1 herstellen?" in browser.get(f"/documents/{page.id}/versions/1/restore").text
    assert browser.post(f"/documents/{page.id}/versions/1/restore").status_code == 303
    assert bodies(page) == ["Wij delen restwarmte.", "Wij delen stoom.", "Wij delen restwarmte."]
    assert "Versie 1 hersteld" in browser.get(f"/documents/{page.id}/history").text


def test_a_text_survives_the_end_of_the_session(sign_in, visitor, anna, page):
    """Section 5, decisions 15"""
    answer = save(visitor, page, "Lang aan gewerkt.", 1)
    assert answer.status_code == 401
    assert "Lang aan gewerkt." in answer.text


def png_file(actor, group, title="Schema (warmte) [1]"):
    made = io.BytesIO()
    Image.new("RGB", (30, 20), "green").save(made, "PNG")
    return service.add_files(actor, group, None, [upload(f"{title}.png", made.getvalue())])[0]


def test_a_picture_of_the_group_stands_in_the_text_and_a_foreign_one_is_a_link(sign_in, anna, carla, energie):
    """DOC-35, decisions 33: ![…](/documents/<id>/file), and no other source."""
    picture = png_file(anna, energie)
    browser = sign_in(anna)
    form = browser.get("/groups/energie/pages/new").text
    words = f"![Schema (warmte) (1)](/documents/{picture.id}/file)"
    assert f'data-insert="{words}"' in form
    assert words in browser.get(picture.link).text
    body = (f"# Plan\n\n{words}\n\n![elders](https://elders.example/a.png)\n\n![om](/documents/../logout)"
            f"\n\n![naar](/documents/{picture.id}/file?x=1)")  # fmt: skip
    answer = browser.post("/groups/energie/pages", data={"title": "Plan", "body": body, "folder": "0"})
    page = sign_in(carla).get(answer.location).text.partition('class="prose"')[2].partition("</main>")[0]
    assert page.count("<img") == 1
    assert f'src="/documents/{picture.id}/file?inline"' in page
    assert 'alt="Schema (warmte) (1)"' in page
    assert 'href="https://elders.example/a.png"' in page
    shown = sign_in(carla).get(f"/documents/{picture.id}/file?inline")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")


def test_a_picture_in_a_page_asks_the_right_of_each_reader(sign_in, anna, emma, carla, energie, externe_veiligheid):
    """DOC-16: a picture of a confidential group in an open page is nothing to an outsider, and no title either."""
    picture = png_file(emma, externe_veiligheid, "Geheim schema")
    body = text("Wij delen restwarmte.")._replace(body_md=f"![](/documents/{picture.id}/file)")
    page = service.add_page(anna, energie, None, "Plan", body)
    assert sign_in(carla).get(page.link).status_code == 200
    assert sign_in(carla).get(f"/documents/{picture.id}/file?inline").status_code == 404
    assert "Geheim schema" not in sign_in(anna).get(f"/documents/{page.id}/edit").text
    assert "Geheim schema" in sign_in(emma).get("/groups/externe-veiligheid/pages/new").text


def test_the_list_says_in_which_state_a_document_is(sign_in, anna, page):
    """Section 4: title, kind, state, label, last change."""
    assert 'class="tag">concept<' in sign_in(anna).get("/groups/energie/documents").text
    page.state = "adopted"
    db.session.commit()
    assert "vastgesteld</span>" in sign_in(anna).get("/groups/energie/documents").text

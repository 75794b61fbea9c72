"""A public document, once it is adopted: nothing can be adopted yet, so its rows are laid by hand."""

import pytest

from app.core.extensions import db
from app.documents import service
from app.documents.models import Document, DocumentState, DocumentVersion, Label
from tests.conftest import actor_named, group_called
from tests.documents.conftest import text, upload


@pytest.fixture
def lay():
    """With this state and adopted version, of a group whose documents are for its members only."""

    def laid(state=DocumentState.ADOPTED, adopted=1, *, is_file=False):
        wietske, group = actor_named("wietske"), group_called("personeelsmobiliteit")
        if is_file:
            [made] = service.add_files(wietske, group, None, [upload("statuut.txt", b"Het statuut")])
        else:
            made = service.add_page(wietske, group, None, "Statuut", text("Artikel een."))
        made.label, made.state, made.adopted_number = Label.PUBLIC, state, adopted
        db.session.commit()
        return made

    return laid


def test_an_adopted_public_page_is_read_without_signing_in_and_names_nobody(lay, visitor, sign_in, gijs):
    """DOC-16, decisions 36"""
    made = lay()
    answer = visitor.get(made.link)
    assert answer.status_code == 200
    assert "Artikel een." in answer.text
    assert "Wietske" not in answer.text
    assert "Artikel een." in sign_in(gijs).get(made.link).text
    assert visitor.get(f"/documents/{made.id}").location == made.link


def test_the_bytes_of_an_adopted_public_file_answer_a_visitor(lay, visitor):
    """DOC-16"""
    made = lay(is_file=True)
    version = db.session.query(DocumentVersion).filter_by(document_id=made.id).one().id
    assert "statuut.txt" in visitor.get(made.link).text
    for address in (f"/documents/{made.id}/file", f"/versions/{version}/file"):
        answer = visitor.get(address)
        assert (answer.status_code, answer.data) == (200, b"Het statuut")
        assert answer.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(("state", "adopted"), [
    (DocumentState.DRAFT, None), (DocumentState.IN_REVIEW, None), (DocumentState.LAPSED, 1)])  # fmt: skip
def test_before_it_is_adopted_and_once_it_has_lapsed_only_the_group_reads_it(
        state, adopted, lay, visitor, sign_in, femke, gijs):  # fmt: skip
    """DOC-16: before that as `group`; a visitor is asked to sign in, as on every page."""
    for made in (lay(state, adopted), lay(state, adopted, is_file=True)):
        for address in (made.link, f"/documents/{made.id}/file"):
            if made.is_page and address.endswith("/file"):
                continue
            assert visitor.get(address).location.startswith("/login")
            assert sign_in(gijs).get(address).status_code == 404
            assert sign_in(femke).get(address).status_code == 404
            assert sign_in(actor_named("wietske")).get(address).status_code == 200


def test_of_a_public_document_with_a_newer_draft_outsiders_read_the_adopted_version_only(
        lay, visitor, sign_in, femke):  # fmt: skip
    """DOC-41, DOC-16"""
    made = lay()
    wietske = actor_named("wietske")
    service.edit_page(wietske, made, text("Artikel twee, nog niet."), base_version=1)
    made = db.session.get_one(Document, made.id)
    assert (made.state, made.last_number) == (DocumentState.DRAFT, 2)
    for reader in (visitor, sign_in(femke)):
        page = reader.get(made.link).text
        assert "Artikel een." in page
        assert "nog niet" not in page
    assert visitor.get(f"{made.link}?version=2").location.startswith("/login")
    assert sign_in(femke).get(f"{made.link}?version=2").status_code == 404
    assert sign_in(femke).get(f"/documents/{made.id}/history").status_code == 403
    assert sign_in(femke).get(f"/reports/new?kind=document&item={made.id}").status_code in (403, 404)
    assert "nog niet" in sign_in(wietske).get(made.link).text


def test_a_public_document_in_the_trash_is_nobodys(lay, visitor):
    """DOC-53"""
    made = lay()
    service.trash_document(actor_named("wietske"), made)
    assert visitor.get(f"/documents/{made.id}").location.startswith("/login")

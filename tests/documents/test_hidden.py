"""A name of a folder that is hidden: nobody reads it, what is in the folder stays, and nobody changes it meanwhile."""

import pytest

from app.core.errors import NotFound
from app.core.extensions import db
from app.documents import service
from app.documents.models import Folder
from app.guard import service as guard
from app.guard.models import ActsAs
from app.moderation import service as moderation
from app.moderation.models import Reason
from tests.conftest import actor_named, group_called, person_named
from tests.documents.conftest import text

SENTENCE = "Verborgen door de coördinator, regel 4, "
LIST = "/groups/energie/documents"


@pytest.fixture
def folder(anna, energie):
    """The second of two, with a page in it."""
    service.add_folder(anna, energie, None, "Notulen")
    made = service.add_folder(anna, group_called("energie"), None, "Prijsafspraken")
    service.add_page(anna, group_called("energie"), made, "Plan", text("Wij wachten af."))
    return made


def hide(folder):
    guard.hide(actor_named("dirk"), "folder", folder.id, rule=4, role=ActsAs.COORDINATOR)


def test_a_hidden_folder_is_called_by_its_number_and_holds_what_it_held(folder, bram, sign_in):
    """MOD-13"""
    browser = sign_in(bram)
    hide(folder)
    for address in (LIST, f"{LIST}?folder={folder.id}", "/groups/energie/pages/new"):
        page = browser.get(address).text
        assert "Map 2" in page
        assert "Prijsafspraken" not in page
        assert (SENTENCE in page) is address.startswith(LIST)
    inside = browser.get(f"{LIST}?folder={folder.id}").text
    assert "Plan" in inside
    guard.unhide(actor_named("dirk"), "folder", folder.id)
    assert "Prijsafspraken" in browser.get(LIST).text


def test_who_reads_english_reads_so_in_english(folder, bram, sign_in):
    """MOD-13"""
    hide(folder)
    person_named("bram").locale = "en"
    db.session.commit()
    page = sign_in(bram).get(f"{LIST}?folder={folder.id}").text
    assert "Folder 2" in page
    assert "Hidden by the coordinator, rule 4, " in page


def test_of_a_hidden_folder_everything_but_the_name_can_be_changed(folder, anna, sign_in):
    """MOD-13, promise 3: the form does not show it, to its author neither; what was typed for it comes back."""
    hide(folder)
    browser, address = sign_in(anna), f"/folders/{folder.id}"
    form = browser.get(address).text
    assert SENTENCE in form
    assert "Prijsafspraken" not in form
    assert 'name="name"' not in form
    sent = {"parent": "0", "position": "1"}
    answer = browser.post(address, data={**sent, "name": "Dan maar zo"})
    assert (answer.status_code, 'value="Dan maar zo"' in answer.text) == (409, True)
    assert browser.post(address, data=sent).status_code == 303
    db.session.rollback()
    kept = db.session.get_one(Folder, folder.id)
    assert (kept.name, kept.position, kept.version, kept.hidden_at is None) == ("Prijsafspraken", 1, 1, False)


def test_a_hidden_folder_goes_to_no_place_where_its_name_is_taken(folder, anna, energie, sign_in):
    """MOD-13: the refusal stands at a field that the form has."""
    plans = service.add_folder(anna, energie, None, "Plannen")
    service.add_folder(anna, group_called("energie"), plans, "prijsafspraken")
    hide(folder)
    answer = sign_in(anna).post(f"/folders/{folder.id}", data={"parent": str(plans.id), "position": "1"})
    assert (answer.status_code, "Er is hier al een map met deze naam." in answer.text) == (409, True)


def test_a_form_that_left_out_a_name_which_is_back_shows_it(folder, anna, sign_in):
    """promise 3: it was asked for while the name was hidden."""
    answer = sign_in(anna).post(f"/folders/{folder.id}", data={"parent": "0", "position": "1"})
    assert (answer.status_code, 'value="Prijsafspraken"' in answer.text) == (422, True)


def test_the_author_of_a_name_is_who_gave_it_last_and_a_new_one_is_another_version(folder, bram):
    """MOD-3, section 6: moving it is no name."""
    service.change_folder(actor_named("henk"), folder, name="Tarieven", parent=None, position=2)
    service.change_folder(actor_named("anna"), db.session.get_one(Folder, folder.id), name="Tarieven", parent=None,
                          position=1)  # fmt: skip
    case = moderation.file_report(bram, "folder", folder.id, reason=Reason.CONDUCT).case
    assert (case.author_id, case.subject_version, case.text) == (actor_named("henk").id, 2, "Tarieven")


def test_a_folder_of_a_group_that_one_does_not_read_is_not_reported(emma, bram, gijs):
    """trust 1"""
    secret = service.add_folder(emma, group_called("externe-veiligheid"), None, "Geheim")
    for reader in (bram, gijs, actor_named("carla")):
        with pytest.raises(NotFound):
            moderation.file_report(reader, "folder", secret.id, reason=Reason.CONDUCT)


def test_in_a_confidential_group_the_name_of_a_folder_has_no_link_to_report_it(emma, sign_in):
    """decisions 36"""
    secret = service.add_folder(emma, group_called("externe-veiligheid"), None, "Geheim")
    page = sign_in(actor_named("bert")).get(f"/groups/externe-veiligheid/documents?folder={secret.id}").text
    assert "Geheim" in page
    assert "/reports/new" not in page

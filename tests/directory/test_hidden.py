"""A profile that is hidden: names stay, what was written about oneself goes, and who wrote it still sees it."""

import pytest

from app.accounts.models import Office, Tie
from app.accounts.service import end_tie
from app.core.errors import NotFound
from app.core.extensions import db
from app.directory import service
from app.directory.models import Audience, CapabilityKind
from app.guard import service as guard
from app.guard.models import ActsAs
from app.moderation import service as moderation
from app.moderation.models import Desk, Reason
from tests.conftest import actor_named, company_called, person_named
from tests.directory.conftest import POLYMEER, REASON, VEZELWERK, add_site, claim, describe, picture, stored
from tests.moderation.conftest import appoint

SENTENCE = "Verborgen door de coördinator, regel 5, "
TYPED = ("Koop bij ons!", "meer dan genoeg", "toverij", "bij de bushalte", "Laan 1", "goudgaren", "vezelwerk.example",
         "vanaf nul")  # fmt: skip


def hide(kind, item):
    guard.hide(actor_named("dirk"), kind, item, rule=5, role=ActsAs.COORDINATOR)


def write_card(key, about, knows=()):
    service.change_card(actor_named(key), person_named(key), about=about, knows=knows, phone_shown=Audience.NOBODY,
                        email_shown=Audience.GROUP)  # fmt: skip


@pytest.fixture
def filled(anna, vezelwerk):
    """The page of Vezelwerk with something in each part that is typed."""
    describe(anna, summary="Koop bij ons!", website="https://vezelwerk.example")
    claim(anna, "extruderen", remark="meer dan genoeg")
    claim(anna, "toverij", kind=CapabilityKind.SERVICE)
    add_site(anna, "Emmen", name="bij de bushalte", street="Laan 1")
    service.list_products(anna, vezelwerk, service.Products(makes=["goudgaren"], offers=["vanaf nul"]), version=0)
    service.change_logo(anna, vezelwerk, stored(picture()))
    return company_called(VEZELWERK)


def test_of_a_hidden_page_the_name_the_place_and_the_people_stay(filled, carla, sign_in):
    """MOD-13: and nothing that was typed."""
    browser = sign_in(carla)
    before = browser.get(f"/companies/{VEZELWERK}").text
    assert [words for words in TYPED if words not in before] == []
    hide("company", filled.id)
    page = browser.get(f"/companies/{VEZELWERK}").text
    assert [words for words in TYPED if words in page] == []
    assert all(words in page for words in (SENTENCE, "Vezelwerk Emmen", "Bram Boelens", "Emmen", "lid sinds"))
    assert "nog niet ingevuld" not in page


def test_a_hidden_page_stands_in_lists_by_name_and_place_alone(filled, carla, sign_in):
    """MOD-13: not with its words, its logo or what it can do; a word that it alone had is gone."""
    browser = sign_in(carla)
    listed = browser.get("/companies").text
    assert all(words in listed for words in ("Koop bij ons!", "toverij", f"/companies/{VEZELWERK}/logo"))
    hide("company", filled.id)
    for address in ("/companies", "/companies?view=map"):
        listed = browser.get(address).text
        assert not any(words in listed for words in ("Koop bij ons!", "toverij", f"/companies/{VEZELWERK}/logo"))
        assert "Vezelwerk Emmen" in listed
    assert browser.get(f"/companies/{VEZELWERK}/logo").status_code == 404
    assert "extruderen <span" not in browser.get("/capabilities?q=extruderen").text


def test_its_own_people_see_what_is_hidden_and_why_and_what_they_change_stays_so(filled, anna, bram, carla, sign_in):
    """MOD-8: as with a listing; the way to object stands beside it."""
    hide("company", filled.id)
    page = sign_in(bram).get(f"/companies/{VEZELWERK}").text
    assert all(words in page for words in (*TYPED, SENTENCE, 'href="/account/actions"'))
    browser = sign_in(anna)
    for form in ("edit", "products", "capabilities", "sites"):
        assert SENTENCE in browser.get(f"/companies/{VEZELWERK}/{form}").text
    describe(anna, summary="Wij spinnen garen.", version=1)
    assert "Wij spinnen garen." not in sign_in(carla).get(f"/companies/{VEZELWERK}").text
    guard.unhide(actor_named("dirk"), "company", filled.id)
    assert "Wij spinnen garen." in sign_in(carla).get(f"/companies/{VEZELWERK}").text


def test_what_someone_says_of_themselves_is_hidden_with_their_function_and_their_name_is_not(bram, carla, sign_in):
    """MOD-13: the function is among the words that were reported."""
    write_card("bram", "Bel mij voor korting.", ["extruderen"])
    hide("person", bram.id)
    page = sign_in(carla).get(f"/people/{bram.id}").text
    assert "Bel mij voor korting." not in page
    assert "extruderen" not in page
    assert all(words in page for words in (SENTENCE, "Bram Boelens", "Vezelwerk Emmen"))
    for address in (f"/people/{bram.id}", f"/companies/{VEZELWERK}", "/groups/energie/members"):
        page = sign_in(carla).get(address).text
        assert "Bram Boelens" in page
        assert "procestechnoloog" not in page
    assert "procestechnoloog" in sign_in(bram).get(f"/people/{bram.id}").text
    assert "extruderen" not in sign_in(actor_named("dirk")).get(f"/people/{bram.id}").text


def test_oneself_one_sees_it_and_why_and_what_one_changes_stays_hidden(bram, carla, sign_in):
    """MOD-8"""
    write_card("bram", "Bel mij voor korting.")
    hide("person", bram.id)
    browser = sign_in(bram)
    page = browser.get(f"/people/{bram.id}").text
    assert all(words in page for words in ("Bel mij voor korting.", SENTENCE, 'href="/account/actions"'))
    assert SENTENCE in browser.get("/account/card").text
    write_card("bram", "Twaalf jaar op de spinlijn.")
    assert "Twaalf jaar" not in sign_in(carla).get(f"/people/{bram.id}").text
    guard.unhide(actor_named("dirk"), "person", bram.id)
    assert "Twaalf jaar" in sign_in(carla).get(f"/people/{bram.id}").text


def test_what_someone_writes_for_the_first_time_after_it_was_hidden_is_hidden_too(bram, carla, sign_in):
    """MOD-1: also a profile with nothing but a function can be reported, as that is typed."""
    report = moderation.file_report(carla, "person", bram.id, reason=Reason.INCORRECT)
    assert report.case.text == "procestechnoloog"
    hide("person", bram.id)
    write_card("bram", "Bel mij voor korting.")
    assert "Bel mij" not in sign_in(carla).get(f"/people/{bram.id}").text


def test_a_page_on_which_nobody_wrote_and_someone_who_left_are_not_reported(dirk, anna, carla, sign_in):
    """MOD-1: there is nothing to read."""
    company, otto = company_called(VEZELWERK), actor_named("otto")
    assert "/reports/new" not in sign_in(carla).get(f"/companies/{VEZELWERK}").text
    end_tie(dirk, db.session.get_one(Tie, otto.tie_id))
    assert "/reports/new" not in sign_in(carla).get(f"/people/{otto.id}").text
    for kind, item in (("company", company.id), ("person", otto.id), ("company", 1), ("person", 1)):
        with pytest.raises(NotFound):
            moderation.file_report(actor_named("carla"), kind, item, reason=Reason.CONDUCT)


@pytest.mark.parametrize(("who", "changed_by", "desk"), [
    ("company", "carla", Desk.COORDINATOR), ("company", "dirk", Desk.DEPUTY), ("person", "carla", Desk.COORDINATOR),
    ("person", "dirk", Desk.DEPUTY),
])  # fmt: skip
def test_profiles_lie_with_the_coordinator_and_past_one_who_wrote_them(who, changed_by, desk, anna, sign_in):
    """MOD-3, MOD-7: of a page it is whoever changed it last."""
    appoint("ineke", Office.DEPUTY_COORDINATOR)
    writer = actor_named(changed_by)
    if who == "company":
        describe(writer, POLYMEER, reason=REASON)
        item = company_called(POLYMEER).id
    else:
        write_card(changed_by, "Ik weet het beter.")
        item = writer.id
    report = moderation.file_report(anna, who, item, reason=Reason.CONDUCT)
    assert (report.case.desk, report.case.author_id, report.case.group_id) == (desk, writer.id, None)
    assert sign_in(writer).get(report.case.link).status_code == 404
    assert f"kind={who}&amp;id={item}" not in sign_in(writer).get(report.case.url).text


def test_the_case_says_that_the_page_was_changed_since(filled, anna, carla, dirk, sign_in):
    """MOD-5: whichever part it was."""
    case = moderation.file_report(carla, "company", filled.id, reason=Reason.ADVERTISING).case
    moderation.claim_case(dirk, case)
    assert [words for words in TYPED if words not in case.text] == []
    assert "na de melding gewijzigd" not in sign_in(dirk).get(case.link).text
    add_site(anna, "Assen", name="Proefhal")
    assert "na de melding gewijzigd" in sign_in(dirk).get(case.link).text

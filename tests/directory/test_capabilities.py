"""What companies can do: chosen from the shipped list, or proposed for it."""

import pytest
from sqlalchemy import func, select

from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.directory import service
from app.directory.models import Capability, CapabilityKind, CapabilityState, Claim
from app.directory.models.capabilities import shipped, shipped_as
from app.notifications import queries as under_the_bell
from app.notifications.service import mark_read
from tests.conftest import actor_named, company_called, together
from tests.directory.conftest import POLYMEER, REASON, VEZELWERK, claim


def capabilities():
    db.session.rollback()
    return {row.term: row for row in db.session.scalars(select(Capability))}


def bell(key):
    """The kinds of unread lines that this person sees and has counted."""
    actor = actor_named(key)
    return [line.kind for line in under_the_bell.lines(actor, scopes_of(actor), unread_only=True)]


def claims(slug=VEZELWERK):
    db.session.rollback()
    return db.session.scalars(select(Claim).where(Claim.company_id == company_called(slug).id)).all()


def test_the_shipped_list_is_long_enough_and_says_each_word_once():
    """DIR-12: at least 120 in seven kinds, with synonyms, in Dutch and English."""
    assert len(shipped()) >= 120
    assert {each.kind for each in shipped()} == set(CapabilityKind)
    terms = [each.term.casefold() for each in shipped()]
    assert len(set(terms)) == len(terms)
    assert all(2 <= len(word) <= 60 for each in shipped() for word in (each.term, each.term_en, *each.synonyms))
    assert sum(bool(each.synonyms) for each in shipped()) > 100


@pytest.mark.parametrize("word", ["extruderen", "EXTRUDEREN", "Extrusion", "dubbelschroef"])
def test_a_word_in_any_form_means_the_same_term(word, app, anna):
    """DIR-12, DIR-13: in either language or by a synonym; the list's own word stands on the page."""
    assert shipped_as(word).term == "extruderen"
    claim(anna, word)
    assert [each.capability.term for each in claims()] == ["extruderen"]
    assert capabilities()["extruderen"].state is CapabilityState.ACCEPTED


def test_a_new_word_counts_at_once_and_stands_on_the_coordinators_list(sign_in, anna, carla, dirk):
    """DIR-13"""
    answer = sign_in(anna).post(f"/companies/{VEZELWERK}/capabilities", data={
        "term": "plasma behandelen", "kind": "process", "remark": "proef"})  # fmt: skip
    assert answer.status_code == 303
    assert "plasma behandelen" in sign_in(carla).get(f"/companies/{VEZELWERK}").text
    assert "plasma behandelen" not in sign_in(carla).get("/capabilities").text
    page = sign_in(dirk).get("/capabilities").text
    assert "plasma behandelen" in page
    assert "In de lijst opnemen" in page
    assert "“plasma behandelen” is voorgesteld" in sign_in(dirk).get("/notifications").text
    number = capabilities()["plasma behandelen"].id
    assert sign_in(dirk).post(f"/capabilities/{number}/accept").status_code == 303
    assert "plasma behandelen" in sign_in(carla).get("/capabilities").text
    assert "<option value=\"plasma behandelen\">" in sign_in(carla).get(f"/companies/{POLYMEER}/capabilities").text


def test_a_declined_word_goes_from_the_page_and_the_contact_reads_why(sign_in, anna, carla, dirk):
    claim(anna, "plasma behandelen")
    number = capabilities()["plasma behandelen"].id
    browser = sign_in(dirk)
    refused = browser.post(f"/capabilities/{number}/decline", data={"reason": "nee"})
    assert refused.status_code == 422
    assert 'value="nee"' in refused.text
    why = "Dit heet bij ons coaten; kies dat woord."
    assert browser.post(f"/capabilities/{number}/decline", data={"reason": why}).status_code == 303
    assert claims() == []
    assert f"“plasma behandelen” is niet in de lijst opgenomen: {why}" in sign_in(anna).get("/notifications").text
    assert why not in sign_in(carla).get("/notifications").text
    claim(anna, "plasma behandelen")
    assert capabilities()["plasma behandelen"].state is CapabilityState.PROPOSED


@pytest.mark.parametrize(("name", "data"), [("accept", {}), ("decline", {"reason": REASON})])
def test_a_word_that_was_judged_rings_for_no_coordinator_any_more(name, data, sign_in, anna, dirk):
    """NTF-13, DIR-13"""
    claim(anna, "plasma behandelen")
    browser = sign_in(dirk)
    number = capabilities()["plasma behandelen"].id
    assert bell("dirk") == ["capability_proposed"]
    assert browser.post(f"/capabilities/{number}/{name}", data=data).status_code == 303
    assert bell("dirk") == []
    assert "is voorgesteld" not in browser.get("/notifications").text


def test_why_a_word_was_declined_rings_no_more_once_it_is_on_the_list(sign_in, anna, dirk):
    """NTF-12, NTF-13: a line that is not shown is not counted"""
    for name, data in (("decline", {"reason": REASON}), ("accept", {})):
        claim(anna, "plasma behandelen")
        number = capabilities()["plasma behandelen"].id
        assert sign_in(dirk).post(f"/capabilities/{number}/{name}", data=data).status_code == 303
    assert bell("anna") == []


def test_a_word_that_is_proposed_and_declined_again_rings_again_for_both(anna, dirk):
    """NTF-13, DIR-13: who was told before is told anew"""
    for _time in range(2):
        claim(anna, "plasma behandelen")
        assert bell("dirk") == ["capability_proposed"]
        service.decline_capability(dirk, capabilities()["plasma behandelen"], REASON)
        assert bell("anna") == ["capability_declined"]
        mark_read(anna)
        assert bell("anna") == []


def test_what_is_on_the_list_is_not_declined(app, anna, dirk):
    claim(anna, "extruderen")
    with pytest.raises(Conflict):
        service.decline_capability(dirk, capabilities()["extruderen"], REASON)


def test_only_coordinators_keep_the_list(app, anna, femke, sign_in):
    claim(anna, "plasma behandelen")
    number = capabilities()["plasma behandelen"].id
    for who in (anna, femke):
        assert sign_in(who).post(f"/capabilities/{number}/accept").status_code == 404
        with pytest.raises(Forbidden):
            service.accept_capability(who, capabilities()["plasma behandelen"])


def test_the_same_twice_is_one_claim(sign_in, anna):
    """Claim: a unique pair."""
    browser = sign_in(anna)
    for term, status in (("extruderen", 303), ("extrusie", 409)):
        answer = browser.post(f"/companies/{VEZELWERK}/capabilities", data={
            "term": term, "kind": "process", "remark": "nog een keer"})  # fmt: skip
        assert answer.status_code == status
    assert "staat al op de pagina" in answer.text
    assert 'value="nog een keer"' in answer.text
    assert len(claims()) == 1


def test_two_who_use_a_new_word_at_one_moment_use_one_term(app):
    results = together(app, lambda: claim(actor_named("anna"), "plasma behandelen"),
                       lambda: claim(actor_named("carla"), "Plasma behandelen", POLYMEER))  # fmt: skip
    assert [type(each) for each in results] == [Claim, Claim]
    assert db.session.scalar(select(func.count()).select_from(Capability)) == 1


def test_a_claim_is_changed_and_taken_off_by_its_company(sign_in, anna, carla):
    number = claim(anna, "extruderen", remark="eerst").id
    browser = sign_in(anna)
    assert sign_in(carla).get(f"/claims/{number}").status_code == 404
    sent = {"remark": "dubbelschroef", "figures": "capaciteit: 150 kg/uur", "version": "1"}
    assert browser.post(f"/claims/{number}", data=sent).status_code == 303
    assert claims()[0].figures == [["capaciteit", "150 kg/uur"]]
    late = browser.post(f"/claims/{number}", data={**sent, "remark": "enkelschroef"})
    assert late.status_code == 409
    for words in ("dubbelschroef</textarea>", 'value="enkelschroef"', 'name="version" value="2"'):
        assert words in late.text
    assert browser.post(f"/claims/{number}/remove").status_code == 303
    assert claims() == []


def test_a_coordinator_takes_a_claim_off_with_a_reason(sign_in, anna, dirk):
    number = claim(anna, "extruderen").id
    browser = sign_in(dirk)
    assert browser.post(f"/claims/{number}/remove").status_code == 422
    assert browser.post(f"/claims/{number}/remove", data={"reason": REASON}).status_code == 303
    assert REASON in sign_in(anna).get("/notifications").text


@pytest.mark.parametrize(("word", "there", "gone"), [("malen", "loonmalen", "extruderen"),
                                                      ("milling", "loonmalen", "extruderen")])  # fmt: skip
def test_the_list_is_searched_without_a_script(word, there, gone, sign_in, bram):
    """DIR-13: a plain search page."""
    page = sign_in(bram).get(f"/capabilities?q={word}").text
    assert there in page
    assert gone not in page
    assert "Geen woord op de lijst" in sign_in(bram).get("/capabilities?q=zzzz").text


def test_who_reads_english_reads_the_list_in_english(sign_in, anna, carla):
    claim(anna, "extruderen")
    browser = sign_in(carla)
    browser.post("/account", data={"name": "Carla Cazemier", "locale": "en", "text_size": "18"})
    assert "extrusion" in browser.get(f"/companies/{VEZELWERK}").text
    assert "extrusion" in browser.get("/capabilities").text

"""A company's page: who has one, what stands on it, and what never does."""

import json
import re
from datetime import timedelta

import pytest
from markupsafe import Markup
from sqlalchemy import select

from app.accounts.models import Actor, Company, CompanyState, Tie
from app.accounts.service import change_company_state, end_tie, take_out_own_data
from app.core import clock, panels
from app.core.extensions import db
from app.core.panels import Panel
from app.groups.models import Role
from app.groups.service import add_member
from tests.conftest import actor_named, company_called, group_called, new_thread, person_named
from tests.directory.conftest import POLYMEER, REASON, VEZELWERK, add_site, claim, describe


def test_every_member_and_partner_has_a_page_before_it_wrote_a_word(app, sign_in, carla):
    """DIR-1"""
    browser = sign_in(carla)
    for company in db.session.scalars(select(Company)).all():
        page = browser.get(f"/companies/{company.slug}")
        assert page.status_code == 200
        assert company.name in page.text
        assert "Dit bedrijf heeft zijn pagina nog niet ingevuld." in page.text


@pytest.mark.parametrize(("state", "is_there"), [
    (CompanyState.LEAVING, True), (CompanyState.SUSPENDED, False), (CompanyState.FORMER, False),
    (CompanyState.APPLICANT, False), (CompanyState.REFUSED, False),
])  # fmt: skip
def test_the_page_goes_with_the_state_from_list_map_and_address(state, is_there, sign_in, carla, sites, vezelwerk):
    """DIR-1, section 5: at the next request; after return all is as before."""
    browser = sign_in(carla)
    assert "Vezelwerk Emmen" in browser.get("/companies").text
    company = company_called(VEZELWERK)
    company.state = state
    db.session.commit()
    for address in ("/companies", "/companies?view=map"):
        assert ("Vezelwerk Emmen" in browser.get(address).text) is is_there
    assert browser.get(f"/companies/{VEZELWERK}").status_code == (200 if is_there else 404)
    company_called(VEZELWERK).state = CompanyState.MEMBER
    db.session.commit()
    assert "Fabriek" in browser.get(f"/companies/{VEZELWERK}").text


def test_who_leaves_has_a_page_up_to_the_last_day(sign_in, carla, vezelwerk):
    """DIR-1, GRP: `leaving` up to and including `ends_on`."""
    for days, status in ((0, 200), (-1, 404)):
        company = company_called(VEZELWERK)
        company.state, company.ends_on = CompanyState.LEAVING, clock.today() + timedelta(days=days)
        db.session.commit()
        assert sign_in(carla).get(f"/companies/{VEZELWERK}").status_code == status


def test_guests_and_visitors_have_no_directory(sign_in, gijs, visitor, sites):
    """GRP-42"""
    browser = sign_in(gijs)
    for address in ("/companies", "/companies?view=map", f"/companies/{VEZELWERK}", "/capabilities"):
        assert browser.get(address).status_code == 404
        assert visitor.get(address).status_code == 303
    assert "Bedrijvengids" not in browser.get("/groups/innovatie").text


def test_guests_choose_no_company_in_the_search_either(sign_in, gijs, anna, bram, innovatie, sites):
    """GRP-42: no list of members, and no name behind an address; what is found still says whose it is."""
    new_thread(bram, innovatie, "Extrusie", "Wie heeft een extruder?")
    browser = sign_in(gijs)
    assert "Polymeer Coevorden" not in browser.get("/search").text
    assert 'name="company"' not in browser.get("/search").text
    known, unknown = (content_of(browser.get(f"/search?q=extruder&company={slug}")) for slug in (VEZELWERK, "niemand"))
    assert "Vezelwerk Emmen" not in known
    assert known.replace(VEZELWERK, "niemand") == unknown
    assert "Innovatie · Bram Boelens · Vezelwerk Emmen" in browser.get("/search?q=extruder").text
    assert f'value="{VEZELWERK}"' in sign_in(anna).get("/search").text


def content_of(answer):
    return answer.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("state", [CompanyState.APPLICANT, CompanyState.REFUSED, CompanyState.SUSPENDED])
def test_a_company_without_a_page_is_no_filter_of_the_search(sign_in, carla, bram, innovatie, state):
    """DIR-1, SRCH-11: not offered, and not named; what its people wrote keeps its name."""
    new_thread(bram, innovatie, "Extrusie", "Wie heeft een extruder?")
    company_called(VEZELWERK).state = state
    db.session.commit()
    browser = sign_in(carla)
    assert "Vezelwerk Emmen" not in browser.get(f"/search?q=extruder&company={VEZELWERK}").text
    assert "Bram Boelens · Vezelwerk Emmen" in browser.get("/search?q=extruder").text


def test_the_page_shows_people_sites_with_distance_capabilities_and_certificates(sign_in, anna, carla, sites):
    """DIR-4"""
    claim(anna, "extruderen", remark="dubbelschroef", figures=[("capaciteit", "150 kg/uur")])
    anna_s = sign_in(anna)
    anna_s.post(f"/companies/{VEZELWERK}/certificates", data={
        "version": "0", "certificates": "ISO 9001, 31-12-2099\nISO 14001, 1-2-2020\nVCA"})  # fmt: skip
    page = sign_in(carla).get(f"/companies/{VEZELWERK}").text
    for words in ("Bram Boelens", "procestechnoloog", "contactpersoon", "extruderen", "dubbelschroef", "150 kg/uur",
                  "ISO 9001", "31 december 2099", "verlopen", "VCA", "op 17 km van u", "hoofdvestiging",
                  "op 39 km van u"):  # fmt: skip
        assert words in page, words
    assert "hemelsbreed" not in anna_s.get(f"/companies/{VEZELWERK}").text


def test_whoever_may_change_the_page_finds_the_button_for_it(sign_in, anna, carla, sites):
    """directory.md 4: "Wijzigen"."""
    button = re.compile(rf'<a class="button" href="/companies/{VEZELWERK}/edit">.*</svg>Wijzigen</a>')
    assert button.search(sign_in(anna).get(f"/companies/{VEZELWERK}").text)
    assert not button.search(sign_in(carla).get(f"/companies/{VEZELWERK}").text)


def test_the_working_groups_are_those_that_the_reader_may_see(sign_in, carla, emma, sites):
    """DIR-4, DIR-5: Roelof of Vezelwerk sits in the confidential group."""
    for_carla, for_emma = (sign_in(each).get(f"/companies/{VEZELWERK}").text for each in (carla, emma))
    assert "/groups/energie" in for_carla
    assert "externe-veiligheid" not in for_carla
    assert "Externe veiligheid" not in for_carla
    assert "/groups/externe-veiligheid" in for_emma


def test_guests_leave_no_trace_on_the_page_of_their_organisation(sign_in, carla):
    """DIR-5"""
    page = sign_in(carla).get("/companies/kenniskring-noord").text
    assert "Gijs" not in page
    assert 'id="people"' not in page
    assert "/groups/innovatie" not in page.partition("<main")[2]


def test_a_hidden_telephone_number_is_nowhere(sign_in, anna, bram, carla):
    """DIR-5, section 7.1: not on the company's page, nor on the person's, nor in the search entry."""
    from app.directory.subscribers import all_companies, all_people

    sign_in(bram).post("/account", data={"name": "Bram Boelens", "phone": "0612344321", "locale": "nl",
                                         "text_size": "18"})  # fmt: skip
    for address in (f"/companies/{VEZELWERK}", f"/people/{bram.id}"):
        assert "0612344321" not in sign_in(carla).get(address).text
    entries = [*all_companies(), *all_people()]
    assert "Bram Boelens" in {entry.title for entry in entries}
    assert not [entry for entry in entries if "0612344321" in f"{entry.title} {entry.body}" or "@" in entry.body]


def test_what_somebody_writes_is_shown_as_text(sign_in, anna, carla):
    """trust: Markdown through the cleaner, the rest escaped."""
    browser = sign_in(anna)
    answer = browser.post(f"/companies/{VEZELWERK}/edit", data={
        "version": "0", "summary": "<script>alert(1)</script>", "text": "**Vet** <img src=x onerror=alert(2)>",
        "roles": ["producer"], "size": "50_249", "website": "vezelwerk.example"})  # fmt: skip
    assert (answer.status_code, answer.location) == (303, f"/companies/{VEZELWERK}")
    page = sign_in(carla).get(answer.location).text
    assert "<strong>Vet</strong>" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page
    assert 'href="https://vezelwerk.example"' in page
    assert "50 tot 249 mensen" in page


def test_a_panel_of_a_package_above_stands_on_the_page(sign_in, carla, monkeypatch):
    """DIR-4, decisions 23"""
    monkeypatch.setattr(panels, "_draws", {})

    @panels.panel("company", 10)
    def draw(actor, company):
        return Panel("admin/parts/_empty.html", {}) if company.slug == VEZELWERK else None

    with_panel, without = (sign_in(carla).get(f"/companies/{slug}") for slug in (VEZELWERK, POLYMEER))
    assert with_panel.status_code == without.status_code == 200
    assert len(with_panel.text.split('class="empty"')) == len(without.text.split('class="empty"')) + 1


def test_the_number_of_statements_does_not_grow_with_what_is_shown(sign_in, anna, carla, count_statements, sites):
    """architecture: a fixed number of statements per page."""
    browser, counts = sign_in(carla), []
    browser.get("/companies")  # the first page of a session counts what is unread
    for more in (False, True):
        if more:
            for number, term in enumerate(("extruderen", "malen", "zeven", "mengen")):
                claim(anna, term)
                add_site(anna, "Meppel", name=f"Loods {number}")
        for address in (f"/companies/{VEZELWERK}", "/companies", "/companies?view=map", f"/people/{anna.id}"):
            with count_statements() as seen:
                assert browser.get(address).status_code == 200
            counts.append(len(seen))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 16


def test_a_person_who_moved_acts_for_the_new_company_only(sign_in, dirk, bram, carla):
    """GRP-21"""
    end_tie(dirk, db.session.get_one(Tie, bram.tie_id))
    assert "Bram Boelens" not in sign_in(carla).get(f"/companies/{VEZELWERK}").text
    page = sign_in(carla).get(f"/people/{bram.id}").text
    assert "Vezelwerk Emmen" in page
    assert "Deed mee tot en met" in page
    assert "procestechnoloog" not in page


def test_own_data_holds_the_card_and_the_own_changes(app, anna):
    describe(anna)
    taken = json.loads(json.dumps(take_out_own_data(anna, person_named("anna"))))["directory"]
    assert taken["phone_shown"] == "nobody"
    assert [(change["company"], change["part"]) for change in taken["changes"]] == [("Vezelwerk Emmen", "about")]


def test_a_suspended_company_is_out_of_search_with_its_people_and_back_after(app, dirk, anna):
    """DIR-1, SRCH-29: index and forget follow the state."""
    from app.directory.subscribers import all_companies, all_people

    def found():
        return {entry.title for entry in (*all_companies(), *all_people())}

    describe(anna, text_html=Markup(""), text_md="Kanariezin")
    assert {"Vezelwerk Emmen", "Anna Assink"} <= found()
    change_company_state(dirk, company_called(VEZELWERK), CompanyState.SUSPENDED)
    assert not {"Vezelwerk Emmen", "Anna Assink"} & found()
    change_company_state(dirk, company_called(VEZELWERK), CompanyState.MEMBER)
    assert {"Vezelwerk Emmen", "Anna Assink"} <= found()


def test_a_coordinator_says_why_and_the_contact_hears_it(sign_in, dirk, anna, bram):
    """Section 3: any page, with a reason; the contact hears."""
    browser = sign_in(dirk)
    fields = {"version": "0", "summary": "Nieuw", "text": "", "size": ""}
    refused = browser.post(f"/companies/{VEZELWERK}/edit", data=fields)
    assert refused.status_code == 422
    assert "Schrijf hier nog iets." in refused.text
    assert browser.post(f"/companies/{VEZELWERK}/edit", data={**fields, "reason": REASON}).status_code == 303
    bell = sign_in(anna).get("/notifications").text
    assert f"De pagina van Vezelwerk Emmen is gewijzigd: {REASON}" in bell
    assert REASON not in sign_in(bram).get("/notifications").text
    assert REASON in sign_in(anna).get("/").text


def test_a_reader_of_a_group_sees_the_guest_and_an_outsider_does_not(sign_in, emma, gijs, carla, dirk):
    """DIR-5: Gijs takes part in innovatie, which all staff read; a guest of the confidential group is nobody there."""
    assert sign_in(carla).get(f"/people/{gijs.id}").status_code == 200
    add_member(emma, group_called("externe-veiligheid"), person_named("gijs"), Role.GUEST)
    page = sign_in(carla).get(f"/people/{gijs.id}").text
    assert "externe-veiligheid" not in page
    assert "/groups/externe-veiligheid" in sign_in(emma).get(f"/people/{gijs.id}").text
    actor = Actor.of_person(gijs.id)
    assert sign_in(actor).get(f"/people/{actor_named('yvonne').id}").status_code == 200
    assert sign_in(actor).get(f"/people/{actor_named('femke').id}").status_code == 404

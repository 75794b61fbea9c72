"""Changing a company's page: four forms, each saved on its own, and nothing lost."""

import io
import re

import pytest
from sqlalchemy import func, select

from app.core.errors import Forbidden
from app.core.extensions import db, limiter
from app.directory import service
from app.directory.models import Profile, Site
from app.directory.service import PageConflict
from app.files.models import FileContent
from tests.conftest import actor_named, together
from tests.directory.conftest import (
    POLYMEER,
    VEZELWERK,
    about,
    add_site,
    company_called,
    describe,
    form_of_about,
    picture,
    profile,
    stored,
)
from tests.documents.test_files import CORPORA, DANGEROUS

THEIRS = re.compile(r'<label for="theirs-\d">([^<]*)</label><textarea [^>]*>\n([^<]*)</textarea>')


def places():
    db.session.rollback()
    return db.session.execute(
        select(Site.name, Site.place, Site.is_main).where(Site.company_id == company_called(VEZELWERK).id)
        .order_by(Site.created_at, Site.id)
    ).all()  # fmt: skip


@pytest.mark.parametrize(("who", "status"), [("anna", 200), ("dirk", 200), ("bram", 403), ("carla", 403),
                                              ("femke", 403), ("gijs", 404)])  # fmt: skip
@pytest.mark.parametrize("form", ["edit", "products", "capabilities", "sites"])
def test_contacts_change_their_own_page_and_coordinators_any(who, status, form, app, sign_in):
    """DIR-2, section 3"""
    assert sign_in(actor_named(who)).get(f"/companies/{VEZELWERK}/{form}").status_code == status


def test_a_contact_has_no_say_over_another_company(app, carla, vezelwerk):
    with pytest.raises(Forbidden):
        service.describe_company(carla, vezelwerk, about(), version=0)


def test_each_form_is_saved_without_touching_the_others(sign_in, anna):
    """DIR-2"""
    browser = sign_in(anna)
    sent = {
        "edit": form_of_about(roles=["producer", "supplier"], size="10_49", phone="0591 123 456"),
        "products": {"version": "0", "makes": "garen\n\n  doek ", "needs": "", "offers": "warmte"},
        "certificates": {"version": "0", "certificates": "ISO 9001, 31-12-2027"},
        "sites": {"name": "Fabriek", "place": "emmen", "postcode": "7821ab", "street": "Industrieweg 40"},
        "capabilities": {"term": "Extruderen", "kind": "process", "remark": "dubbelschroef"},
    }
    for form, fields in sent.items():
        assert browser.post(f"/companies/{VEZELWERK}/{form}", data=fields).status_code == 303, form
    made = profile()
    assert (made.summary, made.roles, made.size, made.phone) == (
        "Wij spinnen garen.", ["producer", "supplier"], "10_49", "0591 123 456")  # fmt: skip
    assert (made.makes, made.needs, made.offers) == (["garen", "doek"], [], ["warmte"])
    assert made.certificates == [["ISO 9001", "2027-12-31"]]
    assert (made.about_version, made.products_version, made.certificates_version) == (1, 1, 1)
    site = db.session.scalars(select(Site)).one()
    assert (site.place, site.postcode, site.is_main) == ("Emmen", "7821 AB", True)


@pytest.mark.parametrize(("form", "field", "typed", "says"), [
    ("edit", "website", "http://vezelwerk.example", "moet beginnen met https://"),
    ("edit", "website", "https://[::1", "geen adres van een website"),
    ("edit", "website", "javascript://x.nl/%0aalert(1)", "moet beginnen met https://"),
    ("edit", "website", "https://anna@bank.nl", "geen adres van een website"),
    ("edit", "email", "anna@", "Dit is geen e-mailadres."), ("edit", "phone", "bel mij", "Dit is geen telefoonnummer."),
    ("edit", "summary", "a" * 301, "1 teken te lang"), ("edit", "size", "reusachtig", None),
    ("products", "makes", "\n".join(f"ding {number}" for number in range(21)), "Hier staan 21 regels; hoogstens 20."),
    ("products", "needs", "x", "moet 2 tot 60 tekens lang zijn"),
    ("products", "offers", "y" * 61, "moet 2 tot 60 tekens lang zijn"),
    ("certificates", "certificates", "ISO 9001, 31-02-2027", "een dag die niet op de kalender staat"),
    ("sites", "postcode", "0123 AB", "Een postcode ziet eruit als 7811 AB."),
    ("sites", "place", "Emen", "Bedoelt u"), ("sites", "place", "Emen", "Emmen"),
    ("sites", "place", "Qxyz", "Vraag de coördinator om haar toe te voegen."), ("sites", "name", "", "Schrijf hier"),
    ("capabilities", "figures", "150 kg/uur", "geen dubbele punt"), ("capabilities", "term", "x", "2 tekens"),
    ("capabilities", "figures", "\n".join(f"a: {number}" for number in range(6)), "hoogstens 5"),
])  # fmt: skip
def test_a_refused_form_comes_back_with_all_that_was_typed(form, field, typed, says, sign_in, anna):
    """Section 5: one sentence per field; the other forms are untouched."""
    fields = {
        "edit": form_of_about(), "products": {"version": "0", "makes": "garen"}, "certificates": {"version": "0"},
        "sites": {"name": "Fabriek", "place": "Emmen", "street": "Dit blijft staan 1"},
        "capabilities": {"term": "extruderen", "kind": "process", "remark": "Dit blijft staan"},
    }[form]  # fmt: skip
    answer = sign_in(anna).post(f"/companies/{VEZELWERK}/{form}", data={**fields, field: typed})
    assert answer.status_code == 422
    for words in filter(None, (says, *(value for name, value in fields.items() if name != field and len(value) > 5))):
        assert words.split("\n")[0] in answer.text
    if says is not None and not typed.startswith("http"):
        assert typed.split("\n")[0] in answer.text
    assert db.session.scalar(select(func.count()).select_from(Profile)) == 0
    assert places() == []


def test_at_most_three_roles(sign_in, anna):
    answer = sign_in(anna).post(f"/companies/{VEZELWERK}/edit", data=form_of_about(
        roles=["producer", "supplier", "processor", "government"]))  # fmt: skip
    assert answer.status_code == 422
    assert "Kies er hoogstens 3." in answer.text


def test_of_two_who_save_one_form_the_second_gets_both_texts_and_goes_on(sign_in, anna):
    """DIR-3, section 7.9"""
    describe(anna, summary="Wij twijnen <b>garen</b>.", size="10_49")
    browser = sign_in(anna)
    answer = browser.post(f"/companies/{VEZELWERK}/edit", data=form_of_about(summary="Wij weven doek."))
    assert answer.status_code == 409
    assert "Er is niets overschreven" in answer.text
    assert "Wij twijnen &lt;b&gt;garen&lt;/b&gt;.</textarea>" in answer.text
    assert "Wij weven doek.</textarea>" in answer.text
    assert 'name="version" value="1"' in answer.text
    assert profile().summary == "Wij twijnen <b>garen</b>."
    again = form_of_about(summary="Wij weven doek.", version="1")
    assert browser.post(f"/companies/{VEZELWERK}/edit", data=again).status_code == 303
    assert profile().summary == "Wij weven doek."


@pytest.mark.parametrize(("form", "field"), [("products", "makes"), ("certificates", "certificates")])
def test_lists_too_are_not_written_over(form, field, sign_in, anna):
    """DIR-3"""
    browser = sign_in(anna)
    for typed, status in (("eerste", 303), ("tweede", 409)):
        answer = browser.post(f"/companies/{VEZELWERK}/{form}", data={"version": "0", field: typed})
        assert answer.status_code == status
    for words in ("eerste</textarea>", "tweede</textarea>"):
        assert words in answer.text


def test_two_who_save_at_one_moment_lose_nothing(app, anna):
    """Section 7.9"""
    def save(words):
        return service.describe_company(actor_named("anna"), company_called(VEZELWERK), about(summary=words), version=0)

    results = together(app, lambda: save("Een"), lambda: save("Twee"))
    assert sorted(type(each).__name__ for each in results) == ["NoneType", "PageConflict"]
    assert profile().about_version == 1


def test_two_different_forms_at_one_moment_are_both_kept(app, anna):
    """DIR-2: also when there was no page yet."""
    from app.directory.service import Products

    results = together(
        app,
        lambda: service.describe_company(actor_named("anna"), company_called(VEZELWERK), about(), version=0),
        lambda: service.list_products(actor_named("anna"), company_called(VEZELWERK), Products(makes=["garen"]),
                                      version=0))  # fmt: skip
    assert results == [None, None]
    assert (profile().summary, profile().makes) == ("Wij spinnen garen.", ["garen"])


def test_there_is_one_main_site_whatever_happens(sign_in, anna):
    """1-20 a company, one of them main."""
    browser = sign_in(anna)
    first, second = add_site(anna, "Emmen").id, add_site(anna, "Assen", name="Proefhal").id
    assert [line.is_main for line in places()] == [True, False]
    fields = {"name": "Proefhal", "place": "Assen", "is_main": "y", "version": "1"}
    assert browser.post(f"/sites/{second}", data=fields).status_code == 303
    assert [line.is_main for line in places()] == [False, True]
    assert browser.post(f"/sites/{second}/remove").status_code == 303
    assert [line.is_main for line in places()] == [True]
    answer = browser.post(f"/sites/{first}/remove")
    assert answer.status_code == 409
    assert "houdt ten minste één vestiging" in answer.text
    assert browser.post(f"/sites/{first}", data={**fields, "version": "9"}).status_code == 409


def test_a_conflict_over_a_site_shows_every_field_that_differs(sign_in, anna):
    """DIR-3: also what was ticked, in words."""
    browser = sign_in(anna)
    site = add_site(anna, "Emmen", street="Handelsweg 3", postcode="7811 AB")
    typed = {"name": site.name, "street": site.street, "postcode": site.postcode, "place": "Emmen", "is_main": "y"}
    address, version = f"/sites/{site.id}", str(site.version)
    assert browser.post(address, data={**typed, "is_pickup": "y", "version": version}).status_code == 303
    answer = browser.post(address, data={**typed, "street": "Kade 1", "version": version})
    assert answer.status_code == 409
    assert THEIRS.findall(answer.text) == [("Straat en nummer", site.street),
                                           ("Hier kan worden opgehaald (ophaalplek)", "ja")]  # fmt: skip
    answer = browser.post(address, data={**typed, "is_pickup": "y", "place": "Assen", "version": version})
    assert THEIRS.findall(answer.text) == [("Plaats", "Emmen")]


def test_the_twenty_first_site_is_refused(app, anna, sign_in):
    for number in range(20):
        add_site(anna, "Emmen", name=f"Loods {number}")
    answer = sign_in(anna).post(f"/companies/{VEZELWERK}/sites", data={"name": "Loods 21", "place": "Emmen"})
    assert answer.status_code == 409
    assert "hoogstens 20 vestigingen" in answer.text
    assert 'value="Loods 21"' in answer.text


def test_another_s_site_and_claim_do_not_exist_for_a_contact(app, anna, carla, sign_in):
    theirs = add_site(carla, "Coevorden", POLYMEER).id
    browser = sign_in(anna)
    assert browser.get(f"/sites/{theirs}").status_code == 404
    assert browser.post(f"/sites/{theirs}/remove").status_code == 404


def send_logo(browser, body, name="logo.png", slug=VEZELWERK):
    return browser.post(f"/companies/{slug}/logo", content_type="multipart/form-data",
                        data={"file": (io.BytesIO(body), name)})  # fmt: skip


def test_a_logo_is_shown_small_without_what_the_camera_wrote(sign_in, anna, carla, gijs):
    browser = sign_in(anna)
    assert send_logo(browser, picture((900, 900), "JPEG"), "logo.jpg").status_code == 303
    answer = sign_in(carla).get(f"/companies/{VEZELWERK}/logo")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert f"/companies/{VEZELWERK}/logo" in sign_in(carla).get("/companies").text
    assert sign_in(gijs).get(f"/companies/{VEZELWERK}/logo").status_code == 404
    assert browser.post(f"/companies/{VEZELWERK}/logo/remove").status_code == 303
    assert sign_in(carla).get(f"/companies/{VEZELWERK}/logo").status_code == 404


def test_a_logo_that_stands_on_a_page_is_not_swept_away(app, anna, clock, vezelwerk):
    from app.files.service import forget_unused

    kept = stored(picture())
    service.change_logo(anna, vezelwerk, kept)
    stored(picture((50, 50)))
    clock.forward(days=2)
    assert forget_unused() == 1
    assert db.session.get(FileContent, kept.sha256) is not None


@pytest.mark.parametrize(("body", "name", "says"), [
    (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo.svg", "geen afbeelding die kan worden"),
    (b"%PDF-1.7\n", "logo.png", "geen afbeelding die kan worden"), (b"", "logo.png", "Dit bestand is leeg."),
    (b"\x89PNG" + b"x" * 5_000_001, "logo.png", "het mag 5 MB zijn"),
])  # fmt: skip
def test_what_is_no_picture_becomes_no_logo(body, name, says, sign_in, anna):
    answer = send_logo(sign_in(anna), body, name)
    assert answer.status_code == 422
    assert says in answer.text.replace("\xa0", " ")
    assert db.session.scalar(select(func.count()).select_from(Profile)) == 0


def test_who_chooses_no_picture_reads_that(sign_in, anna):
    answer = sign_in(anna).post(f"/companies/{VEZELWERK}/logo", data={})
    assert answer.status_code == 422
    assert "Kies eerst een afbeelding." in answer.text


@pytest.mark.slow
@pytest.mark.skipif(not DANGEROUS, reason=f"SKIPPED WITHOUT CORPORA: {CORPORA} is missing")
def test_no_dangerous_file_of_others_becomes_more_than_a_small_picture(sign_in, anna, carla):
    """corpora/files: refused, or shown as a WebP of our own making or not at all."""
    browser, reader = sign_in(anna), sign_in(carla)
    pictures = [path for path in DANGEROUS if path.suffix in (".png", ".jpg", ".gif", ".webp", ".svg", ".pdf")]
    for path in pictures:
        limiter.reset()
        answer = send_logo(browser, path.read_bytes(), path.name)
        assert answer.status_code in (303, 422), path.name
        if answer.status_code == 303:
            shown = reader.get(f"/companies/{VEZELWERK}/logo")
            assert shown.status_code == 404 or shown.data[8:12] == b"WEBP", path.name
    assert len(pictures) > 5
    assert reader.get(f"/companies/{VEZELWERK}").status_code == 200


def test_a_conflict_is_raised_for_an_older_version_only(app, anna, vezelwerk):
    service.describe_company(anna, vezelwerk, about(), version=0)
    with pytest.raises(PageConflict):
        service.describe_company(anna, company_called(VEZELWERK), about(), version=0)
    service.describe_company(anna, company_called(VEZELWERK), about(), version=1)

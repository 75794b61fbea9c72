"""A listing from two choices to the list: asked, kept, checked, placed."""

import io
from itertools import product

import pytest

from app.accounts.models import Company
from app.core.extensions import db
from app.marketplace import queries, service
from app.marketplace.forms.listings import _form_class
from app.marketplace.models import FIELDS, PLANS, Category, Kind, ListingFile, State
from app.marketplace.models.categories import CONDITIONS, kg_per_year, waste_status
from app.marketplace.service import Typed, VersionConflict
from tests.conftest import actor_named, together
from tests.marketplace.conftest import (
    BODY,
    TYPED,
    draft,
    fields,
    in_days,
    listings,
    place_draft,
    placed,
    typed_for,
    version,
    with_setting,
)


@pytest.fixture(autouse=True)
def nothing_waits(app):
    with_setting("off")


def place(browser, category="material", **more):
    return browser.post("/market/publish", data=fields(category, **more))


def names_asked(page):
    return {name for name in FIELDS if f' name="{name}"' in page}


@pytest.mark.parametrize("category", TYPED)
def test_each_category_asks_exactly_its_own_fields_and_takes_them(category, sign_in, bram, dirk):
    """MKT-1, MKT-3"""
    browser = sign_in(dirk if category == "joint_purchase" else bram)
    page = browser.get(f"/market/new?kind=offer&category={category}").text
    assert names_asked(page) == {spec.name for spec in PLANS[Category(category)].fields}
    answer = place(browser, category)
    assert answer.status_code == 303
    [made] = listings()
    assert (made.state, made.category, made.company_id) == (State.PUBLISHED, category, made.tie.company_id)
    shown = browser.get(made.link)
    assert shown.status_code == 200
    assert f"Een plaatsing: {category}" in browser.get("/market").text


def test_two_choices_come_first(sign_in, bram):
    """MKT-1"""
    browser = sign_in(bram)
    page = browser.get("/market/new").text
    assert all(str(plan.label) in page for plan in PLANS.values())
    assert "Kies allebei" in browser.get("/market/new?kind=offer").text


def test_title_text_and_area_suffice_for_a_draft_and_less_too(sign_in, bram):
    """MKT-1, MKT-2"""
    browser = sign_in(bram)
    sent = {"kind": "request", "category": "energy", "title": "Warmte", "power": "geen idee", "body": "kort"}
    assert browser.post("/market", data=sent).status_code == 303
    [made] = listings()
    assert (made.state, made.kind) == (State.DRAFT, Kind.REQUEST)
    page = browser.get(f"/listings/{made.id}/edit").text
    assert 'value="geen idee"' in page
    assert "Warmte" in browser.get("/market/mine").text


def test_what_a_script_keeps_is_one_draft_however_often_it_is_sent(sign_in, bram):
    """MKT-2, section 7.12"""
    browser, client = sign_in(bram), "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    as_json = {"Accept": "application/json"}
    for words in ("Een", "Een plaat", "Een plaatsing"):
        answer = browser.post("/market", data=fields(title=words, client_id=client), headers=as_json)
        assert set(answer.json) == {"saved_at", "version", "url"}
    [made] = listings()
    assert made.title == "Een plaatsing"
    assert answer.json["url"] == f"/listings/{made.id}"
    assert answer.json["version"] == made.version


def test_another_screen_in_between_gives_the_form_back_with_everything_typed(sign_in, bram):
    """Nothing is written over, nothing is lost."""
    browser = sign_in(bram)
    browser.post("/market", data=fields())
    [made] = listings()
    browser.post(f"/listings/{made.id}", data=fields(title="Van de telefoon", version="1"))
    answer = browser.post(f"/listings/{made.id}", data=fields(title="Van de computer", version="1", cas="67-64-1"))
    assert answer.status_code == 409
    assert "op een ander scherm" in answer.text
    assert 'value="Van de computer"' in answer.text
    assert 'value="67-64-1"' in answer.text
    assert listings()[0].title == "Van de telefoon"
    again = fields(title="Van de computer", version="2")
    assert browser.post(f"/listings/{made.id}", data=again).status_code == 303
    with pytest.raises(VersionConflict):
        service.save_listing(bram, listings()[0], Typed(kind=made.kind, category=made.category, fields={}, version=2))


def test_what_is_wrong_stands_at_its_field_and_the_draft_is_kept(sign_in, bram):
    """Section 5: a sentence for each field; everything typed stays."""
    answer = place(sign_in(bram), cas="67-64-2", un="12", eural="210101", purity="110", title="Kort")
    assert answer.status_code == 422
    for sentence in ("Dit heeft minstens 5 tekens nodig", "Geef een getal van 0 tot en met 100",
                     "het laatste cijfer past niet", "een hoofdstuk van 01 tot en met 20",
                     "Een UN-nummer heeft vier cijfers"):  # fmt: skip
        assert sentence in answer.text
    assert 'value="67-64-2"' in answer.text
    [made] = listings()
    assert (made.state, made.typed["purity"]) == (State.DRAFT, "110")


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"quantity_min": "50", "quantity_max": "40"}, "De hoogste hoeveelheid ligt onder de laagste."),
    ({"quantity_min": "50", "unit": ""}, "Kies de eenheid van de hoeveelheid."),
    ({"quantity_min": "5,5,5"}, "Dit is geen getal."), ({"quantity_min": "1,2345"}, "Geef hoogstens 3 decimalen."),
    ({"unit": "m3"}, "Geef de dichtheid"), ({"unit": "ounce"}, "Kies uit de lijst."),
    ({"from": in_days(9), "until": in_days(3)}, "De laatste dag ligt voor de eerste."),
    ({"until": in_days(-1)}, "Deze dag is voorbij."), ({"from": "31-02-2027"}, "Dit is geen dag."),
    ({"site": "Assen"}, "Assen hoort bij het gebied “Noord-Drenthe”."), ({"area": ""}, "Vul dit in."),
    ({"audience": "group"}, "Kies de werkgroep."), ({"audience": "named_companies"}, "Noem ten minste één bedrijf."),
    ({"audience": "group", "group": "1"}, "Kies uit de lijst."),
    ({"body": "Te kort."}, "Dit heeft minstens 20 tekens nodig"),
])  # fmt: skip
def test_each_mistake_has_its_own_sentence(wrong, sentence, sign_in, bram):
    """Section 5"""
    answer = place(sign_in(bram), **wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert listings()[0].state is State.DRAFT


@pytest.mark.parametrize(("typed", "stored"), [
    ("1.250,5", "1250.5"), ("1250,5", "1250.5"), ("1250.5", "1250.5"), ("1.250", "1250"), ("1 250", "1250"),
    ("0,001", "0.001")])  # fmt: skip
def test_amounts_are_taken_as_the_dutch_write_them(typed, stored, sign_in, bram):
    """MKT-4"""
    assert place(sign_in(bram), quantity_min=typed).status_code == 303
    assert listings()[0].values["quantity_min"] == stored


@pytest.mark.parametrize(("values", "kilograms"), [
    ({"quantity_min": "40", "unit": "t", "rhythm": "per_year"}, 40_000),
    ({"quantity_min": "10", "quantity_max": "20", "unit": "kg", "rhythm": "per_week"}, 1_040),
    ({"quantity_min": "2", "unit": "m3", "rhythm": "per_month", "density": "800"}, 19_200),
    ({"quantity_min": "500", "unit": "l", "density": "1000"}, 500), ({"quantity_min": "2", "unit": "m3"}, None),
    ({"quantity_min": "3", "unit": "pallet"}, None), ({"unit": "kg"}, None)])  # fmt: skip
def test_amounts_are_compared_in_kilograms_a_year_where_that_can_be(values, kilograms):
    """MKT-4"""
    assert kg_per_year(values) == kilograms


@pytest.mark.parametrize("answers", [*product(("yes", "no", "unknown"), repeat=4)])
def test_four_answers_say_what_the_owner_states_and_never_more(answers):
    """MKT-48, section 7.4: all 81."""
    status = waste_status(Category.RESIDUAL_STREAM, dict(zip(CONDITIONS, answers, strict=True)))
    expected = "waste" if "no" in answers else "by_product_own_statement" if set(answers) == {"yes"} else "unknown"
    assert status == expected


def test_the_page_gives_the_own_statement_and_no_verdict(sign_in, bram, carla):
    """MKT-48"""
    place(sign_in(bram), "residual_stream", use_certain_proof="Contract met de afnemer.")
    page = sign_in(carla).get(listings()[0].link).text
    assert "eigen verklaring bijproduct" in page
    assert "Contract met de afnemer." in page
    assert "goedgekeurd" not in page.lower()


WASTE = {"use_certain": "no", "eural": "04 02 22", "hazardous": "no"}
HAZARDOUS = {**WASTE, "eural": "070104*", "hazardous": "yes", "form": "liquid", "packaging": "drum"}


@pytest.mark.parametrize(("left_out", "sentence"), [
    ({"eural": ""}, "Bij afval hoort een Eural-code."), ({"hazardous": ""}, "Zeg of dit afval gevaarlijk is."),
    ({"eural": "070104*"}, "Een Eural-code met een * is gevaarlijk afval."),
    ({"hazardous": "yes", "form": ""}, "Bij gevaarlijk afval is dit nodig."),
    ({"hazardous": "yes"}, "Bij gevaarlijk afval hoort een veiligheidsinformatieblad."),
])  # fmt: skip
def test_waste_is_placed_with_all_that_belongs_to_it_only(left_out, sentence, sign_in, bram):
    """MKT-49"""
    assert sentence in place(sign_in(bram), "residual_stream", **{**WASTE, **left_out}).text
    assert listings()[0].state is State.DRAFT


def test_waste_with_its_code_and_hazardous_waste_with_its_sheet_are_placed(sign_in, bram):
    """MKT-49"""
    assert place(sign_in(bram), "residual_stream", **WASTE).status_code == 303
    assert listings()[0].values["eural"] == "04 02 22"
    sheet = (io.BytesIO(b"%PDF-1.7\n"), "blad.pdf")
    sent = {**fields("residual_stream", **HAZARDOUS), "safety_sheet": sheet}
    answer = sign_in(bram).post("/market/publish", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert listings()[1].values["eural"] == "07 01 04*"


def test_material_is_asked_for_its_code_only_when_it_is_waste(sign_in, bram):
    """MKT-49, the table"""
    assert place(sign_in(bram), "material", waste_status="product").status_code == 303
    assert place(sign_in(bram), "material", waste_status="waste").status_code == 422


def test_a_personnel_listing_takes_the_fields_of_its_table_and_nothing_else(sign_in, bram):
    """MKT-51: extra fields are left out, files refused, a period of at most twelve months."""
    browser = sign_in(bram)
    sent = fields("personnel", remuneration="free", quantity_min="3", salary="3500", name="Jan")
    assert browser.post("/market/publish", data=sent).status_code == 303
    [made] = listings()
    assert set(made.values) <= {spec.name for spec in PLANS[Category.PERSONNEL].fields}
    with_file = {**fields("personnel"), "files": (io.BytesIO(b"cv"), "cv.txt")}
    answer = browser.post("/market/publish", data=with_file, content_type="multipart/form-data")
    assert "Bij deze categorie horen geen bestanden." in answer.text
    assert db.session.query(ListingFile).count() == 0
    assert "Hoogstens twaalf maanden." in place(browser, "personnel", until=in_days(500)).text
    assert "Geef een getal van 0,1 tot en met 1" in place(browser, "personnel", fte="1,2").text


@pytest.mark.parametrize(("who", "status"), [("bram", 403), ("anna", 303), ("dirk", 303), ("carla", 403)])
def test_a_joint_purchase_is_placed_by_a_coordinator_or_a_lead(who, status, sign_in):
    """MKT-53: the draft of anyone else is kept."""
    answer = place(sign_in(actor_named(who)), "joint_purchase")
    assert answer.status_code == status
    assert listings()[0].typed["product"] == "veiligheidsschoenen"


def test_a_joint_purchase_of_a_large_share_needs_the_reason_of_a_coordinator(sign_in, dirk, anna):
    """MKT-53"""
    answer = place(sign_in(dirk), "joint_purchase", market_share="above_15")
    assert answer.status_code == 422
    assert "vraagt die" in answer.text
    assert place(sign_in(dirk), "joint_purchase", market_share="unknown", share_reason="Klein.").status_code == 303
    place(sign_in(anna), "joint_purchase", market_share="above_15")
    waiting = listings()[-1]
    assert waiting.state is State.PENDING
    asked = {"version": waiting.version}
    assert sign_in(dirk).post(f"/listings/{waiting.id}/approve", data=asked).status_code == 422
    sign_in(dirk).post(f"/listings/{waiting.id}/approve", data={**asked, "body": "Nog altijd een kleine markt."})
    assert listings()[-1].state is State.PUBLISHED
    assert "Nog altijd een kleine markt." in sign_in(anna).get(listings()[-1].link).text


def test_a_joint_purchase_gathers_names_and_tells_others_only_how_many_from_three_on(sign_in, dirk, carla, emma):
    """MKT-53"""
    shown = placed(dirk, "joint_purchase", values={"deadline": in_days(9), "market_share": "up_to_15"})
    for key in ("carla", "emma"):
        sign_in(actor_named(key)).post(f"/listings/{shown.id}/take-part")
    page = sign_in(carla).get(shown.link).text
    assert "Uw bedrijf doet mee" in page
    assert "Gasselternijveen" not in page
    assert "bedrijven doen mee" not in page
    service.take_part(actor_named("otto"), queries.get_listing(actor_named("otto"), shown.id))
    assert "3 bedrijven doen mee" in sign_in(carla).get(shown.link).text
    names = "Aardappelzetmeel Gasselternijveen, Garenhuis Emmen, Polymeer Coevorden"
    assert names in sign_in(dirk).get(shown.link).text
    sign_in(carla).post(f"/listings/{shown.id}/stop-taking-part")
    assert "bedrijven doen mee" not in sign_in(emma).get(shown.link).text


def test_changing_the_category_keeps_what_was_typed_under_the_other(sign_in, bram):
    """Section 5: nothing typed is lost."""
    browser = sign_in(bram)
    browser.post("/market", data=fields("energy", power="1,2"))
    [made] = listings()
    browser.post(f"/listings/{made.id}", data={**fields("service"), **{"power": "1,2"}})
    assert listings()[0].category is Category.SERVICE
    browser.post(f"/listings/{made.id}", data={"kind": "offer", "category": "energy", **listings()[0].typed})
    assert 'value="1,2"' in browser.get(f"/listings/{made.id}/edit").text


def test_drafts_are_for_who_may_change_them_and_thrown_away_by_them(sign_in, bram, anna, carla):
    """MKT-6"""
    made = draft(bram)
    assert sign_in(carla).get(f"/listings/{made.id}").status_code == 404
    assert sign_in(anna).get(f"/listings/{made.id}/edit").status_code == 200
    wietske = actor_named("wietske")
    assert sign_in(wietske).get(f"/listings/{made.id}/preview").status_code == 200
    assert sign_in(wietske).get(f"/listings/{made.id}/edit").status_code == 403
    assert sign_in(bram).post(f"/listings/{made.id}/discard").status_code == 303
    assert listings() == []


def test_two_who_place_one_draft_at_once_place_it_once(app, bram):
    made = draft(bram)
    made_id = made.id
    results = together(app, *[lambda: service.place_listing(
        actor_named("bram"), queries.get_listing(actor_named("bram"), made_id), version())] * 2)
    assert {type(result).__name__ for result in results} == {"Listing"}
    assert len(listings()) == 1


def test_every_field_has_a_form_field_of_its_own():
    """The declaration is the only place that names them."""
    for category in Category:
        names = {spec.name for spec in PLANS[category].fields}
        assert names <= {field.name for field in _form_class(category)(formdata=None)}


def test_a_partner_has_no_market(sign_in, gijs, bram):
    """GRP-42"""
    shown = placed(bram)
    for address in ("/market", "/market/new", "/market/mine", "/talks", shown.link):
        assert sign_in(gijs).get(address).status_code == 404
    assert "Vraag &amp; aanbod" not in sign_in(gijs).get("/").text


def test_a_listing_reads_as_its_owner_wrote_it(sign_in, bram, carla):
    """Section 4: kind in words, company, end, the table."""
    place(sign_in(bram), quantity_min="1.250,5", unit="kg", rhythm="per_month")
    page = sign_in(carla).get(listings()[0].link).text
    for words in ("Wij bieden aan", "Materiaal", "Vezelwerk Emmen", "1.250,5 kg per maand", "Zuidoost-Drenthe", BODY):
        assert words in page
    company = db.session.get_one(Company, listings()[0].company_id)
    assert company.name == "Vezelwerk Emmen"


def test_what_others_see_can_be_looked_at_before_it_is_placed(sign_in, bram):
    """Section 4"""
    browser = sign_in(bram)
    answer = browser.post("/market", data={**fields(quantity_min="geen getal"), "preview": "1"})
    assert answer.location.endswith("/preview")
    page = browser.get(answer.location).text
    assert "Een plaatsing: material" in page
    assert "geen getal" not in page


def test_a_version_survives_the_way_through_the_database(bram):
    """What waits for the coordinator is what was accepted."""
    one = version(audience="members", values={"quantity_min": "40"})
    assert type(one).of_json(one.as_json()) == one
    made = draft(bram)
    place_draft(bram, made)
    assert typed_for("material")["title"] == listings()[0].title

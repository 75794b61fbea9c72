"""Our people: who acts for a company, what they are there, and how that ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import queries as accounts
from app.accounts import service
from app.accounts.models import Company, Person, Tie
from app.core.clock import today
from app.core.extensions import db
from app.directory import queries
from app.directory.queries import StaffFilter
from app.groups.models import GroupMembership
from app.guard.models import ActsAs, Hiding
from app.marketplace.models import Listing
from tests.conftest import actor_named, company_of, group_called, person_named, words_of
from tests.directory.conftest import VEZELWERK
from tests.marketplace.conftest import placed
from tests.servers import REFUSE_FOR_GOOD

STAFF = f"/companies/{VEZELWERK}/staff"


def tie_of(key):
    db.session.rollback()
    return accounts.open_tie_of(person_named(key).id)


def page_of(key, part):
    return f"{STAFF}/{tie_of(key).id}/{part}"


def lines(actor, which=StaffFilter.ALL, company=None):
    company = company or db.session.scalars(select(Company).where(Company.slug == VEZELWERK)).one()
    return queries.staff_of(actor, company, which, 1)


def test_a_contact_finds_the_people_of_the_company(app, anna, sign_in):
    """groups.md 4: name, function, roles and groups."""
    page = words_of(sign_in(anna).get(STAFF).text)
    assert "Onze mensen" in page
    for words in ("Anna Assink", "Bram Boelens", "Wietske Wubbels", "Roelof Reinders", "contactpersoon",
                  "afgevaardigde", "Energie", "Uitnodigen", "Lijst inlezen", "Dienstverband beëindigen"):  # fmt: skip
        assert words in page
    assert "Carla Cazemier" not in page


@pytest.mark.parametrize(("who", "status"), [
    ("anna", 200), ("dirk", 200), ("bram", 403), ("wietske", 403), ("carla", 403), ("femke", 403), ("gijs", 404),
])  # fmt: skip
def test_the_page_is_for_contacts_of_the_company_and_coordinators(app, sign_in, who, status):
    """GRP-22, groups.md 3"""
    assert sign_in(actor_named(who)).get(STAFF).status_code == status


def test_the_way_to_it_stands_in_the_menu_and_on_the_page_of_the_company(app, anna, bram, sign_in):
    for page in ("/", f"/companies/{VEZELWERK}"):
        assert STAFF in sign_in(anna).get(page).text
        assert STAFF not in sign_in(bram).get(page).text


def test_of_groups_only_those_that_the_reader_reads_are_named(app, anna, dirk):
    """GRP-3, GRP-4: Wietske takes part in one on request, Roelof now in a confidential one."""
    secret = group_called("externe-veiligheid")
    if not any(each.tie_id == tie_of("roelof").id for each in db.session.scalars(
            select(GroupMembership).where(GroupMembership.group_id == secret.id))):  # fmt: skip
        db.session.add(GroupMembership(group_id=secret.id, tie_id=tie_of("roelof").id))
        db.session.commit()
    seen = {each.name: each.groups for each in lines(anna)}
    assert "Personeelsmobiliteit" not in seen["Wietske Wubbels"]
    assert "Externe veiligheid" not in seen["Roelof Reinders"]
    by_dirk = {each.name: each.groups for each in lines(dirk)}
    assert "Personeelsmobiliteit" in by_dirk["Wietske Wubbels"]
    assert "Externe veiligheid" not in by_dirk["Roelof Reinders"]


def test_a_guest_of_a_confidential_group_alone_is_not_among_the_people_of_a_partner(app, dirk, emma):
    """GRP-4"""
    gijs = tie_of("gijs")
    for place in db.session.scalars(select(GroupMembership).where(GroupMembership.tie_id == gijs.id)):
        place.group_id = group_called("externe-veiligheid").id
    db.session.commit()
    assert "Gijs Gritter" not in [each.name for each in lines(dirk, company=company_of("gijs"))]


def test_a_contact_sees_nobody_who_left(app, anna, sign_in):
    """GRP-21"""
    service.end_tie(anna, tie_of("bram"))
    assert "Bram Boelens" not in sign_in(actor_named("anna")).get(STAFF).text


def test_the_page_costs_the_same_however_many_people_there_are(app, anna, sign_in, count_statements):
    browser = sign_in(anna)
    browser.get(STAFF)
    with count_statements() as few:
        browser.get(STAFF)
    company = company_of("anna")
    for number in range(60):
        person = service.create_person(None, email=f"extra{number}@brink.example", name=f"Extra {number:02}")
        service.start_tie(None, person, db.session.get_one(Company, company.id))
    with count_statements() as many:
        first = browser.get(STAFF).text
    assert len(many) == len(few)
    assert "Extra 10" in first
    assert "Extra 59" not in first
    assert "Extra 59" in browser.get(f"{STAFF}?page=2").text


def test_a_contact_changes_what_somebody_is(app, anna, sign_in):
    """GRP-22"""
    browser = sign_in(anna)
    assert browser.get(page_of("roelof", "edit")).status_code == 200
    answer = browser.post(page_of("roelof", "edit"), data={"function": "Chef stoom", "is_delegate": "y"})
    assert (answer.status_code, answer.location) == (303, STAFF)
    assert (tie_of("roelof").function, tie_of("roelof").is_contact, tie_of("roelof").is_delegate) == (
        "Chef stoom", False, True)  # fmt: skip
    found = browser.get("/search?q=stoom&type=person").text
    assert "Roelof" in found


def test_what_was_typed_stays_when_it_is_refused(app, anna, sign_in):
    answer = sign_in(anna).post(page_of("roelof", "edit"), data={"function": "x" * 81, "is_contact": "y"})
    assert answer.status_code == 422
    assert "x" * 81 in answer.text


def test_the_last_contact_stays_and_the_page_says_why(app, anna, sign_in):
    """GRP-23"""
    browser = sign_in(anna)
    refused = browser.post(page_of("anna", "edit"), data={"function": "Directeur"})
    assert refused.status_code == 409
    assert "Dit is de laatste contactpersoon die blijft" in refused.text
    assert "Directeur" in refused.text
    for sent in ({"when": "now"}, {"when": "later", "last_day": (today() + timedelta(days=9)).isoformat()}):
        answer = browser.post(page_of("anna", "end"), data=sent)
        assert answer.status_code == 409
        assert "Dit is de laatste contactpersoon die blijft" in answer.text
    assert tie_of("anna").is_contact


def test_a_company_without_contact_is_marked_where_coordinators_see_it(app, dirk, carla, sign_in):
    """GRP-23: until one is named."""
    browser = sign_in(dirk)
    assert browser.post(page_of("anna", "edit"), data={"function": "Directeur"}).status_code == 303
    mark = "zonder contactpersoon"
    assert mark in browser.get("/companies").text
    assert mark in browser.get(f"/companies/{VEZELWERK}").text
    assert "Dit bedrijf heeft geen contactpersoon" in browser.get(STAFF).text
    for page in ("/companies", f"/companies/{VEZELWERK}"):
        assert mark not in sign_in(carla).get(page).text
    browser.post(page_of("roelof", "edit"), data={"function": "", "is_contact": "y"})
    assert mark not in browser.get("/companies").text
    assert mark not in browser.get(f"/companies/{VEZELWERK}").text


def test_a_contact_ends_a_tie_at_once_and_names_who_takes_over(app, anna, bram, sign_in):
    """GRP-37, GRP-39: the form proposes a colleague for each kind."""
    placed(bram)
    browser = sign_in(anna)
    page = browser.get(page_of("bram", "end")).text
    for kind in ("listings", "talks", "documents"):
        assert f'id="receivers-{kind}"' in page
    roelof = tie_of("roelof").id
    answer = browser.post(page_of("bram", "end"), data={
        "when": "now", "receivers": [f"listings:{roelof}", "talks:0", "documents:0"]})  # fmt: skip
    assert (answer.status_code, answer.location) == (303, STAFF)
    assert tie_of("bram") is None
    assert db.session.scalars(select(Listing)).one().kept_by == roelof
    assert "Bram Boelens treedt niet meer op voor Vezelwerk Emmen" in browser.get(STAFF).text


def test_a_contact_sets_a_last_day_and_takes_it_back(app, anna, sign_in):
    """GRP-37"""
    browser, last_day = sign_in(anna), today() + timedelta(days=30)
    roelof = tie_of("roelof").id
    sent = {"when": "later", "last_day": f"{last_day.day}-{last_day.month}-{last_day.year}",
            "receivers": [f"listings:{roelof}"]}  # fmt: skip
    assert browser.post(page_of("bram", "end"), data=sent).status_code == 303
    assert tie_of("bram").last_day == last_day
    assert [each.name for each in lines(anna, StaffFilter.LEAVING)] == ["Bram Boelens"]
    again = browser.get(page_of("bram", "end")).text
    assert f'<option value="listings:{roelof}" selected' in again
    assert browser.post(page_of("bram", "keep")).status_code == 303
    assert tie_of("bram").last_day is None
    assert "Niemand heeft een laatste dag" in browser.get(f"{STAFF}?filter=leaving").text


@pytest.mark.parametrize("sent", [
    {}, {"when": "never"}, {"when": "later"}, {"when": "later", "last_day": "ooit"},
    {"when": "later", "last_day": "2020-01-01"}, {"when": "later", "last_day": "31-02-2030"},
    {"when": "now", "receivers": "listings:12"}, {"when": "now", "receivers": "listings:99999999999999999"},
])  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(app, anna, sign_in, sent):
    answer = sign_in(anna).post(page_of("bram", "end"), data=sent)
    if sent.get("receivers", "").endswith("9" * 10):
        assert answer.status_code == 303  # no number: as if nobody was named
        return
    assert answer.status_code == 422
    assert "Er is nog niets beëindigd" in answer.text
    assert tie_of("bram").last_day is None


def test_people_of_another_company_are_not_found_under_ones_own(app, anna, dirk, sign_in):
    """GRP-22"""
    stranger = tie_of("carla").id
    for part in ("edit", "end"):
        assert sign_in(anna).get(f"{STAFF}/{stranger}/{part}").status_code == 404
    assert sign_in(anna).post(f"{STAFF}/{stranger}/end", data={"when": "now"}).status_code == 404
    service.end_tie(dirk, tie_of("bram"))
    gone = db.session.scalars(select(Tie.id).join(Person).where(Person.email == "bram@brink.example")).one()
    assert sign_in(anna).get(f"{STAFF}/{gone}/edit").status_code == 404


def test_a_function_that_is_hidden_is_not_changed_from_the_page(app, anna, sign_in):
    """MOD-13"""
    bram = tie_of("bram")
    before, person_id = bram.function, bram.person_id
    db.session.add(Hiding(kind="person", item=person_id, rule=4, role=ActsAs.COORDINATOR))
    db.session.commit()
    browser = sign_in(anna)
    assert before not in browser.get(page_of("bram", "edit")).text
    browser.post(page_of("bram", "edit"), data={"function": "Iets anders", "is_delegate": "y"})
    assert (tie_of("bram").function, tie_of("bram").is_delegate) == (before, True)


def test_whose_mail_does_not_arrive_is_marked_until_a_letter_comes_through(
    app, anna, bram, sign_in, visitor, mail_server, monkeypatch, clock
):
    """Groups section 5: a code that the mail server took for nobody's, and a later one that went."""
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    mail_server.script(REFUSE_FOR_GOOD)
    browser = sign_in(anna)
    assert "mail komt niet aan" not in browser.get(STAFF).text
    visitor.post("/login/code/send", data={"email": bram.email})
    assert browser.get(STAFF).text.count("mail komt niet aan") == 1
    clock.forward(minutes=20)
    visitor.post("/login/code/send", data={"email": bram.email})
    assert "mail komt niet aan" not in browser.get(STAFF).text

"""Who takes part: people under their company, guests apart, and nobody whose time is over."""

import re

from app.accounts import queries, service
from app.accounts.models import Company, CompanyState
from app.core.clock import today
from app.core.extensions import db
from app.groups.service import join_group
from tests.conftest import actor_named, group_called, person_named


def members(browser, slug="innovatie"):
    page = browser.get(f"/groups/{slug}/members").text
    companies, _, guests = page.partition('id="guests"')
    return companies, guests


def by_company(page):
    """{company: text of its list}"""
    parts = re.split(r'<h3 id="company-\d+">(?:<a [^>]*>)?', page)[1:]
    return {part.split("<")[0]: part for part in parts}


def test_people_stand_under_their_company_with_function_and_role(app, bram, anna, sign_in):
    """GRP-10"""
    companies = by_company(members(sign_in(bram), "energie")[0])
    hers = companies[anna.company_name]
    assert "Anna Assink" in hers
    assert anna.function in hers
    assert "voorzitter" in hers[hers.index("Anna Assink") :][:120]
    assert "Otto Oosting" in companies["Garenhuis Emmen"]
    assert "Otto Oosting" not in hers


def test_guests_stand_apart_with_organisation_and_last_day(app, bram, gijs, sign_in):
    """GRP-10"""
    companies, guests = members(sign_in(bram))
    assert gijs.name not in companies
    assert gijs.name in guests
    assert gijs.company_name in guests
    assert f"{gijs.last_day.day} " in guests


def test_who_has_no_live_tie_takes_no_part(app, bram, dirk, clock, sign_in):
    """GRP-18: ended, past its last day, or of a suspended company."""
    service.end_tie(dirk, queries.open_tie_of(person_named("otto").id))
    queries.open_tie_of(person_named("jan").id).last_day = today()
    company = db.session.get_one(Company, actor_named("henk").company_id)
    db.session.commit()
    service.change_company_state(dirk, company, CompanyState.SUSPENDED)
    clock.forward(days=1)
    page = members(sign_in(bram), "energie")[0]
    assert "Anna Assink" in page
    for name in (person_named(key).name for key in ("otto", "jan", "henk")):
        assert name not in page


def test_the_members_page_asks_no_more_with_more_members(app, bram, sign_in, count_statements):
    """architecture: a fixed number of queries."""
    browser = sign_in(bram)
    browser.get("/groups/innovatie/members")
    with count_statements() as few:
        browser.get("/groups/innovatie/members")
    for number in range(20):
        person = service.create_person(None, email=f"p{number}@brink.example", name=f"Persoon {number}")
        service.start_tie(None, person, db.session.get_one(Company, actor_named("carla").company_id))
        join_group(actor_named(f"p{number}"), group_called("innovatie"))
    with count_statements() as many:
        page = browser.get("/groups/innovatie/members").text
    assert "Persoon 19" in page
    assert len(many) == len(few)

"""The directory as a list and as a map: the same companies, the same filters, every one by keyboard."""

import random
import re
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.models import Company
from app.core.extensions import db
from app.directory import service
from app.directory.models import Area, CompanySize, Profile, Role, Site, names_within, places
from app.directory.queries import Filters, find
from app.directory.service import SitePlan
from app.marketplace.models import Listing
from tests.conftest import company_called
from tests.directory.conftest import POLYMEER, REASON, VEZELWERK, add_site, claim, describe

NAME = re.compile(r'href="/companies/([a-z0-9-]+)">')
PIN = re.compile(r'<a href="([^"]+)" aria-label="([^\d"]+?)(?: · hier)? (\d+) (?:bedrijf|bedrijven)"')


def listed(page):
    """After the number of companies: above it stands the way to one's own."""
    return NAME.findall(page.partition('class="found"')[2])


def pins(page):
    return {place: (unescape(url), int(number)) for url, place, number in PIN.findall(page)}


@pytest.fixture
def many(app, anna):
    """A profile and sites for everyone, drawn by lot."""
    lot, tie = random.Random(7), anna.tie_id
    for company in db.session.scalars(select(Company).order_by(Company.slug)).all():
        db.session.add(Profile(company_id=company.id, roles=lot.sample([*Role], 2), size=lot.choice([*CompanySize]),
                               changed_by=tie))  # fmt: skip
        for number in range(lot.randrange(3)):
            db.session.add(Site(company_id=company.id, name="Fabriek", place=lot.choice(list(places())),
                                is_main=number == 0, created_by=tie))  # fmt: skip
    db.session.commit()


def test_every_place_of_the_list_is_where_it_can_be():
    """Place: 0.01 degree, inside 50.7-53.6 N and 3.3-7.3 E; its name fits the columns that hold it."""
    longest = min(column.type.length for column in (Site.__table__.c.place, Listing.__table__.c.site))
    assert len(places()) > 40
    for place in places().values():
        assert 50.7 < place.latitude < 53.6
        assert 3.3 < place.longitude < 7.3
        assert round(place.latitude, 2) == place.latitude
        assert len(place.name) <= longest
    assert {place.area for place in places().values()} == set(Area)


def test_distances_are_whole_kilometres_and_the_same_both_ways():
    """MKT-5: as the crow flies, between centres."""
    emmen, assen, coevorden = (places()[name] for name in ("Emmen", "Assen", "Coevorden"))
    assert emmen.kilometres_to(emmen) == 0
    assert emmen.kilometres_to(assen) == assen.kilometres_to(emmen) == 33
    assert emmen.kilometres_to(coevorden) == 17
    assert coevorden.name in names_within(25, emmen)
    assert assen.name not in names_within(25, emmen)
    assert names_within(1000, emmen) == list(places())


@pytest.mark.slow
def test_list_and_map_say_the_same_under_two_hundred_filters(many, carla, sign_in):
    """DIR-23, DIR-26, section 7.2: against a question asked in another way; each company once in the total."""
    lot, browser = random.Random(3), sign_in(carla)
    sites = db.session.execute(select(Company.slug, Site.place).join(Site, Site.company_id == Company.id)).all()
    profiles = {slug: profile for slug, profile in db.session.execute(
        select(Company.slug, Profile).join(Profile, Profile.company_id == Company.id))}  # fmt: skip
    kinds = {"area": [*Area], "place": list(places()), "role": [*Role], "size": [*CompanySize]}
    for number in range(200):
        asked = {name: str(lot.choice(values)) for name, values in kinds.items() if lot.random() < 0.35}
        wanted = {
            slug for slug, profile in profiles.items()
            if ("role" not in asked or asked["role"] in profile.roles)
            and ("size" not in asked or profile.size == asked["size"])
            and ("place" not in asked or (slug, asked["place"]) in sites)
            and ("area" not in asked or any(each == slug and places()[place].area == asked["area"]
                                            for each, place in sites))
        }  # fmt: skip
        finding = find(carla, Filters.read(asked))
        assert {line.slug for line in finding.lines} == wanted, asked
        assert len(finding.lines) == len(wanted)
        on_map = [line.slug for _place, lines in finding.at_places for line in lines]
        assert set(on_map) | {line.slug for line in finding.nowhere} == wanted, asked
        if number % 40 == 0:
            as_list, as_map = (browser.get("/companies", query_string={**asked, **more}).text
                               for more in ({}, {"view": "map"}))  # fmt: skip
            assert set(listed(as_list)) == set(listed(as_map)) == wanted


def test_everything_on_the_map_is_a_link_that_stands_in_the_list_too(sites, carla, sign_in):
    """DIR-23, DIR-24, DIR-25: a place with its number in words, before any script."""
    browser = sign_in(carla)
    page = browser.get("/companies?view=map").text
    assert {place: number for place, (_url, number) in pins(page).items()} == {"Assen": 1, "Coevorden": 1, "Emmen": 1}
    below = page.partition('class="places"')[2]
    for place, (url, _number) in pins(page).items():
        assert f">{place}</a>" in below
        there = browser.get(url).text
        assert pins(there) == {place: (url, 1)}
        assert f"{place}" in there
    order = [place for _url, place, _number in PIN.findall(page)]
    assert order == sorted(order)
    assert re.findall(r'<h2 id="place-\d+"><a[^>]+>([^<]+)', below) == order


def test_a_company_in_two_places_is_one_company(sites, carla, sign_in):
    """DIR-26"""
    page = sign_in(carla).get("/companies?view=map&area=southeast").text
    assert "2 bedrijven</p>" in page
    assert listed(page).count(VEZELWERK) == 2


def test_pins_differ_by_shape_and_are_large_enough(sites, dirk, carla, sign_in):
    """DIR-24: a place of partners alone is square; 57 units, of which the smallest phone makes 44 pixels."""
    plan = SitePlan(name="Kantoor", place="Meppel")
    service.add_site(dirk, company_called("kenniskring-noord"), plan, reason=REASON)
    page = sign_in(carla).get("/companies?view=map").text
    assert page.count('<rect class="pin pin-partner"') == 1
    assert page.count('<circle class="pin"') == 3
    assert page.count('class="touch"') == 4
    assert 'r="28.5"' in page


def test_the_list_says_how_far_the_nearest_site_is(sites, anna, carla, sign_in):
    """DIR-4, directory.md 4: Polymeer is in Coevorden and Emmen, Vezelwerk in Emmen and Assen."""
    for_carla = sign_in(carla).get("/companies").text
    assert (how_far(for_carla, VEZELWERK), how_far(for_carla, POLYMEER)) == ("17 km van u", None)
    add_site(carla, "Emmen", POLYMEER, name="Depot")
    assert how_far(sign_in(anna).get("/companies").text, POLYMEER) == "in uw eigen plaats"


def how_far(page, slug):
    [row] = [row for row in page.split("<li>") if f'class="plain" href="/companies/{slug}"' in row]
    found = re.search(r"\d+ km van u|in uw eigen plaats", row)
    return found[0] if found else None


def test_the_map_asks_nothing_of_anybody_else(sites, anna, carla, sign_in):
    """DIR-22, section 7.3: also with an http link in the text."""
    describe(anna, text_md="http://elders.example", website="https://vezelwerk.example")
    for address in ("/companies", "/companies?view=map", f"/companies/{VEZELWERK}"):
        page = sign_in(carla).get(address).text
        assert re.findall(r'(?:src|data|poster|srcset)="(?!/)[^"]*"', page) == []
        assert re.findall(r'<(?:image|use)[^>]+href="(?!/)[^"]*"', page) == []


def test_filters_stand_in_the_address_and_each_can_be_dropped(sites, anna, carla, sign_in):
    """DIR-18"""
    describe(anna, size="50_249", roles=["producer"])
    claim(anna, "extruderen")
    browser = sign_in(carla)
    page = browser.get("/companies?area=southeast&place=Emmen&role=producer&size=50_249").text
    assert listed(page) == [VEZELWERK]
    for words in ("Gebied: Zuidoost-Drenthe", "Plaats: Emmen", "Rol in de keten: Producent", "Grootte: 50 tot 249"):
        assert words in re.sub(r"</?span[^>]*>", "", page)
    assert '<option value="Emmen" selected>' in page
    assert "/companies?area=southeast&amp;place=Emmen&amp;role=producer" in page
    number = find(carla, Filters()).claimed[0][0]
    assert listed(browser.get(f"/companies?capability={number}").text) == [VEZELWERK]


def test_a_filter_without_hits_says_which_one_to_drop(sites, anna, carla, sign_in):
    """DIR-18"""
    describe(anna, size="under_10", roles=["producer"])
    page = sign_in(carla).get("/companies?place=Coevorden&role=producer").text
    assert "Geen bedrijf past bij dit alles." in page
    assert "Zonder “Plaats”</a>" not in page
    for words in ("Zonder “Plaats”: 1 bedrijf", "Zonder “Rol in de keten”: 1 bedrijf"):
        assert words in page
    assert "Alle bedrijven tonen" in sign_in(carla).get("/companies?size=from_250&role=government").text


@pytest.mark.parametrize("asked", ["area=overal&place=Atlantis&role=x&size=9", "capability=999999999999999999999",
                                    "page=0", "page=99999999999999999", "view=globe", "place=%00",
                                    "area=%3Cscript%3E"])  # fmt: skip
def test_an_address_that_means_nothing_filters_nothing(asked, sites, carla, sign_in):
    answer = sign_in(carla).get(f"/companies?{asked}")
    assert answer.status_code == 200
    assert "<script>area" not in answer.text


def test_the_order_is_by_name_and_the_second_page_goes_on(app, anna, carla, sign_in):
    """Never by size or payment; 25 a page."""
    from app.accounts.service import create_company

    for number in range(30):
        create_company(None, name=f"Proefbedrijf {number:02}")
    browser = sign_in(carla)
    names = [slug for page in (1, 2) for slug in listed(browser.get(f"/companies?page={page}").text)]
    expected = db.session.scalars(select(Company.slug)).all()
    assert len(names) == len(set(names)) == len(expected)
    by_name = {slug: name for slug, name in db.session.execute(select(Company.slug, Company.name))}
    assert [by_name[slug].casefold() for slug in names] == sorted(by_name[slug].casefold() for slug in names)


def test_a_place_taken_off_the_list_stays_readable(sites, carla, sign_in):
    """Another installation replaces the list of places."""
    site = db.session.scalars(select(Site).where(Site.place == "Assen")).one()
    site.place = "Verdwenen Dorp"
    db.session.commit()
    for address in ("/companies", "/companies?view=map", f"/companies/{VEZELWERK}"):
        assert sign_in(carla).get(address).status_code == 200
    assert "Verdwenen Dorp" in sign_in(carla).get(f"/companies/{VEZELWERK}").text

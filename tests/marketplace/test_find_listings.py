"""One list with filters in the address, for whom each listing is meant, and at a fixed price."""

import pytest
from sqlalchemy import text

from app.core.extensions import db
from app.marketplace.models import Audience
from app.marketplace.queries.listings import _counts
from tests.conftest import actor_named, group_called
from tests.marketplace.conftest import in_days, placed


def titles(browser, query=""):
    page = browser.get(f"/market?{query}")
    assert page.status_code == 200
    return {title for title in TITLES if title in page.text}


TITLES = {"Vezels in balen", "Warmte gezocht", "Zak gips", "Ünïcode-staal"}


@pytest.fixture
def four(bram, carla, emma, anna):
    amount = {"quantity_min": "40", "unit": "t", "rhythm": "per_year"}
    placed(bram, title="Vezels in balen", values={**amount, "from": in_days(10), "until": in_days(20)})
    placed(carla, "energy", "request", title="Warmte gezocht", values={"area": "southeast", "site": "Coevorden"})
    placed(emma, title="Zak gips", values={"area": "north", "site": "Assen", "quantity_min": "25", "unit": "kg"})
    placed(anna, "equipment", title="Ünïcode-staal")


@pytest.mark.parametrize(("query", "found"), [
    ("", TITLES), ("kind=request", {"Warmte gezocht"}), ("category=equipment", {"Ünïcode-staal"}),
    ("area=north", {"Zak gips"}), ("near=Emmen&km=25", TITLES - {"Zak gips"}),
    ("near=Emmen&km=5", {"Vezels in balen", "Ünïcode-staal"}), ("near=Emmen", TITLES),
    ("rhythm=per_year", {"Vezels in balen"}), ("amount=30", {"Vezels in balen"}),
    ("amount=0,02", {"Vezels in balen", "Zak gips"}),
    (f"from={in_days(1)}&until={in_days(5)}", TITLES - {"Vezels in balen"}),
    (f"from={in_days(15)}&until={in_days(30)}", TITLES),
    ("q=BALEN", {"Vezels in balen"}), ("q=unicode", {"Ünïcode-staal"}),
    ("q=vezels+coevorden", set()), ("q=coevorden", {"Warmte gezocht"}), ("q=%25", set()), ("q=zak_gips", set()),
    ("kind=offer&area=southeast&q=balen", {"Vezels in balen"}), ("page=99", TITLES),
    ("kind=x&category=x&area=x&near=x&km=x&amount=x&from=x&until=x&company=x&page=x", TITLES),
    ("amount=9999999999999999999999999&company=99999999999999999999", TITLES),
])  # fmt: skip
@pytest.mark.slow
def test_the_filters_of_the_address_leave_what_fits(query, found, four, sign_in, dirk):
    """MKT-3, MKT-5; a filter that makes no sense is not asked."""
    assert titles(sign_in(dirk), query) == found


def test_the_company_is_a_filter_and_counts_of_both_kinds_stand_above(four, sign_in, dirk, carla):
    """MKT-3"""
    browser = sign_in(dirk)
    assert titles(browser, f"company={carla.company_id}") == {"Warmte gezocht"}
    assert "Wij bieden aan <span>3</span>" in browser.get("/market?kind=request").text
    assert "Niets gevonden." in browser.get("/market?q=goud").text


def test_the_distance_stands_in_the_list_when_one_asks_from_a_place(four, sign_in, dirk):
    """MKT-5"""
    assert "Coevorden, 17 km" in sign_in(dirk).get("/market?near=Emmen&km=25").text


def test_a_listing_for_a_group_or_for_named_companies_exists_for_nobody_else(sign_in, bram, anna, carla, emma, dirk):
    """MKT-7: 404, no count; the own company reads it, of a group's only who reads the group."""
    group = group_called("personeelsmobiliteit")
    for_group = placed(actor_named("wietske"), title="Voor de werkgroep", audience=Audience.GROUP, group_id=group.id)
    named = placed(bram, title="Voor een ander", audience=Audience.NAMED, company_ids=[carla.company_id])
    readers = {for_group: {"wietske", "dirk", "hilda"}, named: {"bram", "anna", "carla", "wietske"}}
    for listing, who in readers.items():
        for key in ("bram", "anna", "carla", "emma", "dirk", "wietske", "hilda"):
            browser = sign_in(actor_named(key))
            assert browser.get(listing.link).status_code == (200 if key in who else 404), (listing.title, key)
            assert (listing.title in browser.get("/market").text) == (key in who)
    assert "Alles <span>0</span>" in sign_in(emma).get("/market").text
    assert "Alles <span>1</span>" in sign_in(dirk).get("/market").text


@pytest.mark.parametrize("query", ["", "kind=offer&category=material&near=Emmen&km=50&q=vezels&amount=1"])
def test_the_list_makes_as_many_statements_however_long_it_is(query, sign_in, bram, carla, count_statements):
    """architecture, Speed"""
    placed(bram, title="Vezels 1")
    browser = sign_in(carla)
    browser.get(f"/market?{query}")
    with count_statements() as few:
        browser.get(f"/market?{query}")
    for number in range(2, 30):
        placed(bram, title=f"Vezels {number}")
    with count_statements() as many:
        browser.get(f"/market?{query}")
    assert len(many) == len(few) <= 9


def test_the_second_page_goes_on_where_the_first_stopped(sign_in, bram, carla):
    """MKT-3"""
    for number in range(27):
        placed(bram, title=f"Partij nummer {number}.")
    browser = sign_in(carla)
    pages = [browser.get(f"/market?page={page}&q=partij").text for page in (1, 2)]
    assert [page.count('class="listing"') for page in pages] == [25, 2]
    assert "Partij nummer 0." in pages[1]
    assert "page=2" in pages[0]


def test_the_plan_of_the_list_reads_the_index_and_no_row_behind_it(bram, carla, database):
    """architecture, Speed: a covering index, for lists of ten thousand."""
    if database != "sqlite":
        pytest.skip("PostgreSQL chooses by size")
    placed(bram)
    statement = _counts(()).params(me=1, tie=1, groups=[1])
    words = str(statement.compile(db.engine, compile_kwargs={"render_postcompile": True}))
    plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {words.replace('?', '1')}")).all()
    assert "COVERING INDEX ix_listings_out" in str(plan)

"""What of the market stands on the page of a company and on Begin, for those who may read it."""

import re

import pytest

from app.marketplace import service
from app.marketplace.models import Audience
from tests.conftest import actor_named, group_called
from tests.marketplace.conftest import draft, placed, version, with_setting

PAGE = "/companies/vezelwerk-emmen"


def test_open_listings_stand_on_the_page_of_their_company(offer, sign_in, carla):
    """DIR-4"""
    browser = sign_in(carla)
    page = browser.get(PAGE).text
    assert f'href="{offer.link}">{offer.title}' in page
    assert offer.title not in browser.get("/companies/polymeer-coevorden").text


def test_a_listing_for_a_confidential_group_leaves_no_trace_on_the_page(offer, sign_in, carla, emma,
                                                                       externe_veiligheid):  # fmt: skip
    """DIR-5, MKT-7: Roelof of Vezelwerk placed it for his working group."""
    title = "Alleen voor Externe veiligheid"
    before = sign_in(carla).get(PAGE).text.count('<li class="listing')
    placed(actor_named("roelof"), audience=Audience.GROUP, group_id=externe_veiligheid.id, title=title)
    page = sign_in(carla).get(PAGE).text
    assert title not in page
    assert page.count('<li class="listing') == before
    assert title in sign_in(emma).get(PAGE).text


def test_more_than_five_are_a_link_away(sign_in, bram, carla):
    for number in range(6):
        placed(bram, title=f"Plaatsing nummer {number}")
    page = sign_in(carla).get(PAGE).text
    assert page.count('<li class="listing') == 5
    assert "Plaatsing nummer 5" in page
    assert "Alle plaatsingen van dit bedrijf" in page


def part_called(page, heading):
    """What stands under this heading of Begin."""
    found = re.search(rf'<section class="section[^"]*" aria-labelledby="{heading}">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def test_what_one_began_stands_on_begin_for_oneself_alone_until_it_is_handed_in(sign_in, offer, bram):
    """HOM-6: beside what was placed last, and no longer once it waits or is out."""
    made = draft(bram, title="Vaten over")
    browser = sign_in(bram)
    page = browser.get("/").text
    assert f'href="/listings/{made.id}/edit">Vaten over</a>' in part_called(page, "listing-drafts")
    assert offer.title in part_called(page, "newest-listings")
    assert "Vaten over" not in part_called(page, "newest-listings")
    for key in ("roelof", "carla", "dirk"):  # Roelof is of the same company
        assert "Vaten over" not in sign_in(actor_named(key)).get("/").text
    with_setting("all")
    service.place_listing(bram, made, version(title="Vaten over"))
    assert "Vaten over" not in browser.get("/").text


@pytest.mark.parametrize(("group", "judges"), [(None, ["dirk"]), ("externe-veiligheid", ["emma"])])
def test_what_waits_for_a_judgment_stands_on_begin_for_who_judges_it(group, judges, sign_in):
    """HOM-6, MKT-18, MKT-7"""
    bert = actor_named("bert")
    with_setting("all")
    made = draft(bert, title="Nog iets anders")
    readers = {"audience": Audience.GROUP, "group_id": group_called(group).id} if group else {}
    service.place_listing(bert, made, version(title="Slangen voor lossen", **readers))
    for key in ("dirk", "emma", "anna", "carla", "gijs"):
        part = part_called(sign_in(actor_named(key)).get("/").text, "to-judge")
        assert (f'href="/listings/{made.id}/review">Slangen voor lossen' in part) == (key in judges)


def test_drafts_and_what_waits_cost_begin_at_most_one_statement_more(sign_in, offer, dirk, bram, count_statements):
    """HOM-12"""
    with_setting("all")
    waits, browser = draft(bram), sign_in(dirk)
    browser.get("/")

    def cost():
        with count_statements() as seen:
            page = browser.get("/").text
        return len(seen), page

    before, _page = cost()
    service.place_listing(bram, waits, version(title="Slangen voor lossen"))
    for number in range(6):
        draft(dirk, title=f"Begonnen {number}")
    after, page = cost()
    assert part_called(page, "to-judge")
    assert part_called(page, "listing-drafts").count("/edit") == 5
    assert after <= 15
    assert after <= before + 1

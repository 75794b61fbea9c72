"""A company's page shows what it offers and seeks, to those who may read it."""

from app.marketplace.models import Audience
from tests.conftest import actor_named
from tests.marketplace.conftest import placed

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

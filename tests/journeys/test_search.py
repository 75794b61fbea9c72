"""The box on every page finds what its reader may read, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

POST = "Restwarmte Emmen-Zuid: wie kan 60 graden gebruiken?"
SECRET = "Draaiboek oefening lossen"


def rail(page):
    return page.get_by_role("navigation", name="Hoofdmenu", exact=True)


def hits(page):
    return page.locator(".hits")


def test_the_box_finds_a_post_and_a_document_for_emma_and_not_for_carla(site, open_browser):
    """SRCH-2, SRCH-12, SRCH-13, SRCH-21."""
    emma, carla = open_browser(site, "emma"), open_browser(site, "carla")
    for person in (emma, carla):
        person.goto("/groups")
        rail(person).get_by_role("searchbox", name="Zoeken").fill("oefeningen")
        person.keyboard.press("Enter")
        expect(person.get_by_role("heading", name="Zoeken", level=1)).to_be_visible()
    expect(hits(emma).get_by_role("link", name=SECRET)).to_be_visible()
    expect(carla.get_by_role("main")).not_to_contain_text(SECRET)
    emma.get_by_role("navigation", name="Soorten").get_by_role("link", name="Documenten").click()
    hits(emma).get_by_role("link", name=SECRET).click()
    expect(emma.get_by_role("heading", name=SECRET, level=1)).to_be_visible()


def test_without_javascript_bram_finds_a_post_and_a_document_by_part_of_a_word_and_filters(site, open_browser):
    """SRCH-3, SRCH-11; promise 3: forms and links only. Carla, who is not in energie but reads it, may too."""
    bram = open_browser(site, "bram", java_script_enabled=False)
    bram.goto("/")
    rail(bram).get_by_role("searchbox", name="Zoeken").fill("stwarm")
    rail(bram).get_by_role("button", name="Zoeken").click()
    expect(hits(bram).get_by_role("link", name=POST).first).to_be_visible()
    expect(hits(bram).get_by_role("link", name="Jaarplan energie")).to_be_visible()
    expect(bram.locator(".hits mark").first).to_contain_text("Restwarmte", ignore_case=True)

    bram.locator("summary", has_text="Filters").click()
    bram.get_by_role("main").get_by_label("Werkgroep").select_option("Energie")
    bram.get_by_role("main").get_by_label("Schrijver").fill("Bram Boelens")
    bram.get_by_role("main").get_by_role("button", name="Zoeken").click()
    expect(bram.get_by_label("Gekozen filters")).to_contain_text("Schrijver: Bram Boelens")
    for line in hits(bram).locator(".meta").all_text_contents():
        assert "Bram Boelens" in line
    bram.get_by_role("link", name="wis Schrijver").click()
    expect(bram.get_by_label("Gekozen filters")).not_to_contain_text("Schrijver")

    hits(bram).get_by_role("link", name=POST).first.click()
    expect(bram.get_by_role("heading", name=POST, level=1)).to_be_visible()


def test_the_stroke_goes_to_the_box_and_on_a_phone_to_its_page(site, open_browser):
    """Screens: `/` as key."""
    anna = open_browser(site, "anna")
    anna.goto("/groups")
    anna.keyboard.press("/")
    expect(rail(anna).get_by_role("searchbox", name="Zoeken")).to_be_focused()
    anna.keyboard.type("warmte/koude")
    expect(rail(anna).get_by_role("searchbox", name="Zoeken")).to_have_value("warmte/koude")
    phone = open_browser(site, "anna", viewport={"width": 390, "height": 844})
    phone.goto("/groups")
    phone.keyboard.press("/")
    expect(phone.get_by_role("searchbox", name="Zoek naar")).to_be_focused()

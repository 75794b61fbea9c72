"""The box on every page finds what its reader may read, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW, sizes

pytestmark = pytest.mark.slow

POST = "Restwarmte Emmen-Zuid: wie kan 60 graden gebruiken?"
SECRET = "Draaiboek oefening lossen"
FOR_MEMBERS = (
    ("Onderwerpen", POST), ("Berichten", POST), ("Documenten", "Jaarplan energie"),
    ("Vergaderingen", "Overleg energie: restwarmte in kaart"),
    ("Plaatsingen", "Restwarmte van 60 graden, het hele jaar"),
)  # fmt: skip
HIDDEN = "stroomcontracten"  # stands in one post, which a moderator hid


def rail(page):
    return page.get_by_role("navigation", name="Hoofdmenu", exact=True)


def hits(page):
    return page.locator(".hits")


def ask(page, words):
    """Where the box is: beside every page, and on a phone behind its sign."""
    page.goto("/groups")
    if page.viewport_size == NARROW:
        page.get_by_role("banner").get_by_role("link", name="Zoeken").click()
        page.get_by_role("searchbox", name="Zoek naar").fill(words)
    else:
        rail(page).get_by_role("searchbox", name="Zoeken").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")


@sizes
def test_every_kind_is_found_under_its_tab_and_leads_to_what_it_is(size, site, open_browser):
    """SRCH-2, SRCH-12, SRCH-13: thread, post, document, meeting and listing."""
    anna = open_browser(site, "anna", viewport=size)
    for kind, title in FOR_MEMBERS:
        ask(anna, "restwarmte")
        anna.get_by_role("navigation", name="Soorten").get_by_role("link", name=kind).click()
        hits(anna).get_by_role("link", name=title).first.click()
        expect(anna.get_by_role("heading", name=title, level=1)).to_be_visible()


@sizes
def test_a_hidden_post_is_found_by_nobody(size, site, open_browser):
    """SRCH-29: neither by its writer's group nor by who hid it."""
    for key in ("anna", "dirk"):
        page = open_browser(site, key, viewport=size)
        ask(page, HIDDEN)
        expect(page.get_by_role("status")).to_have_text(f"Niets gevonden voor “{HIDDEN}”.")


@sizes
def test_of_the_confidential_group_others_find_nothing_and_emma_does(size, site, open_browser):
    """SRCH-21, GRP-4: also not the coordinator, and not by words of its documents, threads and meetings."""
    found = {}
    for key in ("emma", "bram", "dirk"):
        page = open_browser(site, key, viewport=size)
        for words in ("draaiboek", "alarmnummers", "hulpdiensten"):  # a document, a thread, a meeting
            ask(page, words)
            found[key, words] = page.locator(".hits .meta", has_text="Externe veiligheid").count()
    assert all(count > 0 for (key, _words), count in found.items() if key == "emma")
    assert not any(count for (key, _words), count in found.items() if key != "emma")


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

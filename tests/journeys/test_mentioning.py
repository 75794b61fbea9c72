"""Naming somebody in a post: by the keys, by a touch, and without a script; and whom it reaches."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.steps import box, place, post_with

pytestmark = pytest.mark.slow

THREAD = "Batterij van 1 MW"
BELL = 'nav a[href="/notifications"] .count'


def render_a_first_text(page):
    """A text may take a second; on a busy machine the first of a server, which starts what renders, takes longer."""
    for _try in range(10):
        box(page).fill("**Klaar**")
        page.get_by_role("button", name="Voorbeeld").click()
        page.locator("[data-preview-text] > *").first.wait_for()
        if page.locator("[data-preview-text] strong").count():
            break
        box(page).fill("")
    box(page).fill("")


def test_a_name_chosen_with_the_keys_rings_at_once_for_its_person(fresh_site, open_browser):
    """DISC-24"""
    anna, bram = (open_browser(fresh_site, key) for key in ("anna", "bram"))
    anna.goto("/notifications")
    anna.get_by_role("button", name="Alles gelezen").click()
    expect(anna.locator(BELL)).to_have_count(0)
    bram.goto(fresh_site.thread_like(THREAD))
    render_a_first_text(bram)
    box(bram).press_sequentially("Dat weet @ass")
    options = bram.get_by_role("listbox", name="Wie u kunt noemen").get_by_role("option")
    expect(options).to_have_count(1)
    expect(options).to_contain_text("Anna Assink Vezelwerk Emmen")
    expect(box(bram)).to_have_attribute("aria-activedescendant", options.get_attribute("id"))
    box(bram).press("Enter")
    expect(box(bram)).to_have_value("Dat weet @Anna Assink ")
    expect(options).to_have_count(0)
    box(bram).press_sequentially("vast.")
    place(bram)
    expect(post_with(bram, "Dat weet @Anna Assink vast.").locator("a.mention")).to_have_text("@Anna Assink")
    expect(anna.locator(BELL).first).to_contain_text("1")
    anna.reload()
    expect(anna.get_by_role("link", name="Bram Boelens noemde u in").first).to_be_visible()


def test_arrows_walk_tab_chooses_and_escape_leaves_the_box_as_it_is(fresh_site, open_browser):
    """DISC-24: by keyboard alone, and what was typed can be taken back."""
    bram = open_browser(fresh_site, "bram")
    bram.goto(fresh_site.thread_like(THREAD))
    chosen = bram.locator("[role=option][aria-selected=true] b")
    box(bram).press_sequentially("@a")
    expect(bram.get_by_role("option").nth(1)).to_be_visible()
    first = chosen.inner_text()
    for key in ("ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown"):
        box(bram).press(key)
    expect(chosen).to_have_text(first)
    box(bram).press("ArrowDown")
    second = chosen.inner_text()
    assert second != first
    box(bram).press("Tab")
    expect(box(bram)).to_have_value(f"@{second} ")
    expect(box(bram)).to_be_focused()
    box(bram).press("Control+z")
    expect(box(bram)).to_have_value("@a")
    box(bram).fill("")
    box(bram).press_sequentially("@b")
    expect(bram.get_by_role("option").first).to_be_visible()
    box(bram).press("Escape")
    expect(bram.get_by_role("option")).to_have_count(0)
    box(bram).press("Enter")
    expect(box(bram)).to_have_value("@b\n")


def test_a_touch_chooses_too(fresh_site, open_browser):
    """DISC-24: on a phone, in a new thread."""
    carla = open_browser(fresh_site, "carla", **PHONE)
    carla.goto("/groups/innovatie/threads/new")
    box(carla).press_sequentially("Graag @boel")
    carla.get_by_role("option").tap()
    expect(box(carla)).to_have_value("Graag @Bram Boelens ")
    expect(box(carla)).to_be_focused()


def test_a_name_of_nobody_is_said_under_the_post_that_was_placed(fresh_site, open_browser):
    """DISC-24: the page stays, and so does the post."""
    bram = open_browser(fresh_site, "bram")
    bram.goto(fresh_site.thread_like(THREAD))
    render_a_first_text(bram)
    place(bram, "Weet @Karel Bos dit?")
    expect(post_with(bram, "Weet @Karel Bos dit?")).to_be_visible()
    warning = bram.locator(".composer [role=alert]", has_text="niemand met de naam “Karel Bos”")
    expect(warning).to_be_visible()
    expect(box(bram)).to_have_value("")
    box(bram).fill("Laat maar.")
    expect(warning).to_have_count(0)


def test_what_names_nobody_fetches_nothing(site, open_browser):
    """Look, Weight: the list comes with the first @."""
    bram, asked = open_browser(site, "bram"), []
    bram.on("request", lambda request: asked.append(request.url))
    bram.goto(site.thread_like(THREAD), wait_until="networkidle")
    box(bram).press_sequentially("Zonder")
    assert not [url for url in asked if "names" in url]
    with bram.expect_request("**/names?*"):
        box(bram).press_sequentially(" @")
    box(bram).fill("")


def test_without_a_script_a_name_is_typed_in_full(fresh_site, open_browser):
    """DISC-24"""
    anna, bram = open_browser(fresh_site, "anna"), open_browser(fresh_site, "bram", java_script_enabled=False)
    anna.goto(fresh_site.thread_like(THREAD))
    render_a_first_text(anna)
    bram.goto(fresh_site.thread_like(THREAD))
    place(bram, "Dat weet @anna assink, en @Karel Bos.")
    expect(post_with(bram, "Dat weet").locator("a.mention")).to_have_text("@anna assink")
    expect(bram.locator(".toasts")).to_contain_text("niemand met de naam “Karel Bos”")
    anna.goto("/notifications")
    expect(anna.get_by_role("link", name="Bram Boelens noemde u in").first).to_be_visible()

"""The bell, and the page where one chooses what reaches one: with a script and without, by hand and by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import place, post_with

pytestmark = pytest.mark.slow

THREAD = "Batterij van 1 MW"
NUMBER = 'nav a[href="/notifications"] .count'
both = pytest.mark.parametrize("scripts", [True, False])


@both
def test_who_is_named_finds_the_line_in_its_tab_and_reads_it_away(fresh_site, open_browser, scripts):
    """NTF-11, 12"""
    carla = open_browser(fresh_site, "carla", java_script_enabled=scripts)
    carla.goto("/notifications")
    if carla.get_by_role("button", name="Alles gelezen").count():
        carla.get_by_role("button", name="Alles gelezen").click()
        expect(carla.get_by_role("button", name="Alles gelezen")).to_have_count(0)
    bram = open_browser(fresh_site, "bram", java_script_enabled=False)
    bram.goto(fresh_site.thread_like(THREAD))
    place(bram, "Dat weet @carla cazemier.")
    expect(post_with(bram, "Dat weet")).to_be_visible()
    carla.goto("/notifications")
    expect(carla.locator(NUMBER).first).to_contain_text("1")
    tabs = carla.get_by_role("navigation", name="Soorten meldingen")
    expect(tabs.get_by_role("link", name="Voor u")).to_have_attribute("aria-current", "page")
    tabs.get_by_role("link", name="Overig").press("Enter")
    expect(tabs.get_by_role("link", name="Overig")).to_have_attribute("aria-current", "page")
    expect(carla.get_by_role("link", name="Bram Boelens noemde u in")).to_have_count(0)
    tabs.get_by_role("link", name="Voor u").press("Enter")
    expect(carla.get_by_role("link", name="Bram Boelens noemde u in").first).to_be_visible()
    carla.get_by_role("button", name="Gezien").first.press("Enter")
    expect(carla.locator(NUMBER)).to_have_count(0)


@both
def test_bram_chooses_his_overview_a_group_and_a_box_on_one_page(fresh_site, open_browser, scripts):
    """Section 5"""
    bram = open_browser(fresh_site, "bram", java_script_enabled=scripts)
    bram.goto("/notifications")
    bram.get_by_role("link", name="Kies wat u bereikt, en hoe").click()
    short = bram.get_by_role("region", name="In het kort")
    bram.get_by_label("Elke week").check()
    bram.get_by_role("group", name="Op welke dagen").get_by_label("vrijdag").check()
    bram.get_by_label("Hoe laat").select_option("7")
    bram.get_by_role("button", name="Opslaan", exact=True).press("Enter")
    expect(short).to_contain_text("om 7 uur een overzicht.")
    expect(short).to_contain_text("vrijdag")
    bram.get_by_label("Wat u van Energie bereikt").select_option(label="Alles per mail")
    bram.get_by_role("button", name="Keuzes per werkgroep opslaan").press("Enter")
    expect(short).to_contain_text("U krijgt direct mail uit 1 werkgroep")
    box = bram.get_by_label("Iemand noemt u, of antwoordt u direct: Direct per mail")
    box.uncheck()
    bram.get_by_role("button", name="Vinkjes opslaan").press("Enter")
    expect(box).not_to_be_checked()
    expect(short).to_contain_text("en niet als iemand u noemt.")

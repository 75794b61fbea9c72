"""What one hears of a thread by mail: set by answering, said at once, and refused with one press."""

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import place, post_with

pytestmark = pytest.mark.slow

THREAD = "Batterij van 1 MW"
BY_REPLY = "U krijgt alles per mail, omdat u hier antwoordde."


@pytest.mark.parametrize("scripts", [True, False])
def test_an_answer_brings_mail_the_page_says_so_and_one_press_refuses_it(fresh_site, open_browser, scripts):
    """NTF-6, 8: without leaving the page, or on the next one."""
    bram = open_browser(fresh_site, "bram", java_script_enabled=scripts)
    bram.goto(fresh_site.thread_like(THREAD))
    line = bram.locator("[data-watch]")
    expect(line).to_contain_text("Alleen in het overzicht: de standaard van deze werkgroep.")
    expect(line.get_by_role("button")).to_have_count(0)
    place(bram, "Wij rekenen het na.")
    expect(post_with(bram, "Wij rekenen het na.")).to_be_visible()
    expect(line).to_contain_text(BY_REPLY)
    line.get_by_role("button", name="Liever niet").click()
    expect(line).to_contain_text("Alleen in het overzicht: dat koos u voor dit onderwerp.")
    place(bram, "En nog eens.")
    expect(post_with(bram, "En nog eens.")).to_be_visible()
    expect(line).to_contain_text("Alleen in het overzicht: dat koos u voor dit onderwerp.")


def test_someone_changes_what_they_hear_of_a_group_by_keyboard(fresh_site, open_browser):
    """NTF-6"""
    bram = open_browser(fresh_site, "bram")
    bram.goto("/groups/energie/about")
    bram.get_by_role("region", name="Mail en meldingen").get_by_role("link", name="Wijzigen").press("Enter")
    bram.get_by_label("Alleen in het overzicht", exact=False).first.focus()
    bram.get_by_role("radio", checked=True).press("ArrowDown")
    bram.get_by_role("button", name="Opslaan").press("Enter")
    expect(bram.get_by_role("region", name="Mail en meldingen")).to_contain_text("dat koos u voor deze werkgroep.")

"""Reactions and quotes: one press, on open pages at once, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import box

pytestmark = pytest.mark.slow

THREAD = "Batterij van 1 MW"


@pytest.mark.parametrize("scripts", [True, False])
def test_one_press_gives_and_takes_back_and_others_see_it_at_once(fresh_site, open_browser, scripts):
    """DISC-28, 53"""
    anna, bram = open_browser(fresh_site, "anna"), open_browser(fresh_site, "bram", java_script_enabled=scripts)
    for page in (anna, bram):
        page.goto(fresh_site.thread_like(THREAD))
    post = bram.locator("article").last
    number = post.get_attribute("id")
    button = bram.locator(f"#{number}").get_by_role("button", name=re.compile("^Eens"))
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_have_text("Eens 1")
    expect(anna.locator(f"#{number}").get_by_role("button", name="Eens 1")).to_be_visible()
    if scripts:
        expect(button).to_be_focused()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(anna.locator(f"#{number} .reaction b")).to_have_count(0)


def test_a_press_while_the_line_is_cut_says_so_and_loses_nothing(fresh_site, open_browser):
    """DISC-28: bad network"""
    bram = open_browser(fresh_site, "bram")
    bram.goto(fresh_site.thread_like(THREAD))
    box(bram).fill("Ik was net aan het schrijven.")
    bram.route("**/react*", lambda route: route.abort())
    bram.locator("article").last.get_by_role("button", name="Dank").click()
    expect(bram.locator(".reactions + .error")).to_contain_text("kwam niet aan")
    expect(box(bram)).to_have_value("Ik was net aan het schrijven.")


SELECT = """post => { const text = post.querySelector(".prose p");
    const range = document.createRange(); range.selectNodeContents(text);
    getSelection().removeAllRanges(); getSelection().addRange(range); }"""


@pytest.mark.parametrize("by", ["the button at the selection", "the link below the post"])
def test_selected_text_is_quoted_with_whose_it_is(fresh_site, open_browser, by):
    """DISC-23: behind what stands in the box."""
    bram = open_browser(fresh_site, "bram")
    bram.goto(fresh_site.thread_like(THREAD))
    box(bram).fill("Ik lees:")
    post = bram.locator("article:not([data-own])").last
    words = post.locator(".prose p").first.inner_text().split()[:3]
    post.evaluate(SELECT)
    offered = bram.locator("[data-quote-bar]").get_by_role("button", name="Citeer")
    expect(offered).to_be_visible()
    (offered if by.startswith("the button") else post.get_by_role("link", name="Citeer")).click()
    expect(box(bram)).to_be_focused()
    text = box(bram).input_value()
    number = post.get_attribute("id").removeprefix("post-")
    assert text.startswith("Ik lees:\n\n> [")
    assert f"](/posts/{number}):\n>\n> {' '.join(words)}" in text
    expect(offered).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_without_a_selection_the_whole_post_is_quoted(fresh_site, open_browser, scripts):
    """DISC-23: without a script on the page of the box."""
    bram = open_browser(fresh_site, "bram", java_script_enabled=scripts)
    bram.goto(fresh_site.thread_like(THREAD))
    post = bram.locator("article:not([data-own])").last
    number = post.get_attribute("id").removeprefix("post-")
    post.get_by_role("link", name="Citeer").click()
    expect(box(bram)).to_have_value(re.compile(rf"^> \[.* · .*\]\(/posts/{number}\):\n>\n> "))


def test_an_open_page_shows_a_summary_written_meanwhile(fresh_site, open_browser):
    """DISC-41, 53"""
    anna, bram = (open_browser(fresh_site, key) for key in ("anna", "bram"))
    bram.goto(fresh_site.thread_like(THREAD))
    expect(bram.locator(".summary")).to_have_count(0)
    anna.goto(f"{fresh_site.thread_like(THREAD)}/summary")
    anna.get_by_label("Samenvatting").fill("Er is **één batterij** op het oog.")
    anna.get_by_role("button", name="Opslaan").click()
    expect(anna.locator(".summary strong")).to_have_text("één batterij")
    expect(bram.locator(".summary strong")).to_have_text("één batterij")
    expect(bram.locator(".summary")).to_contain_text("bijgewerkt tot bericht")

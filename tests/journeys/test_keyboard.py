"""Everything by keyboard alone, and with the focus where one can see it."""

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import STATES, bring_to
from tests.journeys.site import PASSWORD
from tests.journeys.steps import box, post_with

pytestmark = pytest.mark.slow

MOST_STEPS = 60
FOCUS = """() => {
  const here = document.activeElement, style = getComputedStyle(here), place = here.getBoundingClientRect();
  const shell = here.closest(".box") && here.matches("textarea") ? getComputedStyle(here.closest(".box")) : null;
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    && style.outlineColor !== "rgba(0, 0, 0, 0)";
  const covering = document.elementFromPoint(place.x + place.width / 2, place.y + Math.min(place.height / 2, 20));
  return {
    name: (here.getAttribute("aria-label") || here.textContent || here.id || "").trim().slice(0, 60),
    isSeen: ring || (shell !== null && shell.boxShadow !== "none"),
    isCovered: covering !== null && !here.contains(covering) && !covering.contains(here),
  };
}"""


def tab_to(page, locator):
    """Press Tab until it has the focus; at each stop the focus is visible and not covered."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["name"] and page.evaluate("document.activeElement !== document.body"):
            assert stop["isSeen"], f"the focus cannot be seen on {stop['name']!r}"
            assert not stop["isCovered"], f"something lies over {stop['name']!r}"
        if locator.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {locator}")


def test_anna_signs_in_finds_a_thread_and_replies_without_a_mouse(fresh_site, open_browser):
    """WCAG 2.1.1, 2.4.7, 2.4.11; look, Accessible."""
    anna = open_browser(fresh_site)
    anna.goto("/login")
    tab_to(anna, anna.get_by_label("E-mailadres"))
    anna.keyboard.type("anna@brink.example")
    tab_to(anna, anna.get_by_label("Wachtwoord", exact=True))
    anna.keyboard.type(PASSWORD)
    anna.keyboard.press("Enter")
    anna.wait_for_url("**/")

    tab_to(anna, anna.get_by_role("navigation", name="Hoofdmenu", exact=True).get_by_role("link", name="Energie"))
    anna.keyboard.press("Enter")
    thread = anna.get_by_role("main").get_by_role("link", name="Restwarmte Emmen-Zuid")
    expect(thread).to_be_visible()
    tab_to(anna, thread)
    anna.keyboard.press("Enter")
    expect(anna.get_by_role("heading", name="Restwarmte Emmen-Zuid", level=1)).to_be_attached()
    tab_to(anna, box(anna))
    anna.keyboard.type("Zonder muis geschreven.")
    tab_to(anna, anna.get_by_role("button", name="Plaatsen", exact=True))
    anna.keyboard.press("Enter")

    expect(post_with(anna, "Zonder muis geschreven.")).to_have_count(1)


def test_where_the_system_picks_the_colours_the_box_shows_its_focus(site, open_browser):
    """WCAG 2.4.7: our own colours do not show there, and the text of the other device has no box around it."""
    anna = open_browser(site, "anna", forced_colors="active")
    state = next(state for state in STATES if state.name == "thread-other-device")
    bring_to(anna, site, state)
    for field in (box(anna), anna.locator("[data-other-text]")):
        field.focus()
        assert anna.evaluate(FOCUS)["isSeen"]
        assert anna.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_skip_link_comes_first_and_leads_past_the_menu(site, open_browser):
    """WCAG 2.4.1."""
    anna = open_browser(site, "anna")
    anna.goto("/groups")
    anna.keyboard.press("Tab")
    skip = anna.get_by_role("link", name="Naar de inhoud")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    anna.keyboard.press("Enter")
    anna.keyboard.press("Tab")

    assert anna.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_dialog_and_a_menu_give_the_focus_back(site, open_browser):
    """WCAG 2.4.3: closed with Escape, one is where one was."""
    anna = open_browser(site, "anna")
    anna.goto("/groups")
    link = anna.get_by_role("main").get_by_role("link", name="Energie")
    link.focus()
    anna.keyboard.press("?")
    dialog = anna.get_by_role("dialog", name="Sneltoetsen")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("element => element.contains(document.activeElement)")
    anna.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()

    opener = anna.locator("[popovertarget=account-menu]")
    opener.focus()
    anna.keyboard.press("Enter")
    expect(anna.locator("#account-menu").get_by_role("link", name="Concepten")).to_be_visible()
    anna.keyboard.press("Tab")
    assert anna.evaluate("document.querySelector('#account-menu').contains(document.activeElement)")
    anna.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_the_shortcuts_work_and_leave_typing_alone(site, open_browser):
    """Look, Habits: g o, g w, r, j, k, n; never while someone types."""
    anna = open_browser(site, "anna")
    anna.goto("/notifications")
    anna.keyboard.type("gw")
    anna.wait_for_url("**/groups")
    anna.keyboard.type("go")
    anna.wait_for_url(site.url + "/")
    anna.goto(site.thread_like("Warmte terugwinnen") + "?page=1")
    anna.wait_for_url("**page=1")
    anna.keyboard.press("j")
    anna.keyboard.press("j")
    expect(anna.locator("article").nth(1)).to_be_focused()
    anna.keyboard.press("k")
    expect(anna.locator("article").nth(0)).to_be_focused()
    anna.keyboard.press("r")
    expect(box(anna)).to_be_focused()
    anna.keyboard.type("gwj?")
    expect(box(anna)).to_have_value("gwj?")
    box(anna).fill("")
    anna.keyboard.press("Tab")
    anna.keyboard.press("n")
    anna.wait_for_url("**/groups/energie/threads/new")


def test_the_shortcut_for_a_new_thread_never_makes_a_group(site, open_browser):
    """Look, Keyboard: `n` is what the list of shortcuts says, also for who may make groups."""
    dirk = open_browser(site, "dirk")
    dirk.goto("/groups")

    expect(dirk.get_by_role("link", name="Nieuwe werkgroep")).to_be_visible()
    expect(dirk.locator("[data-key=n]")).to_have_count(0)

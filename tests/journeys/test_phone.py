"""On a phone of 390 pixels, and with the largest text: nothing falls off the side."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW, PHONE
from tests.journeys.pages import STATES, addresses, bring_to
from tests.journeys.steps import box, keep_draft, place, post_with

pytestmark = pytest.mark.slow

PLAIN = [state for state in STATES if state.first is None and state.status == 200]
WIDER = """() => [...document.querySelectorAll("body *")]
  .filter(element => element.getBoundingClientRect().right > 391
    && !element.closest(".tabs, pre, .table, .skip, .visually-hidden, svg") && element.checkVisibility())
  .slice(0, 3).map(element => element.outerHTML.slice(0, 80))"""


def test_bram_reads_and_replies_on_his_phone(fresh_site, open_browser):
    """Look, Frame: the dock, the menu above, and the same composer."""
    bram = open_browser(fresh_site, "bram", **PHONE)
    bram.goto("/")
    dock = bram.get_by_role("navigation", name="Hoofdmenu onderaan")
    dock.get_by_role("link", name="Werkgroepen").tap()
    bram.get_by_role("main").get_by_role("link", name="Energie").tap()
    bram.get_by_role("main").get_by_role("link", name="Restwarmte Emmen-Zuid").tap()
    box(bram).tap()
    place(bram, "Vanaf de heftruck.")
    expect(post_with(bram, "Vanaf de heftruck.")).to_have_count(1)

    bram.get_by_role("button", name="Menu", exact=True).tap()
    bram.locator("#top-menu").get_by_role("link", name="Concepten").tap()
    bram.wait_for_url("**/account/drafts")
    dock.get_by_role("link", name="Meldingen").tap()
    expect(bram.get_by_role("heading", name="Meldingen", level=1)).to_be_visible()


def test_no_page_scrolls_sideways_on_a_phone_with_the_largest_text(site, open_browser):
    """Look; WCAG 1.4.10: every page (with ordinary text: test_accessible)."""
    pages, places, wide = {}, addresses(site), {}
    for state in PLAIN:
        if state.who not in pages:
            pages[state.who] = open_browser(site, state.who, **PHONE)
            pages[state.who].context.add_cookies([{"name": "size", "value": "xl", "url": site.url}])
        page = pages[state.who]
        page.goto(state.address.format(**places), wait_until="domcontentloaded")
        if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]:  # innerWidth would grow along
            wide[state.name] = page.evaluate(WIDER)

    assert wide == {}


@pytest.mark.parametrize("width", [390, 820, 1100])
@pytest.mark.parametrize("scripts", [True, False])
def test_the_row_of_tabs_begins_where_its_page_is(site, open_browser, width, scripts):
    """Look, Frame: where am I, without scrolling."""
    anna = open_browser(site, "anna", viewport={"width": width, "height": 844}, java_script_enabled=scripts)
    for address in ("/account", "/account/notifications", "/account/data"):
        anna.goto(address)
        tab = anna.get_by_role("main").locator(".tabs [aria-current]")
        expect(tab).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("name", ["thread-preview", "thread-other-device", "thread-line-cut", "reply-too-long",
                                  "group-conflict", "text-given-back", "menu", "shortcuts"])  # fmt: skip
def test_no_state_scrolls_sideways_on_a_phone_with_the_largest_text(site, open_browser, name):
    """Look; WCAG 1.4.10."""
    state = next(state for state in STATES if state.name == name)
    page = open_browser(site, state.who, **PHONE)
    page.context.add_cookies([{"name": "size", "value": "xl", "url": site.url}])
    bring_to(page, site, state)

    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], page.evaluate(WIDER)


def test_what_one_taps_is_large_enough(site, open_browser):
    """Look, Accessible: targets of 44 pixels, also where a draft is called "Ja"."""
    page = open_browser(site, "anna", **PHONE)
    page.goto("/groups/energie/threads/new")
    keep_draft(page, "Ja")
    small = {}
    for address in ("/", "/groups", "/groups/energie", "/groups/energie/threads", "/notifications", "/account",
                    site.thread_like("Batterij van 1 MW")):  # fmt: skip
        page.goto(address, wait_until="domcontentloaded")
        found = page.evaluate("""() => [...document.querySelectorAll(
          "button:not([aria-hidden]), select, nav a, .actions a, .section-head a, footer a, .plain, .when a, .meta a")]
          .filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".prose"))
          .map(element => [element, element.getBoundingClientRect(), getComputedStyle(element, "::after")])
          .map(([element, place, room]) => [element.outerHTML.slice(0, 80), place,
            room.position === "absolute" ? room : {}])
          .map(([html, place, room]) => [html, place.width && Math.max(place.width, parseFloat(room.width) || 0),
            Math.max(place.height, parseFloat(room.height) || 0)])
          .filter(([, width, height]) => width && (width < 43.5 || height < 43.5)).map(([html]) => html)""")
        if found:
            small[address] = found

    page.goto("/groups/energie/threads/new")
    with page.expect_response("**/account/drafts"):
        box(page).fill("")
    assert small == {}


@pytest.mark.parametrize("width", [320, 360, 375])
def test_a_pin_of_the_map_is_large_enough_and_can_be_tapped_beside_its_neighbours(site, open_browser, width):
    """DIR-24: 44 pixels on common phones; a name and a ring of a neighbour lie over no pin."""
    page = open_browser(site, "anna", **{**PHONE, "viewport": {"width": width, "height": 700}})
    page.goto("/companies?view=map")
    pins = page.locator(".map svg a")
    assert pins.count() > 5
    small, covered = pins.evaluate_all("""links => [
      links.filter(link => link.querySelector(".touch").getBoundingClientRect().width < 44),
      links.filter(link => {
        link.scrollIntoView({ block: "center" })
        const pin = link.querySelector(".pin").getBoundingClientRect()
        const across = [0, 0.3, -0.3].flatMap(x => [0, 0.3, -0.3].map(y => [x, y]))
        return across.some(([x, y]) => document.elementFromPoint(
          pin.left + pin.width * (0.5 + x), pin.top + pin.height * (0.5 + y)).closest("a") !== link)
      }),
    ].map(found => found.map(link => link.getAttribute("aria-label")))""")
    assert (small, covered) == ([], [])


def test_the_tab_that_is_open_can_be_seen(site, open_browser):
    """look, Phone: a row of tabs that rolls sideways begins at the one that is open."""
    page = open_browser(site, "anna", **PHONE)
    for part in ("", "/threads", "/documents", "/meetings", "/members", "/about"):
        page.goto(f"/groups/energie{part}")
        expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.99)

"""Items of an agenda dragged to another place, with the mouse and with a finger."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE
from tests.journeys.pages import addresses
from tests.journeys.site import Site

pytestmark = pytest.mark.slow

FIRST, SECOND, LAST = "Terugblik op het jaar", "Plannen voor volgend jaar", "Rondvraag"


@pytest.fixture(scope="module")
def planned_site(demo, tmp_path_factory):
    """One for all: each test puts back what it moved, or moves nothing."""
    with Site(demo, tmp_path_factory.mktemp("agenda")) as running:
        yield running
    assert running.complaints() == []


def rows(page):
    return page.locator(".agenda-editor > li")


def expect_order(page, *titles):
    """Each with its number; waits for a page on its way, as a person does."""
    expect(rows(page).locator("h3")).to_have_text([f"{at}. {title}" for at, title in enumerate(titles, 1)])


def handle_of(page, title):
    return rows(page).filter(has_text=title).locator(".handle")


def middle_of(locator):
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, title, onto, *, release=True):
    """Hold the handle and bring it to that of another row."""
    x, y = middle_of(handle_of(page, title))
    _x, goal = middle_of(handle_of(page, onto))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, (y + goal) / 2)
    page.mouse.move(x, goal)
    if release:
        page.mouse.up()


def open_editor(page, site, of="meeting_draft"):
    page.goto(f"{addresses(site)[of]}/agenda")
    expect(page.locator(".handle").first).to_be_visible()


def test_anna_drags_an_item_of_a_draft_and_it_is_saved_at_once(planned_site, open_browser):
    """MTG-3: the numbers and the buttons follow, and a screen reader hears it."""
    anna = open_browser(planned_site, "anna")
    open_editor(anna, planned_site)
    expect_order(anna, FIRST, SECOND, LAST)
    drag(anna, FIRST, LAST)
    expect(anna.get_by_role("status").filter(has_text="Opgeslagen")).to_have_text(
        f"Opgeslagen: “{FIRST}” is nu punt 3.")  # fmt: skip
    expect_order(anna, SECOND, LAST, FIRST)
    expect(rows(anna).filter(has_text=FIRST).get_by_role("button", name="Omlaag")).to_have_count(0)
    anna.reload()
    expect_order(anna, SECOND, LAST, FIRST)
    drag(anna, FIRST, SECOND)
    expect(anna.get_by_role("status").filter(has_text="is nu punt 1.")).to_have_count(1)
    anna.reload()
    expect_order(anna, FIRST, SECOND, LAST)


def test_escape_puts_the_item_back_and_nothing_is_sent(planned_site, open_browser):
    """MTG-3"""
    anna, sent = open_browser(planned_site, "anna"), []
    open_editor(anna, planned_site)
    anna.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    drag(anna, FIRST, LAST, release=False)
    expect(anna.locator(".is-dragged")).to_have_count(1)
    anna.keyboard.press("Escape")
    expect(anna.locator(".is-dragged")).to_have_count(0)
    anna.mouse.up()
    expect_order(anna, FIRST, SECOND, LAST)
    assert sent == []


def test_an_item_goes_back_when_the_server_does_not_take_it(planned_site, open_browser):
    """MTG-3: with its own sentence, or with ours when it was not reached."""
    anna = open_browser(planned_site, "anna")
    open_editor(anna, planned_site)
    refusal = anna.get_by_role("alert")
    anna.route("**/move", lambda route: route.fulfill(
        status=409, content_type="application/json", body='{"error": "Deze vergadering is geopend."}'))
    drag(anna, FIRST, LAST)
    expect(refusal).to_have_text("Deze vergadering is geopend.")
    expect_order(anna, FIRST, SECOND, LAST)
    anna.unroute("**/move")
    anna.route("**/move", lambda route: route.abort())
    drag(anna, LAST, FIRST)
    expect(refusal).to_contain_text("de agenda is niet veranderd")
    expect_order(anna, FIRST, SECOND, LAST)


def test_dragging_on_a_published_agenda_asks_why(planned_site, open_browser):
    """MTG-3, MTG-5: on the page that the buttons lead to; going back leaves the agenda as it was."""
    anna = open_browser(planned_site, "anna")
    open_editor(anna, planned_site, "meeting")
    before = rows(anna).locator("h3").all_inner_texts()
    drag(anna, "Rondvraag", before[1].split(". ", 1)[1])
    expect(anna.get_by_role("heading", name="“Rondvraag” hoger zetten")).to_be_visible()
    expect(anna.get_by_text("Van plaats 4 naar plaats 2.")).to_be_visible()
    anna.go_back()
    expect(anna.locator(".handle").first).to_be_visible()
    expect(rows(anna).locator("h3")).to_have_text(before)


def test_anna_drags_with_a_finger_on_her_phone(planned_site, open_browser):
    """MTG-3: and the page does not scroll away below it."""
    anna = open_browser(planned_site, "anna", **PHONE)
    open_editor(anna, planned_site)
    x, y = middle_of(handle_of(anna, SECOND))
    _x, goal = middle_of(handle_of(anna, FIRST))
    finger = anna.context.new_cdp_session(anna)
    scrolled = anna.evaluate("scrollY")

    def touch(kind, *places):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": at} for at in places]})

    touch("touchStart", y)
    for step in range(1, 9):
        touch("touchMove", y + (goal - y) * step / 8)
    assert anna.evaluate("scrollY") == scrolled
    expect(anna.locator(".is-dragged")).to_have_count(1)
    touch("touchEnd")
    expect(anna.get_by_role("status").filter(has_text="is nu punt 1.")).to_have_count(1)
    expect_order(anna, SECOND, FIRST, LAST)
    rows(anna).filter(has_text=FIRST).get_by_role("button", name="Omhoog").click()
    expect(rows(anna).first).to_contain_text(FIRST)


def test_without_a_script_there_is_no_handle_and_the_buttons_do_it(planned_site, open_browser):
    """MTG-3, promise 3"""
    anna = open_browser(planned_site, "anna", java_script_enabled=False)
    anna.goto(f"{addresses(planned_site)['meeting_draft']}/agenda")
    expect(anna.locator(".handle")).to_have_count(0)
    for word in ("Omlaag", "Omhoog"):
        rows(anna).filter(has_text=FIRST).get_by_role("button", name=word).click()
    expect_order(anna, FIRST, SECOND, LAST)

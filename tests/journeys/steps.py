"""What people do on our pages, in the words of the pages."""

from playwright.sync_api import expect


def box(page):
    return page.get_by_role("textbox", name="Bericht")


def place(page, words=None):
    """Press "Plaatsen", with these words in the box."""
    if words is not None:
        box(page).fill(words)
    page.get_by_role("button", name="Plaatsen", exact=True).click()


def post_with(page, words):
    return page.locator("article", has_text=words)


def keep_draft(page, words):
    box(page).fill(words)
    expect(page.locator("[data-state]")).to_contain_text("Concept bewaard")


def top_of(locator):
    return locator.evaluate("element => Math.round(element.getBoundingClientRect().top)")


def wait_for_live(page):
    """Until the page hears of new posts at once."""
    with page.expect_websocket() as opened:
        page.reload()
    opened.value.wait_for_event("framereceived", lambda frame: str(frame).startswith("43"))


def press_where_it_is(locator):
    """Playwright's own click would scroll first, which a person does not."""
    seen = locator.bounding_box()
    locator.page.mouse.click(seen["x"] + seen["width"] / 2, seen["y"] + seen["height"] / 2)

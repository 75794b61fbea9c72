"""What people do on our pages, in the words of the pages."""

from urllib.parse import parse_qs

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
    """Type, and wait until the page says that these words are kept, not only an earlier title."""

    def is_about_them(answer):
        sent = parse_qs(answer.request.post_data or "") if answer.url.endswith("/account/drafts") else {}
        return sent.get("body") == [words]

    with page.expect_response(is_about_them):
        box(page).fill(words)
    expect(page.locator("[data-state]")).to_contain_text("Concept bewaard")


def wait_until(page, holds, failure):
    """What the page itself does not show: it goes on meanwhile."""
    for _look in range(300):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(failure)


def top_of(locator):
    return locator.evaluate("element => Math.round(element.getBoundingClientRect().top)")


def press_where_it_is(locator):
    """Playwright's own click would scroll first, which a person does not."""
    seen = locator.bounding_box()
    locator.page.mouse.click(seen["x"] + seen["width"] / 2, seen["y"] + seen["height"] / 2)

"""Files with a reply: one by one with a script, all with the form without; what fails costs nothing else (DISC-27)."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW
from tests.journeys.steps import box, place, post_with, wait_until
from tests.journeys.test_dropping import bring

pytestmark = pytest.mark.slow

THREAD, WITHOUT_DRAFT = "Batterij van 1 MW", "Gezamenlijke aanvraag transportcapaciteit Hoogeveen"
MEASURED, EMPTY = ("meting.txt", b"Gemeten: 62 graden."), ("leeg.txt", b"")


def choose(page, *chosen):
    page.get_by_label("Bestanden toevoegen").set_input_files(
        [{"name": name, "mimeType": "", "buffer": body} for name, body in chosen])


def going_along(page):
    return page.locator("[data-attached]").get_by_role("checkbox")


def attached_in(site):
    return [row[0] for row in site.rows("SELECT name FROM attachments WHERE post_id IN "
                                        "(SELECT id FROM posts WHERE body_md LIKE 'Zie %') ORDER BY id")]  # fmt: skip


@pytest.mark.parametrize("size", [{}, {"viewport": NARROW}], ids=["wide", "phone"])
def test_anna_sends_two_files_and_the_one_that_fails_says_so(fresh_site, open_browser, size):
    """DISC-27, DISC-53: the text and the other file stay; who reads along sees the file appear."""
    anna, bram = open_browser(fresh_site, "anna", **size), open_browser(fresh_site, "bram")
    for each in (anna, bram):
        each.goto(fresh_site.thread_like(THREAD))
    box(anna).fill("Zie de meting.")
    choose(anna, MEASURED, EMPTY)

    expect(going_along(anna)).to_have_count(1)
    expect(going_along(anna)).to_be_checked()
    failed = anna.locator("[data-attached] li", has_text="leeg.txt")
    expect(failed).to_contain_text("Dit bestand is leeg.")
    expect(box(anna)).to_have_value("Zie de meting.")
    failed.get_by_role("button", name="Weghalen").click()
    expect(failed).to_have_count(0)
    place(anna)

    expect(post_with(anna, "Zie de meting.").get_by_role("link", name="meting.txt")).to_be_visible()
    expect(going_along(anna)).to_have_count(0)
    bram.locator("[data-live-bar] button").click()
    expect(post_with(bram, "Zie de meting.").get_by_role("link", name="meting.txt")).to_be_visible()
    assert attached_in(fresh_site) == ["meting.txt"]


def test_anna_does_the_same_without_a_script(fresh_site, open_browser):
    """DISC-27, promise 3: one form; the refusal names the file, and the other waits with the text."""
    anna = open_browser(fresh_site, "anna", java_script_enabled=False)
    anna.goto(fresh_site.thread_like(THREAD))
    box(anna).fill("Zie de meting.")
    choose(anna, MEASURED, EMPTY)
    place(anna)

    expect(anna.get_by_role("alert")).to_contain_text("leeg.txt: Dit bestand is leeg.")
    expect(box(anna)).to_have_value("Zie de meting.")
    expect(going_along(anna)).to_be_checked()
    place(anna)
    expect(post_with(anna, "Zie de meting.").get_by_role("link", name="meting.txt")).to_be_visible()
    assert attached_in(fresh_site) == ["meting.txt"]


def test_files_wait_in_the_draft_and_come_back_on_another_device(fresh_site, open_browser):
    """DISC-17, DISC-27: dropped, and pasted; without a tick one does not go along."""
    laptop, phone = open_browser(fresh_site, "anna"), open_browser(fresh_site, "anna", viewport=NARROW)
    laptop.goto(fresh_site.thread_like(THREAD))
    assert bring(laptop.locator("[data-composer]"), ("kaart.txt", 2_000))
    expect(going_along(laptop)).to_have_count(1)
    box(laptop).evaluate("""(field) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([new Uint8Array(9).fill(97)], "geplakt.txt"));
      field.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData }));
    }""")
    expect(going_along(laptop)).to_have_count(2)

    phone.goto(fresh_site.thread_like(THREAD))
    expect(phone.get_by_role("checkbox", name=re.compile("geplakt.txt"))).to_be_checked()
    phone.get_by_role("checkbox", name=re.compile("kaart.txt")).uncheck()
    place(phone, "Zie wat ik plakte.")
    expect(post_with(phone, "Zie wat ik plakte.")).to_be_visible()
    assert attached_in(fresh_site) == ["geplakt.txt"]


def test_a_file_still_on_its_way_when_the_text_is_posted_goes_along_or_stops_it(fresh_site, open_browser):
    """DISC-27: a text that says "see the file" does not go without it; once more it goes."""
    anna = open_browser(fresh_site, "anna")
    anna.goto(fresh_site.thread_like(THREAD))
    waiting = []
    anna.route("**/account/drafts/files", lambda route: waiting.append(route))
    choose(anna, MEASURED)
    wait_until(anna, lambda: waiting, "never sent")
    place(anna, "Zie de meting.")
    waiting.pop().abort()

    expect(anna.locator("[data-failure]")).to_contain_text("Niet geplaatst: meting.txt kwam niet over.")
    expect(box(anna)).to_have_value("Zie de meting.")
    anna.unroute("**/account/drafts/files")
    failed = anna.locator("[data-attached] li", has_text="meting.txt")
    failed.get_by_role("button", name="Opnieuw proberen").click()
    expect(going_along(anna)).to_have_count(1)
    place(anna)
    expect(post_with(anna, "Zie de meting.").get_by_role("link", name="meting.txt")).to_be_visible()


def test_where_the_script_for_files_does_not_come_the_form_sends_them_itself(fresh_site, open_browser):
    """Promise 3"""
    anna = open_browser(fresh_site, "anna")
    anna.route("**/attach.js*", lambda route: route.abort())
    anna.goto(fresh_site.thread_like(THREAD))
    choose(anna, MEASURED)
    place(anna, "Zie de meting.")
    expect(post_with(anna, "Zie de meting.").get_by_role("link", name="meting.txt")).to_be_visible()


def test_a_drop_beside_the_box_leaves_the_page_and_the_text_alone(site, open_browser):
    anna = open_browser(site, "anna")
    anna.goto(site.thread_like(WITHOUT_DRAFT))
    assert bring(anna.get_by_role("heading", level=1), ("elders.txt", 5))
    expect(going_along(anna)).to_have_count(0)

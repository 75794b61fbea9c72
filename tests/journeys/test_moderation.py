"""A text that should not have been written: reported, hidden with a reason, and gone for everyone who reads on."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, WIDE

pytestmark = pytest.mark.slow

THREAD = "Persluchtdruk van 7,5 naar 6,3 bar"
sizes = pytest.mark.parametrize("size", [PHONE, {"viewport": WIDE}], ids=["phone", "wide"])
LINE = "Verborgen door de coördinator, regel 4, "
REASON = "Wij spreken over de zaak en niet over de persoon."


def words_of_first_reply(site):
    start = "SELECT substr(body_md, 1, 25) FROM posts WHERE position = 2 AND thread_id = ?"
    return site.rows(start, site.thread_id(THREAD))[0][0]


def report_first_reply(bram, site):
    bram.goto(f"{site.thread_like(THREAD)}?page=1")
    bram.locator("article[data-position='2'] summary").click()
    bram.locator("article[data-position='2']").get_by_role("link", name="Meld dit bericht").click()
    expect(bram.get_by_role("heading", name="Melding aan de coördinator")).to_be_visible()
    bram.get_by_label("Onaardig of kwetsend").check()
    bram.get_by_label("Toelichting").fill("Dit is op de persoon.")
    bram.get_by_role("button", name="Verzenden").click()
    expect(bram.get_by_text("Uw melding is ontvangen.")).to_be_visible()


def hide_it(dirk):
    dirk.goto("/notifications")
    dirk.get_by_role("link", name=f"Te behandelen: een melding over “{THREAD}").click()
    dirk.get_by_role("button", name="In behandeling nemen").click()
    dirk.get_by_text("Tekst verbergen").first.click()
    form = dirk.locator("#act-hide form")
    form.get_by_role("button", name="Tekst verbergen").click()
    expect(dirk.locator("#act-hide [role=alert]").first).to_be_visible()
    form = dirk.locator("#act-hide form")
    form.get_by_label("Regel").select_option(label="4. Met respect")
    form.get_by_label("Reden").fill(REASON)
    form.get_by_role("button", name="Tekst verbergen").click()
    expect(dirk.get_by_text("Verborgen, overal.")).to_be_visible()
    dirk.locator("#act-settle summary").click()
    settle = dirk.locator("#act-settle form")
    settle.get_by_label("Uitkomst").fill("De tekst is verborgen. Dank voor het melden.")
    settle.get_by_role("button", name="Afdoen").click()
    expect(dirk.get_by_text("Afgedaan. Wie het meldde leest de uitkomst.")).to_be_visible()


@sizes
def test_bram_reports_a_post_dirk_hides_it_and_it_goes_from_an_open_page(size, fresh_site, open_browser):
    """MOD-1, 2, 3, 5, 8, 13, 31; decisions 20: the page that Carla has open changes without being loaded again."""
    words = words_of_first_reply(fresh_site)
    bram, dirk, carla = (open_browser(fresh_site, key, **size) for key in ("bram", "dirk", "carla"))
    carla.goto(f"{fresh_site.thread_like(THREAD)}?page=1")
    expect(carla.get_by_text(words)).to_be_visible()
    carla.evaluate("window.isStillTheSamePage = true")

    report_first_reply(bram, fresh_site)
    hide_it(dirk)

    expect(carla.locator("article[data-position='2']")).to_contain_text(LINE)
    expect(carla.get_by_text(words)).to_have_count(0)
    assert carla.evaluate("window.isStillTheSamePage")
    bram.goto("/reports")
    expect(bram.get_by_text("De tekst is verborgen. Dank voor het melden.")).to_be_visible()
    bram.goto("/moderation/log")
    expect(bram.get_by_role("main").locator("li").first).to_contain_text("verborgen")
    expect(bram.get_by_role("main")).not_to_contain_text(REASON)
    dirk.goto("/moderation/log")
    expect(dirk.get_by_role("main").locator("li").first).to_contain_text(REASON)


@sizes
def test_the_same_without_javascript(size, fresh_site, open_browser):
    """Promise 3: every step is a form or a link."""
    words = words_of_first_reply(fresh_site)
    bram, dirk, carla = (open_browser(fresh_site, key, java_script_enabled=False, **size)
                         for key in ("bram", "dirk", "carla"))  # fmt: skip
    report_first_reply(bram, fresh_site)
    hide_it(dirk)
    carla.goto(f"{fresh_site.thread_like(THREAD)}?page=1")
    expect(carla.locator("article[data-position='2']")).to_contain_text(LINE)
    expect(carla.get_by_text(words)).to_have_count(0)
    dirk.goto("/moderation/log")
    expect(dirk.get_by_role("main").locator("li").first).to_contain_text(REASON)

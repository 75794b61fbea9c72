"""The same without JavaScript: every step is a form or a link, and reloading shows what is new."""

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import box, place, post_with

pytestmark = pytest.mark.slow

NEW_LINE = "Nieuw sinds uw vorige bezoek"
THREAD = "Gezamenlijke aanvraag transportcapaciteit Hoogeveen"
OTHER = "Restwarmte Emmen-Zuid"
BATTERY = "Batterij van 1 MW"


@pytest.fixture
def open_plain(open_browser):
    return lambda site, who=None, **options: open_browser(site, who, java_script_enabled=False, **options)


def position_of(site, key, words):
    found = site.rows(
        "SELECT position FROM read_positions r JOIN people p ON p.id = r.person_id WHERE email = ? AND thread_id = ?",
        f"{key}@brink.example", site.thread_id(words),
    )  # fmt: skip
    return found[0][0] if found else 0


def test_without_javascript_anna_reads_and_replies_and_bram_sees_it_on_reloading(fresh_site, open_plain, sign_in):
    """Issue A, done when; DISC-4, 11, 13, 14; promise 3."""
    anna, bram = open_plain(fresh_site), open_plain(fresh_site)
    bram.goto(f"/login?next={fresh_site.thread_like(THREAD)}")
    sign_in(bram, "bram")
    anna.goto("/login")
    sign_in(anna, "anna")
    expect(anna.locator("section[aria-labelledby=groups] .count")).to_have_text("5 nieuw")
    anna.get_by_role("main").get_by_role("link", name="Energie", exact=True).click()
    assert position_of(fresh_site, "anna", THREAD) < 33
    anna.get_by_role("main").get_by_role("link", name=THREAD).click()
    expect(anna.locator(f".new-since:has-text('{NEW_LINE}') + article")).to_be_in_viewport()
    assert position_of(fresh_site, "anna", THREAD) == 33

    box(anna).fill("Eens met **Rik**.")
    anna.get_by_role("button", name="Voorbeeld").click()
    expect(anna.get_by_role("main").locator("strong")).to_have_text("Rik")
    expect(anna.get_by_label("Titel")).to_have_count(0)
    place(anna)
    expect(post_with(anna, "Eens met Rik.")).to_be_in_viewport()

    assert post_with(bram, "Eens met Rik.").count() == 0
    bram.reload()
    expect(post_with(bram, "Eens met Rik.")).to_contain_text("Anna Assink · Vezelwerk Emmen")


def test_without_javascript_anna_walks_the_whole_path_of_a_thread(fresh_site, open_plain):
    """Section 7.12; promise 3: she reads, quotes, replies with a file, thanks, settles, and finds it under settled."""
    anna = open_plain(fresh_site, "anna")
    anna.goto(fresh_site.thread_like(BATTERY))
    asked = anna.locator("article:not([data-own])").last
    author = asked.get_by_role("heading").inner_text()
    asked.get_by_role("button", name="Dank").click()
    expect(asked.get_by_role("button", name="Dank")).to_have_attribute("aria-pressed", "true")
    asked.get_by_role("link", name="Citeer").click()
    quoted = box(anna).input_value()
    anna.get_by_label("Bestanden toevoegen").set_input_files(
        {"name": "afstand.txt", "mimeType": "text/plain", "buffer": b"Gevel tot container: 10 m."})
    place(anna, f"{quoted}\n\nZie de tekening van de brandweer.")

    mine = post_with(anna, "Zie de tekening van de brandweer.")
    expect(mine.locator("blockquote")).not_to_be_empty()
    expect(mine.locator("blockquote, p").filter(has_text=author.split(" · ")[0])).not_to_have_count(0)
    with anna.expect_download() as arrived:
        mine.get_by_role("link", name="afstand.txt").click()
    assert arrived.value.path().read_text() == "Gevel tot container: 10 m."

    anna.get_by_role("link", name="Onderwerp afronden").click()
    anna.get_by_label("Waar is dit op uitgekomen?").fill("Tien meter van de gevel; de brandweer ging akkoord.")
    anna.get_by_role("button", name="Onderwerp afronden").click()
    expect(anna.locator(".settled").first).to_contain_text("Tien meter van de gevel")
    anna.goto("/groups/energie/threads?filter=settled")
    expect(anna.get_by_role("main").get_by_role("link", name=BATTERY)).to_be_visible()


def test_without_javascript_a_preview_keeps_the_title_and_says_that_posting_joins(site, open_plain):
    """DISC-15, GRP-2."""
    carla = open_plain(site, "carla")
    carla.goto("/groups/energie/threads/new")
    carla.get_by_label("Titel").fill("Wie meet er mee?")
    box(carla).fill("Wij zoeken een *derde* meetpunt.")
    carla.get_by_role("button", name="Voorbeeld").click()

    expect(carla.get_by_role("heading", name="Wie meet er mee?")).to_be_visible()
    expect(carla.get_by_label("Titel")).to_have_value("Wie meet er mee?")
    expect(carla.get_by_role("button", name="Plaatsen en deelnemen")).to_be_visible()


def test_without_javascript_everything_seen_can_be_taken_back(fresh_site, open_plain):
    """DISC-6."""
    anna = open_plain(fresh_site, "anna")
    anna.goto("/")
    rail = anna.get_by_role("navigation", name="Hoofdmenu", exact=True).get_by_role("link", name="Energie")
    expect(rail).to_contain_text("5")
    anna.get_by_role("button", name="Alles gezien").click()
    expect(anna.get_by_text("Alles geldt als gezien.")).to_be_visible()
    expect(anna.locator("section[aria-labelledby=groups] .count")).to_have_count(0)
    expect(rail.locator(".count")).to_have_count(0)

    anna.get_by_role("button", name="Ongedaan maken").click()

    expect(rail.locator(".count")).to_contain_text("5")


def test_without_javascript_a_draft_is_kept_by_its_button(fresh_site, open_plain):
    """DISC-17, 4. Screens: drafts are saved by the button."""
    anna = open_plain(fresh_site, "anna")
    anna.goto(fresh_site.thread_like(OTHER))
    box(anna).fill("Eerst nog navragen bij de bedrijfsleider.")
    anna.get_by_role("button", name="Bewaar concept").click()

    line = anna.locator("li", has_text="Eerst nog navragen")
    expect(line).to_contain_text(OTHER)
    line.get_by_role("link", name="Verder schrijven").click()
    expect(box(anna)).to_have_value("Eerst nog navragen bij de bedrijfsleider.")

    anna.goto("/account/drafts")
    anna.locator("li", has_text="Eerst nog navragen").get_by_role("button", name="Weggooien").click()
    expect(anna.get_by_text("U hebt geen concepten.")).to_be_visible()


def test_without_javascript_the_display_is_set_by_its_buttons(site, open_plain):
    """Look: text size and light or dark are remembered."""
    carla = open_plain(site, "carla")
    carla.goto("/groups/innovatie")
    carla.get_by_role("button", name="Grootste tekst").first.click()
    carla.get_by_role("button", name="Donkere weergave").first.click()

    expect(carla.locator("html[data-size=xl]")).to_have_attribute("data-theme", "dark")
    expect(carla).to_have_url(f"{site.url}/groups/innovatie")

"""What was written is changed, deleted, renamed and settled: open pages follow, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import box, place, post_with

pytestmark = pytest.mark.slow

THREAD = "Batterij van 1 MW"
SETTLED = "Energieaudit en besparingsplicht"
OUTCOME = "Wij huren samen één batterij en delen de metingen."


@pytest.fixture
def open_plain(open_browser):
    return lambda site, who=None, **options: open_browser(site, who, java_script_enabled=False, **options)


def choose(page, post, words):
    """Open "Meer" under this post, and choose what it says."""
    post.locator("summary").click()
    post.get_by_role("link", name=words).or_(post.get_by_role("button", name=words)).click()


def test_a_changed_deleted_and_restored_post_reaches_the_pages_that_show_it(fresh_site, open_browser):
    """DISC-33, 37, 53: each through the ordinary page, and in its place."""
    anna, bram = (open_browser(fresh_site, key) for key in ("anna", "bram"))
    for page in (anna, bram):
        page.goto(fresh_site.thread_like(THREAD))
    place(bram, "Wij hebben er een op het oog.")
    anna.get_by_role("button", name="1 nieuw bericht").click()
    number = post_with(anna, "op het oog").get_attribute("id")
    place(anna, "Welke dan?")  # from now on a change is seen
    expect(post_with(bram, "Welke dan?").or_(bram.get_by_role("button", name="1 nieuw bericht"))).to_have_count(1)

    choose(bram, bram.locator(f"#{number}"), "Bewerken")
    box(bram).fill("Wij hebben er **twee** op het oog.")
    bram.get_by_role("button", name="Opslaan", exact=True).click()
    expect(bram.locator(f"#{number} strong")).to_have_text("twee")
    expect(anna.locator(f"#{number} strong")).to_have_text("twee")
    expect(anna.locator(f"#{number}")).to_contain_text("bewerkt")

    choose(bram, bram.locator(f"#{number}"), "Verwijderen")
    expect(anna.locator(f"#{number}")).to_contain_text("Verwijderd door de schrijver")
    expect(anna.get_by_text("twee op het oog")).to_have_count(0)
    bram.locator(f"#{number}").get_by_role("button", name="Terugzetten").click()
    expect(anna.locator(f"#{number} strong")).to_have_text("twee")
    expect(anna.locator("article")).to_have_count(bram.locator("article").count())


def test_who_has_a_settled_thread_open_sees_that_it_went_on(fresh_site, open_browser):
    """DISC-40, 53: the line comes with the post that did it, and no longer stands above."""
    anna, bram = (open_browser(fresh_site, key) for key in ("anna", "bram"))
    for page in (anna, bram):
        page.goto(fresh_site.thread_like(SETTLED))
    expect(anna.locator(".settled")).to_have_count(1)
    expect(anna.locator("[data-live] .settled")).to_have_count(0)
    place(bram, "Er is toch nog iets.")
    anna.get_by_role("button", name="1 nieuw bericht").click()

    expect(anna.locator(".settled")).to_have_count(1)
    expect(anna.locator("[data-live] .settled + article")).to_contain_text("Er is toch nog iets.")
    expect(anna.locator("[data-live] .settled")).to_contain_text("Bram Boelens ging er op")


def test_a_conflict_found_by_the_script_shows_the_page_with_both_texts(fresh_site, open_browser):
    """DISC-35: in two windows of one person; what was typed is there, and the next press is a choice."""
    first, second = (open_browser(fresh_site, "bram") for _window in range(2))
    first.goto(fresh_site.thread_like(THREAD))
    place(first, "Wij hebben er een op het oog.")
    expect(post_with(first, "op het oog")).to_have_count(1)
    number = post_with(first, "op het oog").get_attribute("id").removeprefix("post-")
    for window in (first, second):
        window.goto(f"/posts/{number}/edit")
    box(first).fill("Wij hebben er twee op het oog.")
    first.get_by_role("button", name="Opslaan", exact=True).click()
    expect(post_with(first, "twee op het oog")).to_have_count(1)
    box(second).fill("Wij hebben er drie op het oog.")
    second.get_by_role("button", name="Opslaan", exact=True).click()

    expect(second.get_by_role("heading", name="Uw tekst en de nieuwe tekst verschillen")).to_be_visible()
    expect(second.get_by_text("Wij hebben er twee op het oog.")).not_to_have_count(0)
    expect(box(second)).to_have_value("Wij hebben er drie op het oog.")
    second.get_by_role("button", name="Mijn tekst").click()
    expect(post_with(second, "drie op het oog")).to_have_count(1)


def test_without_javascript_all_of_it_is_forms_and_links(fresh_site, open_plain):
    """DISC-33 to 37, 39, 40; section 4: edit, compare, delete, bring back, rename, settle, go on."""
    anna = open_plain(fresh_site, "anna")
    anna.goto("/groups/energie/threads/new")
    anna.get_by_label("Titel").fill("Wie deelt een meetset?")
    place(anna, "Wij zoeken er een.")
    expect(post_with(anna, "zoeken er een")).to_have_count(1)
    fresh_site.change("UPDATE posts SET created_at = datetime(created_at, '-1 hour') || '.000000' WHERE body_md = ?",
                      "Wij zoeken er een.")  # fmt: skip
    anna.reload()
    choose(anna, post_with(anna, "zoeken er een"), "Bewerken")
    box(anna).fill("Wij zoeken er twee.")
    anna.get_by_role("button", name="Voorbeeld").click()
    expect(anna.get_by_role("main").locator(".prose")).to_have_text("Wij zoeken er twee.")
    anna.get_by_role("button", name="Opslaan", exact=True).click()
    post_with(anna, "zoeken er twee").get_by_role("link", name="bewerkt", exact=True).click()
    expect(anna.locator("del")).to_contain_text("een")
    expect(anna.locator("ins")).to_contain_text("twee")
    anna.get_by_role("button", name="Vergelijken").click()
    anna.get_by_role("link", name="Een bericht in").click()

    choose(anna, post_with(anna, "zoeken er twee"), "Verwijderen")
    expect(anna.locator("article")).to_contain_text("Verwijderd door de schrijver")
    anna.locator("article").get_by_role("button", name="Terugzetten").click()
    expect(post_with(anna, "zoeken er twee")).to_have_count(1)

    anna.get_by_role("link", name="Titel of soort wijzigen").click()
    anna.get_by_label("Titel", exact=True).fill("Wie deelt een meetset voor stoom?")
    anna.get_by_role("button", name="Opslaan", exact=True).click()
    expect(anna.get_by_role("heading", level=1)).to_have_text("Wie deelt een meetset voor stoom?")
    anna.get_by_role("link", name="hernoemd").click()
    expect(anna.get_by_role("table")).to_contain_text(re.compile(r"voor stoom\?.*Wie deelt een meetset\?", re.DOTALL))
    anna.go_back()

    anna.get_by_role("link", name="Onderwerp afronden").click()
    anna.get_by_label("Waar is dit op uitgekomen?").fill(OUTCOME)
    anna.get_by_role("button", name="Onderwerp afronden").click()
    expect(anna.locator(".settled")).to_contain_text(OUTCOME)
    place(anna, "Toch nog een vraag.")
    expect(anna.locator("[data-live] .settled")).to_contain_text("Anna Assink ging er op")

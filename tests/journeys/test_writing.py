"""What happens to a text on its way: drafts, other devices, a line that is cut."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.pages import addresses
from tests.journeys.steps import box, keep_draft, place, post_with, press_where_it_is, wait_until

pytestmark = pytest.mark.slow

THREAD = "Batterij van 1 MW"
NO_ANSWER = """() => {
  const real = window.fetch;
  window.fetch = (address, options) => options?.keepalive ? real(address, options)
    : real(address, options).then(() => new Promise(() => {}));
}"""
POLL = """
  const later = window.setInterval.bind(window);
  window.setInterval = (job, pause, ...more) => later(job, pause === 60000 ? 500 : pause, ...more);
"""


def posts_saying(site, words):
    return site.rows("SELECT count(*) FROM posts WHERE body_md LIKE ?", f"%{words}%")[0][0]


def wait_for_draft(page, site, words):
    """Until the server has it, whatever the page says or does not say."""
    wait_until(page, lambda: site.rows("SELECT 1 FROM drafts WHERE body = ?", words), f"not kept: {words}")


def test_a_draft_is_kept_while_typing_and_is_there_after_reloading(fresh_site, open_browser):
    """DISC-17."""
    anna = open_browser(fresh_site, "anna")
    anna.goto(fresh_site.thread_like(THREAD))
    keep_draft(anna, "Eerst nog navragen.")
    assert fresh_site.rows("SELECT body FROM drafts WHERE body LIKE 'Eerst%'") == [("Eerst nog navragen.",)]

    anna.reload()

    expect(box(anna)).to_have_value("Eerst nog navragen.")
    place(anna)
    expect(post_with(anna, "Eerst nog navragen.")).to_have_count(1)
    anna.reload()
    expect(box(anna)).to_have_value("")


def test_the_last_words_are_kept_also_when_a_save_is_under_way_on_leaving(fresh_site, open_browser):
    """DISC-17: they are no other device."""
    anna = open_browser(fresh_site, "anna")
    anna.goto(fresh_site.thread_like(THREAD))
    for words in ("Eerst dit", "Daarna dat"):
        anna.evaluate(NO_ANSWER)
        with anna.expect_response("**/account/drafts"):
            box(anna).fill(words)
        box(anna).press_sequentially(", en nog iets.")
        wait_for_draft(anna, fresh_site, words)
        anna.goto("/account/drafts")
        wait_for_draft(anna, fresh_site, f"{words}, en nog iets.")
        anna.goto(fresh_site.thread_like(THREAD))


def test_a_draft_changed_on_another_device_shows_both_texts(fresh_site, open_browser):
    """DISC-18."""
    laptop, phone = (open_browser(fresh_site, "anna") for _device in range(2))
    for device in (laptop, phone):
        device.goto(fresh_site.thread_like(THREAD))
    keep_draft(phone, "Van mijn telefoon.")
    box(laptop).fill("Van mijn laptop.")

    other = laptop.locator(".other-draft")
    expect(other).to_contain_text("Dit concept is op een ander apparaat gewijzigd")
    expect(other.get_by_role("textbox")).to_have_value("Van mijn telefoon.")
    expect(box(laptop)).to_have_value("Van mijn laptop.")
    assert fresh_site.rows("SELECT body FROM drafts WHERE body LIKE 'Van mijn%'") == [("Van mijn telefoon.",)]

    expect(box(laptop)).to_be_focused()  # who types on is not taken away from it
    laptop.keyboard.type(" En meer.")
    laptop.goto("/account/drafts")
    both = "Van mijn laptop. En meer.\n\nVan mijn telefoon."
    wait_for_draft(laptop, fresh_site, both)

    box(phone).fill("Toch anders.")
    phone.locator(".other-draft [data-take]").click()
    expect(box(phone)).to_have_value(both)
    expect(box(phone)).to_be_focused()


def test_who_has_too_many_drafts_reads_that_and_is_shown_no_other_text(site, open_browser):
    """DISC-18: the server's own sentence; there is no other device."""
    anna = open_browser(site, "anna")
    anna.goto(site.thread_like(THREAD))
    anna.route("**/account/drafts", lambda route: route.fulfill(
        status=409, json={"error": "U hebt 50 concepten. Gooi er eerst een weg."}))
    box(anna).fill("De eenenvijftigste.")

    expect(anna.locator("[data-state]")).to_contain_text("U hebt 50 concepten.")
    expect(anna.locator(".other-draft")).to_have_count(0)


def test_a_new_thread_is_kept_as_a_draft_with_its_title(fresh_site, open_browser):
    """DISC-17, 30."""
    bram = open_browser(fresh_site, "bram")
    bram.goto("/groups/energie/threads/new")
    bram.get_by_role("radio", name="Vraag").check()
    bram.get_by_label("Titel").fill("Wie heeft een thermische camera?")
    keep_draft(bram, "Voor twee dagen in maart.")

    bram.reload()

    expect(bram.get_by_label("Titel")).to_have_value("Wie heeft een thermische camera?")
    expect(bram.get_by_role("radio", name="Vraag")).to_be_checked()
    bram.get_by_label("Titel").press("Enter")  # is "Plaatsen"
    expect(bram.get_by_role("heading", name="Wie heeft een thermische camera?")).to_be_visible()
    expect(post_with(bram, "Voor twee dagen in maart.")).to_have_count(1)


def test_a_line_cut_while_placing_keeps_the_text_and_the_retry_places_it_once(fresh_site, open_browser):
    """DISC-19; 5. Bad input: "Niet geplaatst. Opnieuw proberen"."""
    anna = open_browser(fresh_site, "anna")
    anna.goto(fresh_site.thread_like(THREAD))

    def take_it_but_lose_the_answer(route):
        box(anna).press("!")  # on its way, nothing typed is left behind in an empty box
        route.fetch()
        route.abort()

    anna.route("**/posts", take_it_but_lose_the_answer, times=1)
    place(anna, "Wij sluiten ons aan.")
    failure = anna.locator("[data-failure]")
    expect(failure).to_contain_text("Niet geplaatst.")
    expect(box(anna)).to_have_value("Wij sluiten ons aan.")
    expect(box(anna)).to_be_editable()
    assert posts_saying(fresh_site, "Wij sluiten ons aan.") == 1

    with anna.expect_response("**/posts") as answer:
        failure.get_by_role("button", name="Opnieuw proberen").click()

    assert answer.value.status == 201
    expect(post_with(anna, "Wij sluiten ons aan.")).to_have_count(1)
    expect(failure).to_be_hidden()
    expect(box(anna)).to_have_value("")
    assert posts_saying(fresh_site, "Wij sluiten ons aan.") == 1


def test_a_text_changed_after_a_lost_answer_is_kept_and_nothing_is_doubled(fresh_site, open_browser):
    """DISC-19: the first text was placed once; what was added to it is still the writer's to place."""
    anna = open_browser(fresh_site, "anna")
    anna.goto(fresh_site.thread_like(THREAD))
    anna.route("**/posts", lambda route: (route.fetch(), route.abort()), times=1)
    place(anna, "Twee containers van ons.")
    failure = anna.locator("[data-failure]")
    expect(failure).to_contain_text("Niet geplaatst.")
    place(anna, "Twee containers van ons. Vanaf maart.")

    expect(failure).to_contain_text("Uw eerste tekst is toch geplaatst.")
    expect(box(anna)).to_have_value("Twee containers van ons. Vanaf maart.")
    expect(post_with(anna, "Twee containers van ons.")).to_have_count(1)
    expect(anna.locator("[data-state]")).to_contain_text("Concept bewaard")
    place(anna)
    expect(post_with(anna, "Vanaf maart.")).to_have_count(1)
    assert posts_saying(fresh_site, "Twee containers van ons.") == 2


def test_without_a_network_nothing_says_placed(fresh_site, open_browser):
    """5. Bad input: the text stays in the box; back on the line, the same button places it."""
    anna = open_browser(fresh_site, "anna")
    anna.goto(fresh_site.thread_like(THREAD))
    anna.context.set_offline(True)
    place(anna, "Onderweg geschreven.")
    expect(anna.locator("[data-failure]")).to_contain_text("Niet geplaatst.")
    assert posts_saying(fresh_site, "Onderweg geschreven.") == 0

    anna.context.set_offline(False)
    box(anna).fill("Onderweg geschreven. En **verbeterd**.")
    anna.get_by_role("button", name="Opnieuw proberen").click()

    expect(box(anna)).to_have_value("")
    expect(post_with(anna, "En verbeterd.")).to_have_count(1)
    assert posts_saying(fresh_site, "Onderweg geschreven.") == 1


def test_a_double_click_places_once(fresh_site, open_browser):
    """DISC-19."""
    anna = open_browser(fresh_site, "anna")
    anna.goto(fresh_site.thread_like(THREAD))
    box(anna).fill("Twee keer gedrukt.")
    anna.get_by_role("button", name="Plaatsen", exact=True).dblclick()

    expect(box(anna)).to_have_value("")
    expect(post_with(anna, "Twee keer gedrukt.")).to_have_count(1)
    assert posts_saying(fresh_site, "Twee keer gedrukt.") == 1


def test_a_socket_that_never_stands_is_told_of_too(site, open_browser):
    """DISC-54: also when the line closes before the first word, of which Socket.IO itself says nothing."""
    bram = open_browser(site, "bram")
    bram.route_web_socket("**/socket.io/**", lambda line: line.close())
    bram.goto(site.thread_like(THREAD))

    expect(bram.locator("[data-live-status]")).to_contain_text("Geen live verbinding: wij kijken elke minuut.")


def test_without_a_socket_the_page_says_so_and_finds_new_posts_by_asking(fresh_site, open_browser):
    """DISC-54; the minute is made half a second, the asking is the page's own."""
    bram, anna = open_browser(fresh_site, "bram"), open_browser(fresh_site, "anna")
    bram.add_init_script(POLL)
    lines = []

    def let_the_first_one_through(line):
        lines.append(line)
        if len(lines) == 1:
            line.connect_to_server()
        else:
            line.close()

    bram.route_web_socket("**/socket.io/**", let_the_first_one_through)
    bram.goto(fresh_site.thread_like(THREAD))
    status = bram.locator("[data-live-status]")
    expect(status.locator("[data-words]")).to_be_empty()
    lines[0].close()
    expect(status).to_contain_text("Geen live verbinding: wij kijken elke minuut.")

    anna.goto(fresh_site.thread_like(THREAD))
    place(anna, "Ook zonder lijn te zien.")

    press_where_it_is(expect_button(bram))
    expect(post_with(bram, "Ook zonder lijn te zien.")).to_have_count(1)


def expect_button(page):
    button = page.get_by_role("button", name="1 nieuw bericht")
    expect(button).to_be_visible()
    button.scroll_into_view_if_needed()
    return button


def test_a_preview_is_what_the_server_makes_of_it(site, open_browser):
    """DISC-14, 15: the toolbar writes Markdown, and the preview shows it as it will be."""
    carla = open_browser(site, "carla")
    carla.goto(site.thread_like("Recyclaat in folie"))
    box(carla).fill("dringend <script>alert(1)</script>")
    box(carla).evaluate("field => field.setSelectionRange(0, 8)")
    carla.get_by_role("button", name="Vet").click()
    expect(box(carla)).to_have_value("**dringend** <script>alert(1)</script>")

    carla.get_by_role("button", name="Voorbeeld").click()

    shown = carla.locator("[data-preview-text]")
    expect(shown.locator("strong")).to_have_text("dringend")
    assert shown.locator("script").count() == 0
    expect(carla.locator("[data-preview-panel]")).to_be_focused()


def test_a_preview_that_comes_late_leaves_who_types_on_alone(site, open_browser):
    """WCAG 3.2.2: keys typed on would else count as shortcuts."""
    carla, asked = open_browser(site, "carla"), []
    carla.goto(site.thread_like("Recyclaat in folie"))
    carla.route("**/preview", lambda route: asked.append(route))
    box(carla).fill("Dat gaat")
    carla.get_by_role("button", name="Voorbeeld").click()
    wait_until(carla, lambda: asked, "never asked")  # the first press fetches what asks
    box(carla).press("End")
    carla.keyboard.type(" go")
    asked[0].fulfill(json={"html": "<p>Dat gaat</p>"})
    carla.wait_for_function("() => !document.querySelector('[data-preview]').hasAttribute('aria-busy')")
    carla.keyboard.type("ed")

    expect(box(carla)).to_have_value("Dat gaat goed")
    expect(carla.locator("[data-preview-panel]")).to_be_hidden()


def test_what_is_said_of_readers_is_the_number_of_those_who_can_read(site, open_browser):
    """DISC-20: "... kunnen dit lezen" stands under the box."""
    anna = open_browser(site, "anna")
    anna.goto(site.thread_like(THREAD))

    expect(anna.locator(".readers")).to_contain_text("mensen van")
    expect(anna.locator(".readers")).to_contain_text("kunnen dit lezen")


def test_a_table_and_a_picture_come_where_the_caret_is(site, open_browser):
    """DOC-35: the buttons of a page, and what they put in can be taken back."""
    anna = open_browser(site, "anna")
    anna.goto(addresses(site)["page_number"] + "/edit")
    text = anna.get_by_role("textbox", name="Tekst")
    text.fill("Eerst dit.")
    anna.get_by_role("button", name="Tabel").click()
    expect(text).to_have_value("Eerst dit.\n\n| Kop | Kop |\n| --- | --- |\n|  |  |\n\n")
    anna.get_by_role("button", name="Afbeelding").click()
    anna.locator("#pictures button").first.click()
    expect(text).to_have_value(re.compile(r"\|\n\n!\[[^\]]+\]\(/documents/\d+/file\)\n\n$"))
    expect(anna.locator("#pictures")).to_be_hidden()
    anna.keyboard.press("Control+z")
    expect(text).not_to_have_value(re.compile(r"/file"))

"""What the program is for: see what is new, answer, and see answers come in."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.journeys.steps import box, keep_draft, place, post_with, press_where_it_is, top_of, wait_until

pytestmark = pytest.mark.slow

NEW_LINE = "Nieuw sinds uw vorige bezoek"
THREAD = "Gezamenlijke aanvraag transportcapaciteit Hoogeveen"
NOW = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")


def test_anna_sees_what_is_new_replies_and_bram_sees_it_appear(fresh_site, open_browser, sign_in):
    """Issue A, done when; DISC-1, 11, 13, 53."""
    anna, bram = open_browser(fresh_site), open_browser(fresh_site)
    bram.goto(f"/login?next={fresh_site.thread_like(THREAD)}")
    sign_in(bram, "bram")
    expect(bram.get_by_role("heading", name=THREAD)).to_be_visible()
    bram.locator("article").nth(3).scroll_into_view_if_needed()
    bram.wait_for_function("() => document.querySelector('[data-live]') !== null")
    looked_at = bram.locator("article").nth(3)

    anna.goto("/")
    anna.get_by_role("link", name="Inloggen").first.click()
    sign_in(anna, "anna")
    row = anna.locator("section[aria-labelledby=groups] li", has_text="Energie")
    expect(row.locator(".count")).to_have_text("5 nieuw")
    row.get_by_role("link", name="Energie").click()
    anna.get_by_role("main").get_by_role("link", name=THREAD).click()
    expect(anna.get_by_text(NEW_LINE)).to_be_in_viewport()
    assert anna.locator(f".new-since:has-text('{NEW_LINE}') + article").get_attribute("data-position") == "33"

    before, position = top_of(looked_at), bram.evaluate("scrollY")
    bram.evaluate("window.isStillTheSamePage = true")
    place(anna, "Wij doen mee. Wie levert de **meetreeks** aan?")
    expect(post_with(anna, "Wij doen mee.").locator("strong")).to_have_text("meetreeks")
    expect(box(anna)).to_have_value("")

    offer = bram.get_by_role("button", name="1 nieuw bericht")
    expect(offer).to_be_visible()
    assert post_with(bram, "Wij doen mee.").count() == 0
    assert (top_of(looked_at), bram.evaluate("scrollY")) == (before, position)
    press_where_it_is(offer)
    expect(post_with(bram, "Wij doen mee.")).to_contain_text("Anna Assink · Vezelwerk Emmen")
    expect(offer).to_be_hidden()
    assert top_of(looked_at) == before
    assert bram.evaluate("window.isStillTheSamePage")


def test_a_thread_opens_at_what_is_new_and_a_page_asked_for_at_its_top(fresh_site, open_browser):
    """DISC-1: also by its plain address; `?page=N` is exact."""
    anna = open_browser(fresh_site, "anna")
    anna.goto(f"{fresh_site.thread_like(THREAD)}?page=1")
    expect(anna.locator("article").first).to_have_attribute("data-position", "1")
    assert anna.evaluate("scrollY") == 0

    anna.goto(fresh_site.thread_like(THREAD))

    expect(anna.get_by_text(NEW_LINE)).to_be_in_viewport()
    assert anna.evaluate("scrollY") > 0


def test_a_post_taller_than_ten_windows_can_be_read_too(fresh_site, open_browser):
    """DISC-3: it is never half in view."""
    anna = open_browser(fresh_site, "anna", viewport={"width": 1440, "height": 300})
    anna.goto(f"{fresh_site.thread_like(THREAD)}?page=2")
    last = anna.locator("article").last
    last.evaluate("article => { article.style.minHeight = '6000px' }")
    roll = """(article, past) => {
      scrollTo(0, article.getBoundingClientRect().top + scrollY + past);
      return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    }"""
    last.evaluate(roll, -290)
    with anna.expect_request("**/seen") as told:
        last.evaluate(roll, 3000)

    assert told.value.post_data == "position=33"


def test_a_second_and_third_post_are_counted_on_one_button(fresh_site, open_browser):
    """DISC-53: "2 nieuwe berichten", and nothing is lost or doubled."""
    anna, bram = (open_browser(fresh_site, key) for key in ("anna", "bram"))
    for page in (anna, bram):
        page.goto(fresh_site.thread_like(THREAD))
    for words in ("Eerste aanvulling.", "Tweede aanvulling."):
        place(anna, words)
        expect(post_with(anna, words)).to_have_count(1)

    bram.get_by_role("button", name="2 nieuwe berichten").click()

    positions = bram.locator("article").evaluate_all("all => all.map(each => Number(each.dataset.position))")
    assert positions == list(range(26, 36))


def test_an_earlier_page_hears_of_what_is_hidden_and_leads_to_what_is_new(fresh_site, open_browser):
    """DISC-53: new, changed and hidden posts, wherever in the thread one reads."""
    anna, bram = (open_browser(fresh_site, key) for key in ("anna", "bram"))
    anna.goto(f"{fresh_site.thread_like(THREAD)}?page=1")
    expect(anna.locator("article")).to_have_count(25)
    bram.goto(fresh_site.thread_like(THREAD))
    place(bram, "Een aanvulling op de laatste pagina.")

    offer = anna.get_by_role("button", name="1 nieuw bericht")
    expect(offer).to_be_visible()
    thread, third = fresh_site.thread_id(THREAD), anna.locator("article").nth(2)
    words = third.locator(".prose").inner_text()
    fresh_site.change("UPDATE posts SET hidden_at = ? WHERE thread_id = ? AND position = 3", NOW, thread)
    fresh_site.leave_signal(f"thread:{thread}", "thread:changed", thread_id=thread, post_id=int(id_of(third)))
    expect(anna.get_by_text(words)).to_have_count(0)
    offer.click()

    expect(post_with(anna, "Een aanvulling op de laatste pagina.")).to_be_in_viewport()


def test_a_thread_that_is_hidden_goes_from_the_pages_that_show_it_and_what_one_writes_stays(fresh_site, open_browser):
    """MOD-13, issue B 6: hidden everywhere at once."""
    bram = open_browser(fresh_site, "bram")
    bram.goto(fresh_site.thread_like(THREAD))
    box(bram).fill("Hier ben ik nog mee bezig.")
    thread = fresh_site.thread_id(THREAD)
    fresh_site.change("UPDATE threads SET hidden_at = ? WHERE id = ?", NOW, thread)
    fresh_site.leave_signal(f"thread:{thread}", "thread:changed", thread_id=thread, post_id=None)

    expect(bram.get_by_text("Dit onderwerp is hier niet meer te lezen.")).to_be_visible()
    expect(bram.locator("article")).to_have_count(0)
    expect(box(bram)).to_have_value("Hier ben ik nog mee bezig.")


def test_when_another_group_becomes_stricter_ones_own_page_goes_on(fresh_site, open_browser):
    """GRP-6, GRP-38, DISC-17, 53: everyone's line is cut, and comes back for whoever may still read."""
    anna, bram = (open_browser(fresh_site, key) for key in ("anna", "bram"))
    opened = lines_of(bram)
    bram.goto(fresh_site.thread_like(THREAD))
    wait_until(bram, lambda: len(opened) >= 1, "no line was opened")
    person = fresh_site.rows("SELECT id FROM people WHERE email = 'bram@brink.example'")[0][0]
    fresh_site.leave_signal(f"person:{person}", "cut")
    wait_until(bram, lambda: len(opened) >= 2, "no line was opened again")
    keep_draft(bram, "Ik schrijf gewoon door.")
    anna.goto(fresh_site.thread_like(THREAD))
    place(anna, "Komt dit nog aan?")

    expect(bram.get_by_role("button", name="1 nieuw bericht")).to_be_visible()
    expect(bram.get_by_text("Uw sessie is hier beëindigd")).to_have_count(0)


def lines_of(page):
    """What the server said when it took each line of this page; a list that grows."""
    opened = []

    def note(said):
        if str(said).startswith("40{"):
            opened.append(said)

    page.on("websocket", lambda line: line.on("framereceived", note))
    return opened


def id_of(article):
    return article.get_attribute("id").removeprefix("post-")


def test_a_thread_is_printed_black_on_white_and_without_buttons(site, open_browser):
    """Look, Habits: print; also where dark was chosen."""
    anna = open_browser(site, "anna")
    anna.context.add_cookies([{"name": "theme", "value": "dark", "url": site.url}])
    anna.goto(site.thread_like(THREAD))
    lightness = "() => Number(getComputedStyle(document.querySelector('.post .prose')).color.match(/[\\d.]+/)[0])"
    assert anna.evaluate(lightness) > 0.9
    expect(anna.locator(".button:visible")).not_to_have_count(0)

    anna.emulate_media(media="print")

    assert anna.evaluate(lightness) < 0.3
    expect(anna.locator(".button:visible")).to_have_count(0)


def test_carla_finds_no_word_of_the_confidential_group(site, open_browser):
    """GRP-4, trust 1 and 2."""
    carla = open_browser(site, "carla")
    secret = [row[0] for row in site.rows(
        "SELECT t.id FROM threads t JOIN groups g ON g.id = t.group_id WHERE g.slug = 'externe-veiligheid'")]
    posts = [row[0] for row in site.rows(f"SELECT min(id) FROM posts WHERE thread_id = {secret[0]}")]
    of_group = [f"/groups/externe-veiligheid{tail}" for tail in
                ("", "/threads", "/threads?filter=settled", "/threads/new", "/members", "/about", "/edit")]
    of_threads = [f"/threads/{number}{tail}" for number in secret for tail in ("", "/reply", "?page=1")]
    nowhere = carla.request.get("/groups/bestaat-niet")
    expected = tidy(nowhere.text())

    for address in [*of_group, *of_threads, *(f"/posts/{number}" for number in posts)]:
        answer = carla.request.get(address)
        assert answer.status == 404, address
        assert tidy(answer.text()) == expected, address

    words = ("externe veiligheid", "externe-veiligheid", "alarmnummers", "besloten")
    readable = ["/", "/groups", "/notifications", "/account", "/account/drafts", "/groups/energie",
                "/groups/energie/members", "/groups/innovatie/threads", "/groups/personeelsmobiliteit"]
    for address in readable:
        page = carla.request.get(address)
        assert page.status == 200, address
        assert [word for word in words if word in page.text().lower()] == [], address


def tidy(html):
    """Without what differs between any two pages: nonce, token, and the address asked for."""
    html = re.sub(r'nonce="[^"]*"', "", html)
    html = re.sub(r'(content|value)="[\w.\-]{60,}"', "", html)
    return re.sub(r'name="next" value="[^"]*"', "", html)

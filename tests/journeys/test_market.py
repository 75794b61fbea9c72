"""Carla asks, Bram answers, and nobody else knows: with and without JavaScript, and on a phone."""

import json

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW, sizes
from tests.marketplace.conftest import in_days

pytestmark = pytest.mark.slow


def place_a_request(page, title):
    """From the list to the listing, in the words of the pages."""
    page.goto("/market")
    page.get_by_role("link", name="Nieuwe plaatsing").click()
    page.get_by_label("Wij zoeken").check()
    page.get_by_label("Apparatuur").check()
    page.get_by_role("button", name="Volgende").click()
    page.get_by_label("Titel").fill(title)
    page.get_by_role("textbox", name="Tekst").fill("Voor een proef van twee weken zoeken wij een trilzeef.")
    page.get_by_label("Wat is het?").fill("trilzeef")
    page.get_by_label("gebruikt").check()
    page.get_by_label("te leen").check()
    page.get_by_label("Gebied").select_option(label="Zuidoost-Drenthe")
    page.get_by_role("button", name="Plaatsen", exact=True).click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    return page.url


def react(page, words):
    page.get_by_label("Uw vraag of voorstel").fill(words)
    page.get_by_role("button", name="Reageren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gesprek met Polymeer Coevorden")
    return page.url


def send(page, words):
    page.get_by_label("Uw bericht").fill(words)
    page.get_by_role("button", name="Verzenden").click()


def nobody_else_knows(site, open_browser, talk, words, **options):
    for key in ("dirk", "emma"):
        page = open_browser(site, key, **options)
        assert page.goto(talk).status == 404
        page.goto("/talks")
        assert words not in page.content()


@sizes
def test_carla_asks_and_bram_answers_live_and_nobody_else_knows(size, fresh_site, open_browser):
    """MKT-1, MKT-35, MKT-36"""
    carla, bram = (open_browser(fresh_site, key, viewport=size) for key in ("carla", "bram"))
    listing = place_a_request(carla, "Trilzeef te leen gezocht")
    bram.goto(listing)
    talk = react(bram, "Wij hebben er een staan.")
    carla.goto(talk)
    expect(carla.locator(".talk-lines")).to_contain_text("Wij hebben er een staan.")
    send(carla, "Kan ik hem woensdag zien?")
    expect(bram.locator(".talk-lines")).to_contain_text("Kan ik hem woensdag zien?")
    send(bram, "Ja, om tien uur.")
    expect(carla.locator(".talk-lines")).to_contain_text("Ja, om tien uur.")
    expect(carla.locator("[data-pending]")).to_be_hidden()
    expect(bram.locator(".talk-lines li")).to_have_count(3)
    nobody_else_knows(fresh_site, open_browser, talk, "Trilzeef")


@sizes
def test_the_same_without_javascript(size, fresh_site, open_browser):
    """MKT-36, product promise 3"""
    plain = {"java_script_enabled": False, "viewport": size}
    carla, bram = (open_browser(fresh_site, key, **plain) for key in ("carla", "bram"))
    listing = place_a_request(carla, "Trilzeef te leen gezocht")
    bram.goto(listing)
    talk = react(bram, "Wij hebben er een staan.")
    carla.goto(talk)
    send(carla, "Kan ik hem woensdag zien?")
    bram.goto("/talks")
    assert "1 nieuw" in bram.content()
    bram.goto(talk)
    expect(bram.locator(".talk-lines")).to_contain_text("Kan ik hem woensdag zien?")
    bram.get_by_text("Voorstel doen").click()
    bram.get_by_label("Wat stelt u voor?").fill("Twee weken, u haalt en brengt.")
    bram.get_by_label("Tot wanneer kan de ander antwoorden?").fill(in_days(14))
    bram.get_by_role("button", name="Dit voorstellen").click()
    expect(bram.locator(".talk-lines")).to_contain_text("Twee weken, u haalt en brengt.")
    carla.goto(talk)
    carla.get_by_role("button", name="Aanvaarden").click()
    expect(carla.locator(".talk-lines")).to_contain_text("Aanvaardde het voorstel.")
    nobody_else_knows(fresh_site, open_browser, talk, "Trilzeef", **plain)


def test_a_half_filled_form_is_kept_while_one_types_and_found_back(fresh_site, open_browser):
    """MKT-2"""
    page = open_browser(fresh_site, "bram", viewport=NARROW)
    page.goto("/market/new?kind=offer&category=energy")
    page.get_by_label("Titel").fill("Warmte van de droger")
    expect(page.locator("[data-kept]")).to_contain_text("Concept bewaard")
    page.get_by_label("Vermogen (MW)").fill("0,4")
    with page.expect_response(lambda answer: "/listings/" in answer.url and answer.request.method == "POST"):
        pass  # the second save goes to the draft that the first one made
    page.goto("/market/mine")
    page.get_by_role("link", name="Warmte van de droger").click()
    expect(page.get_by_label("Vermogen (MW)")).to_have_value("0,4")


def unsent(page, words):
    return page.locator("[data-pending] li", has_text=words)


@sizes
def test_what_could_not_be_sent_outlives_the_page_until_it_is_sent_or_removed(size, fresh_site, open_browser):
    """MKT-36, MTG-31: also after closing the page; what was removed is gone for good."""
    bram = open_browser(fresh_site, "bram", viewport=size)
    talk, context = fresh_site.talk_about("Polyestervezels", "polymeer-coevorden"), bram.context
    bram.goto(talk)
    expect(bram.locator("[data-live-status]")).to_have_text("")
    context.set_offline(True)
    for words in ("Morgen kan ook.", "Of toch niet."):
        send(bram, words)
        expect(unsent(bram, words)).to_contain_text("Niet verzonden. Uw tekst is bewaard.")
    bram.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(talk)
    expect(again.locator("[data-pending] li")).to_have_count(2)
    unsent(again, "Of toch niet.").get_by_role("button", name="Verwijderen").click()
    expect(unsent(again, "Of toch niet.")).to_have_count(0)
    expect(again.locator(".talk-lines")).not_to_contain_text("Morgen kan ook.")
    unsent(again, "Morgen kan ook.").get_by_role("button", name="Opnieuw versturen").click()
    expect(again.locator(".talk-lines").get_by_text("Morgen kan ook.")).to_have_count(1)
    expect(again.locator("[data-pending]")).to_be_hidden()
    again.reload()
    expect(again.locator(".talk-lines").get_by_text("Morgen kan ook.")).to_have_count(1)
    expect(again.locator("[data-pending]")).to_be_hidden()


def test_what_was_written_while_the_server_is_away_goes_once_it_is_back(fresh_site, open_browser):
    """MKT-36, MTG-29: in the order of writing, and each once."""
    page = open_browser(fresh_site, "bram")
    page.goto(fresh_site.talk_about("Polyestervezels", "polymeer-coevorden"))
    expect(page.locator("[data-live-status]")).to_have_text("")
    fresh_site.stop()
    for words in ("Morgen kan ook.", "Na tienen."):
        send(page, words)
        expect(unsent(page, words)).to_contain_text("Niet verzonden")
    fresh_site.start()
    expect(page.locator("[data-pending]")).to_be_hidden(timeout=40_000)
    page.reload()
    expect(page.locator(".talk-lines .bubble").nth(-2)).to_have_text("Morgen kan ook.")
    expect(page.locator(".talk-lines .bubble").last).to_have_text("Na tienen.")


def say_much(site, talk, words):
    """Behind the program's back, as an hour of talk would take an hour: Carla's lines, one after the other."""
    number = int(talk.rpartition("/")[2])
    [(seq, tie)] = site.rows("SELECT last_seq, created_by FROM talks WHERE id = ?", number)
    for place, line in enumerate(words, seq + 1):
        site.rows("INSERT INTO log_entries (room, seq, id, type, tie_id, payload, at)"
                  " SELECT room, ?, id + ?, 'line', ?, ?, at FROM log_entries WHERE room = ? AND seq = ?",
                  place, place, tie, json.dumps({"body": line}), f"talk:{number}", seq)  # fmt: skip
    site.rows("UPDATE talks SET last_seq = ? WHERE id = ?", seq + len(words), number)
    return seq + len(words)


def test_who_missed_more_than_a_page_has_every_line_and_an_older_page_leads_to_the_newest(fresh_site, open_browser):
    """MKT-36, MTG-30: until it has all, and how many were fetched."""
    bram, carla = open_browser(fresh_site, "bram"), open_browser(fresh_site, "carla")
    talk = fresh_site.talk_about("Polyestervezels", "polymeer-coevorden")
    bram.goto(talk)
    expect(bram.locator("[data-live-status]")).to_have_text("")
    bram.context.set_offline(True)
    bram.evaluate("dispatchEvent(new Event('pagehide'))")  # else the socket finds out after most of a minute
    last = say_much(fresh_site, talk, [f"Regel {number}." for number in range(230)])
    bram.context.set_offline(False)
    bram.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(bram.get_by_text("230 berichten opgehaald")).to_be_visible()
    seqs = bram.locator(".talk-lines > li").evaluate_all("all => all.map(line => Number(line.id.slice(5)))")
    assert seqs == list(range(seqs[0], last + 1))

    bram.goto(f"{talk}?before=50")
    expect(bram.locator("[data-live-status]")).to_have_text("")
    bram.wait_for_load_state("networkidle")
    carla.goto(talk)
    send(carla, "En nu verder.")
    expect(bram.get_by_text("1 nieuw bericht", exact=True)).to_be_visible()
    expect(bram.locator(".talk-lines")).not_to_contain_text("En nu verder.")
    bram.get_by_role("link", name="Naar wat het laatst is gezegd").click()
    expect(bram.locator(".talk-lines")).to_contain_text("En nu verder.")


LOOK_AWAY = """
  Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
"""
LOOK_AGAIN = """() => {
  delete document.hidden;
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_what_comes_in_behind_another_tab_is_read_once_one_looks(fresh_site, open_browser):
    """MKT-36, decisions 8: shown at once, and unread until then."""
    carla, bram = open_browser(fresh_site, "carla"), open_browser(fresh_site, "bram")
    talk = fresh_site.talk_about("Polyestervezels", "polymeer-coevorden")
    bram.goto(talk)
    bram.evaluate(LOOK_AWAY)
    carla.goto(talk)
    send(carla, "Kan het ook vrijdag?")
    expect(bram.locator(".talk-lines")).to_contain_text("Kan het ook vrijdag?")
    list_of_talks = bram.context.new_page()
    list_of_talks.goto("/talks")
    expect(list_of_talks.locator("main")).to_contain_text("1 nieuw")
    with bram.expect_response(f"**{talk}"):
        bram.evaluate(LOOK_AGAIN)
    list_of_talks.reload()
    expect(list_of_talks.locator("main")).not_to_contain_text("1 nieuw")


def test_a_day_field_takes_what_a_browser_without_one_sends(site, open_browser):
    """Section 5: `31-12-2026`, as people write it."""
    page = open_browser(site, "bram")
    page.goto("/market?from=31-12-2026")
    expect(page.get_by_role("heading", name="Vraag & aanbod")).to_be_visible()

"""A working group begins, and two people change it at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.site import LEADS_ON_REQUEST, WAITS
from tests.journeys.steps import place, post_with

pytestmark = pytest.mark.slow

PURPOSE = "Samen inkopen wat ieder voor zich te duur koopt, van werkhandschoenen tot persluchtolie."


def test_dirk_makes_a_group_and_it_is_usable_at_once(fresh_site, open_browser):
    """GRP-1, 2: made by the coordinator; Carla joins by posting."""
    dirk, carla = open_browser(fresh_site, "dirk"), open_browser(fresh_site, "carla")
    dirk.goto("/groups")
    dirk.get_by_role("link", name="Nieuwe werkgroep").click()
    dirk.get_by_label("Naam").fill("Inkoop")
    dirk.get_by_label("Korte code").fill("INK")
    dirk.get_by_label("Doel").fill(PURPOSE)
    dirk.get_by_role("radio", name="Open").check()
    dirk.get_by_label("Voorzitter").select_option(label="Suze Strating · Verpakkingen Meppel")
    dirk.get_by_role("button", name="Werkgroep maken").click()
    expect(dirk.get_by_role("heading", name="Inkoop", level=1)).to_be_visible()
    expect(dirk.get_by_role("main")).to_contain_text("Voorzitter: Suze Strating")

    carla.goto("/groups/inkoop")
    carla.get_by_role("link", name="Nieuw onderwerp").click()
    carla.get_by_label("Titel").fill("Werkhandschoenen: wie doet er mee?")
    carla.get_by_role("textbox", name="Bericht").fill("Wij gebruiken er 4.000 paar per jaar.")
    carla.get_by_role("button", name="Plaatsen en deelnemen").click()
    expect(post_with(carla, "4.000 paar")).to_have_count(1)
    carla.goto("/groups/inkoop/members")
    expect(carla.get_by_role("main")).to_contain_text("Carla Cazemier")


def test_two_leads_change_a_group_and_neither_text_is_lost(fresh_site, open_browser):
    """Conventions of groups.md: a stale version is a 409 with both texts, nothing overwritten."""
    anna, henk = open_browser(fresh_site, "anna"), open_browser(fresh_site, "henk")
    for page in (anna, henk):
        page.goto("/groups/energie/about")
        page.get_by_role("main").get_by_role("link", name="Bewerken").click()
    save(henk, "Warmte en stroom eerlijk verdelen over het gebied.")
    expect(henk.get_by_text("Opgeslagen.")).to_be_visible()
    save(anna, "Eén antwoord op het volle net, voor iedereen.")

    expect(anna.get_by_label("Intussen opgeslagen")).to_have_value(beginning_with("Warmte en stroom eerlijk"))
    expect(anna.get_by_label("Wat u schreef")).to_have_value(beginning_with("Eén antwoord op het volle net"))
    assert fresh_site.rows("SELECT purpose FROM groups WHERE slug = 'energie'") == [
        ("Warmte en stroom eerlijk verdelen over het gebied.",)]

    save(anna, "Eén antwoord op het volle net, en warmte eerlijk verdeeld.")
    expect(anna.get_by_role("main")).to_contain_text("Eén antwoord op het volle net, en warmte eerlijk verdeeld.")


def save(page, purpose):
    page.get_by_label("Doel").fill(purpose)
    page.get_by_role("button", name="Opslaan").click()


def beginning_with(words):
    return re.compile(f"^{re.escape(words)}")


def test_carla_joins_by_replying_and_can_leave_again(fresh_site, open_browser):
    """GRP-2, 12."""
    carla = open_browser(fresh_site, "carla")
    carla.goto(fresh_site.thread_like("Batterij van 1 MW"))
    carla.get_by_role("textbox", name="Bericht").fill("Wij hebben er ook een.")
    carla.get_by_role("button", name="Plaatsen en deelnemen").click()
    expect(post_with(carla, "Wij hebben er ook een.")).to_have_count(1)
    carla.goto("/groups/energie/about")
    carla.get_by_role("button", name="Energie verlaten").click()

    expect(carla.get_by_text("U neemt niet meer deel aan Energie.")).to_be_visible()
    expect(carla.locator("section[aria-labelledby=others]").get_by_role("link", name="Energie")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_carla_asks_to_take_part_is_declined_and_another_is_admitted(fresh_site, open_browser, scripts):
    """GRP-8, 9: with scripts and without; the lead declines with a reason and admits who waited before."""
    carla = open_browser(fresh_site, "carla", java_script_enabled=scripts)
    lead = open_browser(fresh_site, LEADS_ON_REQUEST, java_script_enabled=scripts)
    waits = open_browser(fresh_site, WAITS, java_script_enabled=scripts)
    carla.goto("/groups")
    carla.get_by_role("link", name=re.compile("Vraag aan om mee te doen.*Personeelsmobiliteit")).click()
    carla.get_by_label("Wat brengt u mee en wat zoekt u?").fill("Twee lassers in de zomer.")
    carla.get_by_role("button", name="Verzenden").click()
    expect(carla.get_by_role("main")).to_contain_text("Uw aanvraag wacht op antwoord.")

    lead.goto("/notifications")
    lead.get_by_role("link", name="Carla Cazemier van Polymeer Coevorden vraagt om mee te doen").click()
    requests = lead.locator("section[aria-labelledby=requests] li")
    expect(requests).to_have_count(2)
    of_carla = requests.filter(has_text="Twee lassers")
    of_carla.locator("summary").click()
    of_carla.get_by_label("Waarom niet?").fill("Wij zijn met genoeg tot het najaar.")
    of_carla.get_by_role("button", name="Afwijzen", exact=True).click()
    expect(lead.get_by_text("Afgewezen. Carla Cazemier leest uw reden.")).to_be_visible()
    lead.get_by_role("button", name=re.compile("Toelaten.*Sander Steenbergen")).click()
    expect(lead.get_by_text("Sander Steenbergen neemt deel aan Personeelsmobiliteit.")).to_be_visible()
    expect(requests).to_have_count(0)

    carla.goto("/notifications")
    carla.get_by_role("link", name="is afgewezen: Wij zijn met genoeg tot het najaar.").click()
    expect(carla.get_by_role("main")).to_contain_text("U kunt het opnieuw vragen vanaf")
    expect(carla.get_by_role("link", name="Vraag aan om mee te doen")).to_have_count(0)
    waits.goto("/groups/personeelsmobiliteit/threads")
    expect(waits.get_by_role("link", name="Nieuw onderwerp").first).to_be_visible()


def test_who_asked_to_take_part_takes_that_back(fresh_site, open_browser):
    """GRP-8"""
    waits, lead = open_browser(fresh_site, WAITS), open_browser(fresh_site, LEADS_ON_REQUEST)
    lead.goto("/groups/personeelsmobiliteit/members")
    waits.goto("/groups/personeelsmobiliteit")
    waits.get_by_role("button", name="Aanvraag intrekken").click()
    expect(waits.get_by_text("Uw aanvraag is ingetrokken.")).to_be_visible()
    expect(waits.get_by_role("link", name="Vraag aan om mee te doen")).to_be_visible()
    lead.get_by_role("button", name=re.compile("Toelaten.*Sander Steenbergen")).click()
    expect(lead.get_by_text("Deze aanvraag is ingetrokken.")).to_be_visible()


def test_anna_closes_a_thread_and_undoes_it(fresh_site, open_browser):
    """Undo over confirm, for as long as one needs; a text that came too late is kept."""
    anna, bram = open_browser(fresh_site, "anna"), open_browser(fresh_site, "bram")
    anna.clock.install()
    for page in (anna, bram):
        page.goto(fresh_site.thread_like("Batterij van 1 MW"))
    anna.get_by_role("button", name="Onderwerp sluiten").click()
    expect(anna.get_by_text("Dit onderwerp is gesloten:")).to_be_visible()
    place(bram, "Nog één ding.")
    expect(bram.locator("[data-failure]")).to_contain_text("Uw tekst is bewaard als concept.")
    expect(bram.get_by_role("textbox", name="Bericht")).to_have_value("Nog één ding.")

    anna.clock.fast_forward(60_000)
    anna.get_by_role("button", name="Ongedaan maken").click()
    anna.get_by_text("Het onderwerp is heropend.").wait_for()
    anna.clock.fast_forward(60_000)
    expect(anna.get_by_text("Het onderwerp is heropend.")).to_have_count(0)  # what asks nothing goes by itself

    expect(anna.get_by_role("textbox", name="Bericht")).to_be_visible()

"""Bringing people in: a letter, a typed name, three pages; and a list of people. With scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, WIDE
from tests.journeys.steps import wait_until

pytestmark = pytest.mark.slow
both = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
PAGE = "/companies/vezelwerk-emmen/invitations"
LINK = re.compile(r"https?://\S+/invitations/[\w-]{43}")


def letter_to(site, page, email):
    """The last letter to this address, once it is there."""
    def sent():
        return [letter for letter in site.letters() if letter["To"] == email]

    wait_until(page, sent, f"no letter to {email} came")
    return sent()[-1].get_body(("plain",)).get_content()


def invite_rosa(page, email="rosa.rijks@nieuw.example"):
    page.get_by_label("Naam").fill("Rosa Rijks")
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Functie").fill("monteur")
    page.get_by_label("Energie").check()
    page.get_by_role("button", name="Uitnodigen", exact=True).click()


@both
@pytest.mark.parametrize("size", [PHONE, {"viewport": WIDE}], ids=["phone", "wide"])
def test_rosa_is_invited_types_her_name_and_is_led_to_the_group_it_was_for(fresh_site, open_browser, scripts, size):
    """GRP-27, 28, 55, 56: the whole way, and back once on it."""
    anna = open_browser(fresh_site, "anna", java_script_enabled=scripts, **size)
    anna.goto("/companies/vezelwerk-emmen")
    anna.get_by_role("link", name="Iemand uitnodigen").click()
    invite_rosa(anna)
    expect(anna.get_by_text("De uitnodiging voor Rosa Rijks is onderweg.")).to_be_visible()
    letter = letter_to(fresh_site, anna, "rosa.rijks@nieuw.example")
    assert "Anna Assink (Vezelwerk Emmen)" in letter

    rosa = open_browser(fresh_site, java_script_enabled=scripts, **size)
    rosa.goto(LINK.search(letter)[0])
    rosa.get_by_label("Uw naam").fill("Rosa Rijks-Reitsma")
    rosa.get_by_role("button", name="Uitnodiging aannemen").click()
    expect(rosa.get_by_label("Functie")).to_have_value("monteur")
    rosa.get_by_label("Functie").fill("hoofdmonteur")
    rosa.get_by_role("button", name="Verder naar de werkgroepen").click()
    expect(rosa.get_by_label("Energie")).to_be_checked()
    rosa.get_by_role("link", name="Terug").click()
    expect(rosa.get_by_label("Functie")).to_have_value("hoofdmonteur")
    rosa.get_by_role("button", name="Verder naar de werkgroepen").click()
    rosa.get_by_role("button", name="Verder naar uw mail").click()
    assert fresh_site.rows("SELECT count(*) FROM digest_settings")[0][0] == 0
    rosa.get_by_role("button", name="Elke week").click()
    expect(rosa).to_have_url(re.compile("/groups/energie$"))
    rosa.go_back()  # nothing is left to ask there
    expect(rosa.get_by_role("heading", level=1)).to_be_visible()
    assert "/welcome" not in rosa.url
    assert fresh_site.rows("SELECT rhythm FROM digest_settings") == [("weekly",)]

    late = open_browser(fresh_site, java_script_enabled=scripts, **size)
    late.goto(LINK.search(letter)[0])
    late.get_by_role("button", name="Vraag een nieuwe uitnodiging").click()
    expect(late.get_by_role("button", name="Vraag een nieuwe uitnodiging")).to_have_count(0)
    anna.goto("/notifications")
    anna.get_by_role("link", name="Rosa Rijks (Vezelwerk Emmen) vraagt een nieuwe uitnodiging.").click()
    anna.get_by_role("link", name=re.compile("^Aangenomen")).click()
    expect(anna.get_by_role("main")).to_contain_text("rosa.rijks@nieuw.example")


@both
def test_what_cannot_be_sent_is_said_at_its_field_with_all_that_was_typed(fresh_site, open_browser, scripts):
    """GRP-31: and of someone elsewhere no more than that."""
    anna = open_browser(fresh_site, "anna", java_script_enabled=scripts)
    anna.goto(PAGE)
    invite_rosa(anna, email="bert@brink.example")
    expect(anna.get_by_role("main")).to_contain_text("Dit adres kan niet worden uitgenodigd; de coördinator kijkt mee.")
    expect(anna.get_by_label("Naam")).to_have_value("Rosa Rijks")
    expect(anna.get_by_label("Energie")).to_be_checked()


@both
def test_an_invitation_is_revoked_and_its_link_is_over(fresh_site, open_browser, scripts):
    """GRP-30"""
    anna = open_browser(fresh_site, "anna", java_script_enabled=scripts)
    anna.goto(PAGE)
    invite_rosa(anna)
    letter = letter_to(fresh_site, anna, "rosa.rijks@nieuw.example")
    anna.get_by_label("Rosa Rijks, rosa.rijks@nieuw.example").check()
    anna.get_by_role("button", name="Intrekken").click()
    expect(anna.get_by_text("1 uitnodiging is ingetrokken.")).to_be_visible()
    rosa = open_browser(fresh_site, java_script_enabled=scripts)
    rosa.goto(LINK.search(letter)[0])
    expect(rosa.get_by_role("heading", name="Deze uitnodiging werkt niet meer")).to_be_visible()


@both
def test_a_list_is_read_in_sent_and_put_right(fresh_site, open_browser, scripts):
    """GRP-32 to 35: three plain pages; what was wrong comes back as a list, and the same list sends nothing more."""
    anna = open_browser(fresh_site, "anna", java_script_enabled=scripts)
    anna.goto(PAGE)
    anna.get_by_role("link", name="Lijst inlezen").click()
    lines = ["naam;e-mail;bedrijf;functie;werkgroepen;rol", "Zoë Zwart;zoe@nieuw.example;;monteur;Energie;",
             "=Kees;kees@nieuw.example;;;;", "Bram Boelens;bram@brink.example;;;;"]  # fmt: skip
    given = {"name": "collega's.csv", "mimeType": "text/csv", "buffer": "\r\n".join(lines).encode("cp1252")}
    anna.get_by_label("De lijst, als CSV").set_input_files(given)
    anna.get_by_role("button", name="Proefrun").click()
    expect(anna.get_by_role("heading", name="Proefrun: 1 goed, 1 fout")).to_be_visible()
    expect(anna.get_by_role("main")).to_contain_text("“=Kees” begint als een formule.")
    anna.get_by_role("button", name="Stuur 1 uitnodiging").click()
    expect(anna.get_by_role("heading", name="1 uitnodiging verstuurd")).to_be_visible()
    assert "Anna Assink" in letter_to(fresh_site, anna, "zoe@nieuw.example")
    with anna.expect_download() as download:
        anna.get_by_role("link", name="Download de regels met een fout").click()
    text = download.value.path().read_text("utf-8-sig")
    assert "'=Kees;kees@nieuw.example" in text
    again = {**given, "buffer": f"{chr(10).join(lines)}\n{text.splitlines()[1].replace(chr(39) + '=', '')}".encode()}
    anna.goto("/invitations/import")
    anna.get_by_label("De lijst, als CSV").set_input_files(again)
    anna.get_by_role("button", name="Proefrun").click()
    expect(anna.get_by_role("heading", name=re.compile("Proefrun: 0 goed"))).to_be_visible()
    expect(anna.get_by_role("button", name="Stuur")).to_have_count(0)

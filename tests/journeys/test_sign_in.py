"""Getting in, and what happens to a text when the session ends under it."""

import re

import pyotp
import pytest
from playwright.sync_api import expect

from app.demo.service import STEP_SECRET
from tests.journeys.steps import box, keep_draft, place, post_with
from tests.servers import wait_until

pytestmark = pytest.mark.slow

THREAD = "Batterij van 1 MW"
TEXT = "Dit had ik net allemaal uitgeschreven."


def test_bram_signs_in_with_the_code_from_his_mail(fresh_site, open_browser):
    """GRP-47, 48, 49: the code from the letter, typed; the link in it signs nobody in."""
    bram = open_browser(fresh_site)
    bram.goto("/login?next=/groups/energie")
    bram.get_by_label("E-mailadres").fill("bram@brink.example")
    bram.get_by_role("button", name="Stuur mij een code").click()
    expect(bram.get_by_role("heading", name="Typ uw inlogcode")).to_be_visible()
    assert wait_until(fresh_site.letters, 10)
    letter = fresh_site.letters()[-1].get_body(("plain",)).get_content()

    (link,) = re.findall(r"https?://\S+", letter)
    bram.goto(link)
    expect(bram.get_by_role("heading", name="Typ uw inlogcode")).to_be_visible()
    bram.get_by_label("Code").fill(re.search(r"\b(\d{3} ?\d{3})\b", letter)[1])
    bram.get_by_role("button", name="Inloggen").click()

    expect(bram.get_by_role("heading", name="Energie", level=1)).to_be_visible()
    assert bram.url.endswith("/groups/energie")


def test_a_wrong_code_says_how_many_tries_are_left(fresh_site, open_browser):
    """GRP-49; bad input: a sentence, and the code can be typed again."""
    bram = open_browser(fresh_site)
    bram.goto("/login")
    bram.get_by_label("E-mailadres").fill("bram@brink.example")
    bram.get_by_role("button", name="Stuur mij een code").click()
    bram.get_by_label("Code").fill("000000")
    bram.get_by_role("button", name="Inloggen").click()

    expect(bram.get_by_role("alert")).to_contain_text("4 pogingen")
    expect(bram.get_by_label("Code")).to_be_editable()


@pytest.mark.parametrize("with_script", [True, False], ids=["with-script", "without-script"])
def test_the_second_step_that_ends_while_writing_brings_the_text_back(fresh_site, open_browser, with_script):
    """GRP-5, decisions 15: the twelve hours end under a text in the confidential group; it is placed once, after."""
    emma = open_browser(fresh_site, "emma", java_script_enabled=with_script)
    emma.goto(fresh_site.thread_like("Alarmnummers"))
    box(emma).fill(TEXT)
    fresh_site.change("UPDATE sessions SET stepped_up_at = datetime(stepped_up_at, '-13 hours')")

    place(emma)
    expect(emma.get_by_text("Uw tekst is bewaard. Hij komt terug na deze stap.")).to_be_visible()
    expect(emma.get_by_text("Externe veiligheid")).to_have_count(0)
    emma.get_by_label("Code uit uw app").fill(pyotp.TOTP(STEP_SECRET).now())
    emma.get_by_role("button", name="Ga verder").click()
    expect(box(emma)).to_have_value(TEXT)
    emma.get_by_role("button", name="Nog eens versturen").click()

    expect(post_with(emma, TEXT)).to_have_count(1)
    assert fresh_site.rows("SELECT count(*) FROM posts WHERE body_md = ?", TEXT) == [(1,)]


@pytest.mark.parametrize("with_script", [True, False], ids=["with-script", "without-script"])
def test_dirk_signs_in_with_his_app_and_is_where_he_wanted_to_be(fresh_site, open_browser, sign_in, with_script):
    """GRP-52: password, then the code of the app."""
    dirk = open_browser(fresh_site, java_script_enabled=with_script)
    dirk.goto("/login?next=/admin")
    sign_in(dirk, "dirk")
    expect(dirk.get_by_role("heading", name="Tweede stap")).to_be_visible()
    dirk.get_by_label("Code uit uw app").fill(pyotp.TOTP(STEP_SECRET).now())
    dirk.get_by_role("button", name="Ga verder").click()
    expect(dirk.get_by_role("heading", name="Beheer", level=1)).to_be_visible()


@pytest.mark.parametrize("with_script", [True, False], ids=["with-script", "without-script"])
def test_a_session_that_ends_while_writing_brings_the_text_back(fresh_site, open_browser, sign_in, with_script):
    """Issue A, bad input; DISC test 9: the text comes back after signing in and is placed once."""
    anna = open_browser(fresh_site, "anna", java_script_enabled=with_script)
    anna.goto(fresh_site.thread_like(THREAD))
    box(anna).fill(TEXT)
    anna.context.clear_cookies()

    place(anna)
    expect(anna.get_by_text("Uw tekst is bewaard: log in en ga verder.")).to_be_visible()
    sign_in(anna, "anna")
    expect(box(anna)).to_have_value(TEXT)
    anna.get_by_role("button", name="Nog eens versturen").click()

    expect(post_with(anna, TEXT)).to_have_count(1)
    assert fresh_site.rows("SELECT count(*) FROM posts WHERE body_md = ?", TEXT) == [(1,)]


def test_a_text_also_survives_a_wrong_password_and_signing_in_by_code(fresh_site, open_browser, sign_in):
    """Issue A, bad input: on every page of the way back in."""
    anna = open_browser(fresh_site, "anna", java_script_enabled=False)
    anna.goto(fresh_site.thread_like(THREAD))
    box(anna).fill(TEXT)
    anna.context.clear_cookies()
    place(anna)
    sign_in(anna, "anna", "niet mijn wachtwoord")
    expect(anna.get_by_role("alert").first).to_be_visible()
    anna.get_by_label("E-mailadres").fill("anna@brink.example")
    anna.get_by_role("button", name="Stuur mij een code").click()
    expect(anna.get_by_text("Uw tekst is bewaard")).to_be_visible()
    assert wait_until(fresh_site.letters, 10)
    letter = fresh_site.letters()[-1].get_body(("plain",)).get_content()

    anna.get_by_label("Code").fill(re.search(r"\b(\d{3} ?\d{3})\b", letter)[1])
    anna.get_by_role("button", name="Inloggen").click()

    expect(box(anna)).to_have_value(TEXT)


def test_signed_out_everywhere_an_open_thread_says_so_and_keeps_the_text(fresh_site, open_browser, sign_in):
    """GRP-53, trust: sockets are cut within 5 seconds; the text stays in the box, and goes along to signing in."""
    laptop, phone = open_browser(fresh_site, "anna"), open_browser(fresh_site)
    laptop.goto(fresh_site.thread_like(THREAD))
    keep_draft(laptop, TEXT)
    phone.goto("/login?next=/account/security")
    sign_in(phone, "anna")

    phone.get_by_role("button", name="Overal uitloggen").click()

    expect(phone.get_by_text("U bent op alle andere apparaten uitgelogd.")).to_be_visible()
    expect(laptop.locator("[data-live-status]")).to_contain_text("Uw sessie is hier beëindigd", timeout=5_000)
    expect(box(laptop)).to_have_value(TEXT)
    expect(phone.get_by_role("heading", name="Inloggen en veiligheid")).to_be_visible()

    box(laptop).fill(f"{TEXT} En meer.")
    expect(laptop.locator("[data-state]")).to_contain_text("U bent uitgelogd.")
    laptop.get_by_role("button", name="Bewaar concept").click()
    expect(laptop.get_by_text("Uw tekst is bewaard: log in en ga verder.")).to_be_visible()
    sign_in(laptop, "anna")
    expect(box(laptop)).to_have_value(f"{TEXT} En meer.")

"""A new version of a file, and two who write in one page: at both sizes, with and without JavaScript."""

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW, WIDE
from tests.journeys.site import Site

pytestmark = pytest.mark.slow

FILE, PAGE = "Warmtebronnen in Emmen-Zuid", "Jaarplan energie"


@pytest.fixture(scope="module")
def written_site(demo, tmp_path_factory):
    """One for all: whoever comes next writes other words."""
    with Site(demo, tmp_path_factory.mktemp("documents")) as running:
        yield running
    assert running.complaints() == []


@pytest.fixture(params=[(size, has_script) for size in (WIDE, NARROW) for has_script in (True, False)],
                ids=["wide", "wide-plain", "phone", "phone-plain"])  # fmt: skip
def anna_and_bram(request, written_site, open_browser):
    size, has_script = request.param
    return [open_browser(written_site, key, viewport=size, java_script_enabled=has_script) for key in ("anna", "bram")]


@pytest.fixture
def words():
    return uuid4().hex


def bring(page, body, remark):
    """Another version of the file that is open."""
    page.locator("input[type=file]").set_input_files(
        {"name": "bronnen.csv", "mimeType": "text/csv", "buffer": body.encode()})  # fmt: skip
    page.get_by_label("Wat er veranderd is").fill(remark)
    page.get_by_role("button", name="Toevoegen", exact=True).click()


def kept(page):
    """What "Downloaden" brings."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Downloaden").click()
    return Path(download.value.path()).read_text()


def text_of(page):
    return page.get_by_role("textbox", name="Tekst", exact=True)


def write(page, text, button="Opslaan"):
    text_of(page).fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def test_a_file_that_both_have_open_keeps_each_new_version(anna_and_bram, written_site, words):
    """DOC-11, DOC-39: who is second reads that there is a newer one, and keeps what was typed."""
    anna, bram = anna_and_bram
    for person in (anna, bram):
        person.goto(written_site.document_like(FILE))
    bring(anna, f"Anna {words}", f"Nagemeten {words}")
    expect(anna.get_by_text(f"De nieuwe versie van {FILE} staat erop.")).to_be_visible()
    assert kept(anna) == f"Anna {words}"

    bring(bram, f"Bram {words}", f"Aangevuld {words}")
    expect(bram.get_by_role("alert")).to_contain_text("Iemand anders heeft intussen een nieuwere versie opgeslagen.")
    expect(bram.get_by_label("Wat er veranderd is")).to_have_value(f"Aangevuld {words}")
    bring(bram, f"Bram {words}", f"Aangevuld {words}")
    assert kept(bram) == f"Bram {words}"

    bram.get_by_role("link", name="Geschiedenis").click()
    for remark in ("Nagemeten", "Aangevuld"):
        expect(bram.get_by_role("main")).to_contain_text(f"{remark} {words}")


@pytest.mark.parametrize("anna_and_bram", [(WIDE, True)], ids=["wide"], indirect=True)
def test_who_leaves_a_preview_or_a_conflict_is_asked_first_since_their_text_is_kept_nowhere(
        anna_and_bram, written_site, words):  # fmt: skip
    """Promise 1: the page that came back is no page that was saved."""
    anna, bram = anna_and_bram
    asked = []
    bram.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    for person in (anna, bram):
        person.goto(written_site.document_like(PAGE))
        person.get_by_role("link", name="Bewerken").click()
    write(bram, f"Twee is genoeg, zegt Bram {words}.", "Voorbeeld")
    expect(bram.get_by_role("region", name="Voorbeeld")).to_contain_text(words)
    bram.get_by_role("link", name="Terug", exact=True).click()
    assert asked == ["beforeunload"]
    expect(text_of(bram)).to_have_value(f"Twee is genoeg, zegt Bram {words}.")

    write(anna, f"Drie koppelingen, zegt Anna {words}.")
    expect(anna.locator(".prose")).to_contain_text(words)
    bram.get_by_role("button", name="Opslaan", exact=True).click()
    expect(bram.get_by_role("heading", name="Uw tekst en de nieuwe tekst verschillen")).to_be_visible()
    bram.get_by_role("link", name="Laat maar").click()
    assert asked == ["beforeunload"] * 2
    expect(text_of(bram)).to_have_value(f"Twee is genoeg, zegt Bram {words}.")


def test_bram_sees_both_texts_when_anna_saved_first_and_goes_on(anna_and_bram, written_site, words):
    """DOC-33: nothing is written over, and the page holds both in the end."""
    anna, bram = anna_and_bram
    for person in (anna, bram):
        person.goto(written_site.document_like(PAGE))
        person.get_by_role("link", name="Bewerken").click()
    write(anna, f"Drie koppelingen, zegt Anna {words}.")
    expect(anna.locator(".prose")).to_have_text(f"Drie koppelingen, zegt Anna {words}.")

    write(bram, f"Twee is genoeg, zegt Bram {words}.")
    expect(bram.get_by_role("heading", name="Uw tekst en de nieuwe tekst verschillen")).to_be_visible()
    expect(bram.get_by_label("De nieuwe tekst, versie")).to_have_value(f"Drie koppelingen, zegt Anna {words}.")
    expect(text_of(bram)).to_have_value(f"Twee is genoeg, zegt Bram {words}.")
    both = f"Drie koppelingen, zegt Anna {words}. Twee is genoeg, zegt Bram {words}."
    write(bram, both, "Mijn tekst opslaan als nieuwe versie")

    expect(bram.locator(".prose")).to_have_text(both)
    anna.reload()
    expect(anna.locator(".prose")).to_have_text(both)

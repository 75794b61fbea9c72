"""Files dropped on a form: they come as those that were chosen, and what is wrong with them is said before."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW
from tests.journeys.pages import addresses

pytestmark = pytest.mark.slow

DOCUMENTS = "/groups/energie/documents"
# What a browser does when someone brings files: a drag over an element, and a drop there.
BRING = """(element, [files, isDropped]) => {
  const dataTransfer = new DataTransfer();
  for (const [name, size] of files) dataTransfer.items.add(new File([new Uint8Array(size).fill(97)], name));
  const fire = (type) => element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
  fire("dragenter");
  fire("dragover");
  return isDropped ? !fire("drop") : false;
}"""


def bring(element, *files, is_dropped=True):
    """Whether the page took the drop; a browser would leave it for the file otherwise."""
    return element.evaluate(BRING, [files, is_dropped])


def form_of(page):
    return page.locator("form", has=page.get_by_label("Bestanden toevoegen"))


def chosen(page):
    return form_of(page).get_by_role("status")


def test_bram_drops_two_files_and_a_third_and_they_are_all_there(fresh_site, open_browser):
    """DOC-10: anywhere on the form; those that were there before stay, and one that comes twice is one."""
    bram = open_browser(fresh_site, "bram")
    bram.goto(DOCUMENTS)
    bring(form_of(bram), ("meting.txt", 2_400_000), is_dropped=False)
    expect(form_of(bram)).to_have_class("stack document-form is-over")
    assert bring(form_of(bram).locator("button"), ("meting.txt", 2_400_000), ("kaart.txt", 3_000))
    expect(form_of(bram)).not_to_have_class("stack document-form is-over")
    expect(chosen(bram).get_by_role("listitem")).to_have_text(["meting.txt · 2,4 MB", "kaart.txt · 3 kB"])
    bring(form_of(bram), ("slot.txt", 12))
    expect(chosen(bram).get_by_role("listitem")).to_have_count(3)
    form_of(bram).get_by_role("button", name="Toevoegen", exact=True).click()
    expect(bram.get_by_text("3 bestanden zijn toegevoegd.")).to_be_visible()
    for name in ("meting.txt", "kaart.txt", "slot.txt"):
        expect(bram.get_by_role("main").get_by_text(name)).to_be_visible()


def test_too_many_and_too_large_are_said_before_they_are_sent(site, open_browser):
    """DOC-10: 20 files of 50 MB."""
    bram = open_browser(site, "bram")
    bram.goto(DOCUMENTS)
    bring(form_of(bram), *((f"{number}.txt", 10 + number) for number in range(21)))
    expect(chosen(bram)).to_contain_text("U koos 21 bestanden; er kunnen er hoogstens 20 bij.")
    bram.reload()
    bring(form_of(bram), ("film.mp4", 50_300_000), ("goed.txt", 900))
    expect(chosen(bram).get_by_role("listitem").first).to_contain_text("Dit bestand is 50,3 MB; het mag 50 MB zijn.")
    expect(chosen(bram).get_by_role("listitem").last).to_have_text("goed.txt · 1 kB")


def test_the_button_lists_what_it_chose_too_and_a_drop_beside_the_form_leaves_the_page_alone(site, open_browser):
    """DOC-10"""
    bram = open_browser(site, "bram")
    bram.goto(DOCUMENTS)
    bram.get_by_label("Bestanden toevoegen").set_input_files({"name": "brief.txt", "mimeType": "", "buffer": b"Brief"})
    expect(chosen(bram).get_by_role("listitem")).to_have_text(["brief.txt · 1 kB"])
    assert bring(bram.get_by_role("heading", level=1), ("elders.txt", 5))
    expect(chosen(bram).get_by_role("listitem")).to_have_count(1)


@pytest.mark.parametrize("size", [{}, {"viewport": NARROW}], ids=["wide", "phone"])
def test_anna_drops_a_file_on_an_item_of_the_agenda(fresh_site, open_browser, size):
    """MTG-5: with its reason, as by the button; the room that is left counts."""
    anna = open_browser(fresh_site, "anna", **size)
    anna.goto(addresses(fresh_site)["meeting_item"])
    bring(form_of(anna), *((f"{number}.txt", 5) for number in range(9)))
    expect(chosen(anna)).to_contain_text("U koos 9 bestanden; er kunnen er hoogstens 8 bij.")
    anna.reload()
    bring(form_of(anna), ("bijlage.txt", 40))
    anna.get_by_label("Waarom komen deze bestanden erbij?").fill("Deze kwam net binnen.")
    form_of(anna).get_by_role("button", name="Toevoegen", exact=True).click()
    expect(anna.get_by_role("link", name="bijlage.txt", exact=True)).to_be_visible()


def test_without_a_script_the_form_says_nothing_of_dragging(site, open_browser):
    """Promise 3"""
    bram = open_browser(site, "bram", java_script_enabled=False)
    bram.goto(DOCUMENTS)
    expect(bram.get_by_label("Bestanden toevoegen")).to_be_visible()
    expect(bram.get_by_text("slepen")).not_to_be_visible()

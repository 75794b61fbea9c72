"""Answering by mail: the post stands in the open page of another, and can be taken back (NTF-29, NTF-32)."""

import re
import subprocess
import sys
from email.message import EmailMessage

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW
from tests.journeys.site import ROOT
from tests.journeys.steps import post_with, wait_until
from tests.journeys.test_accessible import AXE, findings

pytestmark = pytest.mark.slow

THREAD, KEY = "Batterij van 1 MW", "k" * 32
RECEIVE = """
import sys
from pathlib import Path
from app.factory import create_app
from app.mailin.service import receive
from tests.journeys.site import settings_for

with create_app(settings_for(Path(sys.argv[1]), int(sys.argv[2]))).app_context():
    receive(sys.stdin.buffer.read())
"""


def send(site, sender, text, *files):
    """As the mail server does that brings a mail to `flask mail receive`: another process, beside the server."""
    message = EmailMessage()
    message["From"], message["To"] = sender, f"post+{KEY}@brink.example"
    message["Subject"], message["Message-ID"] = "Re: [Energie] Batterij", "<1@vezelwerk.example>"
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="text", subtype="plain", filename=name)
    subprocess.run([sys.executable, "-c", RECEIVE, str(site.folder / "brink.db"), str(site.port)], cwd=ROOT,
                   input=message.as_bytes(), check=True)  # fmt: skip


def answers_in(site):
    return [letter for letter in site.letters() if letter["Subject"].startswith("Geplaatst")]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_bram_answers_by_mail_and_takes_it_back_by_the_link_in_the_answer(fresh_site, open_browser, scripts):
    """NTF-29, NTF-31, NTF-32: from a letter to the thread and back, by nothing but mail and one button."""
    thread = fresh_site.thread_id(THREAD)
    bram = fresh_site.rows("SELECT id FROM people WHERE email = ?", "bram@brink.example")[0][0]
    fresh_site.change("INSERT INTO reply_addresses (key, person_id, place, created_at) VALUES (?, ?, ?, ?)",
                      KEY, bram, f"thread:{thread}", "2026-01-01 00:00:00.000000")  # fmt: skip
    anna = open_browser(fresh_site, "anna")
    anna.goto(fresh_site.thread_like(THREAD))

    send(fresh_site, "Bram Boelens <bram@brink.example>",
         "Wij hebben er **twee** gemeten.\n\nMet vriendelijke groet,\nBram\n\n"
         "Op 3 maart schreef Anna Assink via Brink:\n> Wie heeft er een gemeten?\n> Groet, Anna\n",
         ("meting.txt", b"Twee."))  # fmt: skip

    anna.get_by_role("button", name="1 nieuw bericht").click()
    expect(post_with(anna, "Wij hebben er twee gemeten.")).to_be_visible()
    expect(post_with(anna, "Wij hebben er twee gemeten.").get_by_role("link", name="meting.txt")).to_be_visible()
    expect(anna.get_by_text("Wie heeft er een gemeten?")).to_have_count(0)

    own = open_browser(fresh_site, "bram", viewport=NARROW, java_script_enabled=scripts)
    own.goto(f"{fresh_site.thread_like(THREAD)}")
    folded = post_with(own, "Wij hebben er twee gemeten.").locator(".folded")
    expect(folded.locator("summary")).to_have_text("… De rest van de mail")
    folded.locator("summary").click()
    expect(folded).to_contain_text("Wie heeft er een gemeten?")
    folded.get_by_role("button", name="Aan de lezers tonen").click()
    expect(folded.locator("button")).to_have_text("Alleen aan mij tonen")
    anna.reload()
    readers = post_with(anna, "Wij hebben er twee gemeten.").locator(".folded")
    readers.locator("summary").click()
    expect(readers).to_contain_text("Wie heeft er een gemeten?")

    wait_until(anna, lambda: answers_in(fresh_site), "No answer was sent.")
    link = re.search(r"/mail/undo/\S+", answers_in(fresh_site)[0].get_body(("plain",)).get_content())[0]
    nobody = open_browser(fresh_site, viewport=NARROW, java_script_enabled=scripts)
    nobody.goto(link)
    if scripts:
        nobody.evaluate(AXE)
        assert findings(nobody) == []
    nobody.get_by_role("button", name="Mijn bericht intrekken").click()
    expect(nobody.get_by_role("heading", name="Uw bericht is ingetrokken")).to_be_visible()
    expect(anna.get_by_text("Wij hebben er twee gemeten.")).to_have_count(0)

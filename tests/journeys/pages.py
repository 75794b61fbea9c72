"""Every page and state there is to look at: whose browser, where to, and what happens there first."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pyotp

from app.core.clock import local, now
from tests.journeys.site import (
    ASLEEP,
    BEFORE_STEP,
    BY_MAIL,
    BY_POST,
    CHAIR,
    CLOSED,
    CORRECTED,
    DECLINED,
    DELETED_POST,
    HIDDEN_COMPANY,
    HIDDEN_FOLDER,
    HIDDEN_MEETING,
    IN_ENGLISH,
    LEADS_ON_REQUEST,
    NEWCOMER,
    OPEN_LINK,
    PASSWORD,
    SETS_UP,
    SKIPPER,
    UNDER_WAY,
    UP_TO_DATE,
    USED_LINK,
    WAITS,
    WITHOUT_TIE,
    undo_link,
)
from tests.journeys.steps import box

kept_codes: list[str] = []  # of whoever set up a second step last


def announcement_without_words(page):
    page.get_by_label("Bestuursbericht").check()
    submit_past_the_browser(page, {"Titel": "Kort"}, "Bewaren en bekijken")


def announcement_draft(page):
    page.get_by_label("Titel").and_(page.locator("input")).fill("Open dag van de opleiding procestechniek")
    page.get_by_role("textbox", name="Tekst").fill("Op zaterdag zien wij wat zij maken.\n\n- Van tien tot drie.")
    page.get_by_role("button", name="Bewaren en bekijken").click()
    page.get_by_role("button", name="Versturen").wait_for()


def announcement_waiting(page):
    announcement_draft(page)
    page.get_by_role("button", name="Versturen").click()
    page.get_by_role("button", name="Intrekken").wait_for()


@dataclass(frozen=True)
class State:
    name: str
    who: str | None
    address: str  # {thread}, {page}, ... stand for the addresses of the demo
    first: Callable[..., None] | None = None
    status: int = 200


def visible(page, words):
    return page.get_by_role("button", name=words).locator("visible=true").first


def press(words):
    return lambda page: visible(page, words).click()


def wrong_password(page):
    page.get_by_label("E-mailadres").fill("anna@brink.example")
    page.get_by_label("Wachtwoord", exact=True).fill("een verkeerd wachtwoord")
    page.get_by_role("button", name="Inloggen").click()
    page.locator("[aria-invalid]").first.wait_for()


def unfold(page):
    page.locator(".folded summary").first.click()


def ask_code(page):
    page.get_by_label("E-mailadres").fill(f"{uuid4().hex}@brink.example")  # five codes an hour for each address
    page.get_by_role("button", name="Stuur mij een code").click()
    page.wait_for_url("**/login/code")


def wrong_code(page):
    ask_code(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Inloggen").click()
    page.locator("[aria-invalid]").first.wait_for()


def sign_in_without_tie(page):
    page.get_by_label("E-mailadres").fill(f"{WITHOUT_TIE}@brink.example")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url("**/account")


def password_of_emma(page):
    page.get_by_label("E-mailadres").fill("emma@brink.example")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_label("Code uit uw app").wait_for()


def wrong_step(page):
    page.get_by_label("Code uit uw app").fill("000000")
    page.get_by_role("button", name="Ga verder").click()
    page.locator("[aria-invalid]").first.wait_for()


def begin_step(page):
    """Unless this session did before, and may go on."""
    if not page.locator(".secret").count():
        page.get_by_label("Uw huidige wachtwoord").fill(PASSWORD)
        page.get_by_role("button", name="Toon het geheim voor mijn app").click()
    page.locator(".secret").wait_for()


def wrong_confirmation(page):
    begin_step(page)
    submit_past_the_browser(page, {"Code van zes cijfers uit de app": "1"}, "Tweede stap in gebruik nemen")


def wrong_removal(page):
    page.locator("#code-to-remove").fill("000000")
    page.get_by_role("button", name="Tweede stap verwijderen").click()
    page.locator("[aria-invalid]").first.wait_for()


def recovery_codes(page):
    """The ones of the visit before are what it takes to begin anew."""
    if kept_codes:
        page.locator("#code-to-remove").fill(kept_codes[0])
        page.get_by_role("button", name="Tweede stap verwijderen").click()
    begin_step(page)
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Code van zes cijfers uit de app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Tweede stap in gebruik nemen").click()
    page.locator(".codes").wait_for()
    kept_codes[:] = page.locator(".codes code").all_inner_texts()


def lost_too_briefly(page):
    submit_past_the_browser(page, {"E-mailadres": "emma@brink.example", "Reden": "Kort"}, "Tweede stap wegnemen")


def submit_past_the_browser(page, changes, button):
    """Send the form of the page with these values, without the browser's own checks."""
    for label, value in changes.items():
        page.get_by_label(label, exact=True).and_(page.locator("input, textarea")).fill(value)
    page.evaluate("""() => document.querySelectorAll("main form").forEach(form => {
      form.noValidate = true;
      form.addEventListener("submit", event => event.stopImmediatePropagation(), true);
    })""")
    visible(page, button).click()
    page.locator("[role=alert]:visible").first.wait_for()


def empty_thread(page):
    submit_past_the_browser(page, {"Titel": "Kort"}, "Plaatsen")


def too_long_reply(page):
    submit_past_the_browser(page, {"Bericht": "Een heel lang verhaal. " * 900}, "Plaatsen")


def wrong_group(page):
    submit_past_the_browser(page, {"Naam": "X", "Korte code": "lang"}, "Werkgroep maken")


def short_answer(page):
    submit_past_the_browser(page, {"Wat brengt u mee en wat zoekt u?": "Kort"}, "Verzenden")


def declined_without_reason(page):
    page.get_by_text("Afwijzen met reden").click()
    submit_past_the_browser(page, {"Waarom niet?": "Kort"}, "Afwijzen")


def overview_without_a_day(page):
    page.get_by_label("Elke week").check()
    for day in page.get_by_role("group", name="Op welke dagen").get_by_role("checkbox").all():
        day.uncheck()
    page.get_by_label("Pauze tot").evaluate("box => { box.type = 'text'; box.value = '31-02-2027' }")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.locator("[role=alert]:visible").first.wait_for()


def short_password(page):
    submit_past_the_browser(page, {"Nieuw wachtwoord": "kort"}, "Wachtwoord")


def preview(page):
    box(page).fill("## Voorstel\n\nWij *meten* zelf:\n\n1. druk\n2. debiet\n\n> Wie doet er mee?\n\n"
                   "| lijn | kW |\n|---|---|\n| 1 | 120 |")  # fmt: skip
    page.get_by_role("button", name="Voorbeeld").click()
    page.locator("[data-preview-panel]").wait_for()
    page.locator("[data-preview-text] > *").first.wait_for()


def names_open(page):
    box(page).fill("Misschien weet ")
    box(page).press_sequentially("@b")
    page.get_by_role("option").first.wait_for()


def nobody_of_that_name(page):
    """As the server answers it: nothing is placed on a site that others look at too."""
    box(page).fill("@Karel Bos, wat vindt u?")
    said = {"url": page.url, "id": 1, "position": 1, "is_as_sent": True,
            "warning": "Er is hier niemand met de naam “Karel Bos” die u kunt noemen. De naam staat er als gewone "
                       "tekst; niemand krijgt er bericht van."}  # fmt: skip
    page.route("**/posts", lambda route: route.fulfill(
        status=201, content_type="application/json", body=json.dumps(said)))
    page.get_by_role("button", name="Plaatsen", exact=True).click()
    page.locator(".composer > .banner[role=alert]:visible").wait_for()


def preview_of_nobody(page):
    box(page).fill("@Karel Bos, wat vindt u? En @Bram Boelens?")
    page.get_by_role("button", name="Voorbeeld").click()
    page.locator("[data-preview-text] .mention").wait_for()


def settle_without_words(page):
    page.get_by_role("textbox").first.evaluate("box => box.form.noValidate = true")
    page.get_by_role("button", name="Onderwerp afronden").click()
    page.locator(".error").first.wait_for()


def edit_conflict(page):
    """Saved from a page that knew an older text: the script sends the form, and the answer is the page."""
    box(page).fill("Dank allemaal. Dit spraken wij af: Jeroen meet twee weken door.")
    page.evaluate("document.querySelector('[data-composer] [name=version]').value = 0")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.get_by_role("heading", name="Uw tekst en de nieuwe tekst verschillen").wait_for()


def too_long_edit(page):
    submit_past_the_browser(page, {"Bericht": "Een heel lang verhaal. " * 900}, "Opslaan")


def edit_too_late(page):
    number = page.locator("article[data-own]").first.get_attribute("id").removeprefix("post-")
    post_to(f"/posts/{number}/edit", body="Onze droogstraat geeft warmte af, ook in het weekend.", version=1)(page)


def short_title(page):
    submit_past_the_browser(page, {"Titel": "Kort"}, "Opslaan")


def rename_conflict(page):
    page.evaluate("document.querySelector('main [name=version]').value = 0")
    page.get_by_label("Titel", exact=True).fill("Eén kalender voor alle stops")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.locator("[role=alert]").wait_for()


def settled_meanwhile(page):
    number = page.locator("[data-thread]").get_attribute("data-thread")
    post_to(f"/threads/{number}/settle", body="Wij doen het ieder voor zich, en delen wat wij vonden.")(page)


def short_summary(page):
    page.get_by_role("textbox").first.evaluate("box => box.form.noValidate = true")
    page.get_by_label("Samenvatting").fill("Kort.")
    page.get_by_role("button", name="Opslaan").click()
    page.locator(".error").first.wait_for()


def old_summary(page):
    """As if somebody else had saved one meanwhile."""
    page.locator("[name=version]").evaluate("field => field.value = '0'")
    page.get_by_label("Samenvatting").fill("Er is warmte over voor wie haar wil.")
    page.get_by_role("button", name="Opslaan").click()
    page.locator(".banner-amber").first.wait_for()


def chosen_with(page, *chosen):
    page.get_by_label("Bestanden toevoegen").set_input_files(
        [{"name": name, "mimeType": "", "buffer": body} for name, body in chosen])


def attached_files(page):
    """Two that came through, and one that is empty."""
    box(page).fill("Zie de meting en de kaart.")
    chosen_with(page, ("meting.txt", b"Gemeten: 62 graden."), ("kaart van alle leidingen.csv", b"a;b"),
                ("leeg.txt", b""))  # fmt: skip
    page.locator("[data-attached] .danger").wait_for()


def attached_by_the_form(page):
    """As without a script: all in one form, which names the one that is refused."""
    page.evaluate("document.querySelector('[data-composer] [type=file]')"
                  ".addEventListener('change', event => event.stopPropagation())")
    box(page).fill("Zie de meting.")
    chosen_with(page, ("meting.txt", b"Gemeten: 62 graden."), ("foto.png", b"kapot"))
    page.get_by_role("button", name="Plaatsen", exact=True).click()
    page.locator(".results").wait_for()


def line_cut(page):
    page.route("**/posts", lambda route: route.abort())
    box(page).fill("Wij sluiten ons hierbij aan.")
    page.get_by_role("button", name="Plaatsen", exact=True).click()
    page.locator("[data-failure]").wait_for()


def other_device(page):
    said = {"error": "", "body": "De tekst van uw telefoon.", "title": "", "revision": 3}
    page.route("**/account/drafts", lambda route: route.fulfill(
        status=409, content_type="application/json", body=json.dumps(said)))
    box(page).fill("De tekst van uw computer.")
    page.locator(".other-draft").wait_for()


def post_to(path, **fields):
    """A POST of this page's own kind, as a form that was tampered with would send it."""

    def posted(page):
        with page.expect_navigation():
            page.evaluate(
                """([action, fields]) => {
                  const form = document.createElement("form");
                  Object.assign(form, { method: "post", action });
                  fields.csrf_token = document.querySelector("[name=csrf_token]").value;
                  for (const [name, value] of Object.entries(fields))
                    form.append(Object.assign(document.createElement("input"), { name, value }));
                  document.body.append(form);
                  setTimeout(() => form.submit());
                }""",
                [path, fields],
            )

    return posted


def both_drafts(page):
    """As someone without a script presses the button on a page that is older than the draft."""
    place = page.locator(".composer [name=place]").input_value()
    post_to("/account/drafts", place=place, body="De tekst van deze computer.", revision="0")(page)


def reply_too_late(page):
    number = page.locator("[data-thread]").get_attribute("data-thread")
    post_to(f"/threads/{number}/posts", body="Nog één ding: wie bewaart het voorbeeld?")(page)


def carried(page):
    """The session ended while a text was being written: the sign-in page keeps it."""
    page.context.clear_cookies()
    box(page).fill("Dit had ik net geschreven.")
    page.evaluate("setTimeout(() => document.querySelector('[data-composer]').submit())")
    page.get_by_label("Wachtwoord", exact=True).wait_for()


def give_back(page):
    carried(page)
    page.get_by_label("E-mailadres").fill("anna@brink.example")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("heading", name="Uw tekst is bewaard").wait_for()


def shortcuts(page):
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()


def menu(page):
    narrow = page.viewport_size["width"] < 600
    page.locator("[popovertarget=top-menu]" if narrow else "[popovertarget=account-menu]").click()


def conflict(page):
    page.evaluate("document.querySelector('[name=version]').value = 0")
    page.get_by_label("Doel").fill("Eén gezamenlijk antwoord op het volle net, en warmte naar wie hem nodig heeft.")
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_label("Wat u schreef").wait_for()


def page_conflict(page):
    page.evaluate("document.querySelector('[name=base_version]').value = 1")
    page.get_by_role("textbox", name="Tekst").fill("# Jaarplan energie\n\nEen heel andere tekst.")
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("heading", name="Uw tekst en de nieuwe tekst verschillen").wait_for()


def empty_file(page):
    page.get_by_label("Bestanden toevoegen").set_input_files({"name": "leeg.txt", "mimeType": "", "buffer": b""})
    page.get_by_role("button", name="Toevoegen", exact=True).click()
    page.locator("[role=alert]").wait_for()


def chosen_files(page):
    """One of them too large, and more than there may be."""
    field = page.get_by_label("Bestanden toevoegen")
    page.locator("[data-files]").evaluate("field => Object.assign(field.dataset, { most: 1, mostBytes: 10 })")
    field.set_input_files([{"name": f"{name}.txt", "mimeType": "", "buffer": b"Meting" * times}
                           for name, times in (("kort", 1), ("lang", 9))])  # fmt: skip
    page.locator("[data-chosen] li").nth(1).wait_for()


def not_moved(page):
    """An item that was dragged, while the line was cut."""
    page.route("**/move", lambda route: route.abort())
    below, above = (page.locator(".handle").nth(place).bounding_box() for place in (1, 0))
    page.mouse.move(below["x"] + 20, below["y"] + 20)
    page.mouse.down()
    page.mouse.move(above["x"] + 20, above["y"] + 20)
    page.mouse.up()
    page.locator("[data-refused]").wait_for()


def empty_paper(page):
    page.get_by_label("Bestanden toevoegen").set_input_files({"name": "leeg.txt", "mimeType": "", "buffer": b""})
    page.get_by_label("Waarom komen deze bestanden erbij?").fill("Deze kwam net binnen.")
    page.get_by_role("button", name="Toevoegen", exact=True).click()
    page.locator("[role=alert]").wait_for()


def too_soon(page):
    soon = f"{local(now()) + timedelta(days=2):%Y-%m-%dT%H:%M}"
    page.get_by_label("Begint", exact=True).fill(soon)
    page.get_by_label("Eindigt", exact=True).fill(f"{local(now()) + timedelta(days=2, hours=2):%Y-%m-%dT%H:%M}")
    page.get_by_label("Waarom wordt de vergadering verplaatst?").fill("De zaal is bezet.")
    page.get_by_role("button", name="Vergadering verplaatsen").click()
    page.locator("[role=alert]").first.wait_for()


def in_room(page):
    page.locator("[data-line].tag-moss").wait_for(state="attached")
    page.locator("[data-log] li").first.wait_for()


def choose_line(page):
    in_room(page)
    page.locator("a.when").nth(1).click()
    page.locator("[data-chosen]").wait_for()


def too_short_meeting(page):
    fields = {"Begint": "2030-05-07T14:00", "Eindigt": "2030-05-07T14:05", "Titel": "Overleg met een lange titel"}
    submit_past_the_browser(page, fields, "Concept maken")


def minutes_conflict(page):
    page.get_by_role("button", name="Schrijven").filter(has_text="Kaart van warmte").click()
    page.get_by_role("textbox", name="Tekst").fill("Een heel andere tekst over de kaart.")  # waits until it is there
    page.evaluate("document.querySelector('[name=base_version]').value = 1")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.get_by_role("heading", name="Uw tekst en de nieuwe tekst verschillen").wait_for()


def wrong_website(page):
    submit_past_the_browser(page, {"Website (niet verplicht)": "http://vezelwerk.example"}, "Opslaan")


def company_conflict(page):
    page.evaluate("document.querySelector('[name=version]').value = 0")
    page.get_by_label("In een of twee zinnen").fill("Wij spinnen vezels die niet breken.")
    page.get_by_role("button", name="Opslaan", exact=True).click()
    page.get_by_role("heading", name="Intussen opgeslagen").wait_for()


def empty_listing(page):
    submit_past_the_browser(page, {"Titel": "Kort"}, "Plaatsen")


def written_proposal(page):
    page.get_by_text("Voorstel doen").click()
    page.get_by_label("Wat stelt u voor?").fill("Elke maand een vracht.")
    submit_past_the_browser(page, {}, "Dit voorstellen")


def no_reason(page):
    page.get_by_role("textbox").fill("Ik kies niets.")
    visible(page, "Verzenden").click()
    page.locator("[role=alert]").first.wait_for()


def no_address(page):
    submit_past_the_browser(page, {"Naam": "Rosa Reitsma", "E-mailadres": "geen adres"}, "Uitnodigen")


def no_contact(page):
    page.get_by_label("Contactpersoon: nodigt").uncheck()
    submit_past_the_browser(page, {}, "Opslaan")


def no_last_day(page):
    page.get_by_label("Na een laatste dag").check()
    submit_past_the_browser(page, {"Laatste dag": ""}, "Dienstverband beëindigen")


def last_day_again(page):
    page.get_by_label("Na een laatste dag").check()
    visible(page, "Dienstverband beëindigen").click()
    page.get_by_role("heading", name="Onze mensen").wait_for()


def no_list(page):
    page.get_by_label("De lijst, als CSV").set_input_files({"name": "x.csv", "mimeType": "", "buffer": b"niets"})
    page.get_by_role("button", name="Proefrun").click()
    page.locator("[role=alert]").wait_for()


def long_list(page):
    """Three hundred colleagues, of whom every third line has something wrong with it."""
    lines = ["naam;e-mail;bedrijf;functie;werkgroepen;rol", *(
        f"Collega {number};collega{number}@nieuw.example;;monteur;{'Ergens' if number % 3 == 0 else 'Energie'};"
        for number in range(1, 301)
    )]  # fmt: skip
    given = {"name": "ploeg.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.get_by_label("De lijst, als CSV").set_input_files(given)
    page.get_by_role("button", name="Proefrun").click()
    page.get_by_role("heading", name="Proefrun: 200 goed, 100 fout").wait_for()


def send_list(page):
    button = page.get_by_role("button", name="Stuur")
    if button.count():  # another picture may have sent it
        button.click()
    page.get_by_role("heading", name="verstuurd").wait_for()


def no_name(page):
    submit_past_the_browser(page, {}, "Uitnodiging aannemen")


def hide_without_reason(page):
    page.locator("#act-hide summary").click()
    form = page.locator("#act-hide form")
    form.locator("textarea").fill("Te kort")
    form.get_by_role("button").click()
    page.locator("#act-hide [role=alert]").first.wait_for()


STATES = (
    State("front", None, "/"),
    State("front-english", None, "/?lang=en"),
    State("login", None, "/login"),
    State("login-wrong", None, "/login", wrong_password, 422),
    State("code", None, "/login", ask_code),
    State("code-wrong", None, "/login", wrong_code, 422),
    State("reset", None, "/password/reset"),
    State("step", None, "/login", password_of_emma),
    State("step-again", BEFORE_STEP, "/groups/externe-veiligheid/threads"),
    State("step-wrong", BEFORE_STEP, "/groups/externe-veiligheid", wrong_step, 422),
    State("step-carried", BEFORE_STEP, "/groups", post_to(
        "/groups/externe-veiligheid/threads", title="Slang los", body="Bij het lossen van gisteren."), 401),
    State("step-by-mail", BY_MAIL, "/groups/externe-veiligheid"),
    State("groups-before-step", BEFORE_STEP, "/groups"),
    State("step-none", "anna", "/account/security/step"),
    State("step-begun", "carla", "/account/security/step", begin_step),
    State("step-begun-wrong", "carla", "/account/security/step", wrong_confirmation, 422),
    State("step-in-use", "emma", "/account/security/step"),
    State("step-remove-wrong", "emma", "/account/security/step", wrong_removal, 422),
    State("recovery-codes", SETS_UP, "/account/security/step", recovery_codes),
    State("step-office-asleep", ASLEEP, "/account/security/step"),
    State("home-office-asleep", ASLEEP, "/"),
    State("lost-step", "dirk", "/admin/second-step"),
    State("lost-step-wrong", "dirk", "/admin/second-step", lost_too_briefly, 422),
    State("404-visitor", None, "/bestaat-niet", None, 404),
    State("home", "anna", "/"),
    State("home-up-to-date", UP_TO_DATE, "/"),
    State("home-no-group", "femke", "/"),
    State("home-drafts", "bram", "/"),
    State("home-english", IN_ENGLISH, "/"),
    State("home-confidential", "emma", "/"),
    State("menu", "anna", "/", menu),
    State("shortcuts", "anna", "/", shortcuts),
    State("groups", "anna", "/groups"),
    State("groups-coordinator", "dirk", "/groups"),
    State("group", "anna", "/groups/energie"),
    State("group-join", "carla", "/groups/energie"),
    State("group-on-request", "anna", "/groups/personeelsmobiliteit"),
    State("group-confidential", "emma", "/groups/externe-veiligheid"),
    State("threads", "anna", "/groups/energie/threads"),
    State("threads-unread", "anna", "/groups/energie/threads?filter=unread"),
    State("threads-settled", "anna", "/groups/energie/threads?filter=settled"),
    State("threads-empty", UP_TO_DATE, "/groups/energie/threads?filter=unread"),
    State("threads-confidential", "emma", "/groups/externe-veiligheid/threads"),
    State("documents", "anna", "/groups/energie/documents"),
    State("documents-folder", "anna", "{folder}"),
    State("documents-order", "anna", "{folder}&order=1"),
    State("documents-folder-hidden", "carla", "{folder_hidden}"),
    State("documents-hidden", "carla", "/groups/innovatie/documents"),
    State("documents-empty", "dirk", "{empty_folder}"),
    State("documents-reader", "carla", "/groups/energie/documents"),
    State("documents-refused", "anna", "/groups/energie/documents", empty_file, 422),
    State("documents-chosen", "anna", "/groups/energie/documents", chosen_files),
    State("documents-confidential", "emma", "/groups/externe-veiligheid/documents"),
    State("documents-trash", "anna", "/groups/energie/documents/trash"),
    State("documents-trash-empty", "carla", "/groups/innovatie/documents/trash"),
    State("document-page", "anna", "{page}"),
    State("document-old-version", "anna", "{page}?version=1"),
    State("document-file", "anna", "{file}"),
    State("document-picture", "anna", "{picture}"),
    State("document-history", "anna", "{page_number}/history?from=2&to=3"),
    State("document-edit", "anna", "{page_number}/edit"),
    State("document-conflict", "anna", "{page_number}/edit", page_conflict, 409),
    State("document-restore", "anna", "{page_number}/versions/1/restore"),
    State("document-settings", "anna", "{page_number}/settings"),
    State("document-new", "anna", "/groups/energie/pages/new"),
    State("folder-new", "anna", "/groups/energie/folders/new"),
    State("folder-change", "anna", "{folder_number}"),
    State("agenda-all", "anna", "/agenda"),
    State("meetings", "anna", "/groups/energie/meetings"),
    State("meetings-reader", "carla", "/groups/energie/meetings"),
    State("meetings-confidential", "emma", "/groups/externe-veiligheid/meetings"),
    State("meeting-new", "anna", "/groups/energie/meetings/new"),
    State("meeting-new-wrong", "anna", "/groups/energie/meetings/new", too_short_meeting, 422),
    State("meeting", "anna", "{meeting}"),
    State("meeting-member", "bram", "{meeting}"),
    State("meeting-reader", "carla", "{meeting}"),
    State("meeting-draft", "anna", "{meeting_draft}"),
    State("meeting-held", "bram", "{meeting_held}"),
    State("meeting-cancelled", "bram", "{meeting_cancelled}"),
    State("meeting-hidden", "carla", "{meeting_hidden}"),
    State("meeting-hidden-coordinator", "dirk", "{meeting_hidden}"),
    State("meetings-hidden", "carla", "/groups/innovatie/meetings"),
    State("meeting-confidential", "emma", "{meeting_secret}"),
    State("meeting-english", IN_ENGLISH, "{meeting}"),
    State("meeting-edit", "anna", "{meeting}/edit"),
    State("meeting-move", "anna", "{meeting}/move"),
    State("meeting-move-coordinator", "dirk", "{meeting}/move"),
    State("meeting-move-refused", "anna", "{meeting}/move", too_soon, 409),
    State("meeting-cancel", "anna", "{meeting}/cancel"),
    State("meeting-publish", "anna", "{meeting_draft}/publish"),
    State("agenda-draft", "anna", "{meeting_draft}/agenda"),
    State("agenda-not-moved", "anna", "{meeting_draft}/agenda", not_moved),
    State("agenda-published", "anna", "{meeting}/agenda"),
    State("agenda-item", "anna", "{meeting_item}"),
    State("agenda-item-refused", "anna", "{meeting_item}", empty_paper, 422),
    State("agenda-item-draft", "anna", "{draft_item}"),
    State("agenda-file-remove", "anna", "{item_file}/remove"),
    State("agenda-item-remove", "anna", "{meeting_item}/remove"),
    State("agenda-item-move", "anna", "{meeting_item}/move/down"),
    State("statement", "bram", "{meeting}/statement"),
    State("closing", "anna", "{meeting}/closing"),
    State("room", "anna", "{room}/live", in_room),
    State("room-member", "bram", "{room}/live", in_room),
    State("room-chosen", "henk", "{room}/live", choose_line),
    State("room-english", IN_ENGLISH, "{room}/live", in_room),
    State("room-closed", "bram", "{meeting_held}/live", in_room),
    State("minutes", "bram", "{meeting_held}/minutes"),
    State("minutes-writer", "anna", "{meeting_held}/minutes"),
    State("minutes-empty", "carla", "{meeting}/minutes"),
    State("minutes-conflict", "anna", "{meeting_held}/minutes", minutes_conflict, 409),
    State("transcript", "bram", "{meeting_held}/transcript"),
    State("transcript-empty", "bram", "{meeting}/transcript"),
    State("companies", "anna", "/companies"),
    State("companies-filtered", "anna", "/companies?area=southeast&role=producer"),
    State("companies-none", "anna", "/companies?area=north&role=government"),
    State("companies-map", "anna", "/companies?view=map"),
    State("companies-map-place", "carla", "/companies?view=map&place=Emmen"),
    State("company", "carla", "/companies/vezelwerk-emmen"),
    State("company-own", "anna", "/companies/vezelwerk-emmen"),
    State("company-partner", "anna", "/companies/kenniskring-noord"),
    State("company-empty", "anna", "/companies/nieuwkomer-coevorden"),
    State("company-hidden", "anna", f"/companies/{HIDDEN_COMPANY}"),
    State("company-hidden-own", "emma", f"/companies/{HIDDEN_COMPANY}"),
    State("company-hidden-edit", "emma", f"/companies/{HIDDEN_COMPANY}/edit"),
    State("company-edit", "anna", "/companies/vezelwerk-emmen/edit"),
    State("company-edit-coordinator", "dirk", "/companies/vezelwerk-emmen/edit"),
    State("company-edit-wrong", "anna", "/companies/vezelwerk-emmen/edit", wrong_website, 422),
    State("company-conflict", "anna", "/companies/vezelwerk-emmen/edit", company_conflict, 409),
    State("company-claims", "anna", "/companies/vezelwerk-emmen/capabilities"),
    State("company-claim", "anna", "{claim}"),
    State("company-products", "anna", "/companies/vezelwerk-emmen/products"),
    State("company-sites", "anna", "/companies/vezelwerk-emmen/sites"),
    State("company-site", "anna", "{site}"),
    State("staff", "anna", "/companies/vezelwerk-emmen/staff"),
    State("staff-leaving", "anna", "/companies/vezelwerk-emmen/staff?filter=leaving"),
    State("staff-nobody-leaves", "emma", "/companies/aardappelzetmeel-gasselternijveen/staff?filter=leaving"),
    State("staff-partner", "dirk", "/companies/kenniskring-noord/staff"),
    State("staff-without-contact", "dirk", "/companies/nieuwkomer-coevorden/staff"),
    State("staff-edit", "anna", "{leaver}/edit"),
    State("staff-last-contact", "anna", "{contact}/edit", no_contact, 409),
    State("staff-end", "anna", "{leaver}/end"),
    State("staff-end-wrong", "anna", "{leaver}/end", no_last_day, 422),
    State("staff-planned", "anna", "{leaver}/end", last_day_again),
    State("companies-without-contact", "dirk", "/companies/nieuwkomer-coevorden"),
    State("announcements", "dirk", "/announcements"),
    State("announcements-none", "gijs", "/announcements"),
    State("announcement", "bram", "{announcement}"),
    State("announcement-new", "dirk", "/announcements/new"),
    State("announcement-new-lead", "anna", "/announcements/new"),
    State("announcement-wrong", "dirk", "/announcements/new", announcement_without_words, 422),
    State("announcement-draft", "dirk", "/announcements/new", announcement_draft),
    State("announcement-waiting", "dirk", "/announcements/new", announcement_waiting),
    State("announcement-lost", "dirk", "{board}"),
    State("invitations", "anna", "/companies/vezelwerk-emmen/invitations"),
    State("invitations-accepted", "anna", "/companies/vezelwerk-emmen/invitations?filter=accepted"),
    State("invitations-bounced", "anna", "/companies/vezelwerk-emmen/invitations?filter=bounced"),
    State("invitations-over", "anna", "/companies/vezelwerk-emmen/invitations?filter=expired"),
    State("invitations-coordinator", "dirk", "/companies/vezelwerk-emmen/invitations"),
    State("invitations-partner", "dirk", "/companies/kenniskring-noord/invitations"),
    State("invitations-wrong", "anna", "/companies/vezelwerk-emmen/invitations", no_address, 422),
    State("import-new", "anna", "/invitations/import"),
    State("import-wrong", "anna", "/invitations/import", no_list, 422),
    State("import-trial", "anna", "{list}"),
    State("import-long", "anna", "/invitations/import", long_list),
    State("import-sent", "anna", "{list}", send_list),
    State("invitation", None, f"/invitations/{OPEN_LINK}"),
    State("invitation-signed-in", "bram", f"/invitations/{OPEN_LINK}"),
    State("invitation-wrong", None, f"/invitations/{OPEN_LINK}", no_name, 422),
    State("invitation-over", None, f"/invitations/{USED_LINK}", None, 410),
    State("invitation-unknown", None, "/invitations/onbekend", None, 404),
    State("post-by-mail", "bram", "{late_post}", unfold),
    State("take-back-too-late", None, "{undo_late}"),
    State("take-back-done", None, "{undo_done}"),
    State("take-back-unknown", None, "/mail/undo/onbekend", None, 404),
    State("welcome-name", NEWCOMER, "/welcome/name"),
    State("welcome-groups", NEWCOMER, "/welcome/groups"),
    State("welcome-mail", NEWCOMER, "/welcome/mail"),
    State("home-newcomer", NEWCOMER, "/"),
    State("home-asked-once-more", SKIPPER, "/"),
    State("capabilities", "anna", "/capabilities"),
    State("capabilities-coordinator", "dirk", "/capabilities?q=lab"),
    State("person", "anna", "{person}"),
    State("person-own", "anna", "{anna}"),
    State("person-gone", "anna", "{gone}"),
    State("person-hidden", "anna", "{emma}"),
    State("person-hidden-own", "emma", "{emma}"),
    State("card-hidden", "emma", "/account/card"),
    State("card", "anna", "/account/card"),
    State("search", "anna", "/search"),
    State("search-found", "anna", "/search?q=restwarmte"),
    State("search-filters", "anna", "/search?q=warmte&group=energie&author=bram&since=2020-01-01"),
    State("search-writers", "anna", "/search?q=warmte&author=an"),
    State("search-kind", "emma", "/search?q=oefening&type=document"),
    State("search-many", "anna", "/search?q=de&page=2"),
    State("search-nothing", "anna", "/search?q=zwaluwstaart&group=energie"),
    State("search-english", IN_ENGLISH, "/search?q=restwarmte"),
    State("search-visitor", None, "/search?q=warmte"),
    State("members", "anna", "/groups/innovatie/members"),
    State("members-add", "anna", "/groups/energie/members"),
    State("members-requests", LEADS_ON_REQUEST, "/groups/personeelsmobiliteit/members"),
    State("members-decline-wrong", LEADS_ON_REQUEST, "/groups/personeelsmobiliteit/members", declined_without_reason,
          422),
    State("group-on-request", "carla", "/groups/personeelsmobiliteit"),
    State("group-asked", WAITS, "/groups/personeelsmobiliteit"),
    State("group-declined", DECLINED, "/groups/personeelsmobiliteit"),
    State("groups-asked", WAITS, "/groups"),
    State("ask-to-join", "carla", "/groups/personeelsmobiliteit/request"),
    State("ask-to-join-wrong", "carla", "/groups/personeelsmobiliteit/request", short_answer, 422),
    State("about", "anna", "/groups/energie/about"),
    State("thread", "anna", "{thread}"),
    State("thread-watch", "anna", "{thread}/watch"),
    State("thread-watch-wrong", "anna", "{thread}/watch", post_to("watch", level="luid"), 422),
    State("group-watch", "emma", "/groups/externe-veiligheid/watch"),
    State("group-watch-wrong", "anna", "/groups/energie/watch", post_to("watch", level="luid"), 422),
    State("thread-settled", "anna", "{settled}"),
    State("quote", "anna", "{quote}"),
    State("reactions", "anna", "{reacted}"),
    State("reactions-empty", "anna", "{not_reacted}"),
    State("summary", "anna", "{thread}/summary"),
    State("summary-new", "anna", "{other}/summary"),
    State("summary-too-short", "anna", "{other}/summary", short_summary, 422),
    State("summary-conflict", "anna", "{thread}/summary", old_summary, 409),
    State("summary-history", "bram", "{thread}/summary/history"),
    State("summary-history-empty", "bram", "{other}/summary/history"),
    State("settle", "anna", "{thread}/settle"),
    State("settle-empty", "anna", "{thread}/settle", settle_without_words, status=422),
    State("settle-too-late", "anna", "{settled}", settled_meanwhile, 409),
    State("thread-resumed", "anna", "{resumed}?page=1"),
    State("thread-renamed", "anna", "{renamed}"),
    State("thread-history", "anna", "{renamed}/history"),
    State("thread-history-empty", "anna", "{thread}/history"),
    State("rename", "anna", "{renamed}/edit"),
    State("rename-wrong", "anna", "{renamed}/edit", short_title, 422),
    State("rename-conflict", "anna", "{renamed}/edit", rename_conflict, 409),
    State("post-edited", "anna", "{changed}"),
    State("post-history", "anna", "{changed}/history"),
    State("post-history-compared", "anna", "{changed}/history?from=1&to=3"),
    State("post-history-same", "anna", "{changed}/history?from=2&to=2"),
    State("post-history-empty", "anna", "{own_post}/history"),
    State("post-deleted", "carla", "{deleted}"),
    State("post-deleted-lead", "anna", "{deleted}"),
    State("post-deleted-own", "bram", "{deleted}"),
    State("edit", "anna", "{own_post}/edit"),
    State("edit-too-long", "anna", "{own_post}/edit", too_long_edit, 422),
    State("edit-conflict", "anna", "{own_post}/edit", edit_conflict, 409),
    State("edit-over", "bram", "{late_post}/edit", None, 403),
    State("edit-too-late", "bram", "{thread}?page=1", edit_too_late, 409),
    State("thread-first-page", "anna", "{long}?page=1"),
    State("thread-new-line", "anna", "{long}"),
    State("thread-closed", "bram", "{closed}"),
    State("thread-join", "carla", "{thread}"),
    State("thread-guest", "gijs", "{innovatie}"),
    State("thread-confidential", "emma", "{secret}"),
    State("thread-english", IN_ENGLISH, "{thread}"),
    State("thread-draft", "bram", "{draft}"),
    State("draft-other-device", "bram", "{draft}", both_drafts, 409),
    State("thread-preview", "anna", "{other}", preview),
    State("thread-files", "anna", "{with_files}"),
    State("thread-attached", "anna", "{other}", attached_files),
    State("reply-file-refused", "anna", "{other}/reply", attached_by_the_form, 422),
    State("thread-names", "anna", "{other}", names_open),
    State("thread-nobody", "anna", "{other}", nobody_of_that_name),
    State("thread-preview-nobody", "anna", "{other}", preview_of_nobody),
    State("new-thread-names", "carla", "/groups/innovatie/threads/new", names_open),
    State("thread-line-cut", "anna", "{other}", line_cut),
    State("thread-other-device", "anna", "{other}", other_device),
    State("reply", "anna", "{other}/reply"),
    State("reply-too-long", "anna", "{other}", too_long_reply, 422),
    State("new-thread", "anna", "/groups/energie/threads/new"),
    State("new-thread-wrong", "anna", "/groups/energie/threads/new", empty_thread, 422),
    State("new-thread-confidential", "emma", "/groups/externe-veiligheid/threads/new"),
    State("drafts", "bram", "/account/drafts"),
    State("drafts-empty", "carla", "/account/drafts"),
    State("market", "emma", "/market"),
    State("market-filtered", "bram", "/market?kind=offer&near=Emmen&km=50&q=vezel"),
    State("market-nothing", "bram", "/market?q=goud"),
    State("market-english", IN_ENGLISH, "/market"),
    State("listing-choices", "bram", "/market/new"),
    State("listing-new", "bram", "/market/new?kind=offer&category=residual_stream"),
    State("listing-new-personnel", "bram", "/market/new?kind=request&category=personnel"),
    State("listing-wrong", "carla", "/market/new?kind=offer&category=energy", empty_listing, 422),
    State("listing-edit", "bram", "{offer_number}/edit"),
    State("listing-preview", "bram", "{draft_listing}/preview"),
    State("listing-react", "emma", "{offer}"),
    State("listing-own", "bram", "{offer}"),
    State("listing-waste", "carla", "{waste}"),
    State("listing-staff", "carla", "{staff}"),
    State("listing-purchase", "carla", "{purchase}"),
    State("listing-expired", "bram", "{expired}"),
    State("listing-closed", "bram", "{closed_listing}"),
    State("listing-close", "bram", "{offer_number}/close"),
    State("my-listings", "bram", "/market/mine"),
    State("my-listings-empty", "femke", "/market/mine"),
    State("listings-waiting", "dirk", "/market/review"),
    State("listing-review", "dirk", "{waiting}/review"),
    State("talks", "carla", "/talks"),
    State("talks-empty", "femke", "/talks"),
    State("talk", "bram", "{talk}"),
    State("talk-own-proposal", "carla", "{talk}"),
    State("talk-proposal-wrong", UP_TO_DATE, "{staff_talk}", written_proposal, 422),
    State("notifications", "anna", "/notifications"),
    State("notifications-other", "anna", "/notifications?tab=other"),
    State("notifications-empty", "femke", "/notifications"),
    State("stop", None, "{stop}"),
    State("stop-secret", None, "{stop_secret}"),
    State("stop-done", None, "{stopped}"),
    State("stop-there", None, "{stop_there}"),
    State("stop-there-done", None, "{stopped_there}"),
    State("notifications-other-empty", "femke", "/notifications?tab=other"),
    State("mail-settings", "anna", "/account/notifications"),
    State("mail-settings-wrong", "anna", "/account/notifications", overview_without_a_day, 422),
    State("mail-settings-stopped", LEADS_ON_REQUEST, "/account/notifications#stops"),
    State("mail-settings-guest", "gijs", "/account/notifications"),
    State("account", "anna", "/account"),
    State("account-no-tie", None, "/login?next=/account", sign_in_without_tie),
    State("security", "anna", "/account/security"),
    State("security-wrong", "anna", "/account/security", short_password, 422),
    State("data", "anna", "/account/data"),
    State("group-new", "dirk", "/groups/new"),
    State("group-new-wrong", "dirk", "/groups/new", wrong_group, 422),
    State("group-edit", "anna", "/groups/energie/edit"),
    State("group-conflict", "anna", "/groups/energie/edit", conflict, 409),
    State("admin", "dirk", "/admin"),
    State("parts", "dirk", "/admin/parts"),
    State("rules", "dirk", "/admin/rules"),
    State("mail", "dirk", "/admin/mail"),
    State("report", "carla", "{report}"),
    State("report-wrong", "carla", "{report}", no_reason, 422),
    State("report-profile", "anna", "{report_profile}"),
    State("report-company", "carla", "{report_company}"),
    State("case-profile", "dirk", "{case_profile}"),
    State("reports", "bram", "/reports"),
    State("reports-empty", "femke", "/reports"),
    State("queue", "dirk", "/moderation"),
    State("queue-empty", "emma", "/moderation"),
    State("queue-closed", "dirk", "/moderation?filter=closed"),
    State("case", "dirk", "{case}"),
    State("case-in-hand", CHAIR, "{case_in_hand}"),
    State("case-refused", CHAIR, "{case_in_hand}", hide_without_reason, 422),
    State("case-hidden", "dirk", "{case_hidden}"),
    State("log", "dirk", "/moderation/log"),
    State("log-masked", "bram", "/moderation/log"),
    State("log-empty", "dirk", "/moderation/log?kind=suspend"),
    State("own-action", CORRECTED, "{own_action}"),
    State("own-actions-empty", "anna", "/account/actions"),
    State("house-rules", "anna", "/house-rules"),
    State("thread-hidden-post", "bram", "{hidden_post}"),
    State("403", "anna", "/groups", post_to("/groups", name="Een werkgroep"), 403),
    State("405", "anna", "/account/notifications/boxes", None, 405),
    State("405-visitor", None, "/logout", None, 405),
    State("404", "anna", "/groups/externe-veiligheid", None, 404),
    State("409-closed", "bram", "{closed}", reply_too_late, 409),
    State("signed-out-while-writing", "anna", "{other}", carried, 401),
    State("text-given-back", "anna", "{other}", give_back),
)  # fmt: skip


def addresses(site):
    """What the names in braces stand for."""
    numbered = {name: site.listing_like(words).partition("-")[0] for name, words in (
        ("offer_number", "Polyestervezels"), ("draft_listing", "Extrusielijn"), ("waiting", "Onderhoudsmonteur"))}
    return {
        **numbered, "offer": site.listing_like("Polyestervezels"), "waste": site.listing_like("Oplosmiddel"),
        "staff": site.listing_like("Procesoperator"), "purchase": site.listing_like("Samen veiligheidsschoenen"),
        "expired": site.listing_like("Restpartij garen"), "closed_listing": site.listing_like("Vergistbare"),
        "talk": site.talk_about("Polyestervezels", "polymeer-coevorden"),
        "english_talk": site.talk_about("Polyestervezels", "garenhuis-emmen"),
        "staff_talk": site.talk_about("Procesoperator", "kartonnage-gasselternijveen"),
        "settled": site.thread_like("Energieaudit en besparingsplicht"),
        "thread": site.thread_like("Restwarmte Emmen-Zuid"), "long": site.thread_like("Gezamenlijke aanvraag"),
        "closed": site.thread_like(CLOSED), "innovatie": site.thread_like("Recyclaat in folie"),
        "secret": site.thread_like("Alarmnummers"), "draft": site.thread_like("Biogas"),
        "other": site.thread_like("Batterij van 1 MW"), "renamed": site.thread_like("Voorstel: één stopkalender"),
        "resumed": site.thread_like("Hogetemperatuurwarmtepomp"),
        **{name: f"/posts/{site.post_like(words)}" for name, words in (
            ("changed", "Beste afnemers op de streng"), ("deleted", DELETED_POST),
            ("own_post", "Dank allemaal. Wat we nu hebben"), ("late_post", BY_POST),
            ("with_files", "De kaart is klaar"))},
        "undo_late": undo_link(1), "undo_done": undo_link(2),
        "page": site.document_like("Jaarplan energie"), "page_number": site.document_like("Jaarplan").partition("-")[0],
        "file": site.document_like("Warmtebronnen"), "picture": site.document_like("Schema"),
        "folder": f"/groups/energie/documents?folder={site.folder_called('Restwarmte')}",
        "empty_folder": f"/groups/energie/documents?folder={site.folder_called('Nog leeg')}",
        "meeting": site.meeting_like("Overleg energie", "announced"),
        "room": site.meeting_like(UNDER_WAY, "open"),
        "meeting_draft": site.meeting_like("Jaargesprek", "draft"),
        "meeting_held": site.meeting_like("Overleg energie: restwarmte", "closed"),
        "meeting_cancelled": site.meeting_like("Werkmiddag", "cancelled"),
        "meeting_hidden": site.meeting_like(HIDDEN_MEETING, "announced"),
        "folder_hidden": f"/groups/innovatie/documents?folder={site.folder_called(HIDDEN_FOLDER)}",
        "meeting_secret": site.meeting_like("Voorbereiding oefening", "announced"),
        "meeting_item": site.item_like("Brief aan de netbeheerder"),
        "draft_item": site.item_like("Terugblik op het jaar"), "item_file": site.item_file_like("Brief aan de"),
        "claim": f"/claims/{site.of_company('claims', 'vezelwerk-emmen')}",
        "site": f"/sites/{site.of_company('company_sites', 'vezelwerk-emmen')}",
        "stop": site.stop_page("anna", "post", f"thread:{site.thread_id('Batterij van 1 MW')}"),
        "stop_secret": site.stop_page("emma", "post", f"thread:{site.thread_id('Spelregels')}"),
        "stop_there": site.stop_page("anna", "named", f"thread:{site.thread_id('Batterij van 1 MW')}"),
        "stopped_there": site.stop_page(LEADS_ON_REQUEST, "named", f"thread:{site.thread_id(CLOSED)}"),
        "stopped": site.stop_page(WITHOUT_TIE, "named", "talk:1"),
        "leaver": site.staff_page("roelof", "vezelwerk-emmen"), "contact": site.staff_page("anna", "vezelwerk-emmen"),
        "own_claim": f"/claims/{site.of_company('claims', 'garenhuis-emmen')}",
        "own_staff": site.staff_page("geesje", "garenhuis-emmen"),
        "own_site": f"/sites/{site.of_company('company_sites', 'garenhuis-emmen')}",
        "person": site.person_page("nynke"), "anna": site.person_page("anna"), "emma": site.person_page("emma"),
        "report_profile": f"/reports/new?kind=person&id={site.person_page('nynke').rpartition('/')[2]}",
        "report_company": f"/reports/new?kind=company&id={site.company_called('vezelwerk-emmen')}",
        "case_profile": site.case_about("bedrijfsleider"), "gone": site.person_page(WITHOUT_TIE),
        "report": f"/reports/new?kind=post&id={site.post_like('Wij nog niet in die vorm')}",
        "case": site.case_about("De netbeheerder zegt"), "case_in_hand": site.case_about("Dun koken kan"),
        "case_hidden": site.case_about("Nu we toch alles"), "hidden_post": site.thread_like("Kwartierwaarden"),
        "reacted": f"/posts/{site.post_like('De kaart is klaar')}/reactions",
        "quote": f"/posts/{site.post_like('De kaart is klaar')}/quote",
        "not_reacted": f"/posts/{site.post_like('Beste afnemers')}/reactions",
        "own_action": site.action_of_kind("silence"),
        "announcement": site.announcement_like("Ledendag"), "board": site.announcement_like("Stroomstoring"),
        "list": site.list_read_in("anna"), "english_list": site.list_read_in(IN_ENGLISH),
        "folder_number": f"/folders/{site.folder_called('Restwarmte')}",
    }  # fmt: skip


def bring_to(page, site, state):
    """Open the page and do what leads to the state."""
    page.goto(state.address.format(**addresses(site)))
    if state.first:
        state.first(page)
    page.evaluate("document.fonts.ready.then(() => true)")

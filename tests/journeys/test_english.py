"""Who reads English finds no Dutch of ours; what members wrote stays as they wrote it."""

import re

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import expect

from config import Settings
from tests.journeys.pages import STATES, addresses
from tests.journeys.site import IN_ENGLISH, OPEN_LINK, ROOT, USED_LINK, undo_link

pytestmark = pytest.mark.slow

MEMBER_PAGES = ("/", "/groups", "/groups/energie", "/groups/energie/threads", "/groups/energie/threads?filter=unread",
                "/groups/energie/threads/new", "/groups/energie/members", "/groups/energie/about", "/notifications",
                "/notifications?tab=other", "/account/notifications", "/announcements",
                "/account", "/account/security", "/account/security/step", "/account/data",
                "/account/drafts", "/bestaat-niet", "{stop}", "{stop_secret}", "{stopped}", "{stop_there}",
                "/search", "/search?q=restwarmte", "/search?q=zwaluwstaart&group=energie",
                "{thread}", "{settled}", "{resumed}?page=1", "{renamed}", "{renamed}/history", "{thread}/history",
                "{changed}", "{changed}/history?from=1&to=3", "{own_post}/history", "{deleted}",
                "{reacted}", "{not_reacted}", "{quote}", "{thread}/summary/history", "{other}/summary/history",
                "{other}/reply", "{long}?page=1", "{closed}", "/groups/energie/documents",
                "/groups/energie/documents/trash", "/groups/energie/pages/new", "/groups/energie/folders/new",
                "{folder}", "{folder}&order=1",
                "{folder_number}", "{page}?version=1", "{file}", "{picture}", "{page_number}/history?from=2&to=3",
                "/companies", "/companies?area=southeast&role=producer", "/companies?area=north&role=government",
                "/companies?view=map", "/companies/vezelwerk-emmen", "/companies/kenniskring-noord",
                "/companies/aardappelzetmeel-gasselternijveen", "/companies/nieuwkomer-coevorden", "/capabilities",
                "{person}", "{anna}", "{emma}", "{gone}", "/account/card", "{report_profile}",
                "/companies/garenhuis-emmen/edit", "/companies/garenhuis-emmen/capabilities", "{own_claim}",
                "/companies/garenhuis-emmen/products", "/companies/garenhuis-emmen/sites", "{own_site}",
                "/companies/garenhuis-emmen/invitations", "/invitations/import", "{english_list}",
                "/companies/garenhuis-emmen/staff", "{own_staff}/edit", "{own_staff}/end", "{with_files}",
                "{thread}/watch",
                "{page_number}/edit", "{page_number}/settings", "{page_number}/versions/1/restore",
                "/market", "/market?near=Emmen&km=50", "/market?q=goud", "/market/new", "/market/mine", "/talks",
                "/market/new?kind=offer&category=residual_stream", "/market/new?kind=request&category=personnel",
                "/market/new?kind=offer&category=joint_purchase", "{offer}", "{waste}", "{staff}", "{purchase}",
                "{closed_listing}", "{english_talk}",
                "{report}", "/reports", "/account/actions", "/house-rules", "/moderation/log",
                "{hidden_post}",
                "/agenda", "/groups/energie/meetings", "{meeting}", "{meeting_held}", "{meeting_held}/minutes",
                "{meeting_held}/transcript", "{meeting}/transcript", "{meeting}/statement", "{room}/live")  # fmt: skip
VISITOR_PAGES = ("/", "/about", "/login", "/password/reset", "/bestaat-niet", f"/invitations/{OPEN_LINK}",
                 f"/invitations/{USED_LINK}", "/invitations/onbekend", undo_link(1), undo_link(2))  # fmt: skip
# Everything a reader meets: text, and the words of labels. Not what members wrote or what things are called.
WORDS = """() => {
  const written = ".prose, h1, h3, textarea, input, option, .lead, .meta, .breadcrumb, .company, .from, .person,"
    + " .rail-name, .wordmark, .who, [hreflang], title, script, style, dd, legend + p.theirs, .differences,"
    + " .bubble, .file-row a, .hits, del, ins, .phrases, .claim-words, .company-says, .said-by, .reported blockquote,"
    + " [role=log] .words, .settled .said";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement.closest(written)) found.push(node.textContent);
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [data-text-saved]"))
    for (const name of ["aria-label", "title", "placeholder", ...Object.keys(element.dataset).map(key => "data-"
        + key.replace(/[A-Z]/g, sign => "-" + sign.toLowerCase())).filter(key => key.startsWith("data-text"))])
      if (element.hasAttribute(name)) found.push(element.getAttribute(name));
  return found.map(text => text.replace(/\\s+/g, " ").trim()).filter(Boolean);
}"""
DUTCH_WORDS = re.compile(
    r"\b(de|het|een|van|uw|niet|voor|naar|met|werkgroep(en)?|onderwerp(en)?|bericht(en)?|melding(en)?|bedrij(f|ven)"
    r"|plaatsen|reageren|inloggen|uitloggen|opslaan|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def dutch():
    """Each Dutch sentence of ours, as a pattern, that differs from its English."""
    with (ROOT / "app/translations/nl/LC_MESSAGES/messages.po").open("rb") as source:
        catalog = read_po(source, locale="nl")
    english = {words for message in catalog for words in as_list(message.id)}
    return [
        re.compile("^" + re.sub(r"%\\?\(\w+\\?\)s", ".+", re.sub(r"%\\?\(\w+\\?\)d", r"\\d+", re.escape(words))) + "$")
        for message in catalog if message.id for words in as_list(message.string)
        if words not in english and re.sub(r"%\(\w+\)[sd]|\W", "", words)
    ]  # fmt: skip


def as_list(words):
    return [words] if isinstance(words, str) else list(words)


def faults(page, dutch, names):
    """Our own words that are Dutch, once the names of people, companies and groups are taken out."""
    shown = (names.sub("", text).strip() for text in page.evaluate(WORDS))
    return [text for text in shown if any(pattern.match(text) for pattern in dutch) or DUTCH_WORDS.search(text)]


@pytest.fixture
def names(site):
    written = ("groups.name", "groups.purpose", "companies.name", "people.name", "threads.title", "documents.title",
               "folders.name", "thread_versions.title", "company_profiles.summary", "company_sites.name",
               "company_sites.street", "company_sites.place", "capabilities.term", "capabilities.term_en",
               "person_cards.about", "document_versions.remark", "document_versions.name", "meetings.title",
               "meetings.place", "agenda_items.title", "agenda_amendments.reason", "agenda_item_files.name",
               "listings.title", "announcements.title", "announcements.body_md")
    rows = (site.rows(f"SELECT {column} FROM {column.partition('.')[0]}") for column in written)
    known = [Settings.site_name, *(row[0] for some in rows for row in some if row[0])]
    return re.compile("|".join(re.escape(name) for name in sorted(known, key=len, reverse=True)))


def test_a_visitor_who_chose_english_finds_no_dutch_words(site, open_browser, dutch, names):
    """Decision 18; issue A, 5: the link in the footer, remembered."""
    visitor = open_browser(site)
    visitor.goto("/login")
    visitor.get_by_role("link", name="English").click()
    expect(visitor.locator("html")).to_have_attribute("lang", "en")
    found = {}
    for address in VISITOR_PAGES:
        visitor.goto(address)
        assert visitor.locator("html").get_attribute("lang") == "en", address
        if wrong := faults(visitor, dutch, names):
            found[address] = wrong

    assert found == {}


def test_a_person_who_reads_english_finds_no_dutch_words(site, open_browser, dutch, names):
    """Issue A, 5: English complete, on every page of a member."""
    otto, found = open_browser(site, IN_ENGLISH), {}
    for address in MEMBER_PAGES:
        otto.goto(address.format(**addresses(site)), wait_until="domcontentloaded")
        assert otto.locator("html").get_attribute("lang") == "en", address
        if wrong := faults(otto, dutch, names):
            found[address] = wrong

    assert found == {}


def test_the_same_eye_finds_dutch_where_it_is(site, open_browser, dutch, names):
    """Positive control: the Dutch pages are full of it."""
    anna = open_browser(site, "anna")
    for address in ("/", "/groups/energie/threads", "/account"):
        anna.goto(address)
        assert len(faults(anna, dutch, names)) > 10, address


def test_every_member_page_is_walked():
    """A page in the gallery of a member is in the list above too."""
    of_anna = {re.sub(r"\?.*", "", state.address) for state in STATES if state.who == "anna" and state.status == 200}
    walked = {re.sub(r"\?.*", "", address) for address in MEMBER_PAGES}
    elsewhere = {"/groups/innovatie/members", "/groups/personeelsmobiliteit", "/groups/energie/edit", "{long}",
                 "{other}"}  # fmt: skip
    elsewhere |= {address for address in of_anna if address.startswith(("{meeting_draft}", "{meeting_item}",
                                                                           "{draft_item}", "{item_file}"))}
    elsewhere |= {f"{{meeting}}/{page}" for page in ("edit", "move", "cancel", "agenda", "closing")}
    # of those who lead
    elsewhere |= {"/announcements/new", "/groups/energie/meetings/new", "{thread}/settle", "{renamed}/edit",
                  "{own_post}/edit", "{thread}/summary", "{other}/summary"}  # fmt: skip
    # Otto's own company, in place of Anna's
    elsewhere |= {"{claim}", "{site}", "{list}", "{leaver}/edit", "{leaver}/end"}
    elsewhere |= {f"/companies/vezelwerk-emmen/{form}" for form in (
        "edit", "capabilities", "products", "sites", "invitations", "staff")}  # fmt: skip

    assert of_anna - walked - elsewhere == set()

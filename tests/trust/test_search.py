"""One marker word for each thing that can be found: each role finds what it may read, and hears nothing of the rest."""

import re
from urllib.parse import quote

import pytest

from app.accounts.policy import Visitor
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.discussions.models import Post, Thread
from app.documents import service as documents
from app.documents.models import Document, Label
from app.groups.models import WorkingGroup
from app.groups.policy import can_read_group
from app.marketplace.models import Listing
from app.meetings.models import Meeting, MeetingState
from app.search import service as search
from tests.conftest import actor_named, group_called, new_thread, person_named, reply
from tests.documents.conftest import text
from tests.trust.conftest import ROLES

pytestmark = pytest.mark.slow  # a sweep: every role, every word

GROUPS = ("energie", "innovatie", "personeelsmobiliteit", "externe-veiligheid")
WRITERS = {"energie": "anna", "innovatie": "carla", "personeelsmobiliteit": "dirk", "externe-veiligheid": "emma"}
SHARED = "hunebed"  # stands in everything


@pytest.fixture
def markers(world):
    """Word → (kind, group, whether all members read it), a word for each thread, post and document."""
    found = {}
    for number, slug in enumerate(GROUPS):
        writer, group = actor_named(WRITERS[slug]), group_called(slug)
        words = [f"kenmerk{name}{number}" for name in ("titel", "bericht", "reactie", "pagina", "breed")]
        thread = new_thread(writer, group, f"Over {words[0]}", f"Het {SHARED} en {words[1]}")
        reply(writer, thread, f"Ook {SHARED} en {words[2]}")
        documents.add_page(writer, group, None, f"Plan {words[3]}", text(f"{SHARED} op papier"))
        found |= {words[0]: ("thread", slug, False)} | dict.fromkeys(words[1:3], ("post", slug, False))
        found |= {words[3]: ("document", slug, False)}
        if slug != "externe-veiligheid":
            page = documents.add_page(writer, group, None, f"Breed {words[4]}", text(f"{SHARED} voor allen"))
            documents.label_document(writer, page, Label.MEMBERS)
            found[words[4]] = ("document", slug, True)
    return found


def reader_of(role):
    key = ROLES[role]
    return actor_named(key) if key and person_named(key) else Visitor()


def may_read(actor, marker):
    _kind, slug, is_for_members = marker
    return can_read_group(actor, group_called(slug)) or (is_for_members and actor.is_staff)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_finds_what_the_rules_let_it_read(role, markers, caplog):
    """SRCH-21, tests 4: hits, counts and filters equal the naive list, before features are asked again (SRCH-22)."""
    actor = reader_of(role)
    reader = search.Reader(scopes_of(actor), actor)
    mine = {word: marker for word, marker in markers.items() if may_read(actor, marker)}
    for word, marker in markers.items():
        results = search.find(reader, search.read(word))
        assert bool(results.hits) is (word in mine), word
        assert dict(results.counts) == ({marker[0]: 1} if word in mine else {})
    # the shared word: two posts and a page of each group that is read, and the broad pages
    pages = [marker for word, marker in mine.items() if marker[0] == "document"]
    groups = {marker[1] for marker in mine.values() if marker[0] == "post"}
    wanted = {kind: count for kind, count in (("post", 2 * len(groups)), ("document", len(pages))) if count}
    results = search.find(reader, search.read(SHARED))
    assert (dict(results.counts), results.total) == (wanted, sum(wanted.values()))
    for slug in GROUPS:
        filters = search.Filters(kind="post", group_id=group_called(slug).id)
        assert search.find(reader, search.read(SHARED), filters).total == (2 if slug in groups else 0)
    assert "may not read it" not in caplog.text


def test_the_roles_differ(markers):
    """Positive control: who may read little, much and all of it."""
    counts = {role: sum(may_read(reader_of(role), marker) for marker in markers.values())
              for role in ("visitor", "gijs", "carla", "dirk", "emma")}  # fmt: skip
    assert counts["visitor"] == 0 < counts["gijs"] < counts["carla"] < counts["dirk"] < len(markers)
    assert counts["emma"] > counts["carla"]


MASKS = re.compile(r'nonce(=|-)["\']?[\w-]+|name="csrf_token" value="[^"]*"|\b\d{12,16}\b')
QUESTIONS = [SHARED, "hune", "bed", "kenmerk", "kenmerktitel3", "slang", "veiligheid", '"hunebed en"', "hunebeden",
             "-kenmerk hunebed", "over", "plan"]  # fmt: skip


@pytest.mark.parametrize("role", ["anna", "carla", "dirk", "femke", "gijs", "visitor"])
def test_a_page_with_hidden_matches_equals_one_without_them(role, markers, browser_as):
    """SRCH-24: byte for byte; the words of the confidential group go, and no outsider's page changes."""
    browser = browser_as(role)

    def pages():
        more = ("", "&page=2", "&type=post", "&type=thread", "&group=externe-veiligheid", "&since=2020-01-01")
        asked = [f"/search?q={quote(question)}{filters}" for question in QUESTIONS for filters in more]
        return {address: MASKS.sub("", browser.get(address).text) for address in asked}

    before = pages()
    forget_the_group()
    assert pages() == before
    with_hits = sum(f"<mark>{SHARED}</mark>" in page.lower() for page in before.values())
    assert with_hits == 0 if role == "visitor" else with_hits > 5


def forget_the_group():
    """Nothing was ever written in it: neither its texts nor its words are in the index."""
    group = db.session.query(WorkingGroup).filter_by(slug="externe-veiligheid").one()
    threads = [thread.id for thread in db.session.query(Thread).filter_by(group_id=group.id)]
    for post in db.session.query(Post).filter(Post.thread_id.in_(threads)):
        post.deleted_at = post.created_at
    for thread in db.session.query(Thread).filter(Thread.id.in_(threads)):
        thread.hidden_at = thread.created_at
    for document in db.session.query(Document).filter_by(group_id=group.id):
        document.trashed_at = document.created_at
    for meeting in db.session.query(Meeting).filter_by(group_id=group.id):
        meeting.state = MeetingState.DRAFT
    for listing in db.session.query(Listing).filter_by(group_id=group.id):
        listing.hidden_at = listing.created_at
    db.session.commit()
    search.rebuild(afresh=True)

"""For everyone but its members a confidential group does not exist (GRP-4, trust 2)."""

import pytest
from sqlalchemy import select

from app.core.errors import Forbidden, NotFound
from app.core.extensions import db, limiter
from app.discussions.models import Draft, Post, ReadMark, ReadPosition
from app.moderation import service as moderation
from app.moderation.models import Reason
from tests.conftest import actor_named, group_called, person_named
from tests.trust.conftest import OUTSIDERS
from tests.trust.test_twin_worlds import mask

pytestmark = pytest.mark.slow  # a sweep over every page

KNOWN = [role for role in OUTSIDERS if role != "visitor"]
SLUG, NONE = "externe-veiligheid", "bestaat-niet"
HEADERS = [{}, {"Accept": "application/json"}, {"HX-Request": "true"}, {"If-None-Match": '"x"'}]


def addresses(world):
    """(method, address of something secret, the same of something that was never there)."""
    secret, post = world.secret_id, world.secret_post_id
    for action in ("", "/members", "/about", "/edit", "/threads", "/threads/new", "/threads?filter=settled&page=2"):
        yield "GET", f"/groups/{SLUG}{action}", f"/groups/{NONE}{action}"
    for action in ("/join", "/leave", "/seen", "/edit", "/threads"):
        yield "POST", f"/groups/{SLUG}{action}", f"/groups/{NONE}{action}"
    for action in ("", "-bijna-ongeval-bij-het-lossen", "-verkeerd", "/reply", "?page=1", "?page=99", "?after=0",
                   "/edit", "/history", "/settle", "/summary", "/summary/history"):
        yield "GET", f"/threads/{secret}{action}", f"/threads/1{action}"
    for action in ("/posts", "/close", "/reopen", "/seen", "/edit", "/settle", "/summary", "/resume", "/take-up",
                   "/set-aside"):
        yield "POST", f"/threads/{secret}{action}", f"/threads/1{action}"
    for action in ("", "/edit", "/history", "/history?from=1&to=2", "/reactions", "/quote"):
        yield "GET", f"/posts/{post}{action}", f"/posts/1{action}"
    for action in ("", "?inline", "/thumbnail"):
        yield "GET", f"/attachments/{world.attachment('secret')}{action}", f"/attachments/1{action}"
    for action in ("/edit", "/delete", "/restore", "/react", "/react?to=give"):
        yield "POST", f"/posts/{post}{action}", f"/posts/1{action}"


FIELDS = {"body": "Een woord", "title": "Een titel", "position": "1", "until": "9", "all": "1", "version": "1",
          "kind": "notice"}  # fmt: skip


@pytest.mark.parametrize("role", KNOWN)
def test_every_address_of_it_answers_as_one_that_was_never_there(role, world, browser_as):
    """404 with the same page, byte for byte but for nonce and token; whatever the headers."""
    browser, wrong = browser_as(role), []
    browser.get("/account")  # the first page of a session brings it a token
    for method, secret, never in addresses(world):
        for headers in HEADERS:
            limiter.reset()
            sent = {"data": FIELDS} if method == "POST" else {}
            answers = [browser.open(address, method=method, headers=headers, **sent) for address in (secret, never)]
            assert answers[0].status_code == 404, (method, secret, answers[0].status_code)
            if masked(answers[0]) != masked(answers[1]):
                wrong.append((method, secret, headers))
    assert wrong == []


def masked(answer):
    """Body and headers, without what is another at each answer, and without the address itself."""
    return mask(answer.text), sorted(name for name, _value in answer.headers)


@pytest.mark.parametrize("role", KNOWN)
@pytest.mark.parametrize("address", ["/preview", "/account/drafts", "/account/drafts/files"])
def test_no_text_can_be_shown_or_kept_for_it(address, role, world, browser_as):
    """Preview and draft, for the thread and for the group, as for a number that nobody has."""
    browser, group = browser_as(role), group_called(SLUG)
    for headers in HEADERS[:2]:
        for secret, never in ((f"thread:{world.secret_id}", "thread:1"), (f"group:{group.id}", "group:1")):
            answers = [browser.post(address, data={"place": place, "body": "Proef"}, headers=headers)
                       for place in (secret, never)]  # fmt: skip
            assert [answer.status_code for answer in answers] == [404, 404]
            assert masked(answers[0]) == masked(answers[1])
    assert db.session.scalars(select(Draft).where(Draft.person_id == person_named(role).id)).all() == []


@pytest.mark.parametrize("role", KNOWN)
def test_nothing_of_it_can_be_marked_as_read(role, world, browser_as):
    """Also by naming its number among those of one's own groups."""
    browser, group = browser_as(role), group_called(SLUG)
    browser.post(f"/threads/{world.secret_id}/seen", data={"position": "1"})
    browser.post("/seen", data={"until": f"{group.id}:99"})
    marks = select(ReadMark).where(ReadMark.group_id == group.id, ReadMark.person_id == person_named(role).id)
    positions = select(ReadPosition).where(ReadPosition.thread_id == world.secret_id,
                                           ReadPosition.person_id == person_named(role).id)  # fmt: skip
    assert db.session.scalars(marks).all() == []
    assert db.session.scalars(positions).all() == []


@pytest.mark.parametrize("role", KNOWN)
def test_a_draft_of_a_member_is_nobody_elses(role, world, browser_as):
    draft_id = world.draft_of("emma", f"thread:{world.secret_id}")
    assert browser_as(role).post(f"/account/drafts/{draft_id}/discard").status_code == 404
    assert db.session.get(Draft, draft_id) is not None


@pytest.mark.parametrize("role", KNOWN)
def test_a_right_post_in_a_thread_of_ones_own_does_not_reach_it(role, world, browser_as):
    """Fields that name the secret thread or group beside a right address change nothing there."""
    group_id = group_called(SLUG).id
    before = len(db.session.scalars(select(Post).where(Post.thread_id == world.secret_id)).all())
    browser_as(role).post(f"/threads/{world.elsewhere_id}/posts", data={
        "body": "Proef", "thread_id": str(world.secret_id), "group_id": str(group_id),
        "place": f"thread:{world.secret_id}"})  # fmt: skip
    db.session.rollback()
    assert len(db.session.scalars(select(Post).where(Post.thread_id == world.secret_id)).all()) == before


def test_who_has_left_it_is_an_outsider_at_once(world, browser_as):
    """GRP-15: with the membership everything of it is gone, the bell and one's drafts included."""
    browser = browser_as("bert")
    world.draft_of("bert", f"thread:{world.secret_id}")
    assert browser.get(f"/threads/{world.secret_id}").status_code == 302
    browser.post(f"/groups/{SLUG}/leave")
    for method, secret, _never in addresses(world):
        assert browser.open(secret, method=method).status_code == 404, secret
    for page in ("/", "/groups", "/notifications", "/notifications?tab=other", "/account/notifications",
                 "/account/drafts"):  # fmt: skip
        assert "Externe veiligheid" not in page_without_toast(browser, page), page
        assert "Bijna-ongeval" not in browser.get(page).text, page


def page_without_toast(browser, page):
    """The line that says one left names the group once, to the person who left."""
    browser.get("/account")
    return browser.get(page).text


def test_members_do_find_it(world, browser_as):
    """Positive control."""
    for role in ("emma", "paul", "bert"):
        assert browser_as(role).get(f"/groups/{SLUG}").status_code == 200
        assert "Externe veiligheid" in browser_as(role).get("/groups").text
    assert actor_named("emma").is_staff


def test_someone_who_is_known_in_a_confidential_group_alone_is_not_reported_outside_it(
    make_guest_of_the_secret_group, emma, dirk, sign_in
):
    """GRP-4, decisions 36: the coordinator would learn of them."""
    guest = make_guest_of_the_secret_group("Gonda Geheim", "Instituut Elders", "adviseur")
    page = sign_in(emma).get(f"/people/{guest.id}")
    assert page.status_code == 200
    assert "/reports/new" not in page.text
    with pytest.raises(Forbidden):
        moderation.file_report(emma, "person", guest.id, reason=Reason.CONDUCT)
    with pytest.raises(NotFound):
        moderation.file_report(dirk, "person", guest.id, reason=Reason.CONDUCT)

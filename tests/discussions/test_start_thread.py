"""Starting a thread: a kind, a title, a text, and nothing else."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.accounts.models import Actor, Person
from app.core.errors import Forbidden
from app.core.extensions import db
from app.discussions.models import BODY_MOST, Thread, ThreadKind
from app.discussions.policy import can_read_thread
from tests.conftest import group_called, new_thread, words_of
from tests.discussions.conftest import drafts_of, hidden_field, posts_in, text_in_box

WHERE = "/groups/energie/threads"
PLAIN = {"kind": "question", "title": "Wie heeft warmte over?", "body": "Wij zoeken 60 graden."}


def threads():
    db.session.rollback()
    return db.session.scalars(select(Thread).order_by(Thread.id)).all()


def test_a_kind_a_title_and_a_text_make_a_thread(bram, energie, sign_in):
    """DISC-30"""
    browser = sign_in(bram)
    answer = browser.post(WHERE, data=PLAIN)
    [made] = threads()
    assert (answer.status_code, answer.location) == (303, made.link)
    assert (made.kind, made.title, made.mail_subject) == (ThreadKind.QUESTION, PLAIN["title"], PLAIN["title"])
    page = words_of(browser.get(made.link).text)
    assert "Wij zoeken 60 graden." in page
    assert "Bram Boelens · Vezelwerk Emmen" in page


def test_a_thread_without_a_kind_is_a_discussion(bram, energie, sign_in):
    """Decision 19"""
    sign_in(bram).post(WHERE, data={name: PLAIN[name] for name in ("title", "body")})
    assert threads()[0].kind is ThreadKind.DISCUSSION


def test_the_form_asks_for_nothing_else(bram, sign_in):
    """DISC-30"""
    page = sign_in(bram).get(f"{WHERE}/new").text
    form = page[page.index('<form class="composer"') : page.index("</form>", page.index('<form class="composer"'))]
    asked = {name for name in ("kind", "title", "body", "tags", "file") if f'name="{name}"' in form}
    assert asked == {"kind", "title", "body", "file"}  # files are offered (DISC-27), and needed by nobody
    assert "required" not in re.search(r'<input[^>]* name="file"[^>]*>', form)[0]
    assert form.count('type="radio"') == 5


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Schrijf hier nog iets."),
        ({"title": "Kort"}, "Dit heeft minstens 5 tekens nodig."),
        ({"title": "a" * 151}, "Uw tekst is 1 teken te lang"),
        ({"title": "\u200b" * 20}, "Schrijf hier nog iets."),
        ({"body": ""}, "Schrijf hier nog iets."),
        ({"body": "b" * (BODY_MOST + 412)}, "Uw tekst is 412 tekens te lang"),
        ({"kind": "poll"}, ""),
    ],
)
def test_a_refused_thread_keeps_everything_that_was_typed(bram, energie, sign_in, wrong, sentence):
    """Section 5: 422, with title and text still there."""
    typed = {**PLAIN, **wrong}
    answer = sign_in(bram).post(WHERE, data=typed)
    assert answer.status_code == 422
    assert sentence.lower() in words_of(answer.text).lower()
    assert text_in_box(answer.text) == typed["body"]
    if typed["title"].strip("\u200b"):
        assert hidden_title(answer.text) == typed["title"]
    assert threads() == []


def hidden_title(page):
    tag = page[page.rindex("<input", 0, page.index('name="title"')) :]
    return tag[: tag.index(">")].split('value="')[1].split('"')[0]


def test_a_title_is_one_line_and_turns_no_text_around(bram, energie, sign_in):
    """Bad input: odd Unicode in a title."""
    sign_in(bram).post(WHERE, data={**PLAIN, "title": "  Warmte\u202e \r\n in\x00 Emmen  <b>x</b> "})
    assert threads()[0].title == "Warmte in Emmen <b>x</b>"


def test_a_title_is_shown_as_it_was_typed(bram, energie, sign_in):
    """DISC-15: markup in a title is text."""
    browser = sign_in(bram)
    answer = browser.post(WHERE, data={**PLAIN, "title": "<script>alert(1)</script>"})
    for page in (browser.get(answer.location).text, browser.get(WHERE).text, browser.get("/groups/energie").text):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_title_of_signs_only_still_has_an_address(bram, energie, sign_in):
    browser = sign_in(bram)
    answer = browser.post(WHERE, data={**PLAIN, "title": "漢字漢字漢字"})
    assert answer.location == f"/threads/{threads()[0].id}"
    assert browser.get(answer.location).status_code == 200


def test_a_script_is_told_where_the_thread_stands_and_whether_it_is_as_sent(bram, energie, sign_in):
    """DISC-19"""
    browser, sent = sign_in(bram), {**PLAIN, "client_id": str(uuid4())}
    first = browser.post(WHERE, data=sent, headers={"Accept": "application/json"})
    [made] = threads()
    assert (first.status_code, first.json) == (201, {"id": made.id, "url": made.link, "is_as_sent": True})
    for changed in ({"title": "Wie heeft er warmte over?"}, {"body": "Wij zoeken 70 graden."}):
        again = browser.post(WHERE, data={**sent, **changed}, headers={"Accept": "application/json"})
        assert again.json == {**first.json, "is_as_sent": False}


def test_the_same_act_sent_twice_makes_one_thread(bram, energie, sign_in):
    """DISC-19"""
    browser = sign_in(bram)
    client_id = hidden_field(browser.get(f"{WHERE}/new").text, "client_id")
    places = {browser.post(WHERE, data={**PLAIN, "client_id": client_id}).location for _ in range(3)}
    assert places == {threads()[0].link}
    assert len(threads()) == 1


def test_ten_equal_clicks_at_one_moment_make_one_thread(bram, energie, at_the_same_moment):
    """DISC-19, section 7.2"""
    from app.accounts.models import Actor
    from app.discussions.service import NewThread, start_thread
    from tests.conftest import written

    bram_id, client_id = bram.id, str(uuid4())

    def click():
        new = NewThread(title=PLAIN["title"])
        return start_thread(Actor.of_person(bram_id), group_called("energie"), new, written("Tekst.", client_id)).id

    answers = at_the_same_moment(*[click] * 10)
    assert set(answers) == {threads()[0].id}
    assert len(threads()) == 1
    assert [post.position for post in posts_in(threads()[0].id)] == [1]


def test_a_started_thread_leaves_no_draft_behind(bram, energie, sign_in):
    browser = sign_in(bram)
    browser.post("/account/drafts", data={"place": f"group:{energie.id}", "title": "Wie heeft", "body": "Wij zo"})
    assert len(drafts_of(bram)) == 1
    browser.post(WHERE, data=PLAIN)
    assert drafts_of(bram) == []


def test_who_does_not_take_part_in_a_group_on_request_starts_nothing_there(carla, personeelsmobiliteit, sign_in):
    """GRP-3: for a non-member its threads are not there."""
    for answer in (
        sign_in(carla).get("/groups/personeelsmobiliteit/threads/new"),
        sign_in(carla).post("/groups/personeelsmobiliteit/threads", data=PLAIN),
    ):
        assert answer.status_code == 404
    assert threads() == []


def test_a_guest_starts_threads_only_where_taking_part(gijs, energie, innovatie):
    """DISC section 3"""
    assert new_thread(gijs, innovatie).id
    with pytest.raises(Forbidden):
        new_thread(gijs, energie)


def test_below_each_box_stands_how_many_will_read_it(thread, secret_thread, bram, emma, sign_in):
    """DISC-20: of a reply, of its form alone and of a new thread, as many as the rule lets read."""
    boxes = {bram: ("energie", thread), emma: ("externe-veiligheid", secret_thread)}
    for writer, (slug, place) in boxes.items():
        reading = [reader for person in db.session.scalars(select(Person))
                   if (reader := Actor.of_person(person.id)) and can_read_thread(reader, place)]  # fmt: skip
        companies = {reader.company_id for reader in reading}
        browser = sign_in(writer)
        for address in (place.link, f"/threads/{place.id}/reply", f"/groups/{slug}/threads/new"):
            page = words_of(browser.get(address).text)
            assert f"{len(reading)} mensen van {len(companies)} bedrijven kunnen dit lezen; " in page, address

"""Replying: a post gets the next place, once, and the right people hear of it."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from app.core.errors import Conflict, Forbidden, NotFound
from app.core.extensions import db
from app.core.transaction import is_writing
from app.discussions import queries
from app.discussions.models import BODY_MOST, GroupTally, Post, Thread
from app.discussions.service import close_thread, mark_seen
from app.notifications.models import Notification
from tests.conftest import actor_named, new_thread, reply, words_of, written
from tests.discussions.conftest import (
    AS_SCRIPT,
    drafts_of,
    hidden_field,
    position_of,
    posts_in,
    replying,
    text_in_box,
)

ROOT = Path(__file__).parents[2]
MEMBERS_OF_ENERGIE = ("anna", "bram", "otto", "sander", "mark", "harm", "marieke", "rik")


def send(browser, thread_id, body, client_id=None, **more):
    return browser.post(f"/threads/{thread_id}/posts", data={"body": body, "client_id": client_id or ""}, **more)


def test_a_reply_appears_in_the_thread(thread, bram, sign_in):
    browser = sign_in(bram)
    answer = browser.post(f"/threads/{thread.id}/posts", data={"body": "Wij hebben 60 graden over."})
    assert answer.status_code == 303
    assert "Wij hebben 60 graden over." in browser.get(answer.location).text


def test_a_script_is_told_where_the_new_post_stands(thread, bram, sign_in):
    answer = send(sign_in(bram), thread.id, "Wij ook.", headers=AS_SCRIPT)
    post = posts_in(thread.id)[-1]
    assert answer.status_code == 201
    url = f"{post.thread.link}?page=1#post-{post.id}"
    assert answer.json == {"id": post.id, "position": 2, "url": url, "is_as_sent": True}


def test_the_composer_stands_under_the_posts_and_alone_on_its_own_page(thread, bram, sign_in):
    """DISC-13: the same form, for the same address."""
    browser = sign_in(bram)
    under_the_posts = browser.get(thread.link).text
    alone = browser.get(f"/threads/{thread.id}/reply").text
    for page in (under_the_posts, alone):
        form = page[page.index('<form class="composer"') :]
        assert f'action="/threads/{thread.id}/posts"' in form
        assert hidden_field(form, "client_id")
        assert text_in_box(form) == ""
    assert under_the_posts.index('<article class="post"') < under_the_posts.index('<form class="composer"')


def test_an_outsider_of_a_confidential_group_does_not_learn_that_the_thread_exists(secret_thread, carla, sign_in):
    """GRP-4"""
    answer = sign_in(carla).post(f"/threads/{secret_thread.id}/posts", data={"body": "Hoi"})
    assert answer.status_code == 404
    with pytest.raises(NotFound):
        queries.get_thread(carla, secret_thread.id)


# Once


def test_the_same_act_sent_twice_gives_one_post_and_the_same_answer(thread, bram, sign_in):
    """DISC-19"""
    browser, client_id = sign_in(bram), str(uuid4())
    first = send(browser, thread.id, "Eenmaal.", client_id, headers=AS_SCRIPT)
    again = send(browser, thread.id, "Eenmaal.", client_id, headers=AS_SCRIPT)
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert len(posts_in(thread.id)) == 2


def test_a_script_is_told_when_an_earlier_text_was_placed_in_place_of_the_changed_one(thread, bram, sign_in):
    """DISC-19: what the writer changed after an answer that never came is still to be placed."""
    browser, client_id = sign_in(bram), str(uuid4())
    first = send(browser, thread.id, "Eenmaal.", client_id, headers=AS_SCRIPT)
    again = send(browser, thread.id, "Eenmaal. En nog iets.", client_id, headers=AS_SCRIPT)
    assert again.json == {**first.json, "is_as_sent": False}
    assert [post.body_md for post in posts_in(thread.id)][1:] == ["Eenmaal."]


def test_a_reload_of_the_sent_form_leads_to_the_same_place(thread, bram, sign_in):
    """DISC-19: without a script too."""
    browser, client_id = sign_in(bram), str(uuid4())
    places = {send(browser, thread.id, "Eenmaal.", client_id).location for _ in range(3)}
    assert len(places) == 1
    assert len(posts_in(thread.id)) == 2


def test_a_retry_after_the_thread_was_closed_still_gives_the_post_it_made(thread, anna, bram):
    """DISC-19: what was placed was placed."""
    client_id = str(uuid4())
    placed = reply(bram, thread, "Net op tijd.", client_id).id
    close_thread(anna, thread)
    assert reply(bram, thread, "Net op tijd.", client_id).id == placed


def test_two_people_may_use_the_same_client_id(thread, anna, bram):
    """DISC-19: unique per person, so nobody can claim another's post."""
    client_id = str(uuid4())
    assert reply(anna, thread, "Van Anna.", client_id).id != reply(bram, thread, "Van Bram.", client_id).id


@pytest.mark.parametrize("client_id", ["", "1", "x" * 500, "' OR 1=1 --", "00000000-0000-0000-0000-00000000000g"])
def test_a_client_id_that_is_none_counts_as_absent(thread, bram, sign_in, client_id):
    """DISC-19, decision 19: two acts without a name are two acts."""
    browser = sign_in(bram)
    answers = [send(browser, thread.id, "Zonder naam.", client_id).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert [post.client_id for post in posts_in(thread.id)[1:]] == [None, None]


def test_ten_equal_clicks_at_one_moment_give_one_post_and_ten_equal_answers(thread, bram, at_the_same_moment):
    """DISC-19, section 7.2"""
    act = replying(bram.id, thread.id, "Dubbelklik.", str(uuid4()))
    answers = at_the_same_moment(*[act] * 10)
    posts = posts_in(thread.id)
    assert [post.position for post in posts] == [1, 2]
    assert answers == [(posts[1].id, 2)] * 10


def test_a_reply_sent_twice_does_not_use_the_next_position(thread, bram):
    """DISC-21"""
    client_id = str(uuid4())
    for _ in range(3):
        reply(bram, thread, "Eenmaal.", client_id)
    assert reply(bram, thread, "Daarna.").position == 3


# Order


def test_fifty_replies_at_one_moment_get_fifty_successive_positions(thread, at_the_same_moment):
    """DISC-21, section 7.1"""
    people = [actor_named(key).id for key in MEMBERS_OF_ENERGIE]
    acts = [replying(people[number % len(people)], thread.id, f"Bericht {number}.") for number in range(50)]
    answers = at_the_same_moment(*acts)
    posts = posts_in(thread.id)
    assert [post.position for post in posts] == list(range(1, 52))
    assert sorted(answers) == sorted((post.id, post.position) for post in posts[1:])
    assert {post.body_md for post in posts[1:]} == {f"Bericht {number}." for number in range(50)}
    assert db.session.get_one(Thread, thread.id).last_position == 51


def test_replies_in_two_threads_of_a_group_arrive_in_one_order_without_ties(
    anna, bram, energie, thread, at_the_same_moment
):
    """DISC-21: `seq` rises through the whole group, for "alles gezien" counts by it."""
    other = new_thread(anna, energie, "Een tweede onderwerp").id
    here = thread.id
    at_the_same_moment(*[replying(bram.id, place, "Nu.") for place in (here, other) * 10])
    seqs = sorted(post.seq for place in (here, other) for post in posts_in(place))
    assert len(set(seqs)) == 22
    assert seqs[-1] == db.session.get_one(GroupTally, energie.id).last_seq
    for place in (here, other):
        assert [post.seq for post in posts_in(place)] == sorted(post.seq for post in posts_in(place))


def test_the_first_posts_of_a_group_may_come_at_one_moment(anna, bram, energie, at_the_same_moment):
    """DISC-21: also where nobody wrote before."""

    def starting(key, number):
        return lambda: new_thread(actor_named(key), db.session.merge(energie), f"Onderwerp nummer {number}").last_seq

    answers = at_the_same_moment(*[starting(("anna", "bram")[number % 2], number) for number in range(8)])
    assert sorted(answers) == list(range(1, 9))


WRITER = """
import sys
from pathlib import Path
from app import create_app
from app.core.extensions import db
from app.discussions.models import Thread
from tests.conftest import actor_named, reply, settings_for
url, key, thread_id, many = sys.argv[1:]
with create_app(settings_for(url, Path(sys.argv[0]).parent), at_once=True).app_context():
    for number in range(int(many)):
        reply(actor_named(key), db.session.get_one(Thread, int(thread_id)), f"{key} {number}")
"""


@pytest.mark.slow
def test_several_processes_write_in_one_thread_without_gap_or_double(thread, store, tmp_path):
    """DISC-21, section 7.1: processes share nothing but the database."""
    command = [sys.executable, "-c", WRITER, store.url]
    paths = {**os.environ, "PYTHONPATH": str(ROOT)}
    thread_id = thread.id
    db.session.rollback()
    writers = [
        subprocess.Popen([*command, key, str(thread_id), "15"], cwd=tmp_path, env=paths)
        for key in MEMBERS_OF_ENERGIE[:3]
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    assert [post.position for post in posts_in(thread_id)] == list(range(1, 47))


# Reading along


def test_ones_own_reply_counts_as_reading_when_nothing_unseen_lies_before_it(thread, bram):
    """DISC-8"""
    mark_seen(bram, thread, 1)
    reply(bram, thread)
    assert position_of(bram, thread.id) == 2


def test_ones_own_reply_leaves_an_unseen_post_before_it_unread(thread, anna, bram):
    """DISC-8"""
    mark_seen(bram, thread, 1)
    reply(anna, thread, "Nog iets.")
    reply(bram, thread)
    assert position_of(bram, thread.id) == 1
    assert queries.open_thread(bram, thread.id).unread == 1


def test_ones_own_reply_passes_over_a_hidden_post(thread, anna, bram):
    """DISC-8: what nobody may read was not left unseen."""
    mark_seen(bram, thread, 1)
    hidden = reply(anna, thread, "Hoort hier niet.")
    hidden.hidden_at = hidden.created_at
    db.session.commit()
    reply(bram, thread)
    assert position_of(bram, thread.id) == 3


def test_a_reply_rings_for_those_who_wrote_in_the_thread_and_for_nobody_else(thread, anna, bram):
    """Decision 21"""
    reply(actor_named("otto"), thread)
    post = reply(bram, thread)
    told = db.session.scalars(select(Notification.person_id).where(Notification.item == post.id)).all()
    assert set(told) == {anna.id, actor_named("otto").id}


def test_who_writes_in_an_open_group_takes_part_from_then_on(thread, carla):
    """GRP-2, DISC section 3"""
    reply(carla, thread, "Mag ik meedoen?")
    assert thread.group_id in queries.unread_threads_by_group(actor_named("carla"))


# Refusals: section 5


def test_a_text_that_is_too_long_stays_in_the_box(thread, bram, sign_in):
    """Section 5: 422, with how much too long it is."""
    typed = "a" * (BODY_MOST + 412)
    answer = send(sign_in(bram), thread.id, typed)
    assert answer.status_code == 422
    assert "Uw tekst is 412 tekens te lang" in words_of(answer.text)
    assert text_in_box(answer.text) == typed
    assert len(posts_in(thread.id)) == 1


def test_a_script_hears_the_same_sentence(thread, bram, sign_in):
    answer = send(sign_in(bram), thread.id, "a" * (BODY_MOST + 412), headers=AS_SCRIPT)
    assert answer.status_code == 422
    assert "412 tekens te lang" in answer.json["error"]


def test_the_longest_text_is_taken(thread, bram, sign_in):
    """DISC section 1: 1-20,000 characters, counted in characters and not in bytes."""
    assert send(sign_in(bram), thread.id, "é" * BODY_MOST).status_code == 303
    assert len(posts_in(thread.id)[-1].body_md) == BODY_MOST


@pytest.mark.parametrize("typed", ["", "   \r\n\t ", "\u200b\u200d\ufeff", "\u2800\u3164", "\x00\x01", "\u202e\u2066"])
def test_a_text_of_which_nothing_can_be_seen_is_refused(thread, bram, sign_in, typed):
    """Bad input: empty, or only invisible signs."""
    answer = send(sign_in(bram), thread.id, typed)
    assert answer.status_code == 422
    assert "Schrijf hier nog iets." in words_of(answer.text)
    assert len(posts_in(thread.id)) == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("👩‍👩‍👧 en 𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "👩‍👩‍👧 en 𝔘𝔫𝔦𝔠𝔬𝔡𝔢"),
        ("e\u0301e\u0301n", "één"),
        ("regel\r\neinde\rhier", "regel\neinde\nhier"),
        ("nul\x00teken\x1b[31m", "nulteken[31m"),
        ("السلام עליכם 漢字 ไทย", "السلام עליכם 漢字 ไทย"),
        ("Z̤͔ͧ̑̓ä͖̭̈̇lgo", "Z̤͔ͧ̑̓ä͖̭̈̇lgo"),
        ("\ufffe\uffff", "\ufffe\uffff x"),
    ],
)
def test_odd_signs_are_kept_as_they_are(thread, bram, sign_in, typed, kept):
    """Bad input: odd Unicode."""
    answer = send(sign_in(bram), thread.id, f"{typed} x")
    assert answer.status_code == 303
    assert posts_in(thread.id)[-1].body_md == (kept if kept.endswith(" x") else f"{kept} x")


def test_half_a_sign_is_not_an_error_of_ours(thread, bram, sign_in):
    """Bad input: bytes that are no UTF-8."""
    answer = sign_in(bram).post(
        f"/threads/{thread.id}/posts", data=b"body=caf%E9+%ED%A0%80",
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert answer.status_code == 303
    assert "caf" in posts_in(thread.id)[-1].body_md


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"body": "Hoi"}', "application/json"),
        (b"{" * 50_000, "application/json"),
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"body=Hoi", "multipart/form-data"),
        (b"<body>Hoi</body>", "text/xml"),
        (b"", "application/x-www-form-urlencoded"),
        (b"&&&===", "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_form_is_refused_with_a_sentence(thread, bram, sign_in, body, kind):
    """Bad input: malformed."""
    answer = sign_in(bram).post(f"/threads/{thread.id}/posts", data=body, content_type=kind)
    assert 400 <= answer.status_code < 500
    assert "<h1>" in answer.text
    assert len(posts_in(thread.id)) == 1


def test_a_huge_body_is_refused_before_it_is_read(thread, bram, sign_in):
    """Bad input: huge."""
    answer = send(sign_in(bram), thread.id, "a" * 2_000_000)
    assert answer.status_code == 413
    assert "te groot" in words_of(answer.text)
    assert len(posts_in(thread.id)) == 1


def test_a_file_where_a_text_should_be_is_no_text(thread, bram, sign_in):
    """Bad input"""
    answer = sign_in(bram).post(f"/threads/{thread.id}/posts", data={"body": (BytesIO(b"Hoi"), "hoi.txt")})
    assert answer.status_code == 422
    assert len(posts_in(thread.id)) == 1


@pytest.mark.parametrize("number", ["1", "0", "9007199254740993", "9" * 30, "-1", "1e3", "null", "%00"])
def test_a_reply_to_nothing_gives_the_text_back(bram, sign_in, number):
    """Bad input: a wrong id."""
    answer = send(sign_in(bram), number, "Wel bewaren.")
    assert answer.status_code == 404
    assert "Wel bewaren." in answer.text


def test_a_late_reply_becomes_a_draft(thread, anna, bram, sign_in):
    """Section 5: the thread was closed while writing; the page says why and gives the text back."""
    close_thread(anna, thread)
    answer = send(sign_in(bram), thread.id, "Ik was nog bezig.")
    assert answer.status_code == 409
    assert "intussen gesloten" in words_of(answer.text)
    assert "Ik was nog bezig." in answer.text
    assert "Kopieer uw tekst" in words_of(answer.text)
    assert [(draft.place, draft.body) for draft in drafts_of(bram)] == [(f"thread:{thread.id}", "Ik was nog bezig.")]
    assert len(posts_in(thread.id)) == 1


def test_a_reply_to_a_frozen_thread_becomes_a_draft(thread, bram, sign_in):
    """Section 5"""
    thread.frozen_at = thread.created_at
    db.session.commit()
    answer = send(sign_in(bram), thread.id, "Ik was nog bezig.", headers=AS_SCRIPT)
    assert answer.status_code == 409
    assert [draft.body for draft in drafts_of(bram)] == ["Ik was nog bezig."]


def test_a_late_reply_is_given_back_even_when_there_is_no_room_for_a_draft(thread, anna, bram, sign_in):
    """Section 5: with 50 drafts, the page still says that the thread was closed and gives the text back."""
    browser = sign_in(bram)
    fill_with_drafts(browser, [new_thread(anna, thread.group, f"Onderwerp {number:02}").id for number in range(50)])
    close_thread(anna, thread)
    answer = send(browser, thread.id, "Ik was nog bezig.")
    assert answer.status_code == 409
    assert "intussen gesloten" in words_of(answer.text)
    assert "Ik was nog bezig." in answer.text


def fill_with_drafts(browser, thread_ids):
    for thread_id in thread_ids:
        kept = browser.post("/account/drafts", data={"place": f"thread:{thread_id}", "body": "Later verder."})
        assert kept.status_code == 303


def test_who_left_the_group_while_writing_gets_the_text_back(personeelsmobiliteit, sign_in):
    """Section 5: the group is closed to them now, the words are not lost."""
    wietske, tjitske = actor_named("wietske"), actor_named("tjitske")
    thread_id = new_thread(wietske, personeelsmobiliteit, "Uitlenen in stille weken").id
    browser = sign_in(tjitske)
    browser.get(f"/threads/{thread_id}/reply")
    browser.post(f"/groups/{personeelsmobiliteit.slug}/leave")
    answer = send(browser, thread_id, "Ik was nog bezig.")
    assert answer.status_code == 404
    assert "Ik was nog bezig." in answer.text
    assert len(posts_in(thread_id)) == 1


def test_a_closed_thread_takes_no_reply(thread, anna, bram):
    close_thread(anna, thread)
    with pytest.raises(Conflict):
        reply(bram, thread, "Te laat.")
    assert len(posts_in(thread.id)) == 1


def test_an_archived_group_takes_no_reply(thread, bram, energie):
    energie.archived_at = thread.created_at
    db.session.commit()
    with pytest.raises(Forbidden):
        reply(bram, thread, "Te laat.")


def test_a_session_that_ends_while_writing_brings_the_text_back_once(thread, bram, sign_in, outbox):
    """Section 7.9: sign-in by mailed code between typing and placing; the text is placed once."""
    browser, typed, client_id = sign_in(bram), "Hier werkte ik een uur aan.", str(uuid4())
    browser.get(f"/threads/{thread.id}/reply")
    db.session.execute(text("DELETE FROM sessions"))
    db.session.commit()
    refused = send(browser, thread.id, typed, client_id)
    assert refused.status_code == 401
    assert "Uw tekst is bewaard" in words_of(refused.text)
    carried = {"carried_to": f"/threads/{thread.id}/posts", "carried.body": typed, "carried.client_id": client_id}
    for name, value in carried.items():
        assert hidden_field(refused.text, name) == value
    asked = browser.post("/login/code/send", data={"email": "bram@brink.example", **carried})
    assert asked.status_code == 200
    code = "".join(sign for sign in outbox()[-1]["Subject"] if sign.isdigit())
    back = browser.post("/login/code", data={"code": code, **carried})
    assert text_in_box(back.text) == typed
    assert len(posts_in(thread.id)) == 1
    placed = [send(browser, thread.id, typed, hidden_field(back.text, "client_id")) for _ in range(2)]
    assert [answer.status_code for answer in placed] == [303, 303]
    assert [post.body_md for post in posts_in(thread.id)[1:]] == [typed]


# Rendering, cost


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[klik](javascript:alert(1))",
     "<style>*{display:none}</style>", "<iframe src='https://example.org'></iframe>"],
)  # fmt: skip
def test_a_post_carries_no_script_style_or_raw_html(thread, bram, sign_in, hostile):
    """DISC-15, section 7.11"""
    send(sign_in(bram), thread.id, f"Let op: {hostile}")
    html = posts_in(thread.id)[-1].body_html.lower()
    for sign in ("<script", "<img", "<style", "<iframe", 'href="javascript'):
        assert sign not in html


def test_an_image_from_another_site_becomes_a_link(thread, bram, sign_in):
    """DISC-15"""
    send(sign_in(bram), thread.id, "![schets](https://elders.example/schets.png)")
    html = posts_in(thread.id)[-1].body_html
    assert "<img" not in html
    assert 'href="https://elders.example/schets.png"' in html


def test_a_text_that_cannot_be_rendered_is_stored_and_shown_as_it_was_typed(thread, bram, sign_in):
    """Section 7.11: a shape that keeps Python-Markdown busy for minutes."""
    hostile = ("[" * 5_000 + "x" + "](" * 5_000)[:BODY_MOST]
    assert send(sign_in(bram), thread.id, hostile).status_code == 303
    post = posts_in(thread.id)[-1]
    assert post.body_md == hostile
    assert post.body_html.startswith("<")
    assert post.body_html.count("<a") == 0


def test_texts_are_rendered_before_the_transaction(thread, bram, energie, sign_in, monkeypatch):
    """Section 7.11, decision 26: the write lock is never held while a text is rendered, nor any connection."""
    from app.core import markup

    inside, real = [], markup.render

    def watched(text, **who):
        inside.append(is_writing() or db.session().in_transaction())
        return real(text, **who)

    monkeypatch.setattr(markup, "render", watched)
    browser = sign_in(bram)
    send(browser, thread.id, "Een reactie.")
    browser.post("/groups/energie/threads", data={"title": "Een nieuw onderwerp", "body": "Met tekst."})
    browser.post("/preview", data={"place": f"thread:{thread.id}", "body": "Nog niets."})
    assert inside == [False, False, False]


def test_a_reply_costs_the_same_in_a_long_thread_with_many_writers(
    thread, anna, bram, energie, count_statements, hold_jobs
):
    """Speed: statements grow neither with posts nor with those who hear of it; those are told by a job."""
    short, long = thread, new_thread(anna, energie, "Een lang onderwerp")
    for key in MEMBERS_OF_ENERGIE:
        for number in range(8):
            reply(actor_named(key), long, f"{key} {number}")
    reply(anna, short, "Hoeveel kost dit?")  # a word that nobody wrote before costs the index two more, once
    reply(bram, short, "Dat weet niemand.")  # and a first answer one, by which its writer hears of the others

    def cost(place):
        with count_statements() as seen, hold_jobs() as held:
            reply_as = actor_named("bram")
            reply(reply_as, place, "Hoeveel kost dit?")
        with count_statements() as told:
            for run in held:
                run()
        return len(seen), len(told)

    (asked, told), for_many = cost(short), cost(long)
    assert (asked, told) == for_many
    assert asked <= 25
    assert told <= 14


def test_nothing_of_a_refused_reply_is_written(thread, bram, sign_in):
    """Bad input: nothing written."""
    before = everything_written()
    browser = sign_in(bram)
    after_sign_in = everything_written()
    send(browser, thread.id, "")
    send(browser, thread.id, "a" * (BODY_MOST + 1))
    send(browser, 1, "Hoi")
    assert everything_written() == after_sign_in
    assert after_sign_in != before


def everything_written():
    db.session.rollback()
    return {
        table.name: db.session.execute(select(func.count()).select_from(table)).scalar()
        for table in db.metadata.sorted_tables
    }


def test_the_event_of_a_reply_carries_ids_and_no_text(thread, bram):
    """Decision 3"""
    post = reply(bram, thread, "Een geheim woord: zonnewende.")
    entry = db.session.execute(text("SELECT details FROM audit_entries ORDER BY number DESC LIMIT 1")).scalar_one()
    details = json.loads(entry) if isinstance(entry, str) else entry
    assert details == {"thread_id": thread.id, "post_id": post.id}


def test_a_failed_reply_leaves_no_gap(thread, bram):
    """DISC-21: what is undone gives its place back."""
    with pytest.raises(Exception, match="surrogates not allowed"):
        reply_that_no_database_takes(bram, thread)
    db.session.rollback()
    assert reply(bram, thread).position == 2
    assert db.session.scalar(select(func.count()).select_from(Post)) == 2


def reply_that_no_database_takes(actor, thread):
    from dataclasses import replace

    from app.discussions.service import reply_to_thread

    reply_to_thread(actor, thread, replace(written("x"), body_md="\ud800"))

"""A confidential group asks the second step again after twelve hours; before it there is nothing of it (GRP-5)."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Actor, Session
from app.accounts.policy import waits_for_second_step
from app.core.clock import now
from app.core.extensions import db
from app.documents import service as documents
from app.files import service as files
from app.groups.policy import can_read_group, can_see_group, readable_groups, standings, visible_groups
from app.groups.service import leave_group
from app.realtime.service import sweep
from tests.accounts.conftest import Forms, app_code, form_to, text_of
from tests.conftest import PASSWORD, person_named, reply
from tests.realtime.conftest import serving, socket_of  # noqa: F401 (fixtures)

SECRET = "Externe veiligheid"
SLUG = "/groups/externe-veiligheid"
STEP = "/login/step"


@pytest.fixture
def before_step(sign_in):
    """Return a browser in which the person is signed in, and did not take the second step."""
    return lambda actor: sign_in(actor, stepped_up=False)


@pytest.fixture
def bell_of_bert(app, emma, bert_id, secret_thread):
    """Somebody answers Bert in the confidential group: a line under his bell."""
    bert = Actor.of_person(bert_id)
    reply(bert, secret_thread, "Bij ons ook.")
    reply(emma, secret_thread, "Vertel.")
    return bert


@pytest.fixture
def bert_id(app):
    return person_named("bert").id


@pytest.mark.parametrize("hours", [0, 11.99, 12.01, 24])
def test_the_second_step_lasts_twelve_hours(hours, emma, sign_in, clock):
    """GRP-52, GRP-5"""
    browser, address = sign_in(emma), f"{SLUG}/members"
    clock.forward(hours=hours)
    answer = browser.get(address)
    asked = (303, f"{STEP}?next={address}")
    assert ((answer.status_code, answer.location) == asked) is (hours > 12)
    assert (answer.status_code == 200) is (hours < 12)


def test_who_takes_it_is_where_they_wanted_to_be(emma, secret_thread, before_step, clock):
    """GRP-5: the address that was asked for, with its query."""
    browser = before_step(emma)
    asked = browser.get(f"{SLUG}/threads?filter=open")
    assert asked.location == f"{STEP}?next={SLUG}/threads?filter%3Dopen"
    page = browser.get(asked.location)
    assert page.status_code == 200
    assert SECRET not in page.text
    fields = form_to(STEP, page.text)
    taken = browser.post(STEP, data={**fields, "code": app_code()})
    assert (taken.status_code, taken.location) == (303, f"{SLUG}/threads?filter=open")
    assert "Bijna-ongeval" in browser.get(taken.location).text


def test_before_it_a_page_of_the_group_and_one_that_never_was_look_the_same(emma, secret_thread, before_step):
    """Nothing tells what is behind it."""
    browser = before_step(emma)
    for there, nowhere in ((f"/threads/{secret_thread.id}", "/threads/77"), (SLUG, "/groups/bestaat-niet"),
                           (f"{SLUG}/members", "/groups/bestaat-niet/members")):  # fmt: skip
        answers = [browser.get(address) for address in (there, nowhere)]
        assert [answer.location for answer in answers] == [f"{STEP}?next={address}" for address in (there, nowhere)]
        assert answers[0].text.replace(there, "") == answers[1].text.replace(nowhere, "")


def test_what_is_no_page_of_the_group_goes_on_without_it(emma, thread, before_step):
    """Who takes part in other groups too reads and writes there as always."""
    browser = before_step(emma)
    assert browser.get("/groups/energie").status_code == 200
    assert browser.post(f"/threads/{thread.id}/posts", data={"body": "Gewoon."}).status_code == 303


@pytest.mark.parametrize("address", ["/", "/groups", "/search?q=slang", "/notifications", "/agenda",
                                     "/account/drafts", "/market", "/companies", "/bestaat-niet"])  # fmt: skip
def test_before_it_no_page_shows_anything_of_the_group(address, bell_of_bert, before_step):
    """GRP-5: no name, no count, no line under the bell."""
    page = before_step(bell_of_bert).get(address, follow_redirects=True).text
    for words in (SECRET, "externe-veiligheid", "Bijna-ongeval", "Besloten: alleen leden"):
        assert words not in page, words
    assert "Besloten: tweede stap" in page or "<h1>Tweede stap" in page


def test_after_it_the_same_pages_show_it(bell_of_bert, sign_in):
    """Positive control."""
    browser = sign_in(bell_of_bert)
    assert SECRET in browser.get("/groups").text
    assert "Bijna-ongeval" in browser.get("/search?q=slang").text
    assert "Bijna-ongeval" in browser.get("/notifications?tab=other").text


def test_the_way_to_it_stands_in_the_rail_of_its_members_only(emma, anna, before_step, sign_in):
    """GRP-4: to everyone else there is nothing to take a step for."""
    assert "Besloten: tweede stap" in before_step(emma).get("/").text
    assert "Besloten: tweede stap" not in sign_in(emma).get("/").text
    assert "Besloten: tweede stap" not in before_step(anna).get("/").text


def test_an_outsider_without_the_step_gets_404_as_ever(anna, secret_thread, before_step):
    """GRP-4: that others are asked for a step there tells them nothing."""
    browser = before_step(anna)
    assert browser.get(SLUG).status_code == 404
    assert browser.get(f"/threads/{secret_thread.id}").status_code == 404


def test_a_file_of_the_group_is_not_given_before_it(emma, externe_veiligheid, before_step, sign_in):
    """GRP-5"""
    stored = files.store(io.BytesIO(b"Een slang schoot los."), most=1000)
    file = documents.add_files(emma, externe_veiligheid, None, [files.Upload(stored, "voorval.txt")])[0]
    address = f"/documents/{file.id}/file"
    answer = before_step(emma).get(address)
    assert (answer.status_code, answer.location) == (303, f"{STEP}?next={address}")
    assert b"slang" not in answer.data
    assert b"slang" in sign_in(emma).get(address).data


def test_own_data_with_what_one_wrote_there_waits_for_it(emma, secret_thread, before_step):
    """GRP-5: the one file in which all of it stands together."""
    browser = before_step(emma)
    answer = browser.post("/account/data")
    assert answer.status_code == 401
    assert "Bijna-ongeval" not in answer.text
    browser.post(STEP, data={"code": app_code()})
    assert "slang schoot los" in browser.post("/account/data").text


def test_a_program_is_told_with_401(emma, secret_thread, before_step):
    """RFC 9470: authenticate more; scripts of ours treat it as the end of a session."""
    answer = before_step(emma).get(f"/threads/{secret_thread.id}", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert set(answer.get_json()) == {"error"}


def test_what_was_being_typed_when_the_twelve_hours_ended_comes_back(emma, secret_thread, sign_in, clock):
    """GRP-5, decisions 15: refused, kept in the page, carried through the step, and back in its box."""
    browser, target = sign_in(emma), f"/threads/{secret_thread.id}/posts"
    clock.forward(hours=12, seconds=1)
    refused = browser.post(target, data={"body": "Wij hebben\ntwee slangen."})
    assert refused.status_code == 401
    assert SECRET not in refused.text
    fields = form_to(STEP, refused.text)
    wrong = browser.post(STEP, data={**fields, "code": "000000"})
    assert wrong.status_code == 422
    fields = form_to(STEP, wrong.text)
    back = browser.post(STEP, data={**fields, "code": app_code()})
    kept = form_to(target, back.text)
    assert kept["body"] == "Wij hebben\ntwee slangen."
    assert browser.post(target, data=kept).status_code == 303
    assert "twee slangen" in browser.get(f"/threads/{secret_thread.id}", follow_redirects=True).text


def test_by_mail_the_text_comes_along_too(bert_id, secret_thread, before_step, outbox):
    """decisions 15: through the letter as well."""
    browser, target = before_step(Actor.of_person(bert_id)), f"/threads/{secret_thread.id}/posts"
    refused = browser.post(target, data={"body": "Nog hier."})
    sent = browser.post(f"{STEP}/send", data=form_to(f"{STEP}/send", refused.text))
    code = next(word for word in text_of(outbox()[-1]).split() if word.isdecimal() and len(word) == 6)
    back = browser.post(STEP, data={**form_to(STEP, sent.text), "code": code})
    assert form_to(target, back.text)["body"] == "Nog hier."


def test_a_member_without_an_app_takes_it_by_a_letter_after_their_password(someone_in_the_group, before_step, outbox):
    """GRP-52: a mailed code after a password."""
    browser = before_step(someone_in_the_group)
    page = browser.get(browser.get(SLUG).location)
    assert f"{STEP}/send" in {action for action, _fields in Forms(page.text).found}
    browser.post(f"{STEP}/send", data={"next": SLUG})
    code = next(word for word in text_of(outbox()[-1]).split() if word.isdecimal() and len(word) == 6)
    assert browser.post(STEP, data={"code": code, "by": "mail", "next": SLUG}).location == SLUG
    assert browser.get(SLUG).status_code == 200


def test_who_signed_in_by_a_letter_types_the_password_before_the_next(someone_in_the_group, browser_with, outbox):
    """GRP-52: two letters are one step taken twice."""
    from app.accounts.models import Person
    from app.accounts.service import start_session

    person = db.session.get_one(Person, someone_in_the_group.id)
    browser = browser_with(start_session(person, browser="tests", by_code=True))
    assert 'type="password"' in browser.get(f"{STEP}?next={SLUG}").text
    for typed in ("", "een fout wachtwoord"):
        assert browser.post(f"{STEP}/send", data={"current": typed}).status_code == 422
    assert outbox() == []
    assert browser.post(f"{STEP}/send", data={"current": PASSWORD}).status_code == 303
    code = next(word for word in text_of(outbox()[-1]).split() if word.isdecimal() and len(word) == 6)
    assert browser.post(STEP, data={"code": code, "by": "mail", "next": SLUG}).location == SLUG


def test_who_has_neither_app_nor_password_is_told_what_to_set_up(someone_in_the_group, browser_with, outbox):
    """GRP-52, look.md: no dead ends."""
    from app.accounts.models import Person
    from app.accounts.service import start_session

    person = db.session.get_one(Person, someone_in_the_group.id)
    person.password_hash = None
    db.session.commit()
    browser = browser_with(start_session(person, browser="tests", by_code=True))
    page = browser.get(f"{STEP}?next={SLUG}").text
    assert "een tweede mail is geen tweede stap" in page
    assert "/account/security/step?next=" in page
    assert browser.post(f"{STEP}/send").status_code in (401, 404)
    assert outbox() == []


@pytest.fixture
def someone_in_the_group(app, emma, externe_veiligheid):
    """Anna, whom Emma took in: she has a password and no app."""
    from app.groups.service import add_member

    add_member(emma, externe_veiligheid, person_named("anna"))
    return Actor.of_person(person_named("anna").id)


def test_who_left_the_group_is_asked_for_nothing(bert_id, externe_veiligheid, before_step):
    """GRP-18"""
    leave_group(Actor.of_person(bert_id), externe_veiligheid)
    browser = before_step(Actor.of_person(bert_id))
    assert browser.get(SLUG).status_code == 404
    assert browser.get("/threads/77").status_code == 404


def test_the_rules_and_their_twins_agree_before_and_after_it(emma, externe_veiligheid, sign_in, clock):
    """GRP-5: one sentence, asked of the person and of the database; letters and jobs have no session to ask it of."""
    sign_in(emma)
    row = db.session.scalars(select(Session).where(Session.person_id == emma.id)).one()
    for hours, is_there in ((0, True), (13, False)):
        clock.forward(hours=hours)
        actor = Actor.of_session(row.token_hash)
        assert can_see_group(actor, externe_veiligheid) is can_read_group(actor, externe_veiligheid) is is_there
        for twin in (visible_groups, readable_groups):
            assert (externe_veiligheid in db.session.scalars(twin(actor)).all()) is is_there
        assert (externe_veiligheid.id in standings(actor)) is is_there
        assert waits_for_second_step(actor) is not is_there
    assert can_read_group(Actor.of_person(emma.id), externe_veiligheid)


# --- Live ---


def test_before_it_no_message_opens_a_room_of_the_group(emma, secret_thread, before_step, socket_of):  # noqa: F811
    """GRP-5: the same answer as of a thread that never was."""
    socket = socket_of(emma, before_step(emma))
    said = [socket.send("thread:watch", {"thread_id": number}) for number in (secret_thread.id, 77)]
    assert said[0] == said[1]
    assert not said[0]["ok"]


def test_an_open_page_leaves_the_rooms_when_the_twelve_hours_end(emma, secret_thread, socket_of, clock):  # noqa: F811
    """GRP-5: at the next sweep; it may come back, and gets no further than a message does."""
    socket, thread_id = socket_of(emma), secret_thread.id
    assert socket.send("thread:watch", {"thread_id": thread_id})["ok"]
    sweep()
    assert socket.is_open()
    clock.forward(hours=12, seconds=1)
    assert not socket.send("thread:watch", {"thread_id": thread_id})["ok"]
    sweep()
    assert socket.heard()[-1] == ("session:ended", {"may_return": True})
    assert not socket.is_open()
    again = socket_of(emma, socket.browser)
    assert not again.send("thread:watch", {"thread_id": thread_id})["ok"]
    sweep()
    assert again.is_open()


def test_a_page_that_waits_for_the_step_hears_no_bell_of_the_group(bert_id, emma, secret_thread, before_step,
                                                                   sign_in, socket_of):  # noqa: F811  # fmt: skip
    """GRP-5: that something was written there is news of it too; another page of theirs, after the step, does."""
    bert = Actor.of_person(bert_id)
    reply(bert, secret_thread, "Bij ons ook.")
    waiting, after = socket_of(bert, before_step(bert)), socket_of(bert, sign_in(bert))
    reply(emma, secret_thread, "Vertel.")
    assert "notification" not in waiting.names_heard()
    assert "notification" in after.names_heard()


def test_a_session_is_stepped_up_by_its_own_step_only(emma, sign_in, before_step):
    """trust 1: a second browser of the same person takes its own."""
    sign_in(emma)
    assert before_step(emma).get(SLUG).status_code == 303
    stepped = db.session.scalars(select(Session.stepped_up_at).where(Session.person_id == emma.id)).all()
    assert sorted(value is None for value in stepped) == [False, True]
    assert all(value is None or now() - value < timedelta(minutes=1) for value in stepped)


def test_a_new_thread_there_is_not_begun_before_it_either(emma, before_step):
    browser = before_step(emma)
    refused = browser.post(f"{SLUG}/threads", data={"title": "Slang los", "body": "Bij het lossen."})
    assert refused.status_code == 401
    fields = form_to(STEP, refused.text)
    assert (fields["carried.title"], fields["carried.body"]) == ("Slang los", "Bij het lossen.")

"""A session ends while someone writes: the text travels in the page through sign-in and is placed once."""

import re
import uuid

import pytest
from sqlalchemy import func, select

from app.accounts import service
from app.accounts.forms import SignInForm
from app.accounts.models import Session
from app.core.extensions import db
from app.core.forms import carried_fields
from app.discussions.models import Post, Thread
from tests.accounts.conftest import Forms, form_to, other_than, words_in_database
from tests.conftest import PASSWORD

BODY = 'Een "lange" tekst\n\nmet <b>tekens</b> & een é, ’s avonds.\n  Ingesprongen.'
EMAIL = "anna@brink.example"


@pytest.fixture
def writing(someone, anna):
    """Anna's browser, in the middle of a text when her session ends."""
    browser = someone()
    browser.with_password(EMAIL)
    service.end_other_sessions(anna, but=None)
    return browser


@pytest.fixture
def typed():
    return {"body": BODY, "client_id": str(uuid.uuid4())}


def posts(body=BODY):
    return db.session.scalar(select(func.count(Post.id)).where(Post.body_md == body))


def send(browser, page, address):
    return browser.post(address, data=form_to(address, page))


def test_the_answer_is_401_with_the_sign_in_form_and_nothing_is_placed(thread, writing, typed):
    """groups.md 5, decisions 15"""
    answer = writing.post(f"/threads/{thread.id}/posts", data=typed)
    assert answer.status_code == 401
    fields = form_to("/login", answer.text)
    assert fields["carried_to"] == f"/threads/{thread.id}/posts"
    assert fields["carried.body"] == BODY
    assert fields["carried.client_id"] == typed["client_id"]
    assert posts() == 0


def test_the_text_travels_through_the_password_and_is_placed_once(thread, writing, typed):
    """groups.md 5"""
    address = f"/threads/{thread.id}/posts"
    page = writing.post(address, data=typed).text
    fields = {**form_to("/login", page), "email": EMAIL, "password": PASSWORD}
    wrong = writing.post("/login", data={**fields, "password": "wrong-password"})
    assert form_to("/login", wrong.text)["carried.body"] == BODY

    back = writing.post("/login", data={**form_to("/login", wrong.text), "email": EMAIL, "password": PASSWORD})

    assert back.status_code == 200
    assert form_to(address, back.text)["body"] == BODY
    assert posts() == 0
    first, second = send(writing, back.text, address), send(writing, back.text, address)
    assert (first.status_code, first.location) == (303, second.location)
    assert posts() == 1


def test_the_text_travels_through_the_code_and_is_placed_once(thread, writing, typed, code_mailed):
    """groups.md 5: asking the code, a wrong code, a new code, the right one."""
    address = f"/threads/{thread.id}/posts"
    page = writing.post(address, data=typed).text
    sent = writing.post("/login/code/send", data={**form_to("/login", page), "email": EMAIL})
    assert sent.status_code == 200
    code_form = form_to("/login/code", sent.text)
    wrong = writing.post("/login/code", data={**code_form, "code": other_than(code_mailed())})
    assert wrong.status_code == 422
    writing.wait_a_minute()
    again = writing.post("/login/code/send", data=form_to("/login/code/send", wrong.text))
    assert again.status_code == 200
    back = writing.post("/login/code", data={**form_to("/login/code", again.text), "code": code_mailed()})
    assert form_to(address, back.text)["body"] == BODY
    assert send(writing, back.text, address).status_code == 303
    assert send(writing, back.text, address).status_code == 303
    assert posts() == 1


def test_a_new_thread_travels_with_its_title_and_kind(energie, writing, typed):
    """groups.md 5"""
    title = 'Wie heeft "ruimte" & tijd?'
    page = writing.post("/groups/energie/threads", data={**typed, "title": title, "kind": "question"}).text
    back = writing.post("/login", data={**form_to("/login", page), "email": EMAIL, "password": PASSWORD})
    assert send(writing, back.text, "/groups/energie/threads").status_code == 303
    made = db.session.scalars(select(Thread)).one()
    assert (made.title, made.kind.value) == (title, "question")
    assert posts() == 1


def test_nothing_typed_stays_in_cookie_or_database_on_the_way(thread, writing, typed):
    """groups.md 5: in the page only."""
    page = writing.post(f"/threads/{thread.id}/posts", data=typed).text
    writing.post("/login/code/send", data={**form_to("/login", page), "email": EMAIL})
    with writing.session_transaction() as cookie:
        assert BODY not in str(dict(cookie))
    assert not [where for where, words in words_in_database() if "Ingesprongen" in words]


def test_no_page_on_the_way_may_be_kept_by_the_browser(thread, writing, typed):
    """groups.md 5: never in browser storage."""
    answer = writing.post(f"/threads/{thread.id}/posts", data=typed)
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_only_fields_of_the_form_travel_and_no_password(app, thread, writing):
    """decisions 15"""
    page = writing.post(f"/threads/{thread.id}/posts", data={"body": "a", "position": "7", "author_id": "1"}).text
    assert {name for name in form_to("/login", page) if name.startswith("carried.")} <= {
        "carried.body", "carried.client_id"}  # fmt: skip
    page = writing.post("/account/security", data={"password": "een-heel-nieuw-wachtwoord"}).text
    assert "een-heel-nieuw-wachtwoord" not in page
    with app.test_request_context():
        carried = carried_fields(SignInForm, {"email": EMAIL, "password": PASSWORD, "other": "x"})
    assert [field.name for field in carried] == ["email"]


def test_at_most_100_kb_travels(thread, writing):
    """decisions 15"""
    fits = writing.post(f"/threads/{thread.id}/posts", data={"body": "a" * 100_000}).text
    too_much = writing.post(f"/threads/{thread.id}/posts", data={"body": "a" * 100_001}).text
    assert form_to("/login", fits)["carried.body"] == "a" * 100_000
    assert "carried.body" not in form_to("/login", too_much)


@pytest.mark.parametrize("target", ["https://evil.example/threads/1/posts", "//evil.example/threads/1/posts",
                                    "/nowhere", "http://[", "", "/login", "javascript:alert(1)"])  # fmt: skip
def test_carried_text_is_never_sent_to_another_site(app, browser, target):
    answer = browser.with_password(EMAIL, carried_to=target, **{"carried.body": "Geheim", "carried.email": "x"})
    if answer.status_code == 303:
        assert answer.location == "/"
    else:
        assert {action for action, _ in Forms(answer.text).found if action and "threads" in action} == {
            "/threads/1/posts"}  # fmt: skip
        assert "evil.example" not in answer.text


def test_someone_else_who_signs_in_there_places_it_only_where_they_may(secret_thread, someone, emma):
    """The right is that of whoever signed in."""
    browser = someone()
    browser.with_password("emma@brink.example")
    service.end_other_sessions(emma, but=None)
    address = f"/threads/{secret_thread.id}/posts"
    page = browser.post(address, data={"body": BODY}).text
    back = browser.post("/login", data={**form_to("/login", page), "email": "carla@brink.example",
                                        "password": PASSWORD})  # fmt: skip
    assert send(browser, back.text, address).status_code == 404
    assert posts() == 0


def test_a_script_hears_401_in_json(thread, writing):
    """trust 1"""
    answer = writing.post(f"/threads/{thread.id}/posts", data={"body": BODY}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.is_json) == (401, True)


def test_a_page_asked_without_a_session_leads_to_signing_in_and_back(thread, writing):
    """trust 1"""
    answer = writing.get("/groups/energie/threads?filter=unread")
    assert answer.status_code == 303
    page = writing.get(answer.location).text
    back = writing.post("/login", data={**form_to("/login", page), "email": EMAIL, "password": PASSWORD})
    assert back.location == "/groups/energie/threads?filter=unread"


@pytest.mark.parametrize("token", ["", "nonsense", "IjEyMyI.aaaa.bbbb"])
def test_an_old_token_from_our_own_page_gives_the_text_back_with_400(thread, anna, sign_in, typed, token):
    """decisions 15: 400, the text, and "Nog eens versturen"; sending that page again places it."""
    browser, address = sign_in(anna), f"/threads/{thread.id}/posts"
    answer = browser.post(address, data=typed, headers={"X-CSRFToken": token})
    assert answer.status_code == 400
    assert "Nog eens versturen" in answer.text
    fields = form_to(address, answer.text)
    assert fields["body"] == BODY
    assert posts() == 0
    assert browser.post(address, data=fields, headers={"X-CSRFToken": ""}).status_code == 303
    assert posts() == 1


@pytest.mark.parametrize("headers", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost.evil.example"},
    {"Origin": "https://localhost"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
])  # fmt: skip
def test_a_form_of_another_site_gets_a_bare_403(thread, anna, sign_in, typed, headers):
    """decisions 14 and 15, trust 4: also with the right token."""
    answer = sign_in(anna).post(f"/threads/{thread.id}/posts", data=typed, headers=headers)
    assert answer.status_code == 403
    assert "Ingesprongen" not in answer.text
    assert posts() == 0


def test_where_a_browser_says_neither_origin_nor_site_the_token_decides(thread, anna, sign_in, typed, app):
    """decisions 14"""
    from flask.testing import FlaskClient

    browser, address = sign_in(anna), f"/threads/{thread.id}/posts"
    token = browser.fetch_token()
    with app.app_context():
        without = FlaskClient.open(browser, address, method="POST", data=typed)
    with app.app_context():
        right = FlaskClient.open(browser, address, method="POST", data={**typed, "csrf_token": token})
    assert (without.status_code, right.status_code) == (400, 303)


def test_signing_in_needs_a_token_too(app, someone):
    """trust 4"""
    browser = someone()
    for address in ("/login", "/login/code/send", "/login/code", "/password/reset"):
        fields = {"email": EMAIL, "password": PASSWORD}
        assert browser.post(address, data=fields, headers={"X-CSRFToken": "x"}).status_code == 400
    assert db.session.scalar(select(func.count(Session.id))) == 0


def test_two_tabs_each_get_their_own_text_back(thread, writing, typed):
    """decisions 15: signing in on one makes the token of the other old."""
    address = f"/threads/{thread.id}/posts"
    first = writing.post(address, data={**typed, "body": "Eerste tekst"}).text
    second = writing.post(address, data={**typed, "body": "Tweede tekst"}).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', first)[1]
    writing.post("/login", data={**form_to("/login", second), "email": EMAIL, "password": PASSWORD})
    fields = {**form_to("/login", first), "email": EMAIL, "password": PASSWORD}
    answer = writing.post("/login", data=fields, headers={"X-CSRFToken": token})
    assert answer.status_code == 400
    assert form_to(address, answer.text)["body"] == "Eerste tekst"


def test_a_text_also_survives_too_many_tries(thread, writing, typed):
    """GRP-49, decisions 15: the refusal stands in the page that holds the text."""
    address = f"/threads/{thread.id}/posts"
    fields = {**form_to("/login", writing.post(address, data=typed).text), "email": EMAIL}
    for _try in range(11):
        answer = writing.post("/login", data={**fields, "password": "wrong-password"})
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert form_to("/login", answer.text)["carried.body"] == BODY
    for _code in range(6):
        writing.wait_a_minute()
        answer = writing.post("/login/code/send", data=fields)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert form_to("/login", answer.text)["carried.body"] == BODY

"""Sessions live on the server: they end 60 days after their last use, or when someone ends them."""

import pytest
from sqlalchemy import select

from app.accounts import service
from app.accounts.models import Session
from app.audit.models import AuditEntry
from app.core.extensions import db
from tests.accounts.conftest import other_than
from tests.conftest import PASSWORD, actor_named, person_named


def sessions_of(actor):
    return db.session.scalars(select(Session).where(Session.person_id == actor.id)).all()


def test_a_session_lives_sixty_days_from_its_last_use(app, clock, anna, sign_in):
    """GRP-53"""
    browser = sign_in(anna)
    for _ in range(4):
        clock.forward(days=59)
        assert browser.get("/account").status_code == 200
    clock.forward(days=60, seconds=1)
    assert browser.get("/account").status_code == 303


def test_the_last_use_is_noted_at_most_once_a_day(app, clock, anna, sign_in, count_statements):
    """decisions 4"""
    browser = sign_in(anna)
    noted = sessions_of(anna)[0].last_used_at
    clock.forward(hours=23)
    browser.get("/account")
    assert sessions_of(anna)[0].last_used_at == noted
    clock.forward(hours=2)
    browser.get("/account")
    assert sessions_of(anna)[0].last_used_at > noted


def test_noting_the_use_tells_no_one(app, clock, anna, sign_in):
    """decisions 4: it publishes no event."""
    browser = sign_in(anna)
    before = len(db.session.scalars(select(AuditEntry)).all())
    clock.forward(days=2)
    browser.get("/account")
    assert len(db.session.scalars(select(AuditEntry)).all()) == before


def test_signing_out_everywhere_ends_all_but_this_one(app, anna, bram, sign_in):
    """GRP-53"""
    phone, laptop, here, other = sign_in(anna), sign_in(anna), sign_in(anna), sign_in(bram)
    assert here.post("/account/sessions/end").status_code == 303
    assert [browser.get("/account").status_code for browser in (phone, laptop, here, other)] == [303, 303, 200, 200]


def test_signing_out_ends_the_session_on_the_server_and_not_only_the_cookie(app, anna, sign_in):
    """trust: a replayed cookie is worth nothing."""
    browser, thief = sign_in(anna), app.test_client()
    with browser.session_transaction() as cookie:
        stolen = dict(cookie)
    browser.post("/logout")
    with thief.session_transaction() as cookie:
        cookie.update(stolen)
    assert thief.get("/account").status_code == 303
    assert sessions_of(anna) == []


def test_signing_out_leaves_other_devices_signed_in(app, anna, sign_in):
    phone, laptop = sign_in(anna), sign_in(anna)
    phone.post("/logout")
    assert [phone.get("/account").status_code, laptop.get("/account").status_code] == [303, 200]


def test_a_new_password_ends_all_other_sessions(app, anna, sign_in):
    """GRP-53"""
    here, elsewhere = sign_in(anna), sign_in(anna)
    here.post("/account/security", data={"current": PASSWORD, "password": "drie losse woorden"})
    assert [here.get("/account").status_code, elsewhere.get("/account").status_code] == [200, 303]


def test_a_new_address_counts_once_its_code_is_typed_and_ends_all_other_sessions(app, anna, sign_in, someone, outbox,
                                                                                code_mailed):  # fmt: skip
    """GRP-53"""
    here, elsewhere = sign_in(anna), sign_in(anna)
    assert here.post("/account/email", data=to("Anna.Nieuw@brink.example")).location == "/account/email/code"
    assert outbox()[-1]["To"] == "anna.nieuw@brink.example"
    assert db.session.get_one(type(person_named("anna")), anna.id).email == "anna@brink.example"
    assert here.post("/account/email/code", data={"code": other_than(code_mailed())}).status_code == 422
    assert elsewhere.get("/account").status_code == 200

    assert here.post("/account/email/code", data={"code": code_mailed()}).status_code == 303

    assert [here.get("/account").status_code, elsewhere.get("/account").status_code] == [200, 303]
    assert someone().with_password("anna.nieuw@brink.example").status_code == 303
    assert someone().with_password("anna@brink.example").status_code == 422


def test_the_address_of_another_gets_the_same_answer_and_no_letter(app, anna, sign_in, outbox):
    """GRP-50"""
    browser = sign_in(anna)
    free = browser.post("/account/email", data=to("vrij@brink.example"))
    page = browser.get("/account/email/code").text.replace("vrij@brink.example", "ADDRESS")
    taken = browser.post("/account/email", data=to("bram@brink.example"))
    same = browser.get("/account/email/code").text.replace("bram@brink.example", "ADDRESS")
    assert (free.status_code, free.location) == (taken.status_code, taken.location)
    assert without_random(page) == without_random(same)
    assert [letter["To"] for letter in outbox()] == ["vrij@brink.example"]


def to(email):
    return {"email": email, "current": PASSWORD}


def without_random(page):
    import re

    return re.sub(r'(nonce|value)="[\w.\-=]{16,}"', "", page)


def test_a_sign_in_code_does_not_change_an_address_nor_the_other_way_round(app, anna, sign_in, someone, code_mailed):
    """trust 11: single-purpose."""
    browser = sign_in(anna)
    browser.post("/account/email", data=to("nieuw@brink.example"))
    code = code_mailed()
    other = someone()
    other.ask_code("nieuw@brink.example")
    assert other.type_code(code).status_code == 422
    with browser.session_transaction() as cookie:
        cookie["code_email"] = "nieuw@brink.example"
    assert browser.post("/login/code", data={"code": code}).status_code == 422


def test_of_two_people_who_want_one_address_the_second_hears_no(app, anna, bram, sign_in, code_mailed):
    first, second = sign_in(anna), sign_in(bram)
    first.post("/account/email", data=to("nieuw@brink.example"))
    hers = code_mailed()
    second.post("/account/email", data=to("nieuw@brink.example"))
    his = code_mailed()
    assert first.post("/account/email/code", data={"code": hers}).status_code == 303
    assert second.post("/account/email/code", data={"code": his}).status_code == 409
    assert actor_named("bram").email == "bram@brink.example"


def test_only_the_hash_of_a_token_is_stored(app, anna, sign_in):
    """trust 11"""
    browser = sign_in(anna)
    assert [session.token_hash for session in sessions_of(anna)] != [browser.session_token]
    assert len(browser.session_token) >= 43  # 256 random bits


def test_nothing_of_before_the_sign_in_survives_it(app, browser):
    """A session laid under someone's hand before signing in is not theirs afterwards."""
    with browser.session_transaction() as cookie:
        cookie.update(_user_id="a token of the attacker", new_email="evil@brink.example", anything="else")
    browser.with_password("anna@brink.example")
    with browser.session_transaction() as cookie:
        assert "new_email" not in cookie
        assert "anything" not in cookie
        assert cookie["_user_id"] != "a token of the attacker"


@pytest.mark.parametrize("token", ["", "x" * 43, "'; DROP TABLE sessions; --", "\x00", "é"])
def test_an_invented_token_opens_nothing(app, browser, token):
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    assert browser.get("/account").status_code == 303


def test_the_session_of_another_cannot_be_ended(app, anna, bram, sign_in):
    his = sign_in(bram)
    session_id = sessions_of(bram)[0].id
    service.sign_out(anna, session_id)
    assert his.get("/account").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app, browser):
    cookie = browser.with_password("anna@brink.example").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_demo_people_stand_on_the_sign_in_page_of_a_demo_only(app, browser):
    """decisions 16"""
    assert "brink-demo-2026" not in browser.get("/login").text

"""Getting in with a password or with a mailed code, and what happens when that goes wrong."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import service
from app.accounts.models import Challenge, Session
from app.accounts.service.credentials import verify_password
from app.core.clock import now
from app.core.extensions import db
from tests.accounts.conftest import other_than
from tests.conftest import PASSWORD, person_named

ANNA, BRAM, NOBODY = "anna@brink.example", "bram@brink.example", "nobody@brink.example"
ELSEWHERE = "203.0.113.9"


def test_anna_comes_in_with_her_password(app, browser):
    """GRP-47"""
    answer = browser.with_password(ANNA)
    assert answer.status_code == 303
    assert "Anna Assink" in browser.get("/account").text


def test_an_address_in_capitals_with_spaces_around_it_is_the_same_address(app, browser):
    """GRP-47"""
    assert browser.with_password("  Anna@Brink.EXAMPLE ").status_code == 303
    assert browser.is_in()


def test_a_wrong_password_gets_a_sentence_and_the_address_still_typed(app, browser):
    """GRP-47"""
    answer = browser.with_password(ANNA, "niet-dit-wachtwoord")
    assert answer.status_code == 422
    assert f'value="{ANNA}"' in answer.text
    assert "niet-dit-wachtwoord" not in answer.text
    assert not browser.is_in()


@pytest.mark.parametrize("form", [{}, {"email": "geen adres", "password": "x"}, {"email": ANNA, "password": "x" * 201},
                                  {"email": f"{'a' * 250}@brink.example", "password": PASSWORD}])  # fmt: skip
def test_a_broken_sign_in_form_comes_back_with_422(app, browser, form):
    assert browser.post("/login", data=form).status_code == 422
    assert not browser.is_in()


def test_anna_comes_in_with_a_mailed_code(app, browser, code_mailed):
    """GRP-47"""
    assert browser.ask_code(ANNA).location == "/login/code"
    assert browser.type_code(code_mailed()).status_code == 303
    assert "Anna Assink" in browser.get("/account").text


def test_whoever_asked_for_a_page_gets_there_after_the_code(app, browser, code_mailed):
    browser.ask_code(ANNA, next="/groups/energie")
    assert browser.type_code(code_mailed()).location == "/groups/energie"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example",
                                    "javascript:alert(1)", "/\t/evil.example", "https:evil.example"])  # fmt: skip
def test_nobody_is_led_to_another_site_after_signing_in(app, browser, target):
    assert browser.with_password(ANNA, next=target).location == "/"


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", " {0}  {1} ", "{0}.{1}", "{0}\u00a0{1}"])
def test_a_code_with_spaces_or_a_dash_is_taken(app, browser, code_mailed, typed):
    """groups.md 5"""
    browser.ask_code(ANNA)
    code = code_mailed()
    assert browser.type_code(typed.format(code[:3], code[3:])).status_code == 303
    assert browser.is_in()


def test_a_wrong_code_says_in_dutch_how_many_tries_are_left(app, browser, code_mailed):
    """groups.md 5"""
    browser.ask_code(ANNA)
    wrong = other_than(code_mailed())
    said = [browser.type_code(wrong) for _ in range(5)]
    assert [answer.status_code for answer in said] == [422] * 5
    for answer, left in zip(said, ("4 pogingen", "3 pogingen", "2 pogingen", "1 poging"), strict=False):
        assert f"Deze code klopt niet. U hebt nog {left}." in answer.text
    assert "Deze code geldt niet meer. Vraag een nieuwe code." in said[4].text


def test_after_five_wrong_tries_the_right_code_is_burnt(app, browser, code_mailed):
    """GRP-49"""
    browser.ask_code(ANNA)
    code = code_mailed()
    for _ in range(5):
        browser.type_code(other_than(code))
    assert "Deze code geldt niet meer" in browser.type_code(code).text
    assert not browser.is_in()


def test_a_fourth_wrong_try_still_leaves_the_right_one(app, browser, code_mailed):
    """GRP-49"""
    browser.ask_code(ANNA)
    for _ in range(4):
        browser.type_code(other_than(code_mailed()))
    assert browser.type_code(code_mailed()).status_code == 303


def test_a_new_code_is_sent_after_a_minute_and_not_before(app, browser, outbox, clock):
    """GRP-48, section 4: "Nieuwe code sturen" after 60 seconds; the same for an address nobody has (GRP-50)."""
    clock.set(now())
    for email in (ANNA, NOBODY):
        assert browser.post("/login/code/send", data={"email": email}).status_code == 303
        sent = len(outbox())
        for address in ("/login/code/send", "/password/reset"):
            answer = browser.post(address, data={"email": email})
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
            assert "Over 60 seconden kunt u een nieuwe code vragen." in answer.text
        assert len(outbox()) == sent
    clock.set(now() + timedelta(seconds=61))
    assert browser.post("/login/code/send", data={"email": NOBODY}).status_code == 303


def test_the_link_of_the_letter_opened_elsewhere_says_to_ask_there(app, browser, someone):
    """GRP-48, section 5: asked on the desktop, opened on the phone."""
    browser.ask_code(ANNA)
    phone = someone()
    assert phone.get("/login/code").location == "/login"
    assert "Vraag hier een nieuwe code." in phone.get("/login").text
    assert "Vraag hier een nieuwe code." not in phone.get("/login").text


def test_a_code_works_once(app, browser, code_mailed):
    """GRP-49: in the browser that asked for it, still signed in."""
    browser.ask_code(ANNA)
    assert browser.type_code(code_mailed()).status_code == 303
    with browser.session_transaction() as cookie:
        cookie["code_email"] = ANNA
    answer = browser.type_code(code_mailed())
    assert answer.status_code == 422
    assert "Deze code geldt niet meer" in answer.text


def test_the_browser_that_used_a_code_cannot_use_it_again(app, anna, browser, code_mailed):
    """GRP-49: the same browser, the same pages, the code still in the mailbox."""
    browser.ask_code(ANNA)
    with browser.session_transaction() as cookie:
        before = dict(cookie)
    browser.type_code(code_mailed())
    with browser.session_transaction() as cookie:
        cookie.clear()
        cookie.update(before)
    answer = browser.type_code(code_mailed())
    assert answer.status_code == 422
    assert "Deze code geldt niet meer" in answer.text


def test_a_code_lives_ten_minutes(app, clock, browser, code_mailed):
    """GRP-49"""
    browser.ask_code(ANNA)
    clock.forward(minutes=9, seconds=59)
    assert browser.type_code(code_mailed()).status_code == 303


def test_a_code_of_ten_minutes_ago_is_over(app, clock, browser, code_mailed):
    """GRP-49"""
    browser.ask_code(ANNA)
    clock.forward(minutes=10)
    assert "Deze code geldt niet meer" in browser.type_code(code_mailed()).text


def test_an_older_code_points_to_the_latest_mail_and_costs_no_try(app, browser, code_mailed):
    """groups.md 5"""
    browser.ask_code(ANNA)
    browser.ask_code(ANNA)
    for _ in range(6):
        assert "Gebruik de code uit de laatste mail." in browser.type_code(code_mailed(back=1)).text
    assert browser.type_code(code_mailed()).status_code == 303


def test_a_code_works_only_in_the_browser_that_asked(app, someone, browser, code_mailed):
    """GRP-49, groups.md 5"""
    browser.ask_code(ANNA)
    other = someone()
    assert "Vraag hier een nieuwe code." in other.type_code(code_mailed()).text
    with other.session_transaction() as cookie:
        cookie["code_email"] = ANNA  # even if it knew for whom
    assert "Vraag hier een nieuwe code." in other.type_code(code_mailed()).text
    assert not other.is_in()


def test_a_code_asked_in_two_browsers_works_in_each(app, someone, code_mailed):
    """GRP-49: someone else who asks a code for Anna does not spoil hers."""
    hers, another = someone(), someone()
    hers.ask_code(ANNA)
    another.ask_code(ANNA)
    assert hers.type_code(code_mailed(back=1)).status_code == 303


def test_bram_cannot_use_a_code_mailed_to_anna(app, browser, code_mailed):
    """GRP-49"""
    browser.ask_code(ANNA)
    code = code_mailed()
    browser.ask_code(BRAM)
    if code != code_mailed():
        assert browser.type_code(code).status_code == 422


@pytest.mark.parametrize("typed", ["", "      ", "abcdef", "１２３４５６", "12345", "1234567", "0" * 41, "\x00",
                                   "٠١٢٣٤٥"])  # fmt: skip
def test_whatever_else_is_typed_for_a_code_is_refused_with_422(app, browser, typed):
    browser.ask_code(ANNA)
    assert browser.type_code(typed).status_code == 422


def test_five_codes_an_hour_and_then_a_pause(app, clock, browser, outbox):
    """GRP-49"""
    assert [browser.ask_code(ANNA).status_code for _ in range(6)] == [303] * 5 + [429]
    assert len(outbox()) == 5
    clock.forward(minutes=60, seconds=1)
    assert browser.ask_code(ANNA).status_code == 303


def test_the_pause_on_codes_says_when_to_come_back(app, clock, browser):
    """trust 6"""
    for _ in range(5):
        browser.ask_code(ANNA)
    assert int(browser.ask_code(ANNA).headers["Retry-After"]) > 0


def test_the_pause_on_codes_is_that_of_one_network_and_one_account(app, browser, someone):
    """GRP-49"""
    for _ in range(6):
        browser.ask_code(ANNA)
    assert browser.ask_code(BRAM).status_code == 303
    assert someone().post("/login/code/send", data={"email": ANNA}, network=ELSEWHERE).status_code == 303


def guess(browser, code_mailed, times, network="127.0.0.1"):
    """Ask a code whenever one is burnt, and type a wrong one; the statuses of the answers."""
    statuses = []
    for number in range(times):
        if number % 5 == 0:
            browser.wait_a_minute()
            browser.post("/login/code/send", data={"email": ANNA}, network=network)
        statuses.append(browser.post("/login/code", data={"code": other_than(code_mailed())}, network=network)
                        .status_code)  # fmt: skip
    return statuses


def test_after_fifteen_wrong_codes_a_day_that_network_is_stopped(app, clock, browser, code_mailed):
    """GRP-49"""
    assert guess(browser, code_mailed, 16) == [422] * 15 + [429]
    clock.forward(hours=2)
    browser.ask_code(ANNA)
    assert browser.type_code(code_mailed()).status_code == 429
    clock.forward(hours=23)
    browser.ask_code(ANNA)
    assert browser.type_code(code_mailed()).status_code == 303


def test_a_stopped_guesser_never_shuts_out_the_owner_elsewhere(app, browser, someone, code_mailed):
    """GRP-49"""
    guess(browser, code_mailed, 16)
    owner = someone()
    owner.post("/login/code/send", data={"email": ANNA}, network=ELSEWHERE)
    assert owner.post("/login/code", data={"code": code_mailed()}, network=ELSEWHERE).status_code == 303
    assert owner.is_in()


def test_a_guesser_gains_nothing_by_asking_here_and_typing_there(app, clock, browser, code_mailed):
    """GRP-49: a wrong code counts for the network that asked and for the one that typed."""
    statuses = []
    for number in range(20):
        if number % 5 == 0:
            clock.forward(minutes=20)
            browser.post("/login/code/send", data={"email": ANNA})
        statuses.append(browser.post("/login/code", data={"code": other_than(code_mailed())}, network=ELSEWHERE)
                        .status_code)  # fmt: skip
    assert statuses == [422] * 15 + [429] * 5


def test_ten_wrong_passwords_in_a_quarter_of_an_hour_and_then_a_pause(app, browser):
    """decisions 13"""
    assert [browser.with_password(ANNA, "wrong-password").status_code for _ in range(11)] == [422] * 10 + [429]
    answer = browser.with_password(ANNA)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60 + 1


def test_the_pause_on_passwords_leaves_the_owner_elsewhere_and_the_code_free(app, browser, someone, code_mailed):
    """trust 6: a lock never shuts the owner out."""
    for _ in range(11):
        browser.with_password(ANNA, "wrong-password")
    assert someone().post("/login", data={"email": ANNA, "password": PASSWORD}, network=ELSEWHERE).status_code == 303
    browser.ask_code(ANNA)
    assert browser.type_code(code_mailed()).status_code == 303


def test_an_ipv6_network_counts_as_one(app, browser):
    """decisions 13: by /64."""
    for number in range(10):
        browser.post("/login", data={"email": ANNA, "password": "wrong-password"}, network=f"2001:db8::{number}")
    neighbour = browser.post("/login", data={"email": ANNA, "password": PASSWORD}, network="2001:db8::ffff")
    stranger = browser.post("/login", data={"email": ANNA, "password": PASSWORD}, network="2001:db8:1::1")
    assert (neighbour.status_code, stranger.status_code) == (429, 303)


def test_signing_in_well_never_counts(app, someone):
    """decisions 13"""
    assert {someone().with_password(ANNA).status_code for _ in range(12)} == {303}


def test_what_a_person_gets_right_does_not_forgive_what_was_wrong(app, someone):
    """decisions 13"""
    for _ in range(9):
        someone().with_password(ANNA, "wrong-password")
    assert someone().with_password(ANNA).status_code == 303
    assert someone().with_password(ANNA, "wrong-password").status_code == 422
    assert someone().with_password(ANNA, "wrong-password").status_code == 429


def test_two_hundred_wrong_passwords_an_hour_stop_a_network_whatever_the_accounts(app, browser):
    """decisions 13. The count is set near its end: two hundred hashes take too long here."""
    from app.accounts.views import FAILURES_OF_NETWORK
    from app.core.ratelimit import count

    for _ in range(199):
        count(FAILURES_OF_NETWORK, "password", "127.0.0.1")
    assert browser.with_password("someone1@brink.example", "wrong-password").status_code == 422
    assert browser.with_password("someone2@brink.example", "wrong-password").status_code == 429


WAIT = ("", {})
STEPS = {
    "a wrong password": [("/login", {"password": "not-the-password"})],
    "a code, typed wrong": [("/login/code/send", {}), *[("/login/code", {"code": code}) for code in ("wrong", "1")]],
    "two codes within a minute": [("/login/code/send", {})] * 2,
    "six codes": [WAIT, ("/login/code/send", {})] * 6,
    "burning a code": [("/login/code/send", {}), *[("/login/code", {"code": "1"})] * 7],
    "a new password": [("/password/reset", {}), ("/login/code", {"code": "1"})],
    "eleven wrong passwords": [("/login", {"password": "not-the-password"})] * 11,
}


@pytest.mark.slow
@pytest.mark.parametrize("steps", STEPS.values(), ids=STEPS.keys())
def test_known_and_unknown_addresses_get_the_same_pages(app, someone, clock, steps):
    """GRP-50: pages, statuses and headers, the address and what is random in them apart."""
    known, unknown = (walk(someone(), steps, email) for email in ("otto@brink.example", "ottx@brink.example"))
    assert known == unknown


def walk(browser, steps, email):
    seen = []
    for path, fields in steps:
        if not path:
            browser.wait_a_minute()
            continue
        answer = browser.post(path, data={"email": email, **fields})
        seen.append((answer.status_code, answer.location, plain(answer.text, email), headers_of(answer)))
    seen.append(plain(browser.get("/login/code").text, email))
    return seen


def plain(page, email):
    page = page.replace(email, "ADDRESS")
    return re.sub(r'(nonce|value)="[\w.\-=]{16,}"', r'\1="RANDOM"', page)


SECONDS_OR_SIZE = ("Set-Cookie", "Content-Length", "Retry-After")


def headers_of(answer):
    kept = [(name, value) for name, value in answer.headers if name not in SECONDS_OR_SIZE]
    cookies = [re.sub(r"=[^;]+", "=RANDOM", cookie, count=1) for cookie in answer.headers.getlist("Set-Cookie")]
    return [(name, re.sub(r"nonce-[\w-]+", "nonce", value)) for name, value in kept], cookies


def test_an_unknown_address_costs_as_much_work_as_a_known_one(app, monkeypatch):
    """GRP-50: one hash is verified in both, counted in the real hasher instead of timed."""
    from app.accounts.service import credentials

    verified = []

    class Counting(type(credentials._hasher)):
        def verify(self, stored, password):
            verified.append(self.check_needs_rehash(stored))
            return super().verify(stored, password)

    service.verify_password(None, "fill what is remembered")
    monkeypatch.setattr(credentials, "_hasher", Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1))
    for email in (ANNA, NOBODY):
        service.sign_in_with_password(email, "not-the-password", network="127.0.0.1")
    assert verified == [False, False]  # two, with the same parameters


def test_an_unknown_address_gets_a_row_and_no_letter(app, browser, outbox):
    """decisions 11"""
    browser.ask_code(NOBODY)
    challenge = db.session.scalars(select(Challenge)).one()
    assert (challenge.email, challenge.person_id, outbox()) == (NOBODY, None, [])


def test_someone_without_a_password_comes_in_by_code_only(app, browser, code_mailed):
    """GRP-47"""
    person = person_named("anna")
    person.password_hash = None
    db.session.commit()
    assert browser.with_password(ANNA).status_code == 422
    browser.ask_code(ANNA)
    assert browser.type_code(code_mailed()).status_code == 303


def test_someone_erased_does_not_come_in(app, browser, clock, outbox):
    from app.core.clock import now

    person_named("anna").erased_at = now()
    db.session.commit()
    assert browser.with_password(ANNA).status_code == 422
    browser.ask_code(ANNA)
    assert outbox() == []


def test_a_refused_try_leaves_a_trace_and_no_session(app, browser):
    """decisions 1: the try is written down, and no session comes of it."""
    from app.audit.models import AuditEntry

    browser.with_password(ANNA, "wrong-password")
    browser.with_password(ANNA, "wrong-password")
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "SignInFailed")).all()
    assert [(entry.actor_id, entry.repeats) for entry in entries] == [(None, 1)]
    assert db.session.scalar(select(func.count(Session.id))) == 0


def test_the_password_is_kept_as_argon2id_of_the_agreed_strength(app):
    """trust 5"""
    stored = service.hash_password("een korte zin")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password(stored, "een korte zin")
    assert not verify_password(stored, "een korte Zin")

"""The letter with the code: it goes out for real, signs nobody in by itself, and keeps no secret behind."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import Challenge, Session
from app.core.extensions import db
from app.mail.models import Letter, LetterState
from app.mail.tasks import empty_useless_letters, send_waiting_letters
from tests.accounts.conftest import SIX_DIGITS, Forms, text_of, words_in_database
from tests.servers import REFUSE_FOR_NOW

ANNA = "anna@brink.example"


def letters():
    return db.session.scalars(select(Letter).order_by(Letter.id)).all()


def test_a_code_letter_goes_by_real_smtp(app, by_smtp, browser):
    """GRP-48"""
    browser.ask_code(ANNA)
    (delivery,) = by_smtp.deliveries
    code = SIX_DIGITS.search(text_of(delivery.message)).group()
    assert delivery.recipients == [ANNA]
    assert code in delivery.message.get_body(("html",)).get_content()
    assert browser.type_code(code).status_code == 303


def test_without_a_mail_server_a_letter_becomes_a_file_in_the_outbox(app, browser, outbox):
    """GRP-48, issue A part 3"""
    browser.ask_code(ANNA)
    (letter,) = outbox()
    assert letter["To"] == ANNA
    assert letter["Auto-Submitted"] == "auto-generated"
    assert SIX_DIGITS.search(text_of(letter))


def test_the_letter_shows_the_code_and_a_link_that_only_opens_the_page_for_it(app, browser, outbox):
    """GRP-48"""
    browser.ask_code(ANNA)
    text = text_of(outbox()[0])
    code = SIX_DIGITS.search(text).group()
    links = [word for word in text.split() if word.startswith("http")]
    assert links == [f"{app.config['BASE_URL']}/login/code"]
    assert all(code not in link for link in links)
    page = browser.get("/login/code")
    assert page.status_code == 200
    assert not browser.is_in()


def test_a_letter_links_to_our_own_address_whatever_the_host_of_the_request(app, browser, outbox):
    """trust: links come from BASE_URL alone."""
    browser.post("/login/code/send", data={"email": ANNA}, headers={"Host": "localhost:9"})
    assert "localhost:9" not in text_of(outbox()[0])


def test_a_forged_host_is_refused_before_anything_happens(app, browser, outbox):
    answer = browser.post("/login/code/send", data={"email": ANNA}, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert outbox() == []


def test_the_link_in_another_browser_leads_to_the_sign_in_page(app, browser, someone):
    """GRP-48: no link signs anyone in."""
    browser.ask_code(ANNA)
    assert someone().get("/login/code").location == "/login"


def test_a_link_scanner_changes_nothing_and_lets_nobody_in(app, browser, someone, code_mailed):
    """GRP-48, groups.md 7.6: HEAD, GET, and every form of the page sent empty-handed."""
    browser.ask_code(ANNA)
    browser.post("/password/reset", data={"email": ANNA})
    scanner, before = someone(), sorted(map(str, rows()))
    for address in ("/login/code", "/account/email/code", "/login", "/password/reset"):
        for method in ("HEAD", "GET", "OPTIONS"):
            scanner.open(address, method=method)
        for action, fields in Forms(scanner.get(address).text).found:
            scanner.post(action, data={name: "" for name in fields})
    assert sorted(map(str, rows())) == before
    assert db.session.scalars(select(Session)).all() == []
    assert browser.type_code(code_mailed()).status_code == 303


def rows():
    tables = db.metadata.sorted_tables
    return [(table.name, tuple(row)) for table in tables for row in db.session.execute(select(table))]


def test_the_code_is_gone_from_the_letter_once_it_is_sent(app, by_smtp, browser):
    """decisions 12"""
    browser.ask_code(ANNA)
    (letter,) = letters()
    assert letter.state is LetterState.SENT
    assert (letter.subject, letter.body_text, letter.body_html) == ("", "", "")
    assert by_smtp.deliveries[0].message["Subject"]


def test_the_code_is_gone_ten_minutes_after_it_was_made_also_when_never_sent(app, clock, by_smtp, browser):
    """decisions 12"""
    by_smtp.script(REFUSE_FOR_NOW)
    browser.ask_code(ANNA)
    assert SIX_DIGITS.search(letters()[0].body_text)
    clock.forward(minutes=9, seconds=59)
    empty_useless_letters()
    assert SIX_DIGITS.search(letters()[0].body_text)
    clock.forward(seconds=2)
    empty_useless_letters()
    (letter,) = letters()
    assert (letter.subject, letter.body_text, letter.body_html) == ("", "", "")


def test_a_code_that_is_of_no_use_any_more_is_not_sent(app, clock, by_smtp, browser):
    """decisions 12"""
    by_smtp.script(REFUSE_FOR_NOW)
    browser.ask_code(ANNA)
    clock.forward(minutes=11)
    send_waiting_letters()
    assert by_smtp.deliveries == []
    assert letters()[0].state is LetterState.FAILED


def test_a_mail_server_that_is_away_for_a_minute_delays_the_code_and_loses_nothing(app, clock, by_smtp, browser):
    by_smtp.script(REFUSE_FOR_NOW)
    assert browser.ask_code(ANNA).status_code == 303
    clock.forward(minutes=1, seconds=1)
    send_waiting_letters()
    send_waiting_letters()
    assert len(by_smtp.deliveries) == 1


def test_no_code_or_token_stands_in_clear_in_any_table_or_in_the_audit_log(app, browser, someone, anna, sign_in,
                                                                          code_mailed):  # fmt: skip
    """trust 11, decisions 3: two codes, one used and one waiting; a session; a failed try."""
    browser.ask_code(ANNA)
    used = code_mailed()
    browser.type_code(used)
    with browser.session_transaction() as cookie:
        token, key = cookie["_user_id"], cookie["browser"]
    other = someone()
    other.with_password(ANNA, "a-wrong-password")
    other.ask_code(ANNA)
    secrets = {used, code_mailed(), token, key, "a-wrong-password", "127.0.0.1"}
    found = [(where, secret) for where, words in words_in_database() for secret in secrets if stands_in(secret, words)]
    assert found == []


def stands_in(secret, words):
    return re.search(rf"(?<!\d){re.escape(secret)}(?!\d)", words) is not None


def test_the_search_for_secrets_finds_one_that_is_there(app, clock, by_smtp, browser):
    """The check above can fail: a letter that still waits holds its code."""
    by_smtp.script(REFUSE_FOR_NOW)
    browser.ask_code(ANNA)
    code = SIX_DIGITS.search(letters()[0].body_text).group()
    assert {where for where, words in words_in_database() if stands_in(code, words)} == {"letters"}


def test_the_audit_log_names_no_address(app, browser):
    """decisions 3: details are ids."""
    browser.ask_code(ANNA)
    browser.with_password(ANNA, "a-wrong-password")
    assert not [words for where, words in words_in_database() if where == "audit_entries" and "@" in words]


@pytest.mark.parametrize(("language", "word"), [("nl", "inlogcode"), ("en", "sign-in code")])
def test_a_letter_is_in_the_language_of_who_receives_it(app, browser, outbox, language, word):
    """decisions 18"""
    from tests.conftest import person_named

    person_named("anna").locale = language
    db.session.commit()
    browser.ask_code(ANNA)
    assert word in outbox()[0]["Subject"].lower()


def test_a_code_is_kept_as_a_hash_that_depends_on_browser_and_address(app, someone):
    """decisions 11"""
    from app.accounts.service.sessions import _code_hash

    assert len({_code_hash(browser, email, "123456") for browser in "ab" for email in ("x@y.nl", "z@y.nl")}) == 4
    someone().ask_code(ANNA)
    assert len(db.session.scalars(select(Challenge)).one().code_hash) == 64

"""The second step: an app that makes codes, codes on paper for when it is lost, and a mailed code after a password."""


import pytest
from sqlalchemy import func, select

from app.accounts import queries, service
from app.accounts.models import Actor, RecoveryCode, SecondFactor, Session
from app.accounts.policy import can_reset_second_step, can_see_rules
from app.accounts.service.second_steps import SEALED_FOR, secret_of
from app.accounts.tasks import forget_what_is_over
from app.audit.models import AuditEntry
from app.core.extensions import db
from app.core.sealing import seal, unseal
from app.demo.service import STEP_SECRET
from app.notifications.models import Notification
from tests.accounts.conftest import (
    RECOVERY,
    SECRET_SHOWN,
    app_code,
    code_of,
    form_to,
    other_than,
    set_up_second_step,
    text_of,
    words_in_database,
)
from tests.conftest import PASSWORD, actor_named, person_named, together

EMMA, ANNA, DIRK, BERT = (f"{key}@brink.example" for key in ("emma", "anna", "dirk", "bert"))
SETUP = "/account/security/step"
REASON = "Telefoon verloren, gebeld op het nummer van het bedrijf."


@pytest.fixture
def anna_in(browser):
    """Anna, signed in with her password, without a second step yet."""
    browser.with_password(ANNA)
    return browser


def sessions_of(key):
    return db.session.scalar(select(func.count()).where(Session.person_id == person_named(key).id))


def factor_of(key):
    return queries.second_factor_of(person_named(key).id)


# --- Signing in ---


def test_who_has_a_second_step_is_not_in_after_the_password_alone(browser, clock):
    """GRP-52"""
    asked = browser.with_password(EMMA, next="/groups/externe-veiligheid")
    assert (asked.status_code, asked.location) == (303, "/login/step?next=/groups/externe-veiligheid")
    assert not browser.is_in()
    assert sessions_of("emma") == 0
    taken = browser.take_step(app_code(), next="/groups/externe-veiligheid")
    assert (taken.status_code, taken.location) == (303, "/groups/externe-veiligheid")
    assert browser.get("/groups/externe-veiligheid").status_code == 200


def test_who_has_none_is_in_after_the_password(browser):
    """GRP-47: nothing changes for them."""
    assert browser.with_password(ANNA).location == "/"
    assert browser.is_in()


def test_a_mailed_code_alone_does_not_go_around_the_second_step(browser, code_mailed, clock):
    """GRP-52: the letter was the first step; a second letter is not a second step."""
    browser.ask_code(EMMA)
    assert browser.type_code(code_mailed()).location == "/login/step"
    assert not browser.is_in()
    assert "/login/step/send" not in browser.get("/login/step").text
    assert browser.post("/login/step/send").status_code == 404
    browser.take_step(app_code())
    assert browser.is_in()


def test_a_mailed_code_after_a_password_is_a_second_step(browser, code_mailed):
    """GRP-52"""
    browser.with_password(BERT)
    sent = browser.post("/login/step/send")
    assert (sent.status_code, sent.location) == (303, "/login/step?by=mail")
    assert "onderweg naar uw adres" in browser.get(sent.location).text
    assert browser.take_step(other_than(code_mailed()), by="mail").status_code == 422
    browser.take_step(code_mailed(), by="mail")
    assert browser.is_in()
    assert browser.get("/groups/externe-veiligheid").status_code == 200


def test_a_coordinator_cannot_take_it_by_mail(browser, outbox):
    """GRP-52: who looks after the association has an app."""
    browser.with_password(DIRK)
    assert "/login/step/send" not in browser.get("/login/step").text
    assert browser.post("/login/step/send").status_code == 404
    assert outbox() == []
    assert not browser.is_in()


def test_a_code_of_the_app_is_accepted_once(someone, clock):
    """GRP test 10: the second time it is refused, in whatever browser."""
    first, second = someone(), someone()
    first.with_password(EMMA)
    second.with_password(EMMA)
    code = app_code()
    assert first.take_step(code).status_code == 303
    assert second.take_step(code).status_code == 422
    assert not second.is_in()


def test_a_code_older_than_one_that_was_accepted_is_refused(someone, clock):
    """RFC 6238, 5.2: within the steps that a clock may be off, too."""
    first, second = someone(), someone()
    first.with_password(EMMA)
    second.with_password(EMMA)
    assert first.take_step(app_code(+1)).status_code == 303
    assert second.take_step(app_code(0)).status_code == 422


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_half_a_minute_off_and_no_more(steps, status, browser, clock):
    """GRP test 10"""
    browser.with_password(EMMA)
    assert browser.take_step(app_code(steps)).status_code == status


def test_of_one_code_sent_many_times_at_one_moment_one_counts(app, clock):
    """trust, Races"""
    code, emma_id = app_code(), person_named("emma").id

    def try_it():
        return service.try_second_step(queries.get_person(emma_id), code, browser="b", network="n").answer

    assert sorted(str(answer) for answer in together(app, *[try_it] * 8)).count("right") == 1


def test_a_code_with_spaces_is_accepted(browser, clock):
    """groups.md, section 5"""
    browser.with_password(EMMA)
    code = app_code()
    assert browser.take_step(f" {code[:3]} {code[3:]} ").status_code == 303


@pytest.mark.parametrize("code", ["", " ", "12345", "abcdef", "1" * 41, "١٢٣٤٥٦", "0000-0000-0000-0000", "<b>"])
def test_what_is_no_code_is_refused_with_a_sentence(code, browser, clock):
    browser.with_password(EMMA)
    answer = browser.take_step(code)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert not browser.is_in()


def test_after_five_wrong_codes_it_begins_with_the_password_again(browser, clock):
    """GRP-49: five tries; the right code of then counts for nothing."""
    browser.with_password(EMMA)
    for left in (4, 3, 2):
        assert f"nog {left} pogingen" in browser.take_step(other_than(app_code())).text
    browser.take_step("000000")
    browser.take_step("000000")
    answer = browser.take_step(app_code())
    assert answer.status_code == 422
    assert "Log opnieuw in" in answer.text
    assert not browser.is_in()
    browser.with_password(EMMA)
    browser.take_step(app_code())
    assert browser.is_in()


def test_fifteen_wrong_codes_a_day_stop_that_address_and_not_the_owner_elsewhere(someone, clock):
    """GRP-49, trust 6: as with mailed codes, and counted in the database."""
    thief = someone()
    for number in range(15):
        if number % 5 == 0:
            thief.post("/login", data={"email": EMMA, "password": PASSWORD}, network="10.9.9.9")
        thief.post("/login/step", data={"code": "000000"}, network="10.9.9.9")
    thief.post("/login", data={"email": EMMA, "password": PASSWORD}, network="10.9.9.9")
    assert thief.post("/login/step", data={"code": app_code()}, network="10.9.9.9").status_code == 429
    owner = someone()
    owner.with_password(EMMA)
    owner.take_step(app_code())
    assert owner.is_in()


def test_signing_in_often_uses_up_no_mailed_codes(someone, clock):
    """decisions 13: successful sign-ins never count, though each waits for a second step for a moment."""
    for _time in range(6):
        clock.forward(seconds=60)
        browser = someone()
        browser.with_password(EMMA)
        assert browser.take_step(app_code()).status_code == 303
    browser = someone()
    browser.with_password(EMMA)
    assert browser.post("/login/step/send").status_code == 303


def test_the_second_step_waits_ten_minutes_in_the_browser_of_the_password(someone, clock):
    """GRP-49"""
    browser, other = someone(), someone()
    browser.with_password(EMMA)
    assert other.take_step(app_code()).status_code == 422
    with browser.session_transaction() as mine, other.session_transaction() as theirs:
        theirs["step_id"] = mine["step_id"]
    assert other.take_step(app_code()).status_code == 422
    assert not other.is_in()
    clock.forward(minutes=10, seconds=1)
    assert browser.get("/login/step").location == "/login"
    assert browser.take_step(app_code()).status_code == 422
    assert not browser.is_in()


def test_a_cookie_of_before_signing_in_opens_nothing_a_second_time(browser, clock):
    """trust: what was used up is over on the server, whatever a browser kept."""
    browser.with_password(EMMA)
    kept = browser.get_cookie("brink").value
    browser.take_step(app_code())
    browser.post("/logout")
    clock.forward(seconds=60)
    browser.set_cookie("brink", kept)
    assert browser.take_step(app_code()).status_code == 422
    assert not browser.is_in()


def test_a_wrong_password_looks_the_same_with_and_without_a_second_step(someone):
    """GRP-50: that somebody has one shows only to who knows their password."""
    pages = [someone().with_password(email, "een fout wachtwoord") for email in (EMMA, ANNA, "niemand@brink.example")]
    assert {page.status_code for page in pages} == {422}
    assert len({page.text.replace(email, "x").count("Wachtwoord") for page, email in zip(
        pages, (EMMA, ANNA, "niemand@brink.example"), strict=True)}) == 1  # fmt: skip
    assert all("/login/step" not in page.text for page in pages)


def test_what_was_typed_travels_through_the_second_step(app, someone, thread, clock):
    """groups.md 5, decisions 15: in the page only, through all steps, until it is back in its box."""
    browser, target = someone(), f"/threads/{thread.id}/posts"
    signed_out = browser.post(target, data={"body": "Wij hebben zestig graden."})
    fields = form_to("/login", signed_out.text)
    page = browser.post("/login", data={**fields, "email": EMMA, "password": PASSWORD})
    assert page.status_code == 200
    fields = form_to("/login/step", page.text)
    assert fields["carried.body"] == "Wij hebben zestig graden."
    wrong = browser.post("/login/step", data={**fields, "code": "000000"})
    fields = form_to("/login/step", wrong.text)
    back = browser.post("/login/step", data={**fields, "code": app_code()})
    assert form_to(target, back.text)["body"] == "Wij hebben zestig graden."


def test_nothing_typed_is_lost_when_the_second_step_begins_anew(someone, thread, clock):
    """decisions 15"""
    browser, target = someone(), f"/threads/{thread.id}/posts"
    browser.with_password(EMMA)
    clock.forward(minutes=11)
    page = browser.post("/login/step", data={"code": "1", "carried_to": target, "carried.body": "Nog hier."})
    assert form_to("/login", page.text)["carried.body"] == "Nog hier."


def test_the_letter_of_the_second_step_holds_no_link_that_lets_in(browser, outbox, clock):
    """GRP-48"""
    browser.with_password(BERT)
    browser.post("/login/step/send")
    letter = text_of(outbox()[-1])
    assert "/login/step?by=mail" in letter
    browser.get("/login/step?by=mail")
    assert not browser.is_in()
    browser.wait_a_minute()
    again = browser.post("/login/step/send")
    assert again.status_code == 429
    assert "Retry-After" in again.headers


def test_a_mailed_second_code_counts_among_the_five_an_hour(browser, clock):
    """GRP-49"""
    browser.with_password(BERT)
    for _time in range(5):
        assert browser.post("/login/step/send").status_code == 303
        clock.forward(seconds=61)
    refused = browser.post("/login/step/send", data={"carried_to": "/threads/1/posts", "carried.body": "Nog hier."})
    assert refused.status_code == 429
    assert form_to("/login/step/send", refused.text)["carried.body"] == "Nog hier."


# --- Setting up ---


def test_who_sets_it_up_sees_the_secret_and_ten_codes_once(anna_in, clock):
    """GRP-52: as a square in the page and in letters; confirmed by a code before it counts."""
    begun = anna_in.post(SETUP, data={"current": PASSWORD})
    assert (begun.status_code, begun.location) == (303, SETUP)
    page = anna_in.get(SETUP)
    secret = SECRET_SHOWN.search(page.text).group(1).replace(" ", "")
    assert len(secret) == 32
    assert "otpauth://totp/" in page.text
    assert '<path d="M' in page.text
    assert "style=" not in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert factor_of("anna") is None
    wrong = anna_in.post(f"{SETUP}/confirm", data={"code": other_than(code_of(secret))})
    assert wrong.status_code == 422
    assert SECRET_SHOWN.search(wrong.text)
    assert factor_of("anna") is None
    shown = anna_in.post(f"{SETUP}/confirm", data={"code": code_of(secret)})
    assert shown.status_code == 200
    assert len(set(RECOVERY.findall(shown.text))) == 10
    after = anna_in.get(SETUP).text
    assert secret not in after.replace(" ", "")
    assert not RECOVERY.search(after)
    assert "nog 10 herstelcodes" in after


def test_setting_up_asks_the_password(anna_in):
    """ASVS 7.5.1: an open screen alone sets up nothing."""
    for typed in ("", "een fout wachtwoord"):
        assert anna_in.post(SETUP, data={"current": typed}).status_code == 422
    assert db.session.scalar(select(SecondFactor).where(SecondFactor.person_id == person_named("anna").id)) is None


def test_a_mailed_code_typed_just_now_is_as_good_as_the_password_and_no_longer(browser, code_mailed, clock):
    """GRP-52: behind the code just given; a person without a password types a new one after ten minutes."""
    person_named("anna").password_hash = None
    db.session.commit()
    browser.ask_code(ANNA)
    browser.type_code(code_mailed())
    clock.forward(minutes=11)
    refused = browser.post(SETUP)
    assert refused.status_code == 422
    assert "log in met een code" in refused.text
    browser.post("/logout")
    browser.ask_code(ANNA)
    browser.type_code(code_mailed())
    assert browser.post(SETUP).status_code == 303


def test_setting_up_ends_the_sessions_that_never_took_the_step(someone, clock):
    """GRP-53: other devices come in with both steps from now on."""
    first, second = someone(), someone()
    first.with_password(ANNA)
    second.with_password(ANNA)
    set_up_second_step(first, PASSWORD)
    assert first.is_in()
    assert not second.is_in()
    assert Actor.of_session(db.session.scalars(
        select(Session.token_hash).where(Session.person_id == person_named("anna").id)).one()).is_stepped_up


def test_the_secret_being_set_up_is_shown_to_no_other_session(someone):
    """trust 11"""
    first, second = someone(), someone()
    first.with_password(ANNA)
    second.with_password(ANNA)
    first.post(SETUP, data={"current": PASSWORD})
    assert SECRET_SHOWN.search(first.get(SETUP).text)
    assert not SECRET_SHOWN.search(second.get(SETUP).text)


def test_setting_up_takes_half_an_hour_at_most(anna_in, clock):
    anna_in.post(SETUP, data={"current": PASSWORD})
    secret = SECRET_SHOWN.search(anna_in.get(SETUP).text).group(1).replace(" ", "")
    clock.forward(minutes=31)
    assert anna_in.post(f"{SETUP}/confirm", data={"code": code_of(secret)}).status_code == 303
    assert factor_of("anna") is None
    forget_what_is_over()
    assert db.session.scalar(select(SecondFactor).where(SecondFactor.person_id == person_named("anna").id)) is None


def test_who_has_one_sets_up_no_other_beside_it(browser, clock):
    browser.with_password(EMMA)
    browser.take_step(app_code())
    assert browser.post(SETUP, data={"current": PASSWORD}).status_code == 409
    assert browser.post(f"{SETUP}/confirm", data={"code": "123456"}).status_code == 303


def test_a_copy_of_the_database_gives_no_secret_and_no_recovery_code(app, anna_in, clock):
    """trust 11: sealed with a key made of SECRET_KEY; recovery codes as keyed hashes."""
    secret, codes = set_up_second_step(anna_in, PASSWORD)
    plain = {secret, STEP_SECRET, *codes, *(code.replace("-", "") for code in codes)}
    assert [place for place, words in words_in_database() if any(each in words for each in plain)] == []
    assert secret_of(factor_of("anna")) == secret
    assert unseal(factor_of("anna").secret, key="another key of this length, no more", purpose=SEALED_FOR) is None
    assert unseal(seal("x", key="k", purpose="other"), key="k", purpose=SEALED_FOR) is None


def test_with_another_secret_key_no_code_counts_and_nothing_breaks(app, browser, clock):
    """The administrator who lost SECRET_KEY resets second steps; a page is no 500 until then."""
    factor_of("emma").secret = seal(STEP_SECRET, key="another key of this length, no more", purpose=SEALED_FOR)
    db.session.commit()
    browser.with_password(EMMA)
    assert browser.take_step(app_code()).status_code == 422


# --- Recovery codes ---


def test_a_recovery_code_works_once(someone, anna_in, outbox, clock):
    """GRP-52: and the person is mailed that it was used."""
    _secret, codes = set_up_second_step(anna_in, PASSWORD)
    browser = someone()
    browser.with_password(ANNA)
    assert browser.take_step(codes[3].replace("-", " ")).status_code == 303
    assert browser.is_in()
    assert "herstelcode" in text_of(outbox()[-1])
    assert "nog 9 herstelcodes" in text_of(outbox()[-1])
    other = someone()
    other.with_password(ANNA)
    assert other.take_step(codes[3]).status_code == 422
    assert other.take_step(codes[4]).status_code == 303


def test_new_recovery_codes_end_the_old_ones_and_ask_the_step_again(someone, anna_in, clock):
    """GRP-52"""
    secret, codes = set_up_second_step(anna_in, PASSWORD)
    assert anna_in.post(f"{SETUP}/codes", data={"code": code_of(secret)}).status_code == 422  # it was used
    clock.forward(seconds=31)
    fresh = RECOVERY.findall(anna_in.post(f"{SETUP}/codes", data={"code": code_of(secret)}).text)
    assert len(set(fresh) - set(codes)) == 10
    browser = someone()
    browser.with_password(ANNA)
    assert browser.take_step(codes[0]).status_code == 422
    assert browser.take_step(fresh[0]).status_code == 303


def test_one_persons_recovery_code_is_nothing_to_another(someone, anna_in, clock):
    _secret, codes = set_up_second_step(anna_in, PASSWORD)
    browser = someone()
    browser.with_password(EMMA)
    assert browser.take_step(codes[0]).status_code == 422


# --- Taking away ---


def test_removing_asks_the_step_again_and_mails_the_person(someone, anna_in, outbox, clock):
    """GRP-52: other devices are signed out; the secret is gone, that it was there stays."""
    secret, _codes = set_up_second_step(anna_in, PASSWORD)
    factor_id = factor_of("anna").id
    for code in ("", "000000", code_of(secret)):  # the last was used to confirm
        assert anna_in.post(f"{SETUP}/remove", data={"code": code}).status_code == 422
    assert factor_of("anna") is not None
    clock.forward(seconds=31)
    other = someone()
    other.with_password(ANNA)
    other.take_step(code_of(secret))
    clock.forward(seconds=31)
    assert anna_in.post(f"{SETUP}/remove", data={"code": code_of(secret)}).status_code == 303
    assert factor_of("anna") is None
    assert not other.is_in()
    assert "verwijderd" in text_of(outbox()[-1])
    assert db.session.get_one(SecondFactor, factor_id).secret == ""
    assert db.session.scalar(select(func.count()).where(RecoveryCode.factor_id == factor_id)) == 0


def test_adding_and_removing_ring_the_bell_of_the_person(anna_in, clock):
    """groups.md 6: changed factor; also of who did it, for it may have been another in their name."""
    secret, _codes = set_up_second_step(anna_in, PASSWORD)
    assert "Er is een tweede stap ingesteld" in anna_in.get("/notifications").text
    clock.forward(seconds=31)
    anna_in.post(f"{SETUP}/remove", data={"code": code_of(secret)})
    page = anna_in.get("/notifications").text
    assert "tweede stap van uw account is verwijderd" in page
    assert db.session.scalar(select(func.count()).where(Notification.kind == "second_step")) == 1


def test_all_of_it_is_in_the_log_without_a_code_or_secret(anna_in, clock):
    """decisions 3, groups.md 6"""
    secret, codes = set_up_second_step(anna_in, PASSWORD)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "SecondFactorChanged")).all()
    assert [entry.details["change"] for entry in entries] == ["added"]
    words = " ".join(str(entry.details) for entry in db.session.scalars(select(AuditEntry)))
    assert not any(each in words for each in (secret, *codes))


def test_own_data_says_since_when_and_never_the_secret(anna_in, clock):
    """DIR, own data"""
    secret, codes = set_up_second_step(anna_in, PASSWORD)
    taken = anna_in.post("/account/data")
    assert taken.get_json()["second_step"][0]["recovery_codes_left"] == 10
    assert not any(each in taken.text for each in (secret, *codes))


# --- Whose office asks it ---


@pytest.mark.parametrize("key", ["dirk", "femke"])
def test_who_looks_after_the_association_does_nothing_of_it_without_a_second_step(key, browser, clock):
    """GRP-52: they are led to set it up, and go on as participants until then."""
    remove_step_of(key)
    led = browser.with_password(f"{key}@brink.example", next="/admin")
    assert (led.status_code, led.location) == (303, f"{SETUP}?next=/admin")
    assert not can_see_rules(actor_named(key))
    again = browser.get("/admin")
    assert (again.status_code, again.location) == (303, f"{SETUP}?next=/admin")
    assert browser.get("/groups/energie").status_code == 200
    assert "Uw functie rust" in browser.get("/").text
    page = browser.post(SETUP, data={"current": PASSWORD, "next": "/admin"})
    assert page.location == f"{SETUP}?next=/admin"
    secret = SECRET_SHOWN.search(browser.get(page.location).text).group(1).replace(" ", "")
    shown = browser.post(f"{SETUP}/confirm", data={"code": code_of(secret), "next": "/admin"})
    assert 'href="/admin"' in shown.text
    assert browser.get("/admin").status_code == 200
    assert "Uw functie rust" not in browser.get("/").text


def test_a_session_that_never_took_the_step_holds_no_office(sign_in, dirk):
    """GRP-52: that somebody once set it up proves nothing of who sits here."""
    assert sign_in(dirk).get("/admin").status_code == 200
    assert sign_in(dirk, stepped_up=False).get("/admin").location == "/login/step?next=/admin"


def test_what_a_sleeping_coordinator_sends_is_refused_with_their_text(sign_in, dirk, clock):
    """decisions 15"""
    remove_step_of("dirk")
    sent = sign_in(dirk).post("/groups", data={"name": "Nieuwe groep", "purpose": "Samen iets moois gaan doen."})
    assert sent.status_code == 403
    assert "Samen iets moois" in sent.text


# --- Lost ---


def test_a_coordinator_takes_away_what_someone_lost_with_a_reason(sign_in, dirk, someone, outbox, clock):
    """groups.md 3: the person is mailed the reason and signed out everywhere."""
    emma = someone()
    emma.with_password(EMMA)
    emma.take_step(app_code())
    desk = sign_in(dirk)
    assert desk.post("/admin/second-step", data={"email": EMMA, "reason": "kort"}).status_code == 422
    assert desk.post("/admin/second-step", data={"email": "niemand@x.nl", "reason": REASON}).status_code == 422
    assert desk.post("/admin/second-step", data={"email": ANNA, "reason": REASON}).status_code == 422
    assert desk.post("/admin/second-step", data={"email": DIRK, "reason": REASON}).status_code == 422
    assert outbox() == []
    assert desk.post("/admin/second-step", data={"email": EMMA, "reason": REASON}).status_code == 303
    assert not emma.is_in()
    assert REASON in text_of(outbox()[-1])
    assert emma.with_password(EMMA).location == "/"
    removed = queries.second_factors(person_named("emma").id)[0]
    assert (removed.removed_by, removed.reason) == (dirk.id, REASON)


def test_only_who_looks_after_the_association_resets_and_nobody_their_own(app, dirk, femke, emma, anna):
    """groups.md 3"""
    assert can_reset_second_step(dirk, person_named("emma"))
    assert can_reset_second_step(femke, person_named("dirk"))
    assert not can_reset_second_step(dirk, person_named("dirk"))
    assert not can_reset_second_step(emma, person_named("anna"))
    assert not can_reset_second_step(anna, person_named("emma"))


def test_the_only_administrator_gets_back_in_by_a_command(app, outbox):
    """GRP-52: else losing a phone would be the end of the site."""
    run = app.test_cli_runner().invoke
    assert run(args=["people", "reset-second-step", "niemand@x.nl", "--reason", REASON]).exit_code == 1
    assert run(args=["people", "reset-second-step", "femke@brink.example", "--reason", "kort"]).exit_code == 1
    assert run(args=["people", "reset-second-step", "femke@brink.example", "--reason", REASON]).exit_code == 0
    db.session.rollback()
    assert factor_of("femke") is None
    assert REASON in text_of(outbox()[-1])
    assert run(args=["people", "reset-second-step", "femke@brink.example", "--reason", REASON]).exit_code == 1


# --- The demo ---


def test_the_demo_shows_the_present_code_of_its_people_only(app, browser, anna_in, clock):
    """interface.md: in demo mode the page that asks for it shows the present code."""
    from app.demo.service import demo_code

    kept = app.extensions["demo_code"]
    browser.post("/logout")
    browser.with_password(EMMA)
    assert app_code() not in browser.get("/login/step").text
    app.extensions["demo_code"] = demo_code
    try:
        assert app_code() in browser.get("/login/step").text
        browser.take_step(app_code())
        assert demo_code(factor_of("emma")) == app_code(+1)  # the present one was used
        browser.post("/logout")
        browser.with_password(ANNA)
        set_up_second_step(browser, PASSWORD)
        assert demo_code(factor_of("anna")) == ""
    finally:
        app.extensions["demo_code"] = kept


def remove_step_of(key):
    """As if they had none: a new administrator, or one after a reset."""
    factor = factor_of(key)
    db.session.delete(factor)
    db.session.commit()

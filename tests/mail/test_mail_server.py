"""What a mail server can do to a letter, and what becomes of it (NTF-5; notifications 6, "Mail server away")."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.audit.models import AuditEntry
from app.core import events
from app.core.clock import now
from app.core.extensions import db
from app.core.transaction import atomic
from app.jobs.service import hold_off
from app.mail.events import MailFailed, MailSent, MailUncertain
from app.mail.models import Letter, LetterState, Trouble
from app.mail.service import drop_letters, message_of, server, write_letter
from app.mail.tasks import ENOUGH, POST, _send_what_is_due, send_waiting_letters
from tests.mail.talker import CUT, SILENCE, Talker, make_certificate
from tests.servers import DROP_AFTER_DATA, HOST, Answer, free_port

WAITING, FAILED, UNCERTAIN, SENT = (LetterState.WAITING, LetterState.FAILED, LetterState.UNCERTAIN, LetterState.SENT)
FIRST_WAITS = [1, 5, 15, 60, 60, 60]  # minutes


@pytest.fixture
def talker(app, monkeypatch):
    """Starts the server that is asked for, and sends by it; who waits for its answers has little patience."""
    monkeypatch.setattr(server, "PATIENCE", 0.4)
    started = []

    def start(*, url="{}", **how):
        talker = Talker(**how)
        started.append(talker)
        monkeypatch.setitem(app.config, "MAIL_URL", url.format(talker.start()))
        return talker

    yield start
    for talker in started:
        talker.stop()


@pytest.fixture
def put_aside(app, monkeypatch):
    """Letters that wait: nobody has been asked yet to send them."""

    def write(*receivers, **more):
        monkeypatch.setattr(app.extensions["jobs"], "run", lambda *_: None)
        return [write_letter(to=f"{receiver}@brink.example", kind="accounts/sign_in", locale="nl", name="Anna",
                             code="123456", **more).id for receiver in receivers]  # fmt: skip

    return write


def letters():
    """In the order in which they were written."""
    db.session.rollback()
    return db.session.scalars(select(Letter).order_by(Letter.id)).all()


def how_it_stands():
    return [(letter.state, letter.trouble, letter.reply_code) for letter in letters()]


@pytest.mark.parametrize(("answers", "state", "trouble", "code"), [
    ({"greeting": SILENCE}, WAITING, Trouble.UNREACHABLE, None),
    ({"greeting": CUT}, WAITING, Trouble.UNREACHABLE, None),
    ({"greeting": "554 Not for you"}, WAITING, Trouble.UNREACHABLE, 554),
    ({"EHLO": SILENCE}, WAITING, Trouble.UNREACHABLE, None),
    ({"MAIL": "451 Later"}, WAITING, Trouble.SENDER_REFUSED, 451),
    ({"MAIL": "550 Not that sender"}, WAITING, Trouble.SENDER_REFUSED, 550),
    ({"MAIL": SILENCE}, WAITING, Trouble.CUT_OFF, None),
    ({"RCPT": "450 Greylisted"}, WAITING, Trouble.PUT_OFF, 450),
    ({"RCPT": "421 Closing"}, WAITING, Trouble.CUT_OFF, 421),
    ({"RCPT": "550 No such person"}, FAILED, Trouble.RECEIVER_REFUSED, 550),
    ({"RCPT": "550 5.7.1 Blocked"}, WAITING, Trouble.TURNED_AWAY, 550),
    ({"RCPT": CUT}, WAITING, Trouble.CUT_OFF, None),
    ({"RCPT": "What?"}, WAITING, Trouble.CUT_OFF, None),
    ({"DATA": "451 Later"}, WAITING, Trouble.PUT_OFF, 451),
    ({"DATA": "554 Nothing of this"}, FAILED, Trouble.TEXT_REFUSED, 554),
    ({"dot": "452 Full"}, WAITING, Trouble.PUT_OFF, 452),
    ({"dot": "552 Too large"}, FAILED, Trouble.TEXT_REFUSED, 552),
    ({"DATA": SILENCE}, WAITING, Trouble.CUT_OFF, None),
    ({"DATA": CUT}, WAITING, Trouble.CUT_OFF, None),
    ({"DATA": "250 What text?"}, WAITING, Trouble.CUT_OFF, 250),
    ({"dot": SILENCE}, UNCERTAIN, Trouble.NO_ANSWER, None),
    ({"dot": CUT}, UNCERTAIN, Trouble.NO_ANSWER, None),
    ({"dot": "What?"}, UNCERTAIN, Trouble.NO_ANSWER, None),
    ({"dot": "354 More"}, UNCERTAIN, Trouble.NO_ANSWER, None),
    ({}, SENT, None, None),
])  # fmt: skip
def test_each_failure_of_the_server_is_known_for_what_it_is(talker, put_aside, answers, state, trouble, code):
    """NTF-5: only what fails after the text was handed over is uncertain."""
    talker(**answers)
    put_aside("anna")
    send_waiting_letters()
    assert how_it_stands() == [(state, trouble, code)]


@pytest.mark.parametrize(("said", "is_gone"), [
    ("550 5.1.1 User unknown", True), ("550 No such user here", True), ("551 5.1.6 Mailbox has moved", True),
    ("553 5.1.3 Bad destination address", True), ("501 5.1.3 Bad address syntax", True),
    ("550 Unrouteable address", True), ("550 5.4.1 Recipient address rejected: Access denied", True),
    ("550 5.2.1 Mailbox disabled", True), ("556 Domain does not accept mail", True),
    ("554 5.7.1 Relay access denied", False), ("550 relay not permitted", False),
    ("550 5.7.606 Access denied, banned sending IP", False), ("550 Greylisted, try again later", False),
    ("550 5.1.8 Sender address rejected", False), ("552 5.2.2 Mailbox full", False),
    ("554 Transaction failed", False), ("553 Blocked by our policy", False),
    ("550 Administrative prohibition", False), ("550 Sender verify failed", False), ("550 Access denied", False),
    ("550 Service refused, your host is listed", False), ("550 Too many recipients, rate limit", False),
    ("553 sorry, that domain isn't in my list of allowed rcpthosts", False), ("550 <jan@site.nl> 5.7.1 no", False),
    ("550 <jan.blockhuis@site.nl>: User unknown", True), ("550 <jan@policylab.nl> no such user", True),
])  # fmt: skip
def test_only_a_no_about_the_address_ends_a_letter(talker, put_aside, clock, said, is_gone):
    """NTF-39: what is about us says nothing of the address, and is tried again as long as anything is."""
    talker(RCPT=said)
    put_aside("anna")
    send_waiting_letters()
    [(state, trouble, _code)] = how_it_stands()
    assert (state, trouble) == ((FAILED, Trouble.RECEIVER_REFUSED) if is_gone else (WAITING, Trouble.TURNED_AWAY))
    if not is_gone:
        clock.forward(hours=72, minutes=1)
        send_waiting_letters()
        assert [letter.state for letter in letters()] == [FAILED]


def test_who_is_turned_away_does_not_hold_up_the_others(talker, put_aside):
    """Two in a row of one company say nothing of the next."""
    talker(RCPT=["554 5.7.1 Blocked"] * ENOUGH + ["250 OK"])
    put_aside("anna", "bram", "carla")
    send_waiting_letters()
    assert [letter.state for letter in letters()] == [WAITING, WAITING, SENT]


def test_a_line_that_begins_with_a_dot_arrives_as_it_was_written(app, mail_server, put_aside, monkeypatch):
    """RFC 5321 4.5.2: a dot alone does not end the text either."""
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    [letter_id] = put_aside("anna")
    text = ".\n..\n.env is de naam\n\nWas getekend.\n"
    db.session.get_one(Letter, letter_id).body_text = text
    db.session.commit()
    send_waiting_letters()
    said = mail_server.deliveries[0].message.get_body(("plain",)).get_content()
    assert said.replace("\r\n", "\n") == text


def test_a_server_that_is_not_there_is_tried_again(app, put_aside, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://{HOST}:{free_port()}")
    put_aside("anna")
    send_waiting_letters()
    assert how_it_stands() == [(WAITING, Trouble.UNREACHABLE, None)]


def test_a_password_is_not_said_over_a_line_that_others_can_read(talker, put_aside, monkeypatch, app):
    """A server without STARTTLS, and one that refuses it."""
    for answers in ({}, {"EHLO": "250-mail.test\r\n250 STARTTLS", "STARTTLS": "454 Not now"}):
        heard = talker(**answers)
        monkeypatch.setitem(app.config, "MAIL_URL", heard.url.replace("//", "//brink:secret@"))
        put_aside("anna")
        hold_off(POST, timedelta())
        send_waiting_letters()
        assert letters()[-1].trouble is Trouble.NOT_SECURE
        assert "AUTH" not in heard.heard


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_whose_name_nobody_vouches_for_gets_no_letter(talker, put_aside, scheme, tmp_path, monkeypatch, app):
    heard = talker(certificate=make_certificate(tmp_path / "own.pem"), from_the_start=scheme == "smtps",
                   EHLO="250-mail.test\r\n250 STARTTLS", STARTTLS="220 Go on")  # fmt: skip
    monkeypatch.setitem(app.config, "MAIL_URL", heard.url.replace("smtp://", f"{scheme}://brink:secret@"))
    put_aside("anna")
    send_waiting_letters()
    assert how_it_stands() == [(WAITING, Trouble.NOT_SECURE, None)]


@pytest.mark.parametrize(("auth", "state", "trouble", "code"), [
    ("535 Wrong", WAITING, Trouble.LOGIN_REFUSED, 535), ("235 Welcome", SENT, None, None)])  # fmt: skip
def test_a_wrong_password_is_no_fault_of_the_letter(talker, put_aside, tmp_path, monkeypatch, app, auth, state, trouble,
                                                    code):  # fmt: skip
    """It waits until MAIL_URL is mended."""
    certificate = make_certificate(tmp_path / "own.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    heard = talker(certificate=certificate, EHLO="250-mail.test\r\n250-STARTTLS\r\n250 AUTH PLAIN",
                   STARTTLS="220 Go on", AUTH=auth)  # fmt: skip
    monkeypatch.setitem(app.config, "MAIL_URL", heard.url.replace("//", "//brink:secret@"))
    put_aside("anna")
    send_waiting_letters()
    assert how_it_stands() == [(state, trouble, code)]


def test_a_server_that_is_away_is_asked_by_one_letter_for_all(talker, put_aside):
    """Notifications 6: the rest waits untouched, in order, and nobody stands at the door meanwhile."""
    shut = talker(greeting=SILENCE)
    put_aside("anna", "bram", "carla")
    for _time in range(3):
        send_waiting_letters()
    assert shut.lines == 1
    assert [letter.tries for letter in letters()] == [1, 0, 0]
    assert [letter.state for letter in letters()] == [WAITING] * 3


def test_what_waited_for_the_server_goes_as_soon_as_it_is_back_and_in_order(mail_server, app, put_aside, clock,
                                                                            monkeypatch):  # fmt: skip
    monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://{HOST}:{free_port()}")
    put_aside("anna", "bram", "carla")
    for _minute in range(4):  # each of the three is in its turn the one that is tried
        send_waiting_letters()
        clock.forward(minutes=1)
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    send_waiting_letters()
    assert [to for delivery in mail_server.deliveries for to in delivery.recipients] == [
        "anna@brink.example", "bram@brink.example", "carla@brink.example"]  # fmt: skip


def test_a_letter_waits_one_five_fifteen_sixty_minutes_and_then_an_hour_each_time(talker, put_aside, clock):
    """Notifications 6"""
    talker(RCPT="450 Greylisted")
    put_aside("anna")
    waits = []
    for _try in FIRST_WAITS:
        send_waiting_letters()
        [letter] = letters()
        waits.append((letter.not_before - now()) / timedelta(minutes=1))
        clock.set(letter.not_before)
    assert waits == FIRST_WAITS


def test_after_three_days_a_letter_is_given_up_and_the_log_says_so(talker, put_aside, clock):
    """Notifications 6 and 7: who hears MailFailed puts the item in the digest."""
    refusing = talker(RCPT="450 Greylisted")
    [letter_id] = put_aside("anna")
    clock.forward(hours=71, minutes=59)
    send_waiting_letters()
    assert how_it_stands() == [(WAITING, Trouble.PUT_OFF, 450)]
    clock.forward(minutes=2)
    send_waiting_letters()
    assert how_it_stands() == [(FAILED, Trouble.PUT_OFF, 450)]
    assert refusing.heard.count("RCPT") == 1
    assert written_down("MailFailed") == [{"letter_ids": [letter_id]}]


def test_a_code_is_given_up_when_it_is_of_no_more_use(talker, put_aside, clock):
    """decisions 12: in ten minutes, not in three days; and its words go."""
    talker(RCPT="450 Greylisted")
    put_aside("anna", useless_after=now() + timedelta(minutes=10))
    send_waiting_letters()
    clock.forward(minutes=11)
    send_waiting_letters()
    [letter] = letters()
    assert (letter.state, letter.trouble, letter.subject, letter.body_text) == (FAILED, Trouble.PUT_OFF, "", "")


def test_codes_go_before_what_was_written_earlier(mail_server, app, put_aside, monkeypatch):
    """Somebody sits before the page and waits for it."""
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    put_aside("bram", "carla")
    put_aside("anna", useless_after=now() + timedelta(minutes=10))
    send_waiting_letters()
    assert [delivery.recipients[0][:4] for delivery in mail_server.deliveries] == ["anna", "bram", "carl"]


def test_many_letters_go_over_one_line(talker, put_aside):
    listening = talker()
    put_aside(*(f"reader{number}" for number in range(30)))
    send_waiting_letters()
    assert [letter.state for letter in letters()] == [SENT] * 30
    assert (listening.lines, listening.heard.count("EHLO"), listening.heard.count(".")) == (1, 1, 30)


@pytest.mark.parametrize(("answers", "first"), [
    ({"RCPT": ["550 No such person", "250 OK"]}, FAILED), ({"RCPT": ["450 Later", "250 OK"]}, WAITING),
    ({"MAIL": ["451 Later", "250 OK"]}, WAITING), ({"MAIL": [SILENCE, "250 OK"]}, WAITING),
    ({"RCPT": [CUT, "250 OK"]}, WAITING), ({"RCPT": ["421 Closing", "250 OK"]}, WAITING),
    ({"dot": ["554 Not this", "250 OK"]}, FAILED), ({"dot": [CUT, "250 OK"]}, UNCERTAIN),
    ({"dot": [SILENCE, "250 OK"]}, UNCERTAIN),
])  # fmt: skip
def test_one_letter_that_goes_wrong_holds_up_no_other(talker, put_aside, answers, first):
    talker(**answers)
    put_aside("anna", "bram", "carla")
    send_waiting_letters()
    assert [letter.state for letter in letters()] == [first, SENT, SENT]


@pytest.mark.parametrize("answers", [{"MAIL": SILENCE}, {"dot": SILENCE}, {"RCPT": CUT}, {"MAIL": "550 Not you"}])
def test_a_server_that_breaks_off_again_and_again_is_left_alone_for_a_minute(talker, put_aside, clock, answers):
    """Or a hundred letters would hang one after the other, and each text might have gone."""
    talker(**answers)
    put_aside(*(f"reader{number}" for number in range(10)))
    for _time in range(3):
        send_waiting_letters()
    assert [letter.tries for letter in letters()] == [1] * ENOUGH + [0] * (10 - ENOUGH)
    assert [letter.state for letter in letters()][ENOUGH:] == [WAITING] * (10 - ENOUGH)
    clock.forward(minutes=1)
    send_waiting_letters()
    assert sum(letter.tries for letter in letters()) == 2 * ENOUGH


def test_a_letter_of_which_no_message_can_be_made_stops_no_other(talker, put_aside):
    talker()
    put_aside("anna", "bram", "andré")  # an address with a letter that plain SMTP cannot say
    first = letters()[0]
    first.subject = "Twee\nregels"
    db.session.commit()
    send_waiting_letters()
    assert how_it_stands() == [(FAILED, Trouble.NOT_SENDABLE, None), (SENT, None, None),
                               (FAILED, Trouble.NOT_SENDABLE, None)]  # fmt: skip


def test_a_letter_that_is_dropped_while_a_worker_holds_it_does_not_go(mail_server, app, put_aside, monkeypatch):
    """trust 3: the right is gone."""
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    put_aside("anna", "bram")
    offer = server.MailServer.offer

    def offer_and_drop(self, to):
        offer(self, to)
        if to.startswith("anna"):
            atomic(drop_letters)("bram@brink.example", but="never/")

    monkeypatch.setattr(server.MailServer, "offer", offer_and_drop)
    send_waiting_letters()
    assert [letter.state for letter in letters()] == [SENT, LetterState.DROPPED]
    assert len(mail_server.deliveries) == 1


def test_a_letter_that_another_worker_took_over_is_not_sent_by_the_first(mail_server, app, put_aside, clock,
                                                                         monkeypatch):  # fmt: skip
    """NTF-5: the lease ran out while the first one waited for the server."""
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    put_aside("anna")
    offer = server.MailServer.offer

    def slow_offer(self, to):
        monkeypatch.setattr(server.MailServer, "offer", offer)
        clock.forward(minutes=6)
        _send_what_is_due()  # the other worker
        offer(self, to)

    monkeypatch.setattr(server.MailServer, "offer", slow_offer)
    send_waiting_letters()
    assert [letter.state for letter in letters()] == [SENT]
    assert len(mail_server.deliveries) == 1


def test_who_asks_hears_what_became_of_each_letter(mail_server, app, put_aside, monkeypatch):
    """Notifications 7; the log keeps what went wrong, and no line for each letter that went."""
    told = []
    for kind in (MailSent, MailFailed, MailUncertain):
        monkeypatch.setitem(events._inside, kind, [told.append])
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    mail_server.script(Answer(), Answer(550, "No such person", at="RCPT"), DROP_AFTER_DATA)
    anna, bram, carla = put_aside("anna", "bram", "carla")
    send_waiting_letters()
    assert told == [MailSent(actor_id=None, letter_ids=(anna,)), MailFailed(actor_id=None, letter_ids=(bram,)),
                    MailUncertain(actor_id=None, letter_ids=(carla,))]  # fmt: skip
    assert written_down("MailSent") == []
    assert written_down("MailFailed") == [{"letter_ids": [bram]}]
    assert written_down("MailUncertain") == [{"letter_ids": [carla]}]


def test_a_letter_whose_worker_died_at_handing_it_over_is_called_uncertain(app, put_aside, clock):
    """NTF-5: when the lease of that worker is over, not before."""
    [letter_id] = put_aside("anna")
    letter = letters()[0]
    letter.state, letter.not_before = LetterState.SENDING, now() + timedelta(minutes=5)
    db.session.commit()
    send_waiting_letters()
    assert letters()[0].state is LetterState.SENDING
    clock.forward(minutes=5)
    send_waiting_letters()
    assert how_it_stands() == [(UNCERTAIN, Trouble.WORKER_GONE, None)]
    assert written_down("MailUncertain") == [{"letter_ids": [letter_id]}]


def test_the_command_tries_also_a_server_that_was_away_a_moment_ago(mail_server, app, put_aside, monkeypatch, clock):
    """interface.md: flask mail send, after somebody mended it."""
    monkeypatch.setitem(app.config, "MAIL_URL", f"smtp://{HOST}:{free_port()}")
    put_aside("anna", "bram")
    send_waiting_letters()
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    db.session.rollback()
    said = app.test_cli_runner().invoke(args=["mail", "send"])
    assert (said.exit_code, said.output) == (0, "2 sent\n")


def written_down(event):
    db.session.rollback()
    return db.session.scalars(select(AuditEntry.details).where(AuditEntry.event == event)).all()


def test_addresses_and_ids_in_headers_go_out_as_they_are_however_long(mail_server, app, put_aside):
    """NTF-18, NTF-20: nobody decodes an encoded word where RFC 2369 and RFC 5322 allow none."""
    stop = "<https://brink.vezelwerk.example/notifications/stop/" + "WzEyMzQ1Njc4OTAx" * 6 + ".abc_-d>"
    answered = "<AM9PR07MB7185" + "A1" * 40 + "@AM9PR07MB7185.eurprd07.prod.outlook.com>"
    headers = {"List-Unsubscribe": stop, "List-Id": f"<{'werkgroep-' * 8}energie.brink.example>",
               "In-Reply-To": answered, "References": answered}  # fmt: skip
    put_aside("anna")
    db.session.execute(update(Letter).values(headers=headers))
    db.session.commit()
    text = message_of(letters()[0]).as_bytes()
    for name, value in headers.items():
        assert f"\r\n{name}: {value}\r\n".encode() in text

"""A letter waits in a row of its own transaction, is sent once, and loses its body (decisions 12; NTF-5)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.extensions import db
from app.core.transaction import atomic
from app.mail.models import Letter, LetterState
from app.mail.service import message_of, take_apart, through_the_site, write_letter
from app.mail.tasks import empty_useless_letters, send_letter, send_waiting_letters
from tests.servers import DROP_AFTER_DATA, REFUSE_FOR_GOOD, REFUSE_FOR_NOW

TO = "anna@brink.example"


@pytest.fixture
def by_smtp(app, mail_server, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    return mail_server


def write(**more):
    return write_letter(to=TO, kind="accounts/sign_in", locale="nl", name="Anna Assink", code="123456", **more)


def letter():
    db.session.rollback()
    return db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()


def test_a_letter_is_sent_as_soon_as_its_transaction_stands(by_smtp, app):
    write()
    [delivery] = by_smtp.deliveries
    assert (delivery.recipients, delivery.message["To"]) == ([TO], TO)
    assert "123456" in delivery.message.get_body(("plain",)).get_content()
    assert delivery.message["Message-ID"] == letter().message_id
    assert letter().state is LetterState.SENT


def test_a_letter_that_comes_back_is_known_as_ours(by_smtp, app):
    """NTF-33"""
    write()
    [delivery] = by_smtp.deliveries
    del delivery.message["Auto-Submitted"]
    assert take_apart(delivery.message.as_bytes()).automatic == "own"


def test_a_letter_of_an_undone_transaction_is_never_sent(by_smtp, app):
    @atomic
    def fail():
        write()
        raise RuntimeError("on purpose")

    with pytest.raises(RuntimeError):
        fail()
    send_waiting_letters()
    assert by_smtp.deliveries == []
    assert letter() is None


def test_a_letter_that_was_sent_keeps_no_body(by_smtp, app):
    """decisions 12"""
    write()
    assert (letter().body_text, letter().body_html) == ("", "")


def test_a_letter_is_not_sent_twice_however_often_it_is_asked_for(by_smtp, app):
    write()
    for _time in range(3):
        send_letter(letter().id)
        send_waiting_letters()
    assert len(by_smtp.deliveries) == 1


def test_two_workers_do_not_send_the_same_letter(by_smtp, app, monkeypatch):
    by_smtp.script(REFUSE_FOR_NOW)
    write()
    letter_id = letter().id
    db.session.execute(Letter.__table__.update().values(not_before=now()))
    db.session.commit()

    def send(_worker):
        with app.app_context():
            send_letter(letter_id)
            db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    assert len(by_smtp.deliveries) == 1


def test_a_letter_that_is_refused_for_now_is_tried_again_later(by_smtp, app, clock):
    by_smtp.script(REFUSE_FOR_NOW, REFUSE_FOR_NOW)
    write()
    assert (letter().state, letter().tries) == (LetterState.WAITING, 1)
    send_waiting_letters()
    assert letter().tries == 1  # not before a minute has passed
    clock.forward(seconds=61)
    send_waiting_letters()
    assert letter().tries == 2
    clock.forward(seconds=301)
    send_waiting_letters()
    assert letter().state is LetterState.SENT
    assert len(by_smtp.deliveries) == 1


def test_a_letter_is_given_up_after_three_days(by_smtp, app, clock):
    by_smtp.script(*[REFUSE_FOR_NOW] * 20)
    write()
    for _try in range(20):
        clock.forward(hours=5)
        send_waiting_letters()
    assert (letter().state, letter().tries) == (LetterState.FAILED, 1 + 72 // 5)


def test_an_address_that_does_not_exist_is_not_tried_again(by_smtp, app, clock):
    by_smtp.script(REFUSE_FOR_GOOD)
    write()
    clock.forward(hours=5)
    send_waiting_letters()
    assert letter().state is LetterState.FAILED
    assert by_smtp.deliveries == []


def test_a_letter_whose_fate_is_unknown_is_never_sent_twice_by_itself(by_smtp, app, clock):
    """NTF-5: the line broke after the server had it."""
    by_smtp.script(DROP_AFTER_DATA)
    write()
    assert letter().state is LetterState.UNCERTAIN
    clock.forward(days=2)
    send_waiting_letters()
    assert len(by_smtp.deliveries) == 1


def test_a_worker_that_died_before_handing_over_is_taken_over(by_smtp, app, clock):
    """NTF-5: its claim is a lease of five minutes."""
    by_smtp.script(REFUSE_FOR_NOW)
    write()
    found = letter()
    found.state, found.not_before = LetterState.CLAIMED, now()
    db.session.commit()
    send_waiting_letters()
    assert letter().state is LetterState.SENT


def test_a_letter_that_lay_at_handing_over_is_left_alone(by_smtp, app, clock):
    """NTF-5: it may have gone."""
    by_smtp.script(REFUSE_FOR_NOW)
    write()
    letter().state = LetterState.SENDING
    db.session.commit()
    clock.forward(days=1)
    send_waiting_letters()
    assert by_smtp.deliveries == []


def test_a_code_that_is_too_old_is_not_sent_and_not_kept(by_smtp, app, clock):
    """decisions 12: the one letter whose body is a secret is emptied after ten minutes, sent or not."""
    by_smtp.script(REFUSE_FOR_NOW)
    write(useless_after=now() + timedelta(minutes=10))
    assert "123456" in letter().body_text
    clock.forward(minutes=11)
    empty_useless_letters()
    assert (letter().body_text, letter().body_html) == ("", "")
    send_waiting_letters()
    assert by_smtp.deliveries == []


def test_without_a_mail_server_letters_lie_in_the_outbox(app, outbox):
    """issue A, part 3"""
    write()
    [written] = outbox()
    assert written["To"] == TO
    assert "123456" in written.get_body(("plain",)).get_content()


def test_a_letter_is_written_the_same_outside_a_request(app, outbox, visitor):
    """A job or a command writes letters too; links come from BASE_URL."""
    write()
    text = outbox()[0].get_body(("html",)).get_content()
    assert 'href="http://localhost/login/code"' in text


def test_a_letter_comes_whole_past_servers_that_take_seven_bits(app):
    """Nothing announces more to them (RFC 6152), and the words are the same behind it."""
    letter = Letter(id=1, to=TO, subject="Één woord", message_id="<1@brink.example>", headers={},
                    body_text="Groet, Zoë", body_html="<p>Groet, Zoë</p>")  # fmt: skip
    message = message_of(letter)
    assert message.as_bytes().isascii()
    assert message.get_body(("plain",)).get_content() == "Groet, Zoë\n"


def test_a_name_cannot_add_a_header_or_a_tag(app, outbox):
    name, code = "<b>Anna</b>\r\nBcc: x@evil.example", "1\r\nBcc: y"
    write_letter(to=TO, kind="accounts/sign_in", locale="nl", name=name, code=code)
    [written] = outbox()
    assert written["Bcc"] is None
    assert "<b>" not in written.get_body(("html",)).get_content()


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_subject_and_both_bodies_are_there_in_each_language(locale, app, outbox):
    write_letter(to=TO, kind="accounts/new_email", locale=locale, name="Anna", code="123456")
    [written] = outbox()
    assert written["Subject"]
    assert "123456" in written.get_body(("plain",)).get_content()
    assert f'<html lang="{locale}">' in written.get_body(("html",)).get_content()


@pytest.mark.parametrize(("given", "name"), [
    ("brink@localhost", "Samenwerkende Bedrijven Drenthe"), ("De brink <post@brink.example>", "De brink"),
])  # fmt: skip
def test_what_the_site_writes_itself_comes_from_a_name(app, outbox, monkeypatch, given, name):
    """An inbox shows the name; of an address alone nobody knows whose it is."""
    monkeypatch.setitem(app.config, "MAIL_FROM", given)
    write()
    [sender] = outbox()[0]["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (name, given.rpartition("<")[2].rstrip(">"))


def test_who_works_for_the_association_is_not_called_so_twice(app):
    """NTF-17"""
    site = app.config["SITE_NAME"]
    assert through_the_site(f"Dirk Drenth ({site})") == f"Dirk Drenth via {site}"
    assert through_the_site("Anna Assink (Vezelwerk)") == f"Anna Assink (Vezelwerk) via {site}"


def test_every_letter_looks_alike(app):
    """Without a style mail programs show the serif of old, as wide as the window, and cut off a long word."""
    letters = [name for name in app.jinja_env.list_templates() if "/email/" in name and name.endswith("body.html")]
    sources = [app.jinja_env.loader.get_source(app.jinja_env, name)[0] for name in letters]
    assert len(letters) > 12
    assert [name for name, source in zip(letters, sources, strict=True)
            if '<body style="{% include "_letter_style.txt" %}">' not in source] == []  # fmt: skip


def test_the_look_of_letters_fetches_nothing(app):
    """NTF-23"""
    style = app.jinja_env.get_template("_letter_style.txt").render()
    assert style.startswith("font-family:")
    assert not any(sign in style for sign in ('"', "url", "(", "//", "\n", "@"))

"""A mail server brings mail by LMTP; what is said to be taken is stored (NTF-38)."""

import smtplib

import pytest
from sqlalchemy.exc import OperationalError

from app.mailin.service import lmtp, lmtp_server
from tests.mailin.conftest import fates, mail, posts_of
from tests.servers import HOST, free_port

BRAM = "bram@brink.example"


@pytest.fixture
def door(app, mail_comes_in):
    port = free_port()
    with lmtp_server(app, HOST, port):
        client = smtplib.LMTP(HOST, port, timeout=10)
        yield client
        client.close()


def test_a_mail_that_is_taken_is_posted(thread, to_thread, door):
    assert door.sendmail(BRAM, [to_thread], mail(BRAM, "verborgen@elders.example")) == {}
    assert len(posts_of(thread)) == 1


def test_mail_for_others_is_not_taken(thread, door):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        door.sendmail(BRAM, ["anna@brink.example"], mail(BRAM, "anna@brink.example"))
    assert refusal.value.recipients["anna@brink.example"][0] == 550
    assert fates() == []


def test_what_comes_without_a_way_back_is_a_machine_s(thread, to_thread, door, outbox):
    """NTF-33: the mail server says it beside the mail (RFC 5321, 4.4 and 4.5.5)."""
    assert door.sendmail("", [to_thread], mail(BRAM, to_thread)) == {}
    assert fates() == [("dropped", "automatic")]
    assert posts_of(thread) == []
    assert outbox() == []


def test_of_two_receivers_the_second_comes_again(thread, to_thread, door):
    """RFC 2033: each gets an answer of its own."""
    refused = door.sendmail(BRAM, [to_thread, "post@brink.example"], mail(BRAM, to_thread))
    assert {address: answer[0] for address, answer in refused.items()} == {"post@brink.example": 452}
    assert len(posts_of(thread)) == 1


@pytest.mark.parametrize("trouble", [OSError("full"), OperationalError("", {}, Exception("away"))])
def test_what_cannot_be_stored_comes_again(thread, to_thread, door, monkeypatch, trouble):
    def fail(*_args, **_more):
        raise trouble

    with monkeypatch.context() as broken:
        broken.setattr(lmtp, "receive", fail)
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            door.sendmail(BRAM, [to_thread], mail(BRAM, to_thread))
    assert refusal.value.smtp_code == 451
    assert fates() == []


def test_an_empty_mail_goes_back(thread, to_thread, door):
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        door.sendmail(BRAM, [to_thread], b"\r\n")
    assert refusal.value.smtp_code == 554


def test_the_command_asks_for_the_address_that_mail_comes_to(app):
    answer = app.test_cli_runner().invoke(args=["mail", "lmtp"])
    assert answer.exit_code == 1
    assert "MAIL_IN_ADDRESS is missing" in answer.output

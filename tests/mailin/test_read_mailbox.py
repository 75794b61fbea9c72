"""Reading the mailbox: nothing leaves it before it is stored, and one bad mail keeps no other waiting (NTF-38)."""

import pytest
from sqlalchemy import update

from app.core.clock import now
from app.core.extensions import db
from app.mail.service.mailbox import mails_waiting
from app.mailin.models import SIZE_MOST, MailboxReading
from app.mailin.service import NoMailbox, mailbox, read_mailbox
from app.mailin.tasks import look_in_the_mailbox
from tests.conftest import together
from tests.mailin.conftest import answers, fates, mail, mails, posts_of
from tests.servers import ImapServer

BRAM = "bram@brink.example"


def test_what_lies_in_the_mailbox_is_posted_and_taken_out(thread, to_thread, mailbox):
    """NTF-38"""
    mailbox.put(mail(BRAM, to_thread, "Zestig graden."))
    mailbox.put(mail(BRAM, to_thread, "En ook zeventig.", message_id="<2@a.example>"))
    assert mails_waiting() == 2
    look_in_the_mailbox()
    assert [post.body_md for post in posts_of(thread)] == ["Zestig graden.", "En ook zeventig."]
    assert len(mailbox.mails) == 0
    look_in_the_mailbox()
    assert len(mails()) == 2


def test_the_same_mail_twice_in_the_mailbox_is_one_post(thread, to_thread, mailbox):
    """NTF-34"""
    for path in (b"Received: by a\r\n", b"Received: by b\r\n"):
        mailbox.put(path + mail(BRAM, to_thread))
    look_in_the_mailbox()
    assert len(posts_of(thread)) == 1
    assert answers() == ["posted"]
    assert len(mailbox.mails) == 0


def test_a_mail_above_thirty_megabytes_is_answered_by_its_head(thread, to_thread, mailbox):
    """NTF-35"""
    raw = mail(BRAM, to_thread)
    mailbox.put(raw + b"x" * 70 * 440_000)
    mailbox.put(mail(BRAM, to_thread, message_id="<2@a.example>"))
    look_in_the_mailbox()
    assert fates() == [("refused", "too_large"), ("posted", None)]
    assert mails()[0].size > SIZE_MOST
    assert len(mailbox.mails) == 0


@pytest.mark.parametrize("command", ["CAPABILITY", "LOGIN", "SELECT", "UID SEARCH", "UID FETCH 2 (RFC822",
                                     "UID FETCH 2 (BODY", "UID STORE 2", "UID EXPUNGE 2", "LOGOUT"])  # fmt: skip
def test_a_mailbox_that_breaks_off_loses_nothing(thread, to_thread, scripted, command):
    """Whatever was said last: the next minute goes on, and each mail is one post."""
    for number in (1, 2, 3):
        scripted.put(mail(BRAM, to_thread, f"Regel {number}.", message_id=f"<{number}@a.example>"))
    scripted.trouble = command
    look_in_the_mailbox()
    scripted.trouble = ""
    look_in_the_mailbox()
    assert [post.body_md for post in posts_of(thread)] == ["Regel 1.", "Regel 2.", "Regel 3."]
    assert scripted.mails == {}


def test_a_mail_that_cannot_be_stored_stays_in_the_mailbox(thread, to_thread, scripted, monkeypatch):
    """NTF-38: a disk that is full; nothing is deleted, nothing is even marked."""
    scripted.put(mail(BRAM, to_thread))

    def fail(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("app.files.service.contents._written", fail)
        look_in_the_mailbox()
    assert (len(scripted.mails), scripted.deleted, mails()) == (1, set(), [])
    look_in_the_mailbox()
    assert len(posts_of(thread)) == 1


def test_a_mail_over_which_we_stumble_keeps_no_other_waiting(thread, to_thread, scripted, monkeypatch):
    for number in (1, 2, 3):
        scripted.put(mail(BRAM, to_thread, f"Regel {number}.", message_id=f"<{number}@a.example>"))
    real = mailbox.receive

    def stumble(raw, **more):
        if b"Regel 1." in raw:
            raise RuntimeError("on purpose")
        return real(raw, **more)

    monkeypatch.setattr(mailbox, "receive", stumble)
    look_in_the_mailbox()
    assert [post.body_md for post in posts_of(thread)] == ["Regel 2.", "Regel 3."]
    assert list(scripted.mails) == [1]


def test_an_empty_mail_is_taken_out(scripted, thread):
    scripted.put(b" \r\n\r\n")
    look_in_the_mailbox()
    assert (scripted.mails, mails()) == ({}, [])


def test_a_server_that_cannot_remove_one_mail_alone_removes_what_is_marked(app, thread, to_thread, scripted):
    scripted.has_uidplus = False
    scripted.put(mail(BRAM, to_thread))
    look_in_the_mailbox()
    assert scripted.mails == {}
    assert "EXPUNGE" in scripted.seen


def test_only_one_process_reads_at_a_time(app, thread, to_thread, scripted):
    """One that died over it holds it for five minutes."""
    scripted.put(mail(BRAM, to_thread))
    read = together(app, *[read_mailbox] * 4)
    assert sorted(read)[-1] == 1
    assert sum(read) == 1
    assert len(posts_of(thread)) == 1


def test_one_that_died_over_it_holds_it_for_five_minutes(app, thread, to_thread, scripted, clock):
    scripted.put(mail(BRAM, to_thread))
    assert mailbox._hold("somebody who dies")
    assert read_mailbox() == 0
    clock.forward(minutes=5, seconds=1)
    assert read_mailbox() == 1
    db.session.rollback()
    assert db.session.get_one(MailboxReading, 1).read_at == now()


@pytest.mark.parametrize("url", ["imap://brink:verkeerd@{}", "imap://brink:geheim@127.0.0.1:1",
                                 "imaps://brink:geheim@{}"])  # fmt: skip
def test_a_mailbox_that_cannot_be_read_is_told_of_without_the_password(app, scripted, monkeypatch, url, caplog):
    monkeypatch.setitem(app.config, "MAIL_IN_URL", url.format(scripted.address))
    with pytest.raises(NoMailbox) as trouble:
        read_mailbox()
    assert "geheim" not in str(trouble.value)
    look_in_the_mailbox()
    assert "tried again in a minute" in caplog.text
    db.session.execute(update(MailboxReading).values(read_at=None))


def test_a_password_does_not_leave_this_machine_without_tls(app, monkeypatch):
    """`imap://` elsewhere begins with STARTTLS, and goes no further where the server has none."""
    with ImapServer() as server:
        monkeypatch.setattr("app.mail.service.mailbox.HERE", ())
        monkeypatch.setitem(app.config, "MAIL_IN_URL", f"imap://brink:geheim@{server.address}")
        with pytest.raises(NoMailbox):
            read_mailbox()
        assert not [said for said in server.seen if said.startswith("LOGIN")]


def test_without_a_mailbox_nobody_looks_for_one(app, monkeypatch):
    look_in_the_mailbox()
    assert db.session.get(MailboxReading, 1) is None

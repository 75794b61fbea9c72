"""The same mail twice is one post, whoever is killed in between; machines get neither a post nor an answer (8.7)."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.extensions import db
from app.files.models import FileContent
from app.mail.models import Letter
from app.mailin import service
from app.mailin.models import InboundMail, MailState
from app.mailin.service import placing, receive
from app.mailin.tasks import forget_old_mail, place_waiting_mail
from app.notifications.service import reply_address
from tests.conftest import new_thread, together
from tests.mailin.conftest import answers, fates, mail, mails, posts_of, words_in

BRAM = "bram@brink.example"


@pytest.fixture
def nobody_places(monkeypatch):
    """Stored, and then the process is gone: the call that should place it is lost."""
    monkeypatch.setattr("app.mailin.subscribers.later", lambda *_args: None)


def test_the_same_mail_twice_gives_one_post_and_one_answer(thread, to_thread):
    """NTF-34. What mail servers write above it differs each time."""
    for path in (b"", b"Received: by a.example\r\n", b"Received: by b.example\r\nReturn-Path: <bram@a.example>\r\n"):
        receive(path + mail(BRAM, to_thread))
    assert len(posts_of(thread)) == 1
    assert answers() == ["posted"]


def test_a_mail_without_a_name_of_its_own_is_known_by_what_it_says(thread, to_thread):
    """NTF-34"""
    raw = mail(BRAM, to_thread).replace(b"Message-ID: <1@vezelwerk.example>\r\n", b"")
    receive(raw)
    receive(b"Received: by a.example\r\n" + raw)
    receive(raw.replace(b"zestig", b"zeventig"))
    assert len(posts_of(thread)) == 2


def test_one_mail_to_two_threads_is_a_post_in_each(thread, bram, anna, energie, to_thread):
    """Unique per Message-ID and recipient key."""
    other = new_thread(anna, energie, "Stoom over")
    receive(mail(BRAM, f"{to_thread}, {reply_address(bram.id, other.room)}"))
    assert (len(posts_of(thread)), len(posts_of(other))) == (1, 1)
    assert answers() == ["posted", "posted"]


def test_it_is_one_post_however_many_take_it_in_at_once(app, thread, to_thread):
    """Two processes read one mailbox, or a mail server and a mailbox bring the same."""
    raw = mail(BRAM, to_thread)
    together(app, *[lambda: receive(raw)] * 5)
    assert len(posts_of(thread)) == 1
    assert answers() == ["posted"]


def test_it_is_one_post_however_many_place_it_at_once(app, thread, to_thread, nobody_places):
    [mail_id] = receive(mail(BRAM, to_thread))
    together(app, *[lambda: service.place_mail(mail_id)] * 5)
    assert len(posts_of(thread)) == 1
    assert answers() == ["posted"]


def test_who_is_killed_after_storing_loses_nothing(thread, to_thread, nobody_places):
    """NTF-38"""
    receive(mail(BRAM, to_thread))
    assert (posts_of(thread), fates()) == ([], [("received", None)])
    place_waiting_mail()
    place_waiting_mail()
    assert len(posts_of(thread)) == 1
    assert answers() == ["posted"]


@pytest.mark.parametrize("step", ["answer_posted", "reply_to_thread"])
def test_who_is_killed_while_placing_leaves_no_half_of_it(thread, to_thread, nobody_places, monkeypatch, step):
    """The post, the answer, and that it is posted stand together or not at all."""
    owner = placing.answering if step == "answer_posted" else placing.discussions
    real = getattr(owner, step)

    def killed(*args, **kwargs):
        real(*args, **kwargs)
        raise KeyboardInterrupt

    receive(mail(BRAM, to_thread))
    with monkeypatch.context() as broken:
        broken.setattr(owner, step, killed)
        with pytest.raises(KeyboardInterrupt):
            place_waiting_mail()
    assert (posts_of(thread), fates(), answers()) == ([], [("received", None)], [])
    place_waiting_mail()
    assert len(posts_of(thread)) == 1
    assert answers() == ["posted"]


def test_one_that_always_fails_is_given_up_in_words_and_stops_no_other(thread, to_thread, nobody_places, monkeypatch,
                                                                        outbox):  # fmt: skip
    real = placing.take_apart

    def stumble(raw):
        if b"Regel 1" in raw:
            raise RuntimeError("on purpose")
        return real(raw)

    monkeypatch.setattr(placing, "take_apart", stumble)
    receive(mail(BRAM, to_thread, "Regel 1."))
    receive(mail(BRAM, to_thread, "Regel 2.", message_id="<2@a.example>"))
    for _minute in range(placing.TRIES_MOST + 2):
        place_waiting_mail()
    assert fates() == [("refused", "broken"), ("posted", None)]
    assert answers() == ["posted", "refused"]
    assert "Uw mail is bewaard" in words_in(outbox()[-1])
    assert mails()[0].sha256


def test_one_whose_bytes_are_away_waits_as_long_as_it_takes(thread, to_thread, nobody_places, monkeypatch):
    def away(_mail):
        raise OSError("no storage")

    receive(mail(BRAM, to_thread))
    with monkeypatch.context() as broken:
        broken.setattr(placing, "_bytes_of", away)
        for _minute in range(placing.TRIES_MOST * 2):
            place_waiting_mail()
    assert fates() == [("received", None)]
    place_waiting_mail()
    assert len(posts_of(thread)) == 1


AUTOMATIC = [
    *(("Auto_Submitted", value) for value in ("auto-replied", "auto-generated", "Auto-Replied (vacation)",
                                              "auto-notified", "auto-replied; owner-email=bram@brink.example",
                                              "(vacation) auto-replied")),
    *(("Precedence", value) for value in ("bulk", "junk", "list", "BULK")),
    *(("X_Autoreply", value) for value in ("yes", "1", "true")),
    *(("Return_Path", value) for value in ("<>", " <> ")), ("X_Brink_Letter", "1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), AUTOMATIC)
def test_an_automatic_mail_is_neither_posted_nor_answered(thread, to_thread, name, value):
    """NTF-33, section 8.7"""
    for number, to in enumerate((to_thread, "post@brink.example", f"post+{'a' * 32}@brink.example")):
        receive(mail(BRAM, to, message_id=f"<{number}@a.example>", **{name: value}))
    assert (posts_of(thread), answers()) == ([], [])
    assert fates() == [("dropped", "automatic")] * 3


@pytest.mark.parametrize("header", ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes"])
def test_a_machine_that_says_it_beside_another_who_does_not_is_one(thread, to_thread, header):
    """NTF-33: a server on the way may have written a header of its own above."""
    name = header.partition(":")[0]
    receive(f"{name}: no\r\n{header}\r\n".encode() + mail(BRAM, to_thread))
    assert fates() == [("dropped", "automatic")]


def test_an_automatic_mail_that_is_too_large_or_broken_is_not_answered_either(thread, to_thread):
    """NTF-33"""
    raw = mail(BRAM, to_thread, Auto_Submitted="auto-replied")
    receive(raw, size=40_000_000)
    receive(raw.replace(b"<1@", b"<2@").replace(b"text/plain", b"multipart/mixed; boundary=nergens"))
    assert (posts_of(thread), answers()) == ([], [])


def test_no_automatic_is_said_by_a_person(thread, to_thread):
    """RFC 3834: `no` is what a person's program may say."""
    receive(mail(BRAM, to_thread, Auto_Submitted="no"))
    assert len(posts_of(thread)) == 1


@pytest.mark.parametrize("sender", ["brink@localhost", "post@brink.example", "Post+{key}@Brink.example"])
def test_a_mail_of_our_own_that_comes_back_goes_no_further(app, thread, to_thread, sender, monkeypatch):
    """NTF-33: a loop ends here, whatever headers it lost on the way."""
    key = to_thread.partition("+")[2].partition("@")[0]
    receive(mail(sender.format(key=key), to_thread))
    assert (posts_of(thread), answers(), fates()) == ([], [], [("dropped", "automatic")])


def test_an_answer_says_what_it_answers_and_cannot_itself_be_answered_into_a_thread(thread, to_thread):
    """No loop: our answer has no reply address, and names the mail that it answers."""
    receive(mail(BRAM, to_thread))
    db.session.rollback()
    letter = db.session.scalars(select(Letter).where(Letter.kind == "mailin/posted")).one()
    assert letter.reply_to == ""
    assert letter.headers["In-Reply-To"] == "<1@vezelwerk.example>"


@pytest.mark.parametrize("message_id", ["<a b@x>", "geen", "<" + "x" * 900 + "@x>", "<é@x>"])
def test_a_strange_message_id_is_not_repeated_in_our_answer(thread, to_thread, message_id):
    receive(mail(BRAM, to_thread).replace(b"<1@vezelwerk.example>", message_id.encode()))
    db.session.rollback()
    letter = db.session.scalars(select(Letter).where(Letter.kind == "mailin/posted")).one()
    assert message_id not in str(letter.headers)
    assert len(posts_of(thread)) == 1


def test_what_came_in_and_what_was_refused_is_written_down_without_a_word_of_it(thread, to_thread, carla):
    """section 7: MailReceived, MailRefused → audit"""
    receive(mail(BRAM, to_thread))
    receive(mail("carla@brink.example", to_thread, message_id="<2@a.example>"))
    db.session.rollback()
    kinds = select(AuditEntry).where(AuditEntry.event.startswith("Mail")).order_by(AuditEntry.number)
    entries = [(entry.event, entry.details) for entry in db.session.scalars(kinds)]
    [first, second] = [each.id for each in mails()]
    assert entries == [("MailReceived", {"mail_id": first}), ("MailReceived", {"mail_id": second}),
                       ("MailRefused", {"mail_id": second, "verdict": "unknown_place"})]


def test_after_thirty_days_the_bytes_of_a_mail_go_and_the_post_stays(app, thread, to_thread, clock):
    """section 1: raw kept 30 days. One that nobody decided about yet is kept."""
    from app.files.service import forget_unused

    receive(mail(BRAM, to_thread))
    clock.forward(days=29, hours=23)
    forget_old_mail()
    assert mails()[0].sha256
    db.session.add(InboundMail(message_id="<9@a.example>", key="", sender=BRAM, size=9, sha256=mails()[0].sha256,
                               received_at=now() - timedelta(days=40)))  # fmt: skip
    db.session.commit()
    clock.forward(hours=2)
    forget_old_mail()
    assert [(each.sha256 is None, each.sender, each.state) for each in mails()] == [
        (True, "", MailState.POSTED), (False, BRAM, MailState.RECEIVED)]  # fmt: skip
    db.session.delete(mails()[1])
    db.session.commit()
    forget_unused()
    assert db.session.scalars(select(FileContent)).all() == []
    assert len(posts_of(thread)) == 1


def test_own_data_says_what_was_mailed_and_what_became_of_it(thread, to_thread, bram, carla):
    """accounts.own_data"""
    from app.accounts.service import take_out_own_data
    from tests.conftest import person_named

    receive(mail(BRAM, to_thread))
    [line] = take_out_own_data(bram, person_named("bram"))["mail_in"]
    assert (line["became"], line["place"], line["post"]) == ("posted", thread.room, str(posts_of(thread)[0].id))
    assert take_out_own_data(carla, person_named("carla"))["mail_in"] == []


# By a command


def run(app, raw, *words):
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["mail", "receive", *words], input=raw)


def test_a_mail_server_brings_a_mail_by_a_command_which_says_nothing(app, thread, to_thread):
    """NTF-38"""
    answer = run(app, mail(BRAM, to_thread))
    assert (answer.exit_code, answer.output) == (0, "")
    assert len(posts_of(thread)) == 1
    assert run(app, mail(BRAM, to_thread)).exit_code == 0
    assert len(posts_of(thread)) == 1


def test_the_mail_server_may_name_the_receiver(app, thread, to_thread):
    assert run(app, mail(BRAM, "lijst@elders.example"), "--to", to_thread).exit_code == 0
    assert len(posts_of(thread)) == 1


def test_an_empty_mail_goes_back_and_one_that_cannot_be_stored_is_brought_again(app, thread, to_thread, monkeypatch):
    """sysexits.h: 65 is wrong for good, 75 comes again."""
    assert run(app, b"").exit_code == 65
    assert run(app, b"\r\n\r\n").exit_code == 65

    def away(*_args, **_kwargs):
        raise OSError("full")

    monkeypatch.setattr("app.files.service.contents._written", away)
    assert run(app, mail(BRAM, to_thread)).exit_code == 75
    monkeypatch.undo()


def test_a_mail_comes_again_while_the_database_is_away(tmp_path):
    """As the mail server meets it: a process of its own, which says nothing on its output."""
    from tests.architecture.source import ROOT
    from tests.conftest import ORIGIN, SECRET

    environ = {"PATH": os.environ["PATH"], "SECRET_KEY": SECRET, "BASE_URL": ORIGIN,
               "DATABASE_URL": f"sqlite:///{tmp_path}/nowhere/brink.db", "STORAGE_URL": f"file://{tmp_path}/files",
               "MAIL_IN_ADDRESS": "post@brink.example"}  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "app", "mail", "receive"]
    ended = subprocess.run(command, cwd=ROOT, env=environ, input=mail(BRAM, "post@brink.example"),
                           capture_output=True, timeout=60, check=False)  # fmt: skip
    assert (ended.returncode, ended.stdout) == (75, b"")


def test_a_mail_of_any_size_is_read_to_its_end(app, thread, to_thread):
    """NTF-35: whoever brings it must be able to end in peace."""
    raw = mail(BRAM, to_thread)
    assert run(app, raw + b"x" * (31_000_000 - len(raw))).exit_code == 0
    assert fates() == [("refused", "too_large")]
    assert mails()[0].size == 31_000_000

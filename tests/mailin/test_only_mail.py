"""A month of somebody who never opens the site: they follow, answer and stop from their own mail program."""

import re
from email.utils import parseaddr

import pytest

from app.core.extensions import db
from app.discussions.models import Draft
from app.discussions.service import close_thread
from app.mail.tasks import send_waiting_letters
from app.mailin.tasks import look_in_the_mailbox
from app.notifications import service
from app.notifications.models import Level, Rhythm
from app.notifications.tasks import hand_over_mail, make_due_overviews
from tests.conftest import actor_named, new_thread, reply
from tests.mailin.conftest import mail, posts_of

BRAM = "bram@brink.example"


class MailProgram:
    """What Bram sees and does; the letters come over SMTP, his answers go to a mailbox that is read over IMAP."""

    def __init__(self, server, mailbox, clock):
        self.server, self.mailbox, self.clock, self.sent = server, mailbox, clock, 0

    def after(self, **time):
        """The letters that came in that time."""
        before = len(self.server.deliveries)
        self.clock.forward(**time)
        for work in (look_in_the_mailbox, hand_over_mail, make_due_overviews, send_waiting_letters):
            work()
            db.session.rollback()
        return [each.message for each in self.server.deliveries[before:] if each.recipients == [BRAM]]

    def answer(self, letter, text, **more):
        """As Outlook does: the new text, and below it the letter."""
        self.sent += 1
        above = (f"________________________________\nVan: {letter['From']}\nVerzonden: maandag 30 november 2026 10:00\n"
                 f"Aan: Bram Boelens\nOnderwerp: {letter['Subject']}")  # fmt: skip
        quoted = f"{text}\n\n{above}\n\n{plain(letter)}"
        raw = mail(BRAM, parseaddr(str(letter["Reply-To"]))[1], quoted, message_id=f"<{self.sent}@vezelwerk.example>",
                   In_Reply_To=letter["Message-ID"], **more)  # fmt: skip
        self.mailbox.put(raw)
        return raw


def plain(letter):
    return letter.get_body(("plain",)).get_content()


def path_of(address):
    return re.search(r"https?://[^/]+(/[^>\s]+)", address)[1]


@pytest.fixture
def program(app, mail_server, mailbox, clock, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    return MailProgram(mail_server, mailbox, clock)


@pytest.mark.slow
def test_a_month_by_mail_alone(program, anna, bram, energie, visitor):
    """NTF-16, 20, 24, 29, 31 to 36, NTF test 12: twelve things, and no visit."""
    service.choose_level(bram, energie.scope, Level.NEW_THREADS)
    service.choose_digest(bram, Rhythm.WEEKLY)

    # 1 A new thread reaches him, 2 his answer becomes a post without what he quoted, and he hears that it did.
    thread = new_thread(anna, energie, "Stoom in Emmen", "Wie heeft er stoom over?")
    [first] = program.after(minutes=10)
    assert first["Subject"] == "[Energie] Stoom in Emmen"
    twice = program.answer(first, "Wij, zestig ton per dag.")
    [posted] = program.after(minutes=1)
    assert [post.body_md for post in posts_of(thread)] == ["Wij, zestig ton per dag."]
    assert "Wij, zestig ton per dag." in plain(posted)

    # 3 He follows the thread from then on, 4 and answers with a file.
    reply(actor_named("anna"), thread, "Op welke druk?")
    [second] = program.after(minutes=10)
    assert "omdat u hier antwoordde" in plain(second)
    assert second["References"] == first["References"]
    program.answer(second, "Vijf bar, zie het blad.", files=[("blad.txt", b"5 bar")])
    program.after(minutes=1)
    assert [post.file_count for post in posts_of(thread)] == [0, 0, 1]

    # 5 His mail server brings one mail again, 6 and his absence answers by itself: neither is a post.
    program.mailbox.put(twice)
    program.answer(second, "Ik ben er tot 9 december niet.", Auto_Submitted="auto-replied")
    assert program.after(minutes=1) == []
    assert len(posts_of(thread)) == 3

    # 7 He takes an answer back by the link in what he got.
    program.answer(second, "Te snel.")
    [posted] = program.after(minutes=1)
    assert visitor.post(path_of(re.search(r"\S*/mail/undo/\S+", plain(posted))[0])).status_code in (200, 303)
    assert posts_of(thread)[-1].deleted_at is not None

    # 8 Named elsewhere, he answers there.
    other = new_thread(anna, energie, "Koude")
    program.after(minutes=10)
    reply(actor_named("anna"), other, "@Bram Boelens, en koude?", mentions=[bram.id])
    [named] = [letter for letter in program.after(minutes=10) if "noemde" in plain(letter)]
    program.answer(named, "Ook.")
    program.after(minutes=1)
    assert [post.body_md for post in posts_of(other)][-1] == "Ook."

    # 9 An empty answer is told so, 10 one to a closed thread waits as a draft.
    program.answer(named, "")
    assert "geen nieuwe tekst" in plain(program.after(minutes=1)[0])
    close_thread(actor_named("anna"), other)
    program.answer(named, "Nog iets over koude.")
    [kept] = program.after(minutes=1)
    assert "concept" in plain(kept)
    assert db.session.query(Draft.body).filter_by(person_id=bram.id).all() == [("Nog iets over koude.",)]

    # 11 He stops the first thread, and hears of it no more; 12 the rest comes in the overview of Tuesday.
    assert visitor.post(path_of(second["List-Unsubscribe"]), data={"List-Unsubscribe": "One-Click"}).status_code == 200
    reply(actor_named("anna"), thread, "Nog een vraag.")
    assert program.after(minutes=30) == []
    follow_up = new_thread(actor_named("anna"), energie, "Derde")
    program.after(minutes=15)
    service.choose_level(actor_named("bram"), follow_up.room, Level.OVERVIEW)
    reply(actor_named("anna"), follow_up, "Alleen in het overzicht.")
    overviews = []
    for _half_day in range(2 * 8):
        overviews += program.after(hours=12)
    assert [letter["Subject"][:12] for letter in overviews] == ["Uw overzicht"]
    assert "Derde" in plain(overviews[0])
    assert "Stoom in Emmen" not in plain(overviews[0])

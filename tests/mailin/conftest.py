"""Mails as people send them, and what becomes of them."""

import imaplib
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.extensions import db
from app.discussions.models import Post
from app.mail.models import Letter
from app.mailin.models import InboundMail
from app.notifications.service import reply_address
from tests.servers import Dovecot, ImapServer, Unavailable, shared_folder

OUTSIDER = "iemand@elders.example"


def mail(sender, to, text="Wij hebben zestig graden over.", *, message_id="<1@vezelwerk.example>", files=(), **headers):
    """A plain one, as bytes. `files`: names and contents. Headers by name, with _ for -."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, "Re: [Energie] Restwarmte in Emmen"
    message["Date"], message["Message-ID"] = "Mon, 30 Nov 2026 10:00:00 +0100", message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def posts_of(thread):
    """Those after the first, the oldest first."""
    db.session.rollback()
    found = select(Post).where(Post.thread_id == thread.id, Post.position > 1).order_by(Post.position)
    return db.session.scalars(found).all()


def mails():
    db.session.rollback()
    return db.session.scalars(select(InboundMail).order_by(InboundMail.id)).all()


def fates():
    """Of each mail its state, and the word for why."""
    return [(each.state.value, each.verdict and each.verdict.value) for each in mails()]


def answers():
    """The kinds of the letters that went back, the oldest first."""
    db.session.rollback()
    kinds = db.session.scalars(select(Letter.kind).where(Letter.kind.startswith("mailin/")).order_by(Letter.id)).all()
    return [kind.removeprefix("mailin/") for kind in kinds]


def words_in(letter):
    """Those of the text part, on one line."""
    return " ".join(letter.get_body(("plain",)).get_content().split())


@pytest.fixture
def to_thread(mail_comes_in, thread, bram):
    """Where Bram answers."""
    return reply_address(bram.id, thread.room)


@pytest.fixture(scope="session")
def dovecot(tmp_path_factory):
    try:
        with Dovecot(shared_folder(tmp_path_factory.getbasetemp())) as server:
            yield server
    except Unavailable as problem:
        pytest.skip(str(problem))


class Mailbox:
    """A folder of a real server, of which this test is the only user."""

    def __init__(self, address):
        self.address, self.user = address, f"brink-{uuid4().hex}"

    @contextmanager
    def open(self):
        host, _colon, port = self.address.partition(":")
        box = imaplib.IMAP4(host, int(port), timeout=10)
        box.login(self.user, Dovecot.PASSWORD)
        box.select("INBOX")
        yield box
        box.logout()

    def put(self, raw):
        with self.open() as box:
            box.append("INBOX", None, None, raw)

    @property
    def mails(self):
        with self.open() as box:
            return box.uid("SEARCH", "ALL")[1][0].split()

    @property
    def url(self):
        return f"imap://{self.user}:{Dovecot.PASSWORD}@{self.address}/INBOX"


@pytest.fixture
def scripted(app, monkeypatch, mail_comes_in):
    """A mailbox that can misbehave."""
    with ImapServer() as server:
        monkeypatch.setitem(app.config, "MAIL_IN_URL", f"imap://brink:geheim@{server.address}/INBOX")
        yield server


@pytest.fixture(params=["scripted", "dovecot"])
def mailbox(request, app, monkeypatch, mail_comes_in):
    """The test runs on our own small server, and on a real one where there is one."""
    server = request.getfixturevalue(request.param)
    if request.param == "dovecot":
        server = Mailbox(server.url)
        monkeypatch.setitem(app.config, "MAIL_IN_URL", server.url)
    return server

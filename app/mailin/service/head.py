"""The head of a mail: what must be known of it before anybody looks at the rest."""

import hashlib
import re
from collections.abc import Sequence
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from typing import NamedTuple

from flask import current_app

from app.mail.service.envelope import automatic_sign, ids, recipients_of, sender_of

HEAD_MOST = 256_000  # bytes; what comes behind it is not read as head
KEYS_MOST = 10  # places that one mail answers to
END = re.compile(rb"\r?\n\r?\n")
MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,198}>")
OF_THE_WRITER = ("from", "to", "date", "subject", "message-id")  # others are put in on the way


class Head(NamedTuple):
    """`sender` is empty where the mail does not say it in one plain way; `keys` are those of our own address."""

    message_id: str
    sender: str
    keys: tuple[str, ...]
    automatic: str  # the sign by which no person wrote it, or ""


def head_of(raw: bytes) -> bytes:
    """The bytes before the first empty line."""
    end = END.search(raw[:HEAD_MOST])
    return raw[: end.end() if end else HEAD_MOST]


def read_head(raw: bytes, *, recipients: Sequence[str] = ()) -> Head:
    """`recipients` are those whom the mail server names, beside those in the mail. Of a broken head: what there is."""
    head = BytesHeaderParser().parsebytes(head_of(raw))
    sender = sender_of(head)
    return Head(_message_id(head, raw), sender if sender.isascii() and sender.isprintable() else "",
                _keys([*recipients_of(head), *recipients]), automatic_sign(head))  # fmt: skip


def is_for_us(address: str) -> bool:
    """Whether it is the address that answers come to, with a key or without."""
    name, _at, domain = address.strip().lower().partition("@")
    return f"{name.partition('+')[0]}@{domain}" == str(current_app.config["MAIL_IN_ADDRESS"]).lower()


def is_own_address(address: str) -> bool:
    """Whether we send under it, or answers come to it: what such a sender writes is a mail of ours that comes back."""
    return is_for_us(address) or address == parseaddr(current_app.config["MAIL_FROM"])[1].lower()


def _message_id(head: Message, raw: bytes) -> str:
    """As the mail says; one is made of the mail itself where it says none that can be kept."""
    said = ids(head, "Message-ID")
    if said and MESSAGE_ID.fullmatch(said[0]):
        return said[0]
    own = "\n".join(f"{name}: {value}" for name, value in head.raw_items() if name.lower() in OF_THE_WRITER)
    return f"<{hashlib.sha256(own.encode('utf-8', 'replace') + raw[len(head_of(raw)) :]).hexdigest()}>"


def _keys(recipients: Sequence[str]) -> tuple[str, ...]:
    name, _at, domain = str(current_app.config["MAIL_IN_ADDRESS"]).lower().partition("@")
    ours = re.compile(rf"{re.escape(name)}\+([a-z2-7]{{32}})@{re.escape(domain)}")
    found = (ours.fullmatch(address.strip().lower()) for address in recipients) if domain else ()
    return tuple(dict.fromkeys(each[1] for each in found if each))[:KEYS_MOST]


"""What the headers of a mail say: who, to whom, in answer to what, and whether a person wrote it at all."""

import re
from email.message import Message
from hashlib import sha256

from app.core.text import tidy_line
from app.mail.service.parts import Part, decoded_header

OWN_MAIL = "X-Brink-Letter"  # a header of every letter of ours: one that comes back is never a reply
RECEIVERS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
MOST_REFERENCES = 100
LONGEST_ID = 200
NO = {"", "no"}  # no machine, says a header

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.S)  # also one that never ends
_REMARK = re.compile(r"\([^()]*\)")
_ANGLED = re.compile(r"<([^<>]*)>")
_BETWEEN = re.compile(r"[\s,;:<>()\[\]\"]+")
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)*")
_ID = re.compile(r"<[^<>\s]+>")


def sender_of(headers: Message) -> str:
    """The one address in From: that is the sender's beyond doubt, or "".

    It is sought before encoded words are read: a name may be encoded that looks like somebody's address.
    """
    lines = _lines(headers, "From")
    bare = _REMARK.sub(" ", _QUOTED.sub(" ", lines[0])) if len(lines) == 1 else ""
    angled = _ANGLED.findall(bare)
    address = (angled[0] if len(angled) == 1 else "" if angled else bare).strip()
    others = {word for word in _BETWEEN.split(_ANGLED.sub(" ", bare)) if "@" in word} - {address}
    return address.lower() if not others and len(address) <= 254 and _ADDRESS.fullmatch(address) else ""


def recipients_of(headers: Message) -> tuple[str, ...]:
    words = (
        word for name in RECEIVERS for line in _lines(headers, name)
        for word in _BETWEEN.split(_QUOTED.sub(" ", line)) if "@" in word
    )  # fmt: skip
    return tuple(dict.fromkeys(word.lower() for word in words if len(word) <= 254 and _ADDRESS.fullmatch(word)))


def subject_of(headers: Message) -> str:
    return tidy_line(decoded_header(next(iter(_lines(headers, "Subject")), "")))


def id_of(mail: Part, raw: bytes) -> str:
    """Its Message-ID, or one made of the mail: the same mail has the same one however often it comes (NTF-34)."""
    found = ids(mail.headers, "Message-ID")
    if found and len(found[0]) <= LONGEST_ID:
        return found[0]
    # What mail servers add on the way stands in the headers.
    own = "\n".join([*found, *_lines(mail.headers, "From"), *_lines(mail.headers, "Date"), subject_of(mail.headers)])
    digest = sha256(own.encode("utf-8", "surrogateescape"))
    digest.update(memoryview(raw)[mail.begin :])
    return f"<{digest.hexdigest()}@nameless>"


def ids(headers: Message, name: str) -> tuple[str, ...]:
    found = dict.fromkeys(one for line in _lines(headers, name) for one in _ID.findall(line))
    return tuple(found)[-MOST_REFERENCES:]


def automatic_sign(headers: Message) -> str:
    """A word for the sign by which no person wrote it (NTF-33, RFC 3834), or ""."""
    kind = headers.get_content_type()
    if _lines(headers, OWN_MAIL):
        return "own"
    if kind == "multipart/report" or kind in ("message/delivery-status", "message/disposition-notification"):
        return "report"
    if _words(headers, "Auto-Submitted") - NO:
        return "auto-submitted"
    if _words(headers, "Precedence") & {"bulk", "junk", "list", "auto_reply"}:
        return "precedence"
    if any(_words(headers, name) - NO for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")):
        return "autoreply"
    if {"", "<>"} & {line.strip() for line in _lines(headers, "Return-Path")} or _lines(headers, "X-Failed-Recipients"):
        return "bounce"
    return "bounce" if sender_of(headers).partition("@")[0] in ("mailer-daemon", "postmaster") else ""


def _words(headers: Message, name: str) -> set[str]:
    """The first word of each header: `auto-replied; owner-email="..."` says auto-replied."""
    lines = (_REMARK.sub(" ", line).strip() for line in _lines(headers, name))
    return {re.split(r"[\s;(,]", line, maxsplit=1)[0].lower() for line in lines}


def _lines(headers: Message, name: str) -> list[str]:
    """Each header of this name, as it was sent. Not as a header with bytes in it comes from `get_all`: encoded."""
    return [value for other, value in headers.raw_items() if other.lower() == name.lower()]

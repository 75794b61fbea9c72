"""A mail as the parts it consists of, in time that grows with its size and no faster, whatever was sent."""

import binascii
import codecs
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from typing import NamedTuple

from app.core.errors import Invalid
from app.core.i18n import gettext as _

MOST_BYTES = 30_000_000  # NTF-35
MOST_HEADER_BYTES = 256_000
MOST_PARTS = 500
MOST_DEPTH = 10
MOST_OF_A_HEADER = 4_000  # characters of one that says how a part is made, or that is decoded
# Python calls these character sets; they are slow by design, or read more into a text than it says.
NO_CHARSETS = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"}

_HEADER_END = re.compile(rb"^\r?\n|\n\r?\n")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


class Unreadable(Invalid):
    """A mail that cannot be taken apart, with the sentence that says why."""


class Part(NamedTuple):
    """A part as it was sent. A multipart has its own parts in `parts`, any other its bytes, decoded, in `content`."""

    headers: Message
    content: bytes
    parts: list["Part"]

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()

    @property
    def text(self) -> str:
        return decoded(self.content, self.headers.get_content_charset() or "")


def parts_of(raw: bytes) -> Part:
    """The whole mail as one part. Unreadable where it has more than a mail that people write."""
    if len(raw) > MOST_BYTES:
        raise Unreadable(_("The mail is larger than 30 MB."))
    return _Splitting().part(raw, 0)


class _Splitting:
    """The parser of the standard library asks every line of every boundary that is open, and calls itself per level:
    a mail can make it work for minutes. Here each level is one search."""

    def __init__(self) -> None:
        self.count = 0

    def part(self, raw: bytes, depth: int) -> Part:
        self.count += 1
        if self.count > MOST_PARTS or depth > MOST_DEPTH:
            raise Unreadable(_("The mail has more parts than can be read."))
        end = _HEADER_END.search(raw, 0, MOST_HEADER_BYTES)
        if end is None and len(raw) > MOST_HEADER_BYTES:
            raise Unreadable(_("The mail begins with more headers than can be read."))
        headers, body = _begun(raw[: end.start() + 1] if end else raw, raw[end.end() :] if end else b"")
        boundary = headers.get_boundary() if headers.get_content_maintype() == "multipart" else None
        if boundary and (parts := [self.part(piece, depth + 1) for piece in _pieces(body, boundary)]):
            return Part(headers, b"", parts)
        return Part(headers, _unpacked(body, str(headers.get("Content-Transfer-Encoding", ""))), [])


def _begun(head: bytes, body: bytes) -> tuple[Message, bytes]:
    """The headers and the rest, to which belongs all that follows a line that is no header."""
    read = BytesHeaderParser().parsebytes(head)
    stray = str(read.get_payload()).encode("ascii", "surrogateescape")
    headers = Message()
    for name, value in read.raw_items():
        # The standard library takes quadratic time over the parameters of a header.
        headers.set_raw(name, value[:MOST_OF_A_HEADER] if name.lower().startswith("content-") else value)
    return headers, stray + b"\n\n" + body if stray else body


def _pieces(body: bytes, boundary: str) -> Iterator[bytes]:
    """What stands between the boundaries. The last may miss its end (RFC 2046, 5.1.2)."""
    name = re.escape(boundary.encode("ascii", "surrogateescape"))
    line = re.compile(rb"\n--" + name + rb"(--)?[ \t]*\r?(?=\n|\Z)")  # begins with what can be searched for fast
    body, begin = b"\n" + body, None
    for found in line.finditer(body):
        if begin is not None:
            yield body[begin : found.start()].removesuffix(b"\r")
        if found[1]:
            return
        begin = found.end() + 1
    if begin is not None:
        yield body[begin:]


def _unpacked(body: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "base64":
            signs = _NOT_BASE64.sub(b"", body)
            signs = signs[: len(signs) - (len(signs) % 4 == 1)]  # a single sign at the end says nothing
            return binascii.a2b_base64(signs + b"=" * (-len(signs) % 4))
        case "quoted-printable":
            return binascii.a2b_qp(body)
        case _:
            return body


def decoded(content: bytes, charset: str) -> str:
    """In the character set the mail names; where that is none, or is not true, in the likeliest one."""
    try:
        name = codecs.lookup(charset).name
    except (LookupError, ValueError):
        name = "utf-8"
    # What calls itself Latin 1 is Windows' set in fact (WHATWG, Encoding), and it takes all that ASCII does.
    names = ("utf-8",) if name in NO_CHARSETS else ("utf-8", "cp1252") if name == "ascii" else (name, "utf-8")
    for attempt in ("cp1252" if name == "iso8859-1" else name for name in names):
        try:
            return content.decode(attempt)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def decoded_header(value: str) -> str:
    """`=?utf-8?q?...?=` as the words it stands for, and bytes that no header may hold as the likeliest words."""
    value = decoded(value[:MOST_OF_A_HEADER].encode("utf-8", "surrogateescape"), "utf-8")
    try:
        words = decode_header(value)
    except HeaderParseError:
        return value
    return "".join(
        word if isinstance(word, str) else decoded(word, charset) if charset else word.decode("raw-unicode-escape")
        for word, charset in words
    )

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

_HEADERS_END = re.compile(rb"\n\r?\n")
_NO_HEADER = re.compile(rb"^(?!From |[!-9;-~]*:|[\t \r]|\Z)", re.M)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


class Unreadable(Invalid):
    """A mail that cannot be taken apart, with the sentence that says why."""


class Part(NamedTuple):
    """A part as it was sent. A multipart has its own parts in `parts`, any other its bytes, decoded, in `content`."""

    headers: Message
    content: bytes
    parts: list["Part"]
    begin: int  # of what follows the headers, in the mail

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
    return _Splitting(raw).part(0, len(raw), 0)


class _Splitting:
    """The parser of the standard library asks every line of every boundary that is open, and calls itself per level:
    a mail can make it work for minutes. Here each level is one search, and nothing is copied before it is unpacked."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.count = 0

    def part(self, begin: int, end: int, depth: int) -> Part:
        self.count += 1
        if self.count > MOST_PARTS or depth > MOST_DEPTH:
            raise Unreadable(_("The mail has more parts than can be read."))
        headers, begin = self._headers(begin, end)
        boundary = headers.get_boundary() if headers.get_content_maintype() == "multipart" else None
        if boundary and (parts := [self.part(*piece, depth + 1) for piece in self._pieces(begin, end, boundary)]):
            return Part(headers, b"", parts, begin)
        content = _unpacked(self.raw[begin:end], str(headers.get("Content-Transfer-Encoding", "")))
        return Part(headers, content, [], begin)

    def _headers(self, begin: int, end: int) -> tuple[Message, int]:
        """And where the rest begins, to which belongs all that follows a line that is no header."""
        headers = Message()
        if self.raw.startswith((b"\n", b"\r\n"), begin, end):
            return headers, self.raw.index(b"\n", begin) + 1
        last = min(end, begin + MOST_HEADER_BYTES)
        found = _HEADERS_END.search(self.raw, begin, last)
        if found is None and last < end:
            raise Unreadable(_("The mail begins with more headers than can be read."))
        head = self.raw[begin : found.start() + 1 if found else end]
        stray = _NO_HEADER.search(head)
        for name, value in BytesHeaderParser().parsebytes(head[: stray.start()] if stray else head).raw_items():
            # The standard library takes quadratic time over the parameters of a header.
            headers.set_raw(name, value[:MOST_OF_A_HEADER] if name.lower().startswith("content-") else value)
        return headers, begin + stray.start() if stray else found.end() if found else end

    def _pieces(self, begin: int, end: int, boundary: str) -> Iterator[tuple[int, int]]:
        """From where to where, between the boundaries. The last may miss its end (RFC 2046, 5.1.2)."""
        name = re.escape(boundary.encode("utf-8", "surrogateescape"))
        line = re.compile(rb"\n--" + name + rb"(--)?[ \t]*\r?(?=\n|\Z)")  # begins with what is searched for fast
        start = None
        for found in line.finditer(self.raw, max(begin - 1, 0), end):
            if start is not None:
                yield start, max(start, found.start() - self.raw.endswith(b"\r", start, found.start()))
            if found[1]:
                return
            start = min(found.end() + 1, end)
        if start is not None:
            yield start, end


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

"""Taking an incoming mail apart: who wrote it, to which address, what is new in it, and what was only quoted."""

import mimetypes
import re
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from functools import cache
from typing import NamedTuple
from unicodedata import combining

from app.core.i18n import gettext as _
from app.core.text import tidy, tidy_line
from app.mail.service.cutting import Cut, cut
from app.mail.service.envelope import automatic_sign, id_of, ids, recipients_of, sender_of, subject_of
from app.mail.service.flowing import unwrapped
from app.mail.service.html_words import as_markdown_lines
from app.mail.service.parts import MOST_HEADER_BYTES, Part, Unreadable, decoded_header, parts_of
from app.mail.service.signs import PICTURED, SIGNS

MOST_CHARACTERS = 500_000  # of the text of one mail
MOST_LINES = 30_000
LONGEST_PAGE = 1_500_000  # characters, of which the signs of HTML are most
MOST_ACCENTS = 30  # on one letter
MACHINE_MADE = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}

_PICTURE_BYTES = re.compile(r"data:image/[^\"'\s)<>]*", re.I)
_LINE_ENDS = re.compile(r"[ \t]+$", re.M)
_MANY_ENDS = re.compile(r"\n{3,}")
_GREETING = re.compile(r"^[^\w\n]*(?:(?:met )?(?:(?:vriendelijke|hartelijke) )?groet\w*|mvg"
                       r"|(?:(?:kind|best|warm) )?regards|best|cheers|sincerely)\b[^\w\n]*$", re.I | re.M)  # fmt: skip


class SentFile(NamedTuple):
    """A file that came with a mail. Nothing of it was looked at: `media_type` is what the mail says."""

    name: str
    media_type: str
    content: bytes


class Incoming(NamedTuple):
    """A mail, taken apart. Addresses are bare and in small letters; what the mail does not say is empty."""

    message_id: str  # with its angle brackets; one is made of the mail where it has none
    sender: str  # the one address of From:, or "" where there is not exactly one
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
    try:
        return _taken_apart(raw)
    except Unreadable:
        raise
    except Exception as error:  # the standard library meets headers that nobody should send with errors of many kinds
        raise Unreadable(_("The mail is not written as mail should be, and cannot be read.")) from error


def _taken_apart(raw: bytes) -> Incoming:
    mail = parts_of(raw)
    headers = mail.headers
    sent: list[Part] = []
    new, shown, cut_away = _cut(_readings(mail, sent))
    answered = ids(headers, "In-Reply-To")
    return Incoming(
        message_id=id_of(mail, raw), sender=sender_of(headers), recipients=recipients_of(headers),
        subject=subject_of(headers), in_reply_to=answered[0] if answered else "",
        references=ids(headers, "References"), automatic=automatic_sign(headers),
        text=new.text, folded=new.folded, files=tuple(_files(sent, cut_away - shown)),
    )  # fmt: skip


class _Reading(NamedTuple):
    """A piece of the text as the mail offers it: plain, as a page, or both."""

    plain: str
    page: str


def _readings(part: Part, sent: list[Part]) -> list[_Reading]:
    """The pieces of the text in their order. What is no text is put with what was sent."""
    inner = [reading for below in part.parts for reading in _readings(below, sent)]
    if part.media_type == "multipart/alternative":
        return [_Reading(*("\n".join(filter(None, kind)) for kind in zip(*inner, strict=True)))] if inner else []
    if part.parts:
        return inner
    is_named = bool(part.headers.get_filename()) or part.headers.get_content_disposition() == "attachment"
    if part.media_type == "text/html" and not is_named:
        return [_Reading("", part.text)]
    # A multipart without parts is what is left of a broken one: its words are not lost.
    if (part.media_type == "text/plain" or part.media_type.startswith("multipart/")) and not is_named:
        return [_Reading(_plain(part), "")]
    if part.media_type not in MACHINE_MADE:
        sent.append(part)
    return []


def _plain(part: Part) -> str:
    if str(part.headers.get_param("format", "")).lower() == "flowed":
        return unwrapped(part.text, is_spaceless=str(part.headers.get_param("delsp", "")).lower() == "yes")
    return part.text


def _cut(readings: list[_Reading]) -> tuple[Cut, set[str], set[str]]:
    """What is new by the surer reading, and the Content-IDs of the pictures in what is new, and of all others.

    Plain text is what the writer's program made of the page itself; the page is surer where it alone marks a quote.
    """
    pages = [_page(reading) for reading in readings]
    plain = [_made_safe(reading.plain) for reading in readings]
    by_text = _tidy("\n".join(text if text.strip() else page for text, page in zip(plain, pages, strict=True)))
    by_page = _tidy("\n".join(page or text for text, page in zip(plain, pages, strict=True)))
    page = cut(by_page)
    text = cut(by_text) if by_text != by_page else page
    best = page if page.signs > text.signs else text
    shown, others = _pictures_in(page)
    return Cut(_without_signs(best.text), _without_signs(best.folded), best.signs), shown, others


def _page(reading: _Reading) -> str:
    """Its lines, without the bytes of pictures that stand in it. What is too long is read as plain text."""
    page = _PICTURE_BYTES.sub("", reading.page)
    if len(page) <= LONGEST_PAGE:
        return as_markdown_lines(page)
    if reading.plain.strip():
        return ""
    raise Unreadable(_("The text of the mail is longer than can be read."))


def _made_safe(plain: str) -> str:
    return SIGNS.sub("", plain)


def _tidy(text: str) -> str:
    if len(text) > MOST_CHARACTERS or text.count("\n") > MOST_LINES:
        raise Unreadable(_("The text of the mail is longer than can be read."))
    return tidy(_many_accents().sub(lambda run: run[0][:MOST_ACCENTS], text))


@cache
def _many_accents() -> re.Pattern[str]:
    """Accents on one letter: to put many in their order takes quadratic time."""
    accents = "".join(chr(code) for code in range(0x300, 0x1F000) if combining(chr(code)))
    return re.compile(f"[{re.escape(accents)}]{{{MOST_ACCENTS},}}")


def _pictures_in(new: Cut) -> tuple[set[str], set[str]]:
    """Those in what is new above the greeting, and all others: below it stands the logo of a company."""
    greetings = [found.start() for found in _GREETING.finditer(new.text)]
    end = greetings[-1] if greetings else len(new.text)
    return set(PICTURED.findall(new.text[:end])), set(PICTURED.findall(new.text[end:] + new.folded))


def _without_signs(text: str) -> str:
    return tidy(_MANY_ENDS.sub("\n\n", _LINE_ENDS.sub("\n", SIGNS.sub("", PICTURED.sub("", text)))))


def _files(sent: list[Part], unwanted: set[str]) -> Iterator[SentFile]:
    """Without the pictures that stand in a quote or a signature only."""
    for number, part in enumerate(sent, start=1):
        content_id = str(part.headers.get("Content-ID", "")).strip().strip("<>")
        if not content_id or content_id not in unwanted:
            yield SentFile(_name_of(part, number), part.media_type, part.content)


def _name_of(part: Part, number: int) -> str:
    """Its last word after a path; where it has none, a number and what its type is called."""
    name = tidy_line(decoded_header(part.headers.get_filename() or "")).replace("\\", "/").rpartition("/")[2].strip()
    if not name and part.media_type == "message/rfc822":
        found = BytesHeaderParser().parsebytes(part.content[:MOST_HEADER_BYTES])
        name = f"{subject_of(found).replace('/', '-')[:100].strip() or number}.eml"
    return name or f"{number}{mimetypes.guess_extension(part.media_type) or '.bin'}"

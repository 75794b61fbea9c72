"""A letter as the message that goes over the line."""

from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UniqueAddressHeader, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr, quote

from flask import current_app

from app.core.clock import now
from app.mail.models import Letter
from app.mail.service.envelope import OWN_MAIL


class Sender(UniqueAddressHeader):
    """A name that people wrote, before our address. Where the library folds a long one it loses the quotes around it,
    and what stands in the name may be read as an address: so it is quoted or encoded whole, and folded after it.
    """

    def fold(self, *, policy: Policy) -> str:
        [sender] = self.addresses
        name = sender.display_name
        words = f'"{quote(name)}"' if name.isascii() else Header(name, "utf-8", header_name="From").encode(
            linesep=policy.linesep)
        before = f"{words}{policy.linesep} " if name else ""
        return f"From: {before}<{sender.addr_spec}>{policy.linesep}"


class Plain(UnstructuredHeader, BaseHeader):
    """An address or ids for programs, on one line: where the library folds a long one it encodes it, and no program
    decodes that (RFC 2369, 2919, 5322; a line may have 998 characters).
    """

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}" if self.isascii() else super().fold(policy=policy)


_headers = HeaderRegistry()
_headers.map_to_type("from", Sender)  # type: ignore[arg-type]  # the library makes a header of it
for _name in ("list-unsubscribe", "list-unsubscribe-post", "list-id", "in-reply-to", "references"):
    _headers.map_to_type(_name, Plain)
# Seven bits: a server that takes no more may stand anywhere on the way, and what is not announced it breaks (RFC 6152).
AS_SENT = SMTP.clone(header_factory=_headers, cte_type="7bit")


def message_of(letter: Letter) -> EmailMessage:
    message = EmailMessage(policy=AS_SENT)
    message["From"] = _sender(letter)
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"  # Exchange goes by this one
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
    for name, value in letter.headers.items():
        message[name] = value
    message[OWN_MAIL] = str(letter.id)
    message.set_content(letter.body_text)
    message.add_alternative(letter.body_html, subtype="html")
    return message


def _sender(letter: Letter) -> Address:
    """Who writes does so through the site: their name, and its own address, for another would be taken as forged.

    What the site writes itself has the name in MAIL_FROM, or else the site's: an address alone says nothing to people.
    """
    name, address = parseaddr(current_app.config["MAIL_FROM"])
    return Address(letter.sender_name or name or current_app.config["SITE_NAME"], addr_spec=address)

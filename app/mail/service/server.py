"""The conversation with the mail server: what it says about one letter, and when it is the server itself.

Its text is handed over last, after all that can still be refused: only what fails from there on is uncertain.
"""

import logging
import re
import smtplib
import ssl
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

from app.mail.models import Trouble

logger = logging.getLogger(__name__)
PATIENCE = 10  # seconds, for each answer
SHORT_PATIENCE = 5  # seconds, where somebody waits for the answer
GO_ON = 354  # RFC 5321 4.1.1.4: only then the text is sent
NO_MAILBOX = (550, 551, 553, 556)  # RFC 5321 4.2.2, RFC 7504
_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
_ADDRESS = re.compile(r"<[^<>]*>|\S+@\S+")  # a server repeats it; what it is called says nothing
_IS_GONE = re.compile(
    r"\bno (?:such|mailbox|valid)\b|unknown|unrout|not (?:exist|found|known|recogni[sz]ed|a valid|available|accept mail"
    r"|our user)|n't exist|invalid|disabled|inactive|suspended|moved|closed|no longer|onbekend|bestaat niet", re.I)
_ABOUT_US = re.compile(r"\bsender|relay|\bhost\b|gr[ea]ylist|block|black|spam|policy|later|authenticat|dmarc", re.I)
_LINE_WITH_DOT = re.compile(rb"^\.", re.M)  # gets another before it (RFC 5321 4.5.2)


class NotSent(Exception):
    """Why a letter is not sent, or not known to be; with the code that the server gave, if it gave any."""

    def __init__(self, trouble: Trouble, code: int | None = None) -> None:
        super().__init__(f"{trouble} {code or ''}".strip())
        self.trouble, self.code = trouble, code


class WayOut(Protocol):
    """What takes letters, one after the other. Each of these raises NotSent."""

    def open(self) -> None:
        """Be ready to take a letter. Where we are already, nothing happens."""

    def offer(self, to: str) -> None:
        """Say for whom the next one is. It can be taken back by `reset`."""

    def hand_over(self, name: str, text: bytes) -> None: ...

    def reset(self) -> None: ...

    def close(self) -> None: ...


def way_out(*, patience: float | None = None) -> WayOut:
    url = current_app.config["MAIL_URL"]
    return MailServer(url, patience or PATIENCE) if url else Outbox(Path(current_app.config["OUTBOX"]))


def ask_mail_server() -> None:
    """Greet it, and sign in where MAIL_URL says so, without a letter. Raises NotSent."""
    server = way_out(patience=SHORT_PATIENCE)
    server.open()
    server.close()


class MailServer:
    """A line to the server that MAIL_URL names, kept for many letters; `patience` in seconds for each answer."""

    def __init__(self, url: str, patience: float) -> None:
        self._parts, self._patience = urlsplit(url), patience
        self._sender = parseaddr(current_app.config["MAIL_FROM"])[1]
        # Without local_hostname smtplib asks the resolver who we are, which costs most of a second.
        self._own_name = urlsplit(current_app.config["BASE_URL"]).hostname
        self._line: smtplib.SMTP | None = None

    def open(self) -> None:
        if self._line is None:
            self._line = self._connected()
            try:
                self._introduce(self._line)
            except NotSent:
                self._hang_up()
                raise

    def offer(self, to: str) -> None:
        try:
            code, _words = self._open_line.mail(self._sender)
            if code >= 400:
                raise NotSent(Trouble.SENDER_REFUSED, code)
            self._understand(code, Trouble.CUT_OFF)
            code, words = self._open_line.rcpt(to)
            self._understand(code, Trouble.CUT_OFF)
            if code >= 400:
                is_gone = _says_no_mailbox(code, words.decode(errors="replace"))
                raise NotSent(_about(code, Trouble.RECEIVER_REFUSED if is_gone else Trouble.TURNED_AWAY), code)
        except UnicodeError:  # an address that SMTP without extensions cannot say
            raise NotSent(Trouble.NOT_SENDABLE) from None
        except NotSent as refusal:
            self._after(refusal.code)
            raise
        except OSError as failure:  # smtplib's own are OSErrors too: the line broke, or stayed silent
            self._hang_up()
            raise NotSent(Trouble.CUT_OFF) from failure

    def hand_over(self, name: str, text: bytes) -> None:
        self._ask_for_text()
        try:
            self._open_line.send(_LINE_WITH_DOT.sub(b"..", text.removesuffix(b"\r\n")) + b"\r\n.\r\n")
            code, _words = self._open_line.getreply()
        except OSError as failure:
            self._hang_up()
            raise NotSent(Trouble.NO_ANSWER) from failure
        self._understand(code, Trouble.NO_ANSWER)
        self._heed(code)

    def _ask_for_text(self) -> None:
        """Until the server says 354 nothing of the text went: a line that breaks before leaves no doubt (NTF-5)."""
        try:
            code, _words = self._open_line.docmd("DATA")
        except OSError as failure:
            self._hang_up()
            raise NotSent(Trouble.CUT_OFF) from failure
        self._heed(code)
        if code != GO_ON:
            self._hang_up()
            raise NotSent(Trouble.CUT_OFF, code)

    def _understand(self, code: int, trouble: Trouble) -> None:
        """What is neither a yes nor a no is no answer: smtplib says -1 of a line that it cannot read."""
        if not (200 <= code < 300 or code >= 400):
            self._hang_up()
            raise NotSent(trouble)

    def _heed(self, code: int) -> None:
        if code >= 400:
            self._after(code)
            raise NotSent(_about(code, Trouble.TEXT_REFUSED), code)

    def reset(self) -> None:
        """Forget for whom the next one is; a line on which that fails is of no use."""
        try:
            self._open_line.rset()
        except OSError:
            self._hang_up()

    def close(self) -> None:
        if self._line is not None:
            try:
                self._line.quit()
            except OSError:
                logger.debug("the mail server had hung up already")
            self._hang_up()

    @property
    def _open_line(self) -> smtplib.SMTP:
        if self._line is None:
            raise smtplib.SMTPServerDisconnected("nobody opened the line")
        return self._line

    def _connected(self) -> smtplib.SMTP:
        host, port = self._parts.hostname or "localhost", self._parts.port
        try:
            if self._parts.scheme == "smtps":
                return smtplib.SMTP_SSL(host, port or 465, self._own_name, timeout=self._patience,
                                        context=ssl.create_default_context())  # fmt: skip
            return smtplib.SMTP(host, port or 25, self._own_name, timeout=self._patience)
        except ssl.SSLError as failure:
            raise NotSent(Trouble.NOT_SECURE) from failure
        except OSError as failure:
            raise NotSent(Trouble.UNREACHABLE, getattr(failure, "smtp_code", None)) from failure

    def _introduce(self, line: smtplib.SMTP) -> None:
        """Greet; and where MAIL_URL names an account, sign in, never over a line that others can read."""
        trouble = Trouble.UNREACHABLE
        try:
            line.ehlo_or_helo_if_needed()
            if self._parts.username:
                if self._parts.scheme == "smtp":
                    trouble = Trouble.NOT_SECURE
                    line.starttls(context=ssl.create_default_context())
                trouble = Trouble.LOGIN_REFUSED
                line.login(unquote(self._parts.username), unquote(self._parts.password or ""))
        except smtplib.SMTPServerDisconnected as failure:
            raise NotSent(Trouble.UNREACHABLE) from failure
        except OSError as failure:
            raise NotSent(trouble, getattr(failure, "smtp_code", None)) from failure

    def _after(self, code: int | None) -> None:
        if code == 421:  # RFC 5321 4.2.3: it closes the line
            self._hang_up()
        else:
            self.reset()

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class Outbox:
    """A folder of .eml files, where there is no mail server."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as failure:
            raise NotSent(Trouble.UNREACHABLE) from failure

    def offer(self, to: str) -> None:
        pass

    def hand_over(self, name: str, text: bytes) -> None:
        """Under its own name, whole or not at all: written twice it is there once."""
        unfinished = self._folder / f"{name}.part"
        try:
            unfinished.write_bytes(text)
            unfinished.rename(self._folder / f"{name}.eml")
        except OSError as failure:
            raise NotSent(Trouble.PUT_OFF) from failure

    def reset(self) -> None:
        pass

    def close(self) -> None:
        pass


def _says_no_mailbox(code: int, words: str) -> bool:
    """Whether a no to the receiver is about the address; every other may pass, as a block or a wrong setting does.

    RFC 3463: 5.1.x is the address, but .7 and .8 of it the sender's; 5.2.1 a mailbox that was closed. Exchange Online
    says 5.4.1 of one that it does not have. Of servers that give no such code the words must say it: a letter that is
    tried in vain is a smaller evil than one that is lost.
    """
    words = _ADDRESS.sub(" ", words)
    if enhanced := _ENHANCED.search(words):
        subject, detail = int(enhanced[1]), int(enhanced[2])
        return (subject == 1 and detail not in (7, 8)) or (subject, detail) in ((2, 1), (4, 1))
    return code in NO_MAILBOX and bool(_IS_GONE.search(words)) and not _ABOUT_US.search(words)


def _about(code: int, for_good: Trouble) -> Trouble:
    """RFC 5321 4.2.1: 5yz is a no that stays, 4yz one for now; 421 is the server that closes the line."""
    if code == 421:
        return Trouble.CUT_OFF
    return for_good if code >= 500 else Trouble.PUT_OFF

"""What happens to mail that comes in."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class MailReceived(Event):
    """It is stored; what becomes of it is decided after that."""

    mail_id: int


@dataclass(frozen=True, kw_only=True)
class MailRefused(Event):
    """It became no post. `verdict` is the word for why."""

    mail_id: int
    verdict: str

"""What happens to letters."""

from dataclasses import dataclass

from app.core.events import Event, Signal


@dataclass(frozen=True, kw_only=True)
class LetterWritten(Signal):
    letter_id: int


@dataclass(frozen=True, kw_only=True)
class MailSent(Signal):
    """A signal: the row of the letter says it, and a line in the log for each would bury what people did."""

    letter_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MailFailed(Event):
    """Given up: refused for good, waited in vain for three days, or a code nobody can use any more."""

    letter_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MailUncertain(Event):
    """They may have gone, and are not sent again."""

    letter_ids: tuple[int, ...]

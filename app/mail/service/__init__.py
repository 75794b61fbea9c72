"""Writing letters, and taking apart what comes in."""

from app.mail.service.letters import drop_letters, write_letter
from app.mail.service.taking_apart import MARKERS, OWN_MAIL, Incoming, SentFile, Unreadable, take_apart

__all__ = [
    "MARKERS", "OWN_MAIL", "Incoming", "SentFile", "Unreadable", "drop_letters", "take_apart", "write_letter",
]  # fmt: skip

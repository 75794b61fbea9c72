"""Writing letters, and taking apart what comes in."""

from app.mail.service.cutting import MARKERS
from app.mail.service.envelope import OWN_MAIL
from app.mail.service.letters import drop_letters, write_letter
from app.mail.service.parts import Unreadable
from app.mail.service.taking_apart import Incoming, SentFile, take_apart

__all__ = [
    "MARKERS", "OWN_MAIL", "Incoming", "SentFile", "Unreadable", "drop_letters", "take_apart", "write_letter",
]  # fmt: skip

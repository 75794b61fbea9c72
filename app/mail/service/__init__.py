"""Writing letters, and taking apart what comes in."""

from app.mail.service.cutting import MARKERS
from app.mail.service.envelope import OWN_MAIL
from app.mail.service.letters import compose, drop_letters, hand_in, write_letter
from app.mail.service.parts import Unreadable
from app.mail.service.taking_apart import Incoming, SentFile, take_apart

__all__ = [
    "MARKERS", "OWN_MAIL", "Incoming", "SentFile", "Unreadable", "compose", "drop_letters", "hand_in", "take_apart",
    "write_letter",
]  # fmt: skip

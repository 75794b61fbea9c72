"""Taking in mail: storing it, placing it, answering it, and taking back what was placed."""

from app.mail.service.mailbox import NoMailbox
from app.mailin.service.ceiling import keep_within_the_ceiling, kept_of_strangers
from app.mailin.service.lmtp import lmtp_server
from app.mailin.service.mailbox import read_mailbox
from app.mailin.service.placing import place_mail
from app.mailin.service.storing import forget_old_mail, receive
from app.mailin.service.undoing import Undo, get_undo, take_back_post

__all__ = [
    "NoMailbox", "Undo", "forget_old_mail", "get_undo", "keep_within_the_ceiling", "kept_of_strangers", "lmtp_server",
    "place_mail", "read_mailbox", "receive", "take_back_post",
]  # fmt: skip

"""Letters: written in the transaction of who needs them, claimed by one worker, and handed to the mail server.

And taking apart what comes in.
"""

from app.mail.service.cutting import MARKERS
from app.mail.service.envelope import OWN_MAIL
from app.mail.service.ledger import (
    claim_letters,
    finish,
    give_up_old_letters,
    has_due_letters,
    let_go,
    mark_as_being_sent,
    put_forward,
    settle_lost_letters,
)
from app.mail.service.letters import (
    changed_letters,
    compose,
    drop_letters,
    hand_in,
    look_again,
    looked_at_again,
    own_host,
    take_back,
    through_the_site,
    write_letter,
)
from app.mail.service.message import message_of
from app.mail.service.parts import Unreadable
from app.mail.service.server import NotSent, WayOut, ask_mail_server, way_out
from app.mail.service.signing import Signed, Writer, without_signature
from app.mail.service.taking_apart import Incoming, SentFile, take_apart

__all__ = [
    "MARKERS", "OWN_MAIL", "Incoming", "NotSent", "SentFile", "Signed", "Unreadable", "WayOut", "Writer",
    "ask_mail_server", "changed_letters", "claim_letters", "compose", "drop_letters", "finish", "give_up_old_letters",
    "hand_in", "has_due_letters", "let_go", "look_again", "looked_at_again", "mark_as_being_sent", "message_of",
    "own_host", "put_forward", "settle_lost_letters", "take_apart", "take_back", "through_the_site", "way_out",
    "without_signature", "write_letter",
]  # fmt: skip

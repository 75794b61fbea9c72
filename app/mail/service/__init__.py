"""Letters: written in the transaction of who needs them, claimed by one worker, and handed to the mail server."""

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
from app.mail.service.letters import drop_letters, write_letter
from app.mail.service.server import NotSent, WayOut, ask_mail_server, way_out

__all__ = ["NotSent", "WayOut", "ask_mail_server", "claim_letters", "drop_letters", "finish", "give_up_old_letters",
           "has_due_letters", "let_go", "mark_as_being_sent", "put_forward", "settle_lost_letters", "way_out",
           "write_letter"]  # fmt: skip

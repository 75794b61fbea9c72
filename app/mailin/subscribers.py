"""A mail that is stored is placed once its row stands."""

from flask import current_app

from app.core.events import after_commit
from app.jobs.service import later
from app.mailin.events import MailReceived
from app.mailin.tasks import place_mail


@after_commit(MailReceived)
def place_it_soon(event: MailReceived) -> None:
    later(current_app._get_current_object(), place_mail, event.mail_id)  # type: ignore[attr-defined]

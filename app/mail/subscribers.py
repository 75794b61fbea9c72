"""A letter that was written is sent once its transaction stands."""

from flask import current_app

from app.core.events import after_commit
from app.jobs.service import later
from app.mail.events import LetterWritten
from app.mail.tasks import send_letter


@after_commit(LetterWritten)
def send_it_soon(event: LetterWritten) -> None:
    later(current_app._get_current_object(), send_letter, event.letter_id)  # type: ignore[attr-defined]

"""Writing letters. A letter is a row of the caller's own transaction; a worker sends it after the commit."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import update

from app.core.db import new_id
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import in_language
from app.core.text import tidy_line
from app.core.transaction import atomic
from app.mail.events import LetterWritten
from app.mail.models import Letter, LetterState


@atomic
def write_letter(*, to: str, kind: str, locale: str, useless_after: datetime | None = None, **words: object) -> Letter:
    """Write the letter whose templates stand in `<package>/email/<letter>`, as `kind` names them: "accounts/code".

    Links in it come from BASE_URL alone, never from a request: a job or a command writes the same letter.
    """
    package, _, letter_name = kind.partition("/")
    folder = f"{package}/email/{letter_name}"
    words = {"base_url": current_app.config["BASE_URL"], "site_name": current_app.config["SITE_NAME"], **words}
    templates = current_app.jinja_env  # not render_template, which tells templates of the request
    with in_language(locale):
        subject, text, html = (
            templates.get_template(f"{folder}/{part}").render(words)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    letter_id = new_id()
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    letter = Letter(id=letter_id, kind=kind, to=to, subject=tidy_line(subject)[:200], body_text=text.strip() + "\n",
                    body_html=html, message_id=f"<{letter_id}@{host}>", useless_after=useless_after)  # fmt: skip
    db.session.add(letter)
    publish(LetterWritten(actor_id=None, letter_id=letter_id))
    return letter


def drop_letters(to: str, *, but: str) -> None:
    """What waits for this address is not sent, except kinds that begin with `but`; in the caller's transaction."""
    db.session.execute(
        update(Letter).where(Letter.to == to, Letter.state == LetterState.WAITING, ~Letter.kind.startswith(but))
        .values(state=LetterState.DROPPED, body_text="", body_html="")
    )  # fmt: skip

"""Writing letters. A letter is a row of the caller's own transaction; a worker sends it after the commit."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import ColumnElement, update

from app.core.clock import now
from app.core.db import new_id
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import in_language
from app.core.text import tidy_line
from app.core.transaction import atomic
from app.mail.events import LetterWritten
from app.mail.models import SENDER_MOST, UNSENT, Letter, LetterState

FRESH = timedelta(minutes=1)  # whoever made a letter asked then
LookAgain = Callable[[Letter], None]
Changed = Callable[[Sequence[int]], Collection[int]]
_looks: dict[str, LookAgain] = {}
_changed: dict[str, Changed] = {}


def looked_at_again(*kinds: str, changed: Changed | None = None) -> Callable[[LookAgain], LookAgain]:
    """Register who looks once more at a letter of these kinds that had to wait, before it is handed over.

    Whom it is for may have lost the right meanwhile (NTF-4): then they `take_back` the letter. `changed` tells, given
    the ids of many that were just made and in one statement, at which of them to look all the same.
    """

    def register(look: LookAgain) -> LookAgain:
        _looks.update(dict.fromkeys(kinds, look))
        if changed is not None:
            _changed.update(dict.fromkeys(kinds, changed))
        return look

    return register


def look_again(letter: Letter, *, has_changed: bool = False) -> None:
    """Outside of any transaction; a letter that was just made needs none, unless something of it has changed."""
    if letter.kind in _looks and (has_changed or letter.created_at < now() - FRESH):
        _looks[letter.kind](letter)


def changed_letters(letters: Sequence[Letter]) -> set[int]:
    """Those of which something changed since they were made: a statement for all, whatever their number."""
    asked: dict[Changed, list[int]] = {}
    for letter in letters:
        if letter.kind in _changed:
            asked.setdefault(_changed[letter.kind], []).append(letter.id)
    return {letter_id for changed, ids in asked.items() for letter_id in changed(ids)}


def write_letter(*, to: str, kind: str, locale: str, useless_after: datetime | None = None, **words: object) -> Letter:
    """Write the letter whose templates stand in `<package>/email/<letter>`, as `kind` names them: "accounts/code".

    Links in it come from BASE_URL alone, never from a request: a job or a command writes the same letter.
    """
    letter = compose(to=to, kind=kind, locale=locale, useless_after=useless_after, **words)
    hand_in(letter)
    return letter


@atomic
def hand_in(letter: Letter) -> None:
    """A letter that was composed goes out once this stands."""
    db.session.add(letter)
    publish(LetterWritten(actor_id=None, letter_id=letter.id))


def compose(*, to: str, kind: str, locale: str, useless_after: datetime | None = None, **words: object) -> Letter:
    """The same, not handed in yet: what takes time is done before a transaction begins."""
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
    return Letter(id=letter_id, kind=kind, to=to, subject=tidy_line(subject)[:200], body_text=text.strip() + "\n",
                  body_html=html, message_id=f"<{letter_id}@{own_host()}>", useless_after=useless_after,
                  headers={})  # fmt: skip


def own_host() -> str:
    """The name of the site's machine, as it stands behind the @ of what letters call themselves."""
    return urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"


def through_the_site(who: str) -> str:
    """The name of a sender who writes through the site, as `sender_name` holds it (NTF-17).

    Whoever works for the association itself is not called so twice.
    """
    site = current_app.config["SITE_NAME"]
    return f"{who.removesuffix(f' ({site})')} via {site}"[:SENDER_MOST]


def drop_letters(to: str, *, but: str) -> None:
    """What waits for this address is not sent, except kinds that begin with `but`; in the caller's transaction.

    Nor what a worker has claimed: it asks once more before it hands a letter over.
    """
    _drop(Letter.to == to, ~Letter.kind.startswith(but))


def take_back(letter_id: int) -> bool:
    """The same of one letter; in the caller's transaction. False where it is on its way."""
    return _drop(Letter.id == letter_id) == 1


def _drop(*which: ColumnElement[bool]) -> int:
    dropped = db.session.execute(
        update(Letter).where(*which, Letter.state.in_(UNSENT))
        .values(state=LetterState.DROPPED, body_text="", body_html="")
    )  # fmt: skip
    return dropped.rowcount  # type: ignore[attr-defined, no-any-return]

"""Answers to mail: each in its receiver's language, to the address that we know, and never to a machine (NTF-32)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from app.accounts.models import Person
from app.core.clock import now
from app.core.db import one_at_a_time
from app.core.extensions import db
from app.core.i18n import in_language
from app.discussions.models import BODY_MOST, Post, Thread
from app.files.service import Result
from app.mail.service import write_letter
from app.mailin.models import InboundMail, Verdict
from app.mailin.service.head import MESSAGE_ID
from app.mailin.service.undoing import UNDO_WITHIN, undo_token

UNASKED_MOST = 3  # a day, to one address: of mail that belongs nowhere
SHOWN_MOST = BODY_MOST  # characters of what was written
WHY = {
    Verdict.TOO_LARGE: _l("Your mail is larger than 30 MB."),
    Verdict.UNREADABLE: _l("Your mail could not be read: it is damaged, or of a kind that this site does not know."),
    Verdict.EMPTY: _l("Your mail held no new text."),
    Verdict.TOO_LONG: _l("Your text is longer than a post may be: 20,000 characters."),
    Verdict.NO_ACCESS: _l("You cannot use the site at the moment, because you no longer work for a member company or "
                          "your access is suspended."),
    Verdict.CLOSED: _l("This thread was closed in the meantime."),
    Verdict.FROZEN: _l("This thread stands still."),
    Verdict.ARCHIVED: _l("This working group is archived. You can read everything; nothing can be added."),
    Verdict.NO_RIGHT: _l("You read this thread, and do not write in it."),
    Verdict.BROKEN: _l("Something went wrong with us, several times."),
}  # fmt: skip
WHAT_TO_DO = {
    Verdict.TOO_LARGE: _l("Send it again without the large files, or add those on the page of the thread."),
    Verdict.UNREADABLE: _l("Send it again as plain text, or write it on the page of the thread."),
    Verdict.EMPTY: _l("Write your answer above the quoted text, and send it again. A file alone is no answer."),
    Verdict.TOO_LONG: _l("Make it shorter, or put it in a file and send that along."),
    Verdict.NO_ACCESS: _l("Ask the contact of your company, or the coordinator."),
    Verdict.SILENCED: _l("You can read meanwhile, and write again after that."),
    Verdict.CLOSED: _l("Ask the lead of the working group to open it again, or start a new thread."),
    Verdict.FROZEN: _l("Wait until the coordinator lets it go on."),
    Verdict.ARCHIVED: _l("Ask the coordinator if you want to go on."),
    Verdict.NO_RIGHT: _l("Ask the lead of the working group whether you can take part."),
    Verdict.BROKEN: _l("Your mail is kept. Send it again later, or write on the page of the thread."),
}


def answer_posted(mail: InboundMail, to: Person, post: Post, refused: Sequence[Result], warning: str) -> None:
    """The text as it stands, what did not come along, and the link to take it back. In the caller's transaction."""
    _answer(mail, to, "mailin/posted", title=post.thread.title, link=f"/posts/{post.id}", text=post.body_md,
            refused=refused, warning=warning, undo=f"/mail/undo/{undo_token(mail.id)}",
            until=post.created_at + UNDO_WITHIN)  # fmt: skip


def answer_draft(mail: InboundMail, to: Person, thread: Thread, verdict: Verdict, refused: Sequence[Result],
                 words: str) -> None:  # fmt: skip
    """Not posted, and kept on the page of drafts. `words` say more than the verdict, where there is more."""
    _answer(mail, to, "mailin/draft", title=thread.title, link=thread.link, refused=refused,
            why=words or why(verdict, to), what_to_do=what_to_do(verdict, to))  # fmt: skip


def answer_refused(mail: InboundMail, to: Person, verdict: Verdict, *, thread: Thread | None = None, text: str = "",
                   words: str = "") -> None:  # fmt: skip
    """Why, and what to do; with what was written, so that nobody types it twice."""
    _answer(mail, to, "mailin/refused", title=thread.title if thread else "", link=thread.link if thread else "",
            text=text[:SHOWN_MOST], why=words or why(verdict, to), what_to_do=what_to_do(verdict, to),
            is_cut=len(text) > SHOWN_MOST)  # fmt: skip


def answer_unknown_place(mail: InboundMail, to: Person) -> bool:
    """The same for every mail that belongs nowhere, whatever was tried; False when this address had enough for a day.
    """
    one_at_a_time("mail answers", mail.sender)
    had = select(func.count()).where(
        InboundMail.sender == mail.sender, InboundMail.answered_at > now() - timedelta(days=1),
        InboundMail.verdict == Verdict.UNKNOWN_PLACE)  # fmt: skip
    if (db.session.scalar(had) or 0) >= UNASKED_MOST:
        return False
    _answer(mail, to, "mailin/unknown_place")
    return True


def why(verdict: Verdict, to: Person) -> str:
    with in_language(to.locale):
        return str(WHY[verdict])


def what_to_do(verdict: Verdict, to: Person) -> str:
    with in_language(to.locale):
        return str(WHAT_TO_DO[verdict])


def _answer(mail: InboundMail, to: Person, kind: str, **words: Any) -> None:
    letter = write_letter(to=to.email, kind=kind, locale=to.locale, name=to.name, **words)
    if MESSAGE_ID.fullmatch(mail.message_id):
        letter.headers = {"In-Reply-To": mail.message_id, "References": mail.message_id}
    mail.answered_at = now()

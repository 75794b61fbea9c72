"""Storing a mail: its bytes lie safely and its rows are committed before anybody acts on it (NTF-38)."""

import io
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, literal, select, update

from app.accounts import service as accounts
from app.core.clock import now
from app.core.db import insert_unless_there, new_id, one_at_a_time
from app.core.errors import Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.transaction import atomic
from app.files import service as files
from app.mailin.events import MailReceived
from app.mailin.models import SIZE_MOST, InboundMail, MailState
from app.mailin.service.head import Head, head_of, read_head

KEPT_FOR = timedelta(days=30)

files.owner(InboundMail.sha256)


def receive(raw: bytes, *, size: int | None = None, recipients: Sequence[str] = ()) -> list[int]:
    """Store a mail, once for each key that it came to; gives what is new. The same again is there already (NTF-34).

    `size` is that of the whole where `raw` is only its beginning: of more than 30 MB the head is kept. Slow, never
    within a transaction. Raises Invalid for nothing at all, NotStored and SQLAlchemyError where it could not be stored:
    whoever brought it keeps it then.
    """
    size = max(size or 0, len(raw))
    kept = head_of(raw) if size > SIZE_MOST else raw
    if not kept.strip():
        raise Invalid(_("This file is empty."))
    head = read_head(kept, recipients=recipients)
    stored = files.store(io.BytesIO(kept), most=len(kept))
    return _note(head, stored.sha256, size)


@atomic
def _note(head: Head, sha256: str, size: int) -> list[int]:
    one_at_a_time("mail", head.message_id)
    new = []
    for key in head.keys or ("",):
        values = {"id": new_id(), "message_id": head.message_id, "key": key, "sender": head.sender, "sha256": sha256,
                  "size": size, "state": MailState.RECEIVED, "tries": 0, "received_at": now()}  # fmt: skip
        if insert_unless_there(InboundMail, values, key=("message_id", "key")):
            new.append(int(str(values["id"])))
            publish(MailReceived(actor_id=None, mail_id=new[-1]))
    return new


def forget_old_mail() -> None:
    """After thirty days neither its bytes are kept nor who sent it. Where there is none nobody waits for the lock."""
    if db.session.scalar(select(literal(1)).select_from(InboundMail).where(_is_old()).limit(1)) is not None:
        let_go(_is_old())


@atomic
def let_go(which: ColumnElement[bool]) -> None:
    """Of these mails the bytes, and who sent them. That they came stays."""
    db.session.execute(update(InboundMail).where(which).values(sha256=None, sender=""))


def _is_old() -> ColumnElement[bool]:
    return and_(InboundMail.received_at < now() - KEPT_FOR, InboundMail.sha256.is_not(None),
                InboundMail.state != MailState.RECEIVED)  # fmt: skip


@accounts.own_data("mail_in")
def mail_in_data(person_id: int) -> list[dict[str, str]]:
    """What this person mailed to the site, and what became of it."""
    own = select(InboundMail).where(InboundMail.person_id == person_id).order_by(InboundMail.id)
    return [{"at": each.received_at.isoformat(), "place": each.place or "", "became": each.state.value,
             "because": each.verdict.value if each.verdict else "", "post": str(each.post_id or "")}
            for each in db.session.scalars(own)]  # fmt: skip

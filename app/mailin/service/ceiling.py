"""How much is kept of mail from people whom we do not know: the oldest gives way first, before its thirty days."""

from typing import NamedTuple

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from app.accounts.models import Person
from app.core.clock import now
from app.core.extensions import db
from app.files.models import FileContent
from app.mailin.models import InboundMail, MailState
from app.mailin.service.storing import KEPT_FOR, let_go


class Kept(NamedTuple):
    """`most` in bytes; `lost` counts those that lost their text before its time."""

    most: int
    lost: int


def kept_of_strangers() -> Kept:
    lost = db.session.scalar(select(func.count()).select_from(InboundMail).where(
        _is_decided(), InboundMail.sha256.is_(None), InboundMail.received_at >= now() - KEPT_FOR))  # fmt: skip
    return Kept(current_app.config["MAIL_STRANGERS_MOST"], lost or 0)


def keep_within_the_ceiling() -> None:
    """Where it is kept to nobody waits for the write lock."""
    if db.session.scalar(_too_much().limit(1)) is not None:
        let_go(InboundMail.id.in_(_too_much()))


def _too_much() -> Select[int]:
    """Those for which there is no room beside all that came later."""
    with_later = func.sum(FileContent.size).over(order_by=InboundMail.id.desc()).label("with_later")
    kept = (
        select(InboundMail.id, with_later).join(FileContent, FileContent.sha256 == InboundMail.sha256)
        .where(_is_of_a_stranger()).subquery()
    )  # fmt: skip
    return select(kept.c.id).where(kept.c.with_later > current_app.config["MAIL_STRANGERS_MOST"])


def _is_of_a_stranger() -> ColumnElement[bool]:
    """By its address too: whoever is known may have sent what nobody placed."""
    return and_(_is_decided(), ~exists().where(Person.email == InboundMail.sender))


def _is_decided() -> ColumnElement[bool]:
    """Dropped, and of nobody whom we know; what waits to be placed is never touched."""
    return and_(InboundMail.state == MailState.DROPPED, InboundMail.person_id.is_(None))

"""What the clock asks of incoming mail: to look in the mailbox, to place what waits, to forget what is old."""

import logging

from flask import current_app
from sqlalchemy import select

from app.core.extensions import db
from app.jobs.service import each_minute, later, task
from app.mailin import service
from app.mailin.models import InboundMail, MailState

logger = logging.getLogger(__name__)
AT_A_TIME = 100


@task
def place_mail(mail_id: int) -> None:
    service.place_mail(mail_id)


@task
def read_mailbox() -> None:
    try:
        service.read_mailbox()
    except service.NoMailbox as trouble:
        logger.warning("mail in: %s; tried again in a minute", trouble)


@each_minute
def look_in_the_mailbox() -> None:
    """By a call of its own: a slow mailbox keeps no other work of this minute waiting."""
    if current_app.config["MAIL_IN_URL"]:
        later(current_app._get_current_object(), read_mailbox)  # type: ignore[attr-defined]


@each_minute
def place_waiting_mail() -> None:
    """Whatever is not decided, also when the call that should have done it was lost."""
    waiting = select(InboundMail.id).where(InboundMail.state == MailState.RECEIVED).order_by(InboundMail.id)
    for mail_id in db.session.scalars(waiting.limit(AT_A_TIME)).all():
        service.place_mail(mail_id)


@each_minute
def forget_old_mail() -> None:
    service.forget_old_mail()
    service.keep_within_the_ceiling()

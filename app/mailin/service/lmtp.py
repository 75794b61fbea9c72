"""The door for mail servers that speak LMTP (RFC 2033), as a process of its own. Its library is loaded only there."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.core.errors import Invalid
from app.core.extensions import db
from app.files.service import NotStored
from app.mailin.service.head import is_for_us
from app.mailin.service.storing import receive

logger = logging.getLogger(__name__)
NO_WAY_BACK = b"Return-Path: <>\r\n"  # whoever delivers writes it into the mail (RFC 5321, 4.4): a machine sent it
SIZE_MOST_TAKEN = 100_000_000  # bytes; of more than 30 MB only the head is kept


@contextmanager
def lmtp_server(app: Flask, host: str, port: int) -> Iterator[None]:
    """Takes mail there meanwhile, in a thread of its own. Raises ImportError where its library is not installed."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.lmtp import LMTP

    class Door(Controller):
        def factory(self) -> Any:
            return LMTP(self.handler, data_size_limit=SIZE_MOST_TAKEN, enable_SMTPUTF8=True, ident="Brink")

    door = Door(Taking(app), hostname=host, port=port, server_hostname="brink", server_kwargs={})
    door.start()
    try:
        yield
    finally:
        door.stop()


class Taking:
    """One receiver at a time: LMTP wants an answer for each, and the library gives one."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        with self.app.app_context():
            if not is_for_us(address):
                return "550 5.1.1 Nobody of that name here"
        if envelope.rcpt_tos:
            return "452 4.5.3 One receiver at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Says that it is taken once it is stored, and not before."""
        raw = bytes(envelope.content)
        if raw.strip() and envelope.mail_from in ("", "<>"):
            raw = NO_WAY_BACK + raw
        return await asyncio.to_thread(self._store, raw, list(envelope.rcpt_tos))

    def _store(self, raw: bytes, recipients: list[str]) -> str:
        with self.app.app_context():
            try:
                receive(raw, recipients=recipients)
            except Invalid:
                return "554 5.6.0 Nothing in it"
            except (SQLAlchemyError, NotStored, OSError):
                logger.exception("a mail could not be stored; its server brings it again")
                return "451 4.3.0 Bring it again later"
            finally:
                db.session.remove()
        return "250 2.0.0 Stored"

"""Where answers by mail go: an address of a person for one place, whose key says both (NTF-29)."""

import base64
import re
import secrets
from typing import NamedTuple

from flask import current_app
from sqlalchemy import select

from app.accounts import service as accounts
from app.core.clock import now
from app.core.db import insert_unless_there
from app.core.extensions import db
from app.core.transaction import atomic
from app.notifications.models import ReplyAddress

KEY_BYTES = 20  # 160 bits: 32 characters of base 32
KEY = re.compile(r"[A-Za-z2-7]{32}")


class PersonAndPlace(NamedTuple):
    person_id: int
    place: str


def reply_address(person_id: int, place: str) -> str:
    """What this person answers to about this place, "thread:12"; always the same. Empty where no mail comes in.

    Whether they may write there is asked when the answer comes. Of a confidential group nobody asks for one (NTF-21).
    """
    name, _at, domain = str(current_app.config["MAIL_IN_ADDRESS"]).partition("@")
    if not domain:
        return ""
    return f"{name}+{_key_of(person_id, place) or _make_key(person_id, place)}@{domain}"


def person_and_place(key: str) -> PersonAndPlace | None:
    """Whose key it is and where it leads; mail servers on the way may have changed its case."""
    found = db.session.get(ReplyAddress, key.lower()) if KEY.fullmatch(key) else None
    return PersonAndPlace(found.person_id, found.place) if found else None


def _key_of(person_id: int, place: str) -> str | None:
    there = ReplyAddress.person_id == person_id, ReplyAddress.place == place
    return db.session.scalar(select(ReplyAddress.key).where(*there))


@atomic
def _make_key(person_id: int, place: str) -> str:
    """Two who ask at one moment get one."""
    key = base64.b32encode(secrets.token_bytes(KEY_BYTES)).decode("ascii").lower()
    values = {"key": key, "person_id": person_id, "place": place, "created_at": now()}
    insert_unless_there(ReplyAddress, values, key=("person_id", "place"))
    return _key_of(person_id, place) or key


@accounts.own_data("reply_addresses")
def reply_address_data(person_id: int) -> list[dict[str, str]]:
    """Without the keys: who holds one and writes from the person's address writes in their name."""
    made = select(ReplyAddress).where(ReplyAddress.person_id == person_id).order_by(ReplyAddress.created_at)
    return [{"place": each.place, "made_at": each.created_at.isoformat()} for each in db.session.scalars(made)]

"""Choices of the association that the program asks for while it runs: declared where they rule, kept in one table."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import UTCDateTime
from app.core.errors import Conflict
from app.core.events import Event, publish
from app.core.extensions import Model, db
from app.core.i18n import gettext as _
from app.core.transaction import atomic


@dataclass(frozen=True, kw_only=True)
class SettingChanged(Event):
    setting: str


class Setting(Model):
    """What was chosen. A setting without a row has the value it was declared with."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now, onupdate=now)


_declared: dict[str, Any] = {}


def declare(key: str, default: Any) -> str:
    """Name a setting and what holds until somebody chooses; the answer is the key."""
    _declared[key] = default
    return key


def setting(key: str) -> Any:
    """What holds now. Raises LookupError for a key that nobody declared."""
    default = _declared[key]
    chosen = db.session.get(Setting, key)
    return chosen.value if chosen else default


@atomic
def change_setting(actor_id: int, key: str, value: Any, *, version: int) -> None:
    """Choose, having seen this version (0: the default). Raises Conflict if it moved.

    The caller has asked the right.
    """
    _declared[key]
    chosen = db.session.get(Setting, key)
    if (chosen.version if chosen else 0) != version:
        raise Conflict(_("Somebody changed this in the meantime. Look at it again."))
    if chosen is None:
        db.session.add(Setting(key=key, value=value))
    else:
        chosen.value, chosen.version = value, version + 1
    publish(SettingChanged(actor_id=actor_id, setting=key))

"""What people say of themselves, and to whom."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Id, UTCDateTime, words
from app.core.extensions import Model

ABOUT_MOST = 500
KNOWS_MOST = 10


class Audience(StrEnum):
    NOBODY = "nobody"
    GROUP = "group"  # who is in a working group with this person
    MEMBERS = "members"  # everyone at a member company


class PersonCard(Model):
    """A person without one shows no telephone number, and the mail address to those in the same working groups."""

    __tablename__ = "person_cards"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    about: Mapped[str] = mapped_column(String(ABOUT_MOST), default="", server_default=text("''"))
    phone_shown: Mapped[Audience] = mapped_column(
        words(Audience), default=Audience.NOBODY, server_default=text("'nobody'"))  # fmt: skip
    email_shown: Mapped[Audience] = mapped_column(
        words(Audience), default=Audience.GROUP, server_default=text("'group'"))  # fmt: skip
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # what it says, not whom it shows the number
    version: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # counts its changes


class PersonKnows(Model):
    """What one can ask this person about."""

    __tablename__ = "person_knows"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    capability_id: Mapped[int] = mapped_column(
        Id, ForeignKey("capabilities.id"), primary_key=True, autoincrement=False)  # fmt: skip

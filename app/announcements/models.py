"""Announcements, and the working groups that some of them are for."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Tie
from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model

TITLE_LEAST, TITLE_MOST, BODY_MOST = 5, 150, 20_000
HELD = timedelta(minutes=10)  # between "Versturen" and the first letter


class Kind(StrEnum):
    """The board's reaches everyone whatever they chose to hear; news goes as each chose."""

    BOARD = "board"
    NEWS = "news"


class Audience(StrEnum):
    ALL = "all"
    GROUPS = "groups"
    CONTACTS = "contacts"


class Reason(StrEnum):
    """Why the board may write to everyone."""

    CONVOCATION = "convocation"
    SAFETY = "safety"
    STATUTES = "statutes"


class State(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"
    SENT = "sent"


class Announcement(Model):
    """A draft is its writer's. Once sent it never changes."""

    __tablename__ = "announcements"
    __table_args__ = (
        Index("ix_announcements_waiting", "send_at", sqlite_where=text("state = 'waiting'"),
              postgresql_where=text("state = 'waiting'")),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    kind: Mapped[Kind] = mapped_column(words(Kind))
    audience: Mapped[Audience] = mapped_column(words(Audience))
    reason: Mapped[Reason | None] = mapped_column(words(Reason))
    title: Mapped[str] = mapped_column(String(TITLE_MOST))
    body_md: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    state: Mapped[State] = mapped_column(words(State), default=State.DRAFT)
    send_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    writer: Mapped[Tie] = relationship()
    groups: Mapped[list["AnnouncementGroup"]] = relationship(
        cascade="all, delete-orphan", order_by=lambda: AnnouncementGroup.group_id)

    @property
    def group_ids(self) -> list[int]:
        return [each.group_id for each in self.groups]

    @property
    def is_board(self) -> bool:
        return self.kind is Kind.BOARD

    @property
    def is_draft(self) -> bool:
        return self.state is State.DRAFT

    @property
    def is_waiting(self) -> bool:
        return self.state is State.WAITING

    @property
    def is_sent(self) -> bool:
        return self.state is State.SENT

    @property
    def link(self) -> str:
        return announcement_link(self.id)


class AnnouncementGroup(Model):
    """A working group that an announcement is for."""

    __tablename__ = "announcement_groups"

    announcement_id: Mapped[int] = mapped_column(
        Id, ForeignKey("announcements.id"), primary_key=True, autoincrement=False)  # fmt: skip
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("groups.id"), primary_key=True, autoincrement=False)


def announcement_link(announcement_id: int) -> str:
    return f"/announcements/{announcement_id}"

"""Working groups and memberships. A membership hangs on the tie, so it never survives a change of company."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Tie
from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model
from app.notifications.models import Level

NOTICE_MOST = 60  # days
GROUP_SCOPE = "group:"  # before its number
REQUEST_LIVES = timedelta(days=60)
COORDINATOR_AFTER = timedelta(days=5)
ASK_AGAIN_AFTER = timedelta(days=30)  # from the day of the refusal


class Visibility(StrEnum):
    """From wide to narrow. A step to a narrower one works at once; out of confidential there is no step."""

    OPEN = "open"
    ON_REQUEST = "on_request"
    CONFIDENTIAL = "confidential"

    def is_stricter_than(self, other: "Visibility") -> bool:
        order = list(Visibility)
        return order.index(self) > order.index(other)


class EditWindow(StrEnum):
    HALF_HOUR = "30m"
    DAY = "24h"
    ALWAYS = "always"

    @property
    def length(self) -> timedelta | None:
        """None where there is no end to it."""
        return {EditWindow.HALF_HOUR: timedelta(minutes=30), EditWindow.DAY: timedelta(hours=24)}.get(self)


class Theme(StrEnum):
    INNOVATION = "innovation"
    MOBILITY = "mobility"
    SAFETY = "safety"
    ENERGY = "energy"
    DIGITAL = "digital"
    MATERIALS = "materials"


class Role(StrEnum):
    LEAD = "lead"
    DEPUTY = "deputy"
    SECRETARY = "secretary"
    MEMBER = "member"
    GUEST = "guest"


class RequestState(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class WorkingGroup(Model):
    __tablename__ = "groups"

    id: Mapped[int] = id_column()
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    code: Mapped[str] = mapped_column(String(4), unique=True)
    purpose: Mapped[str] = mapped_column(String(500))
    rules_md: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    rules_html: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    theme: Mapped[Theme] = mapped_column(words(Theme))
    visibility: Mapped[Visibility] = mapped_column(words(Visibility))
    default_watch: Mapped[Level] = mapped_column(words(Level), default=Level.OVERVIEW)
    edit_window: Mapped[EditWindow] = mapped_column(words(EditWindow), default=EditWindow.DAY)
    notice_days: Mapped[int] = mapped_column(default=7, server_default=text("7"))  # between agenda and meeting
    last_day: Mapped[date | None]
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # its purpose and rules; the name stays
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    rewritten_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # who last changed purpose or rules
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    @property
    def written_by(self) -> int:
        """Whose words purpose and rules are."""
        return self.rewritten_by or self.created_by

    @property
    def is_confidential(self) -> bool:
        return self.visibility is Visibility.CONFIDENTIAL

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def scope(self) -> str:
        return group_scope(self.id)


class GroupMembership(Model):
    __tablename__ = "group_memberships"
    __table_args__ = (
        Index("uq_group_memberships_open", "group_id", "tie_id", unique=True,
              sqlite_where=text("left_at IS NULL"), postgresql_where=text("left_at IS NULL")),
        Index("uq_group_memberships_lead", "group_id", unique=True,
              sqlite_where=text("left_at IS NULL AND role = 'lead'"),
              postgresql_where=text("left_at IS NULL AND role = 'lead'")),
        Index("ix_group_memberships_tie", "tie_id"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("groups.id"))
    tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    role: Mapped[Role] = mapped_column(words(Role), default=Role.MEMBER)
    joined_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    left_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    leave_reason: Mapped[str | None] = mapped_column(String(40))

    group: Mapped[WorkingGroup] = relationship()
    tie: Mapped[Tie] = relationship()


class JoinRequest(Model):
    """Someone asks to take part in a group on request. Once answered it stays so; who asks again makes another."""

    __tablename__ = "join_requests"
    __table_args__ = (
        Index("uq_join_requests_pending", "group_id", "tie_id", unique=True,
              sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'")),
        Index("ix_join_requests_tie", "tie_id", "group_id"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("groups.id"))
    tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    answer: Mapped[str] = mapped_column(String(500))
    state: Mapped[RequestState] = mapped_column(words(RequestState), default=RequestState.PENDING)
    decline_reason: Mapped[str | None] = mapped_column(String(500))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # None: nobody, or the clock
    coordinators_told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    group: Mapped[WorkingGroup] = relationship()
    tie: Mapped[Tie] = relationship(foreign_keys=[tie_id])

    @property
    def is_pending(self) -> bool:
        return self.state is RequestState.PENDING

    @property
    def may_ask_again_at(self) -> datetime | None:
        """Of one that was declined: when its asker may ask anew."""
        declined_at = self.answered_at if self.state is RequestState.DECLINED else None
        return declined_at + ASK_AGAIN_AFTER if declined_at is not None else None


def group_scope(group_id: int) -> str:
    """Who may read it, and the place whose mail one chooses."""
    return f"{GROUP_SCOPE}{group_id}"

"""Reports, the cases they join, notes, what was done, and objections to it."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Tie
from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model
from app.groups.models import WorkingGroup
from app.guard.models import ActsAs

REASON_LEAST, REASON_MOST = 10, 2_000
REPORT_MOST = 2_000
NOTE_MOST = 5_000
OBJECTION_LEAST = 20
OBJECT_WITHIN = timedelta(days=14)
DUE_WITHIN = timedelta(hours=24)
KEPT_TEXT = 20_000  # characters of the reported text that a case keeps
LINES_ON_A_PAGE = 50
SILENCE_DAYS = (1, 3, 7, 30)
SILENCE_DAYS_OF_LEADS = 7
SUSPEND_DAYS_MOST = 90


class Reason(StrEnum):
    COMPETITION = "competition"
    CONFIDENTIAL = "confidential"
    INCORRECT = "incorrect"
    CONDUCT = "conduct"
    ADVERTISING = "advertising"


class Desk(StrEnum):
    """From near to far; a case that someone there has an interest in goes on to the next."""

    LEAD = "lead"
    COORDINATOR = "coordinator"
    DEPUTY = "deputy"
    BOARD = "board"


class CaseState(StrEnum):
    OPEN = "open"
    IN_HAND = "in_hand"
    SETTLED = "settled"
    REJECTED = "rejected"


class ActionKind(StrEnum):
    MESSAGE = "message"
    HIDE = "hide"
    UNHIDE = "unhide"
    SILENCE = "silence"
    SUSPEND = "suspend"
    LIFT = "lift"


class ObjectionState(StrEnum):
    FILED = "filed"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class Case(Model):
    """One subject, and all that was reported about it. It keeps the text as it was when it was first reported."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("uq_cases_running", "kind", "item", unique=True,
              sqlite_where=sql("closed_at IS NULL"), postgresql_where=sql("closed_at IS NULL")),
        Index("ix_cases_queue", "desk", "state", "created_at"),
        Index("ix_cases_author", "author_id"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    kind: Mapped[str] = mapped_column(String(20))
    item: Mapped[int] = mapped_column(Id)
    subject_version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("groups.id"))
    author_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    author_tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    desk: Mapped[Desk] = mapped_column(words(Desk))
    state: Mapped[CaseState] = mapped_column(words(CaseState), default=CaseState.OPEN)
    owner_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))
    owner_tie_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(Text, default="", server_default=sql("''"))  # in words for who reported
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    group: Mapped[WorkingGroup | None] = relationship()
    author_tie: Mapped[Tie] = relationship(foreign_keys=author_tie_id)
    owner_tie: Mapped[Tie | None] = relationship(foreign_keys=owner_tie_id)

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def link(self) -> str:
        return f"/moderation/{self.id}"


class Report(Model):
    """One per person and version of a subject. Who made it is known to the desk that handles it, and to nobody else."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("person_id", "kind", "item", "subject_version"),)

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("cases.id"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))
    item: Mapped[int] = mapped_column(Id)
    subject_version: Mapped[int]
    reason: Mapped[Reason] = mapped_column(words(Reason))
    text: Mapped[str] = mapped_column(Text, default="", server_default=sql("''"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    case: Mapped[Case] = relationship()
    tie: Mapped[Tie] = relationship()


class CaseNote(Model):
    """For whoever handles the case."""

    __tablename__ = "case_notes"

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("cases.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    tie: Mapped[Tie] = relationship()


class Action(Model):
    """What was done, under which rule, and why. Never changed, never removed: the database refuses it."""

    __tablename__ = "moderation_actions"
    __table_args__ = (
        Index("ix_moderation_actions_person", "person_id", "created_at"),
        Index("ix_moderation_actions_group", "group_id", "created_at"),
        Index("ix_moderation_actions_time", "created_at"),
    )

    id: Mapped[int] = id_column()
    case_id: Mapped[int] = mapped_column(Id, ForeignKey("cases.id"), index=True)
    kind: Mapped[ActionKind] = mapped_column(words(ActionKind))
    rule: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    role: Mapped[ActsAs] = mapped_column(words(ActsAs))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_item: Mapped[int] = mapped_column(Id)
    group_id: Mapped[int | None] = mapped_column(Id, ForeignKey("groups.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"))  # whose text it is, or who is silenced
    tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))  # theirs, when the text was written
    sanction_id: Mapped[int | None] = mapped_column(Id, ForeignKey("sanctions.id"))
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_own_company: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    case: Mapped[Case] = relationship()

    @property
    def may_be_objected(self) -> bool:
        punishes = self.kind in (ActionKind.MESSAGE, ActionKind.HIDE, ActionKind.SILENCE, ActionKind.SUSPEND)
        return punishes and now() < self.created_at + OBJECT_WITHIN


class Objection(Model):
    """Against one action, decided by someone who did not take it."""

    __tablename__ = "objections"

    id: Mapped[int] = id_column()
    action_id: Mapped[int] = mapped_column(Id, ForeignKey("moderation_actions.id"), unique=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[ObjectionState] = mapped_column(words(ObjectionState), default=ObjectionState.FILED)
    decision: Mapped[str] = mapped_column(Text, default="", server_default=sql("''"))
    decided_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    action: Mapped[Action] = relationship()

"""Meetings with their agenda, who comes, who was there, and the minutes.

What happens in the live room stands in the log of `realtime` under the meeting's `room`; the rows here are what
it comes to at this moment.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Tie
from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model
from app.core.i18n import gettext as _
from app.files.models import NAME_MOST, FileContent
from app.groups.models import WorkingGroup
from app.realtime.models import LogEntry

TITLE_LEAST, TITLE_MOST = 3, 150
PLACE_MOST = 200
LINK_MOST = 500
REASON_LEAST, REASON_MOST = 5, 500
ITEMS_MOST = 40
ITEM_TEXT_MOST = 20_000
ITEM_MINUTES_MOST = 240
ITEM_FILES_MOST = 10
REMARK_MOST = 300
MINUTES_TEXT_MOST = 50_000
MEETINGS_ON_A_PAGE = 20
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=12)
DOORS_OPEN = timedelta(minutes=60)  # before the start: from then on people confirm, come in and wait
BEAT_LIVES = timedelta(seconds=60)  # who beats no more is gone
GAP_FORGIVEN = timedelta(minutes=2)  # whoever is back within it was never away
LINE_MOST = 2000
LINE_CAN_CHANGE = timedelta(minutes=5)
EXTRA_MINUTES_MOST = 60  # at a time
WRITING_LIVES = timedelta(minutes=30)
TRANSCRIPT_MONTHS = 24
SHORT_NOTICE = "short_notice"  # what an amendment says beside its fields when the days of notice were not there


class MeetingKind(StrEnum):
    """The forms offer `working_group`; the others come with what they need."""

    WORKING_GROUP = "working_group"
    THEME = "theme"
    BOARD = "board"
    GENERAL = "general"


class MeetingState(StrEnum):
    DRAFT = "draft"
    ANNOUNCED = "announced"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Quorum(StrEnum):
    NONE = "none"
    NUMBER = "number"
    PER_CENT = "per_cent"


class Purpose(StrEnum):
    INFORM = "inform"
    DISCUSS = "discuss"
    DECIDE = "decide"
    CLOSING_ROUND = "closing_round"


class ItemState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    POSTPONED = "postponed"
    STOPPED = "stopped"


class AmendmentKind(StrEnum):
    ITEM_ADDED = "item_added"
    ITEM_CHANGED = "item_changed"
    ITEM_REMOVED = "item_removed"
    ITEM_MOVED = "item_moved"
    FILE_ADDED = "file_added"
    FILE_REMOVED = "file_removed"
    MEETING_CHANGED = "meeting_changed"
    MEETING_MOVED = "meeting_moved"


class Answer(StrEnum):
    NONE = "none"
    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


class Via(StrEnum):
    HALL = "hall"
    ONLINE = "online"


class AckWay(StrEnum):
    SELF = "self"
    SPOKEN = "spoken"


class SpeakKind(StrEnum):
    WORD = "word"
    REPLY = "reply"
    ORDER = "order"


class SpeakState(StrEnum):
    WAITING = "waiting"
    SPEAKING = "speaking"
    DONE = "done"
    WITHDRAWN = "withdrawn"


class MinutesState(StrEnum):
    DRAFT = "draft"
    IN_CORRECTION = "in_correction"
    ADOPTED = "adopted"


class BlockKind(StrEnum):
    TEXT = "text"
    COURSE = "course"
    ATTENDANCE = "attendance"
    STATEMENT = "statement"
    AMENDMENT = "amendment"
    ITEM = "item"
    VOTE = "vote"
    DECISION = "decision"
    ACTION = "action"
    STOP = "stop"


class Meeting(Model):
    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_when", "group_id", "state", "starts_at"),)

    id: Mapped[int] = id_column()
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("groups.id"))
    kind: Mapped[MeetingKind] = mapped_column(words(MeetingKind), default=MeetingKind.WORKING_GROUP)
    title: Mapped[str] = mapped_column(String(TITLE_MOST))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    place: Mapped[str] = mapped_column(String(PLACE_MOST), default="", server_default=text("''"))
    online_link: Mapped[str] = mapped_column(String(LINK_MOST), default="", server_default=text("''"))
    chair_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))
    note_taker_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))
    acting_chair_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # while the chair is away
    quorum_rule: Mapped[Quorum] = mapped_column(words(Quorum), default=Quorum.NONE)
    quorum: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # companies, or per cent of them
    notice_days: Mapped[int] = mapped_column(default=7, server_default=text("7"))  # the group's, when it was planned
    short_notice_reason: Mapped[str] = mapped_column(String(REASON_MOST), default="", server_default=text("''"))
    statement_version: Mapped[int | None]  # the one that is confirmed in this meeting, from the publication on
    state: Mapped[MeetingState] = mapped_column(words(MeetingState), default=MeetingState.DRAFT)
    cancel_reason: Mapped[str] = mapped_column(String(REASON_MOST), default="", server_default=text("''"))
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # title, place, link and reasons; it is still held
    transcript_removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    rewritten_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # who last wrote other words
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    group: Mapped[WorkingGroup] = relationship()
    chair: Mapped[Tie | None] = relationship(foreign_keys=chair_id)
    note_taker: Mapped[Tie | None] = relationship(foreign_keys=note_taker_id)
    acting_chair: Mapped[Tie | None] = relationship(foreign_keys=acting_chair_id)

    @property
    def room(self) -> str:
        return room_of(self.id)

    @property
    def link(self) -> str:
        return f"/meetings/{self.id}"

    @property
    def heading(self) -> str:
        """What stands for it on every page: while it is hidden words that nobody wrote."""
        return self.title if self.hidden_at is None else heading_of_hidden(self.group.name)

    @property
    def written_by(self) -> int:
        """Whose words they are."""
        return self.rewritten_by or self.created_by

    @property
    def is_draft(self) -> bool:
        return self.state is MeetingState.DRAFT

    @property
    def is_announced(self) -> bool:
        return self.state is MeetingState.ANNOUNCED

    @property
    def is_under_way(self) -> bool:
        return self.state in (MeetingState.OPEN, MeetingState.SUSPENDED)

    @property
    def is_closed(self) -> bool:
        return self.state is MeetingState.CLOSED

    @property
    def doors_are_open(self) -> bool:
        """Whether people can confirm and come in: from an hour before the start until it closes."""
        return self.is_under_way or (self.is_announced and now() >= self.starts_at - DOORS_OPEN)


def heading_of_hidden(group_name: str) -> str:
    """Of a meeting, in place of its title."""
    return _("Meeting of %(group)s", group=group_name)


def room_of(meeting_id: int) -> str:
    """The name of its live room."""
    return f"meeting:{meeting_id}"


def meeting_id_of(entry: LogEntry) -> int:
    """The meeting in whose log this stands."""
    return int(entry.room.removeprefix("meeting:"))


class AgendaItem(Model):
    __tablename__ = "agenda_items"
    __table_args__ = (Index("ix_agenda_items_order", "meeting_id", "position"),)

    id: Mapped[int] = id_column()
    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meetings.id"))
    position: Mapped[int]  # from 1
    title: Mapped[str] = mapped_column(String(TITLE_MOST))
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    planned_min: Mapped[int]
    extra_min: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    presenter_id: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))
    body_md: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    body_html: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    state: Mapped[ItemState] = mapped_column(words(ItemState), default=ItemState.PLANNED)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # while it is paused
    paused_seconds: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # in the pauses before that
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # title, text and files
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    rewritten_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # who last wrote another text
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    meeting: Mapped[Meeting] = relationship()
    presenter: Mapped[Tie | None] = relationship(foreign_keys=presenter_id)

    @property
    def heading(self) -> str:
        """What stands for it on every page: while it is hidden a word that nobody wrote."""
        return self.title if self.hidden_at is None else _("Agenda item %(number)s", number=self.position)

    @property
    def written_by(self) -> int:
        """Whose text it is."""
        return self.rewritten_by or self.created_by

    @property
    def is_over(self) -> bool:
        """In an end state; one that was stopped is over for the meeting, and released or postponed elsewhere."""
        return self.state in (ItemState.DONE, ItemState.POSTPONED, ItemState.STOPPED)


class AgendaItemFile(Model):
    """A file of an item, in the order in which they came. Who reads the meeting reads it."""

    __tablename__ = "agenda_item_files"
    __table_args__ = (Index("ix_agenda_item_files_order", "item_id", "position"),)

    id: Mapped[int] = id_column()
    item_id: Mapped[int] = mapped_column(Id, ForeignKey("agenda_items.id"))
    position: Mapped[int]  # from 1; what was removed leaves a gap
    sha256: Mapped[str] = mapped_column(ForeignKey("file_contents.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_MOST))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    item: Mapped[AgendaItem] = relationship()
    content: Mapped[FileContent] = relationship()


class AgendaAmendment(Model):
    """What changed after publication. `before` and `after` hold the fields that differ, as plain values."""

    __tablename__ = "agenda_amendments"

    id: Mapped[int] = id_column()
    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meetings.id"), index=True)
    number: Mapped[int]  # from 1 in its meeting
    kind: Mapped[AmendmentKind] = mapped_column(words(AmendmentKind))
    about: Mapped[str] = mapped_column(String(TITLE_MOST), default="", server_default=text("''"))  # which item
    item_id: Mapped[int | None] = mapped_column(Id)  # no key: an item that was removed has no row
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(REASON_MOST))
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    meeting: Mapped[Meeting] = relationship()


class MeetingInvitation(Model):
    """A person who is invited, acting for the company of `tie`, and what they answered."""

    __tablename__ = "meeting_invitations"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = id_column()
    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meetings.id"))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), index=True)
    tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    answer: Mapped[Answer] = mapped_column(words(Answer), default=Answer.NONE)
    via: Mapped[Via | None] = mapped_column(words(Via))
    remark: Mapped[str] = mapped_column(String(REMARK_MOST), default="", server_default=text("''"))
    invited_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the remark; the answer counts as before
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))  # of the remark

    meeting: Mapped[Meeting] = relationship()


class StatementAck(Model):
    """Who confirmed the competition statement in a meeting, for which company, and how."""

    __tablename__ = "statement_acks"
    __table_args__ = (UniqueConstraint("meeting_id", "tie_id"),)

    id: Mapped[int] = id_column()
    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meetings.id"))
    tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"), index=True)
    version: Mapped[int]
    way: Mapped[AckWay] = mapped_column(words(AckWay), default=AckWay.SELF)
    at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))  # the note taker's, when it was spoken


class Attendance(Model):
    """An interval in which someone was there. One without `until_at` lasts; `seen_at` is their last sign of life."""

    __tablename__ = "attendances"
    __table_args__ = (
        Index("ix_attendances_meeting", "meeting_id", "tie_id"),
        Index("uq_attendances_present", "meeting_id", "tie_id", unique=True,
              sqlite_where=text("until_at IS NULL"), postgresql_where=text("until_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meetings.id"))
    tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"), index=True)
    via: Mapped[Via] = mapped_column(words(Via))
    from_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    until_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class SpeakRequest(Model):
    """A raised hand. Its `seq` in the log is its place in the row."""

    __tablename__ = "speak_requests"
    __table_args__ = (UniqueConstraint("meeting_id", "seq"), Index("ix_speak_requests_row", "meeting_id", "state"))

    id: Mapped[int] = id_column()
    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meetings.id"))
    item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("agenda_items.id"))
    tie_id: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))
    seq: Mapped[int] = mapped_column(Id)
    kind: Mapped[SpeakKind] = mapped_column(words(SpeakKind), default=SpeakKind.WORD)
    state: Mapped[SpeakState] = mapped_column(words(SpeakState), default=SpeakState.WAITING)
    began_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class Minutes(Model):
    """From the publication on: first the texts of the note takers, at closing what the log says as well."""

    __tablename__ = "minutes"

    id: Mapped[int] = id_column()
    meeting_id: Mapped[int] = mapped_column(Id, ForeignKey("meetings.id"), unique=True)
    state: Mapped[MinutesState] = mapped_column(words(MinutesState), default=MinutesState.DRAFT)
    correction_days: Mapped[int] = mapped_column(default=14, server_default=text("14"))
    built_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sha256: Mapped[str | None] = mapped_column(String(64))  # of the blocks that the log gave
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)

    meeting: Mapped[Meeting] = relationship()


class MinutesBlock(Model):
    """A text of a note taker on an item, or a fact from the log, which nobody edits (`facts`: ids, times, figures)."""

    __tablename__ = "minutes_blocks"
    __table_args__ = (
        Index("ix_minutes_blocks_order", "minutes_id", "position"),
        Index("uq_minutes_blocks_text", "minutes_id", "item_id", unique=True,
              sqlite_where=text("kind = 'text'"), postgresql_where=text("kind = 'text'")),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    minutes_id: Mapped[int] = mapped_column(Id, ForeignKey("minutes.id"))
    item_id: Mapped[int | None] = mapped_column(Id, ForeignKey("agenda_items.id"))
    position: Mapped[int]
    kind: Mapped[BlockKind] = mapped_column(words(BlockKind))
    source_seq: Mapped[int | None]  # the entry of the log that it says
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    body_md: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    body_html: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    changed_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))
    writing_by: Mapped[int | None] = mapped_column(Id, ForeignKey("ties.id"))  # who is at it now
    writing_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    hidden_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    minutes: Mapped[Minutes] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    writer: Mapped[Tie | None] = relationship(foreign_keys=writing_by)
    changer: Mapped[Tie | None] = relationship(foreign_keys=changed_by)

    @property
    def is_text(self) -> bool:
        return self.kind is BlockKind.TEXT

"""Who may do what with meetings. A meeting belongs to a group: who reads that reads it, its members take part."""

from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.policy import Anyone
from app.core.clock import now
from app.core.db import Id
from app.core.extensions import db
from app.core.policy import rule
from app.groups.models import Role, WorkingGroup
from app.groups.policy import Standing, can_read_group, standing_in, standings
from app.meetings.models import (
    BEAT_LIVES,
    Answer,
    Attendance,
    Meeting,
    MeetingInvitation,
    StatementAck,
    meeting_id_of,
)
from app.realtime.models import LogEntry

PLANNERS = (Role.LEAD, Role.DEPUTY, Role.SECRETARY)


@rule
def can_read_meeting(actor: Anyone, meeting: Meeting) -> bool:
    """Who reads the group reads its meetings; what was never announced those who plan there, chair and note taker."""
    if not can_read_group(actor, meeting.group):
        return False
    return meeting.published_at is not None or _is_named_in(actor, meeting) or _plans_in(actor, meeting.group)


def readable_meetings(actor: Anyone) -> Select[Meeting]:
    """The same sentence as can_read_meeting, asked of the database."""
    return select(Meeting).where(is_readable()).params(reader_values(actor))


@cache
def is_readable() -> ColumnElement[bool]:
    """Takes `readable` and `planned`, ids of groups, and `own_tie`: see `reader_values`."""
    readable = Meeting.group_id.in_(bindparam("readable", expanding=True, type_=Id))
    planned = Meeting.group_id.in_(bindparam("planned", expanding=True, type_=Id))
    tie = bindparam("own_tie", type_=Id)
    named = or_(Meeting.chair_id == tie, Meeting.note_taker_id == tie)
    return readable & or_(Meeting.published_at.is_not(None), planned, named)


def reader_values(actor: Anyone) -> dict[str, object]:
    readable = [standing for standing in standings(actor).values() if standing.may_read]
    return {
        "readable": [standing.group_id for standing in readable], "own_tie": actor.tie_id,
        "planned": [standing.group_id for standing in readable if _plans(actor, standing)],
    }  # fmt: skip


@rule
def can_plan_meeting(actor: Anyone, group: WorkingGroup) -> bool:
    """Lead, deputies, secretary plan meetings of their group; coordinators where they read; nobody in a silence."""
    return _plans_in(actor, group) and not actor.silence_in(group.id)


@rule
def can_prepare_meeting(actor: Anyone, meeting: Meeting) -> bool:
    """A draft is written by those who plan in the group, its chair and its note taker; by nobody in a silence."""
    if not meeting.is_draft or not can_read_meeting(actor, meeting) or meeting.group.is_archived:
        return False
    is_one_of_them = _is_named_in(actor, meeting) or _plans_in(actor, meeting.group)
    return is_one_of_them and not actor.silence_in(meeting.group_id)


@rule
def can_lead_meeting(actor: Anyone, meeting: Meeting) -> bool:
    """Its chair, lead, deputies, coordinators where they read, publish, amend, move, cancel; nobody in a silence."""
    standing = standing_in(actor, meeting.group)
    if standing is None or not standing.may_read or standing.is_archived or actor.silence_in(meeting.group_id):
        return False
    return standing.leads or actor.is_coordinator or _chairs(actor, meeting)


@rule
def can_change_meeting(actor: Anyone, meeting: Meeting) -> bool:
    """A draft and its agenda change by those who prepare it; once published, by those who lead the meeting."""
    return can_prepare_meeting(actor, meeting) if meeting.is_draft else can_lead_meeting(actor, meeting)


@rule
def can_shorten_notice(actor: Anyone, meeting: Meeting) -> bool:
    """Only coordinators publish, or move, with fewer days of notice than the group wants, and say why."""
    return actor.is_coordinator and can_lead_meeting(actor, meeting)


@rule
def can_take_part_in_meeting(actor: Anyone, meeting: Meeting) -> bool:
    """Members of the group, its guests too, and coordinators where they read answer, confirm, come in and write."""
    standing = standing_in(actor, meeting.group)
    if meeting.published_at is None or standing is None or not standing.may_read:
        return False
    return standing.is_member or actor.is_coordinator


@rule
def can_read_remark(actor: Anyone, invitation: MeetingInvitation) -> bool:
    """Who leads the meeting reads the remarks of who comes or perhaps does; everyone their own; nobody a hidden one."""
    meeting = invitation.meeting
    if invitation.hidden_at is not None or not invitation.remark or not can_read_meeting(actor, meeting):
        return False
    comes = invitation.answer in (Answer.YES, Answer.MAYBE)
    return invitation.person_id == actor.id or (comes and can_lead_meeting(actor, meeting))


@rule
def can_read_line(actor: Anyone, line: LogEntry) -> bool:
    """Who was invited reads what was said in a meeting; of what was hidden or removed only that it was there."""
    meeting = db.session.get(Meeting, meeting_id_of(line), options=[joinedload(Meeting.group)])
    is_there = line.hidden_at is None and "removed" not in line.payload
    return is_there and meeting is not None and can_read_transcript(actor, meeting)


@rule
def can_chair_meeting(actor: Anyone, meeting: Meeting) -> bool:
    """The chair, and lead and deputies, open, run, close it; coordinators where they read, if no chair is there."""
    standing = standing_in(actor, meeting.group)
    if standing is None or not standing.may_read or standing.is_archived:
        return False
    if standing.leads or _chairs(actor, meeting):
        return True
    return actor.is_coordinator and not is_chair_present(meeting)


@rule
def can_take_chair(actor: Anyone, meeting: Meeting) -> bool:
    """When no chair is there, lead, deputies, secretary or a coordinator who reads along take the chair."""
    return _plans_in(actor, meeting.group) and not is_chair_present(meeting)


@rule
def can_run_items(actor: Anyone, meeting: Meeting) -> bool:
    """The note taker, and whoever chairs, start, pause, postpone and extend items."""
    if can_chair_meeting(actor, meeting):
        return True
    return _takes_notes(actor, meeting) and can_take_part_in_meeting(actor, meeting)


@rule
def can_write_minutes(actor: Anyone, meeting: Meeting) -> bool:
    """The note taker, the chair, lead and deputies, and coordinators where they read, write the minutes."""
    if meeting.published_at is None or not can_read_meeting(actor, meeting) or actor.silence_in(meeting.group_id):
        return False
    return _takes_notes(actor, meeting) or can_lead_meeting(actor, meeting)


@rule
def can_read_transcript(actor: Anyone, meeting: Meeting) -> bool:
    """Who takes part reads what was said; while the meeting lasts once they confirmed the statement."""
    return can_take_part_in_meeting(actor, meeting) and (not meeting.is_under_way or is_confirmed(actor, meeting))


@rule
def can_follow_meeting(actor: Anyone, meeting: Meeting) -> bool:
    """Whoever takes part hears the room once they confirmed the statement; when it is over, without that too."""
    if not can_take_part_in_meeting(actor, meeting):
        return False
    return meeting.is_closed or is_confirmed(actor, meeting)


def is_confirmed(actor: Anyone, meeting: Meeting) -> bool:
    """The statement of this meeting, for the company that this person acts for now."""
    version = select(StatementAck.version).where(
        StatementAck.meeting_id == meeting.id, StatementAck.tie_id == actor.tie_id)  # fmt: skip
    return meeting.statement_version is not None and db.session.scalar(version) == meeting.statement_version


def turn_to_chair(actor: Anyone, meeting: Meeting) -> int | None:
    """Who is asked first when the chair drops out: lead, deputies, secretary, then a coordinator who reads along."""
    standing = standing_in(actor, meeting.group)
    if standing is None or not _plans(actor, standing):
        return None
    return PLANNERS.index(standing.role) if standing.role in PLANNERS else len(PLANNERS)


def is_chair_present(meeting: Meeting) -> bool:
    """The chair, or who acts as chair, has confirmed the statement and their page beats (decisions 32)."""
    chairs = [tie_id for tie_id in (meeting.chair_id, meeting.acting_chair_id) if tie_id]
    there = select(Attendance.id).where(
        Attendance.meeting_id == meeting.id, Attendance.tie_id.in_(chairs), Attendance.until_at.is_(None),
        Attendance.seen_at > now() - BEAT_LIVES,
    ).limit(1)  # fmt: skip
    return db.session.scalar(there) is not None


def _plans_in(actor: Anyone, group: WorkingGroup) -> bool:
    standing = standing_in(actor, group)
    return standing is not None and _plans(actor, standing)


def _plans(actor: Anyone, standing: Standing) -> bool:
    if not standing.may_read or standing.is_archived:
        return False
    return standing.role in PLANNERS or actor.is_coordinator


def _chairs(actor: Anyone, meeting: Meeting) -> bool:
    return actor.tie_id is not None and actor.tie_id in (meeting.chair_id, meeting.acting_chair_id)


def _takes_notes(actor: Anyone, meeting: Meeting) -> bool:
    return actor.tie_id is not None and actor.tie_id == meeting.note_taker_id


def _is_named_in(actor: Anyone, meeting: Meeting) -> bool:
    return _chairs(actor, meeting) or _takes_notes(actor, meeting)

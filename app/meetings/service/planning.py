"""Planning, publishing, changing, moving and cancelling a meeting."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import case, update

from app.accounts.models import Actor
from app.core.clock import local, now, today
from app.core.errors import Conflict, Invalid
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.policy import authorize, holds
from app.core.transaction import atomic
from app.groups.models import WorkingGroup
from app.groups.queries import open_membership
from app.guard.queries import text_in_force
from app.meetings import queries
from app.meetings.events import AgendaPublished, MeetingCancelled, MeetingChanged, MeetingPlanned
from app.meetings.models import (
    LONGEST,
    SHORT_NOTICE,
    SHORTEST,
    AmendmentKind,
    Answer,
    Meeting,
    MeetingInvitation,
    MeetingState,
    Minutes,
    Quorum,
)
from app.meetings.policy import can_change_meeting, can_lead_meeting, can_plan_meeting, can_shorten_notice
from app.meetings.service.amending import amend, refuse_without
from app.meetings.service.minutes import add_text_block

WORDS = ("title", "place", "online_link")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What people say of a meeting, but for its times. Chair and note taker are ties of members of the group."""

    title: str
    place: str = ""
    online_link: str = ""
    chair_id: int | None = None
    note_taker_id: int | None = None
    quorum_rule: Quorum = Quorum.NONE
    quorum: int = 0

    @property
    def words(self) -> dict[str, str]:
        """What of it can be hidden."""
        return {name: getattr(self, name) for name in WORDS}


@dataclass(frozen=True)
class Times:
    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        """On which it begins, in the Netherlands."""
        return local(self.starts_at).date()


class NewerSaved(Conflict):
    """Someone else saved in between. Nothing was written over."""


@atomic
def plan_meeting(actor: Actor, group: WorkingGroup, plan: Plan, times: Times) -> Meeting:
    """A draft, which only those who plan see. Members hear of it when the agenda is published."""
    authorize(can_plan_meeting, actor, group)
    _refuse_strange(plan, group.id)
    _refuse_odd(times)
    meeting = Meeting(group=group, notice_days=group.notice_days, created_by=actor.tie_id, **vars(times), **vars(plan))
    db.session.add(meeting)
    db.session.flush()
    publish(MeetingPlanned(actor_id=actor.id, meeting_id=meeting.id))
    return meeting


@atomic
def change_meeting(actor: Actor, meeting: Meeting, plan: Plan, times: Times | None = None, *, version: int,
                   reason: str = "") -> None:  # fmt: skip
    """A draft changes at once. What is announced changes with a reason, and its times by `move_meeting` alone.

    Hidden words stay as they are, whatever else changes. Raises Conflict for others in their place.
    """
    queries.lock_meeting(meeting)
    authorize(can_change_meeting, actor, meeting)
    refuse_after_opening(meeting)
    if meeting.version != version:
        raise NewerSaved(_("Someone else changed this meeting in the meantime. Look at it, then save again."))
    if times is not None and not meeting.is_draft:
        raise Conflict(_("This agenda is published. Its times change on a page of their own."))
    _refuse_strange(plan, meeting.group_id)
    words = {name: getattr(meeting, name) for name in WORDS}
    if meeting.hidden_at is not None:
        if plan.words != words and any(plan.words.values()):
            raise Conflict(_("The words of this meeting are hidden. Leave them empty to change the rest."),
                           field="title")  # fmt: skip
        plan = replace(plan, **words)
    elif plan.words != words:
        meeting.rewritten_by = actor.tie_id
    before = {name: getattr(meeting, name) for name in asdict(plan)}
    for name, value in asdict(plan).items():
        setattr(meeting, name, value)
    if meeting.is_draft:
        if times is not None:
            _set(meeting, times)
        publish(MeetingChanged(actor_id=actor.id, meeting_id=meeting.id))
    else:
        amend(actor, meeting, AmendmentKind.MEETING_CHANGED, (before, asdict(plan)), reason)
    meeting.version += 1


@atomic
def publish_agenda(actor: Actor, meeting: Meeting, *, reason: str = "") -> None:
    """Everyone is invited. Raises Conflict that names what is missing: items, a chair, days of notice (MTG-4)."""
    queries.lock_meeting(meeting)
    authorize(can_lead_meeting, actor, meeting)
    if not meeting.is_draft:
        raise Conflict(_("This agenda is published already."))
    items = queries.items_of(meeting)
    missing = [] if items else [_("The agenda has no items yet.")]
    if meeting.chair_id is None:
        missing.append(_("The meeting has no chair yet."))
    if meeting.starts_at <= now():
        missing.append(_("The meeting lies in the past. Choose another time first."))
    if missing:
        raise Conflict(" ".join(missing))
    if is_short_notice(meeting):
        _refuse_short_notice(actor, meeting, _("Choose a later time, or ask a coordinator to publish with a reason."))
        refuse_without(reason)
        meeting.short_notice_reason, meeting.rewritten_by = reason, actor.tie_id
    meeting.state, meeting.published_at = MeetingState.ANNOUNCED, now()
    meeting.statement_version = text_in_force("statement").version
    meeting.version += 1
    minutes = Minutes(meeting_id=meeting.id)
    db.session.add(minutes)
    db.session.flush()
    for item in items:
        add_text_block(minutes, item)
    publish(AgendaPublished(actor_id=actor.id, meeting_id=meeting.id))


@atomic
def move_meeting(actor: Actor, meeting: Meeting, times: Times, *, reason: str) -> None:
    """To another time: everyone is asked anew whether they come (MTG-14).

    Another day needs the days of notice too, as if the agenda was published now (MTG-4): raises Conflict where they
    are not there. Another hour keeps the days that were given. Invalid for the time that it has, or one that is past.
    """
    queries.lock_meeting(meeting)
    authorize(can_lead_meeting, actor, meeting)
    if not meeting.is_announced:
        raise Conflict(_("Only a meeting that is announced can be moved."))
    before = Times(meeting.starts_at, meeting.ends_at)
    if times == before:  # else a form that was sent as it came would throw away every answer
        raise Invalid(_("The meeting is at this time already. Choose another one."), field="starts_at")
    after = asdict(times)
    refuse_without(reason)
    _set(meeting, times)
    if times.starts_at <= now():
        raise Invalid(_("This lies in the past. A meeting moves to a time that comes."), field="starts_at")
    if times.day != before.day and is_short_notice(meeting):
        way_on = _("Choose a later day, or ask a coordinator to move the meeting with a reason.")
        _refuse_short_notice(actor, meeting, way_on, "starts_at")
        after[SHORT_NOTICE] = True  # the minutes say so
    amend(actor, meeting, AmendmentKind.MEETING_MOVED, (asdict(before), after), reason)
    meeting.version += 1
    asked = MeetingInvitation.meeting_id == meeting.id
    # What is hidden stays for those who judge it, and for whoever puts it back.
    kept = case((MeetingInvitation.hidden_at.is_not(None), MeetingInvitation.remark), else_="")
    anew = {"answer": Answer.NONE, "via": None, "remark": kept, "answered_at": None}
    db.session.execute(update(MeetingInvitation).where(asked).values(**anew))


@atomic
def cancel_meeting(actor: Actor, meeting: Meeting, *, reason: str) -> None:
    """A draft or an announced meeting does not take place. Cancelling twice changes nothing."""
    queries.lock_meeting(meeting)
    authorize(can_lead_meeting, actor, meeting)
    if meeting.state is MeetingState.CANCELLED:
        return
    refuse_after_opening(meeting)
    refuse_without(reason)
    meeting.state, meeting.cancel_reason, meeting.rewritten_by = MeetingState.CANCELLED, reason, actor.tie_id
    meeting.version += 1
    publish(MeetingCancelled(actor_id=actor.id, meeting_id=meeting.id))


def is_short_notice(meeting: Meeting) -> bool:
    """Whether fewer days are left than the group wants between agenda and meeting."""
    return local(meeting.starts_at).date() < first_day_with_notice(meeting)


def first_day_with_notice(meeting: Meeting) -> date:
    """The first day on which this meeting can be when it is announced today."""
    return today() + timedelta(days=meeting.notice_days)


def refuse_after_opening(meeting: Meeting) -> None:
    if meeting.is_under_way:
        raise Conflict(_("This meeting is open. What is decided now stands in the minutes; close it when it is over."))
    if not meeting.is_draft and not meeting.is_announced:
        raise Conflict(_("This meeting is over."))


def _refuse_short_notice(actor: Actor, meeting: Meeting, way_on: str, field: str | None = None) -> None:
    if not holds(can_shorten_notice, actor, meeting):
        wants = ngettext("This group wants %(num)s day between agenda and meeting.",
                         "This group wants %(num)s days between agenda and meeting.", meeting.notice_days)  # fmt: skip
        raise Conflict(f"{wants} {way_on}", field=field)


def _refuse_strange(plan: Plan, group_id: int) -> None:
    """Chair and note taker take part in the group now."""
    for field, tie_id in (("chair", plan.chair_id), ("note_taker", plan.note_taker_id)):
        if tie_id is not None and open_membership(group_id, tie_id) is None:
            raise Invalid(_("Choose someone who takes part in this working group."), field=field)


def _set(meeting: Meeting, times: Times) -> None:
    _refuse_odd(times)
    meeting.starts_at, meeting.ends_at = times.starts_at, times.ends_at


def _refuse_odd(times: Times) -> None:
    length = times.ends_at - times.starts_at
    if not SHORTEST <= length <= LONGEST:
        raise Invalid(_("A meeting ends after its start, and takes 10 minutes to 12 hours."), field="ends_at")

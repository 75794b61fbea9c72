"""Meetings of the demo: some were held and written down, one is today, others are still to come."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Actor
from app.accounts.queries import person_by_email
from app.core import clock, markup
from app.core.extensions import db
from app.demo.service.content import actor_of, content, days_from
from app.demo.service.papers import paper
from app.groups.models import WorkingGroup
from app.meetings import queries
from app.meetings import service as meetings
from app.meetings.models import Answer, Meeting, Purpose, Quorum, Via
from app.meetings.service import ItemPlan, Plan, Times, Written

ANNOUNCED_BEFORE = timedelta(days=14)
ANSWERED_BEFORE = timedelta(days=9)
LOAD_TEST = "Belastingproef"
QUARTER = timedelta(minutes=15)
People = dict[str, int]


def place_meetings(now: datetime, people: People, made: dict[str, int]) -> None:
    """All meetings of the content file, each planned, answered and held in its own time."""
    for number, entry in enumerate(content("meetings")["meeting"]):
        times = _times(now, entry)
        announced_at = min(times.starts_at - ANNOUNCED_BEFORE, now - timedelta(minutes=30 + number))
        with clock.stopped_at(announced_at):
            meeting = _announce(actor_of(people[entry["chair"]]), made[entry["group"]], entry, times, people)
        if entry.get("is_draft"):
            continue
        with clock.stopped_at(min(times.starts_at - ANSWERED_BEFORE, now - timedelta(minutes=10 + number))):
            _answer(meeting, entry, people)
            _change(meeting, entry, people)
        if times.ends_at < now and "cancelled" not in entry:
            _hold(meeting, entry, people)


def place_load_test() -> None:
    """A meeting today for load tests by anyone, which Anna chairs; once (interface.md)."""
    anna, dirk = (person_by_email(f"{key}@brink.example") for key in ("anna", "dirk"))
    group = db.session.scalar(select(WorkingGroup).where(WorkingGroup.slug == "energie"))
    is_there = db.session.scalar(select(Meeting.id).where(Meeting.title == LOAD_TEST)) is not None
    if anna is None or dirk is None or group is None or is_there:
        return
    chair, coordinator = actor_of(anna.id), actor_of(dirk.id)
    begins = _quarter(clock.now()) + QUARTER
    meeting = meetings.plan_meeting(coordinator, group, Plan(title=LOAD_TEST, chair_id=chair.tie_id),
                                    Times(begins, begins + timedelta(hours=12)))  # fmt: skip
    for title in ("Veel berichten tegelijk", "Nog meer berichten"):
        meetings.add_item(coordinator, meeting, ItemPlan(title=title, purpose=Purpose.DISCUSS, planned_min=240))
    meetings.publish_agenda(coordinator, meeting, reason="Alleen om de vergaderruimte te beproeven.")


def _times(now: datetime, entry: dict[str, Any]) -> Times:
    """Not in a weekend; the one of today soon, so that its room can be tried."""
    length = timedelta(minutes=entry["minutes"])
    if entry["days"] == 0:
        late = clock.local(now).replace(hour=22, minute=0, second=0, microsecond=0)
        begins = min(_quarter(now) + 2 * QUARTER, late)
        return Times(begins, begins + length)
    day = days_from(now, entry["days"])
    day += timedelta(days=max(0, day.weekday() - 4) * (-1 if entry["days"] < 0 else 0))
    day += timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))
    hour, minute = (int(part) for part in entry["start"].split(":"))
    begins = clock.from_local(day.replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None))
    return Times(begins, begins + length)


def _quarter(moment: datetime) -> datetime:
    """The last quarter of an hour that the clock struck."""
    return moment - timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)


def _announce(actor: Actor, group_id: int, entry: dict[str, Any], times: Times, people: People) -> Meeting:
    plan = Plan(
        title=entry["title"], place=entry.get("place", ""), online_link=entry.get("online_link", ""),
        chair_id=actor.tie_id, note_taker_id=actor_of(people[entry["note_taker"]]).tie_id,
        quorum_rule=Quorum.NUMBER if "quorum" in entry else Quorum.NONE, quorum=entry.get("quorum", 0),
    )  # fmt: skip
    meeting = meetings.plan_meeting(actor, db.session.get_one(WorkingGroup, group_id), plan, times)
    for item in entry["item"]:
        made = meetings.add_item(actor, meeting, _item(item, people))
        if brought := [paper(each["title"], each) for each in item.get("file", ())]:
            meetings.add_files(actor, meeting, made.id, brought)
    if not entry.get("is_draft"):
        meetings.publish_agenda(actor, meeting)
    return meeting


def _item(item: dict[str, Any], people: People) -> ItemPlan:
    body = item.get("text", "").strip()
    presenter = actor_of(people[item["presenter"]]).tie_id if "presenter" in item else None
    return ItemPlan(title=item["title"], purpose=Purpose(item["purpose"]), planned_min=item["minutes"],
                    presenter_id=presenter, body_md=body,
                    body_html=markup.render(body, person_id=None) if body else "")  # fmt: skip


def _answer(meeting: Meeting, entry: dict[str, Any], people: People) -> None:
    for given, answer, via in (("hall", Answer.YES, Via.HALL), ("online", Answer.YES, Via.ONLINE),
                               ("maybe", Answer.MAYBE, Via.HALL), ("no", Answer.NO, None)):  # fmt: skip
        for key in entry.get(given, "").split():
            meetings.answer_invitation(actor_of(people[key]), meeting, answer, via)


def _change(meeting: Meeting, entry: dict[str, Any], people: People) -> None:
    chair = actor_of(people[entry["chair"]])
    if change := entry.get("amended"):
        item = next(each for each in queries.items_of(meeting) if each.title == change["item"])
        plan = ItemPlan(title=change["title"], purpose=item.purpose, planned_min=change["minutes"],
                        presenter_id=item.presenter_id)  # fmt: skip
        meetings.change_item(chair, item, plan, version=item.version, reason=change["reason"])
    if late := entry.get("late_file"):
        item = next(each for each in queries.items_of(meeting) if each.title == late["item"])
        meetings.add_files(chair, meeting, item.id, [paper(late["title"], late)], reason=late["reason"])
    if "cancelled" in entry:
        meetings.cancel_meeting(chair, meeting, reason=entry["cancelled"])


def _hold(meeting: Meeting, entry: dict[str, Any], people: People) -> None:
    """As it went: they come in, each item has its time, and the note taker writes."""
    moment = meeting.starts_at - timedelta(minutes=8)
    chair = actor_of(people[entry["chair"]])
    for via in Via:
        for key in entry.get(via.value, "").split():
            moment += timedelta(seconds=20)
            with clock.stopped_at(moment):
                _come_in(actor_of(people[key]), meeting, via)
    moment = meeting.starts_at + timedelta(minutes=2)
    with clock.stopped_at(moment):
        meetings.beat(chair, meeting)
        meetings.open_meeting(chair, meeting)
    for item, said in zip(queries.items_of(meeting), entry["item"], strict=True):
        moment = _deal_with(chair, meeting, item.id, said, people, moment)
    with clock.stopped_at(moment):
        meetings.next_item(chair, meeting)  # there is none: the last one ends
        meetings.close_meeting(chair, meeting)
    with clock.stopped_at(moment + timedelta(hours=2)):
        _write_down(actor_of(people[entry["note_taker"]]), meeting, entry)


def _come_in(actor: Actor, meeting: Meeting, via: Via) -> None:
    meetings.confirm_statement(actor, meeting, version=meeting.statement_version or 0, via=via)
    meetings.come_in(actor, meeting, via=via)


def _deal_with(chair: Actor, meeting: Meeting, item_id: int, said: dict[str, Any], people: People,
               moment: datetime) -> datetime:  # fmt: skip
    """What was said on one item; the answer is when they were done with it."""
    if said.get("is_postponed"):
        with clock.stopped_at(moment):
            meetings.postpone_item(chair, meeting, item_id)
        return moment
    with clock.stopped_at(moment):
        meetings.next_item(chair, meeting, item_id)
    for number, (key, words) in enumerate(said.get("say", []), start=1):
        with clock.stopped_at(moment + timedelta(minutes=2 * number)):
            meetings.say(actor_of(people[key]), meeting, words)
    return moment + timedelta(minutes=said["minutes"] - 1)


def _write_down(note_taker: Actor, meeting: Meeting, entry: dict[str, Any]) -> None:
    minutes = queries.minutes_of(meeting)
    texts = {item["title"]: item["minutes_text"].strip() for item in entry["item"] if "minutes_text" in item}
    for line in queries.blocks_of(minutes) if minutes else ():
        if line.block.is_text and line.item is not None and (text := texts.get(line.item.title)):
            written = Written(text, markup.render_long(text, person_id=None))
            meetings.write_block(note_taker, line.block, written, base_version=line.block.version)

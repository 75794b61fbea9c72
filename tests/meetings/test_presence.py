"""Who is there: by beats, in intervals, until the right ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.queries import open_tie_of
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.groups.service import leave_group
from app.meetings import service
from app.meetings.models import Attendance, BlockKind, Via
from app.meetings.queries import get_meeting, present_in
from app.realtime.service import append
from tests.conftest import actor_named, group_called
from tests.meetings.room import again, enter, last_of, types_in


def intervals(meeting, actor):
    """(from, until) in seconds since the first, None for what lasts."""
    stays = db.session.scalars(
        select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.tie_id == actor.tie_id)
        .order_by(Attendance.from_at)).all()  # fmt: skip
    start = stays[0].from_at
    return [((each.from_at - start).seconds, each.until_at and (each.until_at - start).seconds) for each in stays]


def names(meeting):
    return [person["name"] for person in present_in(meeting)]


def test_who_confirmed_comes_in_and_is_seen_per_company(bram, open_meeting):
    """MTG-36: hall or online, as they said with the statement."""
    enter(bram, open_meeting, Via.HALL)
    assert last_of(open_meeting).payload == {"via": "hall"}
    assert [(each["company"]["name"], each["name"], each["via"]) for each in present_in(open_meeting)] == [
        ("Vezelwerk Emmen", "Anna Assink", "online"), ("Vezelwerk Emmen", "Bram Boelens", "hall")]  # fmt: skip
    service.come_in(bram, open_meeting)
    assert types_in(open_meeting).count("arrived") == 2  # coming in twice is no news


def test_nobody_comes_in_without_the_statement_or_before_the_doors_open(bram, meeting, clock):
    """MTG-23, decisions 32: from 60 minutes before the start."""
    with pytest.raises(Forbidden):
        service.come_in(bram, meeting)
    clock.set(meeting.starts_at - timedelta(minutes=61))
    with pytest.raises(Conflict):
        service.confirm_statement(bram, meeting, version=meeting.statement_version)
    clock.forward(minutes=1)
    enter(bram, meeting)
    assert names(meeting) == ["Bram Boelens"]


def test_who_beats_stays_and_who_is_silent_for_a_minute_left_when_last_heard(anna, bram, open_meeting, clock):
    """MTG-36: both ends become Attendance."""
    enter(bram, open_meeting)
    for _beat in range(4):
        clock.forward(seconds=25)
        service.beat(anna, open_meeting)
        service.let_silent_people_go()
    assert names(open_meeting) == ["Anna Assink"]
    assert intervals(open_meeting, bram) == [(0, 0)]
    assert (last_of(open_meeting).type, last_of(open_meeting).person_name) == ("left", "Bram Boelens")


def test_a_beat_is_one_statement_and_no_entry(bram, open_meeting, count_statements):
    """MTG-36: a beat makes no event."""
    enter(bram, open_meeting)
    before = last_of(open_meeting).seq
    db.session.rollback()
    meeting = get_meeting(bram, open_meeting.id)
    with count_statements() as seen:
        service.beat(bram, meeting)
    assert len(seen) == 1, seen
    assert last_of(open_meeting).seq == before


@pytest.mark.parametrize(("away", "stays"), [(170, [(0, None)]), (190, [(0, 0), (190, None)])])
def test_a_gap_of_two_minutes_is_none(bram, open_meeting, clock, away, stays):
    """Objects: gaps up to 2 minutes are one interval. Gone after one minute, so away since then."""
    enter(bram, open_meeting)
    clock.forward(seconds=50)
    service.beat(bram, open_meeting)
    clock.forward(seconds=away - 50)
    service.let_silent_people_go()
    service.beat(bram, open_meeting)
    expected = [(start, 50 if until == 0 else until) for start, until in stays]
    assert intervals(open_meeting, bram) == expected


def stays_in_minutes(meeting, actor):
    """(from, until) of the same person, as the minutes would say it now."""
    fact = next(fact for fact in service.facts_from_log(meeting) if fact.kind is BlockKind.ATTENDANCE)
    return [(stay["from"], stay["until"]) for each in fact.values["people"] if each["tie"] == actor.tie_id
            for stay in each["stays"]]  # fmt: skip


def test_minutes_and_attendance_say_the_same_time_of_leaving_and_count_the_gap_from_it(bram, open_meeting, clock):
    """MTG-36, MTG-49: silent since 50, found silent at 125, back at 200."""
    enter(bram, open_meeting)
    for seconds, act in ((50, lambda: service.beat(bram, open_meeting)), (75, service.let_silent_people_go),
                         (75, lambda: service.beat(bram, open_meeting))):  # fmt: skip
        clock.forward(seconds=seconds)
        act()
    kept = db.session.scalars(
        select(Attendance).where(Attendance.tie_id == bram.tie_id).order_by(Attendance.from_at)).all()  # fmt: skip
    assert intervals(open_meeting, bram) == [(0, 50), (200, None)]
    assert stays_in_minutes(open_meeting, bram) == [
        (each.from_at.isoformat(), each.until_at and each.until_at.isoformat()) for each in kept]  # fmt: skip


def test_an_entry_from_before_which_does_not_say_since_when_counts_from_its_own_time(bram, open_meeting, clock):
    """MTG-49: the same entries always give the same blocks."""
    enter(bram, open_meeting)
    clock.forward(seconds=30)
    left = append(open_meeting.room, "left", {}, tie_id=bram.tie_id).entry.at
    assert stays_in_minutes(open_meeting, bram)[0][1] == left.isoformat()


def test_presence_ends_with_the_membership_and_with_the_tie(bram, dirk, open_meeting, clock):
    """MTG-33, section 7.6: presence closes at that time."""
    otto = enter(actor_named("otto"), open_meeting)
    enter(bram, open_meeting)
    clock.forward(seconds=20)
    leave_group(again(bram), group_called("energie"))
    accounts.end_tie(dirk, open_tie_of(otto.id))
    assert names(open_meeting) == ["Anna Assink"]
    assert intervals(open_meeting, bram) == [(0, 20)]
    assert types_in(open_meeting)[-2:] == ["left", "left"]
    with pytest.raises(Forbidden):
        service.say(again(bram), open_meeting, "Nog even.")


def test_the_chair_drops_out_another_takes_it_and_gives_it_back_by_coming_back(anna, open_meeting, clock):
    """Section 5: lead, deputies, secretary, coordinator."""
    deputy = enter(actor_named("dirk"), open_meeting)  # the coordinator, who reads along
    with pytest.raises(Forbidden):
        service.take_chair(deputy, open_meeting)
    clock.forward(seconds=70)
    service.beat(deputy, open_meeting)
    service.let_silent_people_go()
    service.take_chair(again(deputy), open_meeting)
    assert last_of(open_meeting).type == "chair_taken"
    service.next_item(again(deputy), open_meeting)
    service.beat(anna, open_meeting)
    db.session.refresh(open_meeting)
    assert open_meeting.acting_chair_id is None

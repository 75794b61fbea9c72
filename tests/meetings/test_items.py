"""Running the agenda: next, pause, later, longer, and a meeting that stands still."""

import pytest

from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.meetings import service
from app.meetings.models import AgendaItem
from app.meetings.queries import items_of
from tests.meetings.room import at_once, enter, last_of, log_of, states_of, types_in


@pytest.fixture
def room(anna, bram, open_meeting):
    """Anna chairs and Bram is there; three items are planned."""
    enter(bram, open_meeting)
    return open_meeting


def test_the_chair_goes_from_item_to_item_until_all_have_ended(anna, room):
    """MTG-28"""
    before = last_of(room).seq
    for states in (["running", "planned", "planned"], ["done", "running", "planned"], ["done", "done", "running"]):
        service.next_item(anna, room)
        assert states_of(room) == states
    service.next_item(anna, room)
    assert states_of(room) == ["done"] * 3
    assert types_in(room, after=before) == ["item_started", *["item_ended", "item_started"] * 2, "item_ended"]
    first, second, _third = items_of(room)
    ended = next(said for said in log_of(room) if said.type == "item_ended")
    assert ended.payload == {"item_id": first.id, "next": second.id}
    with pytest.raises(Conflict):
        service.next_item(anna, room)


def test_two_who_press_next_at_one_moment_skip_no_item(app, anna, room):
    """Section 5: the first counts, the second sees the new item."""
    service.next_item(anna, room)
    second = items_of(room)[1].id
    seqs = at_once(app, room, *[(service.next_item, anna, second, {})] * 2)
    assert seqs[0] == seqs[1]
    assert states_of(room) == ["done", "running", "planned"]


def test_an_item_that_ended_does_not_begin_again(anna, room):
    service.next_item(anna, room)
    first = items_of(room)[0].id
    service.next_item(anna, room)
    with pytest.raises(Conflict):
        service.next_item(anna, room, first)


def test_a_pause_does_not_count_for_the_time_of_the_item(anna, room, clock):
    """MTG-39: the figures that the timer and the minutes are made of."""
    service.next_item(anna, room)
    item_id = items_of(room)[0].id
    clock.forward(seconds=60)
    service.pause_item(anna, room)
    with pytest.raises(Conflict):
        service.pause_item(anna, room)
    clock.forward(seconds=40)
    service.next_item(anna, room, item_id)
    item = items_of(room)[0]
    assert (item.state.value, item.paused_seconds, item.paused_at) == ("running", 40, None)
    assert types_in(room)[-3:] == ["item_started", "item_paused", "item_started"]


def test_minutes_are_added_and_an_item_goes_to_a_next_meeting(anna, room):
    """MTG-39."""
    service.next_item(anna, room)
    service.extend_item(anna, room, 5)
    first, _second, third = items_of(room)
    assert (first.extra_min, last_of(room).payload) == (5, {"item_id": first.id, "minutes": 5})
    service.postpone_item(anna, room, first.id)
    service.postpone_item(anna, room, third.id)
    assert states_of(room) == ["postponed", "planned", "postponed"]
    with pytest.raises(Conflict):
        service.extend_item(anna, room, 5)
    with pytest.raises(Conflict):
        service.postpone_item(anna, room, first.id)


def test_a_suspension_stops_the_clock_and_the_meeting_goes_on_where_it_was(anna, room, clock):
    """decisions 32."""
    service.next_item(anna, room)
    service.suspend_meeting(anna, room, "Koffie")
    assert [(said.type, said.payload) for said in log_of(room)[-1:]] == [("suspended", {"reason": "Koffie"})]
    with pytest.raises(Conflict):
        service.next_item(anna, room)
    clock.forward(seconds=30)
    service.resume_meeting(anna, room)
    item = items_of(room)[0]
    assert (item.state.value, item.paused_seconds) == ("running", 30)
    service.pause_item(anna, room)
    service.suspend_meeting(anna, room)
    service.resume_meeting(anna, room)
    assert states_of(room)[0] == "paused"  # the chair paused it before
    with pytest.raises(Conflict):
        service.resume_meeting(anna, room)


def test_members_run_no_items_and_the_note_taker_does_while_a_chair_is_there(anna, bram, room, clock):
    """Section 3; section 5: while the chair is away nothing new begins."""
    with pytest.raises(Forbidden):
        service.next_item(bram, room)
    room.note_taker_id = bram.tie_id
    db.session.commit()
    service.next_item(bram, room)
    clock.forward(seconds=70)
    service.beat(bram, room)
    service.let_silent_people_go()
    with pytest.raises(Conflict):
        service.next_item(bram, room)
    assert db.session.get_one(AgendaItem, items_of(room)[0].id).state.value == "running"
    service.extend_item(bram, room, 5)  # what runs goes on

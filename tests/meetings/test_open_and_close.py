"""The statement, opening, and closing: what must be there first, and nothing changes without it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core.clock import now
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.guard.models import LegalText
from app.meetings import service
from app.meetings.models import Answer, Attendance, ItemState, Meeting, MeetingState, StatementAck, Via
from app.meetings.queries import items_of, log_of
from app.notifications.models import Notification
from tests.conftest import actor_named, together
from tests.meetings.conftest import come_in, end_items, plan_draft
from tests.meetings.room import last_of, states_of


@pytest.fixture
def doors(meeting, clock):
    """Half an hour before the start."""
    clock.set(meeting.starts_at - timedelta(minutes=30))
    return meeting


def state_of(meeting):
    return db.session.get_one(Meeting, meeting.id).state


def test_the_statement_page_shows_the_text_and_confirming_keeps_name_company_version_and_time(sign_in, bram, doors):
    """MTG-23"""
    browser = sign_in(bram)
    page = browser.get(f"/meetings/{doors.id}/statement").text
    assert "Wij houden ons aan de Mededingingswet." in page
    assert "Ik heb dit gelezen en houd mij hieraan" in page
    assert "Niet meedoen" in page
    answer = browser.post(f"/meetings/{doors.id}/confirm", data={"version": "1", "via": "hall"})
    assert (answer.status_code, answer.location) == (303, f"/meetings/{doors.id}/live")
    ack = db.session.scalars(select(StatementAck)).one()
    assert (ack.tie_id, ack.version, ack.way, ack.at) == (bram.tie_id, 1, "self", now())
    assert [(entry.seq, entry.type, entry.tie_id, entry.payload) for entry in log_of(doors)] == [
        (1, "confirmed", bram.tie_id, {"via": "hall"})]  # fmt: skip
    assert "U hebt dit bevestigd voor Vezelwerk Emmen." in browser.get(f"/meetings/{doors.id}/statement").text


def test_confirming_twice_is_one_entry_with_one_seq(app, doors):
    """MTG-29: also at one moment."""
    number = doors.id

    def confirm():
        return service.confirm_statement(actor_named("bram"), db.session.get_one(Meeting, number), version=1)

    assert together(app, confirm, confirm) == [1, 1]
    assert confirm() == 1
    assert db.session.scalar(select(func.count()).select_from(StatementAck)) == 1


def test_another_version_of_the_statement_is_not_confirmed(sign_in, bram, doors):
    """MTG-23: the meeting keeps the version of its publication; what was not shown is not confirmed."""
    db.session.add(LegalText(key="statement", version=2, body="Een nieuwe tekst."))
    db.session.commit()
    browser = sign_in(bram)
    assert "Wij houden ons aan de Mededingingswet." in browser.get(f"/meetings/{doors.id}/statement").text
    assert browser.post(f"/meetings/{doors.id}/confirm", data={"version": "2", "via": "hall"}).status_code == 409
    assert browser.post(f"/meetings/{doors.id}/confirm", data={"via": "per post"}).status_code == 422
    assert log_of(doors) == []


def test_the_doors_open_an_hour_before_the_start(bram, meeting, clock):
    """decisions 32"""
    clock.set(meeting.starts_at - timedelta(minutes=60, seconds=1))
    with pytest.raises(Conflict):
        service.confirm_statement(bram, meeting, version=1)
    clock.forward(seconds=1)
    assert service.confirm_statement(bram, meeting, version=1) == 1


def test_who_only_reads_along_confirms_nothing(carla, doors):
    """MTG-23, decisions 29"""
    with pytest.raises(Forbidden):
        service.confirm_statement(carla, doors, version=1)


@pytest.mark.parametrize(("lacks", "says"), [
    ("agenda", "De agenda is nog niet gepubliceerd."), ("chair", "De voorzitter is niet in de vergaderruimte."),
    ("beat", "De voorzitter is niet in de vergaderruimte."), ("statement", "U hebt de verklaring"),
    ("time", "De vergaderruimte is nog niet open"),
])  # fmt: skip
def test_a_missing_condition_is_named_and_nothing_changes(lacks, says, clock, anna, energie, meeting):
    """MTG-21, section 7.3"""
    if lacks == "agenda":
        meeting = plan_draft(anna, energie)
    clock.set(meeting.starts_at - timedelta(minutes=30))
    if lacks not in ("agenda", "chair", "statement"):
        come_in(anna, meeting)
    if lacks == "statement":
        db.session.add(Attendance(meeting_id=meeting.id, tie_id=anna.tie_id, via=Via.HALL))
        db.session.commit()
    if lacks == "beat":
        clock.forward(seconds=61)
    if lacks == "time":
        clock.set(meeting.starts_at - timedelta(hours=2))
    before = (state_of(meeting), len(log_of(meeting)))
    with pytest.raises(Conflict, match=says):
        service.open_meeting(anna, meeting)
    assert (state_of(meeting), len(log_of(meeting))) == before


def test_opening_is_an_entry_of_the_log_and_calls_in_those_who_said_yes(anna, bram, doors):
    """MTG-21, MTG-28"""
    service.answer_invitation(bram, doors, Answer.YES, Via.ONLINE)
    service.answer_invitation(actor_named("otto"), doors, Answer.NO)
    come_in(anna, doors)
    assert service.open_meeting(anna, doors) == 3
    assert [entry.type for entry in log_of(doors)] == ["confirmed", "arrived", "opened"]
    assert state_of(doors) is MeetingState.OPEN
    called = select(Notification.person_id).where(Notification.kind == "meeting_opened")
    assert db.session.scalars(called).all() == [bram.id]
    with pytest.raises(Conflict):
        service.open_meeting(anna, doors)


def test_the_same_client_id_again_gets_the_same_answer(anna, doors):
    """MTG-29"""
    come_in(anna, doors)
    first = service.open_meeting(anna, doors, client_id="een")
    assert service.open_meeting(anna, doors, client_id="een") == first
    end_items(doors)
    closed = service.close_meeting(anna, doors, client_id="twee")
    assert service.close_meeting(anna, doors, client_id="twee") == closed
    assert [entry.type for entry in log_of(doors)][2:] == ["opened", "closed"]


def test_members_do_not_open_or_close(bram, open_meeting):
    with pytest.raises(Forbidden):
        service.close_meeting(bram, open_meeting)
    assert state_of(open_meeting) is MeetingState.OPEN


def test_a_coordinator_acts_only_while_no_chair_is_there(anna, dirk, doors):
    """Section 3: and what they do is in the log."""
    come_in(dirk, doors)
    with pytest.raises(Conflict, match="voorzitter is niet"):
        service.open_meeting(dirk, doors)
    service.take_chair(dirk, doors)
    service.open_meeting(dirk, doors)
    assert [entry.type for entry in log_of(doors)][-2:] == ["chair_taken", "opened"]
    come_in(anna, doors)
    with pytest.raises(Forbidden):
        service.take_chair(dirk, doors)


def test_nobody_takes_the_chair_from_outside_the_room(dirk, doors):
    """Section 5"""
    with pytest.raises(Conflict):
        service.take_chair(dirk, doors)
    with pytest.raises(Forbidden):
        service.take_chair(actor_named("bram"), doors)


def test_a_meeting_closes_when_every_item_has_an_end_and_the_page_lists_what_has_not(sign_in, anna, open_meeting):
    """MTG-43: with a button for each."""
    browser = sign_in(anna)
    with pytest.raises(Conflict, match="Restwarmte"):
        service.close_meeting(anna, open_meeting)
    first, second, third = items_of(open_meeting)
    first.state, second.state = ItemState.DONE, ItemState.RUNNING
    db.session.commit()
    page = browser.get(f"/meetings/{open_meeting.id}/closing").text
    assert "2 punten zijn nog niet afgerond." in page
    assert f'value="{second.id}"' in page
    assert f'value="{third.id}"' in page
    assert f'value="{first.id}"' not in page
    assert f"/meetings/{open_meeting.id}/close\"" not in page
    end_items(open_meeting, ItemState.POSTPONED)
    assert f"/meetings/{open_meeting.id}/close\"" in browser.get(f"/meetings/{open_meeting.id}/closing").text
    service.close_meeting(anna, open_meeting)
    assert state_of(open_meeting) is MeetingState.CLOSED


def press(browser, meeting, verb, about=None):
    """Send the form of this verb on the closing page, with the fields that stand in it."""
    page = browser.get(f"/meetings/{meeting.id}/closing").text
    for inside in re.findall(rf'action="/meetings/{meeting.id}/{verb}">(.*?)</form>', page):
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', inside))
        if about is None or fields["item_id"] == str(about.id):
            return browser.post(f"/meetings/{meeting.id}/{verb}", data=fields)
    raise AssertionError(f"no button for {verb}")


def test_ending_an_item_on_the_closing_page_begins_no_other_and_leads_back_to_that_page(sign_in, anna, open_meeting):
    """MTG-43: what nobody spoke of does not stand in the minutes as dealt with."""
    service.next_item(anna, open_meeting)
    first, second, _third = items_of(open_meeting)
    browser, closing = sign_in(anna), f"/meetings/{open_meeting.id}/closing"
    answer = press(browser, open_meeting, "end", about=first)
    assert (answer.status_code, answer.location) == (303, closing)
    assert states_of(open_meeting) == ["done", "planned", "planned"]
    assert last_of(open_meeting).payload == {"item_id": first.id, "next": None}
    answer = press(browser, open_meeting, "postpone", about=second)
    assert (answer.status_code, answer.location) == (303, closing)
    assert states_of(open_meeting) == ["done", "postponed", "planned"]


def test_of_what_has_not_begun_or_has_ended_nothing_ends(anna, open_meeting):
    """MTG-43"""
    first = items_of(open_meeting)[0].id
    with pytest.raises(Conflict, match="nog niet begonnen"):
        service.end_item(anna, open_meeting, first)
    service.next_item(anna, open_meeting)
    ended = service.end_item(anna, open_meeting, first, client_id="een")
    assert service.end_item(anna, open_meeting, first, client_id="een") == ended
    with pytest.raises(Conflict):
        service.end_item(anna, open_meeting, first)


def test_while_a_meeting_is_suspended_its_closing_page_has_no_button_that_would_be_refused(sign_in, anna, open_meeting):
    """MTG-43, decisions 32: suspended, one goes on or closes."""
    service.next_item(anna, open_meeting)
    service.suspend_meeting(anna, open_meeting)
    browser, closing = sign_in(anna), f"/meetings/{open_meeting.id}/closing"
    page = browser.get(closing).text
    assert "Hervat eerst de vergadering." in page
    assert f"/meetings/{open_meeting.id}/end\"" not in page
    assert f"/meetings/{open_meeting.id}/postpone\"" not in page
    assert press(browser, open_meeting, "resume").location == closing
    assert f"/meetings/{open_meeting.id}/end\"" in browser.get(closing).text


def test_closing_ends_presence_and_everything_after_it(anna, bram, open_meeting):
    """MTG-36, decisions 32: closed is for reading."""
    come_in(bram, open_meeting)
    end_items(open_meeting)
    service.close_meeting(anna, open_meeting)
    assert {row.until_at for row in db.session.scalars(select(Attendance))} == {now()}
    with pytest.raises(Conflict):
        service.confirm_statement(actor_named("henk"), open_meeting, version=1)
    with pytest.raises(Conflict):
        service.close_meeting(anna, open_meeting)

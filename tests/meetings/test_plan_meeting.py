"""Planning: a draft that only those who plan see, at times that local clocks know."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.core.errors import Conflict, Forbidden, Invalid
from app.core.extensions import db
from app.meetings import service
from app.meetings.models import Meeting
from app.meetings.service import NewerSaved, Plan
from tests.conftest import actor_named, together
from tests.meetings.conftest import at, item_plan, plan_draft, times, typed

FORM = {"title": "Overleg", "place": "Emmen", "online_link": "https://vergaderen.example/a", "chair": "0",
        "note_taker": "0", "quorum_rule": "none", "quorum": ""}  # fmt: skip


def form(**more):
    return {**FORM, "starts_at": typed(at()), "ends_at": typed(at(hour=16)), **more}


def the_meeting():
    return db.session.scalars(select(Meeting)).one()


def test_the_form_proposes_lead_and_secretary_and_makes_a_draft(sign_in, anna):
    """MTG-2: chair and note taker are named per meeting; the lead is chair unless someone else is named."""
    browser = sign_in(anna)
    page = browser.get("/groups/energie/meetings/new").text
    jan = actor_named("jan").tie_id
    assert f'<option value="{anna.tie_id}" selected>Anna Assink' in page
    assert f'<option value="{jan}" selected>' in page
    assert "ten minste 7 dagen voor de vergadering" in page
    answer = browser.post("/groups/energie/meetings", data=form(chair=str(anna.tie_id), note_taker=str(jan)))
    made = the_meeting()
    assert (answer.status_code, answer.location) == (303, f"/meetings/{made.id}/agenda")
    assert (made.state, made.chair_id, made.note_taker_id, made.starts_at) == ("draft", anna.tie_id, jan, at())


@pytest.mark.parametrize(("wrong", "says"), [
    ({"title": "ab"}, "minstens 3 tekens"), ({"ends_at": ""}, "Vul een datum en een tijd in."),
    ({"starts_at": "morgen"}, "Dit is geen datum met een tijd."),
    ({"starts_at": "2030-05-07T14:00", "ends_at": "2030-05-07T13:00"}, "Het einde komt na het begin."),
    ({"starts_at": "2030-05-07T14:00", "ends_at": "2030-05-07T14:09"}, "10 minuten tot 12 uur"),
    ({"starts_at": "2030-05-07T08:00", "ends_at": "2030-05-07T20:01"}, "10 minuten tot 12 uur"),
    ({"starts_at": "2027-03-28T02:30", "ends_at": "2027-03-28T04:00"}, "De klok slaat deze tijd over"),
    ({"online_link": "http://vergaderen.example/a"}, "begint met https://"),
    ({"online_link": "https://"}, "begint met https://"), ({"online_link": "https://x y"}, "begint met https://"),
    ({"place": "x" * 201}, "1 teken te lang"), ({"quorum_rule": "per_cent", "quorum": "101"}, "van 1 tot 100"),
    ({"quorum_rule": "number", "quorum": "veel"}, "van 1 tot 999"),
])  # fmt: skip
def test_what_cannot_be_planned_comes_back_with_all_that_was_typed(wrong, says, sign_in, anna):
    """Section 5: the form returns filled in, with the field and the reason."""
    answer = sign_in(anna).post("/groups/energie/meetings", data=form(**wrong))
    assert answer.status_code == 422
    assert says in answer.text
    typed_fields = {**form(), **wrong}
    for name in ("title", "place", "online_link", "starts_at", "ends_at"):
        assert f'value="{typed_fields[name]}"' in answer.text or not typed_fields[name]
    assert db.session.scalar(select(Meeting.id)) is None


def test_a_time_that_exists_twice_is_the_first_one_and_the_page_says_so(sign_in, anna, clock):
    """Section 5: the night in which summer time ends; both half past two."""
    clock.set(datetime(2036, 10, 1, tzinfo=UTC))
    browser = sign_in(anna)
    night = form(starts_at="2036-10-26T02:30", ends_at="2036-10-26T04:00")
    answer = browser.post("/groups/energie/meetings", data=night)
    assert answer.status_code == 303
    assert the_meeting().starts_at == datetime(2036, 10, 26, 0, 30, tzinfo=UTC)
    assert "zomertijd" in browser.get(f"/meetings/{the_meeting().id}").text
    assert "zomertijd" in browser.get("/groups/energie/meetings").text


@pytest.mark.parametrize(("day", "utc_hour"), [("2036-10-25", 8), ("2036-10-26", 9), ("2036-10-27", 9),
                                               ("2037-03-28", 9), ("2037-03-29", 8)])  # fmt: skip
def test_ten_o_clock_stays_ten_o_clock_across_the_changes(day, utc_hour, sign_in, anna, clock):
    """Section 7.8"""
    clock.set(datetime(2036, 10, 1, tzinfo=UTC))
    browser = sign_in(anna)
    browser.post("/groups/energie/meetings", data=form(starts_at=f"{day}T10:00", ends_at=f"{day}T11:00"))
    assert the_meeting().starts_at.hour == utc_hour
    page = browser.get(f"/meetings/{the_meeting().id}").text
    assert "10:00–11:00" in page
    assert "zomertijd" not in page


def test_a_draft_is_seen_by_those_who_plan_its_chair_and_its_note_taker_only(sign_in, anna, bram, carla, dirk, energie):
    """Section 3"""
    draft = plan_draft(anna, energie, chair_id=anna.tie_id, note_taker_id=bram.tie_id)
    for person, status in ((anna, 200), (bram, 200), (dirk, 200), (carla, 404), (actor_named("otto"), 404)):
        assert sign_in(person).get(f"/meetings/{draft.id}").status_code == status
        listed = draft.title in sign_in(person).get("/groups/energie/meetings").text
        assert listed == (status == 200)


def test_members_do_not_plan_and_a_stranger_is_no_chair(anna, bram, carla, energie):
    """Section 3; Carla is no member of energie."""
    with pytest.raises(Forbidden):
        plan_draft(bram, energie)
    with pytest.raises(Invalid):
        plan_draft(anna, energie, chair_id=carla.tie_id)


def test_a_draft_changes_at_once_and_of_two_who_save_one_learns_of_the_other(app, sign_in, anna, dirk, draft):
    browser = sign_in(anna)
    answer = browser.post(f"/meetings/{draft.id}/edit", data=form(title="Ander overleg", version="1"))
    assert answer.status_code == 303
    assert the_meeting().title == "Ander overleg"
    answer = browser.post(f"/meetings/{draft.id}/edit", data=form(title="Nog een titel", version="1"))
    assert answer.status_code == 409
    assert "Iemand anders heeft deze vergadering intussen gewijzigd." in answer.text
    assert 'value="Nog een titel"' in answer.text
    assert 'value="Ander overleg" readonly' in answer.text
    assert 'name="version" value="2"' in answer.text
    number = draft.id

    def save(key):
        return service.change_meeting(actor_named(key), db.session.get_one(Meeting, number), Plan(title=f"Van {key}"),
                                      times(), version=2)  # fmt: skip

    results = together(app, lambda: save("anna"), lambda: save("dirk"))
    assert [type(each) for each in results].count(NewerSaved) == 1
    assert the_meeting().version == 3


def test_a_draft_that_was_published_meanwhile_comes_back_in_the_form_that_it_has_now(sign_in, anna, draft):
    """MTG-5: with a reason, and without times, which would have been passed over in silence."""
    service.add_item(anna, draft, item_plan())
    service.publish_agenda(anna, draft)
    browser = sign_in(anna)
    moved = form(title="Ander overleg", starts_at=typed(at(hour=15)), ends_at=typed(at(hour=17)))
    answer = browser.post(f"/meetings/{draft.id}/edit", data={**moved, "version": "1"})
    assert answer.status_code == 409
    assert "U gaf andere tijden op:" in answer.text
    assert f'action="/meetings/{draft.id}/amend"' in answer.text
    assert 'value="Ander overleg"' in answer.text
    assert 'name="reason"' in answer.text
    assert browser.post(f"/meetings/{draft.id}/edit", data={**moved, "version": "2"}).status_code == 409
    assert the_meeting().title == "Overleg energie"
    with pytest.raises(Conflict, match="eigen pagina"):
        service.change_meeting(anna, the_meeting(), Plan(title="Ander overleg"), times(), version=2)


def test_a_text_survives_the_end_of_the_session(visitor, anna, energie):
    """decisions 15"""
    answer = visitor.post("/groups/energie/meetings", data=form(title="Lang over nagedacht"))
    assert answer.status_code == 401
    assert "Lang over nagedacht" in answer.text

"""Publishing, moving and cancelling: who is invited, who hears of it, and what must be there first."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Company, Person, Tie
from app.core.clock import now
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.core.i18n import day
from app.groups.models import Role
from app.groups.service import add_member, join_group, leave_group
from app.meetings import service
from app.meetings.models import Answer, Meeting, MeetingInvitation, MeetingState, Via
from app.meetings.queries import amendments_of, answers_of, audience_of, items_of
from app.notifications.models import Notification
from tests.conftest import actor_named
from tests.meetings.conftest import at, item_plan, plan_draft, plan_published, times, typed

BECAUSE = "De zaal is bezet."


def rung(kind):
    """Whom a line of this kind was laid under the bell."""
    return set(db.session.scalars(select(Notification.person_id).where(Notification.kind == kind)))


def invited(meeting):
    return {line.person_id for line in answers_of(meeting)}


def members(meeting):
    return {person_id for person_id, _tie in audience_of(meeting)}


def test_publishing_invites_everyone_in_the_group_and_rings_for_them(sign_in, anna, bram, meeting):
    """MTG-10: rows and bell."""
    assert len(members(meeting)) > 15
    assert invited(meeting) == members(meeting)
    assert rung("meeting_announced") == members(meeting) - {anna.id}
    line = sign_in(bram).get("/notifications").text
    assert "Vergadering “Overleg energie” is aangekondigd" in line
    assert f'href="/meetings/{meeting.id}"' in line


def test_the_agenda_is_published_by_a_form(sign_in, anna, draft):
    """MTG-4"""
    service.add_item(anna, draft, item_plan())
    browser = sign_in(anna)
    assert "1 punt op de agenda" in browser.get(f"/meetings/{draft.id}/publish").text
    assert browser.post(f"/meetings/{draft.id}/publish").status_code == 303
    assert db.session.get_one(Meeting, draft.id).state is MeetingState.ANNOUNCED
    assert browser.post(f"/meetings/{draft.id}/publish").status_code == 409


@pytest.mark.parametrize(("lacks", "says"), [
    ("items", "nog geen punten"), ("chair", "nog geen voorzitter"), ("time", "ligt in het verleden"),
    ("notice", "wil 7 dagen tussen agenda en vergadering"),
])  # fmt: skip
def test_what_is_missing_is_named_and_nothing_changes(lacks, says, sign_in, anna, energie):
    """MTG-4"""
    when = {"time": times(-1), "notice": times(6)}.get(lacks, times(7))
    draft = plan_draft(anna, energie, when=when, chair_id=None if lacks == "chair" else anna.tie_id)
    if lacks != "items":
        service.add_item(anna, draft, item_plan())
    answer = sign_in(anna).post(f"/meetings/{draft.id}/publish", data={"reason": "Het moet nu."})
    assert answer.status_code == 409
    assert says in answer.text
    assert db.session.get_one(Meeting, draft.id).is_draft
    assert rung("meeting_announced") == set()


def test_seven_days_of_notice_are_counted_in_days(anna, energie):
    """MTG-4: exactly the days the group wants are enough."""
    assert plan_published(anna, energie, when=times(7, hour=6)).is_announced


def test_with_fewer_days_a_coordinator_publishes_with_a_reason(sign_in, anna, dirk, bram, energie):
    """MTG-4: which the minutes repeat (see test_minutes)."""
    draft = plan_draft(anna, energie, when=times(2))
    service.add_item(anna, draft, item_plan())
    browser = sign_in(dirk)
    assert "Als coördinator kunt u toch publiceren." in browser.get(f"/meetings/{draft.id}/publish").text
    answer = browser.post(f"/meetings/{draft.id}/publish", data={"reason": "nu"})
    assert answer.status_code == 422
    assert 'value="nu"' in answer.text
    assert browser.post(f"/meetings/{draft.id}/publish", data={"reason": "De vergunning loopt af."}).status_code == 303
    assert "De vergunning loopt af." in sign_in(bram).get(f"/meetings/{draft.id}").text


def test_the_days_of_notice_come_from_the_group_and_only_a_coordinator_lowers_them(sign_in, anna, dirk, energie):
    """decisions 32"""
    fields = {"purpose": energie.purpose, "theme": "energy", "visibility": "open", "rules_md": ""}

    def choose(actor, days, version):
        sent = {**fields, "notice_days": str(days), "version": str(version)}
        return sign_in(actor).post("/groups/energie/edit", data=sent)

    assert choose(anna, 10, 1).status_code == 303
    answer = choose(anna, 3, 2)
    assert answer.status_code == 409
    assert "Alleen een coördinator" in answer.text
    assert choose(dirk, 3, 2).status_code == 303
    assert choose(dirk, 61, 3).status_code == 422
    assert plan_published(anna, energie, when=times(3)).notice_days == 3


def test_who_joins_before_the_end_is_invited_and_who_leaves_is_not_counted(clock, carla, energie, meeting):
    """MTG-10"""
    join_group(carla, energie)
    assert carla.id in invited(meeting)
    service.answer_invitation(carla, meeting, Answer.YES, Via.HALL)
    leave_group(actor_named("carla"), energie)
    assert carla.id not in invited(meeting)
    clock.set(meeting.ends_at)
    clock.forward(minutes=1)
    join_group(actor_named("carla"), energie)
    assert carla.id not in invited(meeting)


@pytest.mark.parametrize(("state", "answer"), [(MeetingState.ANNOUNCED, Answer.NONE), (MeetingState.OPEN, Answer.YES)])
def test_who_moves_to_another_company_comes_for_that_one(state, answer, dirk, bram, energie, meeting):
    """Section 5: one person, one invitation, for the company of this moment."""
    service.answer_invitation(bram, meeting, Answer.YES, Via.HALL)
    meeting.state = state
    db.session.commit()
    accounts.end_tie(dirk, db.session.get_one(Tie, bram.tie_id))
    company = db.session.scalars(select(Company).where(Company.name == "Stoomnet Emmen")).one()
    accounts.start_tie(None, db.session.get_one(Person, bram.id), company, function="energie")
    join_group(actor_named("bram"), energie)
    line = next(each for each in answers_of(meeting) if each.person_id == bram.id)
    assert (line.company_name, line.answer) == ("Stoomnet Emmen", answer)


def test_who_is_added_by_the_lead_hears_of_what_comes(anna, carla, energie, meeting):
    """MTG-10"""
    add_member(anna, energie, db.session.get_one(Person, carla.id), Role.MEMBER)
    assert carla.id in rung("meeting_announced")


def test_a_change_of_place_is_an_amendment_of_which_all_hear(sign_in, anna, bram, meeting):
    """MTG-5"""
    fields = {"title": meeting.title, "place": "Coevorden", "online_link": "", "chair": str(anna.tie_id),
              "note_taker": "0", "quorum_rule": "none", "quorum": "", "version": "2", "reason": BECAUSE}  # fmt: skip
    answer = sign_in(anna).post(f"/meetings/{meeting.id}/amend", data=fields)
    assert answer.status_code == 303
    assert [(each.before, each.after) for each in amendments_of(meeting)] == [({"place": ""}, {"place": "Coevorden"})]
    assert rung("agenda_amended") == members(meeting) - {anna.id}
    page = sign_in(bram).get(f"/meetings/{meeting.id}").text
    assert "Coevorden" in page
    assert BECAUSE in page
    without = {**fields, "version": "3", "place": "Emmen", "reason": "x"}
    answer = sign_in(anna).post(f"/meetings/{meeting.id}/amend", data=without)
    assert answer.status_code == 422
    assert 'value="Emmen"' in answer.text


def test_a_second_change_of_one_agenda_takes_the_line_of_the_first(sign_in, anna, bram, meeting, energie):
    """NTF-11: one line per person and meeting, with the last change; in the overview too."""
    fields = {"title": meeting.title, "online_link": "", "chair": str(anna.tie_id), "note_taker": "0",
              "quorum_rule": "none", "quorum": "", "reason": BECAUSE}  # fmt: skip
    browser, reader = sign_in(anna), sign_in(bram)
    lines = []
    for version, place in ((2, "Coevorden"), (3, "Emmen"), (4, "Assen")):
        answer = browser.post(f"/meetings/{meeting.id}/amend", data={**fields, "place": place, "version": str(version)})
        assert answer.status_code == 303
        page = reader.get("/notifications?tab=other").text
        lines.append(len(re.findall(r"<h\d><a[^>]*>De agenda van", page)))
    assert lines == [1, 1, 1]
    [line] = db.session.scalars(select(Notification).where(
        Notification.kind == "agenda_amended", Notification.person_id == bram.id))  # fmt: skip
    assert line.item == amendments_of(meeting)[-1].id


def test_moving_tells_everyone_asks_anew_and_shows_old_and_new(sign_in, anna, bram, meeting):
    """MTG-14 (rows and bell), section 5"""
    service.answer_invitation(bram, meeting, Answer.YES, Via.ONLINE, "Iets later")
    fields = {"starts_at": typed(at(21, 9)), "ends_at": typed(at(21, 11)), "reason": BECAUSE}
    for moved, again in ((0, 0), (1, 1)):  # twice: each move rings
        hour = 9 + again
        fields |= {"starts_at": typed(at(21, hour)), "ends_at": typed(at(21, hour + 2))}
        assert sign_in(anna).post(f"/meetings/{meeting.id}/move", data=fields).status_code == 303
        assert len(amendments_of(meeting)) == moved + 1
    assert rung("meeting_moved") == members(meeting) - {anna.id}
    rows = db.session.scalars(select(Notification).where(Notification.person_id == bram.id,
                                                         Notification.kind == "meeting_moved")).all()  # fmt: skip
    assert len(rows) == 2
    assert {line.answer for line in answers_of(meeting)} == {Answer.NONE}
    page = sign_in(bram).get(f"/meetings/{meeting.id}").text
    assert "Vergadering verplaatst" in page
    assert "is verplaatst, nu" in sign_in(bram).get("/notifications").text


def test_moving_to_the_time_it_has_asks_nobody_anew(sign_in, anna, bram, meeting):
    """The form shows that time, and who forgets to change it would throw away every answer."""
    service.answer_invitation(bram, meeting, Answer.YES, Via.ONLINE, "Iets later")
    fields = {"starts_at": typed(meeting.starts_at), "ends_at": typed(meeting.ends_at), "reason": BECAUSE}
    answer = sign_in(anna).post(f"/meetings/{meeting.id}/move", data=fields)
    assert (answer.status_code, "De vergadering is al op deze tijd." in answer.text) == (422, True)
    assert BECAUSE in answer.text
    assert Answer.YES in {line.answer for line in answers_of(meeting)}
    assert amendments_of(meeting) == []


@pytest.mark.parametrize(("fields", "status", "says"), [
    ({"starts_at": "2020-05-07T14:00", "ends_at": "2020-05-07T15:00", "reason": BECAUSE}, 422, "ligt in het verleden"),
    ({"starts_at": "2035-05-07T14:00", "ends_at": "2035-05-07T15:00", "reason": ""}, 422, "Schrijf hier nog iets."),
    ({"starts_at": "2035-05-07T14:00", "ends_at": "2035-05-07T13:00", "reason": BECAUSE}, 422, "na het begin"),
])  # fmt: skip
def test_a_move_that_cannot_be_is_refused_with_the_reason(fields, status, says, sign_in, anna, meeting):
    """Section 5"""
    answer = sign_in(anna).post(f"/meetings/{meeting.id}/move", data=fields)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert f'value="{fields["starts_at"]}"' in answer.text
    assert db.session.get_one(Meeting, meeting.id).starts_at == at()


@pytest.mark.parametrize(("now_in", "to", "hour", "free"), [
    (14, 6, 14, False),  # earlier, with fewer days
    (14, 7, 14, True),  # earlier, with exactly the days the group wants
    (2, 3, 14, False),  # later, and still with fewer
    (2, 7, 14, True),  # later, with enough
    (2, 2, 9, True),  # the day that everyone knows of already
])  # fmt: skip
def test_moving_to_another_day_needs_the_days_of_notice_too(now_in, to, hour, free, sign_in, clock, anna, meeting):
    """MTG-4: else publishing early and moving afterwards would get round them."""
    clock.forward(days=14 - now_in)
    browser, fields = sign_in(anna), {"starts_at": typed(at(to, hour)), "ends_at": typed(at(to, hour + 2))}
    first = day(now() + timedelta(days=7))
    assert f"Naar een andere dag vóór {first} kan alleen een coördinator" in browser.get(
        f"/meetings/{meeting.id}/move").text  # fmt: skip
    answer = browser.post(f"/meetings/{meeting.id}/move", data={**fields, "reason": BECAUSE})
    assert answer.status_code == (303 if free else 409)
    if not free:
        assert "wil 7 dagen tussen agenda en vergadering. Kies een latere dag" in answer.text
        assert all(f'value="{each}"' in answer.text for each in (*fields.values(), BECAUSE))
    assert (db.session.get_one(Meeting, meeting.id).starts_at == at(to, hour)) is free
    assert len(amendments_of(meeting)) == free
    assert bool(rung("meeting_moved")) is free


def test_with_fewer_days_a_coordinator_moves_it_and_everyone_reads_why(sign_in, dirk, bram, meeting):
    """MTG-4: which the minutes repeat (see test_minutes)."""
    browser = sign_in(dirk)
    assert "Als coördinator kunt u toch verplaatsen" in browser.get(f"/meetings/{meeting.id}/move").text
    fields = {"starts_at": typed(at(2, 14)), "ends_at": typed(at(2, 16))}
    assert browser.post(f"/meetings/{meeting.id}/move", data={**fields, "reason": "nu"}).status_code == 422
    assert browser.post(f"/meetings/{meeting.id}/move", data={**fields, "reason": BECAUSE}).status_code == 303
    page = sign_in(bram).get(f"/meetings/{meeting.id}").text
    assert "Vergadering op korte termijn verplaatst" in page
    assert BECAUSE in page


def test_a_group_that_wants_no_days_of_notice_is_not_told_of_any(sign_in, anna, energie):
    """MTG-4"""
    energie.notice_days = 0
    db.session.commit()
    meeting = plan_published(anna, energie)
    assert "alleen een coördinator" not in sign_in(anna).get(f"/meetings/{meeting.id}/move").text
    service.move_meeting(anna, meeting, times(1), reason=BECAUSE)
    assert "Vergadering verplaatst" in sign_in(anna).get(f"/meetings/{meeting.id}").text


def test_cancelling_says_why_to_everyone_and_ends_it(sign_in, anna, bram, meeting):
    """MTG-14 (rows and bell)"""
    browser = sign_in(anna)
    assert browser.post(f"/meetings/{meeting.id}/cancel", data={"reason": ""}).status_code == 422
    assert browser.post(f"/meetings/{meeting.id}/cancel", data={"reason": BECAUSE}).status_code == 303
    assert f"Deze vergadering gaat niet door: {BECAUSE}" in sign_in(bram).get(f"/meetings/{meeting.id}").text
    assert rung("meeting_cancelled") == members(meeting) - {anna.id}
    bell = sign_in(bram).get("/notifications").text
    assert "geannuleerd" in bell
    assert "aangekondigd" not in bell  # news of before
    with pytest.raises(Conflict):
        service.answer_invitation(bram, meeting, Answer.YES)
    with pytest.raises(Conflict):
        service.move_meeting(anna, meeting, times(30), reason=BECAUSE)


def test_a_draft_that_is_given_up_rings_for_nobody(anna, draft):
    service.cancel_meeting(anna, draft, reason=BECAUSE)
    assert rung("meeting_cancelled") == set()


def test_an_open_meeting_is_closed_and_not_cancelled_or_moved(anna, open_meeting):
    """Section 5"""
    with pytest.raises(Conflict, match="geopend"):
        service.cancel_meeting(anna, open_meeting, reason=BECAUSE)
    with pytest.raises(Conflict):
        service.move_meeting(anna, open_meeting, times(30), reason=BECAUSE)


def test_only_those_who_lead_publish_move_and_cancel(anna, bram, energie):
    """Section 3: the note taker has the draft only."""
    draft = plan_draft(anna, energie, note_taker_id=bram.tie_id)
    service.add_item(bram, draft, item_plan())
    with pytest.raises(Forbidden):
        service.publish_agenda(bram, draft)
    service.publish_agenda(anna, draft)
    for act in (lambda: service.move_meeting(bram, draft, times(30), reason=BECAUSE),
                lambda: service.cancel_meeting(bram, draft, reason=BECAUSE),
                lambda: service.add_item(bram, draft, item_plan(), reason=BECAUSE)):  # fmt: skip
        with pytest.raises(Forbidden):
            act()
    assert len(items_of(draft)) == 1


def test_a_confidential_meeting_exists_for_members_only(sign_in, emma, dirk, carla, externe_veiligheid):
    """Section 7.7: lists, pages, bells."""
    secret = plan_published(emma, externe_veiligheid, title="Geheim overleg")
    for outsider in (dirk, carla):
        browser = sign_in(outsider)
        for address in (f"/meetings/{secret.id}", f"/meetings/{secret.id}/minutes", f"/meetings/{secret.id}/statement",
                        "/groups/externe-veiligheid/meetings"):  # fmt: skip
            assert browser.get(address).status_code == 404
        assert "Geheim" not in browser.get("/agenda").text
    assert "Geheim overleg" in sign_in(actor_named("bert")).get("/agenda").text
    assert db.session.scalar(select(MeetingInvitation.id).where(MeetingInvitation.person_id == dirk.id)) is None

"""Whether people come: one form, counted in persons and in companies."""

import pytest
from sqlalchemy import select

from app.accounts.models import Company, CompanyState
from app.accounts.service import change_company_state, end_companies_that_left
from app.core.clock import today
from app.core.errors import Forbidden
from app.core.extensions import db
from app.meetings import service
from app.meetings.models import Answer, MeetingInvitation, MeetingState, Quorum, Via
from app.meetings.queries import answers_of, invitation_of
from app.meetings.views.showing import quorum_of, tallies_of
from app.notifications.service import mark_read
from tests.conftest import actor_named
from tests.meetings.conftest import plan_published
from tests.trust.traces import everything


def answer(key, meeting, given=Answer.YES, via=Via.HALL):
    service.answer_invitation(actor_named(key), meeting, given, via)


def tally(meeting, given):
    found = next(each for each in tallies_of(answers_of(meeting)) if each.answer == given)
    return found.people, found.companies


def test_one_form_answers_and_the_last_answer_counts(sign_in, bram, meeting):
    """MTG-11"""
    browser = sign_in(bram)
    for given, via, remark in (("yes", "online", "Iets later"), ("maybe", "hall", ""), ("no", "hall", "Op vakantie")):
        sent = {"answer": given, "via": via, "remark": remark}
        assert browser.post(f"/meetings/{meeting.id}/answer", data=sent).status_code == 303
    invitation = invitation_of(bram, meeting)
    assert (invitation.answer, invitation.via, invitation.remark) == (Answer.NO, None, "Op vakantie")
    page = browser.get(f"/meetings/{meeting.id}").text
    assert 'value="no" checked' in page
    assert "Uw antwoord: Nee" in browser.get("/agenda").text


@pytest.mark.parametrize("sent", [{}, {"answer": "zeker", "via": "hall"}, {"answer": "yes", "via": "per post"},
                                  {"answer": "yes", "via": "hall", "remark": "x" * 301}])  # fmt: skip
def test_an_answer_that_is_none_changes_nothing_and_keeps_the_remark(sent, sign_in, bram, meeting):
    """MTG-11"""
    reply = sign_in(bram).post(f"/meetings/{meeting.id}/answer", data=sent)
    assert reply.status_code == 422
    assert sent.get("remark", "") in reply.text
    assert invitation_of(bram, meeting).answer is Answer.NONE


def test_looking_at_the_page_answers_nothing(sign_in, bram, meeting):
    """MTG-11: the link in a mail changes nothing by itself."""
    browser = sign_in(bram)
    browser.get("/agenda")  # the first page of a day writes when this person was last seen
    mark_read(bram)  # else the page does so with the line that leads to it (NTF-12)
    before = everything()
    for address in (f"/meetings/{meeting.id}", f"/meetings/{meeting.id}?answer=yes", f"/meetings/{meeting.id}/answer"):
        browser.get(address)
    assert everything() == before


def test_answers_are_counted_in_persons_and_companies(sign_in, carla, meeting):
    """MTG-12: two of Vezelwerk Emmen are one company. Who reads along sees it too."""
    for key in ("anna", "bram", "henk"):
        answer(key, meeting)
    answer("otto", meeting, Answer.NO)
    assert tally(meeting, "yes") == (3, 2)
    assert tally(meeting, "no") == (1, 1)
    assert tally(meeting, "none")[0] == len(answers_of(meeting)) - 4
    page = sign_in(carla).get(f"/meetings/{meeting.id}").text
    assert "3 mensen van 2 bedrijven" in page
    assert "Komt u?" not in page  # Carla is no member of energie


@pytest.mark.parametrize(("rule", "wanted", "needed"), [
    (Quorum.NUMBER, 2, 2), (Quorum.PER_CENT, 10, None), (Quorum.PER_CENT, 100, None)])  # fmt: skip
def test_the_page_says_whether_enough_companies_come(rule, wanted, needed, sign_in, anna, energie):
    """MTG-12: of member companies, each once; per cent is rounded up."""
    meeting = plan_published(anna, energie, quorum_rule=rule, quorum=wanted)
    invited = len({line.company_id for line in answers_of(meeting) if line.is_of_member})
    needed = needed or -(-invited * wanted // 100)
    answer("anna", meeting)
    answer("bram", meeting)
    counted = quorum_of(meeting, answers_of(meeting))
    assert (counted["come"], counted["needed"], counted["is_met"]) == (1, needed, needed <= 1)
    assert "nog niet genoeg bedrijven" in sign_in(anna).get(f"/meetings/{meeting.id}").text
    for line in answers_of(meeting):
        invitation = db.session.scalars(select(MeetingInvitation).where(
            MeetingInvitation.meeting_id == meeting.id, MeetingInvitation.person_id == line.person_id)).one()
        invitation.answer = Answer.YES
    db.session.commit()
    assert quorum_of(meeting, answers_of(meeting))["is_met"]
    assert "genoeg bedrijven" in sign_in(anna).get(f"/meetings/{meeting.id}").text


def test_the_association_itself_and_guests_do_not_make_a_quorum(dirk, anna, energie):
    """MTG-12: Dirk is of the association, whose company never votes."""
    meeting = plan_published(anna, energie, quorum_rule=Quorum.NUMBER, quorum=1)
    service.answer_invitation(dirk, meeting, Answer.YES, Via.HALL)
    assert quorum_of(meeting, answers_of(meeting)) == {"come": 0, "needed": 1, "is_met": False}


def test_who_only_reads_along_does_not_answer(carla, meeting):
    """decisions 29: only members act."""
    with pytest.raises(Forbidden):
        service.answer_invitation(carla, meeting, Answer.YES)


def test_a_member_company_that_left_counts_no_more(dirk, anna, energie, clock):
    """MTG-12: on its last day it still does."""
    meeting = plan_published(anna, energie, quorum_rule=Quorum.NUMBER, quorum=1)
    answer("otto", meeting)
    company = db.session.get_one(Company, actor_named("otto").company_id)
    change_company_state(dirk, company, CompanyState.LEAVING, ends_on=today())
    assert quorum_of(meeting, answers_of(meeting)) == {"come": 1, "needed": 1, "is_met": True}
    clock.forward(days=1)
    end_companies_that_left()
    assert quorum_of(meeting, answers_of(meeting)) == {"come": 0, "needed": 1, "is_met": False}


def test_what_one_answered_comes_back_with_how_and_the_remark(bram, meeting):
    """MTG-11"""
    service.answer_invitation(bram, meeting, Answer.MAYBE, Via.ONLINE, "Rijd ik mee?")
    line = next(each for each in answers_of(meeting) if each.person_id == bram.id)
    assert (line.answer, line.via, line.remark) == (Answer.MAYBE, Via.ONLINE, "Rijd ik mee?")


def test_the_remark_is_for_those_who_lead_and_for_oneself(sign_in, anna, bram, carla, meeting):
    service.answer_invitation(bram, meeting, Answer.MAYBE, Via.ONLINE, "Rijd ik mee?")
    for person, reads in ((anna, True), (bram, True), (carla, False), (actor_named("henk"), True)):
        assert ("Rijd ik mee?" in sign_in(person).get(f"/meetings/{meeting.id}").text) == reads


def test_a_page_asks_the_same_number_of_questions_however_many_come(sign_in, anna, bram, meeting, count_statements):
    """style: a fixed number of statements per page."""
    browser = sign_in(bram)

    def asked():
        numbers = []
        for address in (f"/meetings/{meeting.id}", "/agenda", "/groups/energie/meetings"):
            browser.get(address)
            with count_statements() as seen:
                browser.get(address)
            numbers.append(len(seen))
        return numbers

    before = asked()
    for line in answers_of(meeting):
        db.session.scalars(select(MeetingInvitation).where(
            MeetingInvitation.person_id == line.person_id)).one().answer = Answer.YES  # fmt: skip
    db.session.commit()
    for number in range(4):
        plan_published(anna, meeting.group, title=f"Overleg {number}")
    assert asked() == before
    assert max(before) <= 12


def test_what_is_over_stands_apart_from_what_comes(sign_in, anna, bram, energie, meeting, clock):
    late = plan_published(anna, energie, title="Nog bezig")
    late.state = MeetingState.OPEN
    db.session.commit()
    clock.set(meeting.ends_at)
    clock.forward(minutes=1)
    coming, past = sign_in(bram).get("/groups/energie/meetings").text.split('id="past"')
    assert ("Nog bezig" in coming, "Nog bezig" in past) == (True, False)
    assert ("Overleg energie" in coming, "Overleg energie" in past) == (False, True)

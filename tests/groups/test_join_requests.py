"""Asking to take part in a group on request: one question, to who answers it, and the answer."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.models import Office, Person, SanctionKind, Tie
from app.accounts.service import Measure, take_out_own_data
from app.core import clock as app_clock
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.groups import queries, service
from app.groups.models import JoinRequest, RequestState, Role, Theme, Visibility
from app.groups.policy import can_ask_to_join, standing_in
from app.groups.service import GroupSettings
from app.groups.tasks import follow_join_requests
from app.notifications.models import Notification
from tests.conftest import actor_named, company_of, group_called, person_named, together, words_of

ANSWER = "Wij hebben monteurs over in de zomer en zoeken lassers."
REASON = "Wij zijn met genoeg, in het najaar is er weer plaats."
PAGE = "/groups/personeelsmobiliteit"


def asked(key="carla"):
    return service.ask_to_join(actor_named(key), group_called("personeelsmobiliteit"), ANSWER)


def bell(browser):
    return words_of(browser.get("/notifications").text)


def rung(key, kind="join_request"):
    return db.session.scalar(select(func.count()).select_from(Notification).where(
        Notification.person_id == person_named(key).id, Notification.kind == kind))  # fmt: skip


def places(key):
    return len([line for line in queries.members_of(group_called("personeelsmobiliteit").id)
                if line.person_id == person_named(key).id])  # fmt: skip


def silenced(key):
    measure = Measure(kind=SanctionKind.SILENCE, days=3, rule=4, reason="Op de persoon gespeeld.")
    accounts.sanction(actor_named("dirk"), person_named(key).id, measure)


def nobody_leads():
    for key in ("wietske", "corrie"):
        accounts.end_tie(actor_named("dirk"), db.session.get_one(Tie, actor_named(key).tie_id))


def test_carla_asks_with_one_question_and_reads_on_the_page_of_the_group_that_it_waits(app, carla, sign_in):
    """GRP-8"""
    browser = sign_in(carla)
    assert "Vraag aan om mee te doen" in browser.get("/groups").text
    assert f'href="{PAGE}/request"' in browser.get(PAGE).text
    assert "Wat brengt u mee en wat zoekt u?" in browser.get(f"{PAGE}/request").text
    answer = browser.post(f"{PAGE}/request", data={"answer": ANSWER})
    assert (answer.status_code, answer.location) == (303, PAGE)
    page = browser.get(PAGE).text
    assert "Uw aanvraag wacht op antwoord" in page
    assert f"{PAGE}/request/withdraw" in page
    assert "aangevraagd" in browser.get("/groups").text
    assert browser.get(f"{PAGE}/request").location == PAGE


def test_lead_and_deputy_hear_at_once_and_nobody_else(app, carla, sign_in):
    """GRP-8"""
    asked()
    assert [rung(key) for key in ("wietske", "corrie")] == [1, 1]
    assert [rung(key) for key in ("dirk", "femke", "tjitske", "carla", "anna")] == [0] * 5
    for key in ("wietske", "corrie"):
        assert "Carla Cazemier van Polymeer Coevorden vraagt om mee te doen" in bell(sign_in(actor_named(key)))


def test_requests_stand_on_top_of_the_members_page_for_who_answers_them(app, carla, dirk, sign_in):
    """GRP-8: the lead, and the coordinator; a plain member sees none."""
    asked()
    for actor in (actor_named("wietske"), dirk):
        page = sign_in(actor).get(f"{PAGE}/members").text
        assert page.index(ANSWER) < page.index("Leden per bedrijf")
        assert "Toelaten" in page
        assert "Afwijzen met reden" in page
    member = sign_in(actor_named("tjitske")).get(f"{PAGE}/members").text
    assert ANSWER not in member
    assert "Toelaten" not in member


def test_what_was_read_on_the_members_page_rings_no_more(app, carla, sign_in):
    """NTF-12, GRP-8"""
    asked()
    browser = sign_in(actor_named("wietske"))
    browser.get(f"{PAGE}/members")
    line = db.session.scalars(select(Notification).where(Notification.person_id == person_named("wietske").id)).one()
    assert line.read_at is not None


def test_who_is_admitted_takes_part_and_hears_so(app, carla, sign_in):
    """GRP-8"""
    number = asked().id
    lead = sign_in(actor_named("wietske"))
    answer = lead.post(f"{PAGE}/requests/{number}/approve")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}/members")
    assert ANSWER not in lead.get(f"{PAGE}/members").text
    assert standing_in(actor_named("carla"), group_called("personeelsmobiliteit")).role is Role.MEMBER
    assert "U bent toegelaten: u neemt deel aan Personeelsmobiliteit" in bell(sign_in(carla))
    assert "Carla Cazemier van" not in bell(lead)


def test_declining_needs_a_reason_which_the_asker_reads(app, carla, sign_in):
    """GRP-9"""
    number = asked().id
    lead = sign_in(actor_named("wietske"))
    for reason in ("", "te kort", "x" * 501):
        answer = lead.post(f"{PAGE}/requests/{number}/decline", data={"reason": reason})
        assert answer.status_code == 422
        assert reason in answer.text
        assert f'id="reason-{number}"' in answer.text
    assert db.session.get_one(JoinRequest, number).state is RequestState.PENDING
    assert lead.post(f"{PAGE}/requests/{number}/decline", data={"reason": REASON}).status_code == 303
    browser = sign_in(carla)
    assert REASON in bell(browser)
    page = browser.get(PAGE).text
    assert REASON in page
    assert "U kunt het opnieuw vragen vanaf" in page
    assert f'href="{PAGE}/request"' not in page
    assert places("carla") == 0


def test_after_a_refusal_one_asks_again_after_thirty_days_and_not_before(app, carla, clock, sign_in):
    """GRP-9: and the text of who asks too soon is not lost."""
    service.decline_join_request(actor_named("wietske"), asked(), REASON)
    clock.forward(days=29, hours=23)
    answer = sign_in(carla).post(f"{PAGE}/request", data={"answer": ANSWER})
    assert answer.status_code == 409
    assert ANSWER in answer.text
    assert "U kunt het opnieuw vragen vanaf" in answer.text
    clock.forward(hours=1)
    assert asked().is_pending
    assert rung("wietske") == 2


def test_who_withdrew_asks_again_at_once(app, carla, sign_in):
    """GRP-9 is about refusals."""
    asked()
    browser = sign_in(carla)
    assert browser.post(f"{PAGE}/request/withdraw").status_code == 303
    lead = sign_in(actor_named("wietske"))
    assert ANSWER not in lead.get(f"{PAGE}/members").text
    assert "Carla Cazemier" not in bell(lead)
    assert browser.post(f"{PAGE}/request", data={"answer": ANSWER}).status_code == 303


@pytest.mark.parametrize("answer", ["", "kort", " " * 30, "x" * 501])
def test_a_question_answered_badly_comes_back_with_what_was_typed(app, carla, sign_in, answer):
    """GRP-8: 10 to 500 characters."""
    page = sign_in(carla).post(f"{PAGE}/request", data={"answer": answer})
    assert page.status_code == 422
    assert answer.strip() in page.text
    assert 'role="alert"' in page.text
    assert db.session.scalars(select(JoinRequest)).all() == []


def test_one_request_waits_and_a_second_says_so(app, carla, sign_in):
    """GRP-8: one pending per group and tie."""
    asked()
    answer = sign_in(carla).post(f"{PAGE}/request", data={"answer": "Nog eens, met andere woorden."})
    assert answer.status_code == 409
    assert "Nog eens, met andere woorden." in answer.text
    assert "U hebt dit al gevraagd" in answer.text


def test_who_asks_twice_at_one_moment_asked_once(app, carla):
    """GRP-8"""
    outcomes = together(app, *[lambda: asked()] * 2)
    assert sorted(isinstance(each, Conflict) for each in outcomes) == [False, True]
    assert len(db.session.scalars(select(JoinRequest)).all()) == 1


def test_of_two_who_approve_the_second_reads_when_and_nothing_is_sent_twice(app, carla, sign_in):
    """GRP-8, section 5: "Al toegelaten om 14:02"."""
    number = asked().id
    moment = app_clock.local(app_clock.now()).replace(hour=14, minute=2)
    with app_clock.stopped_at(moment):
        service.approve_join_request(actor_named("wietske"), db.session.get_one(JoinRequest, number))
        for action, sent in (("approve", {}), ("decline", {"reason": REASON})):
            answer = sign_in(actor_named("corrie")).post(f"{PAGE}/requests/{number}/{action}", data=sent)
            assert answer.status_code == 409
            assert "Al toegelaten om 14:02" in answer.text
    assert places("carla") == 1
    assert rung("carla", "join_answer") == 1
    assert db.session.get_one(JoinRequest, number).state is RequestState.APPROVED


def test_a_reason_far_too_long_for_one_that_is_answered_already_says_that_it_is_answered(app, carla, sign_in):
    """GRP-9, section 5"""
    number = asked().id
    service.approve_join_request(actor_named("wietske"), db.session.get_one(JoinRequest, number))
    answer = sign_in(actor_named("corrie")).post(f"{PAGE}/requests/{number}/decline", data={"reason": "x" * 5000})
    assert answer.status_code == 409
    assert "Al toegelaten" in answer.text


def test_of_two_answers_at_one_moment_one_counts(app, carla):
    """GRP-8: also of one that admits and one that declines."""
    number = asked().id

    def approve():
        service.approve_join_request(actor_named("wietske"), db.session.get_one(JoinRequest, number))

    def decline():
        service.decline_join_request(actor_named("corrie"), db.session.get_one(JoinRequest, number), REASON)

    outcomes = together(app, approve, decline)
    assert sorted(isinstance(each, Conflict) for each in outcomes) == [False, True]
    db.session.expire_all()
    assert places("carla") == (db.session.get_one(JoinRequest, number).state is RequestState.APPROVED)
    assert rung("carla", "join_answer") == 1


def test_the_coordinator_hears_after_five_days_and_once(app, carla, clock):
    """GRP-8"""
    asked()
    clock.forward(days=4, hours=23)
    follow_join_requests()
    assert rung("dirk") == 0
    clock.forward(hours=1)
    for _time in range(2):
        follow_join_requests()
    assert queries.requests_for_coordinators() == []
    assert rung("dirk") == 1
    assert rung("wietske") == 1


def test_the_coordinator_hears_at_once_where_nobody_leads(app, carla, dirk, sign_in):
    """GRP-8"""
    nobody_leads()
    asked()
    assert rung("dirk") == 1
    assert "Carla Cazemier van Polymeer Coevorden" in bell(sign_in(dirk))


def test_the_coordinator_hears_of_those_who_wait_when_the_last_who_leads_goes(app, carla):
    """GRP-8: within the minute of the clock's work."""
    asked()
    nobody_leads()
    assert rung("dirk") == 0
    follow_join_requests()
    assert rung("dirk") == 1


def test_a_request_that_nobody_answers_is_over_after_sixty_days_and_its_asker_hears(app, carla, clock, sign_in):
    """GRP-8"""
    number = asked().id
    clock.forward(days=59, hours=23)
    follow_join_requests()
    assert db.session.get_one(JoinRequest, number).is_pending
    clock.forward(hours=1)
    follow_join_requests()
    db.session.expire_all()
    assert db.session.get_one(JoinRequest, number).state is RequestState.EXPIRED
    assert "Niemand heeft uw aanvraag" in bell(sign_in(carla))
    with pytest.raises(Conflict):
        service.approve_join_request(actor_named("wietske"), db.session.get_one(JoinRequest, number))
    assert places("carla") == 0
    assert asked().is_pending


def test_nobody_asks_where_one_joins_at_once_takes_part_already_or_may_not_know(app, carla, gijs, emma, sign_in):
    """GRP-2, GRP-4, GRP-42"""
    for key, slug, can in (("carla", "energie", False), ("carla", "personeelsmobiliteit", True),
                           ("tjitske", "personeelsmobiliteit", False), ("gijs", "personeelsmobiliteit", False),
                           ("carla", "externe-veiligheid", False), ("emma", "externe-veiligheid", False)):  # fmt: skip
        assert can_ask_to_join(actor_named(key), group_called(slug)) is can, (key, slug)
    browser = sign_in(carla)
    secret, missing = (browser.post(f"/groups/{slug}/request", data={"answer": ANSWER})
                       for slug in ("externe-veiligheid", "bestaat-niet"))
    assert (secret.status_code, missing.status_code) == (404, 404)
    assert sign_in(gijs).get(f"{PAGE}/request").status_code == 404
    assert browser.get("/groups/energie/request").status_code == 403


def test_a_plain_member_answers_nobody_and_an_outsider_finds_nothing(app, carla, sign_in):
    """GRP-8"""
    number = asked().id
    for key, status in (("tjitske", 403), ("bram", 404), ("carla", 404)):
        browser = sign_in(actor_named(key))
        assert browser.post(f"{PAGE}/requests/{number}/approve").status_code == status
    with pytest.raises(Forbidden):
        service.approve_join_request(actor_named("tjitske"), db.session.get_one(JoinRequest, number))
    lead_of_another = sign_in(actor_named("anna"))
    assert lead_of_another.post(f"/groups/energie/requests/{number}/approve").status_code == 404


def test_who_asked_for_a_company_asks_nothing_any_more_once_that_is_over(app, carla, dirk, sign_in):
    """GRP-18, GRP-37"""
    number = asked().id
    accounts.end_tie(dirk, db.session.get_one(Tie, carla.tie_id))
    assert db.session.get_one(JoinRequest, number).state is RequestState.WITHDRAWN
    assert ANSWER not in sign_in(actor_named("wietske")).get(f"{PAGE}/members").text


def test_who_is_added_meanwhile_need_not_be_answered(app, carla):
    """GRP-8: "admitted" is what became of it, and one line under the bell says so."""
    number = asked().id
    service.add_member(actor_named("wietske"), group_called("personeelsmobiliteit"), person_named("carla"))
    assert db.session.get_one(JoinRequest, number).state is RequestState.APPROVED
    assert rung("carla", "join_answer") == 1


def test_a_group_that_becomes_confidential_has_never_been_asked_for(app, carla, clock, sign_in):
    """GRP-4: neither bell nor own data name it; a refusal of before is gone too."""
    service.decline_join_request(actor_named("wietske"), asked(), REASON)
    number = asked("anna").id
    group = group_called("personeelsmobiliteit")
    secret = GroupSettings(purpose=group.purpose, theme=Theme.MOBILITY, visibility=Visibility.CONFIDENTIAL)
    service.edit_group(actor_named("wietske"), group, secret, version=group.version)
    assert db.session.get_one(JoinRequest, number).state is RequestState.EXPIRED
    for key in ("carla", "anna", "dirk"):
        browser = sign_in(actor_named(key))
        pages = [browser.get(address).text for address in ("/notifications", "/groups", "/account/data")]
        assert [page for page in pages if "Personeelsmobiliteit" in page] == []
        own = take_out_own_data(actor_named(key), person_named(key))["join_requests"]
        assert "Personeelsmobiliteit" not in str(own)
        assert browser.get(PAGE).status_code == 404


def test_one_takes_out_what_one_asked(app, carla):
    """GRP-41"""
    asked()
    line = take_out_own_data(carla, db.session.get_one(Person, carla.id))["join_requests"][0]
    assert (line["group"], line["answer"], line["state"]) == ("Personeelsmobiliteit", ANSWER, "pending")


def test_a_deputy_coordinator_hears_too(app, carla):
    """GRP-8"""
    person_named("femke").office = Office.DEPUTY_COORDINATOR
    db.session.commit()
    nobody_leads()
    asked()
    assert (rung("dirk"), rung("femke")) == (1, 1)


def test_the_list_of_groups_asks_no_more_for_those_that_were_asked(app, carla, sign_in, count_statements):
    """architecture: a fixed number of queries."""
    browser = sign_in(carla)
    browser.get("/groups")
    with count_statements() as before:
        browser.get("/groups")
    asked()
    with count_statements() as after:
        browser.get("/groups")
    assert len(before) == len(after)


def test_words_of_the_answer_stand_on_the_page_as_they_were_typed(app, sign_in):
    """trust: no markup of the asker's."""
    service.ask_to_join(actor_named("carla"), group_called("personeelsmobiliteit"), "<b>Vet</b> & meer\ntweede regel")
    page = sign_in(actor_named("wietske")).get(f"{PAGE}/members").text
    assert re.search(r"<p>&lt;b&gt;Vet&lt;/b&gt; &amp; meer</p>\s*<p>tweede regel</p>", page)


def test_who_may_ask_again_is_told_by_the_moment_and_not_by_the_day(app, carla, clock):
    """GRP-9: to the second."""
    service.decline_join_request(actor_named("wietske"), asked(), REASON)
    request = queries.newest_request(group_called("personeelsmobiliteit").id, carla.tie_id)
    assert request.may_ask_again_at == request.answered_at + timedelta(days=30)


def as_it_becomes(visibility):
    group = group_called("personeelsmobiliteit")
    wider = GroupSettings(purpose=group.purpose, theme=Theme.MOBILITY, visibility=visibility)
    service.edit_group(actor_named("wietske"), group, wider, version=group.version)


def test_who_asked_joins_at_once_when_the_group_becomes_open_and_need_not_be_answered(app, carla, sign_in):
    """GRP-2, GRP-8"""
    number = asked().id
    as_it_becomes(Visibility.OPEN)
    browser = sign_in(actor_named("carla"))
    assert "Aanvraag intrekken" not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/request", data={"answer": ANSWER}).status_code == 403
    assert browser.post(f"{PAGE}/join").status_code == 303
    assert db.session.get_one(JoinRequest, number).state is RequestState.APPROVED
    assert rung("carla", "join_answer") == 0
    lead = sign_in(actor_named("wietske"))
    assert ANSWER not in lead.get(f"{PAGE}/members").text
    assert lead.post(f"{PAGE}/requests/{number}/approve").status_code == 409
    assert places("carla") == 1


def test_of_a_request_in_an_open_group_the_lead_can_still_say_yes(app, carla):
    """GRP-8: it was asked when that was the way."""
    number = asked().id
    as_it_becomes(Visibility.OPEN)
    service.approve_join_request(actor_named("wietske"), db.session.get_one(JoinRequest, number))
    assert places("carla") == 1


def test_in_an_archived_group_nobody_asks_or_answers_and_what_waits_can_be_taken_back(app, carla, clock, sign_in):
    """GRP-8: reading goes on, every change is over; the coordinator is not called to it."""
    number = asked().id
    group_called("personeelsmobiliteit").archived_at = app_clock.now()
    db.session.commit()
    lead = sign_in(actor_named("wietske"))
    assert "Toelaten" not in lead.get(f"{PAGE}/members").text
    for action, sent in (("approve", {}), ("decline", {"reason": REASON})):
        assert lead.post(f"{PAGE}/requests/{number}/{action}", data=sent).status_code == 403
    assert sign_in(actor_named("otto")).post(f"{PAGE}/request", data={"answer": ANSWER}).status_code == 403
    clock.forward(days=6)
    follow_join_requests()
    assert rung("dirk") == 0
    assert sign_in(actor_named("carla")).post(f"{PAGE}/request/withdraw").status_code == 303
    assert db.session.get_one(JoinRequest, number).state is RequestState.WITHDRAWN


def test_who_may_not_write_asks_nothing_and_answers_nobody_but_takes_back_and_is_admitted(app, carla, sign_in):
    """MOD-15, GRP-8: a silence is about writing, not about taking part."""
    number = asked().id
    for key in ("carla", "otto", "wietske"):
        silenced(key)
    assert sign_in(actor_named("otto")).post(f"{PAGE}/request", data={"answer": ANSWER}).status_code == 403
    lead = sign_in(actor_named("wietske"))
    assert lead.post(f"{PAGE}/requests/{number}/approve").status_code == 403
    browser = sign_in(actor_named("carla"))
    assert browser.post(f"{PAGE}/request/withdraw").status_code == 303
    assert browser.post(f"{PAGE}/request", data={"answer": ANSWER}).status_code == 403
    db.session.get_one(JoinRequest, number).state = RequestState.PENDING
    db.session.commit()
    service.approve_join_request(actor_named("corrie"), db.session.get_one(JoinRequest, number))
    assert places("carla") == 1


def test_who_moved_to_another_company_is_not_admitted_for_the_old_one(app, carla, dirk):
    """GRP-18: the place hangs on the tie."""
    number = asked().id
    accounts.end_tie(dirk, db.session.get_one(Tie, carla.tie_id))
    accounts.start_tie(None, person_named("carla"), company_of("anna"))
    with pytest.raises(Conflict):
        service.approve_join_request(actor_named("wietske"), db.session.get_one(JoinRequest, number))
    assert places("carla") == 0
    assert asked().is_pending  # for the new company

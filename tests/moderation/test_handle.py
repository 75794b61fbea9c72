"""Handling: one person at a time, never about one's own, always with a rule and a reason that the author reads."""

import re

import pytest
from sqlalchemy import func, select, text

from app.accounts.models import Office, Person, Sanction
from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.extensions import db
from app.groups import service as groups
from app.groups.models import Visibility
from app.groups.service import GroupSettings
from app.guard.models import Hiding
from app.moderation import queries, service
from app.moderation.models import Action, ActionKind, Case, CaseState, Desk, Reason
from app.moderation.policy import can_handle_case
from app.notifications.models import Channel, Preference, Sort
from app.notifications.service import mark_read
from tests.conftest import actor_named, reply, together
from tests.moderation.conftest import GROUND, WHY, appoint, bell, case_about, claimed, report
from tests.moderation.kinds import a_line_in_a_talk

FORMS = {"message": {}, "hide": {}, "silence": {"days": "3"}, "suspend": {"days": "3"}}


def count_of(model, *conditions):
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions))


def test_the_queue_says_what_lies_there_or_that_nothing_does(post, dirk, bram, sign_in):
    """Section 5"""
    browser = sign_in(dirk)
    assert "Er ligt niets. Goed zo." in browser.get("/moderation").text
    report("bram", post)
    page = browser.get("/moderation").text
    assert "Restwarmte in Emmen" in page
    assert "1 melding" in page
    assert sign_in(bram).get("/moderation").status_code == 404


def test_home_says_of_what_is_new_that_it_is_to_be_handled(case, dirk, sign_in):
    """HOM-15, glossary: "in behandeling" is what somebody has in hand."""
    page = sign_in(dirk).get("/").text
    assert re.search(r"Te behandelen meldingen</h2>.*?>nieuw</span>", page, re.DOTALL)
    assert "in behandeling" not in page
    service.claim_case(dirk, case)
    page = sign_in(dirk).get("/").text
    assert re.search(r"Te behandelen meldingen</h2>.*?>in behandeling</span>", page, re.DOTALL)


def test_the_case_shows_the_text_between_its_neighbours_and_what_was_done_before(thread, dirk, sign_in):
    """MOD-5: three posts before and after"""
    made = [reply(actor_named("otto"), thread, f"Zin nummer {number}.") for number in range(1, 9)]
    report("bram", made[3])
    case = claimed("dirk", made[3])
    service.send_message(dirk, case, WHY)
    service.close_case(dirk, case_about(made[3]), CaseState.SETTLED, "De schrijver weet het.")
    report("bram", made[4])
    page = sign_in(dirk).get(case_about(made[4]).link).text
    for number in (2, 3, 4, 5, 6, 7, 8):
        assert f"Zin nummer {number}." in page
    assert "Zin nummer 1." not in page
    assert GROUND["reason"] in page


def test_a_case_leads_to_its_text_where_its_handler_reads_it(case, post, dirk, sign_in):
    """decisions 36: no link to what is not there for them"""
    browser = sign_in(dirk)
    assert f'<a href="/posts/{post.id}">Op zijn plaats</a>' in browser.get(case.link).text
    post.thread.hidden_at = now()
    db.session.commit()
    assert "Op zijn plaats" not in browser.get(case.link).text


def test_neither_case_nor_log_leads_into_a_private_talk(dirk, sign_in):
    """decisions 36: the case shows that message alone, and the talk stays closed"""
    made = a_line_in_a_talk()
    service.file_report(actor_named(made.reader), made.kind, made.item, reason=Reason.CONDUCT)
    case = db.session.scalars(select(Case)).one()
    service.claim_case(dirk, case)
    service.send_message(dirk, case, WHY)
    browser = sign_in(dirk)
    for page in (case.link, "/moderation/log"):
        shown = browser.get(page).text
        assert WHY.reason in shown
        assert "Een bericht in een besloten gesprek" in shown
        assert "/talks/" not in shown


def test_of_two_who_claim_at_one_moment_one_has_the_case(app, post):
    """MOD-5, tests that matter 9"""
    report("mark", post)
    case_id = case_about(post).id

    def press(key):
        actor = actor_named(key)
        return lambda: service.claim_case(actor, queries.get_case(actor, case_id))

    answers = together(app, press("anna"), press("henk"), press("dirk"))
    assert len([each for each in answers if isinstance(each, Conflict | Forbidden | NotFound)]) == 2
    assert count_of(AuditEntry, AuditEntry.event == "CaseClaimed") == 1


def test_a_case_is_given_back_and_taken_by_another_with_its_notes(post, anna, sign_in):
    """MOD-5"""
    report("mark", post)
    browser = sign_in(anna)
    link = case_about(post).link
    assert browser.post(f"{link}/notes", data={"body": "Eerst bellen."}).status_code == 403
    assert browser.post(f"{link}/claim").status_code == 303
    assert browser.post(f"{link}/notes", data={"body": "Eerst bellen."}).status_code == 303
    assert sign_in(actor_named("henk")).post(f"{link}/claim").status_code == 409
    assert browser.post(f"{link}/give-back").status_code == 303
    assert sign_in(actor_named("henk")).post(f"{link}/claim").status_code == 303
    assert "Eerst bellen." in sign_in(actor_named("henk")).get(link).text
    assert not can_handle_case(actor_named("anna"), case_about(post))


@pytest.mark.parametrize("missing", [
    {"rule": ""}, {"rule": "0"}, {"rule": "99"}, {"reason": ""}, {"reason": "Te kort"}])  # fmt: skip
@pytest.mark.parametrize("name", FORMS)
def test_nothing_is_done_without_a_rule_and_a_reason(name, missing, case, post, dirk, sign_in):
    """MOD-8, tests that matter 1: 422, nothing changed, and the typed text comes back."""
    claimed("dirk", post)
    before = count_of(AuditEntry)
    browser = sign_in(dirk)
    sent = {**GROUND, **FORMS[name], **missing}
    answer = browser.post(f"{case.link}/{name}", data=sent)
    assert answer.status_code == 422
    assert sent["reason"] in answer.text
    assert (count_of(Action), count_of(Sanction), count_of(Hiding)) == (0, 0, 0)
    assert count_of(AuditEntry) == before + 1  # that Dirk signed in


@pytest.mark.parametrize("name", FORMS)
def test_with_them_it_is_done_and_written_down_once(name, case, post, dirk, sign_in):
    """MOD-8, MOD-29"""
    claimed("dirk", post)
    assert sign_in(dirk).post(f"{case.link}/{name}", data={**GROUND, **FORMS[name]}).status_code == 303
    action = db.session.scalars(select(Action)).one()
    assert (action.kind.value, action.rule, action.reason) == (name, 4, GROUND["reason"])
    assert count_of(AuditEntry, AuditEntry.event == "ActionTaken") == 1
    page = sign_in(actor_named("otto")).get(f"/account/actions/{action.id}").text
    for words in (GROUND["reason"], "de coördinator", "Met respect", "Wat een onzin", "Bezwaar maken"):
        assert words in page


def test_only_who_has_it_in_hand_acts_in_it(case, post, dirk, anna, sign_in):
    """MOD-5"""
    assert sign_in(dirk).post(f"{case.link}/hide", data=GROUND).status_code == 403
    assert sign_in(anna).post(f"{case.link}/hide", data=GROUND).status_code == 404
    claimed("dirk", post)
    appoint("ineke", Office.DEPUTY_COORDINATOR)
    assert sign_in(actor_named("ineke")).post(f"{case.link}/hide", data=GROUND).status_code == 403
    assert count_of(Hiding) == 0


@pytest.mark.parametrize("key", ["otto", "bram", "carla", "gijs", "femke"])
def test_author_reporter_and_everyone_else_find_no_case(key, case, sign_in):
    """MOD-2, MOD-7"""
    assert sign_in(actor_named(key)).get(case.link).status_code == 404


def test_nobody_handles_a_case_about_their_own_text_or_report(thread, dirk):
    """MOD-7"""
    appoint("ineke", Office.DEPUTY_COORDINATOR)
    own = reply(dirk, thread, "Van Dirk zelf.")
    report("bram", own)
    with pytest.raises(NotFound):
        queries.get_case(dirk, case_about(own).id)
    queries.get_case(actor_named("ineke"), case_about(own).id)
    other = reply(actor_named("otto"), thread, "Van Otto.")
    report("ineke", other)
    with pytest.raises(NotFound):
        queries.get_case(actor_named("ineke"), case_about(other).id)


def test_of_the_own_company_there_is_a_warning_and_a_mark(thread, sign_in):
    """MOD-7"""
    appoint("sander", Office.DEPUTY_COORDINATOR)  # of Otto's company
    post = reply(actor_named("otto"), thread, "Onzin.")
    report("bram", post)
    case = claimed("sander", post)
    browser = sign_in(actor_named("sander"))
    assert "eigen bedrijf" in browser.get(case.link).text
    browser.post(f"{case.link}/message", data=GROUND)
    assert db.session.scalars(select(Action)).one().is_own_company
    assert "eigen bedrijf" in browser.get("/moderation/log").text


@pytest.mark.parametrize(("name", "fields", "status"), [
    ("silence", {"days": "7"}, 303), ("silence", {"days": "30"}, 422), ("suspend", {"days": "3"}, 403)])  # fmt: skip
def test_a_chair_silences_for_a_week_at_most_and_suspends_nobody(name, fields, status, post, anna, sign_in):
    """Section 3"""
    report("mark", post)
    case = claimed("anna", post)
    answer = sign_in(anna).post(f"{case.link}/{name}", data={**GROUND, **fields})
    assert answer.status_code == status
    if status == 422:  # in its place, with what was typed
        assert 'id="act-silence" open' in answer.text
        assert f"{GROUND['reason']}</textarea>" in answer.text
    given = db.session.scalars(select(Sanction)).all()
    assert [sanction.group_id for sanction in given] == ([case.group_id] if status == 303 else [])


def test_a_chair_is_offered_no_more_than_a_week_and_a_coordinator_a_month(case, post, thread, anna, sign_in):
    """Section 3: no choice that is refused afterwards"""
    other = reply(actor_named("otto"), thread, "Nog meer onzin.")
    report("mark", other)
    for key, about, days in (("dirk", post, [1, 3, 7, 30]), ("anna", other, [1, 3, 7])):
        page = sign_in(actor_named(key)).get(claimed(key, about).link).text
        assert [number for number in (1, 3, 7, 30) if f'name="days" value="{number}"' in page] == days
    with pytest.raises(Forbidden):
        service.silence_author(anna, case_about(other), WHY, 30)


@pytest.mark.parametrize("fields", [{"days": ""}, {"days": "0"}, {"days": "91"}, {"days": "x"}])
def test_a_suspension_lasts_a_number_of_days_that_there_is(fields, case, post, dirk, sign_in):
    """Section 1"""
    claimed("dirk", post)
    assert sign_in(dirk).post(f"{case.link}/suspend", data={**GROUND, **fields}).status_code == 422
    assert count_of(Sanction) == 0


def test_a_coordinator_takes_a_case_over_from_a_group(post, dirk):
    """Section 3: cases of groups that are not confidential"""
    report("mark", post)
    assert claimed("dirk", post).desk is Desk.COORDINATOR
    with pytest.raises(NotFound):
        queries.get_case(actor_named("anna"), case_about(post).id)


@pytest.mark.parametrize(("name", "state", "words"), [
    ("settle", CaseState.SETTLED, "afgedaan"), ("reject", CaseState.REJECTED, "afgewezen")])  # fmt: skip
def test_whoever_reported_reads_how_it_ended(name, state, words, case, post, dirk, bram, sign_in):
    """MOD-2"""
    claimed("dirk", post)
    browser = sign_in(dirk)
    assert browser.post(f"{case.link}/{name}", data={"outcome": ""}).status_code == 422
    assert browser.post(f"{case.link}/{name}", data={"outcome": "Wij hebben gebeld."}).status_code == 303
    assert case_about(post).state is state
    page = sign_in(bram).get("/reports").text
    assert "Wij hebben gebeld." in page
    assert words in page
    assert "is behandeld" in sign_in(bram).get("/notifications").text
    assert sign_in(actor_named("carla")).get("/reports").text.count("Wij hebben gebeld.") == 0


def test_a_closed_case_is_closed_and_a_new_report_opens_another(case, post, dirk):
    """Section 1"""
    closed = claimed("dirk", post)
    service.close_case(dirk, closed, CaseState.REJECTED, "Er was niets mis mee.")
    with pytest.raises(Forbidden):
        service.hide_subject(dirk, case_about(post), WHY)
    report("carla", post)
    assert count_of(Case) == 2


def test_an_action_stays_as_it_was_written(case, post, dirk):
    """Section 1: append only, refused by the database"""
    service.send_message(dirk, claimed("dirk", post), WHY)
    for damage in ("UPDATE moderation_actions SET reason = 'Anders.'", "DELETE FROM moderation_actions"):
        with pytest.raises(Exception, match="what is written down stays"):
            db.session.execute(text(damage))
        db.session.rollback()
    assert db.session.scalars(select(Action.reason)).one() == WHY.reason


# A group that became confidential


def make_confidential(group):
    settings = GroupSettings(purpose=group.purpose, theme=group.theme, visibility=Visibility.CONFIDENTIAL)
    groups.edit_group(actor_named("anna"), group, settings, version=group.version)


def test_a_group_that_becomes_confidential_handles_its_running_cases_itself(post, energie, dirk, anna, sign_in):
    """MOD-6: also what a coordinator has in hand"""
    report("mark", post, Reason.COMPETITION)
    link = claimed("dirk", post).link
    make_confidential(energie)
    case = case_about(post)
    assert (case.desk, case.state, case.owner_id) == (Desk.LEAD, CaseState.OPEN, None)
    assert [bell(key, "case") for key in ("anna", "henk", "dirk")] == [1, 1, 0]
    assert sign_in(dirk).get(link).status_code == 404
    browser = sign_in(anna)
    assert browser.post(f"{link}/claim").status_code == 303
    assert browser.post(f"{link}/message", data=GROUND).status_code == 303


def test_what_the_chair_has_in_hand_stays_there_when_the_group_becomes_confidential(post, energie, anna):
    """MOD-6"""
    report("mark", post)
    claimed("anna", post)
    make_confidential(energie)
    assert (case_about(post).state, case_about(post).owner_id) == (CaseState.IN_HAND, anna.id)


def test_where_all_who_lead_such_a_group_have_a_part_in_it_the_case_is_a_number(thread, energie, femke, sign_in):
    """MOD-6, MOD-7: nobody reads it, nobody's bell rings"""
    appoint("jan", is_board=True)
    post = reply(actor_named("henk"), thread, "Een zin van Henk.")
    report("anna", post)
    claimed("dirk", post)
    make_confidential(energie)
    case = case_about(post)
    assert (case.desk, case.state, case.owner_id) == (Desk.BOARD, CaseState.OPEN, None)
    for key in ("anna", "henk", "dirk", "jan"):
        assert bell(key, "case") == 0
        assert sign_in(actor_named(key)).get(case.link).status_code == 404
    page = sign_in(femke).get("/admin").text
    assert "1 zaak" in page
    assert "Een zin van Henk" not in page


def test_an_objection_in_a_group_that_became_confidential_goes_to_who_leads_it(post, energie, dirk):
    """MOD-6: the coordinator who decided reads it no more, nor does another"""
    appoint("ineke", Office.DEPUTY_COORDINATOR)
    report("mark", post, Reason.COMPETITION)
    action = service.send_message(dirk, claimed("dirk", post), WHY)
    service.close_case(dirk, case_about(post), CaseState.SETTLED, "De schrijver weet het.")
    make_confidential(energie)
    service.file_objection(actor_named("otto"), action, "Dat was toch maar een grapje.")
    assert case_about(post).desk is Desk.LEAD
    assert [bell(key, "case") for key in ("anna", "henk", "dirk", "ineke")] == [1, 1, 0, 0]


# Objections


def test_an_objection_goes_to_someone_who_did_not_decide_and_when_upheld_it_is_undone(case, post, dirk, sign_in):
    """MOD-8, section 1"""
    service.hide_subject(dirk, claimed("dirk", post), WHY)
    service.close_case(dirk, case_about(post), CaseState.SETTLED, "De tekst is verborgen.")
    appoint("ineke", Office.DEPUTY_COORDINATOR)
    action = db.session.scalars(select(Action)).one()
    otto = sign_in(actor_named("otto"))
    address = f"/account/actions/{action.id}"
    assert otto.post(f"{address}/objection", data={"text": "Te kort."}).status_code == 422
    assert otto.post(f"{address}/objection", data={"text": "Rik vond het zelf een goede grap."}).status_code == 303
    assert otto.post(f"{address}/objection", data={"text": "Rik vond het zelf een goede grap."}).status_code == 409
    assert sign_in(actor_named("bram")).get(address).status_code == 404
    again = case_about(post)
    assert (again.state, again.desk) == (CaseState.OPEN, Desk.DEPUTY)
    assert sign_in(dirk).get(again.link).status_code == 404
    ineke = sign_in(actor_named("ineke"))
    ineke.post(f"{again.link}/claim")
    assert "Rik vond het zelf een goede grap." in ineke.get(again.link).text
    assert ineke.post(f"{again.link}/settle", data={"outcome": "Zonder besluit."}).status_code == 409
    objection = queries.open_objection_in(again)
    sent = {"decision": "upheld", "reason": "Het was een grap onder vrienden."}
    assert ineke.post(f"{again.link}/objections/{objection.id}", data={**sent, "reason": ""}).status_code == 422
    assert ineke.post(f"{again.link}/objections/{objection.id}", data=sent).status_code == 303
    assert count_of(Hiding) == 0
    assert count_of(Action, Action.kind == ActionKind.UNHIDE) == 1
    assert "Het was een grap onder vrienden." in otto.get(address).text


def test_an_objection_rings_again_for_who_was_told_of_the_case_before_and_not_for_who_decided(post, dirk):
    """NTF-13, section 7"""
    appoint("ineke", Office.COORDINATOR)
    report("bram", post)
    assert [bell(key, "case") for key in ("dirk", "ineke")] == [1, 1]
    action = service.send_message(dirk, claimed("dirk", post), WHY)
    service.close_case(dirk, case_about(post), CaseState.SETTLED, "De schrijver weet het.")
    service.file_objection(actor_named("otto"), action, "Dat was toch maar een grapje.")
    assert [bell(key, "case") for key in ("dirk", "ineke")] == [0, 1]


def test_a_report_never_brings_a_case_back_to_who_took_the_decision_that_somebody_objects_to(case, post, dirk):
    """MOD-7: Ineke, who was to decide, reports the text herself"""
    appoint("ineke", Office.COORDINATOR)
    appoint("jan", is_board=True)
    action = service.send_message(dirk, claimed("dirk", post), WHY)
    service.file_objection(actor_named("otto"), action, "Dat was toch maar een grapje.")
    claimed("ineke", post)
    report("ineke", post)
    assert (case_about(post).desk, case_about(post).state) == (Desk.BOARD, CaseState.OPEN)
    assert [bell(key, "case") for key in ("dirk", "ineke", "jan")] == [0, 0, 1]


def test_whoever_reported_hears_again_when_an_objection_changed_how_it_ended(case, post, dirk, bram):
    """MOD-2: the first line was read long ago"""
    service.hide_subject(dirk, claimed("dirk", post), WHY)
    service.close_case(dirk, case_about(post), CaseState.SETTLED, "De tekst is verborgen.")
    mark_read(bram)
    assert bell("bram", "report") == 0
    appoint("ineke", Office.DEPUTY_COORDINATOR)
    action = db.session.scalars(select(Action)).one()
    service.file_objection(actor_named("otto"), action, "Rik vond het zelf een goede grap.")
    again = claimed("ineke", post)
    service.decide_objection(actor_named("ineke"), again, queries.open_objection_in(again), upheld=True,
                             reason="Het was een grap onder vrienden.")  # fmt: skip
    service.close_case(actor_named("ineke"), case_about(post), CaseState.REJECTED, "Bij nader inzien was er niets.")
    assert bell("bram", "report") == 1


def test_after_fourteen_days_nobody_objects(case, post, dirk, clock, days):
    """Section 1"""
    action = service.send_message(dirk, claimed("dirk", post), WHY)
    clock.forward(days=14)
    with pytest.raises(Conflict):
        service.file_objection(actor_named("otto"), action, "Dat was toch maar een grapje.")


def test_who_is_suspended_hears_it_by_mail_whatever_they_chose(post, dirk, sign_in, outbox):
    """NTF section 2: a sanction goes at once; of anything else somebody who is suspended hears nothing."""
    for sort in Sort:
        db.session.add(Preference(person_id=post.author_id, sort=sort, channel=Channel.MAIL, is_on=False))
    db.session.commit()
    report("bram", post)
    case = claimed("dirk", post)
    assert sign_in(dirk).post(f"{case.link}/suspend", data={**GROUND, "days": "3"}).status_code == 303
    [letter] = [each for each in outbox() if each["To"] == db.session.get_one(Person, post.author_id).email]
    assert "U kunt een tijd niet schrijven" in letter["Subject"]
    assert letter["List-Unsubscribe"] is None

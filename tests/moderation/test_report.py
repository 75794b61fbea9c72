"""Reporting: one page and one press, to a desk where nobody has a part in it, and nobody hears who did."""

import pytest
from sqlalchemy import func, select

from app.accounts.models import Office, Person, Tie
from app.accounts.service import end_tie, start_tie
from app.core.errors import Forbidden, NotFound
from app.core.extensions import db
from app.directory import service as directory
from app.directory.models import Audience
from app.documents import service as documents
from app.moderation import queries, service
from app.moderation.models import Case, CaseState, Desk, Reason, Report
from app.notifications.models import Notification
from app.notifications.service import mark_read
from tests.conftest import actor_named, company_of, new_thread, person_named, reply, together
from tests.documents.conftest import text as page_text
from tests.moderation.conftest import appoint, bell, case_about, claimed, report


def rung(key, kind):
    """How many lines of this kind under their bell."""
    return db.session.scalar(select(func.count()).select_from(Notification).where(
        Notification.person_id == actor_named(key).id, Notification.kind == kind))  # fmt: skip


def say_of_oneself(actor, about):
    directory.change_card(actor, db.session.get_one(Person, actor.id), about=about, knows=[],
                          phone_shown=Audience.NOBODY, email_shown=Audience.GROUP)  # fmt: skip


def test_bram_reports_a_post_in_one_page_and_one_press_and_sees_what_becomes_of_it(post, bram, sign_in):
    """MOD-1, MOD-2"""
    browser = sign_in(bram)
    thread = browser.get(f"/posts/{post.id}", follow_redirects=True).text
    assert f"/reports/new?kind=post&amp;id={post.id}" in thread
    form = browser.get(f"/reports/new?kind=post&id={post.id}").text
    assert "Wat een onzin" in form
    assert form.count('type="radio" name="reason"') == 5
    sent = {"kind": "post", "id": str(post.id), "reason": "conduct", "text": "Onaardig."}
    answer = browser.post("/reports", data=sent)
    assert (answer.status_code, answer.location) == (303, "/reports")
    page = browser.get("/reports").text
    assert "nieuw" in page
    assert "Onaardig." in page


def test_one_does_not_report_ones_own_text_nor_see_a_way_to(post, sign_in):
    """MOD-7"""
    browser = sign_in(actor_named("otto"))
    assert f"kind=post&amp;id={post.id}" not in browser.get(f"/posts/{post.id}", follow_redirects=True).text
    assert browser.get(f"/reports/new?kind=post&id={post.id}").status_code == 403
    with pytest.raises(Forbidden):
        report("otto", post)


@pytest.mark.parametrize("sent", [{"reason": ""}, {"reason": "boredom"}, {"reason": "conduct", "text": "x" * 2_001}])
def test_a_report_that_is_refused_comes_back_with_what_was_typed(post, bram, sign_in, sent):
    """MOD-1"""
    data = {"kind": "post", "id": str(post.id), "text": "Dit had ik getypt.", **sent}
    answer = sign_in(bram).post("/reports", data=data)
    assert answer.status_code == 422
    assert data["text"] in answer.text
    assert case_about(post) is None


@pytest.mark.parametrize("sent", [
    {"kind": "post", "id": "x"}, {"kind": "cake", "id": "1"}, {"kind": "post", "id": "1"}, {}])  # fmt: skip
def test_what_is_not_there_cannot_be_reported(app, bram, sign_in, sent):
    """trust 1"""
    browser = sign_in(bram)
    assert browser.post("/reports", data={**sent, "reason": "conduct"}).status_code == 404
    assert browser.get("/reports/new", query_string=sent).status_code == 404


def test_in_a_confidential_group_there_is_no_report_and_outsiders_learn_of_nothing(secret_thread, sign_in):
    """decisions 36, GRP-4"""
    post = reply(actor_named("bert"), secret_thread)
    page = sign_in(actor_named("emma")).get(f"/posts/{post.id}", follow_redirects=True).text
    assert "/reports/new" not in page
    with pytest.raises(Forbidden):
        report("emma", post)
    with pytest.raises(NotFound):
        report("bram", post)


def test_reporting_again_gives_the_report_there_was_and_another_joins_the_case(post):
    """MOD-1: one per person and subject"""
    first, again, other = report("bram", post), report("bram", post, Reason.ADVERTISING), report("carla", post)
    assert first.id == again.id
    assert first.case_id == other.case_id
    assert db.session.scalar(select(func.count()).select_from(Report)) == 2


def test_a_profile_that_was_handled_and_then_rewritten_can_be_reported_again_by_the_same_member(dirk, bram, sign_in):
    """Section 1: one per person and subject, of which the version is a part"""
    otto, browser = actor_named("otto"), sign_in(bram)
    form, sent = f"/reports/new?kind=person&id={otto.id}", {"kind": "person", "id": str(otto.id), "reason": "conduct"}
    say_of_oneself(otto, "Rik is een sukkel.")
    browser.post("/reports", data=sent)
    say_of_oneself(otto, "Rik blijft een sukkel.")
    assert "U meldde dit op" in browser.get(form).text  # the case of the first runs still
    browser.post("/reports", data=sent)
    case = db.session.scalars(select(Case)).one()
    service.claim_case(dirk, case)
    service.close_case(dirk, case, CaseState.SETTLED, "De schrijver verbetert het.")
    say_of_oneself(otto, "Rik is een grote sukkel.")
    page = browser.get(form).text
    assert "U meldde dit op" not in page
    assert "Rik is een grote sukkel." in page
    assert browser.post("/reports", data=sent).status_code == 303
    cases = db.session.scalars(select(Case).order_by(Case.id))
    assert [each.state for each in cases] == [CaseState.SETTLED, CaseState.OPEN]
    assert db.session.scalars(select(Report.subject_version).order_by(Report.id)).all() == [1, 3]


def test_a_function_that_was_handled_and_then_rewritten_can_be_reported_again_by_the_same_member(dirk, bram, sign_in):
    """Section 1: the function is among what is reported, and changes with the tie, the card or not"""
    otto, person = actor_named("otto"), person_named("otto")
    company, form = company_of("otto"), f"/reports/new?kind=person&id={otto.id}"
    first = service.file_report(bram, "person", otto.id, reason=Reason.CONDUCT)
    service.claim_case(dirk, first.case)
    service.close_case(dirk, first.case, CaseState.SETTLED, "De schrijver verbetert het.")
    assert "U meldde dit op" in sign_in(bram).get(form).text
    end_tie(dirk, db.session.get_one(Tie, otto.tie_id))
    start_tie(dirk, person, company, function="baas van de sukkel Rik")
    again = service.file_report(actor_named("bram"), "person", otto.id, reason=Reason.CONDUCT)
    assert again.id != first.id
    assert again.case.text == "baas van de sukkel Rik"


def test_a_text_that_stayed_as_it_was_is_not_reported_again_by_the_same_member(post, dirk, bram, sign_in):
    """MOD-1: also after its case was closed"""
    first = report("bram", post)
    service.close_case(dirk, claimed("dirk", post), CaseState.REJECTED, "Er was niets mis mee.")
    assert report("bram", post).id == first.id
    assert "U meldde dit op" in sign_in(bram).get(f"/reports/new?kind=post&id={post.id}").text


def test_ten_people_who_report_at_one_moment_make_one_case(app, post):
    """MOD-5: at most one open case per subject"""
    keys = ("anna", "bram", "carla", "mark", "jan", "rik", "henk", "harm")
    post_id = post.id

    def press(key):
        return lambda: service.file_report(actor_named(key), "post", post_id, reason=Reason.CONDUCT)

    answers = together(app, *(press(key) for key in keys))
    assert not [each for each in answers if isinstance(each, Exception)]
    assert db.session.scalar(select(func.count()).select_from(Case)) == 1
    assert db.session.scalar(select(func.count()).select_from(Report)) == len(keys)


def test_the_case_keeps_the_version_that_was_reported(anna, energie, sign_in, dirk):
    """MOD-5, section 6"""
    page = documents.add_page(actor_named("jan"), energie, None, "Jaarplan", page_text("Onzin over Rik."))
    service.file_report(actor_named("bram"), "document", page.id, reason=Reason.CONDUCT)
    documents.edit_page(actor_named("jan"), page, page_text("Niets over Rik."), base_version=1)
    case = db.session.scalars(select(Case)).one()
    assert (case.subject_version, case.text) == (1, "Onzin over Rik.")
    shown = sign_in(dirk).get(case.link).text
    assert "Onzin over Rik." in shown
    assert "na de melding gewijzigd" in shown


# Desks


@pytest.mark.parametrize(("author", "reporter", "reason", "desk"), [
    ("otto", "mark", Reason.CONDUCT, Desk.LEAD),  # neither is of the chair's nor the deputy's company
    ("otto", "mark", Reason.COMPETITION, Desk.COORDINATOR),
    ("anna", "mark", Reason.CONDUCT, Desk.COORDINATOR),  # the chair wrote it
    ("otto", "anna", Reason.CONDUCT, Desk.COORDINATOR),  # the chair reported it
    ("henk", "mark", Reason.CONDUCT, Desk.COORDINATOR),  # the deputy wrote it
    ("bram", "mark", Reason.CONDUCT, Desk.COORDINATOR),  # a colleague of the chair wrote it
    ("otto", "bram", Reason.CONDUCT, Desk.COORDINATOR),  # a colleague of the chair reported it
    ("dirk", "mark", Reason.COMPETITION, Desk.DEPUTY),  # about the coordinator
    ("otto", "dirk", Reason.COMPETITION, Desk.DEPUTY),
])  # fmt: skip
def test_a_report_goes_past_everyone_who_has_a_part_in_it(author, reporter, reason, desk, thread):
    """MOD-3"""
    appoint("ineke", Office.DEPUTY_COORDINATOR)
    post = reply(actor_named(author), thread)
    report(reporter, post, reason)
    assert case_about(post).desk is desk


def test_without_anyone_free_of_it_the_case_waits_at_the_board_and_the_administrator_sees_a_number(
    thread, femke, sign_in
):
    """MOD-3, section 6"""
    post = reply(actor_named("dirk"), thread, "Een zin van Dirk.")
    report("bram", post)
    assert case_about(post).desk is Desk.BOARD
    page = sign_in(femke).get("/admin").text
    assert "1 zaak" in page
    assert "Een zin van Dirk" not in page
    appoint("jan", is_board=True)
    assert sign_in(actor_named("jan")).get(case_about(post).link).status_code == 200


def test_a_report_about_competition_takes_the_case_away_from_the_group(post):
    """MOD-3: also when the chair has it in hand"""
    report("mark", post)
    claimed("anna", post)
    report("rik", post, Reason.COMPETITION)
    case = case_about(post)
    assert (case.desk, case.state, case.owner_id) == (Desk.COORDINATOR, CaseState.OPEN, None)
    with pytest.raises(NotFound):
        queries.get_case(actor_named("anna"), case.id)


def test_the_bell_rings_at_the_desk_and_at_the_end_with_the_reporter(post, clock):
    """MOD-3, MOD-2"""
    report("mark", post)
    assert [rung(key, "case") for key in ("anna", "henk", "dirk", "bram", "otto", "mark")] == [1, 1, 0, 0, 0, 0]
    case = claimed("anna", post)
    service.close_case(actor_named("anna"), case, CaseState.SETTLED, "Besproken met de schrijver.")
    assert rung("mark", "report") == 1


def test_the_line_goes_from_the_bells_of_a_desk_that_the_case_left(post):
    """NTF-13"""
    report("mark", post)
    assert [bell(key, "case") for key in ("anna", "henk", "dirk")] == [1, 1, 0]
    report("rik", post, Reason.COMPETITION)
    assert [bell(key, "case") for key in ("anna", "henk", "dirk")] == [0, 0, 1]


def test_the_line_goes_from_the_bells_of_a_group_whose_case_a_coordinator_takes_over(post):
    """NTF-13"""
    report("mark", post)
    claimed("dirk", post)
    assert [bell(key, "case") for key in ("anna", "henk")] == [0, 0]


def test_a_case_that_a_coordinator_took_over_and_gives_back_rings_for_the_others_at_that_desk(post):
    """NTF-13: the line was that of the group until then"""
    appoint("ineke", Office.COORDINATOR)
    report("mark", post)
    service.give_back_case(actor_named("dirk"), claimed("dirk", post))
    assert [bell(key, "case") for key in ("anna", "henk", "dirk", "ineke")] == [0, 0, 0, 1]


def test_a_case_that_the_chair_gives_back_rings_again_for_the_deputy_who_read_of_it(post):
    """NTF-13"""
    report("mark", post)
    mark_read(actor_named("henk"))
    service.give_back_case(actor_named("anna"), claimed("anna", post))
    assert [bell(key, "case") for key in ("anna", "henk", "dirk")] == [0, 1, 0]


def test_a_closed_case_rings_at_no_desk(post):
    """NTF-13"""
    report("mark", post)
    service.close_case(actor_named("anna"), claimed("anna", post), CaseState.SETTLED, "Besproken met de schrijver.")
    assert [bell(key, "case") for key in ("anna", "henk")] == [0, 0]


def test_for_who_reports_a_text_that_lies_at_their_own_desk_the_line_goes(post):
    """NTF-13, MOD-7"""
    appoint("ineke", Office.COORDINATOR)
    report("bram", post)
    assert [bell(key, "case") for key in ("dirk", "ineke")] == [1, 1]
    report("ineke", post)
    assert [bell(key, "case") for key in ("dirk", "ineke")] == [1, 0]


def test_who_has_a_case_in_hand_and_reports_the_same_text_leaves_it_to_a_colleague(post):
    """MOD-7"""
    appoint("ineke", Office.COORDINATOR)
    report("bram", post)
    claimed("dirk", post)
    mark_read(actor_named("ineke"))
    report("dirk", post)
    case = case_about(post)
    assert (case.desk, case.state, case.owner_id) == (Desk.COORDINATOR, CaseState.OPEN, None)
    assert [bell(key, "case") for key in ("dirk", "ineke")] == [0, 1]
    assert claimed("ineke", post).owner_id == actor_named("ineke").id


# Who reported is nowhere


def test_who_reported_is_told_to_the_coordinator_and_to_nobody_else(thread, sign_in):
    """MOD-2, tests that matter 8: author, chair, members, log and export."""
    post = reply(actor_named("otto"), thread, "Wat een onzin.")
    report("mark", post, Reason.COMPETITION, text="Zie de tweede zin.")
    case = claimed("dirk", post)
    assert "Mark" in sign_in(actor_named("dirk")).get(case.link).text
    service.hide_subject(actor_named("dirk"), case, service.Ground(1, "Over prijzen spreken wij niet."))
    service.close_case(actor_named("dirk"), case_about(post), CaseState.SETTLED, "De tekst is verborgen.")
    other = reply(actor_named("otto"), thread, "Nog meer onzin.")
    report("mark", other)  # at the desk of the chair, who sees the case and not who reported
    name = actor_named("mark").name
    pages = ["/", "/notifications", "/reports", "/moderation", "/moderation?filter=closed", case_about(other).link,
             "/moderation/log", "/moderation/log/export", "/account/actions", case.link, "/groups/energie/threads",
             thread.link, "/account"]  # fmt: skip
    for key in ("otto", "anna", "henk", "bram", "femke", "dirk"):
        browser = sign_in(actor_named(key))
        for page in pages:
            if key == "dirk" and page in (case.link,):
                continue
            answer = browser.get(page, follow_redirects=True)
            assert name not in answer.text, (key, page)
            assert answer.status_code in (200, 404), (key, page)
        taken = browser.post("/account/data").text
        assert name not in taken, key
    assert sign_in(actor_named("anna")).get(case_about(other).link).status_code == 200
    assert name in sign_in(actor_named("dirk")).get(case.link).text  # so that the search finds something


def test_no_event_in_the_log_says_who_reported(case, bram):
    """MOD-2, MOD-29"""
    from app.audit.models import AuditEntry

    filed = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "ReportFiled")).one()
    assert filed.actor_id is None
    assert str(bram.id) not in str(filed.details)


def test_the_way_to_report_stands_at_documents_too(anna, energie, bram, sign_in):
    """MOD-1"""
    page = documents.add_page(anna, energie, None, "Jaarplan", page_text("Wij delen warmte."))
    assert f"/reports/new?kind=document&amp;id={page.id}" in sign_in(bram).get(page.link).text
    assert "/reports/new" not in sign_in(anna).get(page.link).text


def test_a_whole_thread_can_be_reported_for_its_title(bram, energie, sign_in):
    """MOD-1"""
    made = new_thread(actor_named("otto"), energie, "Rik is een sukkel", "Vind ik.")
    service.file_report(bram, "thread", made.id, reason=Reason.CONDUCT)
    assert f"/reports/new?kind=thread&amp;id={made.id}" in sign_in(bram).get(made.link).text

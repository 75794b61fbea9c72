"""Whatever the bell says of, who reads it in its place need not press anything: the line counts no more."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.accounts import service as accounts
from app.accounts.models import Company, CompanyState, Tie
from app.accounts.service import change_company_state, end_tie
from app.announcements import service as announcements
from app.core.clock import now
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.directory import service as directory
from app.directory.models import Capability
from app.discussions.models import ReactionKind, ThreadKind
from app.discussions.queries import first_post
from app.discussions.service import NewThread, react_to_post, start_thread
from app.documents import service as documents
from app.groups import service as groups
from app.invitations import service as invitations
from app.marketplace import service as market
from app.marketplace.models import Listing
from app.meetings import service as meetings
from app.meetings.models import Answer, Via
from app.meetings.queries import items_of
from app.moderation import queries as cases
from app.moderation import service as moderation
from app.moderation.models import Case, CaseState, Reason
from app.notifications import queries, service
from app.notifications.models import Level, Sort
from tests.conftest import actor_named, company_called, group_called, new_thread, person_named, reply, written
from tests.directory.conftest import VEZELWERK, about, claim
from tests.documents.conftest import text as page_text
from tests.invitations.conftest import invite, plan_for
from tests.marketplace.conftest import NEXT_MONTH, draft, place_draft, placed, with_setting
from tests.meetings.conftest import come_in, plan_published, times
from tests.moderation.conftest import WHY

REASON = "Dit staat al op de lijst."


def a_reply():
    thread = new_thread(actor_named("anna"), group_called("energie"))
    reply(actor_named("bram"), thread)
    return "anna"


def an_answer():
    """To who asked."""
    new = NewThread(title="Vraag", kind=ThreadKind.QUESTION)
    asked = start_thread(actor_named("anna"), group_called("energie"), new, written("Wie weet het?"))
    reply(actor_named("bram"), asked)
    return "anna"


def a_new_thread():
    service.choose_level(actor_named("bram"), group_called("energie").scope, Level.NEW_THREADS)
    new_thread(actor_named("anna"), group_called("energie"))
    return "bram"


def told_to_all(kind, **more):
    dirk = actor_named("dirk")
    plan = announcements.Plan(kind=kind, audience=announcements.Audience.ALL, title="Stroomstoring", body_md="Let op.",
                              body_html="<p>Let op.</p>", **more)  # fmt: skip
    made = announcements.write_announcement(dirk, plan)
    announcements.send_announcement(dirk, made)
    db.session.execute(update(announcements.Announcement).values(send_at=now()))
    db.session.commit()
    announcements.send_if_due(made.id)
    return "bram"


def a_board_announcement():
    return told_to_all(announcements.Kind.BOARD, reason=announcements.Reason.SAFETY)


def news_for_all():
    return told_to_all(announcements.Kind.NEWS)


def mail_that_was_stopped():
    service.stop(service.Stopping(actor_named("anna").id, Sort.NAMED.value, "talk:5"))
    return "anna"


def a_mention():
    thread = new_thread(actor_named("anna"), group_called("energie"))
    reply(actor_named("anna"), thread, "@Bram Boelens weet het.", mentions=[actor_named("bram").id])
    return "bram"


def a_reaction():
    thread = new_thread(actor_named("anna"), group_called("energie"))
    react_to_post(actor_named("bram"), first_post(thread), ReactionKind.THANKS)
    return "anna"


def a_version():
    page = documents.add_page(actor_named("anna"), group_called("energie"), None, "Jaarplan", page_text("Stoom."))
    documents.edit_page(actor_named("bram"), page, page_text("Koude."), base_version=1)
    return "anna"


def a_document_without_keeper():
    documents.add_page(actor_named("bram"), group_called("energie"), None, "Plan", page_text("Stoom."))
    end_tie(actor_named("dirk"), db.session.get_one(Tie, actor_named("bram").tie_id))
    return "anna"


def a_meeting():
    plan_published(actor_named("anna"), group_called("energie"))
    return "bram"


def a_change_of_its_agenda():
    meeting = plan_published(actor_named("anna"), group_called("energie"))
    meetings.move_item(actor_named("anna"), items_of(meeting)[1], steps=-1, reason="Dit moet eerst.")
    return "bram"


def another_time():
    meeting = plan_published(actor_named("anna"), group_called("energie"))
    meetings.move_meeting(actor_named("anna"), meeting, times(days=30), reason="De zaal is bezet.")
    return "bram"


def its_end():
    meeting = plan_published(actor_named("anna"), group_called("energie"))
    meetings.cancel_meeting(actor_named("anna"), meeting, reason="De zaal is bezet.")
    return "bram"


def its_begin(clock):
    anna, bram = actor_named("anna"), actor_named("bram")
    meeting = plan_published(anna, group_called("energie"))
    meetings.answer_invitation(bram, meeting, Answer.YES, Via.ONLINE)
    clock.set(meeting.starts_at - timedelta(minutes=5))
    for actor in (anna, bram):
        come_in(actor, meeting)
    meetings.open_meeting(anna, meeting)
    return "bram"


def a_listing_that_waits():
    with_setting("all")
    place_draft(actor_named("bram"), draft(actor_named("bram")))
    return "dirk"


def an_answer_of_who_judges():
    a_listing_that_waits()
    made = db.session.query(Listing).one()
    market.decline_listing(actor_named("dirk"), made, version=made.version, reason="other", body="Te weinig gezegd.")
    return "bram"


def a_listing_whose_company_ends():
    values = {"deadline": NEXT_MONTH, "market_share": "up_to_15"}
    shown = placed(actor_named("anna"), "joint_purchase", values=values)
    market.take_part(actor_named("carla"), shown)
    company = db.session.get_one(Company, actor_named("anna").company_id)
    change_company_state(actor_named("dirk"), company, CompanyState.SUSPENDED)
    return "carla"


def a_message_in_a_talk():
    market.open_talk(actor_named("carla"), placed(actor_named("bram")), "Hoeveel is er nog?")
    return "bram"


def a_page_changed_by_another():
    directory.describe_company(actor_named("dirk"), company_called(VEZELWERK), about(), version=0, reason=REASON)
    return "anna"


def a_term_that_waits():
    claim(actor_named("anna"), "plasma behandelen")
    return "dirk"


def a_term_that_is_declined():
    claim(actor_named("anna"), "plasma behandelen")
    term = db.session.query(Capability).filter_by(term="plasma behandelen").one()
    directory.decline_capability(actor_named("dirk"), term, REASON)
    return "anna"


def a_case():
    """By Otto in a group that Anna leads."""
    thread = new_thread(actor_named("anna"), group_called("energie"))
    post = reply(actor_named("otto"), thread, "Wat een onzin.")
    moderation.file_report(actor_named("mark"), "post", post.id, reason=Reason.CONDUCT)
    return "anna"


def in_hand(key):
    case = cases.get_case(actor_named(key), db.session.query(Case).one().id)
    moderation.claim_case(actor_named(key), case)
    return case


def the_end_of_a_report():
    a_case()
    moderation.close_case(actor_named("anna"), in_hand("anna"), CaseState.SETTLED, "Wij spraken de schrijver.")
    return "mark"


def something_done_about_a_text():
    a_case()
    moderation.hide_subject(actor_named("anna"), in_hand("anna"), WHY)
    return "otto"


def a_decision_about_an_objection():
    a_case()
    action = moderation.hide_subject(actor_named("anna"), in_hand("anna"), WHY)
    objection = moderation.file_objection(actor_named("otto"), action, "Dat was toch maar een grapje.")
    moderation.decide_objection(actor_named("dirk"), in_hand("dirk"), objection, upheld=False, reason=WHY.reason)
    return "otto"


def a_request_to_take_part():
    groups.ask_to_join(actor_named("carla"), group_called("personeelsmobiliteit"), "Wij zoeken lassers.")
    return "wietske"


def an_answer_to_who_asked():
    request = groups.ask_to_join(actor_named("carla"), group_called("personeelsmobiliteit"), "Wij zoeken lassers.")
    groups.decline_join_request(actor_named("wietske"), request, "Wij zijn met genoeg.")
    return "carla"


def an_address_in_use_elsewhere():
    invite(actor_named("anna"), email="carla@brink.example")
    return "dirk"


def a_new_invitation_that_is_asked():
    anna = actor_named("anna")
    company = db.session.get_one(Company, anna.company_id)
    made, token = invitations.note_invitation(anna, company, plan_for())
    invitations.revoke_invitations(anna, company, [made.id])
    invitations.ask_new_invitation(token)
    return "anna"


def a_second_step():
    anna, person = actor_named("anna"), person_named("anna")
    factor = accounts.begin_second_step(anna, person)
    accounts.confirm_second_step(anna, person, factor, accounts.present_code(factor))
    return "anna"


def a_company_without_contact():
    end_tie(actor_named("dirk"), db.session.get_one(Tie, actor_named("anna").tie_id))
    return "dirk"


LINES = {
    "reply": a_reply, "answer": an_answer, "thread": a_new_thread, "stopped": mail_that_was_stopped,
    "announcement": a_board_announcement, "news": news_for_all,
    "mention": a_mention, "reaction": a_reaction, "document_version": a_version,
    "document_keeper": a_document_without_keeper,
    "meeting_announced": a_meeting, "agenda_amended": a_change_of_its_agenda, "meeting_moved": another_time,
    "meeting_cancelled": its_end, "meeting_opened": its_begin, "listing": an_answer_of_who_judges,
    "listing_waiting": a_listing_that_waits, "listing_paused": a_listing_whose_company_ends,
    "company_without_contact": a_company_without_contact,
    "talk": a_message_in_a_talk, "company_page_changed": a_page_changed_by_another,
    "capability_proposed": a_term_that_waits, "capability_declined": a_term_that_is_declined, "case": a_case,
    "report": the_end_of_a_report, "action": something_done_about_a_text, "objection": a_decision_about_an_objection,
    "join_request": a_request_to_take_part, "join_answer": an_answer_to_who_asked,
    "invitation_clash": an_address_in_use_elsewhere, "invitation_asked": a_new_invitation_that_is_asked,
    "second_step": a_second_step,
}  # fmt: skip


def unread(key, kind):
    """The lines of this kind that the person sees and has counted."""
    actor = actor_named(key)
    return [line for line in queries.lines(actor, scopes_of(actor), unread_only=True) if line.kind == kind]


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.slow
def test_reading_the_place_clears_its_line(kind, sign_in, clock):
    """NTF-12: a page that a browser fetched ahead, and a mere look whether it is there, are no reading."""
    make = LINES[kind]
    key = make(clock) if make is its_begin else make()
    [line] = unread(key, kind)
    browser, url = sign_in(actor_named(key)), service.shown_as(kind, [line.item])[line.item].url
    browser.head(url, follow_redirects=True)
    browser.get(url, headers={"Sec-Purpose": "prefetch"}, follow_redirects=True)
    assert unread(key, kind) == [line]

    assert browser.get(url, follow_redirects=True).status_code == 200

    assert unread(key, kind) == []


def test_the_lines_of_other_places_still_ring(sign_in):
    """NTF-12"""
    first, other = (plan_published(actor_named("anna"), group_called("energie"), title=title) for title in "AB")
    sign_in(actor_named("bram")).get(first.link)
    assert [line.item for line in unread("bram", "meeting_announced")] == [other.id]
    assert unread("carla", "meeting_announced") == []
    assert len(unread("otto", "meeting_announced")) == 2


def test_every_kind_of_line_has_a_place_where_it_is_read(app):
    """NTF-12: a new kind stands in the table above."""
    assert set(LINES) == set(service.kinds())

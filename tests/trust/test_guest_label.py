"""Beside the name of a guest stands the word and the organisation, under every text, also after they left (GRP-44)."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import Actor, Tie
from app.accounts.service import end_tie
from app.core.clock import now
from app.core.extensions import db
from app.discussions import queries as threads
from app.discussions.models import ReactionKind, Settlement, Summary, Thread
from app.discussions.service import NewThread, edit_post, react_to_post, rename_thread
from app.documents import service as documents
from app.documents.models import Document, VersionAuthor
from app.groups.queries import leads_of
from app.meetings import service as meetings
from app.meetings.models import Answer, Meeting, Via
from app.moderation import service as moderation
from app.moderation.models import Case, Reason
from app.moderation.queries import get_case
from tests.conftest import actor_named, company_of, group_called, new_thread, reply, words_of, written
from tests.documents.conftest import text
from tests.meetings.conftest import come_in, end_items, plan_published

WORD = "folieproef"


@pytest.fixture
def organisation(app):
    return company_of("gijs").name


@pytest.fixture
def places(app, clock):
    """What Gijs wrote, or what stands under his name, and the addresses where others read it."""
    gijs, bram, innovatie = actor_named("gijs"), actor_named("bram"), group_called("innovatie")
    thread = new_thread(gijs, innovatie, f"Een {WORD}", "Wie heeft dit gedaan?")
    first = threads.first_post(thread)
    clock.forward(minutes=20)  # from then on others saw the first text
    edit_post(actor_named("gijs"), first, written("Wie heeft dit al gedaan?"), version=1)
    rename_thread(gijs, db.session.get_one(Thread, thread.id), NewThread(title=f"Een {WORD} met zetmeel"), version=1)
    react_to_post(gijs, reply(bram, db.session.get_one(Thread, thread.id), "Wij."), ReactionKind.THANKS)
    answered = new_thread(bram, innovatie, "Nog een vraag", "Wie weet dit?")
    reply(gijs, answered, "Ik weet het.")
    thread = db.session.get_one(Thread, thread.id)
    by = {"created_by": gijs.tie_id}
    for number in (1, 2):
        db.session.add(Summary(thread_id=thread.id, number=number, body_md="Kort.", body_html="<p>Kort.</p>",
                               up_to_position=1, **by))  # fmt: skip
    db.session.add(Settlement(thread_id=thread.id, body="Gelukt.", position=2, **by))
    thread.summarized_at = thread.settled_at = now()
    db.session.commit()
    page = documents.add_page(bram, innovatie, None, "Jaarplan folie", text("Zetmeel."))
    db.session.execute(update(Document).where(Document.id == page.id).values(
        changed_by=gijs.tie_id, keeper_id=gijs.tie_id))  # fmt: skip
    db.session.execute(update(VersionAuthor).values(tie_id=gijs.tie_id))
    db.session.commit()
    lead = leads_of(innovatie.id)[0]
    meeting = plan_published(Actor.of_person(lead), innovatie)
    meetings.answer_invitation(gijs, meeting, Answer.YES, Via.ONLINE)
    planned = meeting.id
    clock.set(meeting.starts_at - timedelta(minutes=5))
    for person_id in (gijs.id, lead):
        come_in(Actor.of_person(person_id), db.session.get_one(Meeting, planned))
    meeting = db.session.get_one(Meeting, planned)
    meetings.open_meeting(Actor.of_person(lead), meeting)
    meetings.say(actor_named("gijs"), meeting, "Goedemiddag.")
    end_items(meeting)
    meetings.close_meeting(Actor.of_person(lead), db.session.get_one(Meeting, planned))
    moderation.file_report(actor_named("bram"), "post", first.id, reason=Reason.CONDUCT)
    case = db.session.scalars(select(Case)).one()
    moderation.claim_case(actor_named("dirk"), get_case(actor_named("dirk"), case.id))
    reacted = threads.posts_on_page(actor_named("bram"), db.session.get_one(Thread, thread.id), 1)[1].id
    return {
        "thread": f"/threads/{thread.id}?page=1", "fragment": f"/threads/{thread.id}?after=0",
        "history of a post": f"/posts/{first.id}/history", "history of a thread": f"/threads/{thread.id}/history",
        "history of a summary": f"/threads/{thread.id}/summary/history", "reactions": f"/posts/{reacted}/reactions",
        "quote": f"/posts/{first.id}/quote", "document": f"/documents/{page.id}",
        "history of a document": f"/documents/{page.id}/history", "documents": "/groups/innovatie/documents",
        "meeting": f"/meetings/{planned}", "transcript": f"/meetings/{planned}/transcript",
        "minutes": f"/meetings/{planned}/minutes",
        "case": f"/moderation/{case.id}", "search": f"/search?q={WORD}", "room": f"/meetings/{planned}/events?after=0",
    }  # fmt: skip


def without_label(page, organisation):
    """Where the organisation stands without the word before it; choices of a form are no names under texts."""
    words = words_of(re.sub(r"(?s)<(select|title|head)\b.*?</\1>", "", page))
    return re.findall(f".{{0,60}}(?<!gast · ){re.escape(organisation)}.{{0,20}}", words)


@pytest.mark.parametrize("when", ["while they take part", "after they left"])
def test_every_text_of_a_guest_carries_the_label(places, organisation, sign_in, when):
    """GRP-44"""
    if when == "after they left":
        end_tie(actor_named("dirk"), db.session.get_one(Tie, actor_named("gijs").tie_id))
    bram, dirk, wrong = sign_in(actor_named("bram")), sign_in(actor_named("dirk")), {}
    for name, address in places.items():
        headers = {"HX-Request": "true"} if name == "fragment" else {}
        browser = dirk if name == "case" else bram
        answer = browser.get(address, headers=headers, follow_redirects=True)
        assert answer.status_code == 200, name
        if name == "room":
            said = [each["company"] for each in answer.get_json()["events"] if each["type"] == "line"]
            assert [each.get("is_guest") for each in said] == [True]
        elif f"gast · {organisation}" not in words_of(answer.text) or without_label(answer.text, organisation):
            wrong[name] = without_label(answer.text, organisation) or "the name does not stand there"
    assert wrong == {}


def test_a_line_under_the_bell_says_that_a_guest_caused_it(places, organisation, sign_in):
    """GRP-44"""
    named = new_thread(actor_named("gijs"), group_called("innovatie"), "Folie", "Wie weet het?")
    reply(actor_named("gijs"), named, "@Bram Boelens?", mentions=[actor_named("bram").id])
    browser = sign_in(actor_named("bram"))
    for address in ("/notifications", "/notifications?tab=other", "/"):
        page = browser.get(address).text
        assert f"gast · {organisation}" in words_of(page)
        assert without_label(page, organisation) == []


def test_the_sweep_would_see_a_label_that_is_missing(organisation):
    """Positive control."""
    assert without_label(f"<p>Gijs Gritter · {organisation}</p>", organisation)
    assert not without_label(f"<p>Gijs Gritter · gast · {organisation}</p>", organisation)

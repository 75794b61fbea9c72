"""Whatever kind of text it is: reported in one page and one press, hidden everywhere at once, put back as it was."""

import pytest
from sqlalchemy import func, select

from app.core.extensions import db
from app.core.scopes import scopes_of
from app.guard import service as guard
from app.mail.models import Letter
from app.moderation import queries, service
from app.moderation.forms import KINDS
from app.moderation.models import Case, Reason
from app.notifications.models import Notification
from app.search import service as search
from tests.conftest import actor_named
from tests.moderation.conftest import WHY
from tests.moderation.kinds import TEXTS, WORD

pytestmark = pytest.mark.slow  # a sweep: every kind of content

SENTENCE = "Verborgen door de coördinator, regel 4, "


@pytest.fixture(params=TEXTS, ids=lambda make: make.__name__)
def made(app, request):
    return request.param()


def form_of(made):
    return f"/reports/new?kind={made.kind}&id={made.item}"


def fields_of(made):
    return {"kind": made.kind, "id": str(made.item), "reason": "competition", "text": "Dit gaat te ver."}


def has_link(made, page):
    return form_of(made).replace("&", "&amp;") in page


def case_about(made):
    return db.session.scalars(select(Case).where(Case.kind == made.kind, Case.item == made.item)).one()


def hidden(made):
    """By Dirk, who took it in hand: a report about competition lies with him, wherever it stands."""
    service.file_report(actor_named(made.reader), made.kind, made.item, reason=Reason.COMPETITION)
    service.claim_case(actor_named("dirk"), queries.get_case(actor_named("dirk"), case_about(made).id))
    return service.hide_subject(actor_named("dirk"), case_about(made), WHY)


def finds(key):
    """Whether someone finds the word, in the index as it was kept up and in one that is made anew."""
    actor = actor_named(key)
    kept_up = bool(search.find(search.Reader(scopes_of(actor), actor), search.read(WORD)).hits)
    search.rebuild(afresh=True)
    db.session.commit()
    assert kept_up == bool(search.find(search.Reader(scopes_of(actor), actor), search.read(WORD)).hits)
    return kept_up


def told():
    """How many lines stand under bells, and how many letters wait."""
    return [db.session.scalar(select(func.count()).select_from(model)) for model in (Notification, Letter)]


def test_it_is_reported_in_one_page_and_one_press_and_the_desk_reads_it(made, dirk, sign_in):
    """MOD-1, MOD-5"""
    browser = sign_in(actor_named(made.reader))
    page = browser.get(made.page, follow_redirects=True).text
    assert WORD in page
    assert has_link(made, page)
    form = browser.get(form_of(made)).text
    assert form.count('type="radio" name="reason"') == 5
    assert WORD in form
    assert browser.post("/reports", data=fields_of(made)).status_code == 303
    shown = sign_in(dirk).get(case_about(made).link).text
    assert WORD in shown
    assert str(KINDS[made.kind]) in shown


def test_who_wrote_it_sees_no_way_to_report_it_and_has_none(made, sign_in):
    """MOD-7"""
    browser = sign_in(actor_named(made.author))
    page = browser.get(made.page, follow_redirects=True).text
    assert WORD in page
    assert not has_link(made, page)
    assert browser.get(form_of(made)).status_code == 403
    assert browser.post("/reports", data=fields_of(made)).status_code == 403


def test_for_whom_it_is_not_there_it_cannot_be_reported(made, sign_in):
    """trust 1"""
    browser = sign_in(actor_named(made.outsider))
    assert browser.get(form_of(made)).status_code == 404
    assert browser.post("/reports", data=fields_of(made)).status_code == 404


def test_hidden_it_is_gone_everywhere_and_put_back_it_is_there_as_before(made, sign_in):
    """MOD-13: on pages, in lists, in what open pages ask for, in search; nobody hears of it anew."""
    browser = sign_in(actor_named(made.reader))

    def read():
        return [browser.get(page, follow_redirects=True) for page in (made.page, *made.others)]

    before = [(answer.status_code, WORD in answer.text) for answer in read()]
    assert all(there for _status, there in before)
    assert finds(made.reader) is made.is_found
    hidden(made)
    rung = told()
    for answer in read():
        assert WORD not in answer.text, answer.request.path
    page = read()[0]
    assert SENTENCE in page.text
    assert page.status_code == (404 if made.is_alone else 200)
    assert not has_link(made, page.text)
    assert browser.get(form_of(made)).status_code == 404
    assert not finds(made.reader)
    guard.unhide(actor_named("dirk"), made.kind, made.item)
    assert [(answer.status_code, WORD in answer.text) for answer in read()] == before
    assert SENTENCE not in read()[0].text
    assert finds(made.reader) is made.is_found
    assert told() == rung


def test_who_wrote_it_reads_why_it_is_hidden_and_how_to_object(made, sign_in):
    """MOD-8"""
    action = hidden(made)
    page = sign_in(actor_named(made.author)).get(f"/account/actions/{action.id}").text
    assert WHY.reason in page
    assert WORD in page
    assert f"/account/actions/{action.id}/objection" in page


def test_there_is_a_text_of_every_kind_that_can_be_reported(app):
    """A new kind stands in tests/moderation/kinds.py, and has a name that people read."""
    assert {make().kind for make in TEXTS} == set(guard.kinds()) == set(KINDS)

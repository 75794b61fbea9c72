"""What moderation does reaches the market: a listing is reported and hidden, and who is silenced places nothing."""

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import SanctionKind
from app.accounts.service import Measure
from app.core.clock import today
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.guard import service as guard
from app.guard.models import ActsAs
from app.marketplace import service
from app.moderation import service as moderation
from app.moderation.models import Case, Desk, Reason
from app.realtime.models import LogEntry
from app.search import service as search
from tests.conftest import actor_named
from tests.marketplace.conftest import fields

REASON = "Voor de derde keer reclame."


def silence(key):
    measure = Measure(kind=SanctionKind.SILENCE, days=3, rule=5, reason=REASON)
    accounts.sanction(actor_named("dirk"), actor_named(key).id, measure)


def test_a_listing_is_reported_to_the_coordinator_and_hidden_from_all(offer, carla, dirk, sign_in, monkeypatch):
    """MOD-1, MOD-3, MOD-13: it belongs to no group."""
    told = []
    monkeypatch.setattr(search, "forget", lambda kind, item: told.append((kind, item)))
    browser = sign_in(carla)
    assert f"/reports/new?kind=listing&amp;id={offer.id}" in browser.get(offer.link).text
    assert "/reports/new" not in sign_in(actor_named("bram")).get(offer.link).text
    moderation.file_report(carla, "listing", offer.id, reason=Reason.ADVERTISING)
    case = db.session.scalars(select(Case)).one()
    assert (case.desk, case.title) == (Desk.COORDINATOR, offer.title)
    guard.hide(dirk, "listing", offer.id, rule=5, role=ActsAs.COORDINATOR)
    answer = browser.get(offer.link)
    assert answer.status_code == 404
    assert "Verborgen door de coördinator, regel 5, " in answer.text
    assert offer.title not in answer.text + browser.get("/market").text
    assert told == [("listing", offer.id)]
    guard.unhide(dirk, "listing", offer.id)
    assert browser.get(offer.link).status_code == 200


def test_who_is_silenced_places_nothing_and_gets_the_text_back_with_the_reason(app, bram, sign_in):
    """MOD-9"""
    browser = sign_in(bram)
    silence("bram")
    answer = browser.post("/market", data=fields())
    assert answer.status_code == 403
    assert REASON in answer.text
    assert "een monster ophalen" in answer.text


def test_who_is_silenced_neither_reacts_nor_speaks_in_a_talk(offer, carla, sign_in):
    """MOD-9: and still reads it"""
    browser = sign_in(carla)
    talk = service.open_talk(carla, offer, "Kan ik een monster krijgen?")
    silence("carla")
    with pytest.raises(Forbidden, match=REASON):
        service.say(actor_named("carla"), talk, "En wat kost dat?")
    assert browser.get(f"/talks/{talk.id}").status_code == 200


def test_a_hidden_proposal_is_accepted_by_nobody_and_makes_room_for_another(offer, bram, carla, sign_in):
    """MOD-13, MKT-40: nobody agrees to what nobody reads."""
    talk = service.open_talk(carla, offer, "Kan het ook in balen?")
    made = service.make_proposal(carla, talk, body="Voor een vriendenprijs.", values={}, valid_until=today())
    line = db.session.scalars(select(LogEntry).where(LogEntry.room == talk.room, LogEntry.type == "proposal")).one()
    assert moderation.file_report(bram, "talk_line", line.id, reason=Reason.COMPETITION).case.text == made.body
    guard.hide(actor_named("dirk"), "talk_line", line.id, rule=1, role=ActsAs.COORDINATOR)
    page = sign_in(bram).get(talk.link).text
    assert f"/proposals/{made.id}/accept" not in page
    assert f"/proposals/{made.id}/decline" in page
    with pytest.raises(Conflict):
        service.accept_proposal(actor_named("bram"), talk, made.id)
    browser = sign_in(carla)
    assert "Voor een vriendenprijs." not in browser.get(talk.link).text
    assert browser.post(f"/talks/{talk.id}/proposals/{made.id}/withdraw").status_code == 303
    assert "Voorstel doen" in browser.get(talk.link).text

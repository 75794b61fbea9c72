"""Who hears what on the market: what waits for a judgment, and what ends because a company does."""

from datetime import timedelta

import pytest

from app.accounts.models import Company, CompanyState, Tie
from app.accounts.service import change_company_state, end_companies_that_left
from app.core.clock import today
from app.core.errors import Conflict, Forbidden
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.marketplace import service
from app.marketplace.models import Audience, State, TalkEnd
from app.notifications import queries
from app.notifications import service as notifications
from app.notifications.models import Notification, Tab
from tests.conftest import actor_named, group_called
from tests.marketplace.conftest import NEXT_MONTH, draft, placed, typed_for, version, with_setting


def bell(key):
    """The sentences under the bell of this person that they did not read."""
    actor = actor_named(key)
    lines = queries.lines(actor, scopes_of(actor), unread_only=True)
    shown = [line["sentence"] for line in notifications.sentences(lines)]
    assert len(shown) == sum(queries.unread_count(actor.id, scopes_of(actor), tab) for tab in Tab)
    return shown


def submitted(actor, **more):
    with_setting("all")
    made = draft(actor)
    service.place_listing(actor, made, version(title="Polyestervezels over", **more))
    return made


WAITS = ["De plaatsing “Polyestervezels over” wacht op uw beoordeling"]


def test_what_waits_rings_for_who_judges_it_until_it_is_judged(sign_in, bram, dirk):
    """MKT-18, section 6"""
    made = submitted(bram)
    assert [bell(key) for key in ("dirk", "bram", "anna", "emma", "carla")] == [WAITS, [], [], [], []]
    assert f'href="/listings/{made.id}/review"' in sign_in(dirk).get("/notifications").text
    service.approve_listing(dirk, made, version=made.version)
    assert bell("dirk") == []


def test_taken_back_to_write_on_it_rings_no_more_and_handed_in_again_it_does(bram):
    """MKT-18"""
    made = submitted(bram)
    service.save_listing(bram, made, service.Typed(kind=made.kind, category=made.category,
                                                   fields=typed_for("material")))  # fmt: skip
    assert bell("dirk") == []
    service.place_listing(bram, made, version(title="Polyestervezels over"))
    assert bell("dirk") == WAITS
    service.discard_listing(bram, made)
    assert bell("dirk") == []


def test_for_a_confidential_group_only_its_leads_hear_of_it(emma):
    """MKT-7, GRP-4: and no line of it is in a scope that the coordinator reads."""
    submitted(actor_named("bert"), audience=Audience.GROUP, group_id=group_called("externe-veiligheid").id)
    assert [bell(key) for key in ("emma", "dirk", "bert", "anna")] == [WAITS, [], [], []]
    scopes = {row.scope for row in db.session.query(Notification).filter_by(kind="listing_waiting")}
    assert not scopes & set(scopes_of(actor_named("dirk")))


def test_of_a_company_that_ends_nothing_waits_any_more_and_back_again_it_hands_in_anew(sign_in, bram, dirk, anna):
    """MKT-25: neither a first listing nor a change; the drafts are kept."""
    shown, made = placed(bram, title="Al te zien"), submitted(bram)
    service.place_listing(bram, shown, version(title="Iets heel anders"))
    number = made.company_id
    end_now("bram")
    assert bell("dirk") == []
    for listing in (made, shown):
        assert (listing.waiting, listing.submitted_at) == (None, None)
        assert sign_in(dirk).get(f"/listings/{listing.id}/review").status_code == 404
        with pytest.raises(Forbidden):
            service.approve_listing(dirk, listing, version=listing.version)
    change_company_state(dirk, db.session.get_one(Company, number), CompanyState.MEMBER)
    assert (made.state, made.typed["title"]) == (State.DRAFT, typed_for("material")["title"])
    service.place_listing(bram, made, version(title="Polyestervezels over"))
    assert bell("dirk") == WAITS


def test_of_a_company_that_ended_a_moment_ago_nothing_is_placed(bram, dirk):
    """MKT-25: whoever judges reads it from the company itself, as its last day comes before the clock sees it."""
    made = submitted(bram)
    company = db.session.get_one(Company, made.company_id)
    company.state, company.ends_on = CompanyState.LEAVING, today() - timedelta(days=1)
    db.session.commit()
    with pytest.raises(Conflict):
        service.approve_listing(dirk, made, version=made.version)
    assert made.state is State.PENDING


CLOSED = ["Uw gesprek over “Polyestervezels over” is gesloten"]


def end_now(key):
    company = db.session.get_one(Company, actor_named(key).company_id)
    change_company_state(actor_named("dirk"), company, CompanyState.SUSPENDED)


def test_when_a_company_ends_its_talks_ring_for_the_other_side_until_they_look(sign_in, offer, carla):
    """MKT-25: one line, not one for the talk and one for the listing."""
    talk = service.open_talk(carla, offer, "Hoeveel is er nog?")
    browser = sign_in(carla)
    browser.get(f"/talks/{talk.id}")
    assert bell("carla") == []
    end_now("bram")
    assert bell("carla") == CLOSED
    assert bell("bram") == []
    browser.get(f"/talks/{talk.id}")
    assert bell("carla") == []


def test_when_the_responding_company_ends_the_owner_hears(offer, carla):
    """MKT-25"""
    service.open_talk(carla, offer, "Hoeveel is er nog?")
    end_now("carla")
    assert bell("bram") == CLOSED


PAUSED = ["“Polyestervezels over” is gepauzeerd: het bedrijf doet niet meer mee"]


def test_what_its_owner_pauses_rings_for_nobody(offer, carla):
    """MKT-25: only what the association's clock or coordinator does."""
    service.open_talk(carla, offer, "Hoeveel is er nog?")
    service.pause_listing(actor_named("bram"), offer)
    assert bell("carla") == []


def test_the_talks_of_a_company_that_ends_by_date_close_with_a_word_to_who_is_left(offer, carla, dirk, clock):
    """MKT-25: on the minute after its last day, and once."""
    talk = service.open_talk(carla, offer, "Hoeveel is er nog?")
    company = db.session.get_one(Company, offer.company_id)
    change_company_state(dirk, company, CompanyState.LEAVING, ends_on=today())
    end_companies_that_left()
    assert (talk.end_reason, company.state) == (None, CompanyState.LEAVING)
    clock.forward(days=1)
    end_companies_that_left()
    assert (talk.end_reason, company.state) == (TalkEnd.COMPANY, CompanyState.FORMER)
    end_companies_that_left()
    assert bell("carla") == CLOSED


def test_who_buys_together_hears_that_it_is_paused_until_it_goes_on(anna, carla, dirk):
    """MKT-25, MKT-53: the contacts of the companies that take part."""
    shown = placed(anna, "joint_purchase", values={"deadline": NEXT_MONTH, "market_share": "up_to_15"})
    service.take_part(carla, shown)
    end_now("anna")
    assert [bell(key) for key in ("carla", "bram", "anna")] == [PAUSED, [], []]
    change_company_state(dirk, db.session.get_one(Company, shown.company_id), CompanyState.MEMBER)
    service.resume_listing(actor_named("anna"), shown)
    assert bell("carla") == []


def test_of_what_a_confidential_group_buys_only_its_members_hear_that_it_is_paused(emma, dirk, clock):
    """MKT-25, MKT-53, GRP-4: two contacts of the company that takes part; Marieke is no member."""
    shown = placed(emma, "joint_purchase", audience=Audience.GROUP, group_id=group_called("externe-veiligheid").id,
                   values={"deadline": NEXT_MONTH, "market_share": "up_to_15"})  # fmt: skip
    db.session.get_one(Tie, actor_named("bert").tie_id).is_contact = True
    db.session.commit()
    service.take_part(actor_named("bert"), shown)
    change_company_state(dirk, db.session.get_one(Company, shown.company_id), CompanyState.LEAVING, ends_on=today())
    clock.forward(days=1)
    end_companies_that_left()
    assert [bell(key) for key in ("bert", "marieke")] == [PAUSED, []]

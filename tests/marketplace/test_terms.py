"""The clock: warnings, the end, renewing; and pausing and closing by hand."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.accounts.models import Company, CompanyState, Tie
from app.accounts.service import change_company_state, end_tie
from app.core.clock import local, local_midnight, now, today
from app.core.errors import Conflict
from app.core.extensions import db
from app.marketplace import queries, service
from app.marketplace.models import CloseReason, ListingNotice, NoticeKind, State
from app.marketplace.service.keeping import _to_tell
from app.marketplace.tasks import warn_before_the_end
from app.notifications.models import Notification
from tests.conftest import actor_named
from tests.marketplace.conftest import draft, placed


@pytest.fixture(autouse=True)
def at_noon(clock):
    """A hundred and fifty days later it is summer, and an hour later: at night that would be another day."""
    clock.set(local_midnight(today()) + timedelta(hours=12))


def notices():
    return [notice.kind for notice in db.session.query(ListingNotice).order_by(ListingNotice.created_at)]


def again(actor, listing):
    db.session.expire_all()
    return queries.get_listing(actor, listing.id)


def test_a_listing_lives_ninety_days_and_expires_at_midnight_local_time(bram, carla, sign_in, clock):
    """MKT-22: at 00:00 of the next day, wherever UTC is."""
    offer = placed(bram)
    assert offer.expires_on == today() + timedelta(days=90)
    midnight = local(now()).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=91)
    end = midnight.replace(tzinfo=None).replace(tzinfo=local(now()).tzinfo)  # of that day's own summer or winter time
    clock.set(end - timedelta(seconds=1))
    assert again(bram, offer).state is State.PUBLISHED
    assert "Polyestervezels" in sign_in(carla).get("/market").text
    clock.set(end)
    assert again(bram, offer).state is State.EXPIRED
    assert "Polyestervezels" not in sign_in(carla).get("/market").text
    assert "Verlopen" in sign_in(bram).get("/market/mine").text


def test_owners_hear_fourteen_and_three_days_before_and_at_the_end_once_each(bram, clock):
    """MKT-21"""
    placed(bram)
    begun = now()
    for day, expected in ((75, []), (76, ["ends_in_14"]), (86, ["ends_in_14"]), (87, ["ends_in_14", "ends_in_3"]),
                          (91, ["ends_in_14", "ends_in_3", "ended"])):  # fmt: skip
        clock.set(begun + timedelta(days=day))
        for _time in range(2):
            warn_before_the_end()
        assert notices() == [NoticeKind(each) for each in expected]
    assert db.session.query(Notification).filter_by(person_id=bram.id, kind="listing").count() == 3


def test_what_ends_is_found_in_each_minute_without_reading_all_listings(bram, database):
    """architecture, Speed: for lists of ten thousand."""
    if database != "sqlite":
        pytest.skip("PostgreSQL chooses by size")
    placed(bram)
    statement = _to_tell(today() + timedelta(days=14), [NoticeKind.ENDS_IN_14])
    words = str(statement.compile(db.engine, compile_kwargs={"render_postcompile": True}))
    plan = str(db.session.execute(text(f"EXPLAIN QUERY PLAN {words.replace('?', '1')}")).all())
    assert "SEARCH listings USING INDEX ix_listings_ending" in plan
    assert "SCAN" not in plan


def test_a_paused_listing_is_warned_about_and_told_of_its_end_too(sign_in, bram, clock):
    """MKT-21: it ends on the same day; of a company that ended nobody is told, and back again the owners are."""
    offer, begun = placed(bram), now()
    service.pause_listing(bram, offer)
    for day, expected in ((76, ["ends_in_14"]), (87, ["ends_in_14", "ends_in_3"])):
        clock.set(begun + timedelta(days=day))
        warn_before_the_end()
        assert notices() == [NoticeKind(each) for each in expected]
    company = db.session.get_one(Company, offer.company_id)
    change_company_state(actor_named("dirk"), company, CompanyState.SUSPENDED)
    clock.set(begun + timedelta(days=91))
    warn_before_the_end()
    assert len(notices()) == 2
    change_company_state(actor_named("dirk"), company, CompanyState.MEMBER)
    warn_before_the_end()
    assert notices()[2:] == [NoticeKind.ENDED]
    assert "is verlopen" in sign_in(actor_named("bram")).get("/notifications").text


def test_after_a_long_silence_only_the_nearest_warning_is_given(bram, clock):
    """The server was off: three days before the end nobody hears of fourteen."""
    placed(bram)
    clock.forward(days=88)
    warn_before_the_end()
    assert notices() == [NoticeKind.ENDS_IN_3]


@pytest.mark.parametrize(("day", "renews_to"), [
    (59, None), (60, 180), (90, 180), (91, 181), (150, 240), (151, None)])  # fmt: skip
def test_renewing_goes_from_thirty_days_before_until_sixty_after(day, renews_to, bram, clock):
    """MKT-21, section 7.3: days -31, -30, 0, 1, 60, 61 of the end."""
    offer, begun = placed(bram), today()
    clock.forward(days=day)
    offer = again(bram, offer)
    assert service.renew_listing(bram, offer) == (renews_to is not None)
    expected = begun + timedelta(days=renews_to or 90)
    assert again(bram, offer).expires_on == expected


def test_ten_clicks_renew_once(sign_in, bram, clock):
    """Section 7.3"""
    offer = placed(bram)
    clock.forward(days=80)
    browser = sign_in(bram)
    for _click in range(10):
        assert browser.post(f"/listings/{offer.id}/renew").status_code == 303
    assert (again(bram, offer).renewals, again(bram, offer).expires_on - today()) == (1, timedelta(days=100))


def test_renewed_it_is_warned_of_anew(bram, clock):
    """Each end has its own warnings."""
    offer = placed(bram)
    clock.forward(days=88)
    warn_before_the_end()
    service.renew_listing(bram, again(bram, offer))
    warn_before_the_end()
    assert len(notices()) == 1
    clock.forward(days=80)
    warn_before_the_end()
    assert notices() == [NoticeKind.ENDS_IN_3, NoticeKind.ENDS_IN_14]


def test_paused_nobody_finds_it_and_resumed_everybody_does(sign_in, bram, carla):
    """Section 1"""
    offer = placed(bram)
    browser = sign_in(bram)
    browser.post(f"/listings/{offer.id}/pause")
    assert again(bram, offer).state is State.PAUSED
    assert "Polyestervezels" not in sign_in(carla).get("/market").text
    assert f"/listings/{offer.id}/talks" not in sign_in(carla).get(offer.link).text
    browser.post(f"/listings/{offer.id}/resume")
    assert "Polyestervezels" in sign_in(carla).get("/market").text


def test_closed_with_a_reason_it_is_over_for_good(sign_in, bram, carla):
    """Section 1: others read that it is closed, and no more; nothing opens it again."""
    offer = placed(bram)
    browser = sign_in(bram)
    assert browser.post(f"/listings/{offer.id}/close", data={}).status_code == 422
    assert browser.post(f"/listings/{offer.id}/close", data={"reason": "here"}).status_code == 303
    offer = again(bram, offer)
    assert (offer.state, offer.close_reason) == (State.CLOSED, CloseReason.HERE)
    page = sign_in(carla).get(offer.link).text
    assert "Deze plaatsing is gesloten." in page
    assert "Schoon en droog" not in page
    for action in ("resume", "renew"):
        browser.post(f"/listings/{offer.id}/{action}")
    assert again(bram, offer).state is State.CLOSED
    answer = browser.post(f"/listings/{offer.id}/publish", data={"kind": "offer", "category": "material"})
    assert answer.status_code == 409


def test_sixty_days_after_its_end_it_is_archived(sign_in, bram, carla, clock):
    """Section 1"""
    offer = placed(bram)
    clock.forward(days=150)
    assert sign_in(carla).get(offer.link).status_code == 200
    clock.forward(days=1)
    assert sign_in(carla).get(offer.link).status_code == 404
    assert again(bram, offer).state is State.ARCHIVED


def test_transitions_that_are_not_in_the_drawing_are_refused(bram):
    """Section 7.3"""
    made = draft(bram)
    for verb in (service.pause_listing, lambda actor, each: service.close_listing(actor, each, CloseReason.HERE)):
        with pytest.raises(Conflict):
            verb(bram, made)
    assert not service.renew_listing(bram, made)
    placed_one = placed(bram)
    with pytest.raises(Conflict):
        service.discard_listing(bram, placed_one)


def test_the_author_hears_and_after_them_the_contacts(bram, anna, dirk, clock):
    """MKT-21, MKT-24: nobody's listing passes unnoticed."""
    offer = placed(bram)
    assert queries.owner_ids(offer) == {bram.id}
    end_tie(dirk, db.session.get_one(Tie, bram.tie_id))
    assert queries.owner_ids(offer) == {actor_named("anna").id}

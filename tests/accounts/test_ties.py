"""A person acts for one company at a time; what they may follows from that, at each moment."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app.accounts import queries, service
from app.accounts.models import Actor, Company, CompanyState, Person, Tie, TieEnd, TieKind
from app.core.clock import now, today
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.extensions import db
from app.discussions import queries as discussions
from app.groups.models import GroupMembership
from app.groups.policy import can_read_group, standings
from tests.conftest import (
    actor_named,
    company_called,
    company_of,
    group_called,
    new_thread,
    person_named,
    reply,
    together,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ACCOUNT_PAGES = ("/account", "/account/security", "/account/data")


def tie_of(key):
    return queries.open_tie_of(person_named(key).id)


def newcomer(email="nieuw@brink.example"):
    return service.create_person(None, email=email, name="Nieuw Nijhof")


def move(key, coordinator, company):
    """From one company to another, as a coordinator does it."""
    person = person_named(key)
    service.end_tie(coordinator, tie_of(key), TieEnd.MOVED)
    return service.start_tie(coordinator, person, company)


def test_a_person_has_one_open_tie(app, anna, dirk):
    """GRP-19"""
    with pytest.raises(Conflict):
        service.start_tie(dirk, person_named("anna"), company_of("bram"))
    assert db.session.scalar(select(func.count(Tie.id)).where(Tie.person_id == anna.id)) == 1


def test_two_ties_begun_at_one_moment_become_one_and_the_other_hears_409(app):
    """GRP-19, groups.md 7.1"""
    person = newcomer()
    person_id = person.id
    companies = [company_of(key).id for key in ("anna", "bram", "carla", "emma")]

    def begin(company_id):
        company = db.session.get_one(Company, company_id)
        return service.start_tie(None, db.session.get_one(Person, person_id), company).id

    done = together(app, *[lambda company_id=each: begin(company_id) for each in companies])
    assert sorted(type(each).__name__ for each in done) == ["Conflict", "Conflict", "Conflict", "int"]
    assert [refusal.status for refusal in done if isinstance(refusal, Conflict)] == [409] * 3
    assert db.session.scalar(select(func.count(Tie.id)).where(Tie.person_id == person_id)) == 1


def test_after_leaving_a_person_can_begin_anew_with_a_new_tie(app, dirk):
    """GRP-19; an ended tie is never reopened."""
    old = tie_of("anna").id
    company = company_of("anna")
    service.end_tie(dirk, tie_of("anna"))
    new = service.start_tie(dirk, person_named("anna"), company)
    assert new.id != old
    assert db.session.get_one(Tie, old).ended_at is not None


def test_a_tie_ended_twice_ends_once(app, dirk):
    tie = tie_of("anna")
    service.end_tie(dirk, tie)
    ended_at = tie.ended_at
    service.end_tie(dirk, tie, TieEnd.CORRECTION)
    assert (tie.ended_at, tie.end_reason) == (ended_at, TieEnd.LEFT)


def test_a_contact_ends_ties_of_the_own_company_only(app, anna):
    """GRP-22 in as far as issue A has it"""
    contact = next(actor for actor in everyone() if actor.is_contact and actor.company_id != anna.company_id)
    with pytest.raises(Forbidden):
        service.end_tie(contact, tie_of("anna"))
    assert tie_of("anna") is not None


def everyone():
    return [Actor.of_person(person_id) for person_id in db.session.scalars(select(Person.id)).all()]


def test_anna_moves_and_her_texts_keep_the_company_of_their_moment(app, thread, anna, dirk, sign_in):
    """GRP-20, GRP-21"""
    old_company, new_company = company_of("anna"), company_called(company_of("carla").slug)
    move("anna", dirk, new_company)
    reply(actor_named("anna"), thread, "Vanaf nu ergens anders.")

    page = sign_in(actor_named("bram")).get(thread.link).text

    assert page.index(old_company.name) < page.index("Vanaf nu ergens anders.")
    rows = discussions.posts_on_page(anna, thread, 1)
    assert [(row.author_name, row.company_name) for row in rows] == [
        ("Anna Assink", old_company.name), ("Anna Assink", new_company.name)]  # fmt: skip


def test_after_a_move_nothing_that_needed_the_old_company_is_reachable(app, emma, dirk, secret_thread, sign_in):
    """GRP-21: a membership hangs on the tie."""
    address, place = secret_thread.link, "/groups/externe-veiligheid"
    browser = sign_in(emma)
    assert browser.get(address).status_code == 200
    move("emma", dirk, company_of("carla"))
    moved = sign_in(actor_named("emma"))
    assert [moved.get(each).status_code for each in (address, place, f"{place}/members")] == [404] * 3
    assert browser.get(address).status_code == 303  # the session of before is over
    assert standings(actor_named("emma")).keys().isdisjoint({secret_thread.group_id})


def test_after_a_move_the_old_contact_no_longer_edits_the_person(app, dirk):
    """GRP-21"""
    old_contact = next(actor for actor in everyone() if actor.is_contact and actor.company_id != dirk.company_id)
    other = next(actor for actor in everyone()
                 if actor.company_id == old_contact.company_id and actor.id != old_contact.id)  # fmt: skip
    person = db.session.get_one(Person, other.id)
    service.end_tie(old_contact, queries.open_tie_of(other.id), TieEnd.MOVED)
    service.start_tie(dirk, person, company_of("dirk"))
    with pytest.raises(Forbidden):
        service.end_tie(old_contact, queries.open_tie_of(other.id))


def test_what_a_person_may_is_not_kept_with_the_person(app, anna, dirk, energie):
    """GRP-18: the same actor, asked again after the end, may nothing."""
    assert can_read_group(anna, energie)
    service.end_tie(dirk, tie_of("anna"))
    assert not can_read_group(anna.refreshed(), group_called("energie"))
    with pytest.raises((Forbidden, NotFound)):
        new_thread(anna, group_called("energie"))  # a service reads the person anew under the write lock


def test_access_ends_at_the_next_request(app, anna, dirk, thread, sign_in):
    """GRP-38"""
    browser, address = sign_in(anna), thread.link
    assert browser.get(address).status_code == 200
    service.end_tie(dirk, tie_of("anna"))
    assert browser.get(address).status_code == 303
    assert "/login" in browser.get(address).location


def test_all_places_in_groups_end_with_the_tie(app, anna, dirk):
    """GRP-38"""
    service.end_tie(dirk, tie_of("anna"))
    open_places = select(func.count(GroupMembership.id)).where(
        GroupMembership.tie_id == anna.tie_id, GroupMembership.left_at.is_(None))  # fmt: skip
    assert db.session.scalar(open_places) == 0


def test_a_person_without_a_tie_signs_in_and_sees_the_account_only(app, dirk, thread, someone):
    """GRP-41"""
    service.end_tie(dirk, tie_of("anna"))
    browser, address = someone(), thread.link
    assert browser.with_password("anna@brink.example").status_code == 303
    assert [browser.get(page).status_code for page in ACCOUNT_PAGES] == [200] * 3
    assert browser.get("/").location == "/account"
    assert [browser.get(page).status_code for page in (address, "/groups", "/groups/energie", "/notifications")
            ] == [404] * 4  # fmt: skip
    assert browser.post("/account/data").is_json
    assert "U doet op dit moment niet mee namens een bedrijf" in browser.get("/account").text


@pytest.mark.parametrize("steps", [
    [CompanyState.SUSPENDED], [CompanyState.LEAVING, CompanyState.FORMER],
])  # fmt: skip
def test_when_a_company_is_suspended_or_ends_its_people_keep_their_account_only(app, dirk, sign_in, steps):
    """GRP-24, decisions: the session lives, the pages are gone."""
    browser = sign_in(actor_named("otto"))
    assert browser.get("/groups/energie").status_code == 200
    company = company_of("otto")
    for state in steps:
        service.change_company_state(dirk, company, state)
    assert browser.get("/groups/energie").status_code == 404
    assert browser.get("/").location == "/account"
    assert [browser.get(page).status_code for page in ACCOUNT_PAGES] == [200] * 3
    assert browser.post("/groups/energie/leave").status_code == 404


def test_a_company_that_comes_back_brings_its_people_back(app, dirk, sign_in):
    """GRP-24"""
    browser, company = sign_in(actor_named("otto")), company_of("otto")
    service.change_company_state(dirk, company, CompanyState.SUSPENDED)
    assert browser.get("/groups/energie").status_code == 404
    service.change_company_state(dirk, company, CompanyState.MEMBER)
    assert browser.get("/groups/energie").status_code == 200


def test_only_the_arrows_of_the_table_change_a_company(app, dirk):
    company = company_of("otto")
    for state in (CompanyState.APPLICANT, CompanyState.REFUSED, CompanyState.PARTNER, CompanyState.FORMER,
                  CompanyState.MEMBER):  # fmt: skip
        with pytest.raises(Conflict):
            service.change_company_state(dirk, company, state)


@pytest.mark.parametrize("who", ["anna", "femke", "emma", "gijs"])
def test_nobody_but_a_coordinator_suspends_a_company(app, who):
    with pytest.raises(Forbidden):
        service.change_company_state(actor_named(who), company_of("otto"), CompanyState.SUSPENDED)


NIGHTS = [  # last day, and the night of 2026 in which the clock changes
    (date(2026, 10, 24), "winter begins in the night after it"),
    (date(2026, 10, 25), "winter began in the night before it"),
    (date(2026, 3, 28), "summer begins in the night after it"),
    (date(2026, 3, 29), "summer began in the night before it"),
]  # fmt: skip


@pytest.mark.parametrize("last_day", [night[0] for night in NIGHTS], ids=[night[1] for night in NIGHTS])
@pytest.mark.parametrize("whose", ["tie", "company"])
def test_access_works_until_midnight_local_time_whatever_the_clock_does(app, clock, dirk, sign_in, last_day, whose):
    """GRP-24, GRP-38, groups.md 5 and 7.5"""
    if whose == "tie":
        tie_of("otto").last_day = last_day
        db.session.commit()
    else:
        service.change_company_state(dirk, company_of("otto"), CompanyState.LEAVING, ends_on=last_day)
    before = datetime(last_day.year, last_day.month, last_day.day, 23, 59, 59, tzinfo=AMSTERDAM)
    after = datetime.combine(last_day + timedelta(days=1), datetime.min.time(), AMSTERDAM) + timedelta(seconds=1)
    browser = browser_at(clock, before, sign_in)
    assert browser.get("/groups/energie").status_code == 200
    assert live_by_sql("otto")
    clock.set(after)
    assert browser.get("/groups/energie").status_code == 404
    assert browser.get("/account").status_code == 200
    assert not live_by_sql("otto")


def browser_at(clock, moment, sign_in):
    """The cast joined today; a clock in the past would come before that."""
    clock.set(moment)
    for tie in db.session.scalars(select(Tie)):
        tie.starts_on = min(tie.starts_on, today() - timedelta(days=30))
    db.session.commit()
    return sign_in(actor_named("otto"))


def live_by_sql(key):
    return person_named(key).id in {line[0] for line in queries.active_people()}


def test_a_tie_that_begins_tomorrow_gives_nothing_today(app, clock, dirk, sign_in):
    """GRP-18"""
    tie_of("otto").starts_on = today() + timedelta(days=1)
    db.session.commit()
    browser = sign_in(actor_named("otto"))
    assert browser.get("/groups/energie").status_code == 404
    clock.forward(days=1)
    assert browser.get("/groups/energie").status_code == 200


def test_a_tie_to_a_partner_is_always_that_of_a_guest(app, gijs):
    partner = db.session.get_one(Company, gijs.company_id)
    tie = service.start_tie(None, newcomer(), partner, kind=TieKind.STAFF, last_day=today() + timedelta(days=30))
    assert tie.kind is TieKind.GUEST


@pytest.mark.parametrize("key", ["anna", "otto", "gijs", "dirk"])
@pytest.mark.parametrize("state", list(CompanyState))
def test_the_rule_and_the_database_agree_on_who_is_in(app, clock, key, state):
    """GRP-18: Actor.has_live_tie and its SQL twin, in every state of the company and around the days."""
    from app.accounts.policy import live_tie_condition

    company, tie = company_of(key), tie_of(key)
    for last_day in (None, today() - timedelta(days=1), today(), today() + timedelta(days=1)):
        if last_day is None and tie.kind is TieKind.GUEST:
            continue
        company.state, company.ends_on, tie.last_day = state, last_day, last_day
        db.session.commit()
        by_sql = db.session.scalar(select(Tie.id).join(Company).where(live_tie_condition(), Tie.id == tie.id))
        assert (by_sql is not None) == actor_named(key).has_live_tie, (state, last_day, now())

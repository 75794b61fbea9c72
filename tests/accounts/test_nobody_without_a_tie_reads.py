"""A random walk over joins, leaves, moves, ends, suspensions and days: who has no live tie reads nothing.

Who should be in is kept beside it in plain Python, by the words of groups.md and not by our code.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts import queries, service
from app.accounts.models import Actor, Company, CompanyState, Person, Tie, TieEnd
from app.core.clock import today
from app.core.errors import Refusal
from app.core.extensions import db
from app.core.scopes import scopes_of
from app.discussions.models import Thread
from app.discussions.policy import can_read_thread, readable_threads
from app.groups import service as groups
from app.groups.models import WorkingGroup
from app.groups.policy import readable_groups, standings
from app.notifications.queries import unread_count
from tests.conftest import actor_named, group_called, new_thread, reply

pytestmark = pytest.mark.slow  # a sweep over every page

WALKERS = ("anna", "bram", "carla", "emma", "otto", "gijs")
STEPS = 40


@dataclass
class Place:
    company: int
    last_day: date | None = None


class World:
    """What should be true, in our own words."""

    def __init__(self):
        self.places = {}
        for key in WALKERS:
            actor = actor_named(key)
            self.places[actor.id] = Place(actor.company_id, actor.last_day)
        self.states = {company.id: (company.state, company.ends_on) for company in db.session.scalars(select(Company))}

    def is_in(self, person_id):
        place = self.places[person_id]
        if place is None or (place.last_day and today() > place.last_day):
            return False
        state, ends_on = self.states[place.company]
        return state in ("member", "partner") or (state == "leaving" and not (ends_on and today() > ends_on))


class Walk:
    def __init__(self, seed, clock):
        self.chance, self.clock, self.world, self.taken = random.Random(seed), clock, World(), []
        self.dirk = actor_named("dirk")

    def step(self):
        name = self.chance.choice(("join", "leave", "move", "end", "begin", "state", "state", "last_day", "days"))
        self.taken.append(name)
        person_id = self.chance.choice(list(self.world.places))
        getattr(self, name)(person_id)

    def actor(self, person_id):
        return Actor.of_person(person_id)

    def some_group(self):
        return self.chance.choice(db.session.scalars(select(WorkingGroup).order_by(WorkingGroup.slug)).all())

    def some_company(self):
        members = [number for number in self.world.states if number != self.dirk.company_id]
        return self.chance.choice(sorted(members))

    def join(self, person_id):
        attempt(groups.join_group, self.actor(person_id), self.some_group())

    def leave(self, person_id):
        attempt(groups.leave_group, self.actor(person_id), self.some_group())

    def end(self, person_id):
        if self.world.places[person_id]:
            service.end_tie(self.dirk, queries.open_tie_of(person_id))
            self.world.places[person_id] = None

    def begin(self, person_id):
        if self.world.places[person_id] is None:
            company = db.session.get_one(Company, self.some_company())
            last_day = today() + timedelta(days=20) if company.state is CompanyState.PARTNER else None
            service.start_tie(self.dirk, db.session.get_one(Person, person_id), company, last_day=last_day)
            self.world.places[person_id] = Place(company.id, last_day)

    def move(self, person_id):
        if self.world.places[person_id]:
            service.end_tie(self.dirk, queries.open_tie_of(person_id), TieEnd.MOVED)
            self.world.places[person_id] = None
            self.begin(person_id)

    def state(self, person_id):
        place = self.world.places[person_id]
        company = db.session.get_one(Company, place.company if place else self.some_company())
        wanted = self.chance.choice(list(CompanyState))
        ends_on = today() + timedelta(days=self.chance.randrange(-1, 4)) if wanted is CompanyState.LEAVING else None
        if attempt(service.change_company_state, self.dirk, company, wanted, ends_on=ends_on):
            self.world.states[company.id] = (wanted.value, ends_on)

    def last_day(self, person_id):
        if self.world.places[person_id]:
            day = today() + timedelta(days=self.chance.randrange(-1, 4))
            queries.open_tie_of(person_id).last_day = self.world.places[person_id].last_day = day
            db.session.commit()

    def days(self, _person_id):
        self.clock.forward(days=self.chance.randrange(1, 3))


def attempt(verb, *things, **named):
    try:
        verb(*things, **named)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("seed", range(3))
def test_nobody_without_a_live_tie_reads_anything_but_the_account(app, clock, sign_in, seed):
    """groups.md 7.11: GRP-18, 21, 24, 38, 41"""
    talk()
    walk, seen = Walk(seed, clock), set()
    for number in range(STEPS):
        walk.step()
        for person_id in walk.world.places:
            is_in = walk.world.is_in(person_id)
            seen.add(is_in)
            assert Actor.of_person(person_id).has_live_tie == is_in, walk.taken
            if not is_in:
                assert_reads_nothing(Actor.of_person(person_id), walk.taken)
        if number % 5:
            continue
        asked = walk.chance.choice(list(walk.world.places))
        assert_pages_are_closed(app, sign_in(Actor.of_person(asked)), walk.world.is_in(asked), walk.taken)
    assert seen == {True, False}  # the walk came by both kinds of people


def talk():
    """A thread with a reply in each group, so that everyone has something to lose."""
    for slug, first, second in (("energie", "anna", "bram"), ("innovatie", "bram", "carla"),
                                ("externe-veiligheid", "emma", "emma")):  # fmt: skip
        thread = new_thread(actor_named(first), group_called(slug), f"Onderwerp in {slug}")
        reply(actor_named(second), thread, "Antwoord.")


def assert_reads_nothing(actor, taken):
    assert standings(actor) == {}, taken
    assert db.session.scalars(readable_groups(actor)).all() == [], taken
    assert db.session.scalars(readable_threads(actor)).all() == [], taken
    assert not any(can_read_thread(actor, thread) for thread in db.session.scalars(select(Thread))), taken
    assert unread_count(actor.id, scopes_of(actor)) == 0, taken


def assert_pages_are_closed(app, browser, is_in, taken):
    pages = ["/groups", "/notifications", "/account/drafts", "/groups/energie", "/groups/energie/threads",
             *db.session.scalars(select(Thread)).first().link.split()]  # fmt: skip
    statuses = {page: browser.get(page).status_code for page in pages}
    assert browser.get("/account").status_code == 200
    if is_in:
        assert statuses["/groups"] == 200, taken
    else:
        assert set(statuses.values()) == {404}, (statuses, taken)


def test_every_page_of_the_site_is_closed_to_someone_without_a_tie(app, dirk, thread, someone):
    """groups.md 7.11: each GET route there is, with numbers that exist."""
    service.end_tie(dirk, queries.open_tie_of(actor_named("anna").id))
    browser, thread_id = someone(), thread.id
    browser.with_password("anna@brink.example")
    open_to_all = {rule.endpoint for rule in app.url_map.iter_rules() if is_open(app, rule.endpoint)}
    values = {"thread_id": thread_id, "slug": "energie", "words": "x", "filename": "x", "post_id": 1}
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and rule.endpoint not in open_to_all:
            filled = {name: values.get(name, 1) for name in rule.arguments}
            with app.test_request_context():
                address = app.url_for(rule.endpoint, **filled)
            assert browser.get(address).status_code == 404, address


def is_open(app, endpoint):
    view = app.view_functions[endpoint]
    return endpoint == "static" or getattr(view, "is_public", False) or getattr(view, "is_without_tie", False)


OF_MODERATION = {"moderation.own_actions", "moderation.show_own_action", "moderation.file_objection"}


def test_the_pages_open_without_a_tie_are_those_of_the_account(app):
    """GRP-41: a page cannot be opened to the departed by accident. Who is suspended may object (MOD-9)."""
    names = {endpoint for endpoint, view in app.view_functions.items() if getattr(view, "is_without_tie", False)}
    assert {name.split(".")[0] for name in names - OF_MODERATION} == {"accounts"}


def test_the_tie_table_holds_one_open_row_per_person_after_all(app, clock):
    """GRP-19 over a long walk."""
    walk = Walk(11, clock)
    for _ in range(STEPS):
        walk.step()
    open_ties = db.session.scalars(select(Tie.person_id).where(Tie.ended_at.is_(None))).all()
    assert len(open_ties) == len(set(open_ties))

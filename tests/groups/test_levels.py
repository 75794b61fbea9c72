"""What each gets of a group by mail: thread before group, group before its default, and never the writer."""

import random

import pytest
from sqlalchemy import delete, select

from app.accounts import service as accounts
from app.accounts.models import Company, CompanyState, Office, Person, SanctionKind, Tie, TieKind
from app.accounts.service import Measure
from app.core.extensions import db
from app.groups import queries
from app.groups.models import GroupMembership, Role, Visibility
from app.notifications import queries as notifications
from app.notifications import service
from app.notifications.models import Level, SetBy, Watch
from tests.conftest import actor_named, group_called, words_of

SLUGS = ("energie", "innovatie", "personeelsmobiliteit", "externe-veiligheid")
AT_ONCE = {False: {Level.ALL_MAIL}, True: {Level.ALL_MAIL, Level.NEW_THREADS}}


def open_ties():
    return db.session.execute(
        select(Tie, Person, Company).join(Person, Person.id == Tie.person_id)
        .join(Company, Company.id == Tie.company_id).where(Tie.ended_at.is_(None))
    ).all()  # fmt: skip


def reads(group, tie, person, company, ties_in):
    """As the rules say it in words, for a tie that is live."""
    if tie.id in ties_in:
        return True
    is_staff = tie.kind is TieKind.STAFF and company.state is not CompanyState.PARTNER
    if group.visibility is Visibility.OPEN:
        return is_staff
    coordinates = person.office in (Office.COORDINATOR, Office.DEPUTY_COORDINATOR)
    return group.visibility is Visibility.ON_REQUEST and coordinates


def plainly_asked(group, writer_id, thread=""):
    """Who gets it at once, person by person."""
    chosen = {(each.person_id, each.place): each.level for each in db.session.scalars(select(Watch))}
    ties_in = set(db.session.scalars(
        select(GroupMembership.tie_id).where(GroupMembership.group_id == group.id, GroupMembership.left_at.is_(None))
    ))  # fmt: skip
    found = set()
    for tie, person, company in open_ties():
        if company.state not in (CompanyState.MEMBER, CompanyState.PARTNER) or person.id == writer_id:
            continue
        default = group.default_watch if tie.id in ties_in else Level.OVERVIEW
        level = chosen.get((person.id, thread)) or chosen.get((person.id, group.scope)) or default
        if reads(group, tie, person, company, ties_in) and level in AT_ONCE[not thread]:
            found.add(person.id)
    return found


def shuffle(chance, groups_here, places):
    """Other choices, defaults, members and a company that became a partner."""
    db.session.execute(delete(Watch))
    db.session.commit()
    ties = open_ties()
    for group in groups_here:
        group.default_watch = chance.choice([*Level])
        there = set(db.session.scalars(
            select(GroupMembership.tie_id).where(
                GroupMembership.group_id == group.id, GroupMembership.left_at.is_(None))
        ))  # fmt: skip
        for tie, _person, _company in chance.sample(ties, 5):
            if tie.id not in there:
                role = Role.GUEST if tie.kind is TieKind.GUEST else Role.MEMBER
                db.session.add(GroupMembership(group_id=group.id, tie_id=tie.id, role=role))
    chance.choice(ties)[2].state = chance.choice([CompanyState.PARTNER, CompanyState.SUSPENDED])
    for _tie, person, _company in ties:
        for place in chance.sample(places, chance.randint(0, len(places))):
            db.session.add(Watch(person_id=person.id, place=place, level=chance.choice([*Level])))
    db.session.commit()


@pytest.mark.parametrize("seed", range(8))
def test_who_gets_mail_at_once_is_what_a_plain_reading_of_the_rules_says(app, seed):
    """NTF-2, 6, 15 and DISC-20: of every group, in a thread and of a new one; the number shown is theirs."""
    chance = random.Random(seed)
    groups_here = [group_called(slug) for slug in SLUGS]
    threads = {group.id: f"thread:{number}" for number, group in enumerate(groups_here, 1)}
    shuffle(chance, groups_here, [*threads.values(), *(group.scope for group in groups_here)])
    people = [person.id for _tie, person, _company in open_ties()]
    for group in groups_here:
        for place in ("", threads[group.id]):
            writer_id = chance.choice(people)
            told = queries.mailed_at_once(group, writer_id, place)
            assert sorted(told) == sorted(plainly_asked(group, writer_id, place))
            assert queries.readership(group, writer_id, place).mailed == len(told)


def test_the_level_of_one_person_is_the_one_that_is_asked_of_many(app, bram, carla, energie, thread):
    """NTF-6: what their page says is what they get."""
    for default in Level:
        energie.default_watch = default
        for in_thread in (None, *Level):
            for in_group in (None, *Level):
                service.choose_level(bram, thread.room, in_thread)
                service.choose_level(bram, energie.scope, in_group)
                service.choose_level(carla, energie.scope, in_group)
                told = queries.mailed_at_once(energie, 0, thread.room)
                for actor, place, is_member in ((bram, in_thread, True), (carla, None, False)):
                    own = notifications.Choices(place, place and SetBy.PERSON, in_group)
                    rule = queries.ruling_choice(own, energie, is_member=is_member)
                    assert (actor.id in told) == (rule.level is Level.ALL_MAIL), (default, in_thread, in_group)


def test_the_number_stands_in_the_statement_that_counts_the_readers(app, anna, energie, thread, count_statements):
    """NTF-15, Speed"""
    with count_statements() as seen:
        queries.readership(energie, anna.id, thread.room)
    assert len(seen) == 1


def test_who_may_no_longer_read_gets_nothing(app, emma, carla, externe_veiligheid, secret_thread):
    """NTF-4: a choice gives no right, in a confidential group either."""
    paul = actor_named("paul")
    for actor in (paul, carla):
        service.choose_level(actor, externe_veiligheid.scope, Level.ALL_MAIL)
    assert queries.mailed_at_once(externe_veiligheid, emma.id, secret_thread.room) == [paul.id]
    place = queries.open_membership(externe_veiligheid.id, paul.tie_id)
    place.left_at = place.joined_at
    db.session.commit()
    assert queries.mailed_at_once(externe_veiligheid, emma.id, secret_thread.room) == []


def test_a_guest_chooses_and_gets_mail_of_their_own_group_only(app, anna, gijs, innovatie, energie, sign_in):
    """NTF section 4"""
    browser = sign_in(gijs)
    assert browser.post("/groups/innovatie/watch", data={"level": "all_mail"}).status_code == 303
    assert browser.post("/groups/energie/watch", data={"level": "all_mail"}).status_code == 404
    service.choose_level(gijs, energie.scope, Level.ALL_MAIL)  # as of a group whose guest they were
    assert gijs.id in queries.mailed_at_once(innovatie, anna.id)
    assert gijs.id not in queries.mailed_at_once(energie, anna.id)


def test_the_page_of_a_group_says_which_level_rules_and_why(app, anna, bram, carla, energie, sign_in):
    """NTF-6: one's own choice, the group's default, and for who reads along that of the site."""
    service.choose_level(bram, energie.scope, Level.NEW_THREADS)
    energie.default_watch = Level.ALL_MAIL
    db.session.commit()
    sentences = {"anna": "Alles per mail: de standaard van deze werkgroep.",
                 "bram": "Nieuwe onderwerpen per mail: dat koos u voor deze werkgroep.",
                 "carla": "Alleen in het overzicht: de standaard voor wie meeleest."}  # fmt: skip
    for key, sentence in sentences.items():
        browser = sign_in(actor_named(key))
        assert sentence in words_of(browser.get("/groups/energie/about").text)
        assert sentence in words_of(browser.get("/groups/energie/watch").text)


def test_a_member_chooses_and_goes_back_to_what_is_usual(app, bram, energie, sign_in):
    """NTF-6: "as is usual here" takes the choice away."""
    browser = sign_in(bram)
    assert 'value="as_wider" checked' in browser.get("/groups/energie/watch").text
    answer = browser.post("/groups/energie/watch", data={"level": "new_threads"})
    assert answer.location == "/groups/energie/about"
    page = browser.get("/groups/energie/watch").text
    assert 'value="new_threads" checked' in page
    assert "Standaard (Alleen in het overzicht)" in page
    assert '<a href="/account/notifications">' in page  # where one chooses when an overview comes, if at all
    browser.post("/groups/energie/watch", data={"level": "as_wider"})
    assert notifications.chosen_level(bram.id, energie.scope) is None


@pytest.mark.parametrize("sent", [{}, {"level": ""}, {"level": "loud"}])
def test_what_is_no_level_is_refused_in_words(app, bram, energie, sign_in, sent):
    answer = sign_in(bram).post("/groups/energie/watch", data=sent)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert notifications.chosen_level(bram.id, energie.scope) is None


@pytest.mark.parametrize("slug", ["energie", "externe-veiligheid"])
def test_who_is_suspended_is_counted_among_nobody_who_reads_and_gets_nothing(app, emma, slug):
    """DISC-20, NTF-15, MOD-9: until the day on which they read again."""
    group, paul = group_called(slug), actor_named("paul")
    service.choose_level(paul, group.scope, Level.ALL_MAIL)
    before = queries.readership(group, emma.id)
    assert paul.id in queries.mailed_at_once(group, emma.id)
    accounts.sanction(actor_named("femke"), paul.id,
                      Measure(kind=SanctionKind.SUSPEND, days=3, rule=4, reason="Drie keer reclame."))  # fmt: skip
    after = queries.readership(group, emma.id)
    assert (after.people, after.mailed) == (before.people - 1, before.mailed - 1)
    assert paul.id not in queries.mailed_at_once(group, emma.id)

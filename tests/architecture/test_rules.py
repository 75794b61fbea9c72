"""A rule and its twin in the database say the same sentence, for everyone."""

import re
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Actor, Company, CompanyState, Person, Tie, Visitor
from app.accounts.policy import live_company_condition, live_tie_condition
from app.announcements import models as announced
from app.announcements.models import Announcement, AnnouncementGroup, Kind
from app.announcements.policy import can_read_announcement, readable_announcements
from app.core import clock
from app.core.extensions import db
from app.directory.policy import can_read_company, can_see_person, readable_companies, readable_people
from app.discussions.models import Thread
from app.discussions.policy import can_read_thread, readable_threads
from app.documents.models import Document, DocumentKind, DocumentState, Label
from app.documents.policy import can_read_document, readable_documents
from app.groups.models import WorkingGroup
from app.groups.policy import can_read_group, can_see_group, readable_group_ids, readable_groups, visible_groups
from app.guard.models import ActsAs
from app.invitations.models import Invitation, InvitationGroup
from app.invitations.policy import can_see_invitation, readable_invitations
from app.marketplace import service as market
from app.marketplace.models import Audience, CloseReason, Listing, Talk
from app.marketplace.policy import can_read_listing, can_read_talk, readable_listings, readable_talks
from app.meetings.models import Meeting, MeetingState
from app.meetings.policy import can_read_meeting, readable_meetings
from app.moderation.models import Action, ActionKind, Case, Desk, Reason, Report
from app.moderation.policy import can_read_action, can_read_case, readable_actions, readable_cases
from tests.architecture.source import APP
from tests.conftest import actor_named, company_of, group_called, new_thread
from tests.marketplace.conftest import draft, placed

pytestmark = pytest.mark.slow  # a sweep: every rule against its twin

CAST = ("anna", "bram", "carla", "dirk", "emma", "femke", "gijs")
OTHERS = ("former_employee", "of_suspended_company", "of_leaving_company", "of_left_company", "guest_whose_day_passed",
          "not_begun_yet", "visitor")  # fmt: skip
EVERYONE = (*CAST, *(pytest.param(who, marks=pytest.mark.slow) for who in OTHERS))
LEADS = {"energie": "anna", "innovatie": "yvonne", "personeelsmobiliteit": "wietske", "externe-veiligheid": "emma"}


@pytest.fixture
def threads(app):
    """One in each of the four groups, and a hidden one in energie."""
    made = {slug: new_thread(actor_named(key), group_called(slug), f"In {slug}") for slug, key in LEADS.items()}
    hidden = new_thread(actor_named("anna"), group_called("energie"), "Verborgen")
    hidden.hidden_at = clock.now()
    db.session.commit()
    return [*made.values(), hidden]


def change_state(key, state, **more):
    company = company_of(key)
    company.state = state
    for name, value in more.items():
        setattr(company, name, value)
    db.session.commit()


def tie_of(key):
    return db.session.get_one(Tie, actor_named(key).tie_id)


@pytest.fixture
def actor_called(app):
    """Anyone of the cast, or someone whose right has ended in one of the ways in which it can."""

    def find(who):
        if who == "visitor":
            return Visitor()
        if who in CAST:
            return actor_named(who)
        return globals()[f"make_{who}"]()

    return find


def make_former_employee():
    accounts.end_tie(actor_named("dirk"), tie_of("petra"))
    return actor_named("petra")


def make_of_suspended_company():
    accounts.change_company_state(actor_named("dirk"), company_of("bert"), CompanyState.SUSPENDED)
    return actor_named("bert")


def make_of_leaving_company():
    """Their company goes at the end of the year: until then nothing changes."""
    change_state("bert", CompanyState.LEAVING, ends_on=clock.today())
    return actor_named("bert")


def make_of_left_company():
    change_state("bert", CompanyState.LEAVING, ends_on=clock.today() - timedelta(days=1))
    return actor_named("bert")


def make_guest_whose_day_passed():
    tie_of("gijs").last_day = clock.today() - timedelta(days=1)
    db.session.commit()
    return actor_named("gijs")


def make_not_begun_yet():
    tie_of("bram").starts_on = clock.today() + timedelta(days=1)
    db.session.commit()
    return actor_named("bram")


def twins():
    """Every `readable_*`, `visible_*` function and condition of the policies, by name."""
    names = set()
    for file in [*APP.rglob("policy.py"), *APP.rglob("policy/*.py")]:
        names |= set(re.findall(r"^def ((?:readable|visible|live)_\w+)", file.read_text(), re.MULTILINE))
    return names


def test_every_twin_there_is_has_its_test_here():
    """Who writes a twin adds it here, with the rule whose sentence it repeats."""
    assert twins() == {
        "readable_groups", "visible_groups", "readable_group_ids", "readable_threads", "readable_documents",
        "live_company_condition", "live_tie_condition", "readable_actions", "readable_cases", "readable_companies",
        "readable_invitations", "readable_listings", "readable_meetings", "readable_people", "readable_talks",
        "readable_announcements",
    }  # fmt: skip


@pytest.mark.parametrize("who", EVERYONE)
def test_the_groups_a_person_sees_are_those_the_rules_grant(who, threads, actor_called):
    """GRP-2, GRP-4, GRP-41"""
    actor = actor_called(who)
    groups = db.session.scalars(select(WorkingGroup)).all()
    seen, read = (set(db.session.scalars(twin(actor)).all()) for twin in (visible_groups, readable_groups))
    assert len(groups) == 4
    assert seen == {group for group in groups if can_see_group(actor, group)}
    assert read == {group for group in groups if can_read_group(actor, group)}
    assert sorted(readable_group_ids(actor)) == sorted(group.id for group in read)
    assert read <= seen


@pytest.mark.parametrize("who", EVERYONE)
def test_the_threads_a_person_reads_are_those_the_rule_grants(who, threads, actor_called):
    actor = actor_called(who)
    everything = db.session.scalars(select(Thread)).all()
    read = set(db.session.scalars(readable_threads(actor)).all())
    assert len(everything) == 5
    assert read == {thread for thread in everything if can_read_thread(actor, thread)}


@pytest.mark.parametrize("who", EVERYONE)
def test_the_documents_a_person_reads_are_those_the_rule_grants(who, threads, actor_called):
    """DOC-4, DOC-16: with every label, in each of the four groups; adopted, hidden and thrown away ones too."""
    for slug, key in LEADS.items():
        tie_id = actor_named(key).tie_id
        for number, label in enumerate(Label):
            for gone in ({}, {"hidden_at": clock.now()}, {"trashed_at": clock.now()}):
                db.session.add(Document(group=group_called(slug), kind=DocumentKind.PAGE, title=f"Plan {number}",
                                        label=label, keeper_id=tie_id, created_by=tie_id, changed_by=tie_id, **gone))
            for state in DocumentState:
                db.session.add(Document(group=group_called(slug), kind=DocumentKind.PAGE, title=f"Statuut {number}",
                                        label=label, state=state, adopted_number=1, keeper_id=tie_id,
                                        created_by=tie_id, changed_by=tie_id))  # fmt: skip
    db.session.commit()
    actor = actor_called(who)
    everything = db.session.scalars(select(Document)).all()
    read = set(db.session.scalars(readable_documents(actor)).all())
    assert len(everything) == 4 * len(Label) * (3 + len(DocumentState))
    assert read == {document for document in everything if can_read_document(actor, document)}


@pytest.mark.parametrize("who", EVERYONE)
def test_the_meetings_a_person_reads_are_those_the_rule_grants(who, threads, actor_called):
    """In every state, in each of the four groups; drafts with and without this person as chair or note taker."""
    ties = [actor_named(key).tie_id for key in ("bram", "carla", "gijs")]
    for slug, key in LEADS.items():
        for state in MeetingState:
            for chair, note_taker in ((None, None), *((tie, None) for tie in ties), *((None, tie) for tie in ties)):
                db.session.add(Meeting(group=group_called(slug), title=f"Overleg {state}", state=state,
                                       starts_at=clock.now(), ends_at=clock.now(), chair_id=chair,
                                       note_taker_id=note_taker, created_by=actor_named(key).tie_id))  # fmt: skip
    db.session.commit()
    actor = actor_called(who)
    everything = db.session.scalars(select(Meeting)).all()
    read = set(db.session.scalars(readable_meetings(actor)).all())
    assert len(everything) == 4 * len(MeetingState) * 7
    assert read == {meeting for meeting in everything if can_read_meeting(actor, meeting)}


@pytest.mark.parametrize("who", EVERYONE)
def test_the_companies_and_people_a_person_sees_are_those_the_rules_grant(who, app, actor_called):
    """DIR-1, DIR-5, GRP-42: companies in every state; people of every kind, of whom some have gone."""
    for number, state in enumerate(CompanyState):
        db.session.add(Company(name=f"Bedrijf {number}", slug=f"bedrijf-{number}", state=state))
    db.session.add(Company(name="Weg", slug="weg", state=CompanyState.LEAVING, ends_on=clock.today() - timedelta(1)))
    db.session.get_one(Person, actor_named("henk").id).erased_at = clock.now()
    accounts.end_tie(actor_named("dirk"), tie_of("otto"))
    actor = actor_called(who)
    for model, twin, rule in ((Company, readable_companies, can_read_company), (Person, readable_people,
                                                                                can_see_person)):  # fmt: skip
        everything = db.session.scalars(select(model)).all()
        assert set(db.session.scalars(twin(actor)).all()) == {each for each in everything if rule(actor, each)}
    is_live = set(db.session.scalars(select(Company).where(live_company_condition())).all())
    assert is_live == {company for company in db.session.scalars(select(Company)).all() if company.is_live}


@pytest.mark.parametrize("who", EVERYONE)
def test_the_listings_and_talks_a_person_reads_are_those_the_rules_grant(who, app, actor_called):
    """MKT-7, MKT-35: for every audience, in every state; of talks those of the own company, as contact or by name."""
    made = {state: placed(actor_named("bram"), title=f"Voor leden {state}") for state in ("out", "ended", "closed")}
    for slug, key in LEADS.items():
        placed(actor_named(key), audience=Audience.GROUP, group_id=group_called(slug).id)
    named = [actor_named("carla").company_id]
    placed(actor_named("bram"), audience=Audience.NAMED, company_ids=named)
    draft(actor_named("emma"))
    draft(actor_named("bram"), audience="group", group=str(group_called("energie").id))
    market.close_listing(actor_named("bram"), made["closed"], CloseReason.ELSEWHERE)
    made["ended"].expires_on = clock.today() - timedelta(days=61)
    hidden = placed(actor_named("bram"))
    hidden.hidden_at = clock.now()
    db.session.commit()
    for key in ("carla", "emma", "paul"):
        market.open_talk(actor_named(key), made["out"], "Hoeveel is er?")
    actor = actor_called(who)
    for kind, rule, twin, count in ((Listing, can_read_listing, readable_listings, 11),
                                    (Talk, can_read_talk, readable_talks, 3)):  # fmt: skip
        everything = db.session.scalars(select(kind)).all()
        assert len(everything) == count
        read = set(db.session.scalars(twin(actor)).all())
        assert read == {each for each in everything if rule(actor, each)}


@pytest.mark.parametrize("who", EVERYONE)
def test_the_cases_and_actions_a_person_reads_are_those_the_rules_grant(who, threads, actor_called):
    """MOD-2, MOD-3, MOD-7, MOD-31: at every desk, in groups that are and are not confidential, and in none."""
    otto, bram = actor_named("otto"), actor_named("bram")
    for number, (desk, slug) in enumerate(product(Desk, (*LEADS, None))):
        author = otto if number % 2 else actor_named(CAST[number % len(CAST)])
        about = {"author_id": author.id, "author_tie_id": author.tie_id,
                 "group_id": group_called(slug).id if slug else None}  # fmt: skip
        case = Case(kind="post", item=number, subject_version=1, title="Een zin", text="Een zin.", url="/",
                    written_at=clock.now(), desk=desk, due_at=clock.now(), **about)  # fmt: skip
        db.session.add(case)
        db.session.flush()
        db.session.add(Report(case_id=case.id, person_id=bram.id if number % 3 else author.id, kind="post", item=number,
                              subject_version=1, reason=Reason.CONDUCT, created_by=bram.tie_id))  # fmt: skip
        db.session.add(Action(
            case_id=case.id, kind=ActionKind.MESSAGE, rule=1, reason="Omdat het zo is.", role=ActsAs.COORDINATOR,
            subject_kind="post", subject_item=number, group_id=about["group_id"], person_id=author.id,
            tie_id=author.tie_id, created_by=actor_named("dirk").tie_id))  # fmt: skip
    db.session.get_one(Person, actor_named("femke").id).is_board = True
    db.session.commit()
    actor = actor_called(who)
    cases, actions = db.session.scalars(select(Case)).all(), db.session.scalars(select(Action)).all()
    assert len(cases) == len(actions) == 20
    assert set(db.session.scalars(readable_cases(actor))) == {case for case in cases if can_read_case(actor, case)}
    read = set(db.session.scalars(readable_actions(actor)))
    assert read == {action for action in actions if can_read_action(actor, action)}


@pytest.mark.parametrize("who", EVERYONE)
def test_the_invitations_a_person_sees_are_those_the_rule_grants(who, app, actor_called):
    """GRP-22, GRP-30: of every company of the cast, by its contact, by a colleague, and by the coordinator."""
    for number, (of, by) in enumerate(product(CAST, ("anna", "bram", "dirk", *LEADS.values()))):
        db.session.add(Invitation(email=f"n{number}@nieuw.example", name="Nieuw", company_id=company_of(of).id,
                                  token_hash=str(number), expires_at=clock.now(), created_by=tie_of(by).id))
    db.session.commit()
    everything = db.session.scalars(select(Invitation)).all()
    for place, each in enumerate(everything):  # some name no group, others each of them, or a secret one and another
        slugs = [[], *([slug] for slug in LEADS), ["externe-veiligheid", "energie"]][place // len(CAST) % 6]
        db.session.add_all(InvitationGroup(invitation_id=each.id, group_id=group_called(slug).id) for slug in slugs)
    db.session.commit()
    actor = actor_called(who)
    assert len(everything) == len(CAST) * (3 + len(LEADS))
    seen = set(db.session.scalars(readable_invitations(actor)))
    assert seen == {each for each in everything if can_see_invitation(actor, each)}


@pytest.mark.parametrize("who", EVERYONE)
def test_the_announcements_a_person_reads_are_those_the_rule_grants(who, app, actor_called):
    """NTF-40: of both kinds, for each audience, in every state, by the coordinator and by each lead."""
    for by, kind, audience, state in product(("dirk", *LEADS.values()), Kind, announced.Audience, announced.State):
        made = Announcement(kind=kind, audience=audience, title="Open dag", body_md="Kom.", body_html="<p>Kom.</p>",
                            state=state, created_by=tie_of(by).id)
        db.session.add(made)
    db.session.flush()
    everything = db.session.scalars(select(Announcement).where(Announcement.audience == "groups")).all()
    for place, each in enumerate(everything):
        slugs = [*([slug] for slug in LEADS), ["externe-veiligheid", "energie"]][place % (len(LEADS) + 1)]
        db.session.add_all(AnnouncementGroup(announcement_id=each.id, group_id=group_called(slug).id) for slug in slugs)
    db.session.commit()
    actor = actor_called(who)
    seen = set(db.session.scalars(readable_announcements(actor)))
    assert seen == {each for each in db.session.scalars(select(Announcement)) if can_read_announcement(actor, each)}


# What the rules grant, written down by hand: two twins may be wrong together.
READ = {
    "anna": {"energie", "innovatie"}, "bram": {"energie", "innovatie"}, "carla": {"energie", "innovatie"},
    "dirk": {"energie", "innovatie", "personeelsmobiliteit"},
    "emma": {"energie", "innovatie", "externe-veiligheid"}, "femke": {"energie", "innovatie"}, "gijs": {"innovatie"},
    "former_employee": set(), "of_suspended_company": set(),
    "of_leaving_company": {"energie", "innovatie", "externe-veiligheid"}, "of_left_company": set(),
    "guest_whose_day_passed": set(), "not_begun_yet": set(), "visitor": set(),
}  # fmt: skip


@pytest.mark.parametrize("who", EVERYONE)
def test_who_reads_what_is_as_the_matrix_of_rights_says(who, threads, actor_called):
    """GRP-2, GRP-4: the table of features/groups.md, for these people."""
    actor = actor_called(who)
    assert {group.slug for group in db.session.scalars(readable_groups(actor))} == READ[who]
    assert {thread.group.slug for thread in db.session.scalars(readable_threads(actor))} == READ[who]


@pytest.mark.parametrize("who", EVERYONE[:-1])
def test_a_tie_is_live_in_the_database_when_it_is_in_the_rules(who, app, actor_called):
    """GRP-41"""
    actor = actor_called(who)
    live = select(Tie.person_id).join(Company, Company.id == Tie.company_id).where(live_tie_condition())
    assert (actor.id in db.session.scalars(live).all()) == actor.has_live_tie


def test_everybody_of_the_demo_agrees_too(threads):
    """The sixty of them, in one go."""
    groups = db.session.scalars(select(WorkingGroup)).all()
    for person_id in db.session.scalars(select(Person.id)).all():
        actor = Actor.of_person(person_id)
        read = {group.slug for group in db.session.scalars(readable_groups(actor))}
        assert read == {group.slug for group in groups if can_read_group(actor, group)}, actor.name

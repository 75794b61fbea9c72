"""The companies, the people, the groups, and what they wrote to each other."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Actor, Company, CompanyState, Office, Person, SecondFactor, TieKind
from app.core import clock, markup
from app.core.extensions import db
from app.core.text import slug
from app.core.transaction import atomic
from app.demo.service.changes import change_posts
from app.demo.service.complaints import file_complaints
from app.demo.service.content import actor_of, content, days_from
from app.demo.service.departures import plan_departures
from app.demo.service.directory import fill_directory
from app.demo.service.gatherings import place_load_test, place_meetings
from app.demo.service.invited import place_invitations
from app.demo.service.market import place_listings
from app.demo.service.papers import paper, place_documents
from app.demo.service.told import announce
from app.discussions import queries as discussions
from app.discussions import service as writing
from app.discussions.models import Thread, ThreadKind, ThreadStatus
from app.discussions.service import GroupSeen, NewThread, Written
from app.groups import service as groups
from app.groups.models import JoinRequest, Role, Theme, Visibility, WorkingGroup
from app.groups.policy import own_standings
from app.groups.service import GroupSettings
from app.home.service import note_visit
from app.notifications import service as notifications

PASSWORD = "brink-demo-2026"  # noqa: S105 (shown on the sign-in page of every demo)
STEP_SECRET = "BRINKDEMOBRINKDEMO234567"  # noqa: S105 (of everyone in the demo who has a second step)
STARTED = timedelta(days=545)  # before today
GUEST_STAYS = timedelta(days=120)
SIGN_INS = ("anna", "bram", "carla", "dirk", "emma", "femke", "gijs")
# How many days ago each of these last looked; everyone else looked three days ago.
LAST_LOOK = {"anna": 3, "bram": 4, "carla": 4, "emma": 2, "gijs": 12}


class GroupPlan(NamedTuple):
    name: str
    code: str
    theme: Theme
    visibility: Visibility
    lead: str
    deputy: str
    secretary: str
    members: str
    purpose: str
    rules: str = ""


class RequestPlan(NamedTuple):
    by: str
    days_ago: int
    answer: str
    reason: str = ""  # why the lead declined it, a day later; without one it waits


GROUPS = (
    GroupPlan(
        "Innovatie", "INN", Theme.INNOVATION, Visibility.OPEN, "yvonne", "klaas", "",
        "bram carla geesje desiree aaltje nel johan theo bas silvia ronald elly nynke petra freek gijs",
        "Samen proeven doen, testruimte delen en van elkaars fouten leren, van nieuwe grondstof tot slimmer onderhoud.",
        "- Vertel ook wat niet lukte.\n- Deel geen recepten of klantnamen.",
    ),
    GroupPlan(
        "Energie", "EN", Theme.ENERGY, Visibility.OPEN, "anna", "henk", "jan",
        "bram otto sander mark harm marieke rik evert freek mirjam ineke gert erwin lammert vincent suze nynke jeroen "
        "klaas",
        "Eén gezamenlijk antwoord op het volle net, en restwarmte naar wie hem nodig heeft.",
        "- Noem getallen met eenheid en meetperiode.\n- Geen prijzen of contractvoorwaarden: dat is mededinging.",
    ),
    GroupPlan(
        "Personeelsmobiliteit", "PM", Theme.MOBILITY, Visibility.ON_REQUEST, "wietske", "corrie", "",
        "tjitske hilda wim thea ria lianne koos niels annemiek trijntje evert johan",
        "Vakmensen uitlenen in stille weken, samen opleiden, en mensen in de regio houden.",
        "- Geen namen van medewerkers zonder hun toestemming.\n- Niet over lonen: dat is mededinging.",
    ),
    GroupPlan(
        "Externe veiligheid", "EV", Theme.SAFETY, Visibility.CONFIDENTIAL, "emma", "paul", "",
        "bert joke dennis albert roelof petra",
        "Oefenen met de buren en de hulpdiensten, en eerlijk delen wat er bijna misging.",
        "- Voorvallen zonder namen.\n- Wat hier staat, blijft hier.",
    ),
)  # fmt: skip

REQUESTS = (
    RequestPlan(
        "nel", 9, "Ik wil graag weten welke bedrijven mensen zoeken, voor onze eigen inkoop van uitzendkrachten.",
        "Wij delen mensen onder elkaar en kopen niet in. Misschien kan een collega van personeelszaken meedoen?",
    ),
    RequestPlan(
        "sander", 2, "Wij hebben vier monteurs die in de zomerstop ergens anders kunnen meedraaien, en zoeken in het "
        "najaar zelf twee operators.",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class PlannedPost:
    """One text of the content files, with the moment at which it is placed."""

    at: datetime
    group: str
    thread: dict[str, Any]
    by: str
    text: str
    is_first: bool
    is_last: bool
    settled: str  # what it had come to by then, for a while
    files: list[dict[str, Any]]


def is_empty() -> bool:
    return db.session.scalar(select(Company.id).limit(1)) is None


def seed_demo() -> None:
    """The cast, the groups, and everything they wrote, up to now."""
    now = clock.now()
    password_hash = accounts.hash_password(PASSWORD)
    with notifications.without_mail():
        with clock.stopped_at(now - STARTED):
            people = make_cast(password_hash)
            made = make_groups(people)
        place_posts(plan_posts(now), people, made)
        change_posts(people)
        place_documents(now, people, made)
        fill_directory(now, people)
        place_meetings(now, people, made)
        place_listings(now, people)
        place_requests(now, people, made)
        file_complaints(now, people)
        place_invitations(now, people)
        plan_departures(people)
        announce(now, people)
    for key in people:
        look_around(people[key], last_look(key))


@atomic
def make_cast(password_hash: str) -> dict[str, int]:
    """Companies and people of people.toml; the answer gives the id of each key."""
    people = {}
    with_step = _members_of_confidential_groups()
    for entry in content("people")["company"]:
        company = accounts.create_company(None, name=entry["name"], state=CompanyState(entry["state"]),
                                          vote_weight=entry.get("vote_weight", 1), address=entry["slug"])  # fmt: skip
        for line in entry["person"]:
            person = accounts.create_person(
                None, email=f"{line['key']}@brink.example", name=line["name"], password_hash=password_hash,
                office=Office(line.get("office", "none")), is_board=line.get("is_board", False),
            )  # fmt: skip
            kind = TieKind(line.get("kind", "staff"))
            last_day = (clock.today() + STARTED + GUEST_STAYS) if kind is TieKind.GUEST else None
            accounts.start_tie(None, person, company, kind=kind, function=line["function"], last_day=last_day,
                               is_contact=line.get("is_contact", False),
                               is_delegate=line.get("is_delegate", False))  # fmt: skip
            if person.office is not Office.NONE or line["key"] in with_step:
                accounts.install_second_step(person, STEP_SECRET)
            people[line["key"]] = person.id
    return people


def make_groups(people: dict[str, int]) -> dict[str, int]:
    """The four groups with their members; the answer gives the id of each address."""
    return _make_groups(people, {plan.code: markup.render(plan.rules, person_id=None) for plan in GROUPS})


@atomic
def _make_groups(people: dict[str, int], rules_html: dict[str, str]) -> dict[str, int]:
    made = {}
    for plan in GROUPS:
        settings = GroupSettings(purpose=plan.purpose, theme=plan.theme, visibility=plan.visibility,
                                 rules_md=plan.rules, rules_html=rules_html[plan.code])  # fmt: skip
        group = groups.create_group(actor_of(people["dirk"]), name=plan.name, code=plan.code,
                                    lead_id=people[plan.lead], settings=settings)  # fmt: skip
        roles = {**dict.fromkeys(plan.members.split(), Role.MEMBER), plan.deputy: Role.DEPUTY}
        if plan.secretary:
            roles[plan.secretary] = Role.SECRETARY
        for key, role in roles.items():
            person = db.session.get_one(Person, people[key])
            groups.add_member(actor_of(people[plan.lead]), group, person, role)
        made[group.slug] = group.id
    return made


def plan_posts(now: datetime) -> list[PlannedPost]:
    """All texts of all groups in order of time, the last at least five minutes ago."""
    planned = []
    for plan in GROUPS:
        for number, thread in enumerate(content(slug(plan.name))["thread"]):
            at = _working_hour(days_from(now, -thread["days_ago"]), number)
            last = len(thread["post"]) - 1
            for place, post in enumerate(thread["post"]):
                at += timedelta(hours=float(post["after_hours"]))
                moment = min(at, now - timedelta(minutes=5) - timedelta(seconds=last - place))
                planned.append(PlannedPost(moment, slug(plan.name), thread, post["by"], post["text"].strip(),
                                           place == 0, place == last, post.get("settled", ""),
                                           post.get("file", [])))  # fmt: skip
    return sorted(planned, key=lambda post: post.at)


def place_posts(planned: list[PlannedPost], people: dict[str, int], made: dict[str, int]) -> None:
    started: dict[str, int] = {}
    for post in planned:
        with clock.stopped_at(post.at):
            actor, group = actor_of(people[post.by]), db.session.get_one(WorkingGroup, made[post.group])
            text = replace(text_of(actor, group, post.text), files=files_of(post))
            if post.is_first:
                new = NewThread(title=post.thread["title"], kind=ThreadKind(post.thread["kind"]))
                started[post.thread["title"]] = writing.start_thread(actor, group, new, text).id
            else:
                writing.reply_to_thread(actor, db.session.get_one(Thread, started[post.thread["title"]]), text)
            for telling_id in notifications.untold():  # now, and not when a job of today comes to it
                notifications.tell(telling_id)
            starter = actor_of(people[post.thread["post"][0]["by"]])
            if post.settled:
                thread = db.session.get_one(Thread, started[post.thread["title"]])
                writing.settle_thread(starter, thread, post.settled)
            if post.is_last:
                bring_to_its_state(starter, started[post.thread["title"]], post.thread)


def text_of(actor: Actor, group: WorkingGroup, body: str) -> Written:
    named = discussions.people_to_mention(actor, group) if writing.has_names(body) else []
    naming = markup.render_names(body, writing.names_in(body, named), person_id=None)
    return Written(body_md=body, body_html=naming.html, mentions=naming.people)


def files_of(post: PlannedPost) -> writing.Files:
    return writing.Files(uploads=[paper(each["title"], each) for each in post.files])


def bring_to_its_state(starter: Actor, thread_id: int, plan: dict[str, Any]) -> None:
    thread = db.session.get_one(Thread, thread_id)
    if plan["status"] == ThreadStatus.IN_PROGRESS:
        writing.take_up_thread(starter, thread)
    elif plan["status"] == ThreadStatus.SETTLED:
        writing.settle_thread(starter, thread, plan["settled"])


def place_requests(now: datetime, people: dict[str, int], made: dict[str, int]) -> None:
    """Who asked to take part in the group on request: one waits, one was declined."""
    for plan in REQUESTS:
        group = db.session.get_one(WorkingGroup, made["personeelsmobiliteit"])
        with clock.stopped_at(now - timedelta(days=plan.days_ago)):
            request_id = groups.ask_to_join(actor_of(people[plan.by]), group, plan.answer).id
        if plan.reason:
            with clock.stopped_at(now - timedelta(days=plan.days_ago - 1)):
                groups.decline_join_request(actor_of(people["wietske"]), db.session.get_one(JoinRequest, request_id),
                                            plan.reason)  # fmt: skip


def last_look(key: str) -> datetime:
    """At the start of a day, so that what is new does not hang on the hour at which the demo is filled."""
    return clock.local_midnight(clock.today() - timedelta(days=LAST_LOOK.get(key, 3)))


def look_around(person_id: int, moment: datetime) -> None:
    """This person has seen everything up to that moment, and what came later is new."""
    with clock.stopped_at(moment):
        actor = actor_of(person_id)
        seen = [GroupSeen(group_id, discussions.seq_before(group_id, moment)) for group_id in _own_groups(actor)]
        writing.mark_groups_seen(actor, seen)
        notifications.mark_read(actor)
        note_visit(actor.id, is_first=True)


def seed_people(count: int) -> None:
    """`count` more people, three to a company, members of energie and innovatie: for load tests."""
    password_hash = accounts.hash_password(PASSWORD)
    for first in range(1, count + 1, 90):
        _make_some(range(first, min(first + 90, count + 1)), password_hash)
    place_load_test()


@atomic
def _make_some(numbers: range, password_hash: str) -> None:
    open_groups = db.session.scalars(select(WorkingGroup).where(WorkingGroup.slug.in_(("energie", "innovatie")))).all()
    company = None
    for number in numbers:
        if company is None or number % 3 == 1:
            company = accounts.create_company(None, name=f"Proefbedrijf {(number + 2) // 3:04}")
        person = accounts.create_person(None, email=f"p{number:04}@brink.example", name=f"Proefpersoon {number:04}",
                                        password_hash=password_hash)  # fmt: skip
        accounts.start_tie(None, person, company, function="belastingproef")
        for group in open_groups:
            groups.join_group(actor_of(person.id), group)


def demo_code(factor: SecondFactor) -> str:
    """What the app of an invented person shows; of a second step that someone set up themselves nothing."""
    return accounts.present_code(factor) if accounts.secret_of(factor) == STEP_SECRET else ""


def _members_of_confidential_groups() -> set[str]:
    secret = [plan for plan in GROUPS if plan.visibility is Visibility.CONFIDENTIAL]
    return {key for plan in secret for key in (plan.lead, plan.deputy, *plan.members.split())}


def sign_ins() -> list[tuple[str, str, str]]:
    """(address, name, who) of the seven whom the sign-in page of a demo shows."""
    lines = {
        person["key"]: (f"{person['key']}@brink.example", person["name"], f"{person['function']}, {company['name']}")
        for company in content("people")["company"] for person in company["person"]
    }  # fmt: skip
    return [lines[key] for key in SIGN_INS]


def _own_groups(actor: Actor) -> list[int]:
    return [standing.group_id for standing in own_standings(actor)]


def _working_hour(day: datetime, number: int) -> datetime:
    """Between half past eight and half past four of that local day, spread over the threads."""
    return day.replace(hour=8, minute=30, second=0, microsecond=0) + timedelta(minutes=(number * 97) % 480)

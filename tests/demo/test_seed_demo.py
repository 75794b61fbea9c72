"""The demo association: an empty database becomes one in which people have been talking for a year and a half."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import create_engine, func, select, text

from app.accounts.models import Company, CompanyState, Office, Person, Tie, TieKind
from app.accounts.queries import second_factor_of
from app.audit.queries import first_broken_entry
from app.core.clock import local, now, today
from app.core.extensions import db
from app.core.markup import as_rendered
from app.demo.service import PASSWORD, SIGN_INS, STARTED, demo_code
from app.demo.service.told import TEXT, TITLE, day_of
from app.discussions import queries
from app.discussions.models import Post, Settlement, Summary, Thread, ThreadKind, ThreadStatus
from app.documents.models import Folder
from app.groups.models import GroupMembership, JoinRequest, RequestState, Role, Visibility, WorkingGroup
from app.groups.policy import standings
from app.home.frame import Frame
from app.mail.models import Letter
from app.meetings.models import Meeting, MeetingState
from app.meetings.queries import coming_meetings, minutes_of
from app.meetings.service import facts_from_log
from app.meetings.service.facts import seal_of
from app.search import service as search
from app.search.models import Findable
from tests.conftest import actor_named, group_called, person_named
from tests.demo.filled import flask
from tests.faults.embedded import Client, EmbeddedServer

pytestmark = pytest.mark.slow  # each database is filled by the real command, which takes a while

CONTENT = ("companies", "people", "ties", "groups", "group_memberships", "threads", "posts", "folders", "documents",
           "document_versions", "file_contents", "listings", "listing_files", "talks", "talk_proposals",
           "meetings", "agenda_items", "meeting_invitations", "minutes_blocks", "join_requests")


WITH_STEP = ("dirk", "emma", "femke")


def count_of(model):
    return db.session.scalar(select(func.count()).select_from(model))


def rows_in(url):
    engine = create_engine(url)
    with engine.connect() as connection:
        counts = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in CONTENT}
    engine.dispose()
    return counts


def test_there_are_enough_companies_people_threads_and_posts(app):
    """Issue A part 6, interface"""
    members = [company for company in db.session.scalars(select(Company)) if company.vote_weight]
    assert len([company for company in members if company.state is CompanyState.MEMBER]) >= 16
    assert 55 <= count_of(Person) <= 75
    assert count_of(Thread) >= 40
    assert count_of(Post) >= 400
    assert db.session.scalars(select(Post).where(Post.body_md == "")).all() == []


def test_the_four_groups_can_be_seen_as_the_demo_promises(app):
    """Decision 17"""
    groups = {group.slug: group.visibility for group in db.session.scalars(select(WorkingGroup))}
    assert groups == {
        "innovatie": Visibility.OPEN, "energie": Visibility.OPEN,
        "personeelsmobiliteit": Visibility.ON_REQUEST, "externe-veiligheid": Visibility.CONFIDENTIAL,
    }  # fmt: skip


def test_the_cast_stands_where_the_interface_says(app):
    """interface: who is who"""
    roles = {
        key: {standing.slug: standing.role for standing in standings(actor_named(key)).values() if standing.is_member}
        for key in SIGN_INS
    }
    assert roles["anna"]["energie"] is Role.LEAD
    assert roles["bram"] == {"energie": Role.MEMBER, "innovatie": Role.MEMBER}
    assert roles["carla"] == {"innovatie": Role.MEMBER}
    assert roles["emma"]["externe-veiligheid"] is Role.LEAD
    assert roles["femke"] == {}
    assert roles["gijs"] == {"innovatie": Role.GUEST}
    assert actor_named("dirk").is_coordinator
    assert person_named("femke").office is Office.ADMIN
    assert actor_named("anna").is_contact
    gijs = actor_named("gijs")
    assert gijs.kind is TieKind.GUEST
    assert gijs.last_day > today()
    companies = {key: actor_named(key).company_name for key in SIGN_INS}
    assert companies["anna"] == companies["bram"] == "Vezelwerk Emmen"
    assert companies["carla"] == "Polymeer Coevorden"
    assert companies["emma"] == "Aardappelzetmeel Gasselternijveen"


def test_one_asks_to_take_part_in_the_group_on_request_and_one_was_declined(app, sign_in):
    """GRP-8, 9: the lead is rung, and whoever asked reads what became of it."""
    found = {each.tie.person.email: each for each in db.session.scalars(select(JoinRequest))}
    assert {email: each.state for email, each in found.items()} == {
        "sander@brink.example": RequestState.PENDING, "nel@brink.example": RequestState.DECLINED}
    assert found["sander@brink.example"].answer in sign_in(actor_named("wietske")).get(
        "/groups/personeelsmobiliteit/members").text
    assert found["nel@brink.example"].decline_reason in unescape(
        sign_in(actor_named("nel")).get("/groups/personeelsmobiliteit").text)


def test_a_post_was_changed_one_deleted_a_thread_renamed_and_one_went_on_after_it_was_settled(app, sign_in):
    """DISC-33 to 37, 39, 40: there is something to see of each, for readers, the author and the lead."""
    anna, bram = sign_in(actor_named("anna")), sign_in(actor_named("bram"))
    changed, deleted = (db.session.scalars(select(Post).where(Post.body_md.startswith(words))).one()
                        for words in ("Beste afnemers op de streng", "De kaart hang ik hier"))  # fmt: skip
    history = anna.get(f"/posts/{changed.id}/history?from=1&to=2").text
    assert "Van versie 1 naar 2" in history
    assert "9,5" in history
    for browser, may in ((anna, False), (bram, True)):
        page = browser.get(deleted.thread.link + "?page=1").text
        assert "Verwijderd door de schrijver" in page
        assert (f"/posts/{deleted.id}/restore" in page) is may
    renamed = db.session.scalars(select(Thread).where(Thread.version > 1)).one()
    assert "Voorstel: één stopkalender voor de regio" in anna.get(f"/threads/{renamed.id}/history").text
    posts = select(Post.id).where(Post.thread_id == renamed.id)
    titles = select(Findable.title).where(Findable.kind == "post", Findable.ref_id.in_(posts))
    assert set(db.session.scalars(titles)) == {renamed.title}
    resumed = db.session.scalars(select(Settlement).where(Settlement.resumed_at.is_not(None))).one()
    assert resumed.thread.status is ThreadStatus.OPEN
    assert resumed.body in unescape(anna.get(resumed.thread.link + "?page=1").text)


def test_some_posts_were_given_reactions(app, sign_in):
    """DISC-28: there is something to see below them, and of whom."""
    first = db.session.scalars(select(Post).where(Post.body_md.startswith("Onze droogstraat geeft"))).one()
    page = sign_in(actor_named("bram")).get(f"/posts/{first.id}/reactions").text
    assert "Herkenbaar" in page
    assert "Henk" in page


def test_a_thread_has_a_summary_with_posts_since(app, sign_in):
    """DISC-41"""
    summed_up = db.session.scalars(select(Summary)).one().thread
    page = sign_in(actor_named("bram")).get(f"{summed_up.link}?page=1").text
    assert "bijgewerkt tot bericht 6" in page


def test_the_association_itself_does_not_vote(app):
    """Decision 17"""
    for key in ("dirk", "femke"):
        own = db.session.get_one(Company, actor_named(key).company_id)
        assert (own.state, own.vote_weight) == (CompanyState.MEMBER, 0)


def test_nothing_happened_in_the_future_or_before_the_beginning(app):
    """interface: dates are relative to today"""
    moment = now()
    for column in (Post.created_at, Thread.created_at, Thread.last_post_at, GroupMembership.joined_at,
                   Person.created_at, Company.created_at):  # fmt: skip
        first, last = db.session.execute(select(func.min(column), func.max(column))).one()
        assert moment - STARTED - timedelta(days=1) <= first <= last < moment
    assert db.session.scalar(select(func.max(Tie.starts_on))) <= today()


def test_the_talk_is_spread_over_a_year_and_a_half_up_to_this_week(app):
    """Issue A part 6"""
    first, last = db.session.execute(select(func.min(Post.created_at), func.max(Post.created_at))).one()
    assert now() - first > timedelta(days=365)
    assert now() - last < timedelta(days=7)


def test_meetings_were_held_are_today_and_come(app, sign_in, anna):
    """interface: past meetings with minutes, one today that Anna chairs, coming ones, a confidential one."""
    held = db.session.scalars(select(Meeting).where(Meeting.state == MeetingState.CLOSED)).all()
    assert len(held) >= 4
    assert all(minutes_of(meeting).sha256 == seal_of(facts_from_log(meeting)) for meeting in held)
    assert any(meeting.group.is_confidential for meeting in held)
    coming = coming_meetings(anna)
    assert [row.chair_id == anna.tie_id for row in coming][:1] == [True]
    assert local(coming[0].starts_at).date() == today()
    assert len({row.state for row in coming}) >= 3
    for meeting in held:
        page = sign_in(actor_named("emma")).get(f"/meetings/{meeting.id}/minutes")
        assert page.status_code == 200
        assert "Presentielijst" in page.text


def test_posts_stand_in_order_of_time_and_without_a_gap(app):
    """DISC-21"""
    for thread in db.session.scalars(select(Thread)):
        posts = db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.position)).all()
        assert [post.position for post in posts] == list(range(1, len(posts) + 1))
        assert [post.created_at for post in posts] == sorted(post.created_at for post in posts)
        assert (thread.last_position, thread.last_post_at) == (posts[-1].position, posts[-1].created_at)
        assert thread.created_at == posts[0].created_at


def test_arrival_numbers_rise_with_time_in_each_group(app):
    for group in db.session.scalars(select(WorkingGroup)):
        posts = db.session.execute(
            select(Post.seq, Post.created_at).join(Thread).where(Thread.group_id == group.id).order_by(Post.seq)
        ).all()
        assert [row.created_at for row in posts] == sorted(row.created_at for row in posts)
        assert len({row.seq for row in posts}) == len(posts)


def test_anna_and_bram_have_something_to_read_and_not_everything(app):
    """Issue A part 6"""
    for key in ("anna", "bram"):
        unread = Frame(actor_named(key)).unread_threads
        assert 1 <= unread < 60
        group = group_called("energie")
        counts, _until = queries.thread_counts(actor_named(key), group)
        assert 1 <= counts["unread"] < counts["open"] + counts["settled"]
    assert any(line.unread for line in queries.threads_in_group(actor_named("anna"), group_called("energie")))


def test_something_rings_for_anna(app, anna, sign_in):
    page = sign_in(anna).get("/").text
    assert re.search(r"\d+ bericht(en)? voor u", re.sub(r"<[^>]+>", "", page))


def test_every_filter_and_a_second_page_have_something_on_them(app):
    """interface: enough that every page has something on it and the second page exists."""
    assert {thread.status for thread in db.session.scalars(select(Thread))} == set(ThreadStatus)
    assert {thread.kind for thread in db.session.scalars(select(Thread))} == set(ThreadKind)
    assert db.session.scalar(select(func.max(Thread.last_position))) > 25


@pytest.mark.parametrize("address", ["/market?page=2", "/groups/energie/documents?folder={folder}&page=2"])
def test_long_lists_go_on_after_their_first_page(app, sign_in, address):
    """interface: the second page exists, and has something on it that the first has not."""
    carla = sign_in(actor_named("carla"))
    folder = db.session.scalar(select(Folder.id).where(Folder.name == "Meetstaten"))
    second = carla.get(address.format(folder=folder))
    first = carla.get(address.format(folder=folder).replace("&page=2", "").replace("?page=2", ""))
    things = re.compile(r'href="/((?:listings|documents)/\d+)')
    assert (first.status_code, second.status_code) == (200, 200)
    assert set(things.findall(second.text)) - set(things.findall(first.text))


def test_members_write_and_nobody_else(app):
    """The services were asked, so no rule was passed by."""
    wrote = db.session.execute(select(Thread.group_id, Post.created_by).join(Thread).distinct()).all()
    places = set(db.session.execute(select(GroupMembership.group_id, GroupMembership.tie_id)).all())
    coordinators = {actor_named("dirk").tie_id}
    assert {tuple(row) for row in wrote if row[1] not in coordinators} <= {tuple(row) for row in places}


def test_every_text_was_rendered(app):
    """DISC-15: Markdown and not plain text, for the demo shows what it can."""
    html = db.session.scalars(select(Post.body_html)).all()
    assert all(as_rendered(each).strip() for each in html)
    assert sum('class="plain"' in each for each in html) < len(html) / 50  # a busy machine may take too long over one
    assert any("<strong>" in each for each in html)
    assert any("<li>" in each for each in html)


def test_no_letter_was_sent_and_the_log_is_whole(app):
    """Decision 9: through the services, without mail."""
    assert count_of(Letter) == 0
    assert first_broken_entry() is None


@pytest.mark.parametrize("key", SIGN_INS)
def test_each_of_the_seven_signs_in_with_the_password_of_the_demo(app, visitor, key):
    """interface: Dirk, Femke and Emma with the code that the page of the demo shows."""
    answer = visitor.post("/login", data={"email": f"{key}@brink.example", "password": PASSWORD})
    if key in WITH_STEP:
        assert (answer.status_code, answer.location) == (303, "/login/step")
        code = demo_code(second_factor_of(person_named(key).id))
        answer = visitor.post("/login/step", data={"code": code})
    assert (answer.status_code, answer.location) == (303, "/")
    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize("key", SIGN_INS)
def test_every_page_that_home_and_groups_lead_to_is_there(app, sign_in, key):
    """For each of the seven: no link that leads nowhere."""
    browser = sign_in(actor_named(key))
    seen, left = set(), ["/", "/groups", "/notifications"]
    while left and len(seen) < 60:
        address = left.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = browser.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        links = {unescape(link.partition("#")[0]) for link in re.findall(r'href="(/(?:groups|threads|posts)[^"]*)"',
                                                                         answer.text)}  # fmt: skip
        left += sorted(links - seen)
    assert len(seen) > 5


def test_filling_twice_is_refused_and_changes_nothing(app, store):
    before = rows_in(store.url)
    again = flask(store.url, "seed", "demo")
    assert again.returncode != 0
    assert "This database is not empty." in again.stderr
    assert rows_in(store.url) == before


def test_the_index_says_what_there_is(app):
    """SRCH-31: a listing that ended stands in it no more."""
    assert search.differences() == {}


def test_if_empty_leaves_a_filled_database_alone_without_a_word(app, store):
    before = rows_in(store.url)
    again = flask(store.url, "seed", "demo", "--if-empty")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert rows_in(store.url) == before


def test_if_empty_fills_an_empty_database_and_scale_adds_people(empty_database, tmp_path):
    """interface: p0001 and so on, three to a company, members of energie and innovatie"""
    done = flask(empty_database, "seed", "demo", "--if-empty", "--scale", "10", files=tmp_path / "files")
    assert done.returncode == 0, done.stderr
    engine = create_engine(empty_database)
    with engine.connect() as connection:
        added = connection.execute(text(
            "SELECT p.email, t.company_id, count(m.id) FROM people p JOIN ties t ON t.person_id = p.id "
            "JOIN group_memberships m ON m.tie_id = t.id JOIN groups g ON g.id = m.group_id "
            "WHERE p.email LIKE 'p0%' AND g.slug IN ('energie', 'innovatie') GROUP BY p.email, t.company_id "
            "ORDER BY p.email")).all()  # fmt: skip
    engine.dispose()
    assert [row[0] for row in added] == [f"p{number:04}@brink.example" for number in range(1, 11)]
    companies = [row[1] for row in added]
    assert [companies.count(company) for company in dict.fromkeys(companies)] == [3, 3, 3, 1]
    assert {row[2] for row in added} == {2}
    assert rows_in(empty_database)["posts"] >= 400
    with create_engine(empty_database).connect() as connection:
        invited = connection.execute(text(
            "SELECT count(*) FROM meeting_invitations i JOIN meetings m ON m.id = i.meeting_id "
            "JOIN people p ON p.id = i.person_id WHERE m.title = 'Belastingproef' AND m.state = 'announced' "
            "AND p.email LIKE 'p0%'")).scalar()  # fmt: skip
    assert invited == 10


@pytest.mark.parametrize("words", [("--scale", "-1"), ("--scale", "veel"), ("--scale", "20001"), ("--onzin",)])
def test_a_command_that_makes_no_sense_changes_nothing(app, store, words):
    """Bad input"""
    before = rows_in(store.url)
    assert app.test_cli_runner().invoke(args=["seed", "demo", *words]).exit_code == 2
    assert rows_in(store.url) == before


@pytest.mark.parametrize(("demo", "shown"), [("1", 7), ("0", 0)])
def test_the_sign_in_page_lists_the_seven_in_a_demo_only(app, store, tmp_path, demo, shown):
    """interface, decision 16"""
    with EmbeddedServer(store.url, tmp_path, DEMO=demo) as server:
        page = Client(server).get("/login")
    assert page.count('name="password" value="') == shown
    assert (PASSWORD in page) == bool(shown)
    listed = [key for key in SIGN_INS if f"{key}@brink.example" in page]
    assert listed == (list(SIGN_INS) if shown else [])


@pytest.mark.parametrize("today_is", ["2026-01-01", "2026-10-20", "2026-12-24", "2028-02-29"])
def test_the_day_of_the_members_is_still_to_come_whenever_the_demo_is_made(today_is):
    """A Thursday of the next weeks, in the text itself: its title names no month."""
    moment = datetime.fromisoformat(f"{today_is}T12:00+00:00")
    on = day_of(moment)
    assert timedelta(days=7) < on - moment.date() <= timedelta(days=14)
    assert on.strftime("%a") == "Thu"
    assert "oktober" not in TITLE + TEXT

"""Two server processes on one PostgreSQL, with Redis between them: what happens in one shows in the other."""

import pytest

from app import create_app
from app.accounts import queries as people
from app.accounts import service as accounts
from app.core.extensions import db
from tests.conftest import PostgresStore, actor_named, group_called, new_thread, settings_for
from tests.realtime.conftest import ENDS_WITHIN, Live
from tests.realtime.server import Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def live(request, tmp_path_factory):
    if "postgresql" not in request.config.getoption("--databases"):
        pytest.skip("two servers share a PostgreSQL database; only SQLite was asked for")
    store = PostgresStore(tmp_path_factory.mktemp("store"), request.getfixturevalue("postgres"))
    redis = request.getfixturevalue("redis")
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    app = create_app(settings_for(store.url, folders[0]), at_once=True)
    with Server(store.url, folders[0], redis.url) as one, Server(store.url, folders[1], redis.url) as two:
        yield Live(app, one, two)
    with app.app_context():
        db.engine.dispose()
    store.close()


@pytest.fixture
def two_pages(live, open_page):
    """A thread, its page open with someone at each server, and who writes."""
    with live.at_work():
        thread_id = new_thread(actor_named("anna"), group_called("energie")).id
    pages = [open_page(live.someone("energie"), server) for server in live.servers]
    for page in pages:
        assert page.send("thread:watch", {"thread_id": thread_id})["ok"]
    return thread_id, pages, live.someone("energie")


@pytest.mark.parametrize("written_at", [0, 1])
def test_a_post_made_at_one_server_arrives_at_the_pages_of_both(live, two_pages, written_at):
    """issue A, real components"""
    thread_id, pages, writer = two_pages
    server = live.servers[written_at]
    assert live.post(writer, f"/threads/{thread_id}/posts", server=server, body="Hoi allemaal") == 303
    heard = [page.hear("thread:post") for page in pages]
    assert heard[0] == heard[1]
    assert heard[0]["thread_id"] == thread_id


def test_a_post_arrives_once(live, two_pages):
    """Redis and the signals table together must not tell twice."""
    thread_id, pages, writer = two_pages
    posts = []
    for number in range(3):
        live.post(writer, f"/threads/{thread_id}/posts", server=live.servers[0], body=f"Bericht {number}")
        posts.append([page.hear("thread:post")["post_id"] for page in pages])
    assert len({here for here, _ in posts}) == 3
    assert all(here == there for here, there in posts)
    assert all(page.has_heard_nothing_of("thread:post") for page in pages)


def test_the_bell_rings_at_the_server_where_the_page_is(live, open_page, two_pages):
    thread_id, _pages, writer = two_pages
    earlier = live.someone("energie")
    live.post(earlier, f"/threads/{thread_id}/posts", server=live.servers[0], body="Eerder")
    page = open_page(earlier, live.servers[1])
    live.post(writer, f"/threads/{thread_id}/posts", server=live.servers[0],
              body=f"@{earlier.name}, antwoord")
    assert page.hear("notification")["unread"] == 1


def test_signing_out_at_one_server_cuts_the_page_at_the_other(live, open_page):
    """GRP-38, GRP-53"""
    person = live.someone("energie")
    page = open_page(person, live.servers[1])
    assert live.post(person, "/logout", server=live.servers[0]) == 303
    page.hear("session:ended", seconds=ENDS_WITHIN)
    assert page.is_over.wait(ENDS_WITHIN)


def test_the_end_of_a_tie_by_a_command_cuts_the_pages_at_both(live, open_page):
    """GRP-38"""
    person = live.someone("energie")
    pages = [open_page(person, server) for server in live.servers]
    with live.at_work():
        accounts.end_tie(actor_named("dirk"), people.open_tie_of(person.id))
    for page in pages:
        page.hear("session:ended", seconds=ENDS_WITHIN)
        assert page.is_over.wait(ENDS_WITHIN)


def test_failures_at_one_server_count_at_the_other(live):
    """trust 6: limits are shared between processes."""
    person = live.someone()
    person.cookie = ""
    fields = {"email": "live-limits@brink.example", "password": "wrong-password"}
    statuses = [sign_in(live, server, fields) for server in [*live.servers * 5, *live.servers]]
    assert statuses == [422] * 10 + [429] * 2


def sign_in(live, server, fields):
    from types import SimpleNamespace

    sign = live.app.session_interface.get_signing_serializer(live.app).dumps
    return live.post(SimpleNamespace(cookie=sign({"csrf_token": "a" * 40})), "/login", server=server, **fields)

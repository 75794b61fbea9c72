"""Open pages: sockets of the test client in this process, and real ones to a server in another."""

import http.client
import itertools
import queue
import shutil
import threading
from contextlib import contextmanager
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

import pytest
import socketio as socketio_client
from itsdangerous import URLSafeTimedSerializer

from app import create_app
from app.accounts import service as accounts
from app.accounts.models import Actor
from app.core.extensions import db, socketio
from app.groups.service import join_group
from app.realtime.service import connections
from tests.conftest import group_called, settings_for
from tests.realtime.server import SECRET, Server

ENDS_WITHIN = 5  # seconds: GRP-38, GRP-53
PATIENCE = 20  # seconds for what has no bound of its own
RAW_TOKEN = "a" * 40


class Page:
    """A page open in a browser, with its socket."""

    def __init__(self, server, cookie):
        self.heard, self.is_over = queue.Queue(), threading.Event()
        self.client = socketio_client.Client(reconnection=False, websocket_extra_options={"origin": server.url})
        self.client.on("*", lambda name, *payload: self.heard.put((name, *payload)))
        self.client.on("disconnect", lambda *_reason: self.is_over.set())
        self.client.connect(server.url, headers={"Cookie": f"brink={cookie}"}, transports=["websocket"],
                            wait_timeout=PATIENCE)  # fmt: skip

    def send(self, name, payload):
        return self.client.call(name, payload, timeout=PATIENCE)

    def hear(self, name, seconds=PATIENCE):
        """The payload of the next message of this name; queue.Empty when none comes."""
        while True:
            heard, *payload = self.heard.get(timeout=seconds)
            if heard == name:
                return payload[0]

    def has_heard_nothing_of(self, name):
        return name not in [heard[0] for heard in list(self.heard.queue)]

    def close(self):
        self.client.disconnect()


class Live:
    """A server in another process, and this process on the same database."""

    def __init__(self, app, *servers):
        self.app, self.servers, self._numbers = app, servers, itertools.count(1)

    @property
    def server(self):
        return self.servers[0]

    @contextmanager
    def at_work(self):
        """Within it, services of this process change the database that the servers serve."""
        with self.app.app_context():
            yield
            db.session.remove()

    def someone(self, *slugs, company_id=None):
        """A new person of a new company, in these groups, signed in."""
        number = next(self._numbers)
        with self.at_work():
            from app.accounts.models import Company

            company = (db.session.get_one(Company, company_id) if company_id
                       else accounts.create_company(None, name=f"Bedrijf {number} van de proef"))  # fmt: skip
            person = accounts.create_person(None, email=f"live{number}@brink.example", name=f"Lieve Proef {number}")
            tie = accounts.start_tie(None, person, company, function="proef")
            made = SimpleNamespace(id=person.id, name=person.name, tie_id=tie.id, company_id=company.id)
            for slug in slugs:
                join_group(Actor.of_person(made.id), group_called(slug))
            made.cookie = self.sign_in(made.id)
        return made

    def sign_in(self, person_id):
        from app.accounts.models import Person
        from app.accounts.service.sessions import start_session

        token = start_session(db.session.get_one(Person, person_id), browser="tests", by_code=False, stepped_up=True)
        sign = self.app.session_interface.get_signing_serializer(self.app).dumps
        return sign({"_user_id": token, "_fresh": True, "_permanent": True, "csrf_token": RAW_TOKEN})

    def open_page(self, person, server=None):
        return Page(server or self.server, person.cookie)

    def post(self, person, path, server=None, **fields):
        """The status of a form sent to a server, as a browser does."""
        server = server or self.server
        token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(RAW_TOKEN)
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=PATIENCE)
        connection.request("POST", path, urlencode({**fields, "csrf_token": token}), {
            "Cookie": f"brink={person.cookie}", "Origin": server.url,
            "Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
        status = connection.getresponse().status
        connection.close()
        return status


def database_of_its_own(store, folder):
    """A fresh copy with the cast, and how to throw it away."""
    if hasattr(store, "server"):
        url = store.server.create_database(store.template_url)
        return url, lambda: store.server.drop_database(url)
    shutil.copy(store.template_url.removeprefix("sqlite:///"), folder / "live.db")
    return f"sqlite:///{folder / 'live.db'}", lambda: None


@pytest.fixture(scope="module")
def live(store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    url, forget = database_of_its_own(store, folder)
    app = create_app(settings_for(url, folder), at_once=True)
    with Server(url, folder) as server:
        yield Live(app, server)
    with app.app_context():
        db.engine.dispose()
    forget()


@pytest.fixture
def open_page(live):
    """Open pages of people on the server; they are closed after the test."""
    pages = []

    def opened(person, server=None):
        pages.append(live.open_page(person, server))
        return pages[-1]

    yield opened
    for page in pages:
        page.close()


@pytest.fixture
def serving(app):
    """This process tells its own sockets, as a server does."""
    connections.is_serving = True
    yield
    connections.is_serving = False


class Socket:
    """A socket of the test client. Each message has a context of its own, as on a server."""

    def __init__(self, app, browser):
        self.app, self.browser = app, browser
        db.session.rollback()
        with app.app_context():
            self._client = socketio.test_client(app, flask_test_client=browser)

    def send(self, name, payload):
        db.session.rollback()
        with self.app.app_context():
            return self._client.emit(name, payload, callback=True)

    def is_open(self):
        return self._client.is_connected()

    def heard(self):
        """(name, payload) of what arrived since the last time, also when the line is cut by now."""
        arrived = [(message["name"], message["args"][0]) for message in self._client.queue]
        self._client.queue.clear()
        return arrived

    def names_heard(self):
        return [name for name, _payload in self.heard()]

    def close(self):
        with self.app.app_context():
            self._client.disconnect()


@pytest.fixture
def socket_of(app, serving, sign_in):
    """Open a socket for someone, in this browser or in a new one."""
    opened = []

    def open_socket(actor, browser=None):
        opened.append(Socket(app, browser or sign_in(actor)))
        return opened[-1]

    yield open_socket
    for socket in opened:
        if socket.is_open():
            socket.close()
    for connection in connections.all():
        connections.remove(connection.sid)

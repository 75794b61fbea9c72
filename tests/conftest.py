"""The cast of every test is that of the demo: Anna leads energie, Bram takes part, Carla is a competitor in
innovatie only, Dirk coordinates, Emma leads the confidential group, Femke administers, Gijs is a guest.

Every test that touches the database runs on SQLite and on PostgreSQL (`--databases=sqlite` for the fast ones alone).
A sweep marked `in_turn` asks each of its cases of one of the two, the next case of the other; `--thorough` of both.
It starts from a copy of one migrated database with the cast and the four groups, and nothing written yet.
"""

import gc
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import timedelta
from functools import partial
from html import unescape
from pathlib import Path
from unittest.mock import patch

import psycopg
import pytest
from flask import has_request_context, request
from flask.testing import FlaskClient
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from app import create_app
from app.accounts import service as accounts
from app.accounts.models import Actor, Company, Person
from app.accounts.service.sessions import start_session
from app.core import clock as app_clock
from app.core.extensions import db, limiter
from app.core.transaction import atomic, is_writing
from app.demo.service import STARTED, make_cast, make_groups
from app.discussions import queries
from app.discussions.models import Thread
from app.discussions.service import NewThread, Written, reply_to_thread, start_thread
from app.groups.models import WorkingGroup
from app.mail.models import Letter
from app.mail.service import write_letter
from config import Settings
from tests.servers import BucketServer, MailServer, Postgres, Redis, Unavailable, memory, missing_parts, shared_folder

SECRET = "a-secret-of-the-tests-only-0123456789"
PASSWORD = "brink-demo-2026"
ORIGIN = "http://localhost"
DATABASES = ("sqlite", "postgresql")
TESTS = Path(__file__).parent


class LazyLoad(AssertionError):
    """A page asked the database for what its queries had left out: of a list, once for each line."""


@event.listens_for(Session, "do_orm_execute")
def refuse_lazy_loads(asked):
    """As raiseload would, and only where it matters: in a page that is read, and in the opening of a line to it.

    A service loads its few rows anew under the write lock, and so does a page that shows what it refused.
    """
    is_page = has_request_context() and request.method in ("GET", "HEAD") and not is_writing()
    if is_page and asked.is_select and asked.lazy_loaded_from is not None:
        raise LazyLoad(f"{asked.loader_strategy_path} of {request.endpoint}")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    if not is_worker and not config.option.basetemp and (place := memory()):
        folder = Path(tempfile.mkdtemp(prefix="brink-tests-", dir=place))
        config.option.basetemp = str(folder / "run")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_finish(session):
    """Three thousand tests and all libraries are there for good: the collector need not walk them again and again.

    Nor what pages leave behind so often: they give back nearly all themselves, and a tenth of the time went there.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_addoption(parser):
    parser.addoption("--databases", default=",".join(DATABASES), help="sqlite, postgresql, or both")
    parser.addoption("--quick", action="store_true", help="the first test of each file, and all of changed packages")
    parser.addoption("--thorough", action="store_true", help="sweeps that take turns: each case on both databases")


@pytest.hookimpl(trylast=True)  # after `-m` has left out the slow ones
def pytest_collection_modifyitems(config, items):
    if config.getoption("--quick"):
        keep_quick(config, items)
    take_turns(config, items)


def keep_quick(config, items):
    """Something of everything, and of what is being changed each test, with the first of its cases."""
    changed = changed_packages()
    first = {}
    for item in items:
        package = item.path.relative_to(TESTS).parts[0]
        first.setdefault((item.path, item.originalname) if package in changed else item.path, item)
    keep(config, items, first.values())


def changed_packages():
    """Of the program or of its tests: what is not committed yet, new files too; else what the last commit changed.

    Nothing where there is no git to say.
    """
    new = names_of_files("ls-files", "--others", "--exclude-standard")
    names = new + names_of_files("diff", "--name-only", "HEAD") or names_of_files("diff", "--name-only", "HEAD~1")
    places = [name.split("/") for name in names]
    return {place[1] for place in places if len(place) > 2 and place[0] in ("app", "templates", "tests")}


def names_of_files(*asked):
    with suppress(OSError):
        said = subprocess.run(["git", *asked], cwd=TESTS.parent, capture_output=True, text=True)
        return said.stdout.split() if said.returncode == 0 else []
    return []


def take_turns(config, items):
    """A sweep that takes turns keeps each case on one database: the first on the first, the second on the second.

    What it looks for is in the pages, which are the same on both.
    """
    databases = config.getoption("--databases").split(",")
    if config.getoption("--thorough") or len(databases) == 1:
        return
    cases, left_out = defaultdict(dict), []
    for item in items:
        if item.get_closest_marker("in_turn"):
            others = repr([value for name, value in item.callspec.params.items() if name != "database"])
            seen = cases[item.path, item.originalname]
            if item.callspec.params["database"] != databases[seen.setdefault(others, len(seen)) % len(databases)]:
                left_out.append(item)
    keep(config, items, set(items) - set(left_out))


def keep(config, items, kept):
    """Of the tests these alone, in the order that they had."""
    kept = set(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]


def pytest_generate_tests(metafunc):
    if "database" in metafunc.fixturenames:
        metafunc.parametrize("database", metafunc.config.getoption("--databases").split(","), scope="session")


def pytest_terminal_summary(terminalreporter):
    for sentence in missing_parts():
        terminalreporter.write_line(f"CANNOT RUN HERE: {sentence}", red=True, bold=True)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    try:
        with Postgres(shared_folder(tmp_path_factory.getbasetemp())) as server:
            yield server
    except Unavailable as problem:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(problem))


@pytest.fixture(scope="session")
def redis(tmp_path_factory):
    try:
        with Redis(shared_folder(tmp_path_factory.getbasetemp())) as server:
            yield server
    except Unavailable as problem:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(problem))


@pytest.fixture
def mail_server():
    server = MailServer()
    server.url = server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def bucket_server():
    with BucketServer() as server:
        yield server


@pytest.fixture
def bucket(app, bucket_server, tmp_path):
    """An empty bucket, in which the app keeps its files."""
    bucket_server.empty()
    with patch.dict(app.config, STORAGE_URL=bucket_server.url, STORAGE_KEYS=bucket_server.KEYS,
                    INCOMING=str(tmp_path / "incoming")):  # fmt: skip
        yield bucket_server


@pytest.fixture(params=["folder", "bucket"])
def place(request, app):
    """The test runs with files in a folder, and with files in a bucket."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")


def settings_for(url, folder, **more):
    return Settings(secret_key=SECRET, base_url=ORIGIN, database_url=url, outbox=folder / "outbox",
                    jobs_file=folder / "jobs.db", storage_url=f"file://{folder}/files", log_level="WARNING",
                    **more)  # fmt: skip


def migrate_with_cast(url):
    """A database at head, with the cast and the groups."""
    from flask_migrate import upgrade

    app = create_app(settings_for(url, Path("/nonexistent")), at_once=True)
    with app.app_context():
        upgrade()
        with app_clock.stopped_at(app_clock.now() - STARTED):
            make_groups(make_cast(accounts.hash_password(PASSWORD)))
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ANALYZE"))  # the servers of the tests do not by themselves, and then plan badly
        db.session.remove()
        db.engine.dispose()


def forget_counts():
    """An older state under the same numbers: outside the tests no database goes back while a server runs on it."""
    queries._unread_threads_at.cache_clear()


def cores_here():
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def own_core():
    """The core of this worker; None where there are more workers than cores, or no telling."""
    number, cores = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]), sorted(cores_here())
    return cores[number] if number < len(cores) else None


class Store:
    """One database per worker, laid anew for each test.

    Attributes:
        state: what stands there at the start of this test: a template's URL, or the name of a state that was kept.
        kept_at: when each of the kept states was: a test that starts from one begins a second later, however long the
            others take, so that what may be done for five minutes still may.
        notes: of each kept state, what whoever made it wants to know again.
    """

    def __init__(self, folder):
        self.folder, self.state, self.kept_at, self.notes = folder, None, {}, {}

    def keep(self, name, engine, files, notes):
        """From now on a test that asks for this state by name starts from the rows and files that stand here now."""
        self._keep_rows(name, engine)
        shutil.copytree(files, self._files_of(name))
        self.kept_at[name], self.notes[name] = app_clock.now(), notes

    def then(self):
        """The clock of a test that starts from a state that was kept stands still just after that."""
        if self.state not in self.kept_at:
            return nullcontext()
        return app_clock.StoppedClock(self.kept_at[self.state] + timedelta(seconds=1))

    def renew(self, state=None):
        """The first state, one that was kept, or that of another template."""
        forget_counts()
        self.state = state or self.template_url
        self._lay(self.state)

    def lay_files(self, place):
        """The files of the state; written files are never changed, so that one copy serves all."""
        if self.state in self.notes:
            shutil.copytree(self._files_of(self.state), place, copy_function=os.link, dirs_exist_ok=True)

    def _files_of(self, name):
        return self.folder / f"files of {name}"


class SqliteStore(Store):
    """A file, copied."""

    def __init__(self, folder):
        super().__init__(folder)
        self.template_url = f"sqlite:///{folder / 'template.db'}"
        migrate_with_cast(self.template_url)
        self.url = f"sqlite:///{folder / 'test.db'}"

    def _keep_rows(self, name, _engine):
        file = self._file_of(name)
        with closing(sqlite3.connect(self.folder / "test.db")) as here, closing(sqlite3.connect(file)) as copied:
            here.backup(copied)

    def _lay(self, state):
        for path in self.folder.glob("test.db*"):
            path.unlink()
        shutil.copy(self._file_of(state), self.folder / "test.db")

    def _file_of(self, state):
        return state.removeprefix("sqlite:///") if "://" in state else self.folder / f"{state}.db"

    def leave(self, engine):
        engine.dispose()

    def near(self, _engine):
        return nullcontext()

    def close(self):
        pass


class PostgresStore(Store):
    """The rows put back: ten times as fast as another copy of the template."""

    COPY_EVERY = 50  # tests: nothing vacuums here, and deleted rows make reading slow

    def __init__(self, folder, server):
        super().__init__(folder)
        self.server = server
        self.template_url = server.template("with_cast", migrate_with_cast)
        self.url = server.create_database(self.template_url)
        self.connect()
        self.own = {self.template_url: self.remember("as_it_was")}
        self.source = None
        self.copy_self()

    def _keep_rows(self, name, engine):
        self.own[name] = self.remember(name)
        self.connection.execute("ANALYZE")
        engine.dispose()
        self.copy_self()

    def copy_self(self):
        """What the next copies are made of: the states kept so far lie in it beside the tables."""
        self.connection.close()
        if self.source:
            self.server.drop_database(self.source)
        self.source = self.server.create_database(self.url)
        self.connect()
        self.scripts, self.tests_since_copy = self.own, 0

    def _lay(self, state):
        if state not in self.scripts or self.tests_since_copy >= self.COPY_EVERY or not self.put_back(state):
            self.copy(state)
        self.tests_since_copy += 1

    def copy(self, state):
        """Of our own, or of another template, which knows nothing of our states."""
        self.drop_own()
        self.server.create_database(self.source if state in self.own else state, name=self.url.rsplit("/", 1)[1])
        self.connect()
        self.tests_since_copy = 0
        self.scripts = self.own if state in self.own else {state: self.remember("as_it_was")}
        if state in self.own:
            self.connection.execute(self.own[state])

    def connect(self):
        self.connection = psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)

    def remember(self, schema):
        """Keep the rows of all tables beside them; the answer is the script that puts them back."""
        named = self.connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in named]
        counters = self.connection.execute(
            "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences"
        ).fetchall()
        self.connection.execute(f"CREATE SCHEMA {schema}")
        for table in tables:
            self.connection.execute(f'CREATE TABLE {schema}."{table}" AS TABLE public."{table}"')
        # several statements at once are one transaction
        return "; ".join([
            "SET lock_timeout = '2s'; SET session_replication_role = replica",  # the order of foreign keys
            *(f'DELETE FROM public."{table}"' for table in tables),
            *(f'INSERT INTO public."{table}" OVERRIDING SYSTEM VALUE TABLE {schema}."{table}"' for table in tables),
            *(f"SELECT setval('public.\"{name}\"', {value}, {is_used})" for name, value, is_used in counters),
        ])  # fmt: skip

    def put_back(self, state):
        """False when a test left something else behind than rows: a lock, another table."""
        try:
            self.connection.execute(self.scripts[state])
        except psycopg.Error:
            return False
        return True

    def leave(self, _engine):
        """A new connection knows nothing of the tables yet: keep those that are open."""

    @contextmanager
    def near(self, engine):
        """Share one core with the server's side of each connection: a message to another takes ten times as long."""
        core, cores = own_core(), cores_here()
        if core is None:
            yield
            return

        def come_near(connection, _record):
            with suppress(OSError):  # a server elsewhere, or of somebody else
                os.sched_setaffinity(connection.info.backend_pid, {core})

        event.listen(engine, "connect", come_near)
        os.sched_setaffinity(0, {core})  # this thread, and those that it starts
        try:
            yield
        finally:
            os.sched_setaffinity(0, cores)
            event.remove(engine, "connect", come_near)

    def drop_own(self):
        """The database of the tests is no more."""
        self.connection.close()
        self.server.drop_database(self.url)

    def close(self):
        self.drop_own()
        self.server.drop_database(self.source)


@pytest.fixture(scope="session")
def store(database, tmp_path_factory, request):
    folder = tmp_path_factory.mktemp(database)
    made = SqliteStore(folder) if database == "sqlite" else PostgresStore(folder, request.getfixturevalue("postgres"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def app_of_store(store, tmp_path_factory):
    return create_app(settings_for(store.url, tmp_path_factory.mktemp("var")), at_once=True)


@pytest.fixture
def app(app_of_store, store, request):
    """The app on a fresh database, with its context open; the last kept state that the test names is there already."""
    store.renew(next((name for name in reversed(store.notes) if name in request.fixturenames), None))
    store.lay_files(files_folder(app_of_store))
    with store.then(), app_of_store.app_context(), store.near(db.engine):
        limiter.reset()
        yield app_of_store
        db.session.remove()
        store.leave(db.engine)
    for folder in (app_of_store.config["OUTBOX"], files_folder(app_of_store)):
        shutil.rmtree(folder, ignore_errors=True)


def files_folder(app):
    return app.config["STORAGE_URL"].removeprefix("file://")


@pytest.fixture
def letters_waiting(app, monkeypatch):
    """Writes so many letters, which wait: nobody has been asked yet to send them. Gives their numbers."""

    @atomic
    def write(count):
        return [write_letter(to=f"reader{number}@brink.example", kind="accounts/sign_in", locale="nl", name="Anna",
                             code="123456").id for number in range(count)]  # fmt: skip

    monkeypatch.setattr(app.extensions["jobs"], "run", lambda *_: None)
    return write


@pytest.fixture
def letter_states(app):
    """Asks how it stands with the letters, in the order in which they were written."""

    def ask():
        db.session.rollback()
        return [state.value for state in db.session.scalars(select(Letter.state).order_by(Letter.id))]

    return ask


@pytest.fixture
def clock():
    with app_clock.StoppedClock() as stopped:
        yield stopped


def person_named(key):
    return db.session.scalars(select(Person).where(Person.email == f"{key}@brink.example")).one()


def actor_named(key):
    return Actor.of_person(person_named(key).id)


def company_of(key):
    return db.session.get_one(Company, actor_named(key).company_id)


def company_called(slug):
    return db.session.scalars(select(Company).where(Company.slug == slug)).one()


def group_called(slug):
    return db.session.scalars(select(WorkingGroup).where(WorkingGroup.slug == slug)).one()


def words_of(page):
    """The text of a page as a person reads it."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def anna(app):
    return actor_named("anna")


@pytest.fixture
def bram(app):
    return actor_named("bram")


@pytest.fixture
def carla(app):
    return actor_named("carla")


@pytest.fixture
def dirk(app):
    return actor_named("dirk")


@pytest.fixture
def emma(app):
    return actor_named("emma")


@pytest.fixture
def femke(app):
    return actor_named("femke")


@pytest.fixture
def gijs(app):
    return actor_named("gijs")


@pytest.fixture
def energie(app):
    return group_called("energie")


@pytest.fixture
def innovatie(app):
    return group_called("innovatie")


@pytest.fixture
def personeelsmobiliteit(app):
    return group_called("personeelsmobiliteit")


@pytest.fixture
def externe_veiligheid(app):
    return group_called("externe-veiligheid")


def written(body, client_id=None, mentions=()):
    return Written(body_md=body, body_html=f"<p>{body}</p>", client_id=client_id, mentions=tuple(mentions))


def reply(actor, thread, body="Dank.", client_id=None, mentions=()):
    return reply_to_thread(actor, thread, written(body, client_id, mentions))


def new_thread(actor, group, title="Restwarmte in Emmen", body="Wie kan 60 graden gebruiken?"):
    return start_thread(actor, group, NewThread(title=title), written(body))


def take_the_database_in_hand():
    """Switch off, for this transaction, what refuses to change the log: as somebody may who owns the machine."""
    if db.engine.dialect.name == "sqlite":
        for name in ("change", "removal"):
            db.session.execute(text(f"DROP TRIGGER audit_entries_{name}"))
    else:
        db.session.rollback()
        db.session.connection(execution_options={"isolation_level": "READ COMMITTED"})  # reading has no transaction
        db.session.execute(text("SET LOCAL session_replication_role = replica"))


@pytest.fixture
def thread(anna, energie) -> Thread:
    """In energie, with one post by Anna."""
    return new_thread(anna, energie)


@pytest.fixture
def secret_thread(emma, externe_veiligheid) -> Thread:
    """In the confidential group, with one post by Emma."""
    return new_thread(emma, externe_veiligheid, "Bijna-ongeval bij het lossen", "Een slang schoot los.")


def together(app, *calls):
    """Make these calls at one moment, each in a thread with a context of its own; refusals are results too."""
    ready = threading.Barrier(len(calls))

    def make(call):
        with app.app_context():
            ready.wait(timeout=10)
            try:
                return call()
            except Exception as refusal:
                return refusal

    db.session.rollback()
    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(make, calls))


class Browser(FlaskClient):
    """A browser of our own pages: it sends our Origin, and the token of the page it came from.

    Each request has a context of its own, as on a server: nothing of one person's request is left for the next.
    """

    def open(self, *args, headers=None, **kwargs):
        headers = dict(headers or {})
        if kwargs.get("method", "GET") not in ("GET", "HEAD"):
            headers.setdefault("Origin", ORIGIN)
            if "X-CSRFToken" not in headers:
                headers["X-CSRFToken"] = self.fetch_token()
        with self.application.app_context():
            answer = super().open(*args, headers=headers, **kwargs)
        db.session.rollback()  # the test looks at the database as it is now
        return answer

    def fetch_token(self):
        """What a form of the page would carry: the token of this browser's session, signed."""
        app = self.application
        cookie = self.get_cookie(app.config["SESSION_COOKIE_NAME"])
        known = {}
        if cookie is not None:
            with suppress(BadSignature):
                known = app.session_interface.get_signing_serializer(app).loads(cookie.value)
        if "csrf_token" not in known:
            with self.session_transaction() as session:
                session["csrf_token"] = known["csrf_token"] = secrets.token_hex(20)
        return URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(known["csrf_token"])


@pytest.fixture
def visitor(app):
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def browser_with(app):
    """Return a browser that holds the token of a session."""
    app.test_client_class = Browser

    def browser_of(token):
        browser = app.test_client()
        kept = {"_user_id": token, "_fresh": True, "csrf_token": secrets.token_hex(20)}
        signed = app.session_interface.get_signing_serializer(app).dumps(kept)
        browser.set_cookie(app.config["SESSION_COOKIE_NAME"], signed)
        browser.session_token = token
        return browser

    return browser_of


@pytest.fixture
def sign_in(browser_with):
    """Return a browser in which the person is signed in, and took the second step just now."""
    return lambda actor, stepped_up=True: browser_with(
        start_session(db.session.get_one(Person, actor.id), browser="tests", by_code=False, stepped_up=stepped_up))


@pytest.fixture
def count_statements(app):
    """Count the statements on the database within a block; BEGIN and COMMIT are none."""

    @contextmanager
    def counting():
        seen = []

        def note(_connection, _cursor, statement, *_more):
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting


@pytest.fixture
def hold_jobs(app, monkeypatch):
    """Within a block jobs wait, as behind the answer that a person gets; the list it gives runs them."""

    @contextmanager
    def holding():
        held = []
        engine = app.extensions["jobs"]
        run = engine.run
        with monkeypatch.context() as patch:
            patch.setattr(engine, "run", lambda *what: held.append(partial(run, *what)))
            yield held

    return holding


@pytest.fixture
def outbox(app):
    """The letters written so far, as text, oldest first."""
    from email import policy
    from email.parser import BytesParser

    def letters():
        folder = Path(app.config["OUTBOX"])
        files = sorted(folder.glob("*.eml")) if folder.exists() else []
        return [BytesParser(policy=policy.default).parsebytes(path.read_bytes()) for path in files]

    return letters


@pytest.fixture
def mail_comes_in(app, monkeypatch):
    """Answers by mail go to post+KEY@brink.example."""
    monkeypatch.setitem(app.config, "MAIL_IN_ADDRESS", "post@brink.example")


@pytest.fixture
def days():
    return lambda number: timedelta(days=number)

"""The demo as the real command fills it, and a copy of it for each test."""

import pytest

from app.core.extensions import db, limiter
from tests.demo.filled import fill, filled_file, flask
from tests.servers import shared_folder


@pytest.fixture(scope="session")
def filled(database, tmp_path_factory, request):
    """Where the filled database stands. Nobody may be connected to it while it is copied, so nobody ever is."""
    if database == "sqlite":
        return f"sqlite:///{filled_file(shared_folder(tmp_path_factory.getbasetemp()))}"
    files = tmp_path_factory.mktemp("files")
    return request.getfixturevalue("postgres").template("filled", lambda url: fill(url, files))


@pytest.fixture
def app(app_of_store, store, filled):
    """The app on a copy of the demo, with its context open."""
    store.renew(filled)
    with app_of_store.app_context():
        limiter.reset()
        yield app_of_store
        db.session.remove()
        store.leave(db.engine)


@pytest.fixture
def empty_database(store, database, tmp_path):
    """At head, and nothing in it."""
    if database == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
        assert flask(url, "db", "upgrade").returncode == 0
        yield url
    else:
        url = store.server.create_database()
        assert flask(url, "db", "upgrade").returncode == 0
        yield url
        store.server.drop_database(url)

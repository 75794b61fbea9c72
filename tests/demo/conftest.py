"""A database that `flask seed demo` filled once, by the real command, and a copy of it for each test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.core.extensions import db, limiter

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-demo-tests-0123456789"
ASIDE = "seeded.db"


def flask(url, *words):
    """Run a command of ours as a person would, on this database."""
    settings = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    settings |= {"SECRET_KEY": SECRET, "DATABASE_URL": url, "LOG_LEVEL": "WARNING"}
    return subprocess.run([sys.executable, "-m", "flask", "--app", "app", *words], cwd=ROOT, env=settings,
                          capture_output=True, text=True, timeout=300)  # fmt: skip


def filled(url):
    for words in (("db", "upgrade"), ("seed", "demo")):
        done = flask(url, *words)
        assert done.returncode == 0, done.stderr
    return url


@pytest.fixture(scope="session")
def seeded(store, database, request):
    """Where the filled database stands; nobody is connected to it."""
    if database == "sqlite":
        yield filled(f"sqlite:///{store.folder / ASIDE}")
    else:
        server = request.getfixturevalue("postgres")
        url = filled(server.create_database())
        yield url
        server.drop_database(url)


@pytest.fixture
def app(app_of_store, store, seeded):
    """The app on a copy of the demo, with its context open."""
    store.renew(seeded)
    with app_of_store.app_context():
        limiter.reset()
        yield app_of_store
        db.session.remove()
        db.engine.dispose()


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

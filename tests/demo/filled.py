"""Databases that `flask seed demo`, the real command, has filled: once a run, whoever comes first."""

import os
import subprocess
import sys
from pathlib import Path

from tests.servers import locked

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-tests-only-0123456789"  # that of conftest: second steps are sealed with it


def flask(url, *words, files="/nonexistent"):
    """Run a command of ours as a person would, on this database, with a folder for files."""
    settings = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    settings |= {"SECRET_KEY": SECRET, "DATABASE_URL": url, "STORAGE_URL": f"file://{files}",
                 "LOG_LEVEL": "WARNING"}  # fmt: skip
    return subprocess.run([sys.executable, "-m", "flask", "--app", "app", *words], cwd=ROOT, env=settings,
                          capture_output=True, text=True, timeout=300)  # fmt: skip


def fill(url, files):
    for words in (("db", "upgrade"), ("seed", "demo")):
        done = flask(url, *words, files=files)
        assert done.returncode == 0, done.stderr


def files_beside(database):
    """The folder of a filled database's files."""
    return database.with_suffix(".files")


def filled_file(folder):
    """The SQLite file in a folder that several processes share. Copy it; nobody writes in it."""
    path = folder / "filled.db"
    with locked(folder / "filled.lock"):
        if not path.exists():
            unfinished = path.with_suffix(".part")
            fill(f"sqlite:///{unfinished}", files_beside(path))
            unfinished.rename(path)
    return path

"""Databases that `flask seed demo`, the real command, has filled: once a run, whoever comes first."""

import os
import subprocess
import sys
from pathlib import Path

from tests.servers import locked

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-demo-tests-0123456789"


def flask(url, *words):
    """Run a command of ours as a person would, on this database."""
    settings = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    settings |= {"SECRET_KEY": SECRET, "DATABASE_URL": url, "LOG_LEVEL": "WARNING"}
    return subprocess.run([sys.executable, "-m", "flask", "--app", "app", *words], cwd=ROOT, env=settings,
                          capture_output=True, text=True, timeout=300)  # fmt: skip


def fill(url):
    for words in (("db", "upgrade"), ("seed", "demo")):
        done = flask(url, *words)
        assert done.returncode == 0, done.stderr


def filled_file(folder):
    """The SQLite file in a folder that several processes share. Copy it; nobody writes in it."""
    path = folder / "filled.db"
    with locked(folder / "filled.lock"):
        if not path.exists():
            unfinished = path.with_suffix(".part")
            fill(f"sqlite:///{unfinished}")
            unfinished.rename(path)
    return path

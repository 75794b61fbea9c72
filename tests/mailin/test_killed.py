"""kill -9 while mail comes in: each mail is one post with one answer, whoever died over it (NTF-34, NTF-38)."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.extensions import db
from app.mail.models import Letter
from app.mailin.tasks import place_waiting_mail
from tests.architecture.source import ROOT
from tests.conftest import SECRET
from tests.mailin.conftest import fates, mail, posts_of

BRAM = "bram@brink.example"
MAILS, KILLS = 12, 2
# What a mail server or the reading of a mailbox does: bring each, and note what was taken.
BRING = """
import json, sys
from pathlib import Path
from app.factory import create_app
from app.mailin.service import receive
from config import Settings

given = json.load(sys.stdin)
settings = Settings(secret_key=given["secret"], base_url="http://localhost", database_url=given["database"],
                    outbox=Path(given["outbox"]), jobs_file=Path(given["jobs"]), storage_url=given["storage"],
                    mail_in_address="post@brink.example", log_level="ERROR")
with create_app(settings, at_once=True).app_context():
    for name in given["mails"]:
        receive(Path(name).read_bytes())
        print(name, flush=True)
"""


def bring(app, folder, names, *, until=None):
    """In a process of its own, killed as soon as so many were taken; gives those that were."""
    given = {"secret": SECRET, "database": app.config["SQLALCHEMY_DATABASE_URI"], "outbox": str(folder / "outbox"),
             "jobs": str(folder / "jobs.db"), "storage": app.config["STORAGE_URL"], "mails": names}  # fmt: skip
    taken = []
    process = subprocess.Popen([sys.executable, "-c", BRING], cwd=ROOT, text=True, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)  # fmt: skip
    process.stdin.write(json.dumps(given))
    process.stdin.close()
    for line in process.stdout:
        taken.append(line.strip())
        if until is not None and len(taken) == until:
            process.kill()
    assert process.wait() in ((0,) if until is None else (0, -9))
    return taken


@pytest.mark.slow
def test_whoever_is_killed_while_mail_comes_in_leaves_each_one_post(app, thread, to_thread, tmp_path):
    """What was taken is stored; what was not is brought again, as a mailbox does. Two processes bring the same."""
    names = []
    for number in range(MAILS):
        path = Path(tmp_path / f"{number}.eml")
        path.write_bytes(mail(BRAM, to_thread, f"Regel {number}.", message_id=f"<{number}@a.example>"))
        names.append(str(path))
    db.session.rollback()
    left = names
    for _ in range(KILLS):
        taken = bring(app, tmp_path, left, until=MAILS // (KILLS + 1))
        left = [name for name in left if name not in taken]
    bring(app, tmp_path, left)
    bring(app, tmp_path, names)
    place_waiting_mail()
    assert Counter(post.body_md for post in posts_of(thread)) == Counter(f"Regel {n}." for n in range(MAILS))
    assert fates() == [("posted", None)] * MAILS
    kinds = db.session.scalars(select(Letter.kind).where(Letter.kind.startswith("mailin/"))).all()
    assert kinds == ["mailin/posted"] * MAILS

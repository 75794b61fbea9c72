"""What sending costs: a thousand letters by one worker (must: 60 s), and pages while the mail server says nothing.

`python bench/letters.py` makes a database of its own and a mail server in a process beside it.
`--database-url` for PostgreSQL (an empty database), `--letters`, `--pages`.
"""

import argparse
import multiprocessing
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import places
from flask_migrate import upgrade
from sqlalchemy import delete

from app import create_app
from app.accounts import service as accounts
from app.core.extensions import db
from app.core.transaction import atomic
from app.mail.models import Letter, LetterState
from app.mail.service import write_letter
from app.mail.tasks import send_waiting_letters

SITE = "http://127.0.0.1"
MUST = 60  # seconds for a thousand letters
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SPAWN = multiprocessing.get_context("spawn")


def main() -> None:
    options = read_options()
    with tempfile.TemporaryDirectory() as folder, mail_server(hangs=False) as well, mail_server(hangs=True) as hanging:
        place = Path(folder)
        url = options.database_url or f"sqlite:///{place / 'brink.db'}"
        settings = replace(places.settings(url, base_url=SITE), outbox=place / "outbox",
                           jobs_file=place / "jobs.db", mail_from="brink@example.org")  # fmt: skip
        app = create_app(settings)
        with app.app_context():
            upgrade()
            fill(options.pages)
            print("| | |\n| --- | ---: |")
            app.config["MAIL_URL"] = well
            tell_of_letters(app, options.letters)
        at_work = app.extensions["jobs"].start()
        for name, app.config["MAIL_URL"] in (("is well", well), ("says nothing", hanging)):
            tell_of_pages(app, name, options.pages)
        at_work.stop(graceful=False)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", help="an empty database instead of a file of its own")
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--pages", type=int, default=100, help="asked in each state of the mail server")
    return parser.parse_args()


@contextmanager
def mail_server(*, hangs: bool) -> Iterator[str]:
    """The URL of one in a process of its own, which takes every letter, or hangs before its greeting."""
    told, stop = SPAWN.Queue(), SPAWN.Event()
    process = SPAWN.Process(target=serve, args=(hangs, told, stop), daemon=True)
    process.start()
    yield told.get()
    stop.set()
    process.join(10)


def serve(hangs: bool, told: multiprocessing.Queue, stop: multiprocessing.Event) -> None:
    import socket

    from aiosmtpd.controller import Controller

    if hangs:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            told.put(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
            stop.wait()
        return

    class Taking:
        async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - aiosmtpd's name
            return "250 OK"

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(Taking(), hostname="127.0.0.1", port=port, server_hostname="mail.bench")
    controller.start()
    told.put(f"smtp://127.0.0.1:{port}")
    stop.wait()
    controller.stop()


def fill(count: int) -> None:
    company = accounts.create_company(None, name="Bedrijf van de proef")
    password_hash = accounts.hash_password("een lange zin van de proef")
    for number in range(2 * count):
        person = accounts.create_person(None, email=f"known{number:04}@example.org", name=f"Deelnemer {number}",
                                        password_hash=password_hash)  # fmt: skip
        accounts.start_tie(None, person, company, function="proef")


def tell_of_letters(app, count: int) -> None:
    app.extensions["jobs"].run, wake = (lambda *_: None), app.extensions["jobs"].run
    write(count)
    app.extensions["jobs"].run = wake
    began, cpu = time.monotonic(), time.process_time()
    send_waiting_letters()
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    sent = db.session.query(Letter).filter_by(state=LetterState.SENT).count()
    must = MUST * count / 1000
    print(f"| {sent} of {count} letters by one worker (must {must:.0f} s) | {seconds:.1f} s"
          f"{' ✓' if sent == count and seconds <= must else ' ✗'} |")  # fmt: skip
    print(f"| letters a second | {sent / seconds:.0f} |")
    print(f"| CPU of the worker for a letter | {1000 * cpu / count:.1f} ms |")
    db.session.rollback()
    clear()


@atomic
def write(count: int) -> None:
    for number in range(count):
        write_letter(to=f"reader{number}@example.org", kind="accounts/sign_in", locale="nl", name="Lezer",
                     code="123456")  # fmt: skip


@atomic
def clear() -> None:
    db.session.execute(delete(Letter))


def tell_of_pages(app, name: str, count: int) -> None:
    """A page that writes a letter, and one that only shows: milliseconds as a browser waits for them."""
    first = 0 if name == "is well" else count
    asking, showing = [], []
    for number in range(first, first + count):
        browser = app.test_client()
        token = TOKEN.search(browser.get("/login", base_url=SITE).text)[1]
        form = {"email": f"known{number:04}@example.org", "csrf_token": token}
        began = time.perf_counter()
        answer = browser.post("/login/code/send", data=form, base_url=SITE, headers={"Origin": SITE})
        asking.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 303, answer.status
        began = time.perf_counter()
        browser.get("/about", base_url=SITE)
        showing.append(1000 * (time.perf_counter() - began))
    for page, times in (("asking for a code", asking), ("front page", showing)):
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"| {page}, while the mail server {name}: p50, p95 | {statistics.median(times):.0f}, {p95:.0f} ms |")


if __name__ == "__main__":
    main()

"""Whether the time of an answer tells which addresses have an account: GRP-50 allows 50 ms on average.

`python bench/signing_in.py` makes accounts in a database of its own, and asks with as many known as unknown addresses,
in turn, each from a browser of its own: with a wrong password, for a code, and for a new password.
"""

import argparse
import re
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import places
from flask_migrate import upgrade

from app import create_app
from app.accounts import service as accounts

MUST = 50  # milliseconds between the means
ASKED = {
    "wrong password": ("/login", "/login", {"password": "dit is het wachtwoord niet"}),
    "a code": ("/login", "/login/code/send", {}),
    "a new password": ("/password/reset", "/password/reset", {}),
}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--addresses", type=int, default=200, help="of each sort")
    count = options.parse_args().addresses
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = replace(places.settings(f"sqlite:///{place / 'brink.db'}", base_url="http://127.0.0.1"),
                           outbox=place / "outbox", jobs_file=place / "jobs.db")  # fmt: skip
        app = create_app(settings)  # letters are sent by a job, as in use
        with app.app_context():
            upgrade()
            fill(count)
        print(f"{'asked for':<18}{'known ms':>10}{'unknown ms':>12}{'apart ms':>10}")
        for name, (page, path, fields) in ASKED.items():
            known, unknown = times_of(app, page, path, fields, count)
            apart = abs(known - unknown)
            print(f"{name:<18}{known:>10.1f}{unknown:>12.1f}{apart:>10.1f}{'' if apart <= MUST else '  over the must'}")


def fill(count: int) -> None:
    """People of one company, all with one password."""
    company = accounts.create_company(None, name="Bedrijf van de proef")
    password_hash = accounts.hash_password("een lange zin van de proef")
    for number in range(count):
        person = accounts.create_person(None, email=f"known{number:04}@example.org", name=f"Deelnemer {number}",
                                        password_hash=password_hash)  # fmt: skip
        accounts.start_tie(None, person, company, function="proef")


def times_of(app, page: str, path: str, fields: dict[str, str], count: int) -> tuple[float, float]:
    """Mean milliseconds of the answers to known and to unknown addresses; the first pair of them compiles."""
    spent: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(count):
        for sort, times in spent.items():
            browser = app.test_client()
            token = TOKEN.search(browser.get(page, base_url="http://127.0.0.1").text)
            sent = {**fields, "email": f"{sort}{number:04}@example.org", "csrf_token": token[1] if token else ""}
            began = time.perf_counter()
            answer = browser.post(path, data=sent, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"})
            times.append((time.perf_counter() - began) * 1000)
            assert answer.status_code in (200, 303, 422), (path, answer.status_code)
    return statistics.mean(spent["known"][1:]), statistics.mean(spent["unknown"][1:])


if __name__ == "__main__":
    main()

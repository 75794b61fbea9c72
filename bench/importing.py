"""How long a list of a thousand people takes: the trial (must: 5 s), the page that shows it, and sending it.

`python bench/importing.py` makes companies and groups in a database of its own. It reads in lists as they come, lists
of which every line is wrong in all its cells, and files made to keep a server busy; those are refused as fast.
"""

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import places
from flask_migrate import upgrade

from app import create_app
from app.accounts import service as accounts
from app.accounts.models import Actor, Office
from app.core.errors import Invalid
from app.groups.models import Theme, Visibility
from app.groups.service import GroupSettings, create_group
from app.invitations import service
from app.invitations.models.imports import FILE_MOST, LINES_MOST

MUST = 5  # seconds for the trial
COMPANIES = 120
HEADER = "naam; e-mail; bedrijf; functie; werkgroepen; rol\r\n"
WORDS = ("Vezel", "Polymeer", "Glas", "Zetmeel", "Water", "Energie", "Techniek", "Noord", "Emmen", "Coevorden", "Assen")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", default="", help="an empty one; else SQLite in a folder of its own")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        url = chosen.database or f"sqlite:///{place / 'brink.db'}"
        settings = replace(places.settings(url, base_url="http://127.0.0.1"),
                           outbox=place / "outbox", jobs_file=place / "jobs.db")  # fmt: skip
        app = create_app(settings)  # letters are sent by a job, as in use
        with app.app_context():
            upgrade()
            actor = fill()
            for name, content in files().items():
                seconds, said = trial_of(actor, content)
                print(f"{name:<34}{said:<10}{seconds:>7.2f} s{'' if seconds <= MUST else '  over the must'}")
            start = time.perf_counter()
            run = service.try_import(actor, "lijst.csv", files()["a thousand good lines"])
            service.send_import(actor, run)
            print(f"{'the trial kept, and all sent':<44}{time.perf_counter() - start:>7.2f} s")


def fill() -> Actor:
    """A coordinator, and the companies and groups with which each line is compared."""
    home = accounts.create_company(None, name="Vereniging van de proef")
    person = accounts.create_person(None, email="proef@example.org", name="Coördinator", office=Office.COORDINATOR)
    accounts.start_tie(None, person, home)
    for number in range(COMPANIES):
        accounts.create_company(None, name=name_of(number))
    actor = Actor.of_person(person.id)
    for number, name in enumerate(("Energie", "Innovatie", "Water", "Personeel")):
        settings = GroupSettings(purpose="Samen verder komen.", theme=Theme.ENERGY, visibility=Visibility.OPEN)
        create_group(actor, name=name, code=f"Q{chr(65 + number)}", lead_id=person.id, settings=settings)
    return Actor.of_person(person.id)


def name_of(number: int) -> str:
    return f"{WORDS[number % 11]} {WORDS[number // 11]} {number}"


def files() -> dict[str, bytes]:
    numbers = range(LINES_MOST)
    good = (f"Deelnemer {n}; n{n}@nieuw.example; {name_of(n % COMPANIES)}; monteur; Energie | Water; " for n in numbers)
    wrong = (f"=Deelnemer {n}; geen{n}; {WORDS[n % 11]} {n} Nergens; {'x' * 90}; Bestaat {n}; baas" for n in numbers)
    return {
        "a thousand good lines": (HEADER + "\r\n".join(good)).encode(),
        "a thousand lines wrong in all": (HEADER + "\r\n".join(wrong)).encode(),
        **{f"2 MB of {name}": (HEADER.encode() + row * FILE_MOST)[:FILE_MOST] for name, row in (
            ("empty lines", b"\n"), ("empty cells", b";\n"), ("open quotation marks", b'";"\n'),
            ("closed quotation marks", b'""\n'), ("one line", b"a;"), ("no text", b"\xff\xfe"))},
    }  # fmt: skip


def trial_of(actor: Actor, content: bytes) -> tuple[float, str]:
    start = time.perf_counter()
    try:
        said = f"{len(service.dry_run(actor, content))} lines"
    except Invalid:
        said = "refused"
    return time.perf_counter() - start, said


if __name__ == "__main__":
    main()

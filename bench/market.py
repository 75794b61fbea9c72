"""What the market costs with ten thousand listings: CPU milliseconds and statements of the list and its filters.

`python bench/market.py` fills var/bench/market.db when it is not there, and asks each page in this process, one after
the other: the time of the CPU, not of the clock. `--listings N` for questions of growth, `--database-url` for
PostgreSQL.
"""

import argparse
import random
import statistics
import time
from datetime import timedelta
from pathlib import Path

import load
from flask_migrate import upgrade
from sqlalchemy import event, insert, select

from app import create_app
from app.accounts.models import Company, Person, Tie
from app.accounts.service import start_session
from app.core.clock import now, today
from app.core.extensions import db
from app.core.text import folded
from app.directory.models import places
from app.marketplace.models import Audience, Kind, Listing, ListingCompany, ListingWords
from app.marketplace.models.categories import PLANS, RHYTHMS, kg_per_year

DATABASE = f"sqlite:///{load.FOLDER}/market.db"
READER = "user001@example.org"
MUST = 10  # CPU ms
SENTENCE = "Bij het wisselen van kleur houden wij {} over, schoon en droog, in balen of los, op te halen in {}. "
STUFFS = ("vezels", "granulaat", "stoom", "folie", "gips", "zink", "slib", "karton", "warmte", "pallets", "zand")
PAGES = {
    "list, first page": "/market", "list, page 200": "/market?page=200", "kind": "/market?kind=request",
    "category and area": "/market?category=material&area=southeast", "25 km around Emmen": "/market?near=Emmen&km=25",
    "amount and rhythm": "/market?amount=50&rhythm=per_month", "words": "/market?q=granulaat+emmen",
    "rare words": "/market?q=kwaliteitskring", "all of them":
    "/market?kind=offer&category=material&area=southeast&near=Emmen&km=50&rhythm=per_year&amount=1&q=vezels",
    "one listing": "",
}  # fmt: skip


def main() -> None:
    options = read_options()
    if options.database_url == DATABASE and not Path(DATABASE.removeprefix("sqlite:///")).exists():
        load.FOLDER.mkdir(parents=True, exist_ok=True)
    app = create_app(load.settings(options.database_url), at_once=True)
    with app.app_context():
        upgrade()
        if db.session.scalar(select(Listing.id).limit(1)) is None:
            db.session.rollback()
            fill(options.listings)
        headers = {"Cookie": cookie_of(app, READER), "Host": "127.0.0.1"}
        pages = {**PAGES, "one listing": db.session.scalars(select(Listing).limit(1)).one().link}
    print(f"{'page':<22}{'CPU ms':>8}{'statements':>12}{'kB':>6}")
    for name, path in pages.items():
        cpu, statements, size = measure(app, path, headers, options.times)
        print(f"{name:<22}{cpu:>8.1f}{statements:>12}{size / 1000:>6.0f}{'' if cpu <= MUST else '  over the must'}")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", default=DATABASE)
    parser.add_argument("--listings", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=30, help="each page")
    return parser.parse_args()


def fill(count: int) -> None:
    """Forty companies, one person each, and listings of every kind; one in twenty for some only."""
    chance, moment, day = random.Random(1), now(), today()
    people, companies, ties = (range(load.FIRST_ID + start, load.FIRST_ID + start + 40) for start in (0, 100, 200))
    everywhere = list(places().values())
    with db.engine.begin() as connection:

        def put(model, rows) -> None:
            connection.execute(insert(model.__table__), list(rows))

        put(Company, ({"id": companies[n], "name": f"Bedrijf {n}", "slug": f"bedrijf-{n}"} for n in range(40)))
        put(Person, ({"id": people[n], "email": f"user{n:03}@example.org", "name": f"Deelnemer {n}"}
                     for n in range(40)))  # fmt: skip
        put(Tie, ({"id": ties[n], "person_id": people[n], "company_id": companies[n], "starts_on": day}
                  for n in range(40)))  # fmt: skip
        rows, named, words = [], [], []
        for number in range(count):
            n, place, stuff = number % 40, chance.choice(everywhere), chance.choice(STUFFS)
            values = {"area": place.area.value, "site": place.name, "unit": "t",
                      "quantity_min": str(chance.randrange(1, 90)), "rhythm": chance.choice(list(RHYTHMS))}  # fmt: skip
            title = f"{stuff.capitalize()} uit {place.name}, partij {number}"
            body = SENTENCE.format(stuff, place.name) * 6
            audience = Audience.NAMED if number % 20 == 0 else Audience.MEMBERS
            rows.append({
                "id": load.FIRST_ID + 1_000 + number, "company_id": companies[n], "created_by": ties[n],
                "kind": chance.choice(list(Kind)), "category": chance.choice(list(PLANS)), "title": title,
                "body_md": body, "body_html": f"<p>{body}</p>", "details": values, "audience": audience,
                "area": place.area, "site": place.name, "rhythm": values["rhythm"],
                "kg_per_year": kg_per_year(values), "typed": {}, "expires_on": day + timedelta(days=60),
                "published_at": moment - timedelta(minutes=number),
            })  # fmt: skip
            words.append({"listing_id": rows[-1]["id"],
                          "words": " ".join(dict.fromkeys(folded(f"{title} bedrijf {n} {body}").split()))})  # fmt: skip
            if audience is Audience.NAMED:
                named.append({"listing_id": rows[-1]["id"], "company_id": companies[(n + 1) % 40]})
        put(Listing, rows)
        put(ListingCompany, named)
        put(ListingWords, words)


def cookie_of(app, email: str) -> str:
    person = db.session.scalars(select(Person).where(Person.email == email)).one()
    sign = app.session_interface.get_signing_serializer(app).dumps
    return f"brink={sign({'_user_id': start_session(person, browser='bench', by_code=False), '_fresh': True})}; js=1"


def measure(app, path: str, headers: dict[str, str], times: int) -> tuple[float, int, int]:
    """Median CPU ms, statements and bytes of a page."""
    client, statements, spent = app.test_client(use_cookies=False), [], []
    with app.app_context():
        engine = db.engine

    def note(*given) -> None:
        statements.append(given[2])

    for number in range(times + 3):  # the first ones compile
        if number == 2:
            event.listen(engine, "before_cursor_execute", note)
        before = time.process_time()
        answer = client.get(path, headers=headers)
        spent.append((time.process_time() - before) * 1000)
        if number == 2:
            event.remove(engine, "before_cursor_execute", note)
        assert answer.status_code == 200, (path, answer.status_code)
    return statistics.median(spent[3:]), sum(not each.startswith("BEGIN") for each in statements), len(answer.data)


if __name__ == "__main__":
    main()

"""What it costs to make the overviews of five thousand people who all want theirs on Tuesday at eight.

`python bench/digest.py` fills a database of its own anew: everyone takes part in three of eight groups, in which
5,000 posts came in the last weeks, and has lines under the bell; half of them read some of it. Then the clock is put
on that hour and the job of each minute is called, minute after minute, until nobody waits. `--people N`,
`--database-url` (an empty database) for PostgreSQL.

Sending is another job and not counted. Must: all within 5 minutes of the clock, and 300 MB of memory.
"""

import argparse
import random
import resource
import time
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

import load
from flask_migrate import upgrade
from sqlalchemy import func, insert, select

from app import create_app
from app.accounts.models import Company, Person, Tie
from app.core.clock import StoppedClock, from_local, local, now
from app.core.db import new_id
from app.core.extensions import db
from app.discussions.models import GroupTally, Post, ReadMark, ReadPosition, Thread
from app.groups.models import GroupMembership, Theme, Visibility, WorkingGroup
from app.mail.models import Letter
from app.notifications.models import Delivery, DigestRun, DigestSetting, Notification, Rhythm
from app.notifications.service import people_due
from app.notifications.tasks import make_due_overviews

DATABASE = f"sqlite:///{load.FOLDER}/digest.db"
COMPANIES, GROUPS, GROUPS_EACH, THREADS, POSTS, RUNG = 40, 8, 3, 500, 5_000, 8
MINUTES_MUST, MEGABYTES_MUST = 5, 300


def main() -> None:
    options = read_options()
    if options.database_url == DATABASE:
        load.FOLDER.mkdir(parents=True, exist_ok=True)
        for file in load.FOLDER.glob("digest.db*"):
            Path(file).unlink()
    app = create_app(load.settings(options.database_url), at_once=True)
    app.extensions["jobs"].run = lambda *_call: None  # the letters wait
    with app.app_context():
        upgrade()
        fill(options.people)
        before = megabytes()
        with StoppedClock(tuesday_at_eight()) as clock:
            measure(clock, before)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", default=DATABASE)
    parser.add_argument("--people", type=int, default=5_000)
    return parser.parse_args()


def tuesday_at_eight():
    day = local(now()).date() + timedelta(days=1)
    while day.isoweekday() != 2:
        day += timedelta(days=1)
    return from_local(datetime(day.year, day.month, day.day, 8))


def measure(clock: StoppedClock, before: float) -> None:
    minutes, busy, cpu = 0, 0.0, time.process_time()
    while people_due(now()):
        began = time.monotonic()
        make_due_overviews()
        took = time.monotonic() - began
        minutes, busy = minutes + 1, busy + took
        clock.forward(minutes=1)
        print(f"minute {minutes}: {took:.1f} s, {count(DigestRun)} made", flush=True)
    made, cpu = count(DigestRun), time.process_time() - cpu
    size = db.session.scalar(select(func.avg(func.length(Letter.body_text) + func.length(Letter.body_html))))
    print(f"\n{made} people, {count(Letter)} letters of {size or 0:.0f} characters, {count(Delivery)} items")
    print(f"{busy:.0f} s of work, {1000 * busy / made:.1f} ms a person ({1000 * cpu / made:.1f} of CPU), "
          f"in {minutes} minutes (must {MINUTES_MUST}) {'✓' if minutes <= MINUTES_MUST else '✗'}")  # fmt: skip
    print(f"memory at most {megabytes():.0f} MB, {before:.0f} before the first (must {MEGABYTES_MUST}) "
          f"{'✓' if megabytes() <= MEGABYTES_MUST else '✗'}")  # fmt: skip


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- The rows ---


def fill(people: int) -> None:
    chance, start = random.Random(1), now() - timedelta(days=40)
    with StoppedClock(start) as clock, db.engine.begin() as connection:

        def put(model, rows) -> None:
            rows = iter(rows)
            while some := list(islice(rows, 2_000)):
                connection.execute(insert(model.__table__), some)

        def ids(number: int) -> list[int]:
            return [new_id() for _each in range(number)]

        companies, persons, ties, groups = ids(COMPANIES), ids(people), ids(people), ids(GROUPS)
        put(Company, ({"id": id_, "name": f"Bedrijf {n}", "slug": f"bedrijf-{n}", "created_at": start}
                      for n, id_ in enumerate(companies)))  # fmt: skip
        put(Person, ({"id": id_, "email": f"deelnemer{n}@example.org", "name": f"Deelnemer {n}", "created_at": start}
                     for n, id_ in enumerate(persons)))  # fmt: skip
        put(Tie, ({"id": tie, "person_id": persons[n], "company_id": companies[n % COMPANIES],
                   "starts_on": start.date(), "created_at": start} for n, tie in enumerate(ties)))  # fmt: skip
        put(WorkingGroup, ({
            "id": id_, "name": f"Werkgroep {n}", "slug": f"werkgroep-{n}", "code": f"W{n}", "purpose": "Samen.",
            "theme": list(Theme)[n % len(Theme)], "visibility": Visibility.OPEN, "created_by": ties[0],
            "created_at": start} for n, id_ in enumerate(groups)))  # fmt: skip
        places = [(groups[(n + each) % GROUPS], n) for n in range(people) for each in range(GROUPS_EACH)]
        put(GroupMembership, ({"id": new_id(), "group_id": group, "tie_id": ties[n], "joined_at": start,
                               "role": "member"} for group, n in places))  # fmt: skip
        put(ReadMark, ({"person_id": persons[n], "group_id": group, "seq": 0, "changed_at": start}
                       for group, n in places))  # fmt: skip
        put(DigestSetting, ({"person_id": id_, "rhythm": Rhythm.WEEKLY, "days": [2], "hour": 8, "set_at": start}
                            for id_ in persons))  # fmt: skip
        threads = ids(THREADS)
        length, seqs, posts = dict.fromkeys(threads, 0), dict.fromkeys(groups, 0), []
        last, group_of = {}, {id_: groups[n % GROUPS] for n, id_ in enumerate(threads)}
        for number in range(POSTS):
            clock.set(start + timedelta(days=39) * (number + 1) / POSTS)
            thread = threads[number] if number < THREADS else chance.choice(threads)
            group, author = group_of[thread], chance.randrange(people)
            length[thread] += 1
            seqs[group] += 1
            last[thread] = (seqs[group], now())
            posts.append({"id": new_id(), "thread_id": thread, "position": length[thread], "seq": seqs[group],
                          "author_id": persons[author], "created_by": ties[author], "body_md": "Tekst.",
                          "body_html": "<p>Tekst.</p>", "created_at": now()})  # fmt: skip
        put(Thread, ({
            "id": id_, "group_id": group_of[id_], "title": f"Wie heeft ruimte voor vraag {n} over restwarmte?",
            "mail_subject": "", "kind": "discussion", "status": "open", "last_position": length[id_],
            "last_seq": last[id_][0], "last_post_at": last[id_][1], "created_at": start, "created_by": ties[0],
        } for n, id_ in enumerate(threads)))  # fmt: skip
        put(Post, posts)
        put(GroupTally, ({"group_id": group, "last_seq": seq} for group, seq in seqs.items()))
        put(ReadPosition, ({"person_id": persons[n], "thread_id": id_, "position": chance.randrange(length[id_] + 1),
                            "changed_at": start} for n in range(0, people, 2)
                           for id_ in chance.sample(threads, THREADS // 10)))  # fmt: skip
        put(Notification, ({
            "id": new_id(), "person_id": id_, "kind": "mention", "item": post["id"], "actor_tie_id": post["created_by"],
            "scope": f"group:{group_of[post['thread_id']]}", "place": f"thread:{post['thread_id']}", "tab": "for_me",
            "created_at": now()} for id_ in persons for post in chance.sample(posts, RUNG)))  # fmt: skip


if __name__ == "__main__":
    main()

"""Fills an empty database with the shared data set: 8 groups, 2,000 threads, 100,000 posts, 500 people of 40 companies.

Everyone is in every group. Half of the people have read nine threads of ten to the end and the others in part;
the other half has read nothing. Bodies are rendered by the program's own renderer, in one process per core.
"""

import argparse
import hashlib
import json
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import count, islice
from multiprocessing import Pool
from pathlib import Path

from flask_migrate import upgrade
from places import FOLDER, ROOT, settings
from sqlalchemy import insert, text

from app import create_app
from app.accounts.models import Company, Person, Tie
from app.accounts.service import hash_password
from app.core import markup_child
from app.core.db import EPOCH, RANDOM_BITS
from app.core.extensions import db
from app.core.text import plain_words
from app.core.transaction import atomic
from app.discussions.models import GroupTally, Post, ReadMark, ReadPosition, Thread
from app.groups.models import GroupMembership, Role, Theme, Visibility, WorkingGroup
from app.notifications.models import Notification
from app.search.models import Entry
from app.search.service import join_lists
from app.search.service.indexing import put

GENERATOR = ROOT.parent / "shared/bench/gen.py"
DATABASE = f"sqlite:///{FOLDER}/brink.db"
PASSWORD = "the-bench-signs-in-2026"
COMPANIES = 40
WAITING = 5  # unread lines under the bell of each reader
FOUNDED = datetime(2024, 11, 1, tzinfo=UTC)


def main() -> None:
    options = read_options()
    started = time.monotonic()
    data = generate(options.data, options.generator, options.posts)
    html = rendered(data, options.bodies)
    with create_app(settings(options.database_url)).app_context():
        upgrade()
        fill(data, html)
    print(f"loaded in {time.monotonic() - started:.0f} s: {options.database_url}")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", default=DATABASE)
    parser.add_argument("--data", type=Path, help="folder of the data set (var/bench/data-POSTS)")
    parser.add_argument("--generator", type=Path, default=GENERATOR)
    parser.add_argument("--posts", type=int, default=100_000, help="a thread for every fifty")
    parser.add_argument("--bodies", type=int, help="render only so many, and use them in turn")
    options = parser.parse_args()
    options.data = options.data or FOLDER / f"data-{options.posts}"
    return options


# --- The data set ---


def generate(folder: Path, generator: Path, posts: int) -> Path:
    """The folder with the data set, made when it is not there yet."""
    if not (folder / "meta.json").exists():
        if not generator.exists():
            sys.exit(f"The data set is made by {generator}, which is not there. Name it with --generator,\n"
                     "or name a folder that has posts.jsonl with --data.")  # fmt: skip
        print(f"making {posts} posts ...", flush=True)
        command = [sys.executable, generator, folder, "--posts", str(posts), "--topics", str(posts // 50)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def lines_of(path: Path):
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def rendered(data: Path, most: int | None) -> list[str]:
    """The bodies as HTML, in the order of posts; kept beside the data set until the renderer changes."""
    renderer = hashlib.sha256(Path(markup_child.__file__).read_bytes()).hexdigest()[:8]
    kept = data / f"html-{renderer}-{most or 'all'}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    bodies = (post["body"] for post in islice(lines_of(data / "posts.jsonl"), most))
    with Pool(initializer=start_rendering) as pool:
        html = list(progress(pool.imap(render, bodies, chunksize=100), "rendered"))
    kept.write_text(json.dumps(html))
    return html


def start_rendering() -> None:
    global converter
    converter = markup_child.make_converter()


def render(body: str) -> str:
    return markup_child.to_html(converter, body)


# --- The rows ---


def fill(data: Path, html: list[str]) -> None:
    users = list(lines_of(data / "users.jsonl"))
    threads = {line["id"]: line for line in lines_of(data / "topics.jsonl")}
    groups = list(lines_of(data / "forums.jsonl"))
    person, company, tie, group = ids(), ids(), ids(), ids()
    with db.engine.begin() as connection:

        def put(model, rows) -> None:
            rows = iter(rows)
            while some := list(islice(rows, 2_000)):
                connection.execute(insert(model.__table__), some)

        put(Company, ({"id": company(number), "name": f"Bedrijf {number}", "slug": f"bedrijf-{number}",
                       "created_at": FOUNDED} for number in range(COMPANIES)))  # fmt: skip
        password = hash_password(PASSWORD)
        put(Person, ({"id": person(user["id"]), "email": user["email"], "name": f"Deelnemer {user['id']}",
                      "password_hash": password, "created_at": FOUNDED} for user in users))  # fmt: skip
        put(Tie, ({"id": tie(user["id"]), "person_id": person(user["id"]),
                   "company_id": company(user["id"] % COMPANIES), "starts_on": FOUNDED.date(),
                   "created_at": FOUNDED} for user in users))  # fmt: skip
        put(WorkingGroup, ({
            "id": group(each["id"]), "name": each["name"], "slug": f"werkgroep-{each['id']}", "code": f"W{each['id']}",
            "purpose": each["descr"], "theme": list(Theme)[each["id"] % len(Theme)], "visibility": Visibility.OPEN,
            "created_by": tie(1), "created_at": FOUNDED} for each in groups))  # fmt: skip
        places = [(each["id"], user["id"]) for each in groups for user in users]
        put(GroupMembership, ({
            "id": FIRST_ID + number, "group_id": group(group_no), "tie_id": tie(user_no), "joined_at": FOUNDED,
            "role": Role.LEAD if user_no == group_no else Role.MEMBER,
        } for number, (group_no, user_no) in enumerate(places)))  # fmt: skip
        put(ReadMark, ({"person_id": person(user_no), "group_id": group(group_no), "seq": 0, "changed_at": FOUNDED}
                       for group_no, user_no in places))  # fmt: skip

        # Posts come in the order of time, so that place and order of arrival are counted on the way.
        posts = Arrival(threads, html, group, person, tie)
        put(Thread, posts.threads(lines_of(data / "posts.jsonl")))
        put(Post, progress(posts.posts(lines_of(data / "posts.jsonl")), "stored"))
        put(GroupTally, ({"group_id": group(number), "last_seq": seq} for number, seq in posts.seqs.items()))
        chance = random.Random(1)
        readers = [user["id"] for user in users if user["id"] % 2]
        put(ReadPosition, progress((
            {"person_id": person(user_no), "thread_id": id_, "changed_at": FOUNDED,
             "position": last if chance.random() < 0.9 else chance.randrange(last + 1)}
            for user_no in readers for id_, last in posts.lengths()), "read"))  # fmt: skip
        put(Notification, ({
            "id": FIRST_ID + number, "person_id": person(user_no), "kind": "reply", "item": post["id"],
            "actor_tie_id": post["created_by"], "scope": f"group:{group(1)}", "created_at": post["created_at"]}
            for number, (user_no, post) in enumerate((user_no, post) for user_no in readers
                                                     for post in posts.newest_of_first_group)))  # fmt: skip
    index(thread_entries(threads, group, person, company))
    index(progress(post_entries(data, threads, group, person, company), "indexed"))
    while join_lists():  # as each night
        pass
    if db.engine.dialect.name == "postgresql":  # whose own housekeeping does this within minutes
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


@atomic
def index(found) -> None:
    while some := list(islice(found, 1_000)):
        put(some)


def thread_entries(topics, group, person, company):
    """What the program hands over of each thread."""
    for number, topic in topics.items():
        yield Entry(kind="thread", ref_id=FIRST_ID + number, title=topic["title"][:150], body="",
                    allow=(f"group:{group(topic['forum'])}",), at=moment(topic["created"]),
                    group_id=group(topic["forum"]), author_id=person(topic["user"]),
                    company_id=company(topic["user"] % COMPANIES))  # fmt: skip


def post_entries(data: Path, topics, group, person, company):
    """What the program hands over of each post, in the order of posts."""
    rows = Arrival(topics, [""], group, person, ids()).posts(lines_of(data / "posts.jsonl"))
    for post, row in zip(lines_of(data / "posts.jsonl"), rows, strict=True):
        topic = topics[post["topic"]]
        yield Entry(kind="post", ref_id=row["id"], title=topic["title"][:150], body=plain_words(post["body"]),
                    own_title=False, allow=(f"group:{group(topic['forum'])}",), at=row["created_at"],
                    group_id=group(topic["forum"]), author_id=row["author_id"],
                    company_id=company(post["user"] % COMPANIES))  # fmt: skip


def id_at(seconds: float) -> int:
    return int((seconds - EPOCH.timestamp()) * 1000) << RANDOM_BITS


FIRST_ID = id_at(FOUNDED.timestamp())


def ids():
    """The id of the thing with this number."""
    return lambda number: FIRST_ID + number


class Arrival:
    """Threads and posts as rows."""

    def __init__(self, topics, html, group, person, tie) -> None:
        self.topics, self.html, self.group, self.person, self.tie = topics, html, group, person, tie
        self.seqs = dict.fromkeys((topic["forum"] for topic in topics.values()), 0)
        self.newest_of_first_group: list[dict] = []

    def threads(self, posts):
        """Needs the last post of each thread, so all posts pass once before."""
        seqs, last = dict.fromkeys(self.seqs, 0), {}
        for post in posts:
            forum = self.topics[post["topic"]]["forum"]
            seqs[forum] += 1
            last[post["topic"]] = (seqs[forum], post["t"])
        for number, topic in self.topics.items():
            seq, at = last[number]
            title = topic["title"][:150]
            yield {"id": self.thread_id(number), "group_id": self.group(topic["forum"]), "title": title,
                   "mail_subject": title, "kind": "discussion", "status": "open", "last_position": topic["n"],
                   "last_seq": seq, "last_post_at": moment(at), "created_at": moment(topic["created"]),
                   "created_by": self.tie(topic["user"])}  # fmt: skip

    def posts(self, posts):
        positions, id_ = dict.fromkeys(self.topics, 0), 0
        for number, post in enumerate(posts):
            forum = self.topics[post["topic"]]["forum"]
            self.seqs[forum] += 1
            positions[post["topic"]] += 1
            id_ = max(id_at(post["t"]), id_ + 1)
            row = {"id": id_, "thread_id": self.thread_id(post["topic"]), "position": positions[post["topic"]],
                   "seq": self.seqs[forum], "author_id": self.person(post["user"]),
                   "created_by": self.tie(post["user"]), "body_md": post["body"],
                   "body_html": self.html[number % len(self.html)], "created_at": moment(post["t"])}  # fmt: skip
            if forum == 1:
                self.newest_of_first_group = [*self.newest_of_first_group[1 - WAITING :], row]
            yield row

    def lengths(self):
        return [(self.thread_id(number), topic["n"]) for number, topic in self.topics.items()]

    def thread_id(self, number: int) -> int:
        return FIRST_ID + number


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def progress(rows, word: str):
    """The same rows, with a word about them every ten seconds."""
    said = time.monotonic()
    for done in count(1):
        row = next(rows, None)
        if row is None:
            return
        if time.monotonic() - said > 10:
            print(f"  {word}: {done}", flush=True)
            said = time.monotonic()
        yield row


if __name__ == "__main__":
    main()

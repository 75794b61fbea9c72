"""`make bench`: what a page costs, beside a plain Flask app, in one run. See README.md."""

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import hostile
import load
from machine import CLIENT_CORE, Server, free_port
from sqlalchemy import create_engine, event, text
from visitors import Browser, Page, Times, eight_at_once

HERE = Path(__file__).parent
README = HERE / "README.md"
CORPUS = load.ROOT.parent / "shared/corpora/markdown/pathological.json"
READER = "user007@example.org"  # of those who have read nine threads of ten
REPLY = hostile.PLAIN + "\n> Een citaat uit het vorige bericht\n\n" + "Nog een alinea van gewone lengte. " * 5


class Limit(NamedTuple):
    """Milliseconds of CPU per request: what must be, and what is aimed at."""

    must: float
    aim: float


@dataclass
class Row:
    """One page of one program."""

    page: Page
    limit: Limit | None = None
    cpu: list[float] = field(default_factory=list)
    times: list[Times] = field(default_factory=list)
    statements: int | None = None
    raw: int = 0
    squeezed: int = 0

    def median(self, name: str) -> float:
        return statistics.median(getattr(times, name) for times in self.times)


@dataclass
class Program:
    name: str
    server: Server
    headers: dict[str, str]
    rows: dict[str, Row]


def main() -> None:
    options = read_options()
    os.sched_setaffinity(0, {int(CLIENT_CORE)})
    database, floor_database = databases(options)
    ours, browser = start_ours(database)
    floor = start_floor(floor_database, options)
    programs = [ours, floor]
    try:
        look_at_answers(programs, database, browser)
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", flush=True)
            one_round(programs, options)
        words = [table(programs), rest_of(ours)]
    finally:
        for program in programs:
            program.server.stop()
    if not options.only:
        words += [hostile_table(database, ours), at_rest()]
    report = "\n\n".join(words)
    print(report)
    if options.write:
        write(report, options)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", default=load.DATABASE, help="a database that load.py has filled")
    parser.add_argument("--floor-url", help="its database for the floor (made when SQLite)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4, help="per page and round")
    parser.add_argument("--only", help="pages by the start of their name, without the rest of the checks")
    parser.add_argument("--write", action="store_true", help="put the figures into README.md")
    return parser.parse_args()


def databases(options: argparse.Namespace) -> tuple[str, str]:
    """The two databases; SQLite files are loaded when absent, and copied, so that runs begin alike."""
    floor = options.floor_url or f"sqlite:///{load.FOLDER}/floor.db"
    if not options.database_url.startswith("sqlite"):
        return options.database_url, floor
    source = Path(options.database_url.removeprefix("sqlite:///"))
    if not source.exists():
        subprocess.run([sys.executable, HERE / "load.py", "--database-url", options.database_url], check=True)
    run = load.FOLDER / "run.db"
    for old in load.FOLDER.glob("run.db*"):
        old.unlink()
    shutil.copy(source, run)
    floor_file = Path(floor.removeprefix("sqlite:///"))
    if not options.floor_url and (not floor_file.exists() or floor_file.stat().st_mtime < source.stat().st_mtime):
        floor_file.unlink(missing_ok=True)
        subprocess.run([sys.executable, HERE / "floor/app.py", "load", options.database_url, floor], check=True)
    return f"sqlite:///{run}", floor


def start_ours(database: str) -> tuple[Program, Browser]:
    port = free_port()
    server = Server(["bench/server.py", "--database-url", database, "--port", str(port)], port, "/healthz")
    browser = Browser(server.url)
    browser.sign_in(READER, load.PASSWORD)
    with create_engine(database).connect() as connection:
        long = connection.execute(text(
            "SELECT t.id, g.slug, t.last_position, (SELECT count(*) FROM threads o WHERE o.group_id = g.id)"
            " FROM threads t JOIN groups g ON g.id = t.group_id ORDER BY t.last_position DESC LIMIT 1"
        )).one()  # fmt: skip
        short = connection.execute(text("SELECT id FROM threads WHERE last_position < 60 ORDER BY id LIMIT 1")).scalar()
    thread = browser.ask(f"/threads/{long[0]}?page=1")[1].partition('href="')[2].partition("?")[0]
    deep, deep_list = min(100, -(-long[2] // 25) - 1), -(-long[3] // 25)
    form = urlencode({"body": REPLY, "csrf_token": browser.token})
    rows = {
        "thread, first page": Row(Page(f"{thread}?page=1", expect='class="post"'), Limit(9, 6)),
        "thread, deep page": Row(Page(f"{thread}?page={deep}", expect='class="post"'), Limit(9, 6)),
        "list, page 1": Row(Page(f"/groups/{long[1]}/threads", expect="rows-side"), Limit(7, 5)),
        "list, last page": Row(Page(f"/groups/{long[1]}/threads?filter=open&page={deep_list}", expect="rows-side"),
                               Limit(7, 5)),
        "home": Row(Page("/", expect='id="groups"'), Limit(8, 5)),
        "groups": Row(Page("/groups", expect="</main>")),
        "search, rare word": Row(Page("/search?q=kwaliteitskring", expect="20</span>"), Limit(10, 6)),
        "search, common word": Row(Page("/search?q=vergadering", expect="200+</span>"), Limit(15, 8)),
        "search, part of a word": Row(Page("/search?q=gader", expect="200+</span>")),
        "reply": Row(Page(f"/threads/{short}/posts", form), Limit(15, 8)),
        "front page, anonymous": Row(Page("/about?lang=nl", expect="</html>")),
    }  # fmt: skip
    return Program("Brink", server, browser.headers, rows), browser


def start_floor(database: str, options: argparse.Namespace) -> Program:
    port = free_port()
    server = Server(["bench/floor/app.py", "serve", database, str(port)], port, "/login/1")
    browser = Browser(server.url)
    with create_engine(database).connect() as connection:
        long, forum = connection.execute(text("SELECT id, forum FROM thread ORDER BY posts DESC LIMIT 1")).one()
        posts = connection.execute(text("SELECT posts FROM thread WHERE id = :id"), {"id": long}).scalar()
        threads = connection.execute(text("SELECT threads FROM forum WHERE id = :id"), {"id": forum}).scalar()
        short = connection.execute(text("SELECT id FROM thread WHERE posts < 60 ORDER BY id LIMIT 1")).scalar()
        member = connection.execute(text("SELECT min(member) FROM read_to")).scalar()
    _, token = browser.ask(f"/login/{member}")
    rows = {
        "thread, first page": Row(Page(f"/thread/{long}?page=1", expect="<article")),
        "thread, deep page": Row(Page(f"/thread/{long}?page={min(100, -(-posts // 25) - 1)}", expect="<article")),
        "list, page 1": Row(Page(f"/forum/{forum}", expect="<li")),
        "list, last page": Row(Page(f"/forum/{forum}?page={-(-threads // 25)}", expect="<li")),
        "home": Row(Page("/", expect="<li")),
        "reply": Row(Page(f"/thread/{short}", urlencode({"body": REPLY, "token": token}))),
    }
    return Program("Flask", server, browser.headers, rows)


def look_at_answers(programs: list[Program], database: str, browser: Browser) -> None:
    """Bytes of each page, that it is the page that was meant, and how many statements ours makes."""
    for program in programs:
        asker = Browser(program.server.url)
        asker.cookies = dict(pair.split("=", 1) for pair in program.headers["Cookie"].split("; "))
        for name, row in program.rows.items():
            if row.page.form is None:
                status, page = asker.ask(row.page.path)
                assert status == 200, f"{program.name}, {name}: {status}"
                assert row.page.expect in page, f"{program.name}, {name}: another page came"
                row.raw, row.squeezed = len(page.encode()), len(gzip.compress(page.encode(), 4))
    count_statements(programs[0], database)


def count_statements(ours: Program, database: str) -> None:
    """In a second app of this process, so that counting costs the measured one nothing."""
    from app import create_app
    from app.core.extensions import db

    app = create_app(load.settings(database))
    statements: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    for row in ours.rows.values():
        for _ in range(2):  # the first may note a visit or fill a cache
            statements.clear()
            app.test_client(use_cookies=False).open(
                row.page.path, method="POST" if row.page.form else "GET", data=row.page.form, headers=ours.headers,
                content_type="application/x-www-form-urlencoded", base_url="http://127.0.0.1")  # fmt: skip
        row.statements = sum(not statement.startswith("BEGIN") for statement in statements)


def one_round(programs: list[Program], options: argparse.Namespace) -> None:
    """Every page of every program once, so that all meet the same moods of the machine."""
    names = [name for name in programs[0].rows if not options.only or name.startswith(options.only)]
    for name in names:
        for program in programs:
            if (row := program.rows.get(name)) is None:
                continue
            headers = program.headers if "anonymous" not in name else {"Accept-Encoding": "gzip"}
            if not row.times:
                eight_at_once(program.server.url, row.page, headers, 1)  # warms it up
            program.server.settle()
            before = program.server.cpu()
            times = eight_at_once(program.server.url, row.page, headers, options.seconds)
            program.server.settle()
            # What was under way when the client stopped is served too.
            row.cpu.append((program.server.cpu() - before) / (times.count + 8))
            row.times.append(times)


# --- The report ---


def table(programs: list[Program]) -> str:
    ours, floor = programs
    lines = ["| page | CPU ms | must / aim | floor ms | floors | p50 ms | p99 ms | statements | kB | kB gzip |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
    for name, row in ours.rows.items():
        if not row.times:
            continue
        cpu, beside = statistics.median(row.cpu), floor.rows.get(name)
        limit = f"{row.limit.must:g} / {row.limit.aim:g}" if row.limit else ""
        if row.limit:
            limit += " ✓✓" if cpu <= row.limit.aim else " ✓" if cpu <= row.limit.must else " ✗"
        pairs = list(zip(row.cpu, beside.cpu, strict=True)) if beside else []
        floor_ms = f"{statistics.median(beside.cpu):.1f}" if beside else ""
        floors = f"{statistics.median(own / plain for own, plain in pairs):.1f}" if pairs else ""
        size = f"{row.raw / 1000:.0f} | {row.squeezed / 1000:.1f}" if row.raw else " | "
        waits = f"{row.median('p50'):.0f} | {row.median('p99'):.0f}"
        lines.append(f"| {name} | {cpu:.1f} | {limit} | {floor_ms} | {floors} | {waits} | {row.statements} | {size} |")
    return "\n".join(lines)


def rest_of(ours: Program) -> str:
    first, deep = (ours.rows[f"thread, {which} page"].cpu for which in ("first", "deep"))
    memory = ours.server.memory()
    ratio = statistics.median(deep) / statistics.median(first) if first else 0
    words = f"A deep page costs {ratio:.2f} of the first (0.85-1.15). " if first else ""
    return f"{words}Memory after the run: {memory['Pss']:.0f} MiB PSS, {memory['Rss']:.0f} MiB RSS (must 180, aim 130)."


def hostile_table(database: str, ours: Program) -> str:
    """On all cores: the children that render are meant to have others than the pages."""
    port = free_port()
    server = Server(["bench/server.py", "--database-url", database, "--port", str(port)], port, "/healthz", core=None)
    try:
        people = [Browser(server.url) for _ in range(6)]
        for number, browser in enumerate(people):
            browser.sign_in(f"user{100 + number}@example.org", load.PASSWORD)
        thread = ours.rows["reply"].page.path.split("/")[2]
        found = hostile.measure(people[0], people[1:], thread, CORPUS)
    finally:
        server.stop()
    writer, others = hostile.WRITER_MAY_WAIT, hostile.OTHERS_MAY_WAIT
    lines = [f"{found['texts']} hostile texts of {hostile.LENGTH} characters by one writer, five others at work"
             f" ({found['failures']} failures):\n", "| who | ms | must |", "| --- | ---: | ---: |"]  # fmt: skip
    for name, took in list(found.items())[2:]:
        must = writer if name.startswith("writer") else others
        lines.append(f"| {name} | {took:.0f} | {must} {'✓' if took <= must else '✗'} |")
    return "\n".join(lines)


def at_rest() -> str:
    """The demo: how soon a second start answers, and what it holds when nobody asks anything."""
    file, port = load.FOLDER / "demo.db", free_port()
    for old in load.FOLDER.glob("demo.db*"):
        old.unlink()
    command = ["bench/server.py", "--demo", "--database-url", f"sqlite:///{file}", "--port", str(port)]
    started = []
    for _ in range(2):
        server = Server(command, port, "/healthz", core=None)
        started.append(server.seconds_to_start)
        memory = server.memory()
        server.stop()
    return (f"The demo: first start {started[0]:.1f} s (fills the database), second {started[1]:.1f} s (must 4);"
            f" at rest {memory['Pss']:.0f} MiB PSS, {memory['Rss']:.0f} MiB RSS (must 150).")  # fmt: skip


def write(report: str, options: argparse.Namespace) -> None:
    before, _, rest = README.read_text().partition("<!-- figures -->")
    _, _, after = rest.partition("<!-- end -->")
    kind = options.database_url.partition(":")[0]
    stamp = f"{datetime.now(UTC):%Y-%m-%d}, {kind}, {options.rounds} rounds of {options.seconds:g} s."
    README.write_text(f"{before}<!-- figures -->\n{stamp}\n\n{report}\n<!-- end -->{after}")


if __name__ == "__main__":
    main()

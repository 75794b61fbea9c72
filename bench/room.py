"""How the live room holds: many sockets in one meeting against one server with everything on. See README.md.

Every socket confirms the statement, comes in and beats, as pages do; lines go out in turn, at a steady pace. At the
end each socket must have every line once, and all the same in the same order.
"""

import argparse
import json
import os
import selectors
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import load
import websocket
from flask_migrate import upgrade
from machine import CLIENT_CORE, Server, free_port
from visitors import percentile

from app import create_app
from app.accounts import service as accounts
from app.accounts.models import Actor, Person
from app.accounts.service.sessions import start_session
from app.core.clock import now
from app.core.extensions import db
from app.demo.service import make_cast, make_groups
from app.groups.models import WorkingGroup
from app.groups.service import join_group
from app.meetings import service
from app.meetings.models import Meeting, Purpose
from app.meetings.service import ItemPlan, Plan, Times

HERE = Path(__file__).parent
README = HERE / "README.md"
FILE = load.FOLDER / "room.db"
BEAT_EVERY = 25  # seconds
DRAIN = 20  # seconds for what is still under way
TO_A_COMPANY = 3  # people
WORDS = "We stemmen zo over het voorstel van de werkgroep; wie nog iets wil zeggen, steekt nu een hand op. " * 2


@dataclass
class Page:
    """One open page: its socket, and what it heard."""

    socket: websocket.WebSocket
    lines: dict[int, str] = field(default_factory=dict)  # seq → who and when, as the sender wrote it
    seqs: set[int] = field(default_factory=set)
    doubled: int = 0
    overtaken: int = 0  # came after a later one
    last: int = 0
    acks: dict[int, dict] = field(default_factory=dict)
    count: int = 0

    def send(self, name: str, payload: dict) -> int:
        self.count += 1
        self.socket.send(f"42{self.count}{json.dumps([name, payload])}")
        return self.count

    def take(self, frame: str, moment: float, latencies: list[float]) -> None:
        if frame == "2":
            self.socket.send("3")
        elif frame.startswith("43"):
            number, _, rest = frame[2:].partition("[")
            self.acks[int(number)] = json.loads(f"[{rest}")[0]
        elif frame.startswith('42["meeting:event"'):
            self.note(json.loads(frame[2:])[1], moment, latencies)

    def note(self, event: dict, moment: float, latencies: list[float]) -> None:
        seq = event["seq"]
        self.doubled += seq in self.seqs
        self.overtaken += seq < self.last
        self.seqs.add(seq)
        self.last = max(self.last, seq)
        if event["type"] == "line":
            self.lines[seq] = event["payload"]["body"].partition(" ")[0]
            latencies.append((moment - float(self.lines[seq].partition("@")[2])) * 1000)



class Crowd:
    """All pages, heard in one thread."""

    def __init__(self, pages: list[Page]) -> None:
        self.pages, self.latencies, self.cut = pages, [], 0
        self._selector = selectors.DefaultSelector()
        for page in pages:
            self._selector.register(page.socket.sock, selectors.EVENT_READ, page)

    def hear(self, seconds: float) -> None:
        for key, _mask in self._selector.select(seconds):
            try:
                key.data.take(key.data.socket.recv(), time.perf_counter(), self.latencies)
            except websocket.WebSocketConnectionClosedException:  # we were too slow to answer its ping
                self._selector.unregister(key.fileobj)
                self.cut += 1

    def ask(self, page: Page, name: str, payload: dict) -> dict:
        answer = self.wait_for(page, page.send(name, payload))
        if not answer["ok"]:
            sys.exit(f"refused: {answer['error']}")
        return answer["result"]

    def wait_for(self, page: Page, number: int) -> dict:
        until = time.perf_counter() + DRAIN
        while number not in page.acks and time.perf_counter() < until:
            self.hear(0.05)
        return page.acks.get(number, {"ok": False, "error": "no answer"})


def main() -> None:
    options = read_options()
    os.sched_setaffinity(0, {int(CLIENT_CORE)})
    cookies, meeting_id, version = prepare(options.sockets)
    port = free_port()
    server = Server([str(HERE / "server.py"), "--database-url", f"sqlite:///{FILE}", "--port", str(port), "--limits"],
                    port, "/healthz")  # fmt: skip
    try:
        crowd = Crowd([open_page(server.url, cookie) for cookie in cookies])
        enter(crowd, meeting_id, version)
        report = measure(server, crowd, meeting_id, options)
    finally:
        server.stop()
    print(report)
    if options.write:
        write(report)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20, help="lines a second, of all together")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--write", action="store_true", help="put the figures in README.md")
    return parser.parse_args()


# --- The meeting ---


def prepare(people: int) -> tuple[list[str], int, int]:
    """A database with a meeting that is open; the cookies of its members, its id and the version of the statement."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    for old in FILE.parent.glob(f"{FILE.name}*"):
        old.unlink()
    app = create_app(load.settings(f"sqlite:///{FILE}"), at_once=True)
    with app.app_context():
        upgrade()
        cast = make_cast(accounts.hash_password(load.PASSWORD))
        make_groups(cast)
        meeting = open_meeting(Actor.of_person(cast["anna"]))
        cookies = [cookie_of(app, member) for member in members(people)]
        found = cookies, meeting.id, meeting.statement_version
        db.session.remove()
        return found


def open_meeting(anna: Actor) -> Meeting:
    group = db.session.query(WorkingGroup).filter_by(slug="energie").one()
    group.notice_days = 0
    db.session.commit()
    starts_at = now() + timedelta(minutes=5)
    meeting = service.plan_meeting(anna, group, Plan(title="Belastingproef", chair_id=anna.tie_id),
                                   Times(starts_at, starts_at + timedelta(hours=2)))  # fmt: skip
    service.add_item(anna, meeting, ItemPlan(title="Restwarmte", purpose=Purpose.DISCUSS, planned_min=60))
    service.publish_agenda(anna, meeting)
    service.confirm_statement(anna, meeting, version=meeting.statement_version)
    service.come_in(anna, meeting)
    service.open_meeting(anna, meeting)
    service.next_item(anna, meeting)
    return meeting


def members(people: int) -> list[int]:
    group = db.session.query(WorkingGroup).filter_by(slug="energie").one()
    made = []
    for number in range(people):
        if number % TO_A_COMPANY == 0:
            company = accounts.create_company(None, name=f"Bedrijf {number // TO_A_COMPANY}")
        person = accounts.create_person(None, email=f"p{number:04}@brink.example", name=f"Deelnemer {number}")
        accounts.start_tie(None, person, company, function="proef")
        join_group(Actor.of_person(person.id), group)
        made.append(person.id)
    return made


def cookie_of(app, person_id: int) -> str:
    token = start_session(db.session.get_one(Person, person_id), browser="bench", by_code=False)
    sign = app.session_interface.get_signing_serializer(app).dumps
    return sign({"_user_id": token, "_fresh": True, "_permanent": True})


def open_page(url: str, cookie: str) -> Page:
    address = f"{url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
    socket = websocket.create_connection(address, cookie=f"brink={cookie}", origin=url, timeout=30)
    socket.recv()  # what Engine.IO offers
    socket.send("40")
    socket.recv()
    return Page(socket)


def enter(crowd: Crowd, meeting_id: int, version: int) -> None:
    began, there = time.perf_counter(), {"meeting_id": meeting_id}
    for page in crowd.pages:
        crowd.ask(page, "meeting:confirm", {**there, "version": version})
        joined = crowd.ask(page, "meeting:join", {**there, "after": 0})
        page.seqs |= set(range(1, joined["seq"] + 1))
    took = (time.perf_counter() - began) / len(crowd.pages) * 1000
    print(f"{len(crowd.pages)} sockets came in, {took:.0f} ms each", flush=True)
    until = time.perf_counter() + 2
    while time.perf_counter() < until:  # who came in is told to all
        crowd.hear(0.1)
    for page in crowd.pages:
        page.doubled = page.overtaken = 0


# --- The measuring ---


def measure(server: Server, crowd: Crowd, meeting_id: int, options: argparse.Namespace) -> str:
    pages, there = crowd.pages, {"meeting_id": meeting_id}
    sent: list[tuple[Page, int]] = []
    cpu_before, began, beats = server.cpu(), time.perf_counter(), 0
    goal = int(options.rate * options.seconds)
    while True:
        moment = time.perf_counter() - began
        if len(sent) < goal and moment >= len(sent) / options.rate:
            page = pages[len(sent) % len(pages)]
            line = {"client_id": str(uuid4()), "body": f"{len(sent)}@{time.perf_counter():.6f} {WORDS}"}
            sent.append((page, page.send("meeting:say", {**there, **line})))
        if moment >= beats * BEAT_EVERY / len(pages):
            pages[beats % len(pages)].send("meeting:beat", there)
            beats += 1
        if len(crowd.latencies) >= goal * len(pages) or moment > options.seconds + DRAIN:
            break
        crowd.hear(0.002)
    seconds = time.perf_counter() - began
    acks = [crowd.wait_for(page, number) for page, number in sent]
    return table(server, crowd, acks, seconds, (server.cpu() - cpu_before) / 10 / seconds, options)


def table(server: Server, crowd: Crowd, acks: list[dict], seconds: float, cpu: float, options) -> str:
    pages, latencies = crowd.pages, crowd.latencies
    taken = {ack["result"]["seq"] for ack in acks if ack["ok"]}
    refused = Counter(ack["error"] for ack in acks if not ack["ok"])
    lost = sum(len(taken - page.lines.keys()) for page in pages)
    doubled = sum(page.doubled for page in pages)
    logs = {json.dumps(sorted(page.lines.items())) for page in pages}
    holes = sum(len(set(range(1, page.last + 1)) - page.seqs) for page in pages)
    p50, p95, p99 = (percentile(latencies, which) for which in (50, 95, 99))
    load_now = os.getloadavg()[0]
    rows = [
        ("sockets", len(pages)), ("lines sent", len(acks)), ("lines a second", f"{len(acks) / options.seconds:.1f}"),
        ("deliveries", len(latencies)), ("deliveries a second", f"{len(latencies) / seconds:.0f}"),
        ("p50", f"{p50:.0f} ms"), ("p95 (must 500 ms)", f"{p95:.0f} ms {'✓' if p95 <= 500 else '✗'}"),
        ("p99", f"{p99:.0f} ms"), ("largest", f"{max(latencies):.0f} ms"),
        ("refused", f"{sum(refused.values())} {dict(refused) or ''}".strip()), ("lost (must 0)", lost),
        ("double (must 0)", doubled), ("holes in seq (must 0)", holes),
        ("different logs, sorted by seq (must 1)", len(logs)),
        ("pages that were cut", crowd.cut), ("came after a later one", sum(page.overtaken for page in pages)),
        ("server, per cent of one core", f"{cpu:.0f}"),
        ("server, CPU of a delivery", f"{cpu * 10_000 * seconds / len(latencies):.0f} µs"),
        ("server memory", f"{server.memory()['Pss']:.0f} MiB PSS"),
        ("load of the machine at the end", f"{load_now:.1f}"),
    ]  # fmt: skip
    return "\n".join(["| the room | |", "| --- | ---: |", *(f"| {name} | {value} |" for name, value in rows)])


def write(report: str) -> None:
    before, _, rest = README.read_text().partition("<!-- room -->")
    _, _, after = rest.partition("<!-- end of room -->")
    stamp = f"{datetime.now(UTC):%Y-%m-%d}, sqlite."
    README.write_text(f"{before}<!-- room -->\n{stamp}\n\n{report}\n<!-- end of room -->{after}")


if __name__ == "__main__":
    main()

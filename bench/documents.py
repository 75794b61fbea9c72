"""`python bench/documents.py`: what a list of 2,000 documents costs, and what 50 MB take of the server's memory."""

import http.client
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import load
from machine import CLIENT_CORE, Server, free_port
from sqlalchemy import func, insert, select
from visitors import Browser, Page, eight_at_once

from app import create_app
from app.accounts.models import Person, Tie
from app.core.clock import now
from app.core.db import new_id
from app.core.extensions import db
from app.core.transaction import end_reading
from app.discussions.models import Thread
from app.documents.models import Document, DocumentKind, DocumentState, DocumentVersion, Label, VersionAuthor
from app.groups.models import WorkingGroup

DATABASE = load.FOLDER / "documents.db"
READER, PASSWORD, SLUG = "anna@brink.example", "brink-demo-2026", "energie"
DOCUMENTS, MUST_CPU = 2_000, 10.0  # milliseconds for one list
FILE, MUST_GROW = 50_000_000, 30.0  # bytes; MiB
CHUNK = 1 << 16
BOUNDARY = "between-the-parts-of-the-bench"


def main() -> None:
    os.sched_setaffinity(0, {int(CLIENT_CORE)})
    for old in load.FOLDER.glob("documents.db*"):
        old.unlink()
    load.FOLDER.mkdir(parents=True, exist_ok=True)
    port = free_port()
    command = ["bench/server.py", "--demo", "--database-url", f"sqlite:///{DATABASE}", "--port", str(port)]
    server = Server(command, port, "/healthz")  # which fills the database
    try:
        add_documents()
        browser = Browser(server.url)
        browser.sign_in(READER, PASSWORD)
        lines = [*list_lines(server, browser), *file_lines(server, browser)]
    finally:
        server.stop()
    print("\n".join(["| what | measured | must |", "| --- | ---: | ---: |", *lines]))


def add_documents() -> None:
    """All in one folder, so that the last page of the list is as far away as it can be."""
    with create_app(load.settings(f"sqlite:///{DATABASE}")).app_context():
        group = db.session.scalars(select(WorkingGroup.id).where(WorkingGroup.slug == SLUG)).one()
        tie = db.session.scalars(
            select(Tie.id).join(Person, Person.id == Tie.person_id).where(Person.email == READER)).one()  # fmt: skip
        there = db.session.scalar(select(func.count()).select_from(Document).where(Document.folder_id.is_(None))) or 0
        made = [(new_id(), new_id(), number) for number in range(DOCUMENTS - there)]
        moment = now()
        end_reading()
        db.session.connection(execution_options={"writes": True})  # the server is at work beside us
        db.session.execute(insert(Document), [
            {"id": document, "group_id": group, "kind": DocumentKind.PAGE, "title": f"Verslag {number:04}",
             "label": Label.GROUP, "state": DocumentState.DRAFT, "keeper_id": tie, "last_number": 1,
             "changed_at": moment, "changed_by": tie, "created_at": moment, "created_by": tie}
            for document, _version, number in made
        ])  # fmt: skip
        db.session.execute(insert(DocumentVersion), [
            {"id": version, "document_id": document, "number": 1, "at": moment, "body_md": "Verslag.",
             "body_html": "<p>Verslag.</p>"} for document, version, _number in made
        ])  # fmt: skip
        db.session.execute(insert(VersionAuthor), [{"version_id": version, "tie_id": tie} for _, version, _ in made])
        db.session.commit()


def list_lines(server: Server, browser: Browser) -> Iterator[str]:
    last = -(-DOCUMENTS // 50)
    for name, page in (("first", 1), ("last", last)):
        path = f"/groups/{SLUG}/documents?page={page}"
        assert "Verslag" in browser.ask(path)[1], f"{path}: another page came"
        eight_at_once(server.url, Page(path), browser.headers, 1)  # warms it up
        server.settle()
        before = server.cpu()
        times = eight_at_once(server.url, Page(path), browser.headers, 4)
        server.settle()
        cpu = (server.cpu() - before) / (times.count + 8)
        what = f"list of {DOCUMENTS} documents, {name} page"
        yield f"| {what} | {cpu:.1f} ms CPU | {MUST_CPU:g} {mark(cpu <= MUST_CPU)} |"


def file_lines(server: Server, browser: Browser) -> Iterator[str]:
    """Each way once before, so that what is kept for good is there already."""
    with create_app(load.settings(f"sqlite:///{DATABASE}")).app_context():
        thread = db.session.scalar(
            select(func.max(Thread.id)).join(WorkingGroup, WorkingGroup.id == Thread.group_id)
            .where(WorkingGroup.slug == SLUG, Thread.closed_at.is_(None))
        )  # fmt: skip
    list_of_files, reply = f"/groups/{SLUG}/documents", {"body": "Zie de bijlage."}
    for what, path, fields in (("upload", list_of_files, {"folder": "0"}),
                               ("attachment with a reply", f"/threads/{thread}/posts", reply),
                               ("attachment sent by the script", "/account/drafts/files",
                                {"place": f"thread:{thread}"})):  # fmt: skip
        send(browser, 1_000_000, path, fields)
        grown = growth(server, lambda path=path, fields=fields: send(browser, FILE, path, fields))
        size = FILE // 1_000_000
        yield f"| {what} of {size} MB | {grown:.1f} MiB more | {MUST_GROW:g} {mark(grown <= MUST_GROW)} |"
    with create_app(load.settings(f"sqlite:///{DATABASE}")).app_context():
        number = db.session.scalar(select(func.max(Document.id)))
    fetch(browser, number)
    grown = growth(server, lambda: fetch(browser, number))
    yield f"| download of {FILE // 1_000_000} MB | {grown:.1f} MiB more | {MUST_GROW:g} {mark(grown <= MUST_GROW)} |"


def growth(server: Server, work: Callable[[], None]) -> float:
    """MiB by which the server's processes together grew at most, looked at fifty times a second."""
    before, seen, is_done = server.memory()["Rss"], [0.0], threading.Event()

    def look() -> None:
        while not is_done.wait(0.02):
            seen.append(server.memory()["Rss"])

    looking = threading.Thread(target=look)
    looking.start()
    try:
        work()
        time.sleep(0.1)
    finally:
        is_done.set()
        looking.join()
    return max(0.0, max(seen) - before)


def send(browser: Browser, size: int, path: str, more: dict[str, str]) -> None:
    """One file in a form, as a browser sends it; nothing of it is ours twice."""
    browser.ask(f"/groups/{SLUG}/documents")
    fields = "".join(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                     for name, value in {"csrf_token": browser.token, **more}.items())  # fmt: skip
    start = (f'{fields}--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="groot.bin"\r\n'
             "Content-Type: application/octet-stream\r\n\r\n").encode()  # fmt: skip
    end = f"\r\n--{BOUNDARY}--\r\n".encode()
    connection = http.client.HTTPConnection(urlsplit(browser.url).netloc, timeout=120)
    connection.putrequest("POST", path)
    length = str(len(start) + size + len(end))
    for name, value in {**browser.headers, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
                        "Content-Length": length}.items():  # fmt: skip
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(start)
    block = secrets.token_bytes(CHUNK)
    for sent in range(0, size, CHUNK):
        connection.send(block[: size - sent])
    connection.send(end)
    answer = connection.getresponse()
    answer.read()
    assert answer.status in (201, 303), f"the file was not taken: {answer.status}"


def fetch(browser: Browser, number: int) -> None:
    connection = http.client.HTTPConnection(urlsplit(browser.url).netloc, timeout=120)
    connection.request("GET", f"/documents/{number}/file", headers=browser.headers)
    answer = connection.getresponse()
    size = 0
    while block := answer.read(CHUNK):
        size += len(block)
    assert (answer.status, size) == (200, FILE), f"another file came: {answer.status}, {size} bytes"


def mark(is_held: bool) -> str:
    return "✓" if is_held else "✗"


if __name__ == "__main__":
    if not Path("bench").is_dir():
        sys.exit("Run this from the top of the project.")
    main()

"""The floor: the same pages as a small Flask app would have them, with nothing that Brink promises beyond them.

One file, SQL by hand, no layers: what Flask, Jinja and the database cost at least. `python app.py load FROM TO`
copies the posts that load.py made; `python app.py serve URL PORT` serves them.
"""

import secrets
import sys
import time
from datetime import datetime

from flask import Flask, abort, g, redirect, render_template, request, session
from gunicorn.app.base import BaseApplication
from markdown import markdown
from sqlalchemy import create_engine, text

SIZE = 25  # on a page, as in Brink
TABLES = """
CREATE TABLE member (id bigint PRIMARY KEY, name text);
CREATE TABLE forum (id bigint PRIMARY KEY, name text, about text, threads int);
CREATE TABLE thread (id bigint PRIMARY KEY, forum bigint, title text, starter text, posts int, last_at float,
                     last_by text);
CREATE TABLE post (thread bigint, place int, author bigint, at float, body text, html text,
                   PRIMARY KEY (thread, place));
CREATE TABLE belongs (member bigint, forum bigint, PRIMARY KEY (member, forum));
CREATE TABLE read_to (member bigint, thread bigint, place int, PRIMARY KEY (member, thread));
CREATE INDEX thread_newest ON thread (forum, last_at DESC)
"""
COPIES = {
    "INSERT INTO member VALUES (?, ?)": "SELECT id, name FROM people",
    "INSERT INTO forum VALUES (?, ?, ?, ?)":
        "SELECT id, name, purpose, (SELECT count(*) FROM threads WHERE group_id = groups.id) FROM groups",
    "INSERT INTO thread VALUES (?, ?, ?, ?, ?, ?, ?)":
        "SELECT threads.id, group_id, title, name, last_position, last_seq, name FROM threads"
        " JOIN ties ON ties.id = threads.created_by JOIN people ON people.id = ties.person_id",
    "INSERT INTO post VALUES (?, ?, ?, ?, ?, ?)":
        "SELECT thread_id, position, author_id, seq, body_md, body_html FROM posts",
    "INSERT INTO belongs VALUES (?, ?)":
        "SELECT person_id, group_id FROM group_memberships JOIN ties ON ties.id = tie_id",
    "INSERT INTO read_to VALUES (?, ?, ?)": "SELECT person_id, thread_id, position FROM read_positions",
}  # fmt: skip
EPOCH_OF_COPY = 1_732_147_200  # the order of arrival stands in for the time

app = Flask(__name__)
app.secret_key = "floor"
app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
engine = None


def rows(statement, **values):
    return g.connection.execute(text(statement), values).all()


def one(statement, **values):
    return g.connection.execute(text(statement), values).first() or abort(404)


@app.before_request
def begin():
    g.connection = engine.connect()
    member = session.get("member")
    g.me = one("SELECT id, name FROM member WHERE id = :id", id=member) if member else None


@app.teardown_request
def end(_failure):
    g.connection.close()


@app.template_filter()
def day(seconds):
    return datetime.fromtimestamp(EPOCH_OF_COPY + seconds * 60).strftime("%d-%m-%Y %H:%M")


@app.get("/login/<int:member>")
def login(member):
    session.update(member=member, token=secrets.token_hex(16))
    return session["token"]


@app.get("/")
def index():
    shown = rows(
        "SELECT f.id, f.name, f.about, f.threads, t.id, t.title, t.last_by, t.last_at FROM forum f JOIN thread t"
        " ON t.id = (SELECT id FROM thread WHERE forum = f.id ORDER BY last_at DESC LIMIT 1) ORDER BY f.name"
    )
    return render_template("index.html", forums=shown)


@app.get("/forum/<int:id_>")
def forum(id_):
    page = request.args.get("page", 1, int)
    shown = one("SELECT f.id, f.name, f.threads FROM forum f JOIN belongs b ON b.forum = f.id AND b.member = :me"
                " WHERE f.id = :id", id=id_, me=g.me.id)  # fmt: skip
    threads = rows("SELECT t.*, r.place FROM thread t LEFT JOIN read_to r ON r.thread = t.id AND r.member = :me"
                   " WHERE t.forum = :id ORDER BY t.last_at DESC LIMIT :size OFFSET :start",
                   me=g.me.id, id=id_, size=SIZE, start=(page - 1) * SIZE)  # fmt: skip
    return render_template("forum.html", forum=shown, threads=threads, page=page, pages=-(-shown.threads // SIZE))


@app.get("/thread/<int:id_>")
def thread(id_):
    page = request.args.get("page", 1, int)
    posts = rows("SELECT p.place, p.at, p.html, m.id, m.name FROM post p JOIN member m ON m.id = p.author"
                 " WHERE p.thread = :id AND p.place > :after AND p.place <= :to ORDER BY p.place",
                 id=id_, after=(page - 1) * SIZE, to=page * SIZE)  # fmt: skip
    shown = head(id_)
    rows("SELECT place FROM read_to WHERE member = :me AND thread = :id", me=g.me.id, id=id_)
    return render_template("thread.html", thread=shown, posts=posts, page=page, pages=-(-shown.posts // SIZE))


@app.post("/thread/<int:id_>")
def reply(id_):
    if request.form["token"] != session["token"]:
        abort(403)
    shown, body, at = head(id_), request.form["body"], time.time() / 60
    html = markdown(body)
    place = one("UPDATE thread SET posts = posts + 1, last_at = :at, last_by = :by WHERE id = :id RETURNING posts",
                at=at, by=g.me.name, id=id_).posts  # fmt: skip
    values = {"thread": id_, "place": place, "author": g.me.id, "at": at, "body": body, "html": html}
    g.connection.execute(text("INSERT INTO post VALUES (:thread, :place, :author, :at, :body, :html)"), values)
    g.connection.commit()
    return redirect(f"/thread/{shown.id}?page={-(-place // SIZE)}#p{place}", 303)


def head(id_):
    return one("SELECT t.id, t.title, t.posts, f.name FROM thread t JOIN belongs b ON b.forum = t.forum"
               " AND b.member = :me JOIN forum f ON f.id = t.forum WHERE t.id = :id", id=id_, me=g.me.id)  # fmt: skip


class Server(BaseApplication):
    def __init__(self, port):
        self.port = port
        super().__init__()

    def load_config(self):
        for name, value in {
            "bind": f"127.0.0.1:{self.port}", "worker_class": "gthread", "threads": 8, "keepalive": 75,
            "control_socket_disable": True, "loglevel": "warning",
        }.items():  # fmt: skip
            self.cfg.set(name, value)

    def load(self):
        return app


def copy(source, target):
    with create_engine(source).connect() as old, create_engine(target).begin() as new:
        for statement in TABLES.strip().split(";"):
            new.exec_driver_sql(statement)
        for insert, select in COPIES.items():
            found = old.execution_options(yield_per=5_000).exec_driver_sql(select)
            for some in found.partitions():
                marks = insert if new.dialect.name == "sqlite" else insert.replace("?", "%s")
                new.exec_driver_sql(marks, [tuple(row) for row in some])


if __name__ == "__main__":
    if sys.argv[1] == "load":
        copy(*sys.argv[2:])
    else:
        engine = create_engine(sys.argv[2], pool_size=8)
        Server(sys.argv[3]).run()

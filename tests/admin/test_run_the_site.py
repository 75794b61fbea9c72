"""What those who run the site are shown, on pages and by commands: the rules, and whether all is well."""

import re
from html import unescape
from pathlib import Path
from urllib.error import HTTPError

import pytest
from huey import RedisHuey
from sqlalchemy import text

from app.accounts.models import Person
from app.core.extensions import db
from app.core.i18n import gettext, in_language
from app.core.policy import rule_lines
from app.demo.service import PASSWORD
from tests.conftest import actor_named, files_folder, new_thread, take_the_database_in_hand
from tests.faults.embedded import Client, EmbeddedServer
from tests.servers import ImapServer, free_port

PAGES = ("/admin", "/admin/rules", "/admin/parts", "/admin/mail")


def run(app, *words):
    db.session.rollback()
    return app.test_cli_runner().invoke(args=words)


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_the_page_of_rules_says_every_rule_in_one_sentence(femke, sign_in, locale):
    """architecture: the matrix cannot be out of date, because nobody writes it."""
    db.session.get_one(Person, femke.id).locale = locale
    db.session.commit()
    page = unescape(sign_in(femke).get("/admin/rules").text)
    shown = re.findall(r'<dt lang="en"><code>([^<]*)</code></dt><dd>([^<]*)</dd>', page)
    with in_language(locale):
        assert sorted(shown) == sorted((line.name, gettext(line.sentence)) for line in rule_lines())
    sentence = "Coördinatoren maken werkgroepen; niemand tijdens een schrijfpauze."
    assert ("create_group", sentence) in shown or locale == "en"


def test_the_command_prints_the_same_rules(app):
    answer = run(app, "rules")
    assert answer.exit_code == 0
    for line in rule_lines():
        assert re.search(rf"^{line.feature} +{line.name} +{re.escape(line.sentence)}$", answer.output, re.MULTILINE)
    assert len(answer.output.splitlines()) == len(list(rule_lines()))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("who", "status"), [("dirk", 200), ("femke", 200), ("anna", 404), ("bram", 404),
                                             ("carla", 404), ("emma", 404), ("gijs", 404)])  # fmt: skip
def test_only_coordinators_and_administrators_see_these_pages(app, sign_in, path, who, status):
    """trust 1: for others they are not there."""
    answer = sign_in(actor_named(who)).get(path)
    assert answer.status_code == status
    assert ('href="/admin' in answer.text) == (status == 200)


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_asked_to_sign_in_first(visitor, path):
    answer = visitor.get(path)
    assert (answer.status_code, answer.location) == (303, f"/login?next={path}")


def test_a_watchdog_hears_that_all_is_well(visitor):
    for path in ("/healthz", "/readyz"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert answer.headers.getlist("Set-Cookie") == []


@pytest.mark.slow
def test_a_watchdog_hears_that_the_database_is_gone(tmp_path):
    """The process lives, and cannot serve."""
    with EmbeddedServer(f"sqlite:///{tmp_path / 'nowhere' / 'brink.db'}", tmp_path) as server:
        browser = Client(server)
        assert browser.get("/healthz") == "ok\n"
        with pytest.raises(HTTPError) as refusal:
            browser.get("/readyz")
        assert (refusal.value.code, refusal.value.read()) == (503, b"database\n")


def files_are_gone(app, tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("a file where the folder should be")
    monkeypatch.setitem(app.config, "STORAGE_URL", f"file://{tmp_path / 'taken'}")


def bucket_is_gone(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "STORAGE_URL", f"s3://files?endpoint=http://127.0.0.1:{free_port()}")
    monkeypatch.setitem(app.config, "STORAGE_KEYS", ("a-key", "a-secret"))
    monkeypatch.setitem(app.config, "INCOMING", str(tmp_path))


def queue_is_gone(app, tmp_path, monkeypatch):
    queue = RedisHuey("brink", url=f"redis://127.0.0.1:{free_port()}/0")
    monkeypatch.setattr(app.extensions["jobs"], "huey", queue)


@pytest.mark.parametrize(("breaks", "watchdog", "line"), [
    (files_are_gone, "files", "storage"), (bucket_is_gone, "files", "storage"),
    (queue_is_gone, "queue", "queue")])  # fmt: skip
def test_a_part_that_does_not_answer_is_named(app, visitor, tmp_path, monkeypatch, breaks, watchdog, line):
    """interface.md: /readyz says whether database, files and queue answer; `check` has a line for each part."""
    breaks(app, tmp_path, monkeypatch)
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.text) == (503, f"{watchdog}\n")
    said = run(app, "check")
    assert said.exit_code == 1
    assert f"{line}: FAILED, " in said.output
    assert "search: everything is in the index" in said.output


def test_asking_the_files_leaves_nothing_behind(app, visitor):
    before = sorted(Path(files_folder(app)).rglob("*"))
    visitor.get("/readyz")
    assert [path for path in Path(files_folder(app)).rglob("*") if path.is_file() and path not in before
            and path.name != "database"] == []  # fmt: skip


def test_asking_a_bucket_leaves_nothing_but_whose_it_is(app, bucket, visitor):
    assert visitor.get("/readyz").text == "ok\n"
    assert "storage: files can be written and read" in run(app, "check").output
    assert bucket.names() == {"database"}


def test_a_bucket_that_nobody_made_is_named(app, bucket, visitor, monkeypatch):
    monkeypatch.setitem(app.config, "STORAGE_URL", bucket.url.replace("files", "never-made"))
    assert visitor.get("/readyz").text == "files\n"
    said = run(app, "check").output
    assert re.search("storage: FAILED, .*NoSuchBucket", said), said


def test_the_check_greets_the_mail_server(app, mail_server, monkeypatch):
    """interface.md: a server that is dead is said, not that letters go "by SMTP"."""
    monkeypatch.setitem(app.config, "MAIL_URL", mail_server.url)
    assert "mail: by SMTP, the server answers" in run(app, "check").output
    mail_server.stop()
    said = run(app, "check")
    assert said.exit_code == 1
    assert "mail: FAILED, " in said.output
    assert mail_server.deliveries == []


def test_the_check_looks_into_the_mailbox(app, monkeypatch):
    """NTF-38: how mail comes in, and whether it can; the password is not said."""
    assert "mail in: none" in run(app, "check").output
    monkeypatch.setitem(app.config, "MAIL_IN_ADDRESS", "post@brink.example")
    assert "mail in: what is brought to flask mail receive, for post@brink.example" in run(app, "check").output
    with ImapServer() as server:
        server.put(b"From: a@b.example\r\n\r\nHallo\r\n")
        monkeypatch.setitem(app.config, "MAIL_IN_URL", f"imap://brink:geheim@{server.address}/INBOX")
        assert "mail in: by IMAP, for post@brink.example; 1 waiting in the mailbox" in run(app, "check").output
        monkeypatch.setitem(app.config, "MAIL_IN_URL", f"imap://brink:verkeerd@{server.address}/INBOX")
        said = run(app, "check")
        assert server.mails
    assert said.exit_code == 1
    assert "mail in: FAILED, " in said.output
    assert "verkeerd" not in said.output


def test_the_check_says_of_each_part_that_it_is_well(app, thread):
    answer = run(app, "check")
    assert answer.exit_code == 0, answer.output
    lines = dict(line.split(": ", 1) for line in answer.output.splitlines())
    assert set(lines) == {"settings", "database", "audit log", "storage", "queue", "search", "mail", "mail in"}
    assert lines["settings"] == "http://localhost"
    assert db.engine.dialect.name in lines["database"]
    assert lines["audit log"] == "every entry follows from the one before it"


@pytest.mark.parametrize(
    "damage",
    ["UPDATE audit_entries SET actor_id = 1 WHERE number = 5", "DELETE FROM audit_entries WHERE number = 5",
     "UPDATE audit_entries SET event = 'Nothing' WHERE number = 5",
     "UPDATE audit_entries SET seal = REPLACE(seal, SUBSTR(seal, 1, 1), 'x') WHERE number = 5"],
)  # fmt: skip
def test_the_check_names_the_first_entry_that_was_tampered_with(app, thread, damage):
    """trust 10"""
    take_the_database_in_hand()
    db.session.execute(text(damage))
    db.session.commit()
    answer = run(app, "check")
    assert answer.exit_code == 1
    assert "audit log: FAILED, entry 5 " in answer.output
    assert "database: " in answer.output.replace("database: FAILED", "")


def test_the_check_says_that_nothing_refuses_to_change_the_log(app, thread):
    """MOD-29: a table that was rebuilt has lost what refused it."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER audit_entries_removal"))
    else:
        db.session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_removal"))
    db.session.commit()
    answer = run(app, "check")
    if db.engine.dialect.name != "sqlite":  # rows are put back between tests, and nothing else
        db.session.execute(text("ALTER TABLE audit_entries ENABLE TRIGGER audit_entries_removal"))
        db.session.commit()
    assert answer.exit_code == 1
    assert "audit log: FAILED, nothing refuses to change an entry" in answer.output


def test_the_check_goes_on_after_a_part_that_failed(app, thread):
    db.session.execute(text("DROP TABLE alembic_version"))
    db.session.commit()
    answer = run(app, "check")
    assert answer.exit_code == 1
    assert "database: FAILED" in answer.output
    assert "audit log: every entry follows" in answer.output


def test_neither_command_prints_a_secret(app, anna, energie):
    new_thread(anna, energie, "Een geheim onderwerp")
    said = run(app, "check").output + run(app, "rules").output
    for secret in (app.config["SECRET_KEY"], PASSWORD, "anna@brink.example", "Een geheim onderwerp"):
        assert secret not in said

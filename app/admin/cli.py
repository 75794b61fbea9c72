"""flask rules, flask check"""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text

from app.audit.queries import first_broken_entry, is_kept_from_change
from app.core.extensions import db
from app.core.policy import rule_lines
from app.files import service as files
from app.jobs.service import ask_queue
from app.mail.queries import oldest_waiting
from app.mail.service import ask_mail_server
from app.mail.service.mailbox import mails_waiting
from app.search import service as search


@click.command("rules")
@with_appcontext
def rules() -> None:
    """Print who may do what, from the rules themselves."""
    for line in rule_lines():
        click.echo(f"{line.feature:14} {line.name:24} {line.sentence}")


@click.command("check")
@with_appcontext
def check() -> None:
    """Say of each part whether it is well; exit 1 when one is not."""
    failed = False
    for name, ask in (("settings", _settings), ("database", _database), ("audit log", _audit),
                      ("storage", _storage), ("queue", _queue), ("search", _search), ("mail", _mail),
                      ("mail in", _mail_in)):  # fmt: skip
        try:
            click.echo(f"{name}: {ask()}")
        except Exception as trouble:
            failed = True
            db.session.rollback()  # PostgreSQL answers nothing more in a transaction that failed
            click.echo(f"{name}: FAILED, {trouble}")
    if failed:
        raise SystemExit(1)


def _settings() -> str:
    return f"{current_app.config['BASE_URL']}{', demo' if current_app.config['DEMO'] else ''}"


def _database() -> str:
    version = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return f"{db.engine.dialect.name}, at {version}"


def _audit() -> str:
    broken = first_broken_entry()
    if broken is not None:
        raise RuntimeError(f"entry {broken} does not follow from the one before it")
    if not is_kept_from_change():
        raise RuntimeError("nothing refuses to change an entry")
    return "every entry follows from the one before it"


def _search() -> str:
    if not search.is_current():
        raise RuntimeError("the index was made by another version; run flask --app app search rebuild")
    if wrong := search.differences():
        words = ", ".join(f"{count} of kind {kind}" for kind, count in sorted(wrong.items()))
        raise RuntimeError(f"the index differs from what there is ({words}); run flask --app app search rebuild")
    return "everything is in the index"


def _storage() -> str:
    files.try_out()
    return "files can be written and read"


def _queue() -> str:
    waiting = ask_queue(current_app)
    return f"{'Redis' if current_app.config['REDIS_URL'] else 'a file'}, {waiting} waiting"


def _mail() -> str:
    if not current_app.config["MAIL_URL"]:
        return f"written to {current_app.config['OUTBOX']}{_waiting_letters()}"
    ask_mail_server()
    return f"by SMTP, the server answers{_waiting_letters()}"


def _waiting_letters() -> str:
    oldest = oldest_waiting()
    return f"; letters wait since {oldest:%Y-%m-%d %H:%M} UTC" if oldest else ""


def _mail_in() -> str:
    address = current_app.config["MAIL_IN_ADDRESS"]
    if not current_app.config["MAIL_IN_URL"]:
        return f"what is brought to flask mail receive, for {address}" if address else "none"
    return f"by IMAP, for {address}; {mails_waiting()} waiting in the mailbox"


commands = (rules, check)

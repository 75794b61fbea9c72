"""flask mail receive, flask mail lmtp"""

import sys

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from app.core.ending import catch_end
from app.core.errors import Invalid
from app.files.service import NotStored
from app.mail.cli import commands as mail_commands
from app.mailin import service
from app.mailin.models import SIZE_MOST

# sysexits.h, as mail servers read them: the mail is kept there and brought again after 75, sent back after 65.
WRONG_MAIL, AGAIN_LATER = 65, 75
CHUNK = 1 << 20  # bytes


@mail_commands.command("receive")
@click.option("--to", "recipients", multiple=True, help="Whom the mail server names as its receiver, if it does.")
def receive(recipients: tuple[str, ...]) -> None:
    """Store one mail from standard input. Says nothing; exit 0: stored, 75: bring it again later, 65: it is empty."""
    raw, size = _read_all()
    try:
        service.receive(raw, size=size, recipients=recipients)
    except Invalid:
        sys.exit(WRONG_MAIL)
    except (SQLAlchemyError, NotStored, OSError):
        sys.exit(AGAIN_LATER)


@mail_commands.command("lmtp")
@click.option("--host", default="127.0.0.1", help="Where to listen. Nobody signs in here: leave it to this machine.")
@click.option("--port", default=8024)
def lmtp(host: str, port: int) -> None:
    """Take mail from a mail server by LMTP, until it is told to end."""
    if not current_app.config["MAIL_IN_ADDRESS"]:
        raise click.ClickException("MAIL_IN_ADDRESS is missing: nobody would know which mail is ours.")
    wait_for_end = catch_end()
    try:
        with service.lmtp_server(current_app._get_current_object(), host, port):  # type: ignore[attr-defined]
            click.echo(f"Taking mail by LMTP at {host}:{port}.")
            wait_for_end()
    except ImportError:
        wanted = "pip install --require-hashes -r requirements-lmtp.lock"
        raise click.ClickException(f"LMTP needs a package: {wanted}.") from None


def _read_all() -> tuple[bytes, int]:
    """All of it, or the beginning of one that is too large and how large it is: whoever brings it can end in peace."""
    source = sys.stdin.buffer
    raw = source.read(SIZE_MOST + 1)
    size = len(raw)
    while size > SIZE_MOST and (more := source.read(CHUNK)):
        size += len(more)
    return raw, size

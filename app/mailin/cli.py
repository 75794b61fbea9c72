"""flask mail receive"""

import sys

import click
from sqlalchemy.exc import SQLAlchemyError

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


def _read_all() -> tuple[bytes, int]:
    """All of it, or the beginning of one that is too large and how large it is: whoever brings it can end in peace."""
    source = sys.stdin.buffer
    raw = source.read(SIZE_MOST + 1)
    size = len(raw)
    while size > SIZE_MOST and (more := source.read(CHUNK)):
        size += len(more)
    return raw, size

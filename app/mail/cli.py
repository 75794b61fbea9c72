"""flask mail ..."""

from datetime import timedelta

import click
from flask.cli import AppGroup

from app.jobs.service import hold_off
from app.mail.queries import letters_by_state
from app.mail.tasks import POST, send_waiting_letters

commands = AppGroup("mail", help="Letters.")


@commands.command("send")
def send() -> None:
    """Send every letter that is due, also where the mail server was away a moment ago; say what is left."""
    hold_off(POST, timedelta())
    send_waiting_letters()
    counts = letters_by_state()
    click.echo(", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "no letters")

"""flask worker"""

import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import markup
from app.core.ending import catch_end
from app.core.memory import keep_little
from app.jobs.service import WORKERS


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do what was put off until later, and what the clock asks for, until SIGTERM or Ctrl-C."""
    wait_for_end, stopped = catch_end(), threading.Event()
    at_work = current_app.extensions["jobs"].start()
    keep_little(stopped)
    place = "Redis" if current_app.config["REDIS_URL"] else "a file"
    click.echo(f"Brink works on what waits in {place}, in {WORKERS} threads.")
    wait_for_end()
    stopped.set()
    at_work.stop()
    markup.close()


commands = worker

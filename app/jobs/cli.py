"""flask worker"""

import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core import markup
from app.core.memory import keep_little
from app.jobs.service import WORKERS


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do what was put off until later, and what the clock asks for, until SIGTERM or Ctrl-C."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    at_work = current_app.extensions["jobs"].start()
    keep_little(stopped)
    place = "Redis" if current_app.config["REDIS_URL"] else "a file"
    click.echo(f"Brink works on what waits in {place}, in {WORKERS} threads.")
    stopped.wait()
    at_work.stop()
    markup.close()


commands = worker

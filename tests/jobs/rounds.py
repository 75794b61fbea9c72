"""Work of the tests that the clock asks for: it notes in a file that it was done, and in which minute."""

import os

from flask import current_app

from app.core.clock import now
from app.jobs.service import each_minute, each_night


@each_minute
def note_minute():
    note("minute")


@each_night
def note_night():
    note("night")


def note(what):
    folder = current_app.config["OUTBOX"].removesuffix("outbox")
    line = f"{what} {now():%H:%M} {os.getpid()}\n".encode()
    file = os.open(f"{folder}/rounds", os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    os.write(file, line)  # one call, so that two processes do not mix their lines
    os.close(file)

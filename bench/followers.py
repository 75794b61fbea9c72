"""What a reply costs where a thousand people get it by mail: the writer's wait, the telling, and the letters.

`python bench/followers.py [--followers 1000]` makes a group in a database of its own and replies in it. The letters go
to a mail server of this process over SMTP, one worker makes and sends them.
"""

import argparse
import resource
import socket
import tempfile
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import places
from aiosmtpd.controller import Controller
from flask_migrate import upgrade

from app import create_app
from app.accounts import service as accounts
from app.accounts.models import Actor, Office
from app.core import clock, markup
from app.core.extensions import db
from app.discussions import service as discussions
from app.discussions.models import Thread, ThreadKind
from app.discussions.service import NewThread, Written
from app.groups import service as groups
from app.groups.models import Theme, Visibility
from app.groups.service import GroupSettings
from app.mail.tasks import send_waiting_letters
from app.notifications import service as notifications
from app.notifications.models import Level
from app.notifications.tasks import tell_all_followers

REPLIES = 20
MUST_REPLY, MUST_LETTERS = 15, 60  # milliseconds of CPU, seconds


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Sink:
    """Takes every letter."""

    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(self, _server, _session, _envelope) -> str:  # noqa: N802 (the library's name)
        self.taken += 1
        return "250 OK"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--followers", type=int, default=1000)
    count = options.parse_args().followers
    sink = Sink()
    port = free_port()
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = replace(places.settings(f"sqlite:///{place / 'brink.db'}", base_url="http://127.0.0.1"),
                           mail_url=f"smtp://127.0.0.1:{port}", mail_from="brink@example.org",
                           jobs_file=place / "jobs.db")  # fmt: skip
        app = create_app(settings)  # jobs wait in their file: each part is asked for here by itself
        with app.app_context(), clock.StoppedClock() as stopped:
            upgrade()
            measure(count, stopped, sink)
    server.stop()


def measure(count: int, stopped: clock.StoppedClock, sink: Sink) -> None:
    writer, thread = fill(count, stopped)
    text = Written(body_md="Wij hebben stoom over.", body_html=markup.render("Wij hebben stoom over.", person_id=None))
    began = time.process_time()
    for _ in range(REPLIES):
        discussions.reply_to_thread(writer, thread, text)
    reply_cost = (time.process_time() - began) * 1000 / REPLIES
    with timed() as telling:
        tell_all_followers()
    stopped.forward(minutes=20)
    with timed() as making:
        while notifications.hand_over_due():
            pass
    with timed() as sending:
        while sink.taken < count:
            send_waiting_letters()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    total = making[0] + sending[0]
    print(f"{count} followers, {REPLIES} replies; the process held {peak:.0f} MiB at most\n")
    print("| part | figure | must |\n| --- | ---: | ---: |")
    print(f"| a reply, without the page (CPU ms) | {reply_cost:.1f} | {MUST_REPLY}{mark(reply_cost, MUST_REPLY)} |")
    print(f"| telling them of one reply (s) | {telling[0] / REPLIES:.2f} | |")
    print(f"| making {count} letters of {REPLIES} posts (s) | {making[0]:.1f} | |")
    print(f"| sending them (s) | {sending[0]:.1f} | |")
    print(f"| making and sending (s) | {total:.1f} | {MUST_LETTERS}{mark(total, MUST_LETTERS)} |")


def fill(count: int, stopped: clock.StoppedClock) -> tuple[Actor, Thread]:
    """A group whose members all get everything by mail; the writer is one more."""
    company = accounts.create_company(None, name="Bedrijf van de proef")
    people = []
    for number in range(count + 1):
        stopped.forward(seconds=1)  # a thousand people of one moment find no thousand places in the search
        office = Office.NONE if number else Office.COORDINATOR
        person = accounts.create_person(None, email=f"person{number:04}@example.org", name=f"Deelnemer {number}",
                                        office=office)  # fmt: skip
        accounts.start_tie(None, person, company, function="proef")
        if not number:
            accounts.install_second_step(person, "JBSWY3DPEHPK3PXP")
        people.append(person.id)
    writer = Actor.of_person(people[0])
    group = groups.create_group(writer, name="Proef", code="PR", lead_id=people[0], settings=GroupSettings(
        purpose="De proef.", theme=Theme.ENERGY, visibility=Visibility.OPEN))  # fmt: skip
    thread = discussions.start_thread(writer, group, NewThread(title="Stoom", kind=ThreadKind.DISCUSSION),
                                      Written(body_md="Wie?", body_html="<p>Wie?</p>"))  # fmt: skip
    for number in people[1:]:
        notifications.choose_level(Actor.of_person(number), thread.room, Level.ALL_MAIL)
    tell_all_followers()
    db.session.commit()
    return writer, thread


@contextmanager
def timed():
    spent: list[float] = []
    began = time.perf_counter()
    yield spent
    spent.append(time.perf_counter() - began)


def mark(value: float, must: float) -> str:
    return " ✓" if value <= must else " ✗"


if __name__ == "__main__":
    main()

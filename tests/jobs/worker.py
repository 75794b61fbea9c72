"""`flask worker` in a process of its own, on the database of a test, which can be killed without a word.

`python -m tests.jobs.worker URL FOLDER REDIS_URL MAIL_URL MODULE`: with the queue in FOLDER where there is no Redis,
so that no other worker of this checkout takes its calls; MODULE brings work of a test's own.
"""

import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from tests.servers import wait_until

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-tests-only-0123456789"
START_SECONDS = 60
STOP_SECONDS = 20


class Worker:
    """Inside a `with`. It has begun when `log` has its line."""

    def __init__(self, url, folder, *, redis_url="", mail_url="", module=""):
        self.log = folder / f"worker-{id(self)}.log"
        given = [url, str(folder), redis_url, mail_url, module]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "tests.jobs.worker", *given], cwd=ROOT, stdout=log,
                                            stderr=log, start_new_session=True)  # fmt: skip

    def __enter__(self):
        assert wait_until(lambda: "Brink works" in self.said() or self.process.poll() is not None, START_SECONDS)
        assert self.process.poll() is None, self.said()
        return self

    def __exit__(self, *_):
        self.kill()

    def said(self):
        return self.log.read_text()

    def kill(self):
        """As when the power of the machine goes."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self, number=signal.SIGTERM):
        """Its exit status, once it has ended what it had begun."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


def call_all(folder, redis_url, *names_and_ids):
    """Put calls into the queue of such workers: (name of the task, id …) each."""
    from app.jobs.service import Engine

    huey = Engine._huey(redis_url, folder / "jobs.db", at_once=False)
    run = huey.task(name="run")(lambda *_: None)
    for name, *ids in names_and_ids:
        run(name, *ids)


def main(url, folder, redis_url, mail_url, module):
    from flask.cli import ScriptInfo

    from app import create_app
    from config import Settings

    folder = Path(folder)
    app = create_app(Settings(
        secret_key=SECRET, base_url="http://localhost", database_url=url, redis_url=redis_url, mail_url=mail_url,
        outbox=folder / "outbox", jobs_file=folder / "jobs.db", storage_url=f"file://{folder}/files",
        log_level="WARNING"))  # fmt: skip
    if module:
        import_module(module)
    app.cli.main(["worker"], obj=ScriptInfo(create_app=lambda: app))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The whole program in a process of its own, on a database that the tests can reach too.

`python -m tests.realtime.server URL FOLDER PORT REDIS_URL` serves it: as `python -m app` does, but with mail and jobs
in FOLDER, so that no other server of this checkout takes them.
"""

import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tests.servers import HOST, free_port, wait_until

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-tests-only-0123456789"
START_SECONDS = 60
STOP_SECONDS = 20


class Server:
    """One server process inside a `with`."""

    def __init__(self, database_url, folder, redis_url=""):
        self.port = free_port()
        self.url, self.live_url = f"http://{HOST}:{self.port}", f"ws://{HOST}:{self.port}"
        self.folder = folder
        self._command = [sys.executable, "-m", "tests.realtime.server", database_url, str(folder), str(self.port),
                         redis_url]  # fmt: skip
        self._process = None

    def __enter__(self):
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        wait_until(lambda: self._process.poll() is not None or self.answers(), START_SECONDS)
        if not self.answers():
            self.__exit__()
            raise RuntimeError((self.folder / "log").read_text()[-3000:])
        return self

    def __exit__(self, *_exception):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def has_never_stopped(self):
        return self._process.poll() is None and self.answers()


def settings(database_url, folder, port, redis_url):
    from config import Settings

    return Settings(secret_key=SECRET, base_url=f"http://{HOST}:{port}", host=HOST, port=port, redis_url=redis_url,
                    database_url=database_url, outbox=folder / "outbox", jobs_file=folder / "jobs.db",
                    log_level="WARNING")  # fmt: skip


if __name__ == "__main__":
    from app.__main__ import Embedded

    Embedded(settings(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])).run()

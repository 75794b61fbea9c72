"""`python -m app`: the embedded server. Pages, sockets and jobs in one process; with Redis, jobs are for workers.

With --prepare it first brings the database up to date, and fills an empty one when DEMO is on.
"""

import gc
import logging
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.workers.gthread import ThreadWorker

from config import SettingError, Settings, write_demo_settings

THREADS = 400  # each open socket holds one; realtime refuses sockets beyond 350
STOP_WITHIN = 10  # seconds


class Worker(ThreadWorker):
    """Gunicorn's threads, which wait themselves for a browser that does not hang up.

    Gunicorn 27 waits up to two seconds for it in the one loop that accepts: whoever kept an ended line open, by malice
    or by falling asleep, kept everybody waiting.
    """

    def handle(self, conn: Any) -> Any:
        goes_on = super().handle(conn)
        if not goes_on:
            conn.close(graceful=True)
        return goes_on

    def finish_request(self, conn: Any, fs: Future[Any]) -> None:
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self.nr_conns -= 1  # closed already


class Embedded(BaseApplication):
    """Gunicorn's own server object: one worker with threads, jobs beside them or in `flask worker`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.at_work: Any = None
        self.stopping = threading.Event()
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"{self.settings.host}:{self.settings.port}", "worker_class": Worker, "workers": 1,
            "threads": THREADS, "timeout": 60, "graceful_timeout": STOP_WITHIN, "keepalive": 75,
            "control_socket_disable": True, "loglevel": "warning", "worker_tmp_dir": None,
            "post_worker_init": self.start_beside, "worker_exit": self.stop_beside,
        }.items():  # fmt: skip
            self.cfg.set(name, value)

    def load(self) -> Flask:
        from app import create_app

        return create_app(self.settings, migrates=False)

    def start_beside(self, worker: Any) -> None:
        """Jobs and the watch over sockets; and on SIGTERM drop sockets, for which gunicorn would wait."""
        from app.core.extensions import socketio
        from app.core.memory import keep_little
        from app.realtime.service import start_watching

        app = worker.app.callable
        keep_little(self.stopping)
        gc.collect()
        gc.freeze()  # what was loaded stays: walking it again took a page in five hundred a tenth of a second
        jobs = app.extensions["jobs"]
        self.at_work = jobs.stand_in() if self.settings.redis_url else jobs.start()
        start_watching(app)
        threading.excepthook = without_cut_lines(threading.excepthook)
        stop_worker = signal.getsignal(signal.SIGTERM)

        asked: SimpleQueue[int] = SimpleQueue()  # in the midst of a signal no thread can be started

        def drop_sockets() -> None:
            asked.get()
            for socket in list(socketio.server.eio.sockets.values()):
                try:
                    socket.close(wait=False)
                except Exception:
                    logging.getLogger(__name__).debug("a socket was gone already")

        def stop(number: int, frame: Any) -> None:
            asked.put(number)
            stop_worker(number, frame)  # type: ignore[operator, misc]

        threading.Thread(target=drop_sockets, daemon=True).start()
        signal.signal(signal.SIGTERM, stop)

    def stop_beside(self, _server: Any, _worker: Any) -> None:
        from app.core import markup
        from app.realtime.service import stop_watching

        self.stopping.set()
        stop_watching()
        if self.at_work:
            self.at_work.stop()
        markup.close()


def without_cut_lines(tell: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Of a socket whose browser is gone when its thread says goodbye there is nothing to tell the one who runs this."""

    def tell_others(failure: Any) -> None:
        if not issubclass(failure.exc_type, (ConnectionResetError, BrokenPipeError)):
            tell(failure)

    return tell_others


def prepare(settings: Settings) -> None:
    """Bring the database to the newest form; fill an empty one with the demo association."""
    from flask_migrate import upgrade

    from app import create_app
    from app.demo import service as demo

    with create_app(settings).app_context():
        upgrade()
        refuse_old_index()
        if settings.demo and demo.is_empty():
            print("Filling the demo association; this takes a moment.", flush=True)
            demo.seed_demo()


def look_at_index(settings: Settings) -> None:
    """A database that does not answer says nothing of its index: the server starts, and /readyz tells."""
    from sqlalchemy.exc import SQLAlchemyError

    from app import create_app

    with create_app(settings).app_context():
        try:
            refuse_old_index()
        except SQLAlchemyError:
            logging.getLogger(__name__).exception("the search index could not be looked at")


def refuse_old_index() -> None:
    """What was indexed by other rules than questions are read by would be found wrongly: then nobody starts.

    An index with nothing in it is made: nothing was written yet, or all of it before there was a search.
    """
    from app.search import service as search

    if search.is_empty():
        search.rebuild()
    elif not search.is_current():
        sys.exit("The search index was made by another version: run flask --app app search rebuild.")


def main(arguments: list[str]) -> int:
    if "--prepare" in arguments:
        write_demo_settings()
    try:
        settings = Settings.read()
    except SettingError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    if "--prepare" in arguments:
        in_a_process_of_its_own(prepare, settings)
    else:
        in_a_process_of_its_own(look_at_index, settings)
    print(f"Brink: {settings.base_url}", flush=True)
    Embedded(settings).run()
    return 0


def in_a_process_of_its_own(step: Callable[[Settings], None], settings: Settings) -> None:
    """So that what migrating and seeding needed in memory is gone when the server starts."""
    import multiprocessing

    child = multiprocessing.get_context("fork").Process(target=step, args=(settings,))
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(child.exitcode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

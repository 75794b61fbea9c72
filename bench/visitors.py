"""Who asks: one browser with a session, and eight at once that count how long each answer takes."""

import json
import re
import shutil
import subprocess
import tempfile
import threading
import time
from http.client import HTTPConnection
from statistics import quantiles
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from machine import CLIENT_CORE

CONCURRENCY = 8
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = "application/x-www-form-urlencoded"
REPORT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.stderr:write(string.format('{"count":%d,"p50":%f,"p99":%f,"errors":%d}\\n', summary.requests,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, e.connect + e.read + e.write + e.timeout + e.status))
end
"""


class Page(NamedTuple):
    """What is asked: a path, and for POST a form."""

    path: str
    form: str | None = None
    expect: str = ""  # stands in the answer, else something else was measured


class Times(NamedTuple):
    count: int
    p50: float  # milliseconds
    p99: float
    errors: int


class Browser:
    """Cookies and a token, as a browser with JavaScript keeps them."""

    def __init__(self, url: str) -> None:
        self.url, self.cookies, self.token = url, {"js": "1"}, ""

    @property
    def headers(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Cookie": pairs, "Accept-Encoding": "gzip", "User-Agent": "bench"}

    def ask(self, path: str, form: dict[str, str] | None = None, accept: str = "text/html") -> tuple[int, str]:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=60)
        body = urlencode({**form, "csrf_token": self.token}) if form is not None else None
        headers = {**self.headers, "Accept-Encoding": "identity", "Accept": accept, "Content-Type": FORM}
        connection.request("POST" if body else "GET", path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if found := TOKEN.search(text):
            self.token = found[1]
        connection.close()
        return answer.status, text

    def sign_in(self, email: str, password: str) -> None:
        self.ask("/login")
        status, _ = self.ask("/login", {"email": email, "password": password})
        assert status == 303, f"{email} cannot sign in: {status}"
        self.ask("/")


def eight_at_once(url: str, page: Page, headers: dict[str, str], seconds: float) -> Times:
    measure = _with_wrk if shutil.which("wrk") else _with_threads
    times = measure(url, page, headers, seconds)
    if times.errors:
        print(f"    {times.errors} of {times.count} answers of {page.path} were errors")
    return times


def _with_wrk(url: str, page: Page, headers: dict[str, str], seconds: float) -> Times:
    lines = [f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()]
    if page.form is not None:
        lines += ['wrk.method = "POST"', f"wrk.body = {json.dumps(page.form)}",
                  f'wrk.headers["Content-Type"] = "{FORM}"']  # fmt: skip
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write("\n".join(lines) + REPORT)
        script.flush()
        ran = subprocess.run(
            ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{CONCURRENCY}", f"-d{max(1, round(seconds))}s",
             "--timeout", "30s", "-s", script.name, url + page.path],
            capture_output=True, text=True, check=True)  # fmt: skip
    return Times(**json.loads(ran.stderr.strip().splitlines()[-1]))


def _with_threads(url: str, page: Page, headers: dict[str, str], seconds: float) -> Times:
    """The same with threads of our own, where there is no wrk: its own work shows in the times."""
    took: list[float] = []
    errors: list[int] = []
    until = time.monotonic() + seconds

    def visit() -> None:
        connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
        while time.monotonic() < until:
            began = time.perf_counter()
            connection.request("POST" if page.form else "GET", page.path, page.form, {**headers, "Content-Type": FORM})
            answer = connection.getresponse()
            answer.read()
            took.append((time.perf_counter() - began) * 1000)
            if answer.status >= 400:
                errors.append(answer.status)

    threads = [threading.Thread(target=visit) for _ in range(CONCURRENCY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Times(len(took), percentile(took, 50), percentile(took, 99), len(errors))


def percentile(values: list[float], which: int) -> float:
    return quantiles(values, n=100)[which - 1] if len(values) > 1 else values[0]

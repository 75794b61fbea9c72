"""Servers as processes: started on one core, with the CPU time and memory of their whole tree from /proc."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

SERVER_CORE, CLIENT_CORE = "0", "1"
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A command that serves HTTP on `port`; `seconds_to_start` is until `path` answers."""

    def __init__(self, command: list[str], port: int, path: str = "/", core: str | None = SERVER_CORE) -> None:
        pinned = ["taskset", "-c", core or f"0-{(os.cpu_count() or 1) - 1}"]  # the bench itself is pinned
        self.url = f"http://127.0.0.1:{port}"
        began = time.monotonic()
        self.process = subprocess.Popen([*pinned, sys.executable, *command])
        while not self._answers(path):
            if self.process.poll() is not None or time.monotonic() - began > 120:
                sys.exit(f"{command[0]} does not answer on port {port}.")
            time.sleep(0.01)
        self.seconds_to_start = time.monotonic() - began

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def cpu(self) -> float:
        """Milliseconds of CPU that this process, its children and those that ended have used."""
        ticks = sum(sum(map(int, fields_of(pid)[11:15])) for pid in tree(self.process.pid))
        return ticks * 1000 / TICKS

    def settle(self) -> None:
        """Wait until what the last client left behind is done."""
        before = -1.0
        while (after := self.cpu()) - before > 10:
            before = after
            time.sleep(0.2)

    def memory(self) -> dict[str, float]:
        """MiB of all processes: Rss counts shared pages in each, Pss shares them out."""
        sums = {"Rss": 0.0, "Pss": 0.0}
        for pid in tree(self.process.pid):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name = line.partition(":")[0]
                if name in sums:
                    sums[name] += int(line.split()[1]) / 1024
        return sums

    def _answers(self, path: str) -> bool:
        try:
            return urllib.request.urlopen(self.url + path, timeout=5).status == 200
        except urllib.request.HTTPError:
            return True
        except OSError:
            return False


def tree(root: int) -> list[int]:
    """This process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := fields_of(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def fields_of(pid: int) -> list[str]:
    """/proc/PID/stat from the state on; nothing when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]

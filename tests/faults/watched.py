"""What a program asks of the disk, as the machine sees it: strace says each call, in the order of each thread."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.faults.embedded import EmbeddedServer
from tests.servers import find_strace, wait_until

CALLS = "trace=fsync,fdatasync,recvfrom,sendto,?rename,renameat,renameat2"  # a ? for what not every processor has
DONE = re.compile(r'(f(?:data)?sync)\(\d+<(.+)>\) += 0|rename\w*\(.*?"(.+)",.*"(.+)".*\) += 0')
ASKED, ANSWERED = re.compile(r'recvfrom\(.*"(POST \S+) HTTP'), re.compile(r'sendto\(.*"HTTP/1.1 (\d+) ')


class Synced(NamedTuple):
    path: str


class Named(NamedTuple):
    before: str
    path: str


class Answered(NamedTuple):
    request: str
    steps: list[Synced | Named]  # by the same thread, between the request and the first byte of its answer


def strace_to(trace):
    """The words before a command that make strace write down what it asks, with all that it starts."""
    program = find_strace()
    if program is None:
        # Also in CI: where a container forbids it, nothing that could be installed helps.
        pytest.skip("There is no strace here that may look at a program; `make test` installs one where it can.")
    # with the filter only these calls stop for it, and the server hardly notices
    return (program, "-f", "--seccomp-bpf", "-y", "-s", "200", "-o", str(trace), "-e", CALLS)


class WatchedServer(EmbeddedServer):
    def __init__(self, url, folder):
        super().__init__(url, folder)
        self.trace = folder / "trace"
        self.before_it = strace_to(self.trace)

    def answered(self, count):
        """The last so many POSTs; the words of strace may come a moment after the answer."""
        assert wait_until(lambda: len(answered_in(self.trace)) >= count, 10)
        return answered_in(self.trace)[-count:]


def answered_in(trace):
    """The POSTs that got an answer, in the order in which they came."""
    asked, steps, found = {}, {}, []
    for thread, words in calls_in(trace):
        if request := ASKED.match(words):
            asked[thread], steps[thread] = request[1], []
        elif ANSWERED.match(words) and thread in asked:
            found.append(Answered(asked.pop(thread), steps.pop(thread)))
        elif thread in asked and (step := step_in(words)):
            steps[thread].append(step)
    return found


def steps_in(trace):
    """All steps, of whichever thread."""
    return [step for _thread, words in calls_in(trace) if (step := step_in(words))]


def calls_in(trace):
    """Thread and words of each call; one that another came between is told in two lines."""
    begun = {}
    for line in Path(trace).read_text(errors="replace").splitlines():
        thread, _, words = line.partition(" ")
        if words.endswith(" <unfinished ...>"):
            begun[thread] = words.strip().removesuffix(" <unfinished ...>")
            continue
        if resumed := re.match(r" *<\.\.\. \w+ resumed>(.*)", words):
            words = begun.pop(thread, "") + resumed[1]
        yield thread, words.strip()


def step_in(words):
    done = DONE.match(words)
    if not done:
        return None
    return Synced(done[2]) if done[1] else Named(done[3], done[4])

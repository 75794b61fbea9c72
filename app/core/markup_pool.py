"""Who renders when: a mother process, at most three children, and a fair line before them."""

import itertools
import math
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.core.children import bare_environment

SECONDS = 0.95  # of the second there is for the whole answer; the rest is for ending the child
START_SECONDS = 10  # for a child to come up, which is no fault of the text; the first takes 0.2 on a quiet machine
PATIENCE = 0.3  # seconds a text may take once the pool is full and others wait; 40,000 plain ones take 0.1
LOOK_UP_EVERY = 0.05  # seconds
REMEMBER_SLOW = 60.0  # seconds
PLACES = 3

NUMBER = struct.Struct(">Q")  # as in markup_child.py
LENGTH = struct.Struct(">I")


class GivenUpError(Exception):
    """The time is over, or the child ended over this text."""


@dataclass(eq=False)
class Turn:
    """One text on its way: waiting until `has_begun`, then in a child."""

    person_id: int | None
    deadline: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    has_begun: threading.Event = field(default_factory=threading.Event)
    working_since: float = math.inf
    gives_way: bool = False

    @property
    def seconds_left(self) -> float:
        return max(self.deadline - time.monotonic(), 0.001)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.deadline

    @property
    def has_taken_long(self) -> bool:
        return time.monotonic() - self.working_since > PATIENCE


class Line:
    """Who may begin: in order of coming, three at a time, one text of a person.

    People whose last text took too long share one place for a minute, so that the other places stay free.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Turn] = []
        self._running: list[Turn] = []
        self._slow_until: dict[int, float] = {}

    def enter(self, turn: Turn) -> None:
        with self._lock:
            self._waiting.append(turn)
            self._admit()
        if not turn.has_begun.wait(turn.seconds_left):
            raise GivenUpError("no place came free")

    def leave(self, turn: Turn) -> None:
        with self._lock:
            for turns in (self._waiting, self._running):
                if turn in turns:
                    turns.remove(turn)
            self._admit()

    def remember_as_slow(self, person_id: int | None) -> None:
        if person_id is None:
            return
        now = time.monotonic()
        with self._lock:
            still = {person: until for person, until in self._slow_until.items() if until > now}
            self._slow_until = {**still, person_id: now + REMEMBER_SLOW}

    def must_give_way(self, turn: Turn) -> bool:
        """Whether all places are taken, and more people wait for one than are giving way already."""
        with self._lock:
            waiting = sum(self._fits(other) for other in self._waiting)
            leaving = sum(other.gives_way for other in self._running)
            turn.gives_way = len(self._running) >= PLACES and waiting > leaving
            return turn.gives_way

    def _admit(self) -> None:
        for turn in list(self._waiting):
            if len(self._running) < PLACES and self._fits(turn):
                self._waiting.remove(turn)
                self._running.append(turn)
                turn.has_begun.set()

    def _fits(self, turn: Turn) -> bool:
        if turn.person_id is None:
            return True
        if any(other.person_id == turn.person_id for other in self._running):
            return False
        return not (self._is_slow(turn) and any(self._is_slow(other) for other in self._running))

    def _is_slow(self, turn: Turn) -> bool:
        return turn.person_id is not None and self._slow_until.get(turn.person_id, 0) > time.monotonic()


@dataclass(frozen=True)
class Child:
    number: int
    connection: socket.socket

    def is_alive(self) -> bool:
        """An idle child says nothing; one that ended has closed its side."""
        self.connection.setblocking(False)
        try:
            self.connection.recv(1)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def wait_until_ready(self) -> None:
        """A new child says one byte; the first of all has to wait for her mother, 0.2 s."""
        self.connection.settimeout(START_SECONDS)
        if not self.connection.recv(1):
            raise GivenUpError("no child came up")

    def wait_until_gone(self) -> None:
        self.connection.settimeout(0.5)
        with suppress(OSError):
            while self.connection.recv(65536):
                pass
        self.connection.close()


class Family:
    """The mother process and her idle children. Makes a child when none is idle."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._idle: list[Child] = []
        self._mother: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def take(self) -> Child:
        with self._lock:
            if idle := self._take_idle():
                return idle
            child = self._make_child()
        try:
            child.wait_until_ready()
        except BaseException:
            self.end(child)
            raise
        return child

    def put_back(self, child: Child) -> None:
        with self._lock:
            self._idle.append(child)

    def end(self, child: Child) -> None:
        """Return when the child is gone, so that its place may be given away."""
        with self._lock:
            self._order_end(child)
        child.wait_until_gone()

    def end_all(self) -> None:
        with self._lock:
            self.let_go()
            self._end_mother()

    def let_go(self) -> None:
        """Close our side. The processes end when every holder of it has done so."""
        for child in self._idle:
            child.connection.close()
        self._idle.clear()
        if self._control:
            self._control.close()
        self._control = None

    def _take_idle(self) -> Child | None:
        while self._idle:
            child = self._idle.pop()
            if child.is_alive():
                return child
            self._order_end(child)
            child.connection.close()
        return None

    def _make_child(self) -> Child:
        try:
            return self._order_child(self._control or self._start_mother())
        except OSError:  # the mother is gone: killed by hand, or by a machine short of memory
            return self._order_child(self._start_mother())

    def _order_child(self, control: socket.socket) -> Child:
        number = next(self._numbers)
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(control, [NUMBER.pack(number)], [theirs.fileno()])
        return Child(number, ours)

    def _order_end(self, child: Child) -> None:
        if self._control:
            with suppress(OSError):
                self._control.send(NUMBER.pack(child.number))

    def _end_mother(self) -> None:
        """She ends by herself, and ends her children first, once our side of the connection is closed."""
        if self._mother is None:
            return
        try:
            self._mother.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._mother.kill()
            self._mother.wait()
        self._mother = None

    def _start_mother(self) -> socket.socket:
        self.let_go()
        self._end_mother()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._mother = subprocess.Popen(  # noqa: S603 (our own file)
                [sys.executable, "-I", str(Path(__file__).with_name("markup_child.py"))],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=bare_environment(),
                process_group=0,  # Ctrl-C in the terminal is for the server, which then ends her
            )
        return self._control


class Renderer:
    def __init__(self) -> None:
        self._line = Line()
        self._family = Family()
        self.close = self._family.end_all
        self.let_go = self._family.let_go

    def warm_up(self) -> None:
        self._family.put_back(self._family.take())

    def html_of(self, text: str, person_id: int | None) -> str:
        turn = Turn(person_id)
        try:
            self._line.enter(turn)
            return self._html_from_child(text, turn)
        finally:
            self._line.leave(turn)

    def _html_from_child(self, text: str, turn: Turn) -> str:
        asked_at = time.monotonic()
        child = self._family.take()
        turn.working_since = time.monotonic()
        turn.deadline += turn.working_since - asked_at
        try:
            html = self._converse(child.connection, text.encode(), turn)
        except BaseException:
            self._family.end(child)
            raise
        finally:
            if turn.has_taken_long:
                self._line.remember_as_slow(turn.person_id)
        self._family.put_back(child)
        return html.decode()

    def _converse(self, connection: socket.socket, text: bytes, turn: Turn) -> bytes:
        connection.settimeout(turn.seconds_left)
        connection.sendall(LENGTH.pack(len(text)) + text)
        (length,) = LENGTH.unpack(self._receive(connection, LENGTH.size, turn))
        return self._receive(connection, length, turn)

    def _receive(self, connection: socket.socket, length: int, turn: Turn) -> bytes:
        received = bytearray()
        connection.settimeout(LOOK_UP_EVERY)
        while len(received) < length:
            if turn.is_over:
                raise GivenUpError("took too long")
            if turn.has_taken_long and self._line.must_give_way(turn):
                raise GivenUpError("took too long while others waited")
            with suppress(TimeoutError):
                part = connection.recv(length - len(received))
                if not part:
                    raise GivenUpError("the child ended")
                received += part
        return bytes(received)

"""What a server process keeps of memory: what it never needs, and what it used once."""

import ctypes
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

M_ARENA_MAX = -8  # of malloc.h
GIVE_BACK_EVERY = 15  # seconds; it takes some 8 ms


@contextmanager
def left_out(name: str) -> Iterator[None]:
    """Within it this library is as if not installed, for another that loads it wherever it is. What is loaded stays."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]  # as the import system documents it
    try:
        yield
    finally:
        del sys.modules[name]


def keep_little(stop: threading.Event) -> threading.Thread | None:
    """From now on until `stop`, of what was used once. The thread that gives memory back; None where the C library is
    not glibc: others are left as they are.
    """
    try:
        library = ctypes.CDLL(None)
        # threads get eight heaps a core, and each keeps what was once used of it: with two, 15 MiB less
        library.mallopt(M_ARENA_MAX, 2)
        library.malloc_trim(0)
    except (OSError, AttributeError):
        return None
    giving = threading.Thread(target=_give_back, args=(library, stop), name="memory", daemon=True)
    giving.start()
    return giving


def _give_back(library: ctypes.CDLL, stop: threading.Event) -> None:
    """A heap shrinks by itself at its end only; after a busy hour up to 20 MiB are free in its middle."""
    while not stop.wait(GIVE_BACK_EVERY):
        library.malloc_trim(0)

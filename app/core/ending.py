"""How a command that runs on and on is told to end."""

import os
import signal
from collections.abc import Callable

ENDS = (signal.SIGTERM, signal.SIGINT)


def catch_end() -> Callable[[], signal.Signals]:
    """From now on SIGTERM and Ctrl-C end nothing by themselves; what is returned waits for the first of them.

    Not with threading.Event or a queue: a signal that comes just before the wait, or to another thread, wakes nobody,
    and one that comes while Event.wait() holds its lock waits for that lock in the same thread. The interpreter writes
    its number into a pipe at once, whoever it comes to.
    """
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    for number in ENDS:
        signal.signal(number, lambda *_: None)

    def wait() -> signal.Signals:
        while (number := os.read(told, 1)[0]) not in ENDS:
            pass
        return signal.Signals(number)

    return wait

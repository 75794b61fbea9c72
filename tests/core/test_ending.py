"""A command that runs on and on ends when it is told to, whatever it is at."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# In each run the signal comes one step of the interpreter later, until it comes while nothing moves any more, and then
# to another thread than the one that waits, as the system may choose.
AT_EVERY_STEP = """
import signal, sys, threading
from app.core.ending import catch_end

def come_at(step):
    steps = 0

    def trace(frame, event, _argument):
        nonlocal steps
        frame.f_trace_opcodes = True
        if event == "opcode":
            steps += 1
            if steps == step:
                signal.raise_signal(signal.SIGTERM)
        return trace

    asleep = threading.Timer(0.3, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGINT))
    wait_for_end = catch_end()
    asleep.start()
    sys.settrace(trace)
    said = wait_for_end()
    sys.settrace(None)
    asleep.cancel()
    return said

step = 1
while come_at(step) != signal.SIGINT:
    step += 1
print("ended each time")
"""


def test_who_is_told_to_end_at_any_moment_ends():
    """A signal in the midst of threading.Event.wait() waited for that wait: the worker stood for ever."""
    ran = subprocess.run([sys.executable, "-c", AT_EVERY_STEP], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert (ran.stdout, ran.stderr) == ("ended each time\n", "")

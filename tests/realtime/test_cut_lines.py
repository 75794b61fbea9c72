"""What a server says of its threads when browsers vanish."""

import threading
from types import SimpleNamespace

import pytest

from app.__main__ import without_cut_lines


@pytest.mark.parametrize(("kind", "is_told"), [
    (ConnectionResetError, False), (BrokenPipeError, False), (RuntimeError, True), (OSError, True)])  # fmt: skip
def test_a_browser_that_vanished_is_no_fault_and_everything_else_is_told(kind, is_told):
    told = []
    failure = SimpleNamespace(exc_type=kind, exc_value=kind(), exc_traceback=None, thread=threading.current_thread())
    without_cut_lines(told.append)(failure)
    assert told == ([failure] if is_told else [])

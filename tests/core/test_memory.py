"""A server process loads what it needs, and gives back the memory that it used once."""

import ctypes
import threading
from importlib import import_module

import pytest

from app.core import memory


def test_a_process_keeps_two_heaps_and_gives_back_again_and_again_until_it_stops(monkeypatch):
    asked, stop = [], threading.Event()

    class Library:
        def mallopt(self, what, value):
            asked.append((what, value))

        def malloc_trim(self, kept):
            asked.append(kept)
            if asked.count(0) == 3:
                stop.set()

    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Library())
    monkeypatch.setattr(memory, "GIVE_BACK_EVERY", 0)
    memory.keep_little(stop).join(5)
    assert asked == [(memory.M_ARENA_MAX, 2), 0, 0, 0]


@pytest.mark.parametrize("missing", [OSError, AttributeError])
def test_with_another_c_library_it_works_as_before(monkeypatch, missing):
    def refuse(_name):
        raise missing

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert memory.keep_little(threading.Event()) is None


def test_a_library_that_loads_another_wherever_it_is_does_without():
    with memory.left_out("colorsys"), pytest.raises(ImportError):
        import_module("colorsys")
    assert import_module("colorsys").rgb_to_hls(0, 0, 0) == (0, 0, 0)


def test_what_is_loaded_already_is_not_taken_away():
    with memory.left_out("ctypes"):
        assert import_module("ctypes") is ctypes

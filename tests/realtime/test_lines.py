"""Lines that close before they said a word."""

import pytest

from app.core.extensions import socketio

HELLO = "0"  # Socket.IO's CONNECT


@pytest.fixture
def hear(app):
    return socketio.server.eio.handlers["message"]


def test_a_page_that_is_gone_before_it_said_hello_leaves_nothing_behind(hear):
    """No traceback in the log, and no name in the list of rooms."""
    hear("gone-already", HELLO)
    assert socketio.server.manager.sid_from_eio_sid("gone-already", "/") is None


def test_a_fault_on_an_open_line_is_still_told(hear, monkeypatch):
    def fail(*_what):
        raise KeyError("a fault of ours")

    monkeypatch.setitem(socketio.server.environ, "open", {})
    monkeypatch.setattr(socketio.server, "_handle_connect", fail)
    with pytest.raises(KeyError):
        hear("open", HELLO)

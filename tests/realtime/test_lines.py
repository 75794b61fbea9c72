"""Lines that close before they said a word, and one whose browser reads nothing."""

import threading
from contextlib import suppress
from socket import SHUT_WR, socketpair

import pytest

from app.core.extensions import socketio
from app.realtime import sockets

HELLO = "0"  # Socket.IO's CONNECT
UPGRADE = {"HTTP_HOST": "brink", "HTTP_UPGRADE": "websocket", "HTTP_CONNECTION": "Upgrade",
           "HTTP_SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ==", "HTTP_SEC_WEBSOCKET_VERSION": "13"}  # fmt: skip


class EndsFirst(threading.Thread):
    """Has read all there is to read before its line is used."""

    def start(self):
        super().start()
        self.join()


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


def test_a_browser_that_goes_while_its_line_is_opened_is_no_fault():
    """Its end is read before the first word to it is written; no traceback in the log."""
    ours, theirs = socketpair()
    theirs.shutdown(SHUT_WR)
    heard = []
    with suppress(StopIteration):
        sockets.PatientWebSocket(lambda line: heard.append(line.wait()), None, thread_class=EndsFirst)(
            UPGRADE | {"gunicorn.socket": ours}, None)  # fmt: skip
    theirs.close()
    assert heard == [None]


def test_a_browser_that_reads_nothing_any_more_is_hung_up_on(monkeypatch):
    """trust: what was sent to it fills every buffer on the way, and the goodbye comes no further than that."""
    monkeypatch.setattr(sockets, "READS_WITHIN", 1)
    ours, theirs = socketpair()
    over = []

    def talk(line):
        writer = threading.Thread(target=write, args=(line,), daemon=True)
        writer.start()
        writer.join(10)
        over.append(not writer.is_alive())

    def write(line):
        with suppress(OSError):
            while True:
                line.send("x" * 100_000)
        line.close()

    with suppress(ConnectionError):
        sockets.PatientWebSocket(talk, None)(UPGRADE | {"werkzeug.socket": ours}, None)
    theirs.close()
    assert over == [True]

"""Real websockets to a real server: who gets in, who is cut within five seconds, and what cannot kill it."""

import base64
import json
from pathlib import Path
from socket import create_connection

import pytest
import websocket
from sqlalchemy import delete

from app.accounts import queries as people
from app.accounts import service as accounts
from app.accounts.models import Actor, Company, CompanyState, Session
from app.core.extensions import db
from app.core.sockets import messages
from app.discussions.models import Thread
from app.discussions.service import close_thread
from app.groups import service as groups
from app.realtime.sockets import MOST_SOCKETS
from tests.conftest import actor_named, group_called, new_thread, reply
from tests.realtime.conftest import ENDS_WITHIN, PATIENCE
from tests.servers import HOST, wait_until

pytestmark = pytest.mark.slow
HANDSHAKE = "/socket.io/?EIO=4&transport=websocket"
CORPUS = Path(__file__).parents[2].parent / "shared" / "corpora" / "json" / "jsontestsuite-test_parsing.json"


def knock(live, person=None, *, origin="ours", host=None, path=HANDSHAKE, cookie=None):
    """A websocket, or the status with which the server refused it."""
    cookie = cookie or (f"brink={person.cookie}" if person else None)
    origin = live.server.url if origin == "ours" else origin
    try:
        return websocket.create_connection(live.server.live_url + path, timeout=PATIENCE, cookie=cookie, host=host,
                                           origin=origin, suppress_origin=origin is None)  # fmt: skip
    except websocket.WebSocketBadStatusException as refused:
        return refused.status_code


def thread_in(live, slug="energie", author="anna"):
    with live.at_work():
        return new_thread(actor_named(author), group_called(slug)).id


def assert_is_cut(page):
    page.hear("session:ended", seconds=ENDS_WITHIN)
    assert page.is_over.wait(ENDS_WITHIN)


def test_our_own_page_of_a_signed_in_person_is_let_in(live):
    socket = knock(live, live.someone())
    assert socket.recv().startswith("0{")
    socket.close()


def test_a_handshake_without_a_session_gets_401(live):
    """decisions 14"""
    assert knock(live) == 401


@pytest.mark.parametrize("cookie", ["brink=", "brink=nonsense", "brink=eyJ4IjoxfQ.aaaaaa.bbbbbbbb", "session=1"])
def test_a_handshake_with_an_invented_session_gets_401(live, cookie):
    """decisions 14"""
    assert knock(live, cookie=cookie) == 401


def test_a_handshake_with_a_session_that_ended_gets_401(live):
    """decisions 14: the cookie of before is worth nothing."""
    person = live.someone()
    assert live.post(person, "/logout") == 303
    assert knock(live, person) == 401


def test_a_handshake_without_a_live_tie_gets_401(live):
    """GRP-41"""
    person = live.someone()
    with live.at_work():
        accounts.end_tie(actor_named("dirk"), people.open_tie_of(person.id))
        person.cookie = live.sign_in(person.id)
    assert knock(live, person) == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "http://evil.example", "null", "", None,
                                    "http://127.0.0.1", "https://127.0.0.1:1",
                                    "http://127.0.0.1.evil.example"])  # fmt: skip
def test_a_handshake_of_another_site_or_of_none_gets_403(live, origin):
    """decisions 14: socket handshakes always need our Origin."""
    assert knock(live, live.someone(), origin=origin) == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::2]"])
def test_a_forged_host_is_refused_also_when_the_origin_goes_with_it(live, host):
    """decisions 14"""
    person = live.someone()
    assert knock(live, person, host=host) == 403
    assert knock(live, person, host=host, origin=f"http://{host}") == 403


@pytest.mark.parametrize("path", ["/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=3&transport=websocket",
                                  "/socket.io/", "/socket.io/?EIO=4&transport=websocket&sid=invented"])  # fmt: skip
def test_other_ways_in_are_refused_without_a_5xx(live, path):
    assert 400 <= knock(live, live.someone(), path=path) < 500


def test_too_many_sockets_get_503_and_pages_still_answer(live):
    """decisions 14: also sockets that never say hello hold a thread. When they are gone there is room again."""
    person = live.someone()
    opened = []
    try:
        while len(opened) <= MOST_SOCKETS and not isinstance(socket := knock(live, person), int):
            opened.append(socket)
        assert len(opened) == MOST_SOCKETS
        assert knock(live, person) == 503
        assert live.server.answers()
    finally:
        for socket in opened:
            socket.close(timeout=0)

    def is_let_in():
        socket = knock(live, person)
        return socket != 503 and (socket.close() or True)

    assert wait_until(is_let_in, PATIENCE)


def test_a_post_arrives_at_the_open_page_of_another(live, open_page):
    """issue A: the main thing"""
    thread_id, bram = thread_in(live), live.someone("energie")
    page = open_page(bram)
    assert page.send("thread:watch", {"thread_id": thread_id}) == {"ok": True, "result": {"last_position": 1}}
    assert live.post(live.someone("energie"), f"/threads/{thread_id}/posts", body="Hoi") == 303
    heard = page.hear("thread:post")
    assert heard["thread_id"] == thread_id
    assert set(heard) == {"thread_id", "post_id"}


def test_what_a_command_in_another_process_does_arrives_too(live, open_page):
    """decisions 24: through the signals table."""
    thread_id = thread_in(live)
    page = open_page(live.someone("energie"))
    page.send("thread:watch", {"thread_id": thread_id})
    with live.at_work():
        close_thread(actor_named("anna"), db.session.get_one(Thread, thread_id))
    assert page.hear("thread:changed") == {"thread_id": thread_id, "post_id": None}


def test_signing_out_cuts_the_page_in_the_same_process(live, open_page):
    """GRP-38, GRP-53"""
    person = live.someone("energie")
    page = open_page(person)
    live.post(person, "/logout")
    assert_is_cut(page)


def test_a_page_that_does_not_answer_the_goodbye_is_hung_up_on(live):
    """trust: asleep or by malice, it would keep its threads of the server for ever; 200 of them all there are."""
    person = live.someone()
    line = knock(live, person)
    line.send("40")
    assert line.recv().startswith("0{")
    assert line.recv().startswith("40")
    live.post(person, "/logout")
    while line.sock.recv(4096):  # what a browser would answer with its own goodbye
        pass


def test_signing_out_everywhere_cuts_the_other_page_only(live, open_page):
    """GRP-53"""
    person = live.someone("energie")
    phone = open_page(person)
    with live.at_work():
        person.cookie = live.sign_in(person.id)
    laptop = open_page(person)
    live.post(person, "/account/sessions/end")
    assert_is_cut(phone)
    assert laptop.send("thread:leave", {"thread_id": 1})["ok"]


def test_leaving_a_group_cuts_the_page_in_the_same_process(live, open_page):
    """GRP-38"""
    person = live.someone("energie")
    page = open_page(person)
    assert live.post(person, "/groups/energie/leave") == 303
    assert_is_cut(page)


ENDS = {
    "a session": lambda person: accounts.sign_out(Actor.of_person(person.id), session_of(person)),
    "all other sessions": lambda person: accounts.end_other_sessions(Actor.of_person(person.id), but=None),
    "a tie": lambda person: accounts.end_tie(actor_named("dirk"), people.open_tie_of(person.id)),
    "a company": lambda person: accounts.change_company_state(
        actor_named("dirk"), db.session.get_one(Company, person.company_id), CompanyState.SUSPENDED),
    "a membership": lambda person: groups.leave_group(Actor.of_person(person.id), group_called("energie")),
}  # fmt: skip


def session_of(person):
    return people.session_ids_of(person.id)[0]


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_the_end_of_a_right_in_another_process_cuts_the_page_within_five_seconds(live, open_page, end):
    """GRP-24, GRP-38, GRP-53, groups.md 7.4"""
    person, bystander = live.someone("energie"), live.someone("energie")
    page, other = open_page(person), open_page(bystander)
    with live.at_work():
        end(person)
    assert_is_cut(page)
    assert other.send("thread:leave", {"thread_id": 1})["ok"]
    assert other.has_heard_nothing_of("session:ended")


def test_after_the_end_nothing_more_arrives_and_coming_back_is_refused(live, open_page):
    """groups.md 7.4"""
    thread_id, person = thread_in(live), live.someone("energie")
    page = open_page(person)
    page.send("thread:watch", {"thread_id": thread_id})
    with live.at_work():
        ENDS["a tie"](person)
    assert_is_cut(page)
    witness = open_page(live.someone("energie"))
    witness.send("thread:watch", {"thread_id": thread_id})
    live.post(live.someone("energie"), f"/threads/{thread_id}/posts", body="Na het einde")
    witness.hear("thread:post")  # by now it would have been there
    assert page.has_heard_nothing_of("thread:post")
    assert knock(live, person) == 401


def test_a_message_after_an_end_that_nobody_told_is_refused(live, open_page):
    """GRP-18: the row is gone, without an event."""
    thread_id, person = thread_in(live), live.someone("energie")
    page = open_page(person)
    with live.at_work():
        db.session.execute(delete(Session).where(Session.person_id == person.id))
        db.session.commit()
    page.client.emit("thread:watch", {"thread_id": thread_id})
    assert_is_cut(page)


def test_an_outsider_cannot_watch_a_confidential_thread(live, open_page):
    """GRP-4"""
    secret, page = thread_in(live, "externe-veiligheid", "emma"), open_page(live.someone("energie"))
    assert page.send("thread:watch", {"thread_id": secret}) == page.send("thread:watch", {"thread_id": 1})
    with live.at_work():
        reply(actor_named("bert"), db.session.get_one(Thread, secret), "Alleen voor leden.")
    thread_id = thread_in(live)
    page.send("thread:watch", {"thread_id": thread_id})
    with live.at_work():
        reply(actor_named("bram"), db.session.get_one(Thread, thread_id), "Voor allen.")
    assert page.hear("thread:post")["thread_id"] == thread_id  # the first to arrive is not the secret one


def test_the_bell_rings_for_the_right_person_only(live, open_page):
    """NTF, issue A: {id, unread}"""
    thread_id = thread_in(live)
    writer, reader, actor = (live.someone("energie") for _ in range(3))
    live.post(writer, f"/threads/{thread_id}/posts", body="Ik schreef hier eerder")
    pages = {person.id: open_page(person) for person in (writer, reader, actor)}
    live.post(actor, f"/threads/{thread_id}/posts", body=f"@{writer.name}, een antwoord")
    rung = pages[writer.id].hear("notification")
    assert (set(rung), rung["unread"]) == ({"id", "unread"}, 1)
    assert live.post(actor, f"/threads/{thread_id}/posts", body=f"@{writer.name}, nog een") == 303
    assert pages[writer.id].hear("notification")["unread"] == 1  # one line for the thread
    assert pages[reader.id].has_heard_nothing_of("notification")
    assert pages[actor.id].has_heard_nothing_of("notification")


def test_browsers_that_do_not_hang_up_keep_nobody_waiting(live):
    """trust: an ended line that its browser keeps open cost the loop that accepts up to two seconds."""
    ask = f"GET /healthz HTTP/1.1\r\nHost: {HOST}:{live.server.port}\r\nConnection: close\r\n\r\n".encode()
    ended = [create_connection((HOST, live.server.port), timeout=PATIENCE) for _each in range(15)]
    for line in ended:
        line.sendall(ask)
    answers = live.server.answers()  # within five seconds
    for line in ended:
        line.close()
    assert answers


@pytest.mark.skipif(not CORPUS.exists(), reason=f"SKIPPED WITHOUT CORPORA: {CORPUS} is missing")
def test_no_malformed_message_is_taken_or_kills_the_server(live):
    """trust: each text of the JSON corpus raw on the wire, as payload of each message of threads and in turn of the
    others, which get all of them without a wire in trust/test_malformed.py.
    """
    corpus = {name: base64.b64decode(text) for name, text in json.loads(CORPUS.read_text()).items()}
    assert len(corpus) > 300
    talker = Talker(live)
    of_threads = [name for name in messages if name.startswith("thread:")]
    others = [name for name in messages if name not in of_threads]
    for number, (case, raw) in enumerate(corpus.items()):
        for name in (*of_threads, others[number % len(others)]):
            for answer in talker.say(name, raw):
                assert answer["ok"] is False, (name, case)
    assert talker.answers > 50 * (len(of_threads) + 1)  # most of what Python reads as JSON got an answer
    talker.close()
    assert live.server.has_never_stopped()
    fresh = live.open_page(live.someone("energie"))
    assert fresh.send("thread:leave", {"thread_id": 1})["ok"]
    fresh.close()
    assert "socket message failed" not in (live.server.folder / "log").read_text(errors="replace")


class Talker:
    """Says raw texts on a websocket; a line that the server ended is opened anew."""

    def __init__(self, live):
        self.live, self.socket, self.answers, self.said = live, None, 0, 0

    def say(self, name, raw):
        """What was answered to it, before the answer to a plain question after it."""
        self.said += 1
        if self.said % 20 == 1:
            self.open(self.live.someone())  # pace is per person
        frame = b'42%d["%s",%s]' % (self.said, name.encode(), raw)
        try:
            self.socket.send(frame, websocket.ABNF.OPCODE_TEXT)
            self.socket.send('42999999["thread:leave",{"thread_id":1}]')
            return list(self.replies())
        except (websocket.WebSocketException, OSError):
            self.open(self.person)
            return []

    def replies(self):
        while not (packet := self.read()).startswith("43999999"):
            if packet.startswith(f"43{self.said}"):
                self.answers += 1
                yield json.loads(packet.removeprefix(f"43{self.said}"))[0]

    def open(self, person):
        self.close()
        self.person, self.socket = person, knock(self.live, person)
        self.read()
        self.socket.send("40")
        self.read()

    def read(self):
        packet = self.socket.recv()
        if not packet:
            raise websocket.WebSocketConnectionClosedException
        return packet if isinstance(packet, str) else packet.decode("utf-8", "replace")

    def close(self):
        if self.socket:
            self.socket.close(timeout=0)

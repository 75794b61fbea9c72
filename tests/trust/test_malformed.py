"""Whatever is sent: a clear answer, never a 5xx, and nothing broken (issue A, Bad input; trust, Sweeps)."""

import base64
import json
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select
from werkzeug.routing import IntegerConverter
from wtforms import BooleanField, FileField, RadioField, SelectField, SelectMultipleField

from app.core.extensions import db, limiter, socketio
from app.core.forms import ClientIdField, LineField, TextField
from app.core.routing import LARGEST, IdConverter
from app.discussions.models import Post
from app.marketplace.models import FIELDS
from tests.trust.table import MESSAGES, TABLE, of_this_moment, table_here

pytestmark = pytest.mark.slow  # a sweep: everything that others thought of, on every page

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
with_corpora = pytest.mark.skipif(not CORPORA.is_dir(), reason=f"SKIPPED WITHOUT CORPORA: {CORPORA} is missing")

NUMBERS = ["0", "-1", "1.5", "1e9", "NaN", "٣", "+1", "0x10", str(2**31), str(2**53), str(2**63 - 1), str(2**63),
           "9" * 30, "9" * 5000, "-" + "9" * 30, "1_000"]  # fmt: skip
TEXTS = ["", " ", "\t\r\n", "\x00", "a\x00b", "\x1b[31m", "\u202egnp.exe", "\u200b", "\ufeff", "\uffff",
         "\U0010ffff",
         "\u0301" * 500, "é" * 3000, "👩‍👩‍👧‍👦" * 50,
         "%s%n%p", "%(name)s", "{{7*7}}", "${7*7}", "' OR 1=1 --", "</script>",
         "../../etc/passwd", "a" * 70_000, "null", "[]", "{}"]  # fmt: skip
PLACES = ["thread:", "thread:x", "thread:0", f"thread:{'9' * 30}", "group:0", "group:-1", "group", ":", "thread:1:2",
          "group:٣", "thread:\x00", "http://[", "//[", "//[::1", "/\\evil.example", "\\\\evil.example", "1:2,3:4,x",
          f"{'9' * 30}:1", "1:" + "9" * 30]  # fmt: skip
ODD = [*NUMBERS, *TEXTS, *PLACES]
# A field that offers a choice compares what comes with what it offers: one word of each nature will do.
OF_EACH_NATURE = ["", " ", "\x00", "-1", "9" * 30, "\U0010ffff", "a" * 70_000, "thread:x", "{{7*7}}"]
OF_ONE_KIND = (SelectField, SelectMultipleField, RadioField, BooleanField, FileField, ClientIdField)
AS_WORDS = [*TEXTS, *NUMBERS[:1], *PLACES[:1]]  # to a box for words a number or an address is a word as any other
NOT_UTF8 = [b"\xff\xfe", b"%ff%fe", b"\xc3", b"\xed\xa0\x80"]

# What views read without a form class.
READ_BY_HAND = {
    "accounts.sign_in": ["next", "carried_to", "carried.body"], "accounts.send_code": ["next", "carried_to"],
    "accounts.sign_in_with_code": ["carried_to", "carried.body"], "home.preferences": ["next", "size", "theme", "lang"],
    "accounts.take_second_step": ["next", "by", "carried_to", "carried.body"],
    "accounts.send_step_code": ["next", "current", "carried_to"], "accounts.begin_second_step": ["next"],
    "accounts.confirm_second_step": ["next"],
    "discussions.mark_seen": ["position", "all"], "discussions.mark_group_seen": ["until"],
    "discussions.mark_all_seen": ["until"], "notifications.read": ["id"],
    "invitations.resend": ["invitation"], "invitations.revoke": ["invitation"], "invitations.try_import": ["file"],
    "invitations.skip_mail": ["again"], "announcements.send_again": ["person"],
    "marketplace.save": ["drop", "alt-1", "preview"], "marketplace.save_listing": ["drop", "alt-1", "preview"],
}  # fmt: skip
# The seventy fields of listings are declared, and read by the one code for their kind: one of each, and two with words
# of their own, stand for all.
LISTING_FORMS = {"marketplace.save", "marketplace.publish", "marketplace.save_listing", "marketplace.publish_listing"}
ONE_OF_EACH = {"group", "companies", *{spec.ask: name for name, spec in FIELDS.items()}.values()}
QUERIES = ("page", "after", "filter", "kind", "next", "lang", "v", "from", "to", "tab")


@pytest.fixture
def dirk_at(world, browser_as):
    return browser_as("dirk")


def refuse_no_more():
    limiter.reset()


def asks(endpoints, world):
    """(endpoint, address, None) of every line of these routes that asks for a page."""
    for endpoint in endpoints:
        for case in TABLE[endpoint]:
            if case.sent is None:
                yield asked(endpoint, case, world)


def asked(endpoint, case, world):
    """What the line is about is made here, so none is made for the lines that are not asked."""
    fields = None if case.sent is None else of_this_moment(case.sent, world, "dirk")
    return endpoint, of_this_moment(case.address, world, "dirk"), fields


def form_of(app, endpoint):
    form_class = getattr(app.view_functions[endpoint], "form_class", None)
    return form_class(formdata=None) if form_class else ()


def boxes_for_words(app, endpoint):
    return {field.name for field in form_of(app, endpoint) if type(field) in (LineField, TextField)}


def fields_of_one_kind(app, endpoint):
    """Those that offer a choice, and those that one class reads in every form."""
    return {field.name for field in form_of(app, endpoint) if isinstance(field, OF_ONE_KIND)}


def fields_of(app, endpoint, sent):
    own = [field.name for field in form_of(app, endpoint)]
    if endpoint in LISTING_FORMS:
        sent = own = [name for name in own if name not in FIELDS or name in ONE_OF_EACH]
    return dict.fromkeys([*sent, *own, *READ_BY_HAND.get(endpoint, [])])


def once(method, world):
    """One line of each endpoint: the sweeps below repeat it many times."""
    for endpoint, cases in table_here().items():
        for case in [case for case in cases if (case.sent is None) == (method == "GET")][:1]:
            yield asked(endpoint, case, world)


POSTS = sorted(name for name, cases in TABLE.items() if cases[0].sent is not None)


@pytest.mark.in_turn
@pytest.mark.parametrize("endpoint", POSTS)
def test_no_odd_word_in_a_field_breaks_the_page_that_reads_it(endpoint, app, world, sign_in, dirk):
    """Each field of every form alone, all boxes for words, and all fields."""
    browser, wrong = sign_in(dirk), []
    _name, address, sent = asked(endpoint, TABLE[endpoint][0], world)
    names, boxes = list(fields_of(app, endpoint, sent)), boxes_for_words(app, endpoint)
    for odd in odd_fields(names, boxes, fields_of_one_kind(app, endpoint)):
        refuse_no_more()
        status = browser.post(address, data={**sent, **odd}).status_code
        if status == 401:  # a sign-out, or the password that was just changed
            browser = sign_in(dirk)
        if status >= 500:
            wrong.append(f"{str(odd)[:60]}: {status}")
    assert wrong == []


def odd_fields(names, boxes, of_one_kind):
    """First each field alone, with as many of the words as there is time for: those that read numbers, dates, addresses
    and what else has a form get each second word. Then each word in a box for words, with another word in each other
    box, so that what is no refusal reaches the rows; and all fields odd.
    """
    for place, name in enumerate(names):
        words = AS_WORDS[place % 4 :: 4] if name in boxes else OF_EACH_NATURE if name in of_one_kind else \
            ODD[place % 2 :: 2]  # fmt: skip
        yield from ({name: odd} for odd in words)
    for odd, together in ((AS_WORDS, [name for name in names if name in boxes]), (ODD[::3], names)):
        for turn in range(len(odd) if len(together) > 1 else 0):
            yield {name: odd[(turn + 7 * place) % len(odd)] for place, name in enumerate(together)}


@pytest.mark.parametrize("endpoint", POSTS)
def test_bytes_that_are_no_text_break_no_page(endpoint, app, world, sign_in, dirk):
    if endpoint not in table_here():
        pytest.skip("tried on SQLite: they are text again before a database sees them")
    browser, wrong = sign_in(dirk), []
    _name, address, sent = asked(endpoint, TABLE[endpoint][0], world)
    names = [field.encode() for field in fields_of(app, endpoint, sent)]
    alone = [name + b"=" + NOT_UTF8[place % len(NOT_UTF8)] for place, name in enumerate(names)]
    together = [b"&".join(name + b"=" + odd for name in names) for odd in NOT_UTF8]
    for body in (*alone, *together):
        refuse_no_more()
        answer = browser.post(address, data=body, content_type="application/x-www-form-urlencoded")
        if answer.status_code >= 500:
            wrong.append(f"{body[:60]!r}: {answer.status_code}")
    assert wrong == []


BODIES = {
    "no boundary": (b"--x\r\n", "multipart/form-data"),
    "cut off": (b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\nhoi', "multipart/form-data; boundary=x"),
    "no name": (b"--x\r\nContent-Disposition: form-data\r\n\r\nhoi\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    "too many parts": (
        b"".join(b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n' % i for i in range(1500)) + b"--x--",
        "multipart/form-data; boundary=x"),
    "a file for a text": (
        b'--x\r\nContent-Disposition: form-data; name="body"; filename="a.html"\r\n\r\n<b>\r\n--x--\r\n',
        "multipart/form-data; boundary=x"),
    "json": (b'{"body": ["hoi"]}', "application/json"), "broken json": (b'{"body"', "application/json"),
    "xml": (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "text/xml"),
    "no type": (b"body=hoi", ""), "strange type": (b"body=hoi", "\x7f/;;;=,"),
    "strange charset": (b"body=hoi", "application/x-www-form-urlencoded; charset=utf-7"),
    "only signs": (b"&&&&====%%%%", "application/x-www-form-urlencoded"),
    "many fields": (b"&".join(b"a%d=1" % i for i in range(20_000)), "application/x-www-form-urlencoded"),
    "the same often": (b"body=a&body=b&" * 100, "application/x-www-form-urlencoded"),
}  # fmt: skip


def in_turn(lines, turn):
    """Each third of them: what all routes leave to the framework is asked of others each time."""
    return lines[turn % 3 :: 3]


@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_body_is_answered_with_4xx_or_as_an_empty_form(name, world, browser_as):
    body, content_type = BODIES[name]
    wrong = []
    for endpoint, address, _fields in in_turn(list(once("POST", world)), list(BODIES).index(name)):
        browser = browser_as("dirk")
        status = browser.post(address, data=body, content_type=content_type).status_code
        if status >= 500:
            wrong.append(f"{endpoint}: {status}")
    assert wrong == []


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_an_oversized_body_is_refused_with_413_and_changes_nothing(content_type, world, browser_as):
    """More than a megabyte; said in a sentence, in the reader's language."""
    browser, before = browser_as("dirk"), db.session.scalar(select(func.count(Post.id)))
    start = b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\n' if "multipart" in content_type else b"body="
    body = start + b"a" * (1024 * 1024) + (b"\r\n--x--\r\n" if "multipart" in content_type else b"")
    takes_no_files = f"/threads/{world.open_id}/settle"
    answer = browser.post(takes_no_files, data=body, content_type=content_type)
    assert answer.status_code == 413
    assert "Dit is te groot" in answer.text
    answer = browser.post(f"/threads/{world.open_id}/posts", data=body, content_type=content_type)
    assert answer.status_code == (422 if "multipart" in content_type else 413)  # with files more may come, not in words
    assert db.session.scalar(select(func.count(Post.id))) == before


@pytest.mark.parametrize("role", ["visitor", "dirk", "former"])
def test_an_oversized_body_is_refused_everywhere_and_for_everyone(role, world, browser_as):
    """Signed out too: the size is asked before anything is kept."""
    for endpoint, address, _fields in once("POST", world):
        answer = browser_as(role).post(address, data={"body": "a" * (1024 * 1024 + 1)})  # whatever takes more, in parts
        assert answer.status_code in (413, 404), (endpoint, answer.status_code)


def test_an_oversized_body_is_refused_without_being_read(app, visitor):
    """By its announced length: the stream gives an error when it is touched."""

    class Untouchable(BytesIO):
        def read(self, *_size):
            raise AssertionError("the body was read")

        readline = readinto = read

    answer = visitor.open("/login", method="POST", input_stream=Untouchable(),
                          content_type="application/x-www-form-urlencoded",
                          environ_overrides={"CONTENT_LENGTH": str(10**12)})  # fmt: skip
    assert answer.status_code == 413


IDS = ["0", "-1", "1.5", "1e3", "abc", "", "%00", "1%00", "٣", str(2**31), str(2**53), str(2**63 - 1), str(2**63),
       "9" * 30, "9" * 3000, "9" * 6000, "+1", "1%2F2", "1;2", "%ff"]  # fmt: skip
HANDED_ON = ["abc", str(2**31), str(LARGEST)]  # as 0, and as they are


def test_a_number_that_cannot_be_an_id_is_not_found(app, world, dirk_at):
    """Huge, negative, no number: 404 on every address that takes one, whatever the method.

    All are read by one converter: what it makes of each is asked at some addresses, what it hands on at all.
    """
    wrong, with_numbers = [], []
    for rule in app.url_map.iter_rules():
        numbers = [name for name, kind in rule._converters.items() if isinstance(kind, IntegerConverter)]
        assert all(isinstance(rule._converters[name], IdConverter) for name in numbers)
        with_numbers += [(rule, numbers)] if numbers else []
    for place, (rule, numbers) in enumerate(with_numbers):
        for odd in IDS if place % 8 == 0 else HANDED_ON:
            address = rule.rule
            for name in numbers:
                address = address.replace(f"<int:{name}>", odd)
            method = "POST" if "POST" in rule.methods else "GET"
            refuse_no_more()
            status = dirk_at.open(address.replace("<words>", "woorden"), method=method).status_code
            if status not in (404, 308) and not (odd == "" and status == 405):
                wrong.append(f"{method} {address[:60]}: {status}")
    assert wrong == []


SLUGS = ["%00", "a%00b", "%ff", "%ed%a0%80", "%F0%9F%91%A9", "..", "%2e%2e", "%2e%2e%2fadmin", "a" * 5000, "energie%20",
         "ENERGIE", "energie%0a", "%27%20OR%201%3D1", "%25", "'", "%5c", "%u0000"]  # fmt: skip


def test_a_group_that_cannot_be_is_not_found(app, world, dirk_at):
    wrong = []
    for rule in app.url_map.iter_rules():
        for odd in SLUGS if "<slug>" in rule.rule else ():
            refuse_no_more()
            method = "POST" if "POST" in rule.methods else "GET"
            status = dirk_at.open(rule.rule.replace("<slug>", odd), method=method).status_code
            if status not in (404, 405, 308):
                wrong.append(f"{method} {rule.rule} {odd[:20]}: {status}")
    assert wrong == []


READERS = {  # which page reads which word of its query; the sweep after it sends all of them everywhere
    "page": ("discussions.threads", "discussions.thread", "notifications.index",
             "home.mail_settings"), "tab": ("notifications.index",), "after": ("discussions.thread",),
    "filter": ("discussions.threads", "moderation.queue"), "kind": ("discussions.threads", "moderation.log"),
    "since": ("moderation.log",), "until": ("moderation.export_log",), "role": ("moderation.log",),
    "subject": ("moderation.log",), "id": ("moderation.new_report",), "next": ("accounts.login",),
    "q": ("discussions.names",), "place": ("discussions.names",),
    "lang": ("home.about", "accounts.login"), "v": ("static",), "from": ("discussions.post_history",),
    "to": ("discussions.post_history",),
}  # fmt: skip


@pytest.mark.in_turn
@pytest.mark.parametrize("query", READERS)
def test_no_odd_word_in_a_query_breaks_the_page_that_reads_it(query, world, sign_in, visitor, dirk):
    wrong, signed_in = [], sign_in(dirk)
    for endpoint, address, _none in asks(READERS[query], world):
        readers = (signed_in, visitor) if visitor.get(address).status_code < 300 else (signed_in,)
        for odd in ODD if "?" not in address else ():
            headers = {"HX-Request": "true"} if query == "after" else {}
            for browser in readers:
                answer = browser.get(address, query_string={query: odd[:8000]}, headers=headers)
                if answer.status_code >= 500:
                    wrong.append(f"{endpoint}?{query}={odd[:30]!r}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize("odd", ["\x00", "-1", "9" * 30, "http://[", "\ud7ff\uffff"])
def test_no_odd_query_breaks_any_page(odd, world, sign_in, dirk):
    browser = sign_in(dirk)
    for endpoint, address, _none in once("GET", world):
        page = address.partition("?")[0]
        assert browser.get(page, query_string=dict.fromkeys(QUERIES, odd)).status_code < 500, endpoint


HEADERS = [
    ("Accept", "application/json;q=nan, */*;q=-1"), ("Accept", "\xff"), ("Accept-Language", "q" * 5000),
    ("Accept-Language", "nl;q=x,,;,"), ("Accept-Encoding", "gzip;q=0"), ("Accept-Encoding", "\x00"[:0]),
    ("Cookie", "brink=nonsense"), ("Cookie", "brink=.eJw;;;=; lang=\xff; size=; theme=''"), ("Cookie", ";;;;"),
    ("Cookie", "brink=eyJfdXNlcl9pZCI6MX0.aaaa.bbbb"), ("Range", "bytes=0-,5-1,-"), ("Range", "bytes=99999999999-"),
    ("If-None-Match", '"'), ("If-Modified-Since", "gisteren"), ("If-Range", "x"), ("Authorization", "Basic \xff"),
    ("Authorization", "Bearer x"), ("X-Forwarded-For", "::::"), ("X-Forwarded-Proto", "gopher"), ("Referer", "\x01"),
    ("User-Agent", "\xff" * 3000), ("HX-Request", "\xff"), ("Sec-Purpose", "\xff"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("Content-Length", "-1"), ("Content-Length", "abc"), ("Content-Type", "\xff"), ("Expect", "nonsense"),
]  # fmt: skip


@pytest.mark.parametrize("role", ["dirk", "visitor"])
def test_no_odd_header_breaks_a_page(role, world, browser_as):
    wrong, lines = [], list(once("GET", world))
    for turn, (name, value) in enumerate(HEADERS):
        browser = browser_as(role)  # one who got no cookie from the header before
        for endpoint, address, _none in in_turn(lines, turn):
            status = browser.get(address, headers={name: value}).status_code
            if status >= 500:
                wrong.append(f"{endpoint} {name}: {value[:30]!r}: {status}")
    assert wrong == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "OPTIONS", "BREW"])
def test_a_method_that_no_page_takes_is_refused(method, world, dirk_at):
    for _endpoint, address, _none in once("GET", world):
        assert dirk_at.open(address, method=method).status_code in (200, 405, 501, 404), address


@with_corpora
@pytest.mark.in_turn
@pytest.mark.parametrize("endpoint", ["discussions.post_reply", "discussions.start", "discussions.save_draft",
                                      "accounts.change_profile", "groups.update", "groups.create"])  # fmt: skip
def test_the_words_that_others_collected_break_no_page(endpoint, app, world, browser_as):
    """corpora/strings in all fields of text at once, each second one; what was taken can be shown."""
    strings = [text for path in sorted((CORPORA / "strings").glob("*.json")) for text in json.loads(path.read_text())]
    browser = browser_as("dirk")
    _name, address, sent = asked(endpoint, TABLE[endpoint][0], world)
    texts = {"body", "title", "name", "purpose", "rules_md", "phone", "code"} & set(fields_of(app, endpoint, sent))
    wrong = []
    for text in strings[::2]:
        refuse_no_more()
        status = browser.post(address, data={**sent, **dict.fromkeys(texts, text)}).status_code
        if status >= 500:
            wrong.append(f"{text[:40]!r}: {status}")
    assert wrong == []
    for page in ("/", "/groups/energie", "/groups/energie/about", "/groups/energie/threads", "/account/drafts",
                 "/account", f"/threads/{world.open_id}?page=1"):  # fmt: skip
        assert browser.get(page, follow_redirects=True).status_code == 200, page


PAYLOADS = [None, True, 0, -1, 1.5, "x", "", [], [[]], {}, {"thread_id": None}, {"thread_id": True},
            {"thread_id": "1"}, {"thread_id": 1.5}, {"thread_id": -1}, {"thread_id": 2**53}, {"thread_id": 2**63},
            {"thread_id": 10**40}, {"thread_id": []}, {"thread_id": {}}, {"": {}}, {"thread_id": "\x00"},
            {"thread_id": 1, "more": "x" * 10_000}]  # fmt: skip


SUBJECTS = {"thread": "thread_id", "meeting": "meeting_id", "talk": "talk_id"}
# What a message may hold beside what it is about.
MORE = {
    "thread": (), "talk": ("body", "client_id", "after"),
    "meeting": ("body", "seq", "client_id", "item_id", "kind", "minutes", "version", "reply_to", "after", "reason",
                "via"),
}  # fmt: skip
TAKEN_BARE = {"thread:watch", "thread:leave", "meeting:join", "meeting:beat", "meeting:hand"}


def fields_with(name, world, more):
    kind = name.partition(":")[0]
    subjects = {"thread": lambda: world.open_id, "talk": lambda: world.talk()[0],
                "meeting": lambda: world.meeting("open", "room")["meeting"]}  # fmt: skip
    return {SUBJECTS[kind]: subjects[kind](), **more}


def emit(app, client, name, *payload):
    limiter.reset()
    with app.app_context():
        return client.emit(name, *payload, callback=True)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_no_odd_payload_breaks_a_message(name, app, world, browser_as, caplog):
    """Each is answered, with a sentence where it cannot be taken; the line stays open."""
    with app.app_context():
        client = socketio.test_client(app, flask_test_client=browser_as("bram"))
    subject = SUBJECTS[name.partition(":")[0]]
    for payload in PAYLOADS:
        payload = {subject if key == "thread_id" else key: value for key, value in payload.items()} if isinstance(
            payload, dict) else payload  # fmt: skip
        answer = emit(app, client, name, payload)
        assert answer["ok"] is False or payload.keys() >= {"thread_id"}, payload
        assert answer["ok"] or "begrepen" in answer["error"] or "niet" in answer["error"], answer
    assert emit(app, client, name)["ok"] is False
    taken = emit(app, client, name, fields_with(name, world, {}), "too", "many")
    assert taken["ok"] is (name in TAKEN_BARE), taken
    assert client.is_connected()
    assert "socket message failed" not in caplog.text


def depth_of(value, depth=0):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return depth if depth > 50 else max((depth_of(each, depth + 1) for each in inner), default=depth)


@with_corpora
@pytest.mark.in_turn
@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_no_json_that_others_collected_breaks_a_message(name, app, world, browser_as, caplog):
    """corpora/json: every text that Python's parser takes, as payload, as number of its subject, and in every field."""
    with app.app_context():
        client = socketio.test_client(app, flask_test_client=browser_as("bram"))
    taken = 0
    for encoded in json.loads((CORPORA / "json" / "jsontestsuite-test_parsing.json").read_text()).values():
        try:
            value = json.loads(base64.b64decode(encoded))
        except (ValueError, RecursionError):
            continue
        if depth_of(value) > 50:
            continue  # the client of the tests cannot send it
        taken += 1
        kind = name.partition(":")[0]
        for payload in (value, {SUBJECTS[kind]: value}, fields_with(name, world, dict.fromkeys(MORE[kind], value))):
            assert set(emit(app, client, name, payload)) <= {"ok", "error", "result"}
    assert taken > 90
    assert "socket message failed" not in caplog.text

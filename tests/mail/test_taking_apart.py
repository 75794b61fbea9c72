"""Incoming mails as the programs of members write them (NTF-31, NTF-33; notifications.md, 8.6 and 8.7).

In `incoming` stand the mails, and beside each what must come of it. They were made in the shapes that these programs
send; nobody in them exists.
"""

import re
import tomllib
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.mail.service import MARKERS, OWN_MAIL, Unreadable, take_apart
from app.mail.service.parts import MOST_BYTES
from app.mail.service.signs import SIGNS
from app.mail.service.taking_apart import MOST_CHARACTERS

FOLDER = Path(__file__).parent / "incoming"
EXPECTED = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
BY_PEOPLE = [name for name, expected in EXPECTED.items() if "automatic" not in expected]
BY_MACHINES = [name for name, expected in EXPECTED.items() if "automatic" in expected]


def mail_called(name):
    return (FOLDER / f"{name}.eml").read_bytes()


def words(text):
    return set(re.findall(r"[^\W_]{2,}", text))


def human_words(raw):
    """Of the text as the standard library reads it, without what only says how a page looks."""
    body = message_from_bytes(raw, policy=default).get_body(("plain", "html"))
    charset = body.get_content_charset() or "utf-8"
    charset = {"iso-8859-1": "cp1252", "us-ascii": "cp1252", "x-unknown": "utf-8"}.get(charset, charset)
    text = body.get_payload(decode=True).decode(charset)
    if body.get_content_type() == "text/html":
        text = re.sub(r"(?s)<head>.*?</head>|<!--.*?-->|<[^>]*>", " ", text)
    return words(re.sub(r"\[cid:[^\]]*\]", "", unescape(text)))


def test_there_are_a_hundred_mails_of_people_and_thirty_of_machines():
    assert (len(BY_PEOPLE) >= 100, len(BY_MACHINES) >= 30) == (True, True)
    assert {path.stem for path in FOLDER.glob("*.eml")} == EXPECTED.keys()


@pytest.mark.parametrize("name", BY_PEOPLE)
def test_what_is_new_is_posted_and_the_rest_is_folded(name):
    """NTF-31"""
    expected, mail = EXPECTED[name], take_apart(mail_called(name))
    assert mail.text == expected["text"].strip()
    assert [phrase for phrase in expected["folded"] if phrase not in mail.folded] == []
    assert [file.name for file in mail.files] == expected["files"]
    assert mail.automatic == ""


@pytest.mark.parametrize("name", BY_PEOPLE)
def test_no_word_of_a_person_is_lost(name):
    """NTF-31; notifications.md, 8.6"""
    raw = mail_called(name)
    mail = take_apart(raw)
    assert human_words(raw) - words(mail.text + " " + mail.folded) == set()


@pytest.mark.parametrize("name", BY_MACHINES)
def test_what_no_person_wrote_says_by_which_sign(name):
    """NTF-33; notifications.md, 8.7"""
    assert take_apart(mail_called(name)).automatic == EXPECTED[name]["automatic"]


@pytest.mark.parametrize("header", ["Auto-Submitted: no", "Precedence: first-class", "X-Autoreply: no", "X-Loop: anna"])
def test_a_header_that_says_a_person_wrote_it_is_no_sign(header):
    """NTF-33: RFC 3834 has `Auto-Submitted: no` for that."""
    assert take_apart(mail(header)).automatic == ""


def mail(*headers, text="Hallo Bram.", sender="Anna Assink <anna@brink.example>"):
    return "\r\n".join([f"From: {sender}", "To: antwoord+key@brink.example", *headers, "", text, ""]).encode()


@pytest.mark.parametrize(("sender", "address"), [
    ("Anna Assink <Anna@Brink.Example>", "anna@brink.example"),
    ("anna@brink.example (Anna <bram@brink.example>)", "anna@brink.example"),
    ('"bram@brink.example" <anna@brink.example>', "anna@brink.example"),
    ("=?utf-8?q?Bram_=3Cbram=40brink=2Eexample=3E?= <anna@brink.example>", "anna@brink.example"),
    ("Assink, Anna <anna@brink.example>", "anna@brink.example"),
    ("Anna <anna@brink.example>, Bram <bram@brink.example>", ""),
    ("anna@brink.example, bram@brink.example", ""), ("anna@brink.example, Bram <bram@brink.example>", ""),
    ("anna@brink.example <anna@brink.example>", "anna@brink.example"),
    ("anna@brink.example)bram@brink.example", ""),
    ('"Anna <anna@brink.example>', ""),
    ("<>", ""), ("Anna", ""), ("", ""),
])  # fmt: skip
def test_the_sender_is_the_one_address_of_from_or_nobody(sender, address):
    """NTF-29: key and address must belong to one person, so an address that can be read in two ways is none."""
    others = ("Reply-To: dirk@brink.example", "Sender: dirk@brink.example")
    assert take_apart(mail(*others, sender=sender)).sender == address


def test_two_senders_are_none():
    assert take_apart(mail("From: Bram <bram@brink.example>")).sender == ""


def test_the_receivers_are_all_who_are_named_once_and_in_small_letters():
    """A list or an alias puts the address that was written to in a header of its own."""
    found = take_apart(mail(
        "Cc: Dirk <Dirk@brink.example>, =?utf-8?q?Emma?= <emma@brink.example>",
        "Delivered-To: antwoord+KEY@brink.example", "X-Original-To: brink@brink.example",
        "Envelope-To: <x+1@brink.example>", 'Cc: "a, b@c.example" <f@brink.example>',
    ))  # fmt: skip
    assert found.recipients == (
        "antwoord+key@brink.example", "dirk@brink.example", "emma@brink.example", "f@brink.example",
        "brink@brink.example", "x+1@brink.example",
    )  # fmt: skip


def test_the_thread_is_named_by_the_headers_also_when_they_are_folded():
    found = take_apart(mail("Message-ID:\r\n <3@brink.example>", "In-Reply-To: <2@brink.example>",
                            "References: <1@brink.example>\r\n\t<2@brink.example>",
                            "Subject: =?iso-8859-1?Q?Re=3A_caf=E9?=\r\n =?utf-8?B?4oKs?= en meer"))  # fmt: skip
    assert (found.message_id, found.in_reply_to) == ("<3@brink.example>", "<2@brink.example>")
    assert found.references == ("<1@brink.example>", "<2@brink.example>")
    assert found.subject == "Re: café€ en meer"


def test_a_mail_without_a_number_gets_the_same_one_however_it_came():
    """NTF-34"""
    one, other = (take_apart(mail(f"Received: by {host}")).message_id for host in ("mx1", "mx2"))
    assert one == other != take_apart(mail(text="Iets anders.")).message_id
    assert one.startswith("<")
    assert len(one) < 200


def test_our_own_line_is_the_same_as_in_a_letter():
    """The line may come back with other dashes, in a quote, or in bold."""
    for marker in MARKERS:
        for line in (marker, marker.replace("—", "--"), f"**{marker}**", f"_{marker}_"):
            found = take_apart(mail(text=f"Ja.\r\n\r\n{line}\r\n\r\nWat vroeg Bram?"))
            assert (found.text, line in found.folded, "Wat vroeg Bram?" in found.folded) == ("Ja.", True, True)


def test_a_letter_of_ours_is_known_by_its_header():
    assert take_apart(mail(f"{OWN_MAIL}: 1")).automatic == "own"


@pytest.mark.parametrize("text", [
    "Van: de leiding\r\nAan: de ketel", "Van: 10 tot 12 uur\r\nDatum: 3 december\r\nOnderwerp: de leiding",
    "Mijn antwoord staat onder punt 3.", "Op 12 december schreef Henk:\r\ndat kan.", "--\r\n" + "Regel.\r\n" * 40,
    "Verzonden via mail aan alle leden.", "Verstuurd aan de gemeente.", "- een\r\n- twee", "> zegt 3\r\nklopt niet",
    "Mijn reactie volgt.", "Is dit bericht vertrouwelijk?", "On monday I wrote 3 letters:", "From: me\r\nTo: you",
])  # fmt: skip
def test_what_only_looks_like_a_sign_stays(text):
    found = take_apart(mail(text=text))
    assert (words(found.text), found.folded) == (words(text), "")


def many(piece, size):
    return (piece * (size // len(piece) + 1))[:size]


HEAD = b"From: anna@brink.example\r\n"
PAGE = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def nested(depth, inner=b""):
    """Each multipart holds the next."""
    head = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    return HEAD + b"".join(head % (level, level) for level in range(depth)) + inner


# Over each of these the parsers at hand, or a pattern that is not watched, take minutes or all memory.
TAXING = {
    "31 MB": HEAD + b"\r\n" + bytes(31_000_000),
    "empty lines": HEAD + b"\r\n" + b"\n" * 5_000_000,
    "10,000 parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 10_000,
    "10,000 levels": nested(10_000),
    "10,000 mails in mails": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 10_000,
    "10 levels of many lines": nested(10, b"\r\n" + b"\n" * 5_000_000),
    "headers": HEAD + b"X: y\r\n" * 1_000_000,
    "parameters": HEAD + b"Content-Type: text/plain; " + b'a=";' * 60_000 + b"\r\n\r\nhoi",
    "quotes": b"To: " + b'"\\' * 100_000 + b"\r\n\r\nhoi",
    "brackets": b"From: " + b"<a(" * 80_000 + b"\r\n\r\nhoi",
    "encoded words": b"Subject: " + b"=?a?q?" * 40_000 + b"\r\n\r\nhoi",
    "accents": HEAD + b"\r\na" + "\u0301\u0327".encode() * 100_000,
    "a slow set": HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + many(b"abc-", 400_000),
    **{f"page of {piece}": PAGE + many(piece, 60_000) for piece in (
        b"<", b"<!--", b"<a ", b"<a b='", b"<b id=1><p>", b"<div>", b"</div>", b"<table><tr><td>x", b"<ul><li>x", b"&",
        b"<blockquote type=cite>x", b"&#99999999999;", b"<style>", b"<a href=http://x>y", b"<img src=cid:x>")},
    **{f"text of {line}": HEAD + b"\r\n" + many(line, 60_000) for line in (
        b"> a\nb\n", b"--\n", b"Van: x\n", b"Op 1 a\n", b"Op 1 schreef:\n", b"a schreef op 1\n", b"dit bericht\n",
        b"[cid:", b"groet, ", b"mijn antwoorden ", b"verstuurd vanaf mijn x y ", b"<http://", b"____________\n")},
}  # fmt: skip


@pytest.mark.parametrize("name", TAXING)
def test_a_mail_that_was_made_to_take_long_is_read_or_refused_in_words(name):
    """Were one of these to take quadratic time, this test would not end."""
    try:
        found = take_apart(TAXING[name])
        said = found.text + found.folded
    except Unreadable as refusal:
        said = str(refusal)
    assert len(said) <= MOST_CHARACTERS


def test_a_mail_of_30_mb_is_read_and_a_larger_one_refused_in_words():
    """NTF-35"""
    most = MOST_BYTES - len(HEAD) - 2 - 200
    whole = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHierbij.\r\n--b\r\n"
    whole += b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    whole += many(b"QUJD", most)
    found = take_apart(whole)
    assert (found.text, found.files[0].name, found.files[0].content[:6]) == ("Hierbij.", "a.pdf", b"ABCABC")
    with pytest.raises(Unreadable, match="30 MB"):
        take_apart(whole + bytes(1000))


@pytest.mark.parametrize(("raw", "text"), [
    (b"", ""), (b"\r\n\r\nhoi", "hoi"), (b"hoi daar", "hoi daar"), (b"\0\0", ""), (b"Subject", "Subject"),
    (HEAD + b"Content-Type: multipart/mixed\r\n\r\nhoi", "hoi"),
    (HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\nhoi", "hoi"),
    (HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhoi", "hoi"),
    (HEAD + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b--", ""),
    (HEAD + b"Content-Type: text/plain; charset=\"\0\"\r\n\r\nho\0i", "hoi"),
    (HEAD + b"Content-Type: text/plain; charset=rot13\r\n\r\nhoi", "hoi"),
    (HEAD + b"Content-Type: text/plain; charset*=x'y'%ff\r\n\r\nhoi", "hoi"),
    (HEAD + b"Content-Type: ;;;\r\n\r\nhoi", "hoi"),
    (HEAD + b"Content-Transfer-Encoding: base64\r\n\r\naG9p!!", "hoi"),
    (HEAD + b"Content-Transfer-Encoding: base64\r\n\r\naG9pa", "hoi"),
    (HEAD + b"Content-Transfer-Encoding: x-niets\r\n\r\nhoi", "hoi"),
    (HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nh=6Fi=", "hoi"),
    (HEAD + b"Subject: =?utf-8?b?a?= =?x?q?=FF?=\r\n\r\nhoi", "hoi"),
    (PAGE + b"<title/><p>ho&#xe000;i &#xe003;", "hoi"),
])  # fmt: skip
def test_a_broken_mail_is_read_as_far_as_it_goes(raw, text):
    assert take_apart(raw).text == text


SHAPES = st.sampled_from([
    b"From: ", b"To: <a@b.example>", b"Content-Type: ", b"multipart/alternative; boundary=b", b"text/html",
    b"; charset=", b"text/plain", b"utf-8", b"idna", b"Content-Transfer-Encoding: ", b"base64", b"quoted-printable",
    b"\r\n", b"\r\n\r\n", b"--b", b"--b--", b"> ", b"-- ", b"<p>", b"</p>", b"<blockquote type=cite>", b"<td>",
    b"<ol>", b"<li>", b"</ol>", b"<b>", b"=?utf-8?q?", b"?=", b"&#x", b"\xff", b"\0", b"=", b"Van: a\r\nDatum: b\r\n",
])  # fmt: skip


@given(raw=st.binary(max_size=2000) | st.lists(SHAPES | st.binary(max_size=8), max_size=60).map(b"".join))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_comes_in_it_is_taken_apart_or_refused(raw):
    try:
        found = take_apart(raw)
    except Unreadable:
        return
    for text in (found.text, found.folded, found.subject):
        assert not SIGNS.search(text)
        assert "\0" not in text
        text.encode()  # a database takes it


@given(lines=st.lists(st.sampled_from([
    "", "> vraag", "> > oud", "antwoord", "-- ", "Anna", "Van: Bram", "Verzonden: nu", "Aan: Anna", "Onderwerp: x",
    "Op ma 30 nov 2026 om 10:12 schreef Bram <bram@brink.example>:", "Verstuurd vanaf mijn iPhone", MARKERS[0],
    "________________________________", "-----Oorspronkelijk bericht-----", "Mijn antwoorden staan hieronder.",
]), max_size=12))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_no_line_is_lost_in_whatever_order_they_stand(lines):
    """NTF-31: a line is new or folded, never neither."""
    found = take_apart(mail(text="\r\n".join(lines)))
    kept = (found.text + "\n" + found.folded).split("\n")
    assert sorted(filter(None, map(str.strip, kept))) == sorted(filter(None, map(str.strip, lines)))

"""Incoming mails as the programs of members write them (NTF-31, NTF-33; notifications.md, 8.6 and 8.7)."""

import re
import tomllib
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path

import pytest

from app.mail.service import take_apart

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

"""Every mail of a machine that was collected: no post, and no answer (NTF-33, section 8.7)."""

import tomllib
from email import message_from_bytes
from email.policy import compat32
from pathlib import Path

import pytest

from app.mailin.service import receive
from tests.mailin.conftest import answers, fates, posts_of

FOLDER = Path(__file__).parents[1] / "mail" / "incoming"
EXPECTED = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
MACHINES = [name for name, expected in EXPECTED.items() if expected.get("automatic")]
PEOPLE = [name for name, expected in EXPECTED.items() if not expected.get("automatic")]


def as_of_bram(name, to, number=1):
    """The same mail as if Bram's program had sent it in answer to a letter of ours."""
    message = message_from_bytes((FOLDER / f"{name}.eml").read_bytes(), policy=compat32)
    for header, value in (("From", "bram@brink.example"), ("To", to), ("Message-ID", f"<{number}@a.example>")):
        del message[header]
        message[header] = value
    for header in ("Cc", "Delivered-To", "X-Original-To"):
        del message[header]
    return message.as_bytes()


def test_there_are_thirty_of_them():
    """section 8.7"""
    assert len(MACHINES) >= 30
    assert len(PEOPLE) >= 100


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_gets_neither_a_post_nor_an_answer(thread, to_thread, name):
    receive((FOLDER / f"{name}.eml").read_bytes(), recipients=[to_thread])
    if EXPECTED[name]["automatic"] != "bounce":  # which some are by their sender alone
        receive(as_of_bram(name, to_thread))
    assert (posts_of(thread), answers()) == ([], [])
    assert {verdict for _state, verdict in fates()} <= {"automatic", "unknown_place"}
    assert {state for state, _verdict in fates()} == {"dropped"}


def test_what_people_sent_is_posted_or_answered_in_words(thread, to_thread):
    """NTF-31, NTF-32: none is left lying, and none is given up."""
    for number, name in enumerate(PEOPLE):
        receive(as_of_bram(name, to_thread, number))
    found = fates()
    assert len(found) == len(PEOPLE) == len(answers())
    assert {verdict for _state, verdict in found} <= {None, "empty", "too_long", "unreadable"}
    assert sum(state == "posted" for state, _verdict in found) > len(PEOPLE) * 0.9

"""Signatures that no dashes mark: folded where a name and a company at the end leave no doubt (NTF-31).

In `signed` stands of each mail what is known of its writer, what is posted and what is folded; nobody in them exists.
"""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.service import Writer, take_apart, without_signature
from tests.mail.test_taking_apart import BY_PEOPLE, EXPECTED, mail_called

FOLDER = Path(__file__).parent / "signed"
SIGNED = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
ANNA = Writer("Anna Assink", "Vezelwerk Emmen", "manager energie en milieu")


def words(text):
    return [line.strip() for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("name", SIGNED)
def test_a_block_with_name_and_company_at_the_end_is_folded_and_nothing_else(name):
    """NTF-31"""
    expected = SIGNED[name]
    whole = f"{expected['text']}\n\n{expected['signature']}".strip() if expected["signature"] else expected["text"]
    signed = without_signature(whole, Writer(expected["name"], expected["company"], expected["function"]))
    assert signed.text == expected["text"].strip()
    assert signed.signature == expected["signature"].strip()


def test_there_are_as_many_that_stay_whole_as_that_are_folded():
    folded = [name for name, each in SIGNED.items() if each["signature"]]
    assert len(folded) >= 8
    assert len(SIGNED) - len(folded) >= 8


@pytest.mark.parametrize("name", BY_PEOPLE)
def test_no_line_of_any_mail_is_lost(name):
    """NTF-31, notifications.md 8.6: in the post or in the fold, in its order."""
    text = take_apart(mail_called(name)).text
    signed = without_signature(text, Writer("Anna Assink", "Vezelwerk Emmen"))
    assert words(signed.text) + words(signed.signature) == words(EXPECTED[name]["text"])


@given(st.lists(st.sampled_from([
    "Anna Assink", "Vezelwerk Emmen", "manager energie en milieu", "T 0591 12 34 56", "", "Groet,", "> Wie?", "**",
    "Ja.", "[x](y)", "-", "Emmen",
]), max_size=12))  # fmt: skip
def test_whatever_stands_there_each_line_is_in_one_of_the_two(lines):
    text = "\n".join(lines)
    signed = without_signature(text, ANNA)
    assert words(signed.text) + words(signed.signature) == words(text)
    assert not signed.signature or words(signed.text)

"""What people type is made tidy, and says what it said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import first_line, initials, says_something, slug, tidy, tidy_line

TEXTS = st.text(st.characters(codec="utf-8"), max_size=200)


@pytest.mark.parametrize(("typed", "kept"), [
    ("a\r\nb\rc", "a\nb\nc"), ("\x00a\x1bb\x7f", "ab"), ("  hoi \n", "hoi"), ("e\u0301", "é"), ("\ud800x", "x"),
    ("a\tb", "a\tb"), ("👩‍👩‍👧", "👩‍👩‍👧"), ("", ""),
])  # fmt: skip
def test_a_text_keeps_everything_but_what_nobody_meant(typed, kept):
    assert tidy(typed) == kept


@pytest.mark.parametrize(("typed", "kept"), [
    ("a\nb", "a b"), ("  a   b  ", "a b"), ("gpj.\u202eexe", "gpj.exe"), ("\u2066x\u2069", "x"), ("a\u00a0b", "a b"),
])  # fmt: skip
def test_a_name_is_one_line_that_shows_what_it_is(typed, kept):
    assert tidy_line(typed) == kept


@given(TEXTS)
@pytest.mark.slow
def test_tidying_twice_changes_nothing_more(text):
    assert tidy(tidy(text)) == tidy(text)
    assert tidy_line(tidy_line(text)) == tidy_line(text)


@given(TEXTS)
def test_what_is_tidy_can_be_stored_by_both_databases(text):
    for tidied in (tidy(text), tidy_line(text)):
        tidied.encode()
        assert "\x00" not in tidied


@pytest.mark.parametrize("nothing", ["", " ", "\u200b", "\u2060\ufeff", "\u3164", "\u2800\u115f", "\u00ad"])
def test_a_text_in_which_nothing_can_be_seen_says_nothing(nothing):
    assert not says_something(nothing)


@pytest.mark.parametrize("something", ["a", "1", "?", "€", "👍", "語", "-"])
def test_a_sign_says_something(something):
    assert says_something(something)


@given(TEXTS)
def test_a_slug_is_an_address_for_any_title(text):
    made = slug(text)
    assert len(made) <= 60
    assert made == "" or (made.isascii() and made.strip("-") == made and made == made.lower())
    assert slug(made) == made


def test_a_slug_reads_as_its_title():
    assert slug("Restwarmte Emmen-Zuid: 60 °C") == "restwarmte-emmen-zuid-60-c"
    assert slug("Één café") == "een-cafe"


@pytest.mark.parametrize(("name", "letters"), [
    ("Anna Assink", "AA"), ("Jan van der Berg", "JB"), ("Cher", "C"), ("", ""), ("(…)", ""), ("élise de Wit", "ÉW")])
def test_initials_are_those_of_first_and_last_name(name, letters):
    assert initials(name) == letters


def test_the_first_line_of_a_text_stands_for_it():
    assert first_line("\n\n## Kop\n\nverder") == "Kop"
    assert first_line("a" * 100) == "a" * 79 + "…"
    assert first_line("") == ""

"""Questions that nobody would call one: an answer each time, and never an error."""

import json
import logging
import random
from pathlib import Path
from urllib.parse import quote

import pytest

from app.search import service as search
from tests.conftest import actor_named, new_thread

pytestmark = pytest.mark.slow  # a sweep: what others collected, as questions

CORPORA = Path(__file__).parents[3] / "shared/corpora"
OURS = [
    "*", "%", "_", "AND", "OR", "NOT", "NEAR", "NEAR(a b)", 'NEAR("a" "b", 5)', "a AND", "AND AND", "a OR b", "(", ")",
    '"', '""', '"a', "'a", "a'", "''", "-", "--", "- a", "-a", "-\"a b\"", "a -a", "^a", "words:a", "rowid:1",
    "a*", "*a", "a + b", "a <-> b", "a & b", "a | b", "!a", "!!", "a:*", ":", "::tsquery", "\\", "\\'", "a\\b",
    "'; DROP TABLE search_entries; --", '" OR 1=1 --', "$1", ":words", "%(words)s", "{0}", "\x00", "a\x00b", "\ud800",
    "é" * 200, "a" * 5_000, "ketel " * 60, '"' * 199, "-" * 199, "\u202eketel", "ＫＥＴＥＬ", "ke\u0301tel", "ı", "İ",
    "ﬁ", "½", "٣", "𝟚𝟘", "😀", "\U0010ffff", "\uffff", "\u0301", "１２ ３４", "a\tb\nc",
    "12-", "-12-34", "1 2 3 4 5 6 7",
    "+public", "-public", "+group:1", "kind:post", "t/ketel", "u/ketel", "by:1",
]  # fmt: skip


def corpus():
    """The outside corpora of strings and of scripts, where they are."""
    files = [*CORPORA.glob("strings/*.json"), *CORPORA.glob("xss/*.json"), *CORPORA.glob("paths/*.json")]
    found = [case["payload"] if isinstance(case, dict) else case for path in sorted(files)
             for case in json.loads(path.read_text())]  # fmt: skip
    return random.Random(7).sample(found, min(len(found), 420))


@pytest.fixture
def browser(anna, energie, sign_in):
    new_thread(anna, energie, "Ketel", "De ketel 12 34 en een fiets.")
    return sign_in(anna)


def address(words):
    return "/search?q=" + quote(words.encode("utf-8", "surrogatepass"))


def test_no_question_is_an_error(browser, caplog):
    """Tests 9, bad input: database language, signs of all the world, far too long."""
    with caplog.at_level(logging.WARNING):
        for words in OURS:
            assert browser.get(address(words)).status_code == 200, words
    assert [record.getMessage() for record in caplog.records] == []


def test_no_string_of_the_corpora_is_an_error(browser, energie):
    """Tests 9: what others collected to break programs with, asked of the database itself."""
    if not CORPORA.exists():
        pytest.skip("the outside corpora are not here")
    reader = search.Reader((energie.scope,), actor_named("anna"))
    for words in corpus():
        assert search.find(reader, search.read(words)).total <= 1, words


@pytest.mark.parametrize("field", ["type", "group", "company", "author", "since", "page"])
def test_nothing_in_a_filter_is_an_error(browser, field, caplog):
    for value in ("'", '"', "%", "-1", "0", "9" * 30, "\x00", "é", "a" * 3_000, "2026-13-45", "post' OR '1"):
        assert browser.get(f"/search?q=ketel&{field}={quote(value)}").status_code == 200
    assert caplog.records == []


def test_a_question_that_is_too_long_is_cut_and_the_page_says_so(browser):
    """Bad input."""
    assert "alleen de eerste woorden" in browser.get(address("ketel " * 60)).text
    assert "alleen de eerste woorden" not in browser.get(address("ketel fiets")).text


@pytest.mark.parametrize("words", ["ketel*", "(ketel)", "ketel%", "ketel & fiets", "ketel AND", '"ketel', "ketel?!",
                                   "KETEL", "ketel -", "ke\u0301tel", "ＫＥＴＥＬ"])  # fmt: skip
def test_signs_count_as_nothing(browser, words):
    """Bad input: a word is a word, whatever stands around it; AND is one too, and nobody wrote it."""
    found = "<mark>" in browser.get(address(words)).text
    assert found is ("AND" not in words)


def test_very_common_words_count_only_in_a_phrase_or_alone(browser):
    """Bad input."""
    assert "<mark>" in browser.get(address("de ketel van het")).text
    assert "<mark>" in browser.get(address("een")).text
    assert "<mark>" in browser.get(address('"en een"')).text
    assert "<mark>" not in browser.get(address('"van een"')).text

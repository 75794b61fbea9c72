"""Dutch is complete: every sentence of the program and its pages is in the catalogue, with the same gaps to fill."""

import re
from collections.abc import Iterable
from importlib import import_module

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from app.core.policy import rule_lines
from tests.architecture.source import APP, ROOT, python_files

CATALOGUE = APP / "translations" / "nl" / "LC_MESSAGES" / "messages.po"
METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2"),
           ("templates/**.svg", "jinja2")]  # fmt: skip
KEYWORDS = {**DEFAULT_KEYWORDS, "_": None, "_l": None, "lazy_gettext": None, "_n": (1, 2)}
OPTIONS = {"jinja2": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
GAP = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def messages_of_the_program():
    """id → where it stands. Plurals by their singular. A rule is explained by its docstring."""
    found = {}
    for folder in ("app", "templates"):
        methods = [(pattern.split("/", 1)[1], kind) for pattern, kind in METHODS if pattern.startswith(folder)]
        options = {pattern: OPTIONS.get(kind, {}) for pattern, kind in methods}
        for file, line, message, _comments, _context in extract_from_dir(
            str(ROOT / folder), method_map=methods, options_map=options, keywords=KEYWORDS,
            directory_filter=lambda folder: not folder.endswith("__pycache__"),  # Babel would pass _macros by
        ):
            found.setdefault(message, f"{folder}/{file}:{line}")
    for file in APP.glob("*/policy.py"):  # some only a page asks for, which nobody loaded here
        import_module(f"app.{file.parent.name}.policy")
    return found | {line.sentence: f"rule {line.name}" for line in rule_lines()}


@pytest.fixture(scope="module")
def used():
    return messages_of_the_program()


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="nl")


def forms(text) -> Iterable[str]:
    return text if isinstance(text, tuple | list) else (text,)


def test_the_search_finds_sentences_of_every_kind(used):
    """Or all that follows would be true of nothing."""
    places = {place.split(":")[0].rpartition(".")[2] for place in used.values()}
    assert {"py", "html", "txt", "rule close_thread"} <= places
    assert any(isinstance(message, tuple) for message in used)
    assert len(used) > 300


def test_every_sentence_is_in_dutch(used, catalogue):
    """product, promise 8"""
    missing = [
        f"{place}: {message}" for message, place in used.items()
        if (entry := catalogue.get(forms(message)[0] if isinstance(message, str) else message[0])) is None
        or not all(forms(entry.string)) or "fuzzy" in entry.flags
    ]  # fmt: skip
    assert missing == []


def test_a_plural_has_both_its_forms(used, catalogue):
    wrong = [
        message for message in used
        if isinstance(message, tuple) and (
            catalogue.get(message[0]).id != message or len(catalogue.get(message[0]).string) != catalogue.num_plurals)
    ]  # fmt: skip
    assert wrong == []


def test_no_sentence_is_kept_that_nobody_says(used, catalogue):
    said = {forms(message)[0] if isinstance(message, tuple) else message for message in used}
    assert [entry.id for entry in catalogue if entry.id and forms(entry.id)[0] not in said] == []


def test_a_translation_has_the_gaps_of_its_sentence(catalogue):
    """%(name)s and the like: none lost, none invented."""
    wrong = []
    for entry in catalogue:
        if not entry.id:
            continue
        wanted = {gap for form in forms(entry.id) for gap in GAP.findall(form)}
        found = [set(GAP.findall(form)) for form in forms(entry.string)]
        # the singular may leave the number out: "1 company" is "een bedrijf"
        fits = found[-1] == wanted and all(gaps <= wanted for gaps in found)
        if not fits or (isinstance(entry.id, str) and found[0] != wanted):
            wrong.append(entry.id)
    assert wrong == []


def test_message_ids_are_english(used):
    """style.md: the Dutch text as message id is wrong."""
    dutch = re.compile(r"\b(het|een|niet|deze|uw|zijn|wordt|werkgroep|onderwerp|bericht)\b", re.IGNORECASE)
    assert [message for message in used if any(dutch.search(form) for form in forms(message))] == []


def test_a_sentence_is_never_put_together_while_it_is_looked_up():
    """_(f"…") and _("…" % x) ask for a sentence that no catalogue can have."""
    put_together = re.compile(r"\b_l?\(\s*f[\"']|\b_l?\([\"'][^\"']*[\"']\s*%")
    assert [str(path) for path in python_files() if put_together.search(path.read_text())] == []


def test_no_sentence_says_that_something_was_approved(catalogue):
    """MKT-48: the site gives no verdict; what is judged is "beoordeeld"."""
    said = [form for message in catalogue for form in forms(message.string)]
    assert any("beoordeeld" in sentence for sentence in said)
    assert [sentence for sentence in said if "goedgekeurd" in sentence.lower()] == []

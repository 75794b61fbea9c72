"""What of a text is shown, and that it stays text."""

import re

import pytest

from app.core.text import plain_words
from app.search.service.snippets import PIECE_LENGTH, marked, snippet, sought


def shown(text, *words):
    """With [marks]."""
    pieces = snippet(text, sought(tuple(word.split()) for word in words))
    return ["".join(f"[{part}]" if is_found else part for part, is_found in piece) for piece in pieces]


FILLING = "Hier staat een lange zin over heel iets anders die nergens toe doet. " * 5


@pytest.mark.parametrize(("text", "words", "pieces"), [
    ("De ketel lekt.", ["ketel"], ["De [ketel] lekt."]),
    ("De Kétel lekt, de ketels niet.", ["ketel", "ketels"], ["De [Kétel] lekt, de [ketels] niet."]),
    ("De ketelmaker", ["ketel"], ["De ketelmaker"]),
    ("Een ﬁets en nog een ﬁets", ["fiets"], ["Een [ﬁets] en nog een [ﬁets]"]),
    ("Zie EN-2026-07 nu", ["en202607"], ["Zie [EN-2026-07] nu"]),
    ("Korrels PA 6.", ["pa6"], ["Korrels [PA 6]."]),
    ("de ketel de pomp", ["de pomp"], ["de ketel [de pomp]"]),
    ("", ["ketel"], [""]),
])  # fmt: skip
def test_found_words_are_marked(text, words, pieces):
    """SRCH-14: also where accents, ligatures or the parts of a code stand between."""
    assert shown(text, *words) == pieces


def test_at_most_three_pieces_cut_between_words():
    """SRCH-14."""
    text = FILLING + "De ketel lekt. " + FILLING + "De ketel is stuk. " + FILLING + "De ketel. " + FILLING + "De ketel"
    pieces = shown(text, "ketel")
    assert len(pieces) == 3
    for piece in pieces:
        plain = piece.replace("[", "").replace("]", "").removeprefix("… ").removesuffix(" …")
        assert "[ketel]" in piece
        assert len(plain) <= PIECE_LENGTH
        assert re.search(rf"(^|\s){re.escape(plain.strip())}(\s|$)", text)


@pytest.mark.parametrize("text", ["a" * 10_000 + " ketel " + "b" * 10_000, "ketel" * 4_000, "a" * 10_000])
def test_a_text_without_a_space_is_bounded(text):
    """Tests 8."""
    assert all(len(piece) <= PIECE_LENGTH + 6 for piece in shown(text, "ketel"))


def test_a_title_is_marked_whole():
    assert marked("De ketel " * 20, sought([("ketel",)]))[1] == ("ketel", True)


@pytest.mark.parametrize(("markdown", "words"), [
    ("# Kop\n\n- een\n- [x] twee\n> > drie", "Kop\n\neen\ntwee\ndrie"),
    ("**vet** en *schuin*, `code` en ~~weg~~", "vet en schuin, code en weg"),
    ("[een plan](/documents/1) en ![tekening](/documents/2/file)", "een plan en tekening"),
    ("1. eerst\n2. dan 3 * 4", "eerst\ndan 3 * 4"),
    ("een_naam_met_streepjes en _nadruk_", "een_naam_met_streepjes en nadruk"),
    ("| nu | straks |\n|---|:--:|\n| 1 | 2 |", "nu straks 1 2"),
    ("```python\nprint(1)\n```", "print(1)"),
])  # fmt: skip
def test_signs_of_markdown_are_no_words(markdown, words):
    assert plain_words(markdown).split() == words.split()


@pytest.mark.parametrize("unit", ["[", "*", "`", "_a", "> ", "![", "](", "- ", "\\", "# ", "|-", "-", "\n-"])
def test_a_text_of_signs_only_takes_no_time(unit):
    """A search of 20,000 signs that never end would hold everybody up."""
    assert len(plain_words(unit * 10_000)) <= 20_000

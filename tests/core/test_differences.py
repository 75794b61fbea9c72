"""What a reader sees of a change."""

import pytest

from app.core.differences import Piece, differences


def test_changed_words_stand_beside_those_that_stayed():
    """DOC-38"""
    assert differences("Wij leveren stoom.\n", "Wij leveren warm water.\n") == [
        Piece("same", "Wij leveren "), Piece("removed", "stoom"), Piece("added", "warm water"), Piece("same", ".\n"),
    ]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), [
    ("", ""), ("", "a"), ("a\nb\n", ""), ("a", "b"), ("a b c\n" * 40, "a b c\n" * 20 + "d\n" + "a b c\n" * 20),
    ("x\n" * 6000, "y\n" * 6000), ("woord " * 3000, "ander " * 3000), ("é\r\nü", "é\nü\n"),
])  # fmt: skip
def test_nothing_of_either_text_is_lost_or_made_up(old, new):
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_long_unchanged_stretches_are_left_out():
    lines = [f"regel {number}\n" for number in range(100)]
    changed = [*lines[:50], "nieuw\n", *lines[50:]]
    pieces = differences("".join(lines), "".join(changed))
    assert [piece.kind for piece in pieces] == ["skipped", "same", "added", "same", "skipped"]
    assert pieces[1].text == "regel 48\nregel 49\n"

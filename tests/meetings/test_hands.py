"""Hands and the word: one row, the same for all."""

import pytest

from app.core.errors import Conflict, Forbidden
from app.meetings import service
from app.meetings.models import SpeakKind
from tests.conftest import actor_named
from tests.meetings.room import at_once, enter, last_of, types_in


@pytest.fixture
def room(anna, open_meeting):
    """Anna chairs; Bram, Otto and Sander came in."""
    for key in ("bram", "otto", "sander"):
        enter(actor_named(key), open_meeting)
    return open_meeting


def test_hands_raised_at_once_get_one_order(app, room):
    """MTG-37, section 7.5."""
    people = [actor_named(key) for key in ("bram", "otto", "sander")]
    seqs = at_once(app, room, *[(service.raise_hand, who, SpeakKind.WORD, {}) for who in people])
    assert sorted(seqs) == list(range(min(seqs), min(seqs) + 3))


def test_a_hand_that_is_up_keeps_its_place(bram, room):
    first = service.raise_hand(bram, room, SpeakKind.WORD)
    before = last_of(room).seq
    assert service.raise_hand(bram, room, SpeakKind.WORD) == first
    assert last_of(room).seq == before


def test_a_point_of_order_in_place_of_a_word_takes_a_new_place(bram, anna, room):
    first = service.raise_hand(bram, room, SpeakKind.WORD)
    second = service.raise_hand(bram, room, SpeakKind.ORDER)
    assert second > first
    assert last_of(room).payload == {"kind": "order"}
    with pytest.raises(Conflict):
        service.give_word(anna, room, first)
    service.give_word(anna, room, second)


def test_the_chair_gives_the_word_and_who_had_it_has_it_no_longer(anna, bram, room):
    """MTG-37: chair gives and ends the word."""
    otto = actor_named("otto")
    first, second = (service.raise_hand(who, room, SpeakKind.WORD) for who in (bram, otto))
    service.give_word(anna, room, first)
    service.give_word(anna, room, second)
    assert types_in(room, after=second) == ["word", "word_end", "word"]
    service.end_word(anna, room, second)
    assert last_of(room).payload == {"seq": second}
    with pytest.raises(Conflict):
        service.end_word(anna, room, second)


def test_a_withdrawn_hand_never_gets_the_word(anna, bram, room):
    """Section 7.5."""
    seq = service.raise_hand(bram, room, SpeakKind.WORD)
    service.lower_hand(bram, room)
    with pytest.raises(Conflict):
        service.give_word(anna, room, seq)
    with pytest.raises(Conflict):
        service.lower_hand(bram, room)
    assert types_in(room, after=seq) == ["hand_down"]


def test_members_do_not_give_the_word(bram, room):
    seq = service.raise_hand(actor_named("otto"), room, SpeakKind.WORD)
    with pytest.raises(Forbidden):
        service.give_word(bram, room, seq)


def test_another_item_begins_with_an_empty_row(anna, bram, room):
    service.next_item(anna, room)
    seq = service.raise_hand(bram, room, SpeakKind.WORD)
    service.next_item(anna, room)
    with pytest.raises(Conflict):
        service.give_word(anna, room, seq)

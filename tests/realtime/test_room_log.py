"""The log of a room: one order for all, nothing twice, no gap (decisions 24)."""

import pytest

from app.core.errors import Refusal
from app.core.transaction import atomic
from app.realtime.queries import last_seq, said_after
from app.realtime.service import append
from tests.conftest import actor_named, together

ROOM = "talk:7"


def say(person, words, **more):
    return append(ROOM, "line", {"body": words}, tie_id=person.tie_id, **more)


def test_twelve_people_who_write_together_get_numbers_without_a_gap(app):
    anna = actor_named("anna")
    answers = together(app, *(lambda n=n: say(anna, f"regel {n}", client_id=f"c{n}").entry.seq for n in range(12)))
    assert sorted(answers) == list(range(1, 13))
    assert last_seq(ROOM) == 12


def test_a_line_that_comes_twice_is_there_once(app):
    """MTG-29: the same client id gets the same seq, also when both arrive at one moment."""
    anna = actor_named("anna")
    answers = together(app, *(lambda: say(anna, "Goedemorgen.", client_id="once") for _ in range(6)))
    assert {answer.entry.seq for answer in answers} == {1}
    assert sum(answer.is_new for answer in answers) == 1


def test_two_people_may_give_their_lines_the_same_name(app):
    assert say(actor_named("anna"), "Ja.", client_id="x").entry.seq == 1
    assert say(actor_named("bram"), "Nee.", client_id="x").entry.seq == 2


def test_each_room_counts_for_itself(app):
    anna = actor_named("anna")
    say(anna, "Hier.")
    assert append("meeting:7", "line", {"body": "Daar."}, tie_id=anna.tie_id).entry.seq == 1
    assert [entry.payload["body"] for entry in said_after(ROOM, 0)] == ["Hier."]


def test_who_asks_after_a_number_gets_what_came_later_and_no_more_than_asked(app):
    """MTG-30."""
    anna = actor_named("anna")
    for number in range(5):
        say(anna, str(number))
    assert [entry.seq for entry in said_after(ROOM, 2)] == [3, 4, 5]
    assert [entry.seq for entry in said_after(ROOM, 1, most=2)] == [2, 3]
    assert said_after(ROOM, 5) == []


def test_a_line_that_is_undone_leaves_no_gap(app):
    @atomic
    def say_and_fail():
        say(anna, "een")
        raise Refusal

    anna = actor_named("anna")
    with pytest.raises(Refusal):
        say_and_fail()
    assert say(anna, "twee").entry.seq == 1

"""The address to answer to: one of a person for a place, and its key says both (NTF-29)."""

import re

from sqlalchemy import func, select

from app.accounts.service import take_out_own_data
from app.core.extensions import db
from app.notifications.models import ReplyAddress
from app.notifications.service import person_and_place, reply_address
from tests.conftest import person_named, together


def test_where_no_mail_comes_in_nobody_is_told_to_answer(app, bram, thread):
    """NTF-38"""
    assert reply_address(bram.id, thread.room) == ""
    assert db.session.scalars(select(ReplyAddress)).all() == []


def test_a_person_has_one_address_for_a_place_and_another_for_every_other(app, anna, bram, thread, mail_comes_in):
    """NTF-29: 160 random bits, and a local part of 64 characters at most (RFC 5321)."""
    address = reply_address(bram.id, thread.room)
    assert re.fullmatch(r"post\+[a-z2-7]{32}@brink\.example", address)
    assert reply_address(bram.id, thread.room) == address
    others = {reply_address(anna.id, thread.room), reply_address(bram.id, "thread:1"), address}
    assert len(others) == 3


def test_the_key_says_whose_it_is_in_any_case(app, bram, thread, mail_comes_in):
    """NTF-29"""
    key = reply_address(bram.id, thread.room).partition("+")[2].partition("@")[0]
    for written in (key, key.upper()):
        assert person_and_place(written) == (bram.id, thread.room)
    for wrong in ("", "x" * 32, key[:-1], f"{key}=", "\u212a" * 32, "\x00", "a" * 5000):
        assert person_and_place(wrong) is None


def test_two_who_ask_at_one_moment_get_one_address(app, bram, thread, mail_comes_in):
    """Unique per person and place."""
    person_id, place = bram.id, thread.room
    given = together(app, *[lambda: reply_address(person_id, place)] * 6)
    assert len(set(given)) == 1
    assert db.session.scalar(select(func.count()).select_from(ReplyAddress)) == 1


def test_own_data_names_the_place_and_not_the_key(app, bram, thread, mail_comes_in):
    """accounts.own_data: who holds a key and forges the sender writes in that person's name."""
    key = reply_address(bram.id, thread.room).partition("+")[2].partition("@")[0]
    taken = take_out_own_data(bram, person_named("bram"))
    assert [each["place"] for each in taken["reply_addresses"]] == [thread.room]
    assert key not in str(taken)

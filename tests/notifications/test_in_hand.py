"""A letter that was made, and did not go yet: what happens meanwhile is heeded, also within its first minute."""

import pytest
from sqlalchemy import select

from app.core.clock import now
from app.core.extensions import db
from app.discussions.service import delete_post, mark_seen
from app.groups.service import leave_group
from app.mail.models import Letter, LetterState
from app.mail.service import changed_letters, claim_letters, way_out
from app.mail.tasks import _send, send_waiting_letters
from app.notifications import service
from app.notifications.models import Channel, Level, Preference, SetBy, Sort, Watch
from app.notifications.service.stopping import Stopping
from app.notifications.tasks import hand_over_mail
from tests.conftest import actor_named, new_thread, reply


@pytest.fixture
def in_hand(app, outbox, clock, hold_jobs):
    """Letters are made, and nobody was asked yet to send them."""

    def made():
        clock.forward(minutes=10)
        with hold_jobs():
            hand_over_mail()
        assert db.session.scalars(select(Letter.state).where(Letter.kind == "notifications/posts")).all()
        db.session.rollback()
        return len(outbox())

    return made


def sent_since(before, outbox):
    send_waiting_letters()
    return outbox()[before:]


HAPPENINGS = {
    "it is read": lambda thread, post: mark_seen(actor_named("bram"), thread, 2),
    "it is deleted": lambda thread, post: delete_post(actor_named("anna"), post),
    "its thread is silenced": lambda thread, post: service.choose_level(actor_named("bram"), thread.room, Level.SILENT),
    "such mail is stopped": lambda thread, post: service.stop(
        Stopping(actor_named("bram").id, Sort.POST.value, thread.room)),
    "its box is unticked": lambda thread, post: service.choose_boxes(
        actor_named("bram"), {(Sort.POST, Channel.MAIL): False}),
    "its reader leaves the group": lambda thread, post: leave_group(actor_named("bram"), thread.group),
}  # fmt: skip


@pytest.mark.parametrize("what", HAPPENINGS)
def test_what_happens_within_the_first_minute_is_heeded(what, thread, anna, bram, in_hand, outbox):
    """NTF-4, NTF-16"""
    service.choose_level(bram, thread.room, Level.ALL_MAIL)
    post = reply(anna, thread, "Wij meten morgen.")
    before = in_hand()
    HAPPENINGS[what](thread, post)
    assert sent_since(before, outbox) == []


CHOICES = {
    "a level": lambda thread, bram: Watch(person_id=bram.id, place=thread.room, level=Level.SILENT,
                                          set_by=SetBy.PERSON, set_at=now()),
    "a box": lambda thread, bram: Preference(person_id=bram.id, sort=Sort.POST, channel=Channel.MAIL, is_on=False,
                                             set_at=now()),
}  # fmt: skip


@pytest.mark.parametrize("what", CHOICES)
def test_who_chooses_while_their_letter_is_made_gets_none(what, thread, anna, bram, energie, in_hand, outbox):
    """NTF-20: it holds from now on. Whoever chose could not find the letter yet."""
    service.choose_level(bram, energie.scope, Level.ALL_MAIL)
    reply(anna, thread, "Wij meten morgen.")
    before = in_hand()
    db.session.add(CHOICES[what](thread, bram))
    db.session.commit()
    assert sent_since(before, outbox) == []


def test_what_did_not_change_goes(thread, anna, bram, in_hand, outbox):
    service.choose_level(bram, thread.room, Level.ALL_MAIL)
    reply(anna, thread, "Wij meten morgen.")
    assert len(sent_since(in_hand(), outbox)) == 1


def test_what_a_worker_holds_already_is_looked_at_too(thread, anna, bram, in_hand, outbox):
    """Claimed is not sent: who chose otherwise meanwhile gets none."""
    service.choose_level(bram, thread.room, Level.ALL_MAIL)
    reply(anna, thread, "Wij meten morgen.")
    before = in_hand()
    letters = claim_letters(10)
    service.choose_level(bram, thread.room, Level.SILENT)
    _send(way_out(), letters)
    assert outbox()[before:] == []


def test_many_letters_are_asked_after_in_one_statement(energie, anna, bram, in_hand, count_statements):
    """Speed: however many were just made."""
    for number in range(5):
        place = new_thread(anna, energie, f"Onderwerp {number}")
        service.choose_level(bram, place.room, Level.ALL_MAIL)
        reply(anna, place, "Nog iets.")
    in_hand()
    letters = db.session.scalars(select(Letter).where(Letter.state == LetterState.WAITING)).all()
    assert len(letters) >= 5
    with count_statements() as seen:
        assert changed_letters(letters) == set()
    assert len(seen) == 1

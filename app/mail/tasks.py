"""Sending what is due: one at a time in each process, over one line, the rest untouched when the server is away."""

import logging
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta

from flask import current_app
from sqlalchemy import update

from app.core.clock import now
from app.core.extensions import db
from app.core.transaction import atomic, end_reading
from app.jobs.service import each_minute, hold_off, is_held_off, is_stopping, task
from app.mail.models import AT_FAULT, AWAY, Letter, Trouble
from app.mail.service import (
    NotSent,
    WayOut,
    changed_letters,
    claim_letters,
    finish,
    give_up_old_letters,
    has_due_letters,
    let_go,
    look_again,
    mark_as_being_sent,
    message_of,
    put_forward,
    settle_lost_letters,
    way_out,
)

logger = logging.getLogger(__name__)
LETTERS_TO_A_LINE = 100
ENOUGH = 2  # letters in a row on which the server broke off: the next would fare no better
POST = "mail.post"
PAUSE = timedelta(seconds=50)  # so that the sweep of the next minute tries again
_turn = threading.Lock()
_asked = threading.Event()


@task
def send_letter(letter_id: int) -> None:
    """This one, and whatever else is due."""
    _send_in_turn()


@each_minute
def send_waiting_letters() -> None:
    """Whatever is due, also when the call that should have sent it was lost."""
    give_up_old_letters()
    settle_lost_letters()
    _send_in_turn()


@each_minute
def empty_useless_letters() -> None:
    """A sign-in code is no use after ten minutes, sent or not."""
    _empty_useless_letters()


@atomic
def _empty_useless_letters() -> None:
    db.session.execute(
        update(Letter).where(Letter.useless_after < now(), Letter.body_text != "")
        .values(subject="", body_text="", body_html="")
    )  # fmt: skip


def _send_in_turn() -> None:
    """One thread of a process sends; who comes meanwhile leaves word and goes, so that a slow server holds up one."""
    _asked.set()
    while _asked.is_set() and _turn.acquire(blocking=False):
        try:
            _asked.clear()
            _send_what_is_due()
        finally:
            _turn.release()


def _send_what_is_due() -> None:
    if not has_due_letters() or is_held_off(POST):
        return
    end_reading()
    with closing(way_out()) as way:
        try:
            way.open()
        except NotSent as failure:
            _wait_for_server(failure)
            return
        put_forward()
        while not _is_stopping() and has_due_letters():
            end_reading()
            if not _send(way, claim_letters(LETTERS_TO_A_LINE)):
                hold_off(POST, PAUSE)
                return
            way.close()


def _wait_for_server(failure: NotSent) -> None:
    """The first letter has been tried, for all of them."""
    logger.warning("no letter can be sent: %s", failure.trouble)
    hold_off(POST, PAUSE)
    for letter in claim_letters(1):
        finish(letter, failure)


def _send(way: WayOut, letters: Sequence[Letter]) -> bool:
    """Whether the server took them or said why not; when it breaks off, the rest waits as before."""
    left, in_a_row, changed = list(letters), 0, _changed(letters)
    while left and in_a_row < ENOUGH and not _is_stopping():
        letter = left.pop(0)
        trouble = _send_one(way, letter, has_changed=letter.id in changed)
        in_a_row = ENOUGH if trouble in AWAY else in_a_row + 1 if trouble in AT_FAULT else 0
    if left:
        let_go(left)
    return in_a_row < ENOUGH


def _changed(letters: Sequence[Letter]) -> set[int]:
    """Where that is not known, all may have."""
    try:
        return changed_letters(letters)
    except Exception:
        db.session.rollback()
        logger.exception("what changed since letters were made is not known")
        return {letter.id for letter in letters}
    finally:
        end_reading()


def _send_one(way: WayOut, letter: Letter, *, has_changed: bool) -> Trouble | None:
    """What was wrong, if anything."""
    try:
        text = _text(letter)
        way.open()
        _look_again(letter, has_changed=has_changed)
        way.offer(letter.to)
        if not mark_as_being_sent(letter):
            way.reset()
            return None
        way.hand_over(letter.message_id.strip("<>").partition("@")[0], text)
    except NotSent as failure:
        logger.warning("letter %s was not sent: %s %s", letter.id, failure.trouble, failure.code or "")
        finish(letter, failure)
        return failure.trouble
    finish(letter, None)
    return None


def _look_again(letter: Letter, *, has_changed: bool) -> None:
    """Where nobody can say whether it may still go, it waits."""
    try:
        look_again(letter, has_changed=has_changed)
    except Exception as failure:
        db.session.rollback()
        logger.exception("whether letter %s may still go is not known", letter.id)
        raise NotSent(Trouble.PUT_OFF) from failure
    end_reading()


def _text(letter: Letter) -> bytes:
    try:
        return message_of(letter).as_bytes()
    except Exception as failure:  # whatever is wrong with one letter must not stop the others
        logger.exception("no message can be made of letter %s", letter.id)
        raise NotSent(Trouble.NOT_SENDABLE) from failure


def _is_stopping() -> bool:
    return is_stopping(current_app)

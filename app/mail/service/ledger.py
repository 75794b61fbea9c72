"""Whose turn a letter is, and how it went. Each step is committed before the next begins.

waiting → claimed (a lease) → sending (committed just before its text is handed over) → sent, failed or uncertain.
Who dies before the hand-over leaves a claim that runs out; who dies in it leaves a letter that nobody sends again.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, update

from app.core.clock import now
from app.core.events import publish
from app.core.extensions import db
from app.core.transaction import atomic
from app.mail.events import MailFailed, MailSent, MailUncertain
from app.mail.models import AWAY, FOR_GOOD, UNSENT, Letter, LetterState, Trouble
from app.mail.service.server import NotSent

LEASE = timedelta(minutes=5)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))  # after each try; then hourly
GIVEN_UP_AFTER = timedelta(hours=72)
AT_A_TIME = 500


def has_due_letters() -> bool:
    return _is_any(_is_due())


@atomic
def claim_letters(most: int) -> Sequence[Letter]:
    """The next that are due, ours for five minutes: those with a code first, the others in the order of writing."""
    chosen = select(Letter).where(_is_due()).order_by(Letter.useless_after.is_(None), Letter.id)
    # SQLite has one writer anyway.
    letters = db.session.scalars(chosen.limit(most).with_for_update(skip_locked=True)).all()
    until = now() + LEASE
    for letter in letters:
        db.session.expunge(letter)
        letter.state, letter.not_before = LetterState.CLAIMED, until
    _change(Letter.id.in_([letter.id for letter in letters]), state=LetterState.CLAIMED, not_before=until)
    return letters


@atomic
def mark_as_being_sent(letter: Letter) -> bool:
    """False where it is not ours any more: the lease ran out meanwhile, or whom it is for has no right to it."""
    letter.state, is_ours = LetterState.SENDING, _is_still(letter)
    return _change(is_ours, state=LetterState.SENDING, tries=Letter.tries + 1, not_before=now() + LEASE)


@atomic
def let_go(letters: Sequence[Letter]) -> None:
    """They wait as before, for whoever comes next."""
    for letter in letters:
        _change(_is_still(letter), state=LetterState.WAITING, not_before=now())


@atomic
def finish(letter: Letter, failure: NotSent | None) -> None:
    """It went, or this is why it did not: then it waits longer, or is given up, or nobody knows."""
    if failure is None:
        _finish_as(letter, LetterState.SENT, sent_at=now(), trouble=None, reply_code=None, **_emptied(letter))
        return
    why = {"trouble": failure.trouble, "reply_code": failure.code}
    if failure.trouble is Trouble.NO_ANSWER:
        _finish_as(letter, LetterState.UNCERTAIN, **why)
    elif failure.trouble in FOR_GOOD:
        _finish_as(letter, LetterState.FAILED, **why)
    else:
        tries = letter.tries + 1
        again = now() + WAITS[min(tries, len(WAITS)) - 1]
        _change(_is_still(letter), state=LetterState.WAITING, tries=tries, not_before=again, **why)


@atomic
def put_forward() -> None:
    """The server is back: what waited for it goes in its old order, and not an hour later."""
    _change(_waits_for_server(), not_before=now())


def give_up_old_letters() -> None:
    """After three days; codes when they are of no more use. Where there are none nobody waits for the write lock."""
    if _is_any(_is_over()):
        _give_up()


def settle_lost_letters() -> None:
    """Whose worker died while it handed them over: they may have gone."""
    if _is_any(_is_lost()):
        _settle_lost()


@atomic
def _give_up() -> None:
    over = db.session.execute(
        select(Letter.id, Letter.useless_after).where(_is_over()).limit(AT_A_TIME).with_for_update(skip_locked=True)
    ).all()
    codes = [letter_id for letter_id, useless_after in over if useless_after]
    others = [letter_id for letter_id, useless_after in over if not useless_after]
    _change(Letter.id.in_(others), state=LetterState.FAILED)
    _change(Letter.id.in_(codes), state=LetterState.FAILED, trouble=func.coalesce(Letter.trouble, Trouble.TOO_LATE),
            subject="", body_text="", body_html="")  # fmt: skip
    if over:
        publish(MailFailed(actor_id=None, letter_ids=(*codes, *others)))


@atomic
def _settle_lost() -> None:
    lost = select(Letter.id).where(_is_lost()).limit(AT_A_TIME).with_for_update(skip_locked=True)
    ids = db.session.scalars(lost).all()
    _change(Letter.id.in_(ids), state=LetterState.UNCERTAIN, trouble=Trouble.WORKER_GONE)
    if ids:
        publish(MailUncertain(actor_id=None, letter_ids=tuple(ids)))


def _finish_as(letter: Letter, state: LetterState, **values: Any) -> None:
    kinds = {LetterState.SENT: MailSent, LetterState.FAILED: MailFailed, LetterState.UNCERTAIN: MailUncertain}
    if _change(_is_still(letter), state=state, **values):
        publish(kinds[state](actor_id=None, letter_ids=(letter.id,)))


def _emptied(letter: Letter) -> dict[str, str]:
    """A letter with a code names it in its subject too."""
    return {"body_text": "", "body_html": ""} | ({"subject": ""} if letter.useless_after else {})


def _change(those: ColumnElement[bool], **values: Any) -> bool:
    changed = db.session.execute(update(Letter).where(those).values(values))
    return changed.rowcount > 0  # type: ignore[attr-defined, no-any-return]


def _is_any(those: ColumnElement[bool]) -> bool:
    return db.session.scalar(select(literal(1)).select_from(Letter).where(those).limit(1)) is not None


def _is_still(letter: Letter) -> ColumnElement[bool]:
    """As we left it. The end of a lease names the claim: no two claims end at the same moment."""
    ours = and_(Letter.id == letter.id, Letter.state == letter.state)
    return and_(ours, Letter.not_before == letter.not_before) if letter.state is LetterState.CLAIMED else ours


def _is_due() -> ColumnElement[bool]:
    is_of_use = or_(Letter.useless_after.is_(None), Letter.useless_after >= now())
    return and_(Letter.state.in_(UNSENT), Letter.not_before <= now(), is_of_use)


def _is_over() -> ColumnElement[bool]:
    is_held = and_(Letter.state == LetterState.CLAIMED, Letter.not_before > now())
    is_too_old = or_(Letter.useless_after < now(), Letter.created_at < now() - GIVEN_UP_AFTER)
    return and_(Letter.state.in_(UNSENT), ~is_held, is_too_old)


def _is_lost() -> ColumnElement[bool]:
    return and_(Letter.state == LetterState.SENDING, Letter.not_before <= now())


def _waits_for_server() -> ColumnElement[bool]:
    return and_(Letter.state == LetterState.WAITING, Letter.not_before > now(), Letter.trouble.in_(AWAY))

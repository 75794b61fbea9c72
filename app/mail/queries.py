"""How it stands with the letters: kinds, states and reasons, and never a word or an address of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.sql.expression import SQLColumnExpression

from app.core.extensions import db
from app.mail.models import UNSENT, Letter, LetterState, Trouble

ON_A_PAGE = 25
ON_THEIR_WAY = (*UNSENT, LetterState.SENDING)
IN_TROUBLE = (LetterState.FAILED, LetterState.UNCERTAIN)


class LetterLine(NamedTuple):
    """A letter that waits for another try, or that was given up, without what it says and to whom."""

    kind: str
    state: LetterState
    trouble: Trouble | None
    reply_code: int | None
    tries: int
    created_at: datetime
    not_before: datetime


def is_refused(address: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Of the address in the row: the mail server took its last letter for nobody's. One that comes through ends it."""
    last = (
        select(Letter.trouble).where(Letter.to == address, Letter.state.in_((LetterState.SENT, LetterState.FAILED)))
        .order_by(Letter.id.desc()).limit(1).correlate_except(Letter).scalar_subquery()
    )  # fmt: skip
    return func.coalesce(last == Trouble.RECEIVER_REFUSED, false())


def letters_by_state() -> dict[LetterState, int]:
    counted = db.session.execute(select(Letter.state, func.count()).group_by(Letter.state))
    return {state: count for state, count in counted}


def letters_by_kind() -> list[tuple[str, dict[LetterState, int]]]:
    """For each kind in the order of its name: how many there are in each state."""
    kinds: dict[str, dict[LetterState, int]] = {}
    counted = select(Letter.kind, Letter.state, func.count()).group_by(Letter.kind, Letter.state)
    for kind, state, count in db.session.execute(counted.order_by(Letter.kind)):
        kinds.setdefault(kind, {})[state] = count
    return list(kinds.items())


def oldest_waiting() -> datetime | None:
    """When the oldest letter that has not gone yet was written."""
    return db.session.scalar(select(func.min(Letter.created_at)).where(Letter.state.in_(UNSENT)))


def count_in_trouble() -> int:
    return db.session.scalar(select(func.count()).select_from(Letter).where(_is_in_trouble())) or 0


def letters_in_trouble(page: int) -> Sequence[LetterLine]:
    """The newest first, a page of them."""
    found = db.session.execute(
        select(Letter.kind, Letter.state, Letter.trouble, Letter.reply_code, Letter.tries, Letter.created_at,
               Letter.not_before)
        .where(_is_in_trouble()).order_by(Letter.id.desc()).offset((page - 1) * ON_A_PAGE).limit(ON_A_PAGE)
    )  # fmt: skip
    return [LetterLine(*row) for row in found]


def _is_in_trouble() -> ColumnElement[bool]:
    return Letter.state.in_(IN_TROUBLE) | (Letter.state.in_(UNSENT) & Letter.trouble.is_not(None))

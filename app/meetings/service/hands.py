"""Hands and the word: one row, in the order of the log, points of order first (MTG-37)."""

from sqlalchemy import update

from app.accounts.models import Actor
from app.accounts.policy import refuse_in_silence
from app.core.clock import now
from app.core.errors import Conflict
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.meetings import queries
from app.meetings.events import HandLowered, HandRaised, WordEnded, WordGiven
from app.meetings.models import Meeting, SpeakKind, SpeakRequest, SpeakState
from app.meetings.policy import can_chair_meeting
from app.meetings.service.acting import ask_if_item_goes_on, ask_if_open, record, step_in


@atomic
def raise_hand(actor: Actor, meeting: Meeting, kind: SpeakKind, *, client_id: str | None = None) -> int:
    """One hand a person: raised again for the same it keeps its place, for another reason it gets a new one."""
    footing = step_in(actor, meeting, client_id)
    if footing.sent is not None:
        return footing.sent
    ask_if_open(meeting)
    refuse_in_silence(actor, meeting.group_id)
    ask_if_item_goes_on(footing)
    hand = queries.hand_of(actor, meeting)
    if hand is not None and hand.kind is kind:
        return hand.seq
    if hand is not None:
        hand.state = SpeakState.WITHDRAWN
    item_id = footing.item_id
    seq = record(HandRaised, actor, meeting, "hand", {"kind": kind.value}, client_id=client_id, item_id=item_id)
    db.session.add(SpeakRequest(meeting_id=meeting.id, item_id=item_id, tie_id=actor.tie_id, seq=seq, kind=kind))
    return seq


@atomic
def lower_hand(actor: Actor, meeting: Meeting, *, client_id: str | None = None) -> int:
    footing = step_in(actor, meeting, client_id)
    if footing.sent is not None:
        return footing.sent
    ask_if_open(meeting)
    hand = queries.hand_of(actor, meeting)
    if hand is None:
        raise Conflict(_("Your hand is down."))
    hand.state = SpeakState.WITHDRAWN
    return record(HandLowered, actor, meeting, "hand_down", {}, client_id=client_id, item_id=footing.item_id)


@atomic
def give_word(actor: Actor, meeting: Meeting, seq: int, *, client_id: str | None = None) -> int:
    """To the hand raised as `seq`. Who had the word until now has it no longer."""
    footing = step_in(actor, meeting, client_id)
    if footing.sent is not None:
        return footing.sent
    authorize(can_chair_meeting, actor, meeting)
    ask_if_open(meeting)
    ask_if_item_goes_on(footing)
    hand = queries.hand_raised_as(meeting, seq)
    if hand is None or hand.state is not SpeakState.WAITING:
        raise Conflict(_("This hand is down again."))
    if (speaking := queries.speaker_in(meeting)) is not None:
        _end(actor, meeting, speaking)
    hand.state, hand.began_at = SpeakState.SPEAKING, now()
    return record(WordGiven, actor, meeting, "word", {"seq": seq}, client_id=client_id, item_id=footing.item_id)


@atomic
def end_word(actor: Actor, meeting: Meeting, seq: int, *, client_id: str | None = None) -> int:
    footing = step_in(actor, meeting, client_id)
    if footing.sent is not None:
        return footing.sent
    authorize(can_chair_meeting, actor, meeting)
    ask_if_open(meeting)
    hand = queries.hand_raised_as(meeting, seq)
    if hand is None or hand.state is not SpeakState.SPEAKING:
        raise Conflict(_("This person does not have the word."))
    return _end(actor, meeting, hand, client_id)


def clear_row(meeting: Meeting) -> None:
    """Another item begins, and with it another row."""
    ours = SpeakRequest.meeting_id == meeting.id
    for state, follows in ((SpeakState.WAITING, SpeakState.WITHDRAWN), (SpeakState.SPEAKING, SpeakState.DONE)):
        db.session.execute(
            update(SpeakRequest).where(ours, SpeakRequest.state == state).values(state=follows, ended_at=now())
        )


def _end(actor: Actor, meeting: Meeting, hand: SpeakRequest, client_id: str | None = None) -> int:
    hand.state, hand.ended_at = SpeakState.DONE, now()
    return record(WordEnded, actor, meeting, "word_end", {"seq": hand.seq}, client_id=client_id, item_id=hand.item_id)

"""Proposals in a talk: amount and period, never a price. One side makes one, the other accepts or declines (MKT-40)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict, Forbidden
from app.core.events import Event, publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.marketplace import queries
from app.marketplace.events import ProposalAccepted, ProposalDeclined, ProposalMade, ProposalWithdrawn
from app.marketplace.models import Line, Talk, TalkProposal, Verdict
from app.marketplace.policy import can_read_talk, can_write_in_talk
from app.marketplace.service.talks import note
from app.realtime.queries import entry_sent_as
from app.realtime.service import hold_room

TOLD: Mapping[Verdict, type[ProposalAccepted | ProposalDeclined | ProposalWithdrawn]] = {
    Verdict.ACCEPTED: ProposalAccepted, Verdict.DECLINED: ProposalDeclined, Verdict.WITHDRAWN: ProposalWithdrawn,
}  # fmt: skip


@atomic
def make_proposal(actor: Actor, talk: Talk, *, body: str, values: dict[str, Any], valid_until: date,
                  client_id: str | None = None) -> TalkProposal:  # fmt: skip
    """Raises Conflict while another one is open. The same `client_id` again gives the one it made the first time."""
    _hold(actor, talk)
    earlier = entry_sent_as(talk.room, actor.tie_id, client_id) if client_id else None
    if earlier is not None and earlier.item_id is not None:
        return db.session.get_one(TalkProposal, earlier.item_id)
    standing = queries.open_proposal(talk)
    if standing is not None and standing.is_open:
        raise Conflict(_("There is a proposal already. A new one is possible once that is answered."))
    if standing is not None:
        standing.verdict, standing.answered_at = Verdict.EXPIRED, now()
        db.session.flush()  # before the next: at most one has no verdict
    proposal = TalkProposal(talk_id=talk.id, company_id=actor.company_id, body=body, values=values,
                            valid_until=valid_until, created_by=actor.tie_id)  # fmt: skip
    db.session.add(proposal)
    db.session.flush()
    entry = note(actor, talk, Line.PROPOSAL, {"proposal_id": proposal.id}, client_id=client_id, item_id=proposal.id)
    publish(ProposalMade(actor_id=actor.id, talk_id=talk.id, proposal_id=proposal.id, seq=entry.seq))
    return proposal


@atomic
def accept_proposal(actor: Actor, talk: Talk, proposal_id: int) -> TalkProposal:
    """The other side says yes. Whoever comes second sees what happened; saying yes twice changes nothing.

    Raises Conflict for one that is hidden: nobody agrees to what nobody reads.
    """
    return _answer(actor, talk, proposal_id, Verdict.ACCEPTED)


@atomic
def decline_proposal(actor: Actor, talk: Talk, proposal_id: int) -> TalkProposal:
    return _answer(actor, talk, proposal_id, Verdict.DECLINED)


@atomic
def withdraw_proposal(actor: Actor, talk: Talk, proposal_id: int) -> TalkProposal:
    """The side that made it takes it back."""
    return _answer(actor, talk, proposal_id, Verdict.WITHDRAWN)


def _answer(actor: Actor, talk: Talk, proposal_id: int, verdict: Verdict) -> TalkProposal:
    _hold(actor, talk)
    proposal = next((each for each in queries.proposals_of(talk) if each.id == proposal_id), None)
    is_own = proposal is not None and proposal.company_id == actor.company_id
    if proposal is None or is_own != (verdict is Verdict.WITHDRAWN):
        raise Forbidden(_("Who made a proposal withdraws it; the other side accepts or declines it."))
    if proposal.verdict is verdict:
        return proposal
    if not proposal.is_open:
        raise Conflict(_("This proposal is no longer open. The talk says what happened."))
    if verdict is Verdict.ACCEPTED and queries.is_hidden_proposal(talk, proposal):
        raise Conflict(_("This proposal is hidden, so it cannot be accepted."))
    proposal.verdict, proposal.answered_at, proposal.answered_by = verdict, now(), actor.tie_id
    entry = note(actor, talk, Line.ANSWER, {"proposal_id": proposal.id, "verdict": verdict.value}, item_id=proposal.id)
    told: Event = TOLD[verdict](actor_id=actor.id, talk_id=talk.id, proposal_id=proposal.id, seq=entry.seq)
    publish(told)
    return proposal


def _hold(actor: Actor, talk: Talk) -> None:
    """From here to COMMIT both sides wait for each other, so that the second sees what the first did."""
    hold_room(talk.room)
    db.session.refresh(talk)
    authorize(can_read_talk, actor, talk)
    authorize(can_write_in_talk, actor, talk)

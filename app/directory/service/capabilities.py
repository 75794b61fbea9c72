"""What a company can do, chosen from the list or proposed for it (DIR-13)."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from app.accounts.models import Actor, Company
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.directory import queries
from app.directory.events import CapabilityAccepted, CapabilityDeclined, CapabilityProposed
from app.directory.models import Capability, CapabilityKind, CapabilityState, Claim, Figure, Part, PersonKnows
from app.directory.models.capabilities import shipped_as
from app.directory.policy import can_keep_capabilities
from app.directory.service.profile import begin, next_version, note_change


@atomic
def add_claim(actor: Actor, company: Company, term: str, kind: CapabilityKind, *, remark: str = "",
              figures: Sequence[Figure] = (), reason: str = "") -> Claim:  # fmt: skip
    """Say that the company can do this. A word that is not on the list counts at once and is proposed for it."""
    begin(actor, company, reason)
    capability = _meant(actor, company, term, kind)
    there = select(Claim.id).where(Claim.company_id == company.id, Claim.capability_id == capability.id)
    if db.session.scalar(there) is not None:
        raise Conflict(_("“%(term)s” stands on the page already. Change it there.", term=capability.term), field="term")
    claim = Claim(company_id=company.id, capability_id=capability.id, remark=remark, figures=[list(f) for f in figures],
                  created_by=actor.tie_id)  # fmt: skip
    db.session.add(claim)
    note_change(actor, company, Part.CAPABILITIES, reason)
    return claim


@atomic
def change_claim(actor: Actor, claim: Claim, *, remark: str, figures: Sequence[Figure], version: int,
                 reason: str = "") -> None:  # fmt: skip
    """Raises PageConflict when another version came in between."""
    begin(actor, claim.company, reason)
    db.session.refresh(claim)
    claim.version = next_version(claim.version, version)
    claim.remark, claim.figures = remark, [list(figure) for figure in figures]
    note_change(actor, claim.company, Part.CAPABILITIES, reason)


@atomic
def remove_claim(actor: Actor, claim: Claim, *, reason: str = "") -> None:
    company = claim.company
    begin(actor, company, reason)
    db.session.delete(claim)
    note_change(actor, company, Part.CAPABILITIES, reason)


@atomic
def accept_capability(actor: Actor, capability: Capability) -> None:
    """Into the list, for everyone. Accepting twice changes nothing."""
    authorize(can_keep_capabilities, actor)
    if capability.state is not CapabilityState.ACCEPTED:
        capability.state, capability.reason = CapabilityState.ACCEPTED, ""
        publish(CapabilityAccepted(actor_id=actor.id, capability_id=capability.id))


@atomic
def decline_capability(actor: Actor, capability: Capability, reason: str) -> None:
    """Off the pages that it stands on; their contacts read why. What is on the list already is not declined."""
    authorize(can_keep_capabilities, actor)
    if capability.state is CapabilityState.ACCEPTED:
        raise Conflict(_("This term was taken into the list in the meantime."))
    claiming = tuple(db.session.scalars(select(Claim.company_id).where(Claim.capability_id == capability.id)))
    db.session.execute(delete(Claim).where(Claim.capability_id == capability.id))
    db.session.execute(delete(PersonKnows).where(PersonKnows.capability_id == capability.id))
    capability.state, capability.reason = CapabilityState.DECLINED, reason
    publish(CapabilityDeclined(actor_id=actor.id, capability_id=capability.id, company_ids=claiming))


def row_of(term: str) -> Capability | None:
    """The row of a term on the list, made when nobody used it before; None for a word that is not on the list."""
    known = shipped_as(term)
    row = queries.capability_by_key((known.term if known else term).casefold())
    if row is None and known is not None:
        row = Capability(key=known.term.casefold(), term=known.term, term_en=known.term_en, kind=known.kind,
                         state=CapabilityState.ACCEPTED)  # fmt: skip
        db.session.add(row)
        db.session.flush()
    return row


def _meant(actor: Actor, company: Company, term: str, kind: CapabilityKind) -> Capability:
    capability = row_of(term)
    if capability is None:
        capability = Capability(key=term.casefold(), term=term, kind=kind, state=CapabilityState.DECLINED,
                                created_by=actor.tie_id)  # fmt: skip
        db.session.add(capability)
        db.session.flush()
    if capability.state is CapabilityState.DECLINED:
        capability.state = CapabilityState.PROPOSED
        publish(CapabilityProposed(actor_id=actor.id, capability_id=capability.id, company_id=company.id))
    return capability

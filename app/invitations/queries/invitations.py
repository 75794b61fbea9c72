"""Invitations of a company, the one behind a link, and who is to hear of them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import joinedload

from app.accounts.models import Actor, Company, Person, Tie
from app.accounts.queries import coordinators
from app.accounts.service.sessions import token_hash
from app.core.errors import Forbidden, NotFound
from app.core.extensions import db
from app.core.text import tidy_line
from app.directory.policy import can_read_company
from app.directory.queries import contacts_of
from app.groups.models import WorkingGroup
from app.groups.policy import lead_scope, standings
from app.groups.queries import leads_and_deputies_of
from app.invitations.models import (
    LETTER,
    Invitation,
    InvitationClash,
    InvitationGroup,
    InvitationState,
    is_expired,
    is_pending,
)
from app.invitations.policy import OF_ALL, can_invite_person, contacts_scope, keeps_all, own_scope, readable_invitations
from app.mail.models import Letter, LetterState
from app.notifications.models import Notification

ON_A_PAGE = 100
CLASHES_SHOWN = 20


class Filter(StrEnum):
    PENDING = "pending"
    BOUNCED = "bounced"  # they wait too, but their letter did not come
    ACCEPTED = "accepted"
    EXPIRED = "expired"  # revoked ones too: they can be sent again


class InvitationLine(NamedTuple):
    id: int
    name: str
    email: str
    function: str
    state: InvitationState
    as_contact: bool
    as_delegate: bool
    mailed_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    inviter_name: str
    groups: tuple[str, ...]

    @property
    def can_be_sent_again(self) -> bool:
        return self.state is not InvitationState.ACCEPTED


def company_to_invite_for(actor: Actor, slug: str) -> Company:
    """NotFound where this person may not read the company, Forbidden where they may and invite nobody."""
    known = tidy_line(slug) == slug  # PostgreSQL takes no text with a zero byte
    company = db.session.scalar(select(Company).where(Company.slug == slug)) if known else None
    if company is None or not can_read_company(actor, company):
        raise NotFound
    if not can_invite_person(actor, company):
        raise Forbidden
    return company


def invitation_lines(actor: Actor, company: Company, which: Filter, page: int) -> list[InvitationLine]:
    """The newest first. Of the groups those that exist for the reader: an invitation tells of no other."""
    found = db.session.execute(
        readable_invitations(actor)
        .join(Tie, Tie.id == Invitation.created_by).join(Person, Person.id == Tie.person_id)
        .where(Invitation.company_id == company.id, _is(which)).add_columns(Person.name)
        .order_by(Invitation.id.desc()).offset((page - 1) * ON_A_PAGE).limit(ON_A_PAGE)
    ).all()  # fmt: skip
    groups = _group_names(actor, [row[0].id for row in found])
    return [
        InvitationLine(each.id, each.name, each.email, each.function, each.shown_state, each.as_contact,
                       each.as_delegate, each.mailed_at, each.expires_at, each.accepted_at, inviter,
                       tuple(groups[each.id]))
        for each, inviter in found
    ]  # fmt: skip


def count_of(actor: Actor, company: Company) -> dict[Filter, int]:
    """How many there are of each, in one statement."""
    counted = [func.count().filter(_is(which)) for which in Filter]
    found = readable_invitations(actor).where(Invitation.company_id == company.id).with_only_columns(*counted)
    return dict(zip(Filter, db.session.execute(found).one(), strict=True))


def waiting_count(actor: Actor, company: Company) -> int:
    counted = count_of(actor, company)
    return counted[Filter.PENDING] + counted[Filter.BOUNCED]


def invitations_among(actor: Actor, company: Company, ids: Sequence[int]) -> Sequence[Invitation]:
    """Those of this company that the person sees; other numbers are as if they were not said.

    Held until COMMIT: who accepts one at the same moment comes before, and is seen, or after.
    """
    return db.session.scalars(
        readable_invitations(actor).where(Invitation.company_id == company.id, Invitation.id.in_(ids))
        .order_by(Invitation.id).with_for_update().execution_options(populate_existing=True)
    ).all()  # fmt: skip


def by_token(token: str) -> Invitation | None:
    return db.session.scalar(
        select(Invitation).where(Invitation.token_hash == token_hash(token))
        .options(joinedload(Invitation.company), joinedload(Invitation.inviter).joinedload(Tie.person),
                 joinedload(Invitation.inviter).joinedload(Tie.company))
    )  # fmt: skip


def groups_of(invitation_id: int) -> list[WorkingGroup]:
    return list(db.session.scalars(
        select(WorkingGroup).join(InvitationGroup, InvitationGroup.group_id == WorkingGroup.id)
        .where(InvitationGroup.invitation_id == invitation_id).order_by(WorkingGroup.name)
    ))  # fmt: skip


def receivers(invitation: Invitation) -> list[tuple[list[int], str]]:
    """Who hears that a new one is asked for: who invited, else the company's contacts, else the coordinators.

    Of one for confidential groups alone coordinators know nothing (GRP-4): there it is who leads these.
    """
    inviter = Actor.of_person(invitation.inviter.person_id)
    if inviter is not None and can_invite_person(inviter, invitation.company):
        if inviter.tie_id == invitation.created_by:
            return [([inviter.id], own_scope(inviter.tie_id))]
        return [([inviter.id], OF_ALL if keeps_all(inviter) else contacts_scope(invitation.company_id))]
    contacts = contacts_of(invitation.company_id)
    if contacts:
        return [(contacts, contacts_scope(invitation.company_id))]
    named = groups_of(invitation.id)
    if named and all(group.is_confidential for group in named):
        return [(leads_and_deputies_of(group.id), lead_scope(group.id)) for group in named]
    return [(list(coordinators()), OF_ALL)]


def can_still_invite(tie: Tie, company: Company) -> bool:
    """Whether who invited by this tie acts by it still, and may invite for this company."""
    inviter = Actor.of_person(tie.person_id)
    return inviter is not None and inviter.tie_id == tie.id and can_invite_person(inviter, company)


def is_asked_since_mailed(invitation: Invitation, kind: str) -> bool:
    """Whether there is a line, read or not, that says so of the letter that was sent last."""
    since = exists().where(Notification.kind == kind, Notification.item == invitation.id,
                           Notification.created_at > invitation.mailed_at)  # fmt: skip
    return bool(db.session.scalar(select(since)))


def clash_lines(ids: Sequence[int]) -> dict[int, InvitationClash]:
    found = select(InvitationClash).where(InvitationClash.id.in_(ids)).options(joinedload(InvitationClash.company))
    return {clash.id: clash for clash in db.session.scalars(found)}


def clashes_of(company: Company) -> Sequence[InvitationClash]:
    """The newest first, no more than a coordinator can look at."""
    found = select(InvitationClash).where(InvitationClash.company_id == company.id)
    return db.session.scalars(found.order_by(InvitationClash.id.desc()).limit(CLASHES_SHOWN)).all()


def _is(which: Filter) -> ColumnElement[bool]:
    if which is Filter.PENDING:
        return and_(is_pending(), ~_has_bounced())
    if which is Filter.BOUNCED:
        return and_(is_pending(), _has_bounced())
    if which is Filter.ACCEPTED:
        return Invitation.state == InvitationState.ACCEPTED
    return or_(is_expired(), Invitation.state == InvitationState.REVOKED)


def _has_bounced() -> ColumnElement[bool]:
    """Whether the mail server refused its last letter for good, or was away until it was given up."""
    return exists().where(Letter.to == Invitation.email, Letter.kind == LETTER, Letter.state == LetterState.FAILED,
                          Letter.created_at >= Invitation.mailed_at)  # fmt: skip


def _group_names(actor: Actor, invitation_ids: Sequence[int]) -> dict[int, list[str]]:
    names = {standing.group_id: standing.name for standing in standings(actor).values()}
    found = db.session.execute(
        select(InvitationGroup.invitation_id, InvitationGroup.group_id)
        .where(InvitationGroup.invitation_id.in_(invitation_ids), InvitationGroup.group_id.in_(names) if names
               else ~true())
    )  # fmt: skip
    by_invitation: dict[int, list[str]] = defaultdict(list)
    for invitation_id, group_id in found:
        by_invitation[invitation_id].append(names[group_id])
    return defaultdict(list, {number: sorted(each) for number, each in by_invitation.items()})

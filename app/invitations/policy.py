"""Who brings people in, and who sees whom was invited."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true

from app.accounts.models import Company, CompanyState
from app.accounts.policy import Anyone
from app.core.extensions import db
from app.core.policy import rule
from app.core.scopes import scope_source
from app.groups.models import Visibility
from app.groups.policy import Standing, own_standings, runs_group, standings
from app.invitations.models import ImportRun, Invitation, InvitationGroup

OF_ALL = "invitations"  # the scope of what coordinators and administrators hear of invitations


@rule
def can_invite_person(actor: Anyone, company: Company) -> bool:
    """Contacts invite for their own company, coordinators and administrators for all, leads of groups their guests."""
    if not company.is_live or actor.silence_in():
        return False
    return keeps_all(actor) or _keeps(actor, company.id) or _invites_guests(actor, company)


@rule
def can_import_people(actor: Anyone) -> bool:
    """Contacts, coordinators and administrators read in lists of people; nobody in a silence."""
    return not actor.silence_in() and (keeps_all(actor) or _keeps(actor, actor.company_id))


@rule
def can_see_invitation(actor: Anyone, invitation: Invitation) -> bool:
    """Contacts see whom their company invited, leads their guests, coordinators all but those of groups unseen."""
    if not actor.has_live_tie:
        return False
    if invitation.created_by == actor.tie_id or _keeps(actor, invitation.company_id):
        return True
    # One to groups alone that do not exist for a coordinator does not exist for them either (GRP-4).
    named = set(db.session.scalars(_named().where(InvitationGroup.invitation_id == invitation.id)))
    if keeps_all(actor) and (not named or named & set(standings(actor))):
        return True
    return is_guest_of(invitation.company) and bool(named & _led_by(actor))


def readable_invitations(actor: Anyone) -> Select[Invitation]:
    """The same sentence as can_see_invitation, asked of the database."""
    return select(Invitation).where(sees_invitation(actor))


def sees_invitation(actor: Anyone) -> ColumnElement[bool]:
    """The same as a condition."""
    if not actor.has_live_tie:
        return false()
    sees = [Invitation.created_by == actor.tie_id]
    if _keeps(actor, actor.company_id):
        sees.append(Invitation.company_id == actor.company_id)
    if keeps_all(actor):
        sees += [~_names(), _names(standings(actor))]
    if led := _led_by(actor):
        partners = select(Company.id).where(Company.state == CompanyState.PARTNER)
        sees.append(and_(Invitation.company_id.in_(partners), _names(led)))
    return or_(*sees)


@rule
def can_see_import(actor: Anyone, run: ImportRun) -> bool:
    """A list that was read in is seen by who read it in, and by nobody else."""
    return can_import_people(actor) and run.created_by == actor.tie_id


def keeps_all(actor: Anyone) -> bool:
    return actor.is_coordinator or actor.is_admin


def offered_groups(actor: Anyone, *, for_guest: bool) -> list[Standing]:
    """The working groups that this person can name in an invitation: open ones, and where they give places anyway.

    To a guest no group is open: there a place is given.
    """
    return [
        standing for standing in standings(actor).values()
        if not standing.is_archived and (runs_group(actor, standing)
                                         or (not for_guest and standing.visibility is Visibility.OPEN))
    ]  # fmt: skip


@scope_source
def invitation_scopes(actor: Anyone) -> Iterable[str]:
    if keeps_all(actor):
        yield OF_ALL
    if actor.has_live_tie:
        yield own_scope(actor.tie_id)
    if _keeps(actor, actor.company_id):
        yield contacts_scope(actor.company_id)


def contacts_scope(company_id: int | None) -> str:
    return f"{OF_ALL}:company:{company_id}"


def own_scope(tie_id: int | None) -> str:
    """What concerns the invitations that somebody sent on behalf of this company."""
    return f"{OF_ALL}:tie:{tie_id}"


def is_guest_of(company: Company) -> bool:
    """Whether people of this company take part as guests."""
    return company.state is CompanyState.PARTNER


def _keeps(actor: Anyone, company_id: int | None) -> bool:
    return actor.is_contact and actor.is_staff and actor.company_id == company_id


def _invites_guests(actor: Anyone, company: Company) -> bool:
    leads = any(standing.leads and not standing.is_archived for standing in own_standings(actor))
    return leads and actor.is_staff and is_guest_of(company)


def _led_by(actor: Anyone) -> set[int]:
    return {standing.group_id for standing in own_standings(actor) if standing.leads}


def _named() -> Select[int]:
    return select(InvitationGroup.group_id)


def _names(group_ids: Iterable[int] | None = None) -> ColumnElement[bool]:
    """Whether an invitation names any of these groups; without them, any at all."""
    any_of = true() if group_ids is None else InvitationGroup.group_id.in_(list(group_ids))
    return exists(_named().where(InvitationGroup.invitation_id == Invitation.id, any_of).correlate(Invitation))

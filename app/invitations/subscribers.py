"""Who hears of invitations: whoever sent them, and the coordinator where an address is in use elsewhere."""

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Company
from app.accounts.queries import coordinators
from app.core.events import after_commit, on
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.invitations import queries
from app.invitations.events import ImportStarted, InvitationClashed, NewInvitationAsked
from app.invitations.models import Invitation, InvitationClash
from app.invitations.policy import OF_ALL
from app.invitations.service.reading import ASKED, CLASH
from app.invitations.tasks import send_list
from app.jobs.service import later
from app.notifications import service as notifications
from app.notifications.models import Sort
from app.notifications.service import Shown


@on(NewInvitationAsked)
def tell_who_invited(event: NewInvitationAsked) -> None:
    """Whoever asks has no account, so that the line stands in the name of the invitation. Once for each letter."""
    invitation = db.session.get_one(Invitation, event.invitation_id)
    is_new = not queries.is_asked_since_mailed(invitation, ASKED)
    for person_ids, scope in queries.receivers(invitation):
        notifications.notify(person_ids, kind=ASKED, item=invitation.id, actor_id=0, scope=scope,
                             actor_tie_id=invitation.created_by, anew=is_new)  # fmt: skip


@on(InvitationClashed)
def ask_coordinators_to_look(event: InvitationClashed) -> None:
    clash = db.session.get_one(InvitationClash, event.clash_id)
    notifications.notify(coordinators(), kind=CLASH, item=clash.id, actor_id=event.actor_id or 0,
                         actor_tie_id=clash.created_by, scope=OF_ALL)  # fmt: skip


@after_commit(ImportStarted)
def send_it_beside_the_pages(event: ImportStarted) -> None:
    later(current_app._get_current_object(), send_list, event.import_id)  # type: ignore[attr-defined]


def show_asked(ids: Sequence[int]) -> dict[int, Shown]:
    found = select(Invitation).where(Invitation.id.in_(ids)).options(joinedload(Invitation.company))
    return {
        each.id: Shown(each.company.name, f"{_page_of(each.company)}?filter=expired", _(
            "%(name)s (%(company)s) asks for a new invitation.", name=each.name, company=each.company.name))
        for each in db.session.scalars(found)
    }  # fmt: skip


def show_clashes(ids: Sequence[int]) -> dict[int, Shown]:
    return {
        number: Shown(clash.company.name, _page_of(clash.company), _(
            "%(company)s wants to invite %(email)s. That address is in use elsewhere: please look along.",
            company=clash.company.name, email=clash.email))
        for number, clash in queries.clash_lines(ids).items()
    }  # fmt: skip


def _page_of(company: Company) -> str:
    return f"/companies/{company.slug}/invitations"


notifications.register(ASKED, show_asked, Sort.TASK)
notifications.register(CLASH, show_clashes, Sort.TASK)

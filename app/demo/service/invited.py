"""Who was invited: some wait, one ran out, one came."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Company, Person
from app.core import clock
from app.core.extensions import db
from app.core.transaction import atomic
from app.demo.service.content import actor_of, days_from
from app.groups.models import WorkingGroup
from app.invitations import service as invitations
from app.invitations.models import Invitation, InvitationState
from app.invitations.models.invitations import INVITATION_LIVES
from app.invitations.service import Plan

# Days ago, who invited, name, function, group.
WAITING = (
    (2, "anna", "Rosa Reitsma", "energiecoördinator", "energie"),
    (5, "anna", "Ids Idema", "onderhoudsmonteur", ""),
    (9, "dirk", "Tom Tillema", "secretaris", ""),
    (100, "anna", "Lutske Luinge", "procesoperator", "innovatie"),
)
CAME = (200, "anna", "bram")


def place_invitations(now: datetime, people: dict[str, int]) -> None:
    """Without letters: nobody behind these addresses wants one."""
    for days, by, name, function, group in WAITING:
        with clock.stopped_at(days_from(now, -days)):
            _note(people[by], name, function, group)
    days, by, whom = CAME
    with clock.stopped_at(days_from(now, -days)):
        _note_who_came(people[by], people[whom])
    invitations.end_what_ran_out()


@atomic
def _note(by: int, name: str, function: str, group: str) -> None:
    actor = actor_of(by)
    email = f"{name.split()[0].lower()}@nieuw.example"
    ids = db.session.scalars(select(WorkingGroup.id).where(WorkingGroup.slug == group)).all()
    company = db.session.get_one(Company, actor.company_id)
    invitations.note_invitation(actor, company, Plan(email=email, name=name, function=function, group_ids=ids))


@atomic
def _note_who_came(by: int, whom: int) -> None:
    """Of someone of the cast, who was there before the invitation: a plain row."""
    inviter, came, person = actor_of(by), actor_of(whom), db.session.get_one(Person, whom)
    db.session.add(Invitation(
        email=person.email, name=person.name, company_id=came.company_id, function=came.function, token_hash="0" * 64,
        state=InvitationState.ACCEPTED, expires_at=clock.now() + INVITATION_LIVES, person_id=whom,
        accepted_at=clock.now() + timedelta(days=1), created_by=inviter.tie_id,
    ))  # fmt: skip

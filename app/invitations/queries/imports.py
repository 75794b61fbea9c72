"""What a list of people is compared with: many addresses and names in one statement each."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import Actor, Company, Office, Person, Tie
from app.accounts.policy import live_company_condition, live_tie_condition
from app.core.clock import now
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.text import folded
from app.invitations.models import ImportRun
from app.invitations.models.imports import KEPT
from app.invitations.policy import can_see_import, keeps_all


def get_import(actor: Actor, run_id: int) -> ImportRun:
    """Read in by this person within the last 24 hours, or NotFound."""
    run = db.session.get(ImportRun, run_id)
    if run is None or not can_see_import(actor, run) or run.created_at < now() - KEPT:
        raise NotFound
    return run


def imports_under_way() -> Sequence[int]:
    """Those that are to be sent, whether or not a worker has them in hand."""
    under_way = (ImportRun.started_at.is_not(None), ImportRun.sent_at.is_(None), ImportRun.created_at > now() - KEPT)
    return db.session.scalars(select(ImportRun.id).where(*under_way).order_by(ImportRun.id)).all()


def companies_named(actor: Actor) -> dict[str, Company]:
    """Those for which this person may name people in a list, by name and by address, without case and accents.

    Of two with one name neither goes by that name.
    """
    live = select(Company).where(live_company_condition()).order_by(Company.id)
    if not keeps_all(actor):
        live = live.where(Company.id == actor.company_id)
    found = db.session.scalars(live).all()
    named = Counter(folded(company.name) for company in found)
    return {company.slug: company for company in found} | {
        name: company for company in found if named[name := folded(company.name)] == 1
    }


def inviter_of_commands() -> Actor | None:
    """Whose name stands under the letters that a command sends: an administrator, else a coordinator."""
    found = (
        select(Person.id).join(Tie, Tie.person_id == Person.id).join(Company, Company.id == Tie.company_id)
        .where(live_tie_condition(), Person.erased_at.is_(None), Person.office != Office.NONE)
        .order_by(Person.office != Office.ADMIN, Person.office != Office.COORDINATOR, Person.id).limit(1)
    )  # fmt: skip
    person_id = db.session.scalar(found)
    return Actor.of_person(person_id) if person_id else None

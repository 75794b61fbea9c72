"""What a mail address is to a company that would invite it, as far as whoever asks may know (GRP-31)."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import case, select

from app.accounts.models import Actor, Company, Person, Tie
from app.core.extensions import db
from app.directory.policy import readable_people
from app.invitations.models import Invitation, is_pending
from app.invitations.policy import keeps_all, sees_invitation

UNTOLD = 0  # instead of the number of a company: in use, and it is not said where


class Address(StrEnum):
    FREE = "free"
    MEMBER = "member"  # acts for that company already
    INVITED = "invited"  # has an invitation of that company, which waits
    ELSEWHERE = "elsewhere"  # of which is said no more than that


class InUse(NamedTuple):
    """Address → company: of those who act for one, and of those whose invitation waits."""

    tied: dict[str, int]
    invited: dict[str, int]

    def address(self, company: Company, email: str) -> Address:
        for found, address in ((self.tied, Address.MEMBER), (self.invited, Address.INVITED)):
            if email in found:
                return address if found[email] == company.id else Address.ELSEWHERE
        return Address.FREE


def in_use(actor: Actor, emails: Iterable[str]) -> InUse:
    """Of the own company whoever asks is told; a coordinator also of the people and invitations that they see.

    So neither a guest of a confidential group comes to light by trying their address, nor who invited them.
    """
    asked = list(emails)
    of_own = Tie.company_id == actor.company_id
    seen = Person.id.in_(_seen_among(actor, asked)) if keeps_all(actor) else of_own
    tied = db.session.execute(
        select(Person.email, case((seen, Tie.company_id), else_=UNTOLD)).join(Tie, Tie.person_id == Person.id)
        .where(Person.email.in_(asked), Person.erased_at.is_(None), Tie.ended_at.is_(None))
    )  # fmt: skip
    invited = db.session.execute(
        select(Invitation.email, case((sees_invitation(actor), Invitation.company_id), else_=UNTOLD))
        .where(Invitation.email.in_(asked), is_pending())
    )  # fmt: skip
    return InUse({row[0]: row[1] for row in tied}, {row[0]: row[1] for row in invited})


def address_in(actor: Actor, company: Company, email: str) -> Address:
    """What this address is to that company now."""
    return in_use(actor, [email]).address(company, email)


def _seen_among(actor: Actor, emails: list[str]) -> list[int]:
    seen = readable_people(actor).where(Person.email.in_(emails))
    return list(db.session.scalars(seen.with_only_columns(Person.id)))

"""An invitation to act for one company. Whose link it is stands nowhere: of the token only its hash is kept."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, and_, or_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Company, Tie
from app.core.clock import now
from app.core.db import Id, UTCDateTime, id_column, words
from app.core.extensions import Model

LETTER = "invitations/invitation"  # the kind of what carries an invitation
INVITATION_LIVES = timedelta(days=90)
GUEST_STAYS = timedelta(days=91)  # three months, from the day of accepting (GRP-42)
GROUPS_MOST = 20
NEW_FOR = timedelta(days=30)  # from the day of accepting; then nothing of the first visit is asked any more
AT_ONCE = 100  # so many are sent again or revoked in one go


class InvitationState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Invitation(Model):
    """The company is fixed in it. One that ran out or was revoked waits again once it is sent anew."""

    __tablename__ = "invitations"
    __table_args__ = (
        # One pending per address, also when two people invite at the same moment.
        Index("uq_invitations_pending", "email", unique=True,
              sqlite_where=text("state = 'pending'"), postgresql_where=text("state = 'pending'")),
        Index("ix_invitations_company", "company_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = id_column()
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(80))
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"))
    function: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    as_contact: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    as_delegate: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[InvitationState] = mapped_column(words(InvitationState), default=InvitationState.PENDING)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reminders: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    mailed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    accepted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("people.id"))  # who accepted
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    company: Mapped[Company] = relationship()
    inviter: Mapped[Tie] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether its link still lets somebody in."""
        return self.state is InvitationState.PENDING and self.expires_at > now() and self.company.is_live

    @property
    def shown_state(self) -> InvitationState:
        """By the clock, which may be a minute ahead of the row."""
        is_over = self.state is InvitationState.PENDING and self.expires_at <= now()
        return InvitationState.EXPIRED if is_over else self.state


def is_pending() -> ColumnElement[bool]:
    return and_(Invitation.state == InvitationState.PENDING, Invitation.expires_at > now())


def is_expired() -> ColumnElement[bool]:
    """Ran out, whether the row says so yet or not."""
    return or_(Invitation.state == InvitationState.EXPIRED,
               and_(Invitation.state == InvitationState.PENDING, Invitation.expires_at <= now()))  # fmt: skip


class InvitationGroup(Model):
    """A working group that the invitation names: ticked on the second page of the first sign-in."""

    __tablename__ = "invitation_groups"

    invitation_id: Mapped[int] = mapped_column(Id, ForeignKey("invitations.id"), primary_key=True, autoincrement=False)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("groups.id"), primary_key=True, autoincrement=False)


class InvitationClash(Model):
    """Someone wanted to invite an address that is in use elsewhere: a task for the coordinator."""

    __tablename__ = "invitation_clashes"
    __table_args__ = (UniqueConstraint("email", "company_id"),)

    id: Mapped[int] = id_column()
    email: Mapped[str] = mapped_column(String(254))
    company_id: Mapped[int] = mapped_column(Id, ForeignKey("companies.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    created_by: Mapped[int] = mapped_column(Id, ForeignKey("ties.id"))

    company: Mapped[Company] = relationship()


class FirstVisit(Model):
    """How far somebody came in the three pages after accepting. Gone when nothing is left to ask."""

    __tablename__ = "first_visits"

    person_id: Mapped[int] = mapped_column(Id, ForeignKey("people.id"), primary_key=True, autoincrement=False)
    invitation_id: Mapped[int] = mapped_column(Id, ForeignKey("invitations.id"))
    step: Mapped[int] = mapped_column(default=1, server_default=text("1"))  # the page to fill in; 4: all were seen
    skipped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # how often mail; it is asked once more

    @property
    def is_asked_once_more(self) -> bool:
        """Only how often mail: who they are and where they take part was asked."""
        return self.step > 3 and self.skipped_at is not None

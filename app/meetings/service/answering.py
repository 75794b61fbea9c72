"""Who is invited, and what they answer."""

from collections.abc import Iterable

from sqlalchemy import delete, select, update

from app.accounts.models import Actor
from app.accounts.policy import refuse_in_silence
from app.core.clock import now
from app.core.db import insert_unless_there, new_id
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic
from app.meetings import queries
from app.meetings.events import InvitationAnswered
from app.meetings.models import Answer, Meeting, MeetingInvitation, MeetingState, Via
from app.meetings.policy import can_take_part_in_meeting

STILL_COMING = (MeetingState.ANNOUNCED, MeetingState.OPEN, MeetingState.SUSPENDED)


@atomic
def answer_invitation(actor: Actor, meeting: Meeting, answer: Answer, via: Via | None = None,
                      remark: str = "") -> None:  # fmt: skip
    """Yes, no or perhaps, in the hall or online. The last answer counts; the same again tells nobody.

    A silence stops words that are new, and no answer (MOD-9). A hidden remark stays as it is: Conflict for another.
    """
    authorize(can_take_part_in_meeting, actor, meeting)
    if meeting.state not in STILL_COMING:
        raise Conflict(_("This meeting is over."))
    _invite(meeting, [(actor.id, actor.tie_id)])
    invitation = queries.get_invitation(actor, meeting)
    if invitation.hidden_at is not None:
        if remark not in ("", invitation.remark):
            raise Conflict(_("Your remark is hidden. Leave it empty to change your answer."), field="remark")
        remark = invitation.remark
    if remark not in ("", invitation.remark):
        refuse_in_silence(actor, meeting.group_id)
    via = None if answer in (Answer.NO, Answer.NONE) else via or Via.HALL
    said = (invitation.answer, invitation.via, invitation.remark)
    if remark != invitation.remark:
        invitation.version += 1
    invitation.answer, invitation.via, invitation.remark = answer, via, remark
    invitation.answered_at, invitation.tie_id = now(), actor.tie_id  # type: ignore[assignment]  # who takes part has one
    if said != (answer, via, remark):
        publish(InvitationAnswered(actor_id=actor.id, meeting_id=meeting.id, person_id=actor.id))


def invite_everyone(meeting: Meeting) -> list[int]:
    """All who take part in the group now; the answer is who they are."""
    members = queries.audience_of(meeting)
    _invite(meeting, members)
    return [person_id for person_id, _tie_id in members]


def invite_newcomer(group_id: int, person_id: int, tie_id: int) -> list[Meeting]:
    """To all that is still to come in the group; whoever came back for another company comes for that one."""
    coming = db.session.scalars(
        select(Meeting).where(Meeting.group_id == group_id, Meeting.state.in_(STILL_COMING), Meeting.ends_at > now())
    ).all()
    for meeting in coming:
        _invite(meeting, [(person_id, tie_id)])
    ids = [meeting.id for meeting in coming]
    own = (MeetingInvitation.person_id == person_id, MeetingInvitation.meeting_id.in_(ids))
    db.session.execute(update(MeetingInvitation).where(*own).values(tie_id=tie_id))
    return list(coming)


def withdraw_invitations(group_id: int, person_id: int) -> None:
    """Who left the group is not counted for what is still to come; what is over stays as it was."""
    coming = select(Meeting.id).where(Meeting.group_id == group_id, Meeting.state == MeetingState.ANNOUNCED)
    db.session.execute(delete(MeetingInvitation).where(
        MeetingInvitation.person_id == person_id, MeetingInvitation.meeting_id.in_(coming)))  # fmt: skip


def _invite(meeting: Meeting, people: Iterable[tuple[int, int | None]]) -> None:
    rows = [
        {"id": new_id(), "meeting_id": meeting.id, "person_id": person_id, "tie_id": tie_id,
         "answer": Answer.NONE, "invited_at": now()}
        for person_id, tie_id in people
    ]  # fmt: skip
    if rows:
        insert_unless_there(MeetingInvitation, rows, key=("meeting_id", "person_id"))

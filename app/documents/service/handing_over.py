"""Who leaves hands over the documents that they keep (GRP-39). For what nobody receives the lead is asked (DOC-1)."""

from collections.abc import Mapping

from sqlalchemy import Select, func

from app.accounts.models import Actor, Tie
from app.core.events import publish
from app.core.extensions import db
from app.documents import queries
from app.documents.events import KeeperChosen
from app.documents.models import Document, DocumentState
from app.documents.policy import readable_documents
from app.groups.models import GroupMembership

UNFINISHED = (DocumentState.DRAFT, DocumentState.IN_REVIEW)


def count_documents(actor: Actor, tie: Tie) -> int:
    return db.session.scalar(_kept_by(tie, actor).with_only_columns(func.count())) or 0


def who_takes_part(actor: Actor, tie: Tie) -> Mapping[int, int]:
    """In the groups of these documents."""
    found = db.session.execute(
        _kept_by(tie, actor).join(GroupMembership, GroupMembership.group_id == Document.group_id)
        .with_only_columns(GroupMembership.tie_id, func.count())
        .where(GroupMembership.left_at.is_(None)).group_by(GroupMembership.tie_id)
    )  # fmt: skip
    return {tie_id: count for tie_id, count in found}


def move_documents(actor_id: int | None, tie: Tie, colleague: Tie | None, contact: Tie | None) -> None:
    """To the colleague where they take part in the group; what is under review else to the contact, where they do."""
    keepers: dict[int, set[int]] = {}
    for document in queries.kept_by(tie.id):
        if document.state not in UNFINISHED:
            continue
        if document.group_id not in keepers:
            keepers[document.group_id] = {keeper.tie_id for keeper in queries.keepers_in(document.group)}
        in_turn = (colleague, contact if document.state is DocumentState.IN_REVIEW else None)
        receivers = [each.id for each in in_turn if each is not None and each.id in keepers[document.group_id]]
        if receivers:
            document.keeper_id = receivers[0]
            publish(KeeperChosen(actor_id=actor_id, document_id=document.id, tie_id=document.keeper_id))


def _kept_by(tie: Tie, reader: Actor) -> Select[Document]:
    return readable_documents(reader).where(Document.keeper_id == tie.id, Document.state.in_(UNFINISHED))

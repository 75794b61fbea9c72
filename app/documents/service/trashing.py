"""Throwing away: at once out of sight, gone for good after thirty days, and until then to be had back."""

from datetime import timedelta

from sqlalchemy import Select, delete, select

from app.accounts.models import Actor
from app.core.clock import now
from app.core.events import publish
from app.core.extensions import db
from app.core.policy import authorize
from app.core.transaction import atomic
from app.documents.events import DocumentPurged, DocumentRestored, DocumentTrashed
from app.documents.models import DAYS_IN_TRASH, Document, DocumentVersion, VersionAuthor
from app.documents.policy import can_trash_document


@atomic
def trash_document(actor: Actor, document: Document) -> None:
    """Out of lists, search and sight. Throwing away twice changes nothing."""
    authorize(can_trash_document, actor, document)
    if not document.is_trashed:
        document.trashed_at = now()
        publish(DocumentTrashed(actor_id=actor.id, document_id=document.id))


@atomic
def restore_document(actor: Actor, document: Document) -> None:
    """Back where it was, in the state it had."""
    authorize(can_trash_document, actor, document)
    if document.is_trashed:
        document.trashed_at = None
        publish(DocumentRestored(actor_id=actor.id, document_id=document.id))


def purge_old_trash() -> int:
    """Delete what lay in the trash for thirty days; return how many documents that were."""
    return _purge() if db.session.scalar(_old_trash().limit(1)) else 0  # for nothing nobody waits for the write lock


@atomic
def _purge() -> int:
    old = db.session.scalars(_old_trash()).all()
    for document_id in old:
        versions = select(DocumentVersion.id).where(DocumentVersion.document_id == document_id)
        db.session.execute(delete(VersionAuthor).where(VersionAuthor.version_id.in_(versions)))
        db.session.execute(delete(DocumentVersion).where(DocumentVersion.document_id == document_id))
        db.session.execute(delete(Document).where(Document.id == document_id))
        publish(DocumentPurged(actor_id=None, document_id=document_id))
    return len(old)


def _old_trash() -> Select[int]:
    return select(Document.id).where(Document.trashed_at < now() - timedelta(days=DAYS_IN_TRASH))

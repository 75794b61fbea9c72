"""What was read in its own place rings no more."""

from app.accounts.models import Actor
from app.documents.models import Document
from app.notifications import service as notifications
from app.notifications.queries import is_unread

NEW_VERSION = "document_version"  # a kind of line under the bell: one for each document


def mark_read(actor: Actor, document: Document) -> None:
    """Who has the newest version before them need not hear of it any more."""
    if is_unread(actor.id, NEW_VERSION, document.id):
        notifications.mark_items_read(actor.id, NEW_VERSION, [document.id])

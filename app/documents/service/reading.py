"""What was read in its own place rings no more."""

from app.accounts.models import Actor
from app.documents.models import Document
from app.notifications import service as notifications
from app.notifications.queries import is_unread

# Kinds of lines under the bell: one for each document.
NEW_VERSION = "document_version"
KEEPER = "document_keeper"  # there is none any more


def mark_read(actor: Actor, document: Document) -> None:
    """Who has the newest version before them need not hear of it any more."""
    if is_unread(actor.id, NEW_VERSION, document.id):
        notifications.mark_items_read(actor.id, NEW_VERSION, [document.id])


def mark_settings_read(actor: Actor, document: Document) -> None:
    """Who may choose another keeper saw where."""
    if is_unread(actor.id, KEEPER, document.id):
        notifications.mark_items_read(actor.id, KEEPER, [document.id])

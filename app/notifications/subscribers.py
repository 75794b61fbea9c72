"""A new line under the bell shows at once on the pages that person has open."""

from flask import current_app

from app.accounts.models import Actor
from app.core.events import after_commit
from app.core.scopes import scopes_of
from app.notifications.events import NotificationsMade
from app.notifications.queries import unread_count
from app.realtime.service import broadcast, connections


@after_commit(NotificationsMade)
def ring_the_bell(event: NotificationsMade) -> None:
    """Counted for those who have a page open; in several processes any of them may have one.

    Who may not read it any more hears nothing: that something was written there is news of it too.
    """
    here = {connection.person_id for connection in connections.all()}
    for person_id in event.person_ids:
        if person_id not in here and not current_app.config["REDIS_URL"]:
            continue
        actor = Actor.of_person(person_id)
        scopes = scopes_of(actor) if actor is not None and actor.has_live_tie else []
        if event.scope in scopes:
            count = unread_count(person_id, scopes)
            broadcast(f"person:{person_id}", "notification", {"id": event.item, "unread": count})

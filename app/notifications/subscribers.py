"""A new line under the bell shows at once on the pages that person has open."""

from collections.abc import Collection
from typing import Any

from flask import current_app

from app.accounts.models import Actor
from app.core.events import after_commit, on
from app.core.scopes import scopes_of
from app.notifications.events import NotificationsMade
from app.notifications.queries import line_and_unread
from app.realtime.service import connections, hears, tell_here, tell_other_processes

RING = "ring"


@on(NotificationsMade)
def tell_whoever_serves_them(event: NotificationsMade) -> None:
    """Who has a page open at another process is known there, and counted for there."""
    if current_app.config["REDIS_URL"]:
        tell_other_processes(RING, {"kind": event.kind, "item": event.item, "scope": event.scope,
                                    "person_ids": list(event.person_ids)})  # fmt: skip


@after_commit(NotificationsMade)
def ring_the_bell(event: NotificationsMade) -> None:
    ring_here(event.kind, event.item, event.scope, event.person_ids)


@hears(RING)
def ring_for_another_process(payload: dict[str, Any]) -> None:
    ring_here(payload["kind"], payload["item"], payload["scope"], payload["person_ids"])


def ring_here(kind: str, item: int, scope: str, person_ids: Collection[int]) -> None:
    """Counted for those who have a page open here.

    Who may not read it any more hears nothing: that something was written there is news of it too.
    """
    for person_id in {connection.person_id for connection in connections.all()}.intersection(person_ids):
        actor = Actor.of_person(person_id)
        scopes = scopes_of(actor) if actor is not None and actor.has_live_tie else []
        if scope in scopes:
            line, unread = line_and_unread(person_id, kind, item, scopes)
            tell_here(f"person:{person_id}", "notification", {"id": line, "unread": unread})

"""A new line under the bell shows at once on the pages that person has open."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.accounts.events import SecondFactorChanged
from app.accounts.models import SecondFactor
from app.accounts.policy import person_scope
from app.accounts.queries import open_tie_of
from app.core.events import after_commit, on
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.scopes import scopes_of
from app.jobs.service import later
from app.notifications.events import (
    DeliveriesPlanned,
    LevelChanged,
    NotificationsMade,
    NotificationsRead,
    PreferenceChanged,
    TellingPlanned,
    Unsubscribed,
)
from app.notifications.models import Sort, Stop
from app.notifications.queries import line_and_unread, unread_count
from app.notifications.service import STOPPED, Shown, look_again_at_all_of, notify, register, stop_path
from app.notifications.tasks import hand_over_mail, tell_followers
from app.realtime.service import connections, hears, person_with_a_line, tell_here, tell_other_processes

RING, READ = "ring", "read"
STEP = "second_step"
STEP_CHANGES = ("added", "removed", "reset")


@on(SecondFactorChanged)
def ring_about_the_second_step(event: SecondFactorChanged) -> None:
    """Also who did it themselves: where it was somebody else in their name, this is how they see it."""
    tie = open_tie_of(event.person_id) if event.change in STEP_CHANGES else None
    if tie is not None:
        notify([event.person_id], kind=STEP, item=event.factor_id, actor_id=0, actor_tie_id=tie.id,
               scope=person_scope(event.person_id), mailed=(), anew=True)  # fmt: skip  # a letter of its own goes out


def show_second_steps(factor_ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(
        select(SecondFactor.id, SecondFactor.removed_at).where(SecondFactor.id.in_(factor_ids)))
    return {
        id_: Shown(_("Second step"), "/account/security/step",
                   _("The second step of your account was removed") if removed_at
                   else _("A second step was set up for your account"))
        for id_, removed_at in found
    }  # fmt: skip


register(STEP, show_second_steps, Sort.ACCOUNT)


@on(Unsubscribed, LevelChanged, PreferenceChanged)
def heed_it_for_what_did_not_go_yet(event: Unsubscribed | LevelChanged | PreferenceChanged) -> None:
    look_again_at_all_of(event.person_id)


@after_commit(TellingPlanned)
def tell_soon(event: TellingPlanned) -> None:
    later(current_app._get_current_object(), tell_followers, event.telling_id)  # type: ignore[attr-defined]


@after_commit(DeliveriesPlanned)
def hand_over_soon(event: DeliveriesPlanned) -> None:
    """What waits for no correction. The rest the sweep of each minute finds."""
    if event.is_due:
        later(current_app._get_current_object(), hand_over_mail)  # type: ignore[attr-defined]


def show_stops(ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(select(Stop.id, Stop.person_id, Stop.what, Stop.place).where(Stop.id.in_(ids)))
    return {
        id_: Shown(_("Stopped mail"), stop_path(person_id, what, place),
                   _("You stopped mail by a link in a letter; you can take that back"))
        for id_, person_id, what, place in found
    }  # fmt: skip


register(STOPPED, show_stops, Sort.ACCOUNT)


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


@on(NotificationsRead)
def tell_where_else_they_are(event: NotificationsRead) -> None:
    if current_app.config["REDIS_URL"]:
        tell_other_processes(READ, {"person_id": event.person_id})


@after_commit(NotificationsRead)
def count_again(event: NotificationsRead) -> None:
    count_here(event.person_id)


@hears(READ)
def count_for_another_process(payload: dict[str, Any]) -> None:
    count_here(payload["person_id"])


def count_here(person_id: int) -> None:
    """NTF-12: the number goes down on every page this person has open, too."""
    for session_id, token_hash in sessions_of({person_id}).items():
        if actor := person_with_a_line(token_hash):
            tell_here(f"session:{session_id}", "notification",
                      {"id": None, "unread": unread_count(actor.id, scopes_of(actor))})  # fmt: skip


def sessions_of(person_ids: Collection[int]) -> dict[int, str]:
    """Those with a page open in this process, and the hash of each session's token."""
    return {each.session_id: each.token_hash for each in connections.all() if each.person_id in person_ids}


def ring_here(kind: str, item: int, scope: str, person_ids: Collection[int]) -> None:
    """Counted for those who have a page open here, as their session may see it: one waits for the second step.

    Who may not read it any more hears nothing: that something was written there is news of it too.
    """
    for session_id, token_hash in sessions_of(set(person_ids)).items():
        actor = person_with_a_line(token_hash)
        scopes = scopes_of(actor) if actor is not None else []
        if actor is not None and scope in scopes:
            line, unread = line_and_unread(actor.id, kind, item, scopes)
            if line is not None:  # whoever switched the bell off for such hears nothing of it
                tell_here(f"session:{session_id}", "notification", {"id": line, "unread": unread})

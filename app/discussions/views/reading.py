"""Forms that say what was read."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, often, say
from app.core.i18n import gettext as _
from app.core.routing import number_in
from app.discussions import queries, service
from app.discussions.service import GroupSeen
from app.discussions.views.blueprint import blueprint
from app.groups.queries import get_group


@blueprint.post("/threads/<int:thread_id>/seen")
@often
def mark_seen(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_thread(actor, thread_id)
    if request.form.get("all"):
        service.mark_thread_seen(actor, shown, number_in(request.form.get("position")) or shown.last_position)
        return seen_page(url_for(".thread", thread_id=thread_id))
    position = number_in(request.form.get("position"))
    if position is None:
        abort(400)
    service.mark_seen(actor, shown, position)
    return "", 204


@blueprint.post("/groups/<slug>/seen")
def mark_group_seen(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    service.mark_groups_seen(actor, [GroupSeen(group.id, number_in(request.form.get("until")) or 0)])
    return seen_page(url_for(".threads", slug=slug))


@blueprint.post("/seen")
def mark_all_seen() -> ResponseReturnValue:
    service.mark_groups_seen(current_actor(), seen_until(request.form.get("until", "")))
    return seen_page(url_for("home.index"))


@blueprint.post("/seen/undo")
def undo_seen() -> ResponseReturnValue:
    taken_back = service.undo_seen(current_actor())
    say(_("Taken back: what was unread is unread again.") if taken_back else _("There is nothing left to take back."))
    return redirect(url_for("home.index"), 303)


def seen_until(typed: str) -> list[GroupSeen]:
    """`7:31,9:120`: what the page showed of each group."""
    seen = []
    for pair in typed.split(",")[:200]:
        group_id, _sep, until = pair.partition(":")
        if (known := number_in(group_id)) is not None and (number := number_in(until)) is not None:
            seen.append(GroupSeen(known, number))
    return seen


def seen_page(back_to: str) -> ResponseReturnValue:
    say(_("Everything counts as seen."), undo_url=url_for("discussions.undo_seen"))
    return redirect(back_to, 303)

"""Forms that say what was read."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, often, safe_next, say
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.routing import number_in
from app.discussions import queries, service
from app.discussions.forms import SeenForm
from app.discussions.service import GroupSeen
from app.discussions.views.blueprint import blueprint
from app.groups.queries import get_group


@blueprint.post("/threads/<int:thread_id>/seen")
@often
def mark_seen(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_thread(actor, thread_id)
    if request.form.get("all"):
        up_to = number_in(request.form.get("position")) or shown.last_position
        can_be_undone = service.mark_thread_seen(actor, shown, up_to)
        return seen_page(url_for(".thread", thread_id=thread_id), can_be_undone=can_be_undone)
    position = number_in(request.form.get("position"))
    if position is None:
        abort(400)
    service.mark_seen(actor, shown, position)
    return "", 204


@blueprint.post("/groups/<slug>/seen")
@keeps_typed(SeenForm)
def mark_group_seen(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    seen = [GroupSeen(group.id, number_in(SeenForm().until.data) or 0)]
    can_be_undone = service.mark_groups_seen(actor, seen)
    return seen_page(url_for(".threads", slug=slug), can_be_undone=can_be_undone)


@blueprint.post("/seen")
@keeps_typed(SeenForm)
def mark_all_seen() -> ResponseReturnValue:
    can_be_undone = service.mark_groups_seen(current_actor(), seen_until(SeenForm().until.data or ""))
    return seen_page(url_for("home.index"), can_be_undone=can_be_undone)


@blueprint.post("/seen/undo")
def undo_seen() -> ResponseReturnValue:
    """Back to the page whose button it was."""
    taken_back = service.undo_seen(current_actor())
    say(_("Taken back: what was unread is unread again.") if taken_back else _("There is nothing left to take back."))
    return redirect(safe_next(request.args.get("next")), 303)


def seen_until(typed: str) -> list[GroupSeen]:
    """`7:31,9:120`: what the page showed of each group."""
    seen = []
    for pair in typed.split(",")[:200]:
        group_id, _sep, until = pair.partition(":")
        if (known := number_in(group_id)) is not None and (number := number_in(until)) is not None:
            seen.append(GroupSeen(known, number))
    return seen


def seen_page(back_to: str, *, can_be_undone: bool) -> ResponseReturnValue:
    """Without an undo where nothing changed: it would take back the press before this one."""
    undo_url = url_for("discussions.undo_seen", next=back_to) if can_be_undone else None
    say(_("Everything counts as seen."), undo_url=undo_url)
    return redirect(back_to, 303)

"""The words under a post: giving one or taking it back, and who gave which."""

from collections.abc import Sequence

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.policy import silence_words
from app.accounts.session import current_actor, say
from app.core.errors import Conflict, Forbidden, Invalid, wants_json
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.discussions import queries, service
from app.discussions.forms import REACTION_LABELS, ReactionForm
from app.discussions.models import Post, ReactionKind
from app.discussions.queries import Reactor
from app.discussions.views.blueprint import blueprint
from app.discussions.views.threads import place_of
from app.groups.policy import can_join_group

WISHES = {"give": True, "take": False}  # what the button of the page says; without it a press changes what there is


@blueprint.post("/posts/<int:post_id>/react")
@keeps_typed(ReactionForm)
def react_to_post(post_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ReactionForm()
    shown = queries.get_post(actor, post_id)
    back_url = place_of(shown)
    if silence := actor.silence_in(shown.thread.group_id):
        raise Forbidden(silence_words(silence), back_url=back_url)
    if not form.validate():
        raise Invalid(_("Choose one of the reactions."), back_url=back_url)
    joins = can_join_group(actor, shown.thread.group)
    try:
        is_given = service.react_to_post(actor, shown, ReactionKind(form.kind.data),
                                         gives=WISHES.get(request.args.get("to", "")))  # fmt: skip
    except Conflict as conflict:
        raise Conflict(str(conflict), back_url=back_url) from None
    if joins and is_given:
        say(_("You now take part in this working group."))
    if wants_json():
        return jsonify(is_given=is_given, url=back_url, has_joined=joins and is_given)
    return redirect(back_url, 303)


@blueprint.get("/posts/<int:post_id>/reactions")
def reactions(post_id: int) -> ResponseReturnValue:
    shown = queries.get_readable_post(current_actor(), post_id)
    return render_template("discussions/reactions.html", post=shown, thread=shown.thread, place_url=place_of(shown),
                           given=by_kind(shown))  # fmt: skip


def by_kind(shown: Post) -> list[tuple[str, Sequence[Reactor]]]:
    """The words that were given, in their one order, each with who gave it."""
    found = queries.reactors_to(shown)
    lines = [(str(label), [each for each in found if each.kind == kind]) for kind, label in REACTION_LABELS.items()]
    return [(label, people) for label, people in lines if people]

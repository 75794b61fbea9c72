"""The page of drafts, and saving one."""

from functools import partial

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, often, say
from app.core.errors import wants_json
from app.core.forms import keeps_typed
from app.core.i18n import clock_time
from app.core.i18n import gettext as _
from app.core.routing import number_in
from app.discussions import queries, service
from app.discussions.forms import DraftForm
from app.discussions.models import Draft
from app.discussions.service import DraftConflict
from app.discussions.views.blueprint import blueprint
from app.discussions.views.show import draft_lines
from app.discussions.views.threads import action_at, give_back, go_on_page, refused
from app.groups.models import WorkingGroup


@blueprint.get("/account/drafts")
def drafts() -> ResponseReturnValue:
    actor = current_actor()
    return render_template("discussions/drafts.html", drafts=draft_lines(actor, queries.drafts_of(actor)))


@blueprint.post("/account/drafts")
@keeps_typed(DraftForm)
@often
def save_draft() -> ResponseReturnValue:
    actor, form = current_actor(), DraftForm()
    place = form.place.data or ""
    action, group = action_at(place)
    if not form.validate():
        return refused(form) or give_back(form)
    keep = partial(service.save_draft, actor, place, title=form.title.data or "", kind=form.kind.data or "",
                   body=form.body.data, device=request.user_agent.string,
                   base_version=number_in(form.version.data))  # fmt: skip
    kept = keep(revision=number_in(form.revision.data))
    if isinstance(kept, DraftConflict) and not wants_json():
        if kept.theirs.body.strip() not in form.body.data:
            return both_drafts(form, kept.theirs, action, group), 409
        kept = keep(revision=kept.theirs.revision)  # such as an earlier page of one's own: all of it is in this text
    if isinstance(kept, DraftConflict):
        theirs = kept.theirs
        return jsonify(error=_("This draft was changed on another device"), body=theirs.body, title=theirs.title,
                       revision=theirs.revision), 409  # fmt: skip
    if wants_json():
        return jsonify(saved_at=clock_time(kept.changed_at) if kept else "", revision=kept.revision if kept else 0)
    say(_("Your draft is saved."))
    return redirect(url_for(".drafts"), 303)


def both_drafts(form: DraftForm, theirs: Draft, action: str, group: WorkingGroup) -> str:
    """Both texts; the one in the box is kept by the next press, which knows of the other (DISC-18)."""
    form.revision.data = str(theirs.revision)
    return go_on_page(form, action, group, theirs="\n\n".join(part for part in (theirs.title, theirs.body) if part))


@blueprint.post("/account/drafts/<int:draft_id>/discard")
def discard_draft(draft_id: int) -> ResponseReturnValue:
    service.discard_draft(current_actor(), draft_id)
    say(_("The draft is thrown away."))
    return redirect(url_for(".drafts"), 303)

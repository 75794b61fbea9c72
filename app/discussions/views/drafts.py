"""The page of drafts, and saving one."""

from collections.abc import Sequence
from functools import partial

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, often, say
from app.core.errors import Refusal, wants_json
from app.core.forms import keeps_typed, takes
from app.core.i18n import clock_time
from app.core.i18n import gettext as _
from app.core.routing import number_in
from app.discussions import queries, service
from app.discussions.forms import DraftForm
from app.discussions.models import FILES_MOST, Draft
from app.discussions.service import DraftConflict
from app.discussions.views.attaching import files_in_form, files_sent, keep_sent
from app.discussions.views.blueprint import blueprint
from app.discussions.views.show import draft_lines
from app.discussions.views.threads import action_at, give_back, go_on_page, own_post_at, refused
from app.files.service import Result
from app.groups.models import WorkingGroup


@blueprint.get("/account/drafts")
def drafts() -> ResponseReturnValue:
    return drafts_page()


@blueprint.post("/account/drafts")
@keeps_typed(DraftForm)
@takes(files=FILES_MOST)
@often
def save_draft() -> ResponseReturnValue:
    actor, form = current_actor(), DraftForm()
    place = form.place.data or ""
    action, group = action_at(place)
    sent = files_sent(form, place, own_post_at(place))
    results = keep_sent(place, sent, own_post_at(place), drops=not wants_json())
    if not form.validate():
        return refused(form, results) or give_back(form, results)
    keep = partial(service.save_draft, actor, place, title=form.title.data or "", kind=form.kind.data or "",
                   body=form.body.data, device=request.user_agent.string,
                   base_version=number_in(form.version.data))  # fmt: skip
    kept = keep(revision=number_in(form.revision.data))
    if isinstance(kept, DraftConflict) and not wants_json():
        is_title_kept = kept.theirs.title in ("", form.title.data or "")
        if kept.theirs.body.strip() not in form.body.data or not is_title_kept:
            return both_drafts(form, kept.theirs, action, group, results), 409
        kept = keep(revision=kept.theirs.revision)  # such as an earlier page of one's own: all of it is in this text
    if isinstance(kept, DraftConflict):
        theirs = kept.theirs
        return jsonify(error=_("This draft was changed on another device"), body=theirs.body, title=theirs.title,
                       revision=theirs.revision), 409  # fmt: skip
    if wants_json():
        return jsonify(saved_at=clock_time(kept.changed_at) if kept else "", revision=kept.revision if kept else 0)
    if results:  # acknowledged, so no refusal: the text is kept, and the other files
        return drafts_page(results)
    say(_("Your draft is saved."))
    return redirect(url_for(".drafts"), 303)


@blueprint.post("/account/drafts/files")
@keeps_typed(DraftForm)
@takes(files=1)
def add_draft_file() -> ResponseReturnValue:
    """One file for the text that is written here: a script sends them one by one, and shows how far each is."""
    form = DraftForm()
    place = form.place.data or ""
    action_at(place)
    post = own_post_at(place)
    sent = files_sent(form, place, post)
    if sent.refused or not sent.files.uploads:
        return jsonify(error=sent.refused[-1].refusal if sent.refused else _("Choose a file first.")), sent.status
    try:
        kept = {each.id for each in service.keep_files(current_actor(), place, sent.files, post=post)}
    except Refusal as refusal:
        return jsonify(error=str(refusal)), refusal.status
    lines = [line for line in files_in_form(place, own_post_at(place)) if line["id"] in kept]
    return jsonify(html=render_template("discussions/_attached.html", attached=lines)), 201


def both_drafts(
    form: DraftForm, theirs: Draft, action: str, group: WorkingGroup, results: Sequence[Result]
) -> str:
    """Both texts; the one in the box is kept by the next press, which knows of the other (DISC-18)."""
    form.revision.data = str(theirs.revision)
    both = "\n\n".join(part for part in (theirs.title, theirs.body) if part)
    return go_on_page(form, action, group, theirs=both, file_results=results)


@blueprint.post("/account/drafts/<int:draft_id>/discard")
def discard_draft(draft_id: int) -> ResponseReturnValue:
    service.discard_draft(current_actor(), draft_id)
    say(_("The draft is thrown away."))
    return redirect(url_for(".drafts"), 303)


def drafts_page(results: list[Result] | None = None) -> str:
    actor = current_actor()
    lines = draft_lines(actor, queries.drafts_of(actor), with_files=True)
    return render_template("discussions/drafts.html", drafts=lines, file_results=results or [])

"""Pages on which an author changes a post and a lead renames a thread, and the history that readers see."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.policy import silence_words
from app.accounts.session import current_actor, say
from app.core.differences import differences
from app.core.errors import Conflict, Forbidden, NotFound, wants_json
from app.core.forms import keeps_typed, takes
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.routing import number_in
from app.discussions import queries, service
from app.discussions.forms import KIND_LABELS, EditPostForm, RenameForm
from app.discussions.models import FILES_MOST, Draft, Post, Thread, ThreadKind, edit_place
from app.discussions.policy import ALWAYS, can_edit_post, can_rename_thread, can_write_in_group, edits_since
from app.discussions.queries import VersionLine
from app.discussions.service import FilesConflict, NewThread, TooLate, VersionConflict
from app.discussions.service.editing import SILENT_FOR
from app.discussions.views.attaching import Sent, files_in_form, files_sent, keep_sent
from app.discussions.views.blueprint import blueprint
from app.discussions.views.threads import (
    left_meanwhile,
    place_of,
    refuse_unless,
    refused,
    refused_meanwhile,
    warn,
    words_of_keeping,
    written,
)
from app.files.service import Result


@blueprint.get("/posts/<int:post_id>/edit")
def edit_post(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_post(actor, post_id)
    if shown.author_id != actor.id:
        raise Forbidden
    draft = queries.draft_at(actor, shown.place)
    if not can_edit_post(actor, shown):
        raise no_more_edits(shown, draft)
    # Of a draft that does not say which text it began with, none is known: saved, it shows both.
    kept = draft if draft and draft.has_text else None
    body, version = (kept.body, kept.base_version) if kept else (shown.body_md, shown.version)
    form = EditPostForm(formdata=None, body=body, client_id=str(uuid.uuid4()), version=version)
    return edit_page(shown, form, draft)


@blueprint.post("/posts/<int:post_id>/edit")
@keeps_typed(EditPostForm)
@takes(files=FILES_MOST)
def save_post(post_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), EditPostForm()
    shown = post_of(post_id, form)
    if shown.author_id != actor.id:
        raise Forbidden
    back_url, place = place_of(shown), edit_place(post_id)
    sent = files_sent(form, place, shown, may_write=can_write_in_group(actor, shown.thread.group))
    if not form.validate() or sent.refused:
        return edit_refused(post_id, form, sent)
    try:
        text, warning = written(form, shown.thread.group, sent)
        service.edit_post(actor, shown, text, version=number_in(form.version.data) or 0)
    except VersionConflict:
        return both_texts(queries.get_post(actor, post_id), form, sent)
    except FilesConflict as conflict:
        return edit_refused(post_id, form, sent, conflict)
    except TooLate as too_late:
        sentence = f"{too_late} {words_of_keeping(form, place, sent)}".strip()
        raise Conflict(sentence, typed=form.body.data, back_url=back_url) from None
    except Forbidden:
        group = queries.get_post(actor, post_id).thread.group
        raise refused_meanwhile(group, form, place, back_url, sent) from None
    warn(warning)
    if wants_json():
        return jsonify(url=back_url, id=post_id, is_as_sent=True)
    return redirect(back_url, 303)


@blueprint.post("/posts/<int:post_id>/delete")
def delete_post(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_post(actor, post_id)
    service.delete_post(actor, shown)
    say(_("Your post is deleted. Within 30 days you can bring it back."),
        undo_url=url_for(".restore_post", post_id=post_id))  # fmt: skip
    return redirect(place_of(shown), 303)


@blueprint.post("/posts/<int:post_id>/restore")
def restore_post(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_post(actor, post_id)
    service.restore_post(actor, shown)
    say(_("Your post is back in its place."))
    return redirect(place_of(shown), 303)


@blueprint.post("/posts/<int:post_id>/unfold")
def unfold_post(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_post(actor, post_id)
    service.unfold_post(actor, shown)
    say(_("Whoever reads this thread now reads the rest of your mail too."),
        undo_url=url_for(".fold_post", post_id=post_id))  # fmt: skip
    return redirect(place_of(shown), 303)


@blueprint.post("/posts/<int:post_id>/fold")
def fold_post(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_post(actor, post_id)
    service.fold_post(actor, shown)
    say(_("Only you see the rest of your mail."))
    return redirect(place_of(shown), 303)


@blueprint.get("/posts/<int:post_id>/history")
def post_history(post_id: int) -> ResponseReturnValue:
    """What its readers saw of it; with ?from=&to= what differs between those two, else what was changed last."""
    shown = queries.get_readable_post(current_actor(), post_id)
    lines = queries.versions_of(shown)
    asked = sorted(number_in(request.args.get(name)) or 0 for name in ("from", "to"))
    old, new = asked if all(asked) else (len(lines) - 1, len(lines))
    compared = None
    if len(lines) > 1:
        before, after = version_in(lines, old), version_in(lines, new)
        compared = {"from": old, "to": new, "pieces": differences(before.body_md, after.body_md),
                    "files_added": [name for name in after.files if name not in before.files],
                    "files_gone": [name for name in before.files if name not in after.files]}  # fmt: skip
    return render_template("discussions/post_history.html", post=shown, thread=shown.thread, lines=lines,
                           compared=compared, place_url=place_of(shown))  # fmt: skip


@blueprint.get("/threads/<int:thread_id>/edit")
def edit_thread(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_thread(actor, thread_id)
    authorize(can_rename_thread, actor, shown)
    form = RenameForm(formdata=None, kind=shown.kind.value, title=shown.title, version=shown.version)
    return rename_page(shown, form)


@blueprint.post("/threads/<int:thread_id>/edit")
@keeps_typed(RenameForm)
def rename_thread(thread_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), RenameForm()
    shown = queries.get_thread(actor, thread_id)
    refuse_unless(can_rename_thread, shown, form.title.data)
    if not form.validate():
        return rename_page(shown, form), 422
    new = NewThread(title=form.title.data, kind=ThreadKind(form.kind.data))
    try:
        service.rename_thread(actor, shown, new, version=number_in(form.version.data) or 0)
    except VersionConflict:
        shown = queries.get_thread(actor, thread_id)
        form.version.data = str(shown.version)
        return rename_page(shown, form, is_conflict=True), 409
    say(_("Saved."))
    return redirect(queries.get_thread(actor, thread_id).link, 303)


@blueprint.get("/threads/<int:thread_id>/history")
def thread_history(thread_id: int) -> ResponseReturnValue:
    shown = queries.get_thread(current_actor(), thread_id)
    return render_template("discussions/thread_history.html", thread=shown, lines=queries.titles_of(shown),
                           kinds=KIND_LABELS)  # fmt: skip


def edit_refused(post_id: int, form: EditPostForm, sent: Sent, conflict: Conflict | None = None) -> ResponseReturnValue:
    """The box with the text and the files that came through, and what became of the others."""
    shown = queries.get_post(current_actor(), post_id)
    results = keep_sent(shown.place, sent, shown)
    if conflict:
        results = [*results, Result(_("Attachments"), str(conflict))]
    status = conflict.status if conflict else sent.status
    return refused(form, results) or (edit_page(shown, form, None, results), status)


def edit_page(shown: Post, form: EditPostForm, draft: Draft | None, results: Sequence[Result] = ()) -> str:
    silent_until = shown.created_at + SILENT_FOR if service.is_changed_silently(shown) else None
    return render_template(
        "discussions/edit.html", post=shown, thread=shown.thread, group=shown.thread.group, form=form,
        silent_until=silent_until, until=end_of_window(shown), place_url=place_of(shown),
        attached=files_in_form(shown.place, shown, form), file_results=results,
        draft_saved_at=draft.changed_at if draft else None, draft_revision=draft.revision if draft else 0,
    )  # fmt: skip


def both_texts(shown: Post, form: EditPostForm, sent: Sent) -> ResponseReturnValue:
    """Both texts, what differs, and the own text in a form that saves it after the other (DISC-35)."""
    if wants_json():  # the script then sends the form itself, which gets this page
        return jsonify(error=_("This post was changed in the meantime. Nothing is overwritten."), is_conflict=True), 409
    results = keep_sent(shown.place, sent, shown)
    draft = queries.draft_at(current_actor(), shown.place)
    form.version.data = str(shown.version)
    page = render_template(
        "discussions/edit_conflict.html", post=shown, thread=shown.thread, group=shown.thread.group, form=form,
        pieces=differences(shown.body_md, form.body.data or ""), place_url=place_of(shown),
        draft_revision=draft.revision if draft else 0, attached=files_in_form(shown.place, shown, form),
        file_results=results,
    )  # fmt: skip
    return page, 409


def rename_page(shown: Thread, form: RenameForm, *, is_conflict: bool = False) -> str:
    return render_template("discussions/rename.html", thread=shown, form=form, kinds=KIND_LABELS,
                           is_conflict=is_conflict)  # fmt: skip


def end_of_window(shown: Post) -> datetime | None:
    """Until when its author can change it; None where there is no end to it."""
    length = shown.thread.group.edit_window.length
    is_bound = edits_since(current_actor(), shown.thread) not in (None, ALWAYS)
    return shown.created_at + length if length and is_bound else None


def no_more_edits(shown: Post, draft: Draft | None) -> Conflict | Forbidden:
    """Why, and what was written of it, to be read and copied."""
    silence = current_actor().silence_in(shown.thread.group_id)
    words = silence_words(silence) if silence else _("This post can no longer be changed.")
    if draft is None or not draft.has_text:
        return Forbidden(words, back_url=place_of(shown))
    above = _("This is what you had written.")
    return Conflict(f"{words} {above}", typed=draft.body, back_url=place_of(shown))


def post_of(post_id: int, form: EditPostForm) -> Post:
    """The post to change; who left its group meanwhile keeps the text as a draft."""
    actor = current_actor()
    try:
        return queries.get_post(actor, post_id)
    except NotFound:
        there = queries.post_of_any_state(post_id)
        is_left = there and there.author_id == actor.id and queries.was_left_behind(actor, there.thread_id)
        raise left_meanwhile(form, edit_place(post_id) if is_left else None) from None


def version_in(lines: Sequence[VersionLine], number: int) -> VersionLine:
    found = next((line for line in lines if line.number == number), None)
    if found is None:
        raise NotFound
    return found

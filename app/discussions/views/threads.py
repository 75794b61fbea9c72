"""Pages of threads, and the forms that write in them."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Actor, RunningSanction
from app.accounts.policy import silence_words
from app.accounts.session import current_actor, is_asked_by_a_person, often, say
from app.core import markup
from app.core.drawing import drawn
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, wants_json
from app.core.forms import keeps_typed, takes
from app.core.i18n import gettext as _
from app.core.markup import names_person
from app.core.pagination import Pagination, page_asked, page_of
from app.core.policy import authorize
from app.core.routing import number_in
from app.directory.policy import can_see_directory
from app.discussions import queries, service
from app.discussions.forms import (
    KIND_LABELS,
    DraftForm,
    EditPostForm,
    NewThreadForm,
    PreviewForm,
    ReplyForm,
    SettleForm,
    WithFiles,
)
from app.discussions.models import (
    DRAFT_MOST,
    FILES_MOST,
    POSTS_ON_A_PAGE,
    THREADS_ON_A_PAGE,
    Draft,
    Post,
    Thread,
    ThreadKind,
    reply_place,
)
from app.discussions.policy import can_reply_to_thread, can_settle_thread, can_start_thread, can_write_in_group
from app.discussions.queries import FILTERS, OpenedThread, PostRow, Reading
from app.discussions.service import MENTION, REACTION, DraftConflict, FilesConflict, NewThread, Written, reply_sentence
from app.discussions.views.attaching import Sent, attached_lines, files_in_form, files_sent, keep_sent
from app.discussions.views.blueprint import blueprint
from app.discussions.views.naming import rendered, suggest
from app.discussions.views.show import (
    attachments_to,
    post_lines,
    rule_line,
    settlement_lines,
    summary_of,
    thread_row,
)
from app.files.service import Result
from app.groups.models import WorkingGroup
from app.groups.policy import can_join_group, is_member_of, standings
from app.groups.queries import get_group, places_left, readership
from app.groups.views import frame_of
from app.guard.queries import why_hidden
from app.notifications.queries import Choices
from app.notifications.service import read_in_place, was_set_since

NOT_CARRIED = ("csrf_token", "attachment", "listed")  # the files have a list of their own


@blueprint.get("/groups/<slug>/threads")
def threads(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    show = request.args.get("filter", "open")
    show = show if show in FILTERS else "open"
    kind = _kind_asked()
    counts, until = queries.thread_counts(actor, group, kind)  # first: what comes after it stays unread
    last = page_of(counts[show], THREADS_ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    rows = queries.threads_in_group(actor, group, show=show, kind=kind, page=page)
    pages = Pagination(page, last, lambda number: url_for(".threads", slug=slug, filter=show, kind=kind, page=number))
    return render_template(
        "discussions/threads.html", filter=show,
        kind=kind.value if kind else "", kinds=KIND_LABELS, counts=counts, threads=[thread_row(row) for row in rows],
        pages=pages, can_start=can_start_thread(actor, group), until=until,
        **frame_of(group),
    )  # fmt: skip


@blueprint.get("/groups/<slug>/threads/new")
def new(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    draft = queries.draft_at(actor, f"group:{group.id}")
    if draft is not None and draft.has_text and not can_start_thread(actor, group):
        raise too_late_for(draft, url_for(".threads", slug=slug), actor.silence_in(group.id))
    authorize(can_start_thread, actor, group)
    form = NewThreadForm(formdata=None, client_id=str(uuid.uuid4()))
    if draft is not None:
        form.title.data, form.body.data = draft.title, draft.body
        form.kind.data = draft.kind if draft.kind in KIND_LABELS else ThreadKind.DISCUSSION.value
    return new_thread_page(group, form, draft)


@blueprint.post("/groups/<slug>/threads")
@keeps_typed(NewThreadForm)
@takes(files=FILES_MOST)
def start(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), NewThreadForm()
    try:
        group = get_group(actor, slug)
    except NotFound:
        left = next((place for place in places_left(actor) if place.slug == slug), None)
        raise left_meanwhile(form, f"group:{left.group_id}" if left else None) from None
    if not actor.silence_in(group.id) and not can_start_thread(actor, group):
        raise refused_meanwhile(group, form, f"group:{group.id}", url_for(".threads", slug=slug))
    place = f"group:{group.id}"
    sent = files_sent(form, place, may_write=can_start_thread(actor, group))
    if not form.validate() or sent.refused:
        results = keep_sent(place, sent)
        return refused(form, results) or (new_thread_page(get_group(actor, slug), form, None, results), 422)
    new_thread = NewThread(title=form.title.data, kind=ThreadKind(form.kind.data))
    try:
        group = get_group(actor, slug)
        text, warning = written(form, group, sent)
        thread = service.start_thread(actor, group, new_thread, text)
    except Forbidden:
        raise refused_meanwhile(group, form, place, url_for(".threads", slug=slug), sent) from None
    except FilesConflict as conflict:
        results = [*keep_sent(place, sent), Result(_("Attachments"), str(conflict))]
        return refused(form, results) or (new_thread_page(get_group(actor, slug), form, None, results), 409)
    first = queries.first_post(thread)
    tell_of_mail(first)
    if wants_json():
        is_as_sent = (thread.title, first.body_md) == (form.title.data, form.body.data) and has_files(first, form)
        warn(warning)
        return jsonify(url=thread.link, id=thread.id, is_as_sent=is_as_sent), 201
    warn(warning)
    return redirect(thread.link, 303)


@blueprint.get("/threads/<int:thread_id>", defaults={"words": ""})
@blueprint.get("/threads/<int:thread_id>-<words>")
def thread(thread_id: int, words: str) -> ResponseReturnValue:
    actor = current_actor()
    if request.headers.get("HX-Request"):
        return fragment(*queries.thread_and_choices(actor, thread_id))
    try:
        opened = queries.open_thread(actor, thread_id)
    except NotFound:
        raise NotFound(why_not_there(actor, thread_id)) from None
    shown = opened.thread
    if request.path != shown.link:
        query = request.query_string.decode("ascii", "ignore")
        return redirect(f"{shown.link}?{query}" if query else shown.link, 302)
    asked = number_in(request.args.get("page"))
    page = asked or page_of(opened.first_unread or shown.last_position, POSTS_ON_A_PAGE)
    last = page_of(shown.last_position, POSTS_ON_A_PAGE)
    if not 1 <= page <= last:
        raise NotFound
    rows = queries.posts_on_page(actor, shown, page)
    draft = opened.draft if can_reply_to_thread(actor, shown) else None
    answer = thread_page(opened, rows, page, last, draft=draft, form=reply_form(draft))
    if rows and is_plain_reading() and rows[-1].position > opened.reading.position:
        service.mark_seen(actor, shown, rows[-1].position)
    if is_asked_by_a_person() and (lines := lines_read_here(rows, actor, opened.reading)):
        read_in_place(actor.id, lines)
    return answer


@blueprint.get("/threads/<int:thread_id>/reply")
def reply_page(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_thread(actor, thread_id)
    draft = queries.draft_at(actor, shown.place)
    if draft is not None and draft.has_text and not can_reply_to_thread(actor, shown):
        raise too_late_for(draft, url_for(".thread", thread_id=thread_id), actor.silence_in(shown.group_id))
    authorize(can_reply_to_thread, actor, shown)
    return reply_box(shown, reply_form(draft), draft)


@blueprint.post("/threads/<int:thread_id>/posts")
@keeps_typed(ReplyForm)
@takes(files=FILES_MOST)
def post_reply(thread_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ReplyForm()
    try:
        shown = queries.get_thread(actor, thread_id)
    except NotFound:
        place = reply_place(thread_id) if queries.was_left_behind(actor, thread_id) else None
        raise left_meanwhile(form, place) from None
    sent = files_sent(form, shown.place, may_write=can_write_in_group(actor, shown.group))
    if not form.validate() or sent.refused:
        return reply_refused(thread_id, form, sent)
    try:
        text, warning = written(form, shown.group, sent)
        post = service.reply_to_thread(actor, shown, text)
    except FilesConflict as conflict:
        return reply_refused(thread_id, form, sent, conflict)
    except Conflict as too_late:
        sentence = kept_as_draft(shown, form, sent) or str(too_late)
        raise Conflict(sentence, typed=form.body.data, back_url=url_for(".thread", thread_id=thread_id)) from None
    except Forbidden:
        raise refused_meanwhile(shown.group, form, shown.place, shown.link, sent) from None
    address = place_of(post)
    if wants_json():
        # Not as sent: this client_id placed an earlier text, and what was changed since is still to be placed.
        is_as_sent = post.body_md == form.body.data and has_files(post, form)
        if not form.in_place.data:
            tell_of_mail(post)
            warn(warning)
        shown_there = {"warning": warning} if warning and form.in_place.data else {}  # by the page, which stays
        return jsonify(url=address, id=post.id, position=post.position, is_as_sent=is_as_sent, **shown_there), 201
    tell_of_mail(post)
    warn(warning)
    return redirect(address, 303)


@blueprint.get("/posts/<int:post_id>")
def post(post_id: int) -> ResponseReturnValue:
    return redirect(place_of(queries.get_post(current_actor(), post_id)), 302)


@blueprint.get("/names")
def names() -> ResponseReturnValue:
    """Whom one can mention where this text goes, by how the name or a word of it begins."""
    _action, group = action_at(request.args.get("place", ""))
    return suggest(group, request.args.get("q", ""))


@blueprint.post("/preview")
@keeps_typed(PreviewForm)
@takes(files=FILES_MOST)
@often
def preview() -> ResponseReturnValue:
    actor, form = current_actor(), PreviewForm()
    place = form.place.data or ""
    action, group = action_at(place)
    sent = files_sent(form, place, own_post_at(place))
    results = keep_sent(place, sent, own_post_at(place))
    if not form.validate():
        return refused(form, results) or give_back(form, results)
    _action, group = action_at(place)
    naming, warning = rendered(form.body.data, group)
    html = markup.for_reader(naming.html, sees_people=can_see_directory(actor))
    if wants_json():
        above = drawn("discussions/_warning.html", warning=warning) if warning else ""
        return jsonify(html=f"{above}{html}")
    return go_on_page(form, action, group, html=html, warning=warning, file_results=results)


@blueprint.post("/threads/<int:thread_id>/close")
def close_thread(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.close_thread(actor, queries.get_thread(actor, thread_id))
    say(_("The thread is closed."), undo_url=url_for(".reopen_thread", thread_id=thread_id))
    return redirect(url_for(".thread", thread_id=thread_id), 303)


@blueprint.post("/threads/<int:thread_id>/reopen")
def reopen_thread(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.reopen_thread(actor, queries.get_thread(actor, thread_id))
    say(_("The thread is open again."))
    return redirect(url_for(".thread", thread_id=thread_id), 303)


@blueprint.get("/threads/<int:thread_id>/settle")
def settle_page(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_thread(actor, thread_id)
    authorize(can_settle_thread, actor, shown)
    if shown.is_settled:
        return redirect(shown.link)
    return settle_form(shown, SettleForm(formdata=None))


@blueprint.post("/threads/<int:thread_id>/settle")
@keeps_typed(SettleForm)
def settle_thread(thread_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), SettleForm()
    shown = queries.get_thread(actor, thread_id)
    refuse_unless(can_settle_thread, shown, form.body.data)
    if not form.validate():
        return settle_form(shown, form), 422
    try:
        service.settle_thread(actor, shown, form.body.data)
    except Conflict as conflict:
        raise Conflict(str(conflict), typed=form.body.data, back_url=shown.link) from None
    say(_("The thread is settled."), undo_url=url_for(".resume_thread", thread_id=thread_id))
    return redirect(shown.link, 303)


@blueprint.post("/threads/<int:thread_id>/resume")
def resume_thread(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.resume_thread(actor, queries.get_thread(actor, thread_id))
    say(_("The thread goes on."))
    return redirect(url_for(".thread", thread_id=thread_id), 303)


@blueprint.post("/threads/<int:thread_id>/take-up")
def take_up_thread(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.take_up_thread(actor, queries.get_thread(actor, thread_id))
    say(_("The thread is in progress."), undo_url=url_for(".set_thread_aside", thread_id=thread_id))
    return redirect(url_for(".thread", thread_id=thread_id), 303)


@blueprint.post("/threads/<int:thread_id>/set-aside")
def set_thread_aside(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.set_thread_aside(actor, queries.get_thread(actor, thread_id))
    say(_("The thread is open."))
    return redirect(url_for(".thread", thread_id=thread_id), 303)


def refuse_unless(may_change: Callable[[Actor, Thread], bool], shown: Thread, typed: str) -> None:
    """Raises Forbidden with what was typed, in a silence with the words for it."""
    actor = current_actor()
    if silence := actor.silence_in(shown.group_id):
        raise Forbidden(silence_words(silence), typed=typed, back_url=shown.link)
    if not may_change(actor, shown):
        raise Forbidden(typed=typed, back_url=shown.link)


def settle_form(shown: Thread, form: SettleForm) -> str:
    return render_template("discussions/settle.html", thread=shown, form=form)


def thread_page(opened: OpenedThread, rows: Sequence[PostRow], page: int, last: int, *, draft: Draft | None,
                form: ReplyForm) -> str:  # fmt: skip
    actor, shown = current_actor(), opened.thread
    is_member = is_member_of(actor, shown.group)
    # Who reads along for the first time has nothing new there: all of it is. Numbers are for members (decisions 7).
    first_unread = opened.first_unread if is_member or opened.reading.position else None
    may_reply = can_reply_to_thread(actor, shown)
    files = attachments_to(rows, draft)
    first, end = (rows[0].position, rows[-1].position) if rows else (0, 0)
    pages = Pagination(page, last, lambda number: f"{shown.link}?page={number}")
    return render_template(
        "discussions/thread.html", thread=shown, kind_label=KIND_LABELS[shown.kind.value], group=shown.group,
        posts=post_lines(rows, actor, shown, files), pages=pages, attached=attached_lines(files.get(None, ())),
        new_from=first_unread if first_unread and first <= first_unread <= end else None,
        unread=opened.unread if is_member else 0,
        seen=opened.first_unread - 1 if opened.first_unread else shown.last_position,
        companies=len({row.company_name for row in rows}) if last == 1 else None,
        form=form if may_reply else None, no_reply_reason=why_no_reply(shown),
        readers=readership(shown.group, actor.id, shown.room) if may_reply else None,
        joins=can_join_group(actor, shown.group), rule=rule_line(actor, shown, opened.own),
        draft_saved_at=draft.changed_at if draft else None,
        draft_revision=draft.revision if draft else 0, is_member=is_member,
        silence_words=silence_words(silence) if (silence := actor.silence_in(shown.group_id)) else "",
        settlements=settlement_lines(actor, shown), summary=summary_of(actor, shown),
    )  # fmt: skip


def lines_read_here(rows: Sequence[PostRow], actor: Actor, reading: Reading) -> dict[str, list[int]]:
    """Lines under the bell that reading on does not clear: they are about posts that were read before."""
    reacted = [row.id for row in rows if row.author_id == actor.id and row.reactions]
    named = [row.id for row in rows if row.position <= reading.position and names_person(row.body_html, actor.id)]
    return {kind: ids for kind, ids in ((REACTION, reacted), (MENTION, named)) if ids}


def fragment(shown: Thread, own: Choices) -> ResponseReturnValue:
    """The posts after a position, for a page that is open; it moves nothing."""
    after = min(number_in(request.args.get("after")) or 0, shown.last_position)
    actor = current_actor()
    rows = queries.posts_between(actor, shown.id, after, after + POSTS_ON_A_PAGE)
    posts = post_lines(rows, actor, shown, attachments_to(rows))
    return render_template("discussions/_fragment.html", posts=posts, new_from=None, thread=shown,
                           rule=rule_line(actor, shown, own),
                           settlements=settlement_lines(actor, shown), summary=summary_of(actor, shown))  # fmt: skip


def reply_refused(thread_id: int, form: ReplyForm, sent: Sent, conflict: Conflict | None = None) -> ResponseReturnValue:
    """The box with the text and the files that came through, and what became of the others."""
    shown = queries.get_thread(current_actor(), thread_id)
    results = keep_sent(shown.place, sent)
    if conflict:
        results = [*results, Result(_("Attachments"), str(conflict))]
    status = conflict.status if conflict else sent.status
    return refused(form, results) or (reply_box(shown, form, None, results), status)


def go_on_page(form: PreviewForm | DraftForm, action: str, group: WorkingGroup, **shown: Any) -> str:
    """What there is to see of a text, and the text itself to go on with, for who has no script."""
    place = form.place.data or ""
    kind = place.partition(":")[0]
    carried = [(field.name, field.data or "") for field in form if field.name not in NOT_CARRIED]
    return render_template("discussions/preview.html", carried=carried, target=action, group=group, **shown,
                           is_reply=kind != "group", is_edit=kind == "post",
                           joins=kind != "post" and can_join_group(current_actor(), group),
                           attached=files_in_form(place, own_post_at(place), form),
                           sealed_group_name=group.name if group.is_confidential else "")  # fmt: skip


def reply_box(shown: Thread, form: ReplyForm, draft: Draft | None, results: Sequence[Result] = ()) -> str:
    actor = current_actor()
    return render_template(
        "discussions/reply.html", thread=shown, kind_label=KIND_LABELS[shown.kind.value], group=shown.group, form=form,
        joins=can_join_group(actor, shown.group), readers=readership(shown.group, actor.id, shown.room),
        no_reply_reason=why_no_reply(shown), draft_saved_at=draft.changed_at if draft else None,
        draft_revision=draft.revision if draft else 0, attached=files_in_form(shown.place, form=form),
        file_results=results,
    )  # fmt: skip


def new_thread_page(group: WorkingGroup, form: NewThreadForm, draft: Draft | None,
                    results: Sequence[Result] = ()) -> str:  # fmt: skip
    actor = current_actor()
    return render_template(
        "discussions/new.html", form=form, group=group, joins=can_join_group(actor, group),
        readers=readership(group, actor.id), draft_saved_at=draft.changed_at if draft else None,
        draft_revision=draft.revision if draft else 0, attached=files_in_form(f"group:{group.id}", form=form),
        file_results=results,
    )  # fmt: skip


def refused(form: Any, results: Sequence[Result] = ()) -> ResponseReturnValue | None:
    """For a script: the sentences only, since its page still holds the text."""
    if not wants_json():
        return None
    return jsonify(error=sentences_of(form, results)), 422


def give_back(form: Any, results: Sequence[Result]) -> NoReturn:
    """Where the page of the form is not ours to draw: what is wrong, and the text to go on with."""
    raise Invalid(sentences_of(form, results), typed=form.body.data)


def sentences_of(form: Any, results: Sequence[Result]) -> str:
    """Each with the name of its field, where that is not the text itself, or of its file."""
    said = [(field, str(sentence)) for field in form for sentence in field.errors]
    of_form = [words if field.name == "body" else f"{field.label.text}: {words}" for field, words in said]
    return " ".join([*of_form, *(f"{result.name}: {result.refusal}" for result in results)])


def too_late_for(draft: Draft, back_url: str, silence: RunningSanction | None) -> Conflict:
    """What was written where nobody writes any more, or its writer does not for now, to be read and copied."""
    typed = "\n\n".join(part for part in (draft.title, draft.body) if part)
    words = silence_words(silence) if silence else _("Nobody can write here any more. This is what you had written.")
    return Conflict(words, typed=typed, back_url=back_url)


def left_meanwhile(form: NewThreadForm | ReplyForm, place: str | None) -> NotFound:
    """The text waits for who comes back to the group; `place` is None where this person never wrote."""
    if place is None:
        return NotFound()
    words = _("You no longer take part in this working group, so your text was not posted.")
    return NotFound(f"{words} {words_of_keeping(form, place)}".strip())


def refused_meanwhile(group: WorkingGroup, form: NewThreadForm | ReplyForm, place: str, back_url: str,
                      sent: Sent | None = None) -> Forbidden:  # fmt: skip
    """The text is kept as a draft, and the page says until when one cannot write, or why nobody can."""
    silence = current_actor().refreshed().silence_in(group.id)
    if silence is None and not group.is_archived:
        return Forbidden()
    words = silence_words(silence) if silence else _("This working group is archived. You can read everything; nothing "
                                                     "can be added.")  # fmt: skip
    return Forbidden(f"{words} {words_of_keeping(form, place, sent)}".strip(), back_url=back_url)


def words_of_keeping(form: NewThreadForm | ReplyForm, place: str, sent: Sent | None = None) -> str:
    """Keep the text as a draft, and say so; nothing where there is no room, or another device has one."""
    body = form.body.data or ""
    more: dict[str, Any] = {}
    if len(body) > DRAFT_MOST:
        return ""
    if isinstance(form, NewThreadForm):
        more = {"title": form.title.data or "", "kind": form.kind.data}
    elif isinstance(form, EditPostForm):
        more = {"base_version": number_in(form.version.data)}
    try:
        kept = service.save_draft(current_actor(), place, body=body, revision=number_in(form.revision.data), **more)
    except Conflict:
        return ""
    if sent and isinstance(kept, Draft):
        keep_sent(place, sent)
    return _("Your text is kept as a draft.") if isinstance(kept, Draft) else ""


def kept_as_draft(shown: Thread, form: ReplyForm, sent: Sent) -> str | None:
    """Keep a text that came too late; where there is no room for it, what to do instead."""
    try:
        kept = service.save_draft(current_actor(), f"thread:{shown.id}", body=form.body.data,
                                  revision=number_in(form.revision.data))  # fmt: skip
    except Conflict:
        return _("This thread was closed in the meantime. You have 50 drafts, so your text was not kept as one: "
                 "copy it here.")  # fmt: skip
    if isinstance(kept, DraftConflict):
        return _("This thread was closed in the meantime. Another device has a draft here, so your text was not "
                 "kept as one: copy it here.")  # fmt: skip
    keep_sent(shown.place, sent)
    return None


def written(form: ReplyForm | NewThreadForm, group: WorkingGroup, sent: Sent) -> tuple[Written, str]:
    """The text of the form with its files, and what its writer is to hear of names in it."""
    naming, warning = rendered(form.body.data, group)
    text = Written(body_md=form.body.data, body_html=naming.html, client_id=form.client_id.data,
                   draft_revision=number_in(form.revision.data), files=sent.files,
                   mentions=naming.people)  # fmt: skip
    return text, warning


def warn(words: str) -> None:
    """Of what was placed all the same; nothing where there is nothing to say."""
    if words:
        say(words, is_warning=True)


def has_files(post: Post, form: WithFiles) -> bool:
    """Whether those that the form ticks lie with the post."""
    return form.chosen_ids <= {each.id for each in queries.attachments_with(post, None)}


def own_post_at(place: str) -> Post | None:
    """The post that a text for this place changes; whoever calls this asked `action_at` first."""
    kind, _sep, number = place.partition(":")
    return queries.get_post(current_actor(), number_in(number) or 0) if kind == "post" else None


def reply_form(draft: Draft | None) -> ReplyForm:
    return ReplyForm(formdata=None, body=draft.body if draft else "", client_id=str(uuid.uuid4()))


def place_of(post: Post) -> str:
    page = page_of(post.position, POSTS_ON_A_PAGE)
    return f"{post.thread.link}?page={page}#post-{post.id}"


def action_at(place: str) -> tuple[str, WorkingGroup]:
    """Where a text for this place is sent, and its group; NotFound where this person may not write."""
    actor = current_actor()
    kind, _sep, number = place.partition(":")
    if kind == "thread" and number.isdecimal():
        shown = queries.get_thread(actor, number_in(number) or 0)
        action, group = url_for(".post_reply", thread_id=shown.id), shown.group
    elif kind == "post" and number.isdecimal():
        post = queries.get_post(actor, number_in(number) or 0)
        if post.author_id != actor.id:
            raise Forbidden
        action, group = url_for(".save_post", post_id=post.id), post.thread.group
    elif kind == "group" and number.isdecimal():
        found = next((each for each in standings(actor).values() if each.group_id == number_in(number)), None)
        if found is None:
            raise NotFound
        action, group = url_for(".start", slug=found.slug), get_group(actor, found.slug)
    else:
        raise NotFound
    authorize(can_write_in_group, actor, group)
    return action, group


def is_plain_reading() -> bool:
    """A page served to a person without JavaScript; with it, the script says what was in view."""
    return is_asked_by_a_person() and request.cookies.get("js") != "1"


def why_not_there(actor: Actor, thread_id: int) -> str:
    """For whoever would read the thread, were it not hidden: that it is."""
    return why_hidden("thread", thread_id) if queries.hidden_thread(actor, thread_id) else ""


def why_no_reply(shown: Thread) -> str | None:
    if can_reply_to_thread(current_actor(), shown):
        return None
    if shown.group.is_archived:
        return "archived"
    if shown.is_frozen:
        return "frozen"
    if current_actor().silence_in(shown.group_id):
        return "silenced"
    return "closed" if shown.is_closed else "not_allowed"


def tell_of_mail(post: Post) -> None:
    """The first time that an answer brought its writer the answers by mail, the next page says so (NTF-8)."""
    shown, actor = post.thread, current_actor()
    brings_mail = post.brings_mail
    if brings_mail is None:  # of a new thread, or sent twice: then the answer to the first was not seen
        brings_mail = was_set_since(actor.id, shown.room, post.created_at)
    if brings_mail:
        say(reply_sentence(is_own=shown.created_by == actor.tie_id), undo_words=_("Rather not"),
            undo_url=url_for(".watch_overview", thread_id=shown.id))  # fmt: skip


def _kind_asked() -> ThreadKind | None:
    asked = request.args.get("kind", "")
    return ThreadKind(asked) if asked in KIND_LABELS else None

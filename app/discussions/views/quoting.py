"""Quoting a post: its text in the box of an answer, with whose it is and a link to it."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.accounts.models import said_for
from app.accounts.session import current_actor
from app.core.errors import wants_json
from app.core.policy import authorize
from app.core.text import as_markdown
from app.discussions import queries
from app.discussions.models import Post
from app.discussions.policy import can_reply_to_thread
from app.discussions.views.blueprint import blueprint
from app.discussions.views.threads import reply_box, reply_form


@blueprint.get("/posts/<int:post_id>/quote")
def quote_post(post_id: int) -> ResponseReturnValue:
    """The box with the whole post quoted, behind what waits there as a draft; for a script the quote alone."""
    actor = current_actor()
    shown = queries.get_readable_post(actor, post_id)
    authorize(can_reply_to_thread, actor, shown.thread)
    if wants_json():
        return jsonify(text=quote_of(shown))
    draft = queries.draft_at(actor, shown.thread.place)
    form = reply_form(draft)
    form.body.data = "\n\n".join(part for part in (form.body.data, quote_of(shown)) if part)
    return reply_box(shown.thread, form, draft)


def quote_of(post: Post) -> str:
    """Markdown that ends where the answer begins."""
    tie = queries.writer_of(post)
    whose = as_markdown(f"{tie.person.name} · {said_for(tie.company.name, tie.kind)}")
    lines = [f"[{whose}](/posts/{post.id}):", "", *post.body_md.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"

"""Rows as templates show them: words for states, initials, and only what may still be seen."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from flask import url_for
from markupsafe import Markup

from app.accounts.models import Actor
from app.core import markup
from app.core.clock import today
from app.core.drawing import drawn
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.text import first_line, hue, initials
from app.directory.policy import can_see_directory
from app.discussions import queries
from app.discussions.forms import KIND_LABELS
from app.discussions.models import Draft
from app.discussions.queries import PostRow, ThreadRow
from app.groups.policy import standings
from app.guard.queries import hidden_sentence

KEPT_ARTICLES = 4_000  # about 2 kB each
KEPT_ROWS = 4_000  # about 1 kB each


def thread_line(row: ThreadRow) -> dict[str, Any]:
    return {
        "id": row.id, "title": row.title, "kind": row.kind.value, "kind_label": KIND_LABELS[row.kind.value],
        "status": row.status.value, "is_closed": row.is_closed, "is_pinned": row.is_pinned, "last_at": row.last_at,
        "last_author": row.last_author, "last_company": row.last_company, "posts": row.posts, "unread": row.unread,
        "url": f"{row.url}#new" if 0 < row.unread < row.posts else row.url,  # the line before the first unread post
    }  # fmt: skip


def thread_row(row: ThreadRow) -> Markup:
    return _thread_row(row, current_locale(), today())


@lru_cache(maxsize=KEPT_ROWS)
def _thread_row(row: ThreadRow, _locale: str, _today: date) -> Markup:
    """The row of a list as HTML, kept under everything it shows; a pin comes off by the day."""
    return drawn("discussions/_thread.html", thread=thread_line(row))


class PostLine(NamedTuple):
    id: int
    position: int
    article: Markup


def post_line(row: PostRow, actor: Actor, *, may_reply: bool, may_report: bool) -> PostLine:
    is_own, links = row.author_id == actor.id, can_see_directory(actor)
    may_report = may_report and not is_own
    article = _article(row, is_own, may_reply, may_report, links, current_locale(), today().year)
    return PostLine(row.id, row.position, article)


@lru_cache(maxsize=KEPT_ARTICLES)
def _article(row: PostRow, is_own: bool, may_reply: bool, may_report: bool, links: bool, _locale: str,
             _year: int) -> Markup:  # fmt: skip
    """The post as HTML, kept under everything it shows: who sees it alike shares it, and a changed one is another.

    Dates name the year when it is not this one, so the year counts too.
    """
    post = {
        "id": row.id, "position": row.position, "author_name": row.author_name, "initials": initials(row.author_name),
        "hue": hue(row.author_name), "company_name": row.company_name, "is_guest": row.tie_kind == "guest",
        "author_id": row.author_id, "company_slug": row.company_slug,
        "html": markup.as_rendered(row.body_html), "created_at": row.created_at, "edited_at": row.edited_at,
        "state": "hidden" if row.hidden_at else "deleted" if row.deleted_at else "shown", "is_own": is_own,
        "why_hidden": _why_hidden(row),
    }  # fmt: skip
    return drawn("discussions/_post.html", post=post, may_reply=may_reply, may_report=may_report, links=links)


def _why_hidden(row: PostRow) -> str:
    if row.hidden_at and row.hidden_role and row.hidden_rule:
        return hidden_sentence(row.hidden_role, row.hidden_rule, row.hidden_at)
    return ""


def draft_lines(actor: Actor, drafts: Iterable[Draft]) -> list[dict[str, Any]]:
    """Drafts whose place can still be written in, with its name; the others wait until it can."""
    drafts = list(drafts)
    numbers = [int(draft.place.partition(":")[2]) for draft in drafts if draft.place.startswith("thread:")]
    threads = queries.threads_by_id(actor, numbers) if numbers else {}
    groups = {f"group:{standing.group_id}": standing for standing in standings(actor).values() if standing.may_read}
    lines = []
    for draft in drafts:
        found = threads.get(int(draft.place.partition(":")[2]))
        if draft.place.startswith("thread:") and found:
            label, url = found.title, f"{url_for('discussions.reply_page', thread_id=found.id)}#reply"
        elif draft.place in groups:
            label = _("New thread in %(group)s", group=groups[draft.place].name)
            url = url_for("discussions.new", slug=groups[draft.place].slug)
        else:
            continue
        text = first_line(draft.title or draft.body) or _("(empty)")
        lines.append({"id": draft.id, "place_label": label, "first_line": text, "changed_at": draft.changed_at,
                      "url": url})  # fmt: skip
    return lines

"""Rows as templates show them: words for states, initials, and only what may still be seen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
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
from app.discussions.forms import KIND_LABELS, REACTION_LABELS
from app.discussions.models import Draft, ReactionKind, Thread
from app.discussions.policy import (
    can_reply_to_thread,
    deletes_since,
    edits_since,
    is_restorable,
    may_react,
    may_restore,
)
from app.discussions.queries import AttachmentRow, PostRow, SummaryLine, ThreadRow
from app.discussions.service import reply_sentence
from app.discussions.views.attaching import file_line
from app.groups.policy import is_member_of, standings
from app.groups.queries import Origin, Rule, ruling_choice
from app.groups.views import level_sentence
from app.guard.queries import hidden_sentence, why_each_is_hidden
from app.notifications.forms import LEVEL_LABELS
from app.notifications.queries import Choices

KEPT_ARTICLES = 3_000  # about 6 kB each
KEPT_ROWS = 4_000  # about 1 kB each
Files = Mapping[int | None, tuple[AttachmentRow, ...]]  # by post


def thread_line(row: ThreadRow) -> dict[str, Any]:
    return {
        "id": row.id, "title": row.title, "kind": row.kind.value, "kind_label": KIND_LABELS[row.kind.value],
        "status": row.status.value, "is_closed": row.is_closed, "is_pinned": row.is_pinned, "last_at": row.last_at,
        "last_author": row.last_author, "last_company": row.last_company, "posts": row.posts, "unread": row.unread,
        "has_files": row.has_files,
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


class PageRights(NamedTuple):
    """What the reader of a page may do with its posts: with all of them, and with their own newer than these times."""

    may_reply: bool
    may_react: bool
    may_report: bool
    may_restore: bool
    edits_since: datetime | None
    deletes_since: datetime | None


class Offers(NamedTuple):
    """What stands under one post, for one reader at one moment."""

    is_own: bool = False
    reply: bool = False
    react: bool = False
    report: bool = False
    edit: bool = False
    delete: bool = False
    restore: bool = False


def page_rights(actor: Actor, shown: Thread) -> PageRights:
    return PageRights(can_reply_to_thread(actor, shown), may_react(actor, shown), not shown.is_confidential,
                      may_restore(actor, shown), edits_since(actor, shown), deletes_since(actor, shown))  # fmt: skip


def attachments_to(found: Sequence[PostRow], draft: Draft | None = None) -> Files:
    """The files of these posts and of the draft below them, in one statement; none where there are none."""
    return queries.attachments_of([row.id for row in found if row.file_count], draft)


def post_lines(found: Sequence[PostRow], actor: Actor, shown: Thread, files: Files) -> list[PostLine]:
    rights, sees, year, locale = page_rights(actor, shown), can_see_directory(actor), today().year, current_locale()
    return [PostLine(row.id, row.position, _article(row, files.get(row.id, ()), _offers(row, actor, rights), sees,
                                                    locale, year)) for row in found]  # fmt: skip


def reaction_lines(row: PostRow, *, all_kinds: bool) -> list[dict[str, Any]]:
    """The words under a post in their one order: all where one can press them, else those that were given."""
    counts = row.reaction_counts
    lines = []
    for kind, label in REACTION_LABELS.items():
        count = counts.get(ReactionKind(kind))
        if count or all_kinds:
            lines.append({"kind": kind, "label": label, "number": count.number if count else 0,
                          "is_own": bool(count and count.is_own)})  # fmt: skip
    return lines


def _offers(row: PostRow, actor: Actor, rights: PageRights) -> Offers:
    """As can_edit_post and its like say it of one post, without asking for each."""
    if row.author_id != actor.id:
        return Offers(reply=rights.may_reply, react=rights.may_react, report=rights.may_report)
    if row.hidden_at:
        return Offers(is_own=True)
    if row.deleted_at:
        return Offers(is_own=True, restore=rights.may_restore and is_restorable(row.deleted_at))
    return Offers(
        is_own=True, reply=rights.may_reply, react=rights.may_react,
        edit=rights.edits_since is not None and row.created_at > rights.edits_since,
        delete=rights.deletes_since is not None and row.created_at > rights.deletes_since,
    )  # fmt: skip


def settlement_lines(actor: Actor, shown: Thread) -> dict[int, list[dict[str, Any]]]:
    """What the thread came to each time, by the position of the last post by then; no statement where it never did."""
    if shown.settled_at is None:
        return {}
    found = queries.settlements_of(shown)
    why = why_each_is_hidden("settlement", [each.id for each in found if each.hidden_at])
    lines: dict[int, list[dict[str, Any]]] = {}
    for each in found:
        may_report = not shown.is_confidential and each.tie_id != actor.tie_id and not each.hidden_at
        lines.setdefault(each.position, []).append({
            **each._asdict(), "body": "" if each.hidden_at else each.body, "why_hidden": why.get(each.id, ""),
            "is_guest": each.tie_kind == "guest", "may_report": may_report,
        })  # fmt: skip
    return lines


def summary_of(actor: Actor, shown: Thread) -> dict[str, Any] | None:
    """The one that stands on top; no statement where there never was one."""
    return next(iter(summary_lines(actor, shown, queries.summaries_of(shown, most=1))), None)


def summary_lines(actor: Actor, shown: Thread, found: Sequence[SummaryLine]) -> list[dict[str, Any]]:
    why = why_each_is_hidden("summary", [each.id for each in found if each.hidden_at])
    return [{
        **each._asdict(), "body_md": "" if each.hidden_at else each.body_md, "is_guest": each.tie_kind == "guest",
        "html": "" if each.hidden_at else markup.as_rendered(each.body_html), "is_hidden": each.hidden_at is not None,
        "why_hidden": why.get(each.id, ""),
        "may_report": not shown.is_confidential and each.tie_id != actor.tie_id and not each.hidden_at,
    } for each in found]  # fmt: skip


def rule_line(actor: Actor, shown: Thread, own: Choices) -> dict[str, Any]:
    """What this person gets of the thread by mail, why, and whether an answer of theirs decided that (NTF-6, 8)."""
    rule = ruling_choice(own, shown.group, is_member=is_member_of(actor, shown.group))
    is_by_reply = rule.origin is Origin.REPLY
    return {"words": _rule_in_words(rule, is_own=shown.created_by == actor.tie_id), "is_by_reply": is_by_reply}


def _rule_in_words(rule: Rule, *, is_own: bool) -> str:
    label = LEVEL_LABELS[rule.level.value]
    if rule.origin is Origin.REPLY:
        return reply_sentence(is_own=is_own)
    if rule.origin is Origin.THREAD:
        return _("%(level)s: you chose that for this thread.", level=label)
    return level_sentence(rule)


@lru_cache(maxsize=KEPT_ARTICLES)
def _article(row: PostRow, files: tuple[AttachmentRow, ...], offers: Offers, links: bool, _locale: str,
             _year: int) -> Markup:  # fmt: skip
    """The post as HTML, kept under everything it shows: who sees it alike shares it, and a changed one is another.

    Dates name the year when it is not this one, so the year counts too.
    """
    post = {
        "id": row.id, "position": row.position, "author_name": row.author_name, "initials": initials(row.author_name),
        "hue": hue(row.author_name), "company_name": row.company_name, "is_guest": row.tie_kind == "guest",
        "author_id": row.author_id, "company_slug": row.company_slug,
        "html": markup.for_reader(row.body_html, sees_people=links), "created_at": row.created_at,
        "edited_at": row.edited_at,
        "state": "hidden" if row.hidden_at else "deleted" if row.deleted_at else "shown",
        "why_hidden": _why_hidden(row), "is_reacted_to": bool(row.reactions),
        "reactions": reaction_lines(row, all_kinds=offers.react),
        "files": [file_line(each) for each in files], "folded": row.folded, "is_unfolded": row.is_unfolded,
    }  # fmt: skip
    return drawn("discussions/_post.html", post=post, offers=offers, links=links)


def _why_hidden(row: PostRow) -> str:
    if row.hidden_at and row.hidden_role and row.hidden_rule:
        return hidden_sentence(row.hidden_role, row.hidden_rule, row.hidden_at)
    return ""


def draft_lines(actor: Actor, drafts: Iterable[Draft], *, with_files: bool = False) -> list[dict[str, Any]]:
    """Drafts whose place can still be written in, with its name; the others wait until it can.

    The files of those without a word are asked for in any case: their names are all there is to say.
    """
    drafts = list(drafts)
    threads = queries.threads_by_id(actor, numbers) if (numbers := _numbers(drafts, "thread")) else {}
    posts = queries.own_posts(actor, numbers) if (numbers := _numbers(drafts, "post")) else {}
    groups = {f"group:{standing.group_id}": standing for standing in standings(actor).values() if standing.may_read}
    asked = [draft for draft in drafts if with_files or not (draft.title or draft.body).strip()]
    waiting = queries.names_in_drafts(asked) if asked else {}
    lines = []
    for draft in drafts:
        kind, _sep, number = draft.place.partition(":")
        if kind == "thread" and (found := threads.get(int(number))):
            label, url = found.title, f"{url_for('discussions.reply_page', thread_id=found.id)}#reply"
        elif kind == "post" and (post := posts.get(int(number))):
            label = _("Change of your post in %(thread)s", thread=post.thread.title)
            url = url_for("discussions.edit_post", post_id=post.id)
        elif draft.place in groups:
            label = _("New thread in %(group)s", group=groups[draft.place].name)
            url = url_for("discussions.new", slug=groups[draft.place].slug)
        else:
            continue
        text = first_line(draft.title or draft.body) or ", ".join(waiting.get(draft.id, [])) or _("(empty)")
        lines.append({"id": draft.id, "place_label": label, "first_line": text, "changed_at": draft.changed_at,
                      "url": url, "files": waiting.get(draft.id, [])})  # fmt: skip
    return lines


def _numbers(drafts: Iterable[Draft], kind: str) -> list[int]:
    """Of the places of this kind."""
    return [int(draft.place.partition(":")[2]) for draft in drafts if draft.place.startswith(f"{kind}:")]

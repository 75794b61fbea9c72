"""Begin, the list of groups, a group's front page, and the public front."""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.queries import member_company_count
from app.accounts.session import current_actor, is_asked_by_a_person, public, safe_next
from app.core.clock import local, now, today
from app.core.extensions import db
from app.core.i18n import ENDLESS
from app.core.panels import panels
from app.core.scopes import scopes_of
from app.discussions import queries as discussions
from app.discussions.policy import can_start_thread
from app.discussions.views.show import draft_lines, thread_line
from app.groups import queries as groups_queries
from app.groups.forms import THEMES
from app.groups.models import Visibility
from app.groups.policy import (
    can_ask_to_join,
    can_create_group,
    can_join_group,
    readable_group_ids,
    standings,
    visible_groups,
)
from app.groups.service import mark_answers_read
from app.groups.views import frame_of
from app.home import queries, service
from app.home.frame import current_frame
from app.home.views.blueprint import blueprint
from app.notifications import queries as notifications
from app.notifications import service as notifying
from app.notifications.models import Tab
from config import LOCALES

YEAR = 365 * 24 * 3600  # seconds
NEWEST = 8
FOR_YOU = 5


@blueprint.get("/")
@public
def index() -> ResponseReturnValue:
    if not current_user.is_authenticated:
        return front()
    actor = current_actor()
    if not actor.has_live_tie:
        return redirect(url_for("accounts.account"), 303)
    visit = queries.visit_of(actor)
    newest = discussions.newest_of_groups(actor)  # before the counts: what comes after it stays unread
    unread = current_frame().unread
    news = discussions.news_of_groups(actor, newest, unread)
    page = render_template(
        "home/home.html", since=queries.end_of_last_visit(visit), greeting=greeting(), today=today(),
        for_you=notifying.sentences(notifications.lines(actor, scopes_of(actor), tab=Tab.FOR_ME, unread_only=True,
                                                        most=FOR_YOU)),
        groups=[group_news(line) for line in news], total_unread=min(sum(unread.values()), ENDLESS),
        until=",".join(f"{line.standing.group_id}:{line.newest.last_seq}" for line in news),
        drafts=draft_lines(actor, discussions.drafts_of(actor))[:3], panels=panels("home", actor),
    )  # fmt: skip
    if is_asked_by_a_person() and queries.is_visit_worth_noting(visit):
        service.note_visit(actor.id, is_first=visit is None)
    return page


@blueprint.get("/about")
@public
def about() -> ResponseReturnValue:
    return front()


@blueprint.get("/groups")
def groups() -> ResponseReturnValue:
    actor = current_actor()
    shown = db.session.scalars(visible_groups(actor)).all()
    figures = groups_queries.figures_of([group.id for group in shown])
    readable = readable_group_ids(actor)
    activity = discussions.last_activity(readable)
    unread = current_frame().unread
    asked = groups_queries.groups_asked(actor)
    cards = [
        {
            "slug": group.slug, "name": group.name, "purpose": "" if group.hidden_at else group.purpose,
            "visibility": group.visibility.value,
            "lead_name": standings(actor)[group.id].lead_name, "company_count": figures[group.id].companies,
            "member_count": figures[group.id].members, "last_post_at": activity.get(group.id),
            "unread": unread.get(group.id, 0), "can_join": can_join_group(actor, group),
            "can_ask": can_ask_to_join(actor, group), "is_asked": group.id in asked,
            "is_member": standings(actor)[group.id].is_member,
        }
        for group in sorted(shown, key=lambda group: group.name)
    ]  # fmt: skip
    return render_template("home/groups.html", mine=[card for card in cards if card["is_member"]],
                           others=[card for card in cards if not card["is_member"]],
                           can_create=can_create_group(actor))  # fmt: skip


@blueprint.get("/groups/<slug>")
def group(slug: str) -> ResponseReturnValue:
    """The tab "Nu"; of a group on request, a non-member sees name, purpose, lead, companies and a number."""
    actor = current_actor()
    shown = groups_queries.get_visible_group(actor, slug)
    around = frame_of(shown)
    members = groups_queries.members_of(shown.id)
    around["member_count"] = len(members)
    companies = sorted({line.company_name for line in members})
    if is_asked_by_a_person():
        mark_answers_read(actor, shown)
    if not around["may_read"]:
        around["group"] = {**around["group"], "rules_html": ""}  # type: ignore[dict-item]
        return render_template("home/group.html", companies=companies, newest=[], **around)
    newest = discussions.threads_in_group(actor, shown, size=NEWEST)
    return render_template("home/group.html", companies=companies, newest=[thread_line(row) for row in newest],
                           can_start=can_start_thread(actor, shown), **around)  # fmt: skip


@blueprint.post("/preferences")
@public
def preferences() -> ResponseReturnValue:
    """Text size, light or dark: what the buttons in the header do where no script does it."""
    answer = redirect(safe_next(request.form.get("next")), 303)
    for name, known in (("size", ("m", "l", "xl")), ("theme", ("light", "dark")), ("lang", LOCALES)):
        if (value := request.form.get(name)) in known:
            keep(answer, name, str(value))
    return answer


@blueprint.after_app_request
def remember_language(response):  # type: ignore[no-untyped-def]
    """The link in the footer: this visitor's choice stays."""
    if (chosen := request.args.get("lang")) in LOCALES and not current_user.is_authenticated:
        keep(response, "lang", str(chosen))
    return response


@blueprint.after_app_request
def go_on_with_the_visit(response):  # type: ignore[no-untyped-def]
    """Who reads threads for an hour is still here: their page tells what was seen."""
    if request.endpoint == "discussions.mark_seen" and response.status_code < 400:
        actor = current_actor()
        if actor.has_live_tie and queries.is_visit_worth_going_on(queries.visit_of(actor)):
            service.note_visit(actor.id)
    return response


def keep(answer: Any, name: str, choice: str) -> None:
    """For a year in this browser; nothing else is known of it."""
    answer.set_cookie(name, choice, max_age=YEAR, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"])


def front() -> str:
    return render_template("home/front.html", themes=THEMES.values(), member_count=member_company_count(),
                           contact=current_app.config["CONTACT_EMAIL"])  # fmt: skip


def greeting() -> str:
    hour = local(now()).hour
    return "morning" if 5 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"


def group_news(line: discussions.GroupNews) -> dict[str, object]:
    return {
        "slug": line.standing.slug, "name": line.standing.name, "unread": line.unread,
        "is_confidential": line.standing.visibility is Visibility.CONFIDENTIAL, "newest_title": line.newest.title,
        "newest_at": line.newest.at, "newest_url": line.newest.url, "newest_by": line.newest.by,
    }  # fmt: skip

"""The log of what was done: by role for members, with names for coordinators, and nowhere who reported."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Actor
from app.accounts.session import current_actor
from app.core.clock import local, local_midnight
from app.core.i18n import full_date
from app.core.i18n import gettext as _
from app.core.pagination import Pagination, page_asked, page_of
from app.groups.policy import readable_group_ids
from app.guard.models import ActsAs
from app.guard.service import is_private
from app.moderation import queries
from app.moderation.forms import ACTIONS, KINDS, ROLES, LogForm
from app.moderation.models import LINES_ON_A_PAGE, ActionKind
from app.moderation.policy import led_group_ids
from app.moderation.queries import ActionRow, LogFilter
from app.moderation.views.blueprint import blueprint

EXPORT_MOST = 10_000  # lines
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would work out instead of show


class LogLine(NamedTuple):
    """As this reader may see it; what they may not is empty."""

    at: datetime
    what: str
    about: str
    title: str
    url: str
    group: str
    rule: int
    reason: str
    by: str
    on: str
    until: datetime | None
    is_own_company: bool
    case_id: int


@blueprint.get("/moderation/log")
def log() -> ResponseReturnValue:
    actor, form = current_actor(), LogForm(formdata=request.args)
    chosen = filter_in(form)
    last = page_of(queries.log_count(actor, chosen), LINES_ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    asked: dict[str, Any] = {name: value for name, value in request.args.items() if name in form and value}
    pages = Pagination(page, last, lambda number: url_for(".log", page=number, **asked))
    lines = [log_line(row, actor) for row in queries.log_lines(actor, chosen, page=page)]
    return render_template("moderation/log.html", form=form, lines=lines, pages=pages, is_filtered=bool(asked),
                           export_url=url_for(".export_log", **asked))  # fmt: skip


@blueprint.get("/moderation/log/export")
def export_log() -> ResponseReturnValue:
    actor, form = current_actor(), LogForm(formdata=request.args)
    table = io.StringIO()
    write = csv.writer(table, delimiter=";")
    write.writerow([_("Time"), _("What was done"), _("About what"), _("Title"), _("Working group"), _("Rule"),
                    _("Reason"), _("By whom"), _("To whom"), _("Until"), _("Own company")])  # fmt: skip
    for row in queries.log_lines(actor, filter_in(form), most=EXPORT_MOST):
        line = log_line(row, actor)
        write.writerow([
            plain(cell) for cell in (
                local(line.at).isoformat(timespec="seconds"), line.what, line.about, line.title, line.group,
                str(line.rule), line.reason, line.by, line.on, full_date(line.until) if line.until else "",
                _("yes") if line.is_own_company else "")
        ])  # fmt: skip
    # A byte order mark: without it Excel takes the letters for another alphabet.
    return Response("\ufeff" + table.getvalue(), content_type="text/csv; charset=utf-8",
                    headers={"Content-Disposition": 'attachment; filename="brink-log.csv"'})  # fmt: skip


def log_line(row: ActionRow, actor: Actor) -> LogLine:
    """Names for coordinators; reason and whose text for who leads the group, acts for the company, or is meant.

    A title leads to its place where this reader comes: not into private talks, nor into groups that they do not read.
    """
    is_near = row.group_id in led_group_ids(actor) or row.person_id == actor.id
    is_contact = actor.is_contact and row.on_company_id == actor.company_id
    sees_content = actor.is_coordinator or is_near or is_contact
    is_in_sight = row.group_id is None or row.group_id in readable_group_ids(actor)
    leads_there = sees_content and is_in_sight and not is_private(row.subject_kind)
    role = str(ROLES[row.role.value])
    return LogLine(
        row.created_at, str(ACTIONS[row.kind.value]), str(KINDS.get(row.subject_kind, row.subject_kind)),
        row.title if sees_content else "", row.url if leads_there else "", row.group_name or "", row.rule,
        row.reason if sees_content else "", f"{row.by_name}, {role}" if actor.is_coordinator else role,
        f"{row.on_name} · {row.on_company}" if sees_content else "", row.until, row.is_own_company, row.case_id,
    )  # fmt: skip


def filter_in(form: LogForm) -> LogFilter:
    """What was asked, as far as it is something of ours."""
    form.validate()
    fields = (form.role, form.kind, form.subject)
    words = {field.name: field.data for field in fields if field.data and not field.errors}
    for field in form:
        field.errors = ()  # nothing to mend: what is shown is what was understood
    return LogFilter(
        moment_of(form.since.data), moment_of(form.until.data, days=1),
        ActsAs(words["role"]) if "role" in words else None, ActionKind(words["kind"]) if "kind" in words else None,
        words.get("subject"),
    )  # fmt: skip


def moment_of(day: date | None, *, days: int = 0) -> datetime | None:
    """When this day, or one some days after it, begins here; None for a day of another age."""
    if day is None or not 2000 <= day.year < 2200:
        return None
    return local_midnight(day + timedelta(days=days))


def plain(cell: str) -> str:
    """A text, also where it looks like a formula (CWE-1236)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

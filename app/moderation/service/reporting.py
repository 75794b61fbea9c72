"""Reporting: one per person and version of a text. All reports about one text make one case."""

from datetime import datetime
from typing import Any, NamedTuple

from app.accounts.models import Actor, Tie
from app.core.clock import now
from app.core.db import one_at_a_time
from app.core.errors import Forbidden, NotFound
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.transaction import atomic
from app.groups.models import WorkingGroup
from app.guard.service import Content, Excerpt, content_of
from app.moderation import queries
from app.moderation.events import ReportFiled
from app.moderation.models import DUE_WITHIN, KEPT_TEXT, Case, CaseState, Desk, Reason, Report
from app.moderation.service.desks import move_up, ring_desk, ring_no_more, route


class Subject(NamedTuple):
    """A text that somebody wants to report."""

    content: Content
    row: Any
    excerpt: Excerpt
    author_tie: Tie


def subject_of(actor: Actor, kind: str, item: int) -> Subject:
    """What this person reads and may report: NotFound where they do not read it, Forbidden where it is their own."""
    content = content_of(kind)
    row = content.load(item) if content else None
    if content is None or row is None or not content.reads(actor, row):
        raise NotFound
    subject = Subject(content, row, content.excerpt(row), db.session.get_one(Tie, content.author(row)))
    group_id = subject.excerpt.group_id
    if group_id is not None and db.session.get_one(WorkingGroup, group_id).is_confidential:
        raise Forbidden(_("In a confidential working group, speak with its chair."))
    if subject.author_tie.person_id == actor.id:
        raise Forbidden(_("This is your own text."))
    return subject


@atomic
def file_report(actor: Actor, kind: str, item: int, *, reason: Reason, text: str = "") -> Report:
    """The desk hears of the case, and nothing of who reported. Reporting again gives the report there was.

    Another is made once the case of the first is closed and the text was changed since.
    """
    one_at_a_time("report", kind, str(item))
    subject = subject_of(actor, kind, item)
    version = subject.excerpt.version
    report = queries.own_report(actor, kind, item, version)
    if report is not None:
        return report
    case = queries.running_case(kind, item) or _open_case(kind, item, subject)
    report = Report(case_id=case.id, person_id=actor.id, kind=kind, item=item, subject_version=version, reason=reason,
                    text=text, created_by=actor.tie_id)  # fmt: skip
    db.session.add(report)
    subject.content.reported(subject.row)
    db.session.flush()
    reports, past = queries.reporters_of(case), queries.objected_to_in(case)
    desk = route(case, reports, past=past)
    if len(reports) == 1:
        case.desk = desk
        ring_desk(case, reports)
    elif move_up(case, desk) or case.owner_id == actor.id:
        case.state, case.owner_id, case.owner_tie_id = CaseState.OPEN, None, None  # who had it has a part in it now
        ring_desk(case, reports, past=past)
    else:
        ring_no_more(case, of=actor.id)
    publish(ReportFiled(actor_id=None, report_id=report.id, case_id=case.id))
    return report


def _open_case(kind: str, item: int, subject: Subject) -> Case:
    moment: datetime = now()
    excerpt, author = subject.excerpt, subject.author_tie
    case = Case(
        kind=kind, item=item, subject_version=excerpt.version, title=excerpt.title[:200],
        text=excerpt.text[:KEPT_TEXT], url=excerpt.url[:200], written_at=excerpt.at, group_id=excerpt.group_id,
        author_id=author.person_id, author_tie_id=author.id, desk=Desk.LEAD, due_at=moment + DUE_WITHIN,
    )  # fmt: skip
    db.session.add(case)
    db.session.flush()
    return case

"""What follows from what happens to groups, what people see under the bell, and what they take along of it."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts import service as accounts
from app.core.events import on
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.groups.events import GroupVisibilityChanged
from app.groups.models import Visibility
from app.groups.queries import confidential_among
from app.guard.queries import WHO
from app.moderation import service
from app.moderation.models import Action, ActionKind, Case, Objection, Report
from app.moderation.service.acting import ACTION
from app.moderation.service.desks import CASE
from app.moderation.service.handling import REPORT
from app.moderation.service.objecting import OBJECTION
from app.notifications import service as notifications
from app.notifications.models import Sort
from app.notifications.service import Shown


@on(GroupVisibilityChanged)
def keep_cases_inside(event: GroupVisibilityChanged) -> None:
    """MOD-6: what lies at another desk than the group's own comes back to it."""
    if event.visibility == Visibility.CONFIDENTIAL:
        service.leave_cases_to_group(event.group_id)


def show_cases(ids: Sequence[int]) -> dict[int, Shown]:
    cases = db.session.scalars(select(Case).where(Case.id.in_(ids))).all()
    hushed = confidential_among(case.group_id for case in cases)
    return {case.id: Shown(case.title, case.link, _("To handle: a report about “%(title)s”", title=case.title),
                           case.group_id in hushed)
            for case in cases}  # fmt: skip


def show_reports(ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(select(Report.id, Case.title, Case.group_id).join(Case, Case.id == Report.case_id)
                               .where(Report.id.in_(ids))).all()  # fmt: skip
    hushed = confidential_among(row.group_id for row in found)
    return {id_: Shown(title, "/reports", _("Your report about “%(title)s” was handled", title=title),
                       group_id in hushed)
            for id_, title, group_id in found}  # fmt: skip


def show_actions(ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(select(Action.id, Action.kind, Action.role, Case.title, Case.group_id)
                               .join(Case, Case.id == Action.case_id).where(Action.id.in_(ids))).all()  # fmt: skip
    hushed = confidential_among(row.group_id for row in found)
    return {id_: Shown(title, f"/account/actions/{id_}", told(kind, str(WHO[role]), title), group_id in hushed)
            for id_, kind, role, title, group_id in found}  # fmt: skip


def show_objections(ids: Sequence[int]) -> dict[int, Shown]:
    found = db.session.execute(
        select(Objection.id, Objection.action_id, Case.title, Case.group_id)
        .join(Action, Action.id == Objection.action_id).join(Case, Case.id == Action.case_id)
        .where(Objection.id.in_(ids))
    ).all()  # fmt: skip
    hushed = confidential_among(row.group_id for row in found)
    return {id_: Shown(title, f"/account/actions/{action_id}", _("Your objection about “%(title)s” was decided",
                                                                 title=title), group_id in hushed)
            for id_, action_id, title, group_id in found}  # fmt: skip


def told(kind: ActionKind, who: str, title: str) -> str:
    """What the author reads under the bell. By role: a name would make it a quarrel."""
    if kind is ActionKind.HIDE:
        return _("Your text in “%(title)s” was hidden by %(who)s", title=title, who=who)
    if kind is ActionKind.UNHIDE:
        return _("Your text in “%(title)s” was put back by %(who)s", title=title, who=who)
    if kind is ActionKind.MESSAGE:
        return _("A message from %(who)s about your text in “%(title)s”", title=title, who=who)
    if kind is ActionKind.LIFT:
        return _("You can write again: decided by %(who)s", who=who)
    return _("You cannot write for a time: decided by %(who)s", who=who)


for name, show, sort in ((CASE, show_cases, Sort.TASK), (REPORT, show_reports, Sort.NAMED),
                         (ACTION, show_actions, Sort.ACCOUNT), (OBJECTION, show_objections, Sort.ACCOUNT)):  # fmt: skip
    notifications.register(name, show, sort)


@accounts.own_data("reports")
def reports_data(person_id: int) -> list[dict[str, str]]:
    found = db.session.execute(
        select(Report.created_at, Report.reason, Report.text, Case.title, Case.state, Case.outcome)
        .join(Case, Case.id == Report.case_id).where(Report.person_id == person_id)
        .order_by(Report.created_at, Report.id)
    )  # fmt: skip
    return [
        {"at": row.created_at.isoformat(), "about": row.title, "reason": row.reason.value, "text": row.text,
         "state": row.state.value, "outcome": row.outcome}
        for row in found
    ]  # fmt: skip


@accounts.own_data("moderation")
def actions_data(person_id: int) -> list[dict[str, str | int | None]]:
    """What was done about this person's texts."""
    own = select(Action).where(Action.person_id == person_id).order_by(Action.created_at, Action.id)
    return [
        {"at": action.created_at.isoformat(), "kind": action.kind.value, "rule": action.rule, "reason": action.reason,
         "by": action.role.value, "until": action.until.isoformat() if action.until else None}
        for action in db.session.scalars(own)
    ]  # fmt: skip

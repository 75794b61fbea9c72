"""Which desk handles a case, and who sits there. A case goes past everyone who wrote or reported it."""

from collections.abc import Iterable, Sequence

from app.accounts.models import Office, Tie
from app.core.extensions import db
from app.moderation import queries
from app.moderation.models import Case, Desk, Reason, Report
from app.moderation.policy import desk_scope
from app.notifications import service as notifications

CASE = "case"  # under the bell of a desk
ORDER = tuple(Desk)


def route(case: Case, reports: Sequence[Report], *, past: Iterable[int] = ()) -> Desk:
    """The nearest desk with someone who neither wrote nor reported it, nor took a decision that somebody objects to.

    Of a group's own desk also nobody may be a colleague of author or reporter; competition never stays there. Where
    nobody is free it waits at the board's.
    """
    involved = {case.author_id, *past, *(report.person_id for report in reports)}
    if _may_stay_in_group(case, reports, involved):
        return Desk.LEAD
    return next((desk for desk in ORDER[1:-1] if set(_people_at(desk, case.group_id)) - involved), Desk.BOARD)


def free_people_at(case: Case, reports: Sequence[Report], *, past: Iterable[int] = ()) -> set[int]:
    """Of a confidential group nobody else than who leads it, whatever the desk."""
    involved = {case.author_id, *past, *(report.person_id for report in reports)}
    people = set(_people_at(case.desk, case.group_id))
    if case.group is not None and case.group.is_confidential:
        people &= set(_people_at(Desk.LEAD, case.group_id))
    return people - involved


def move_up(case: Case, desk: Desk) -> bool:
    """To a desk further on; never back to a nearer one."""
    if ORDER.index(desk) <= ORDER.index(case.desk):
        return False
    case.desk = desk
    return True


def leave_to_group(case: Case, reports: Sequence[Report], *, past: Iterable[int] = ()) -> None:
    """MOD-6: in a confidential group who leads it handles reports, a colleague or not, and whatever they are about.

    Where nobody of them is free of it, it waits at the board's, which has its number and does not read it.
    """
    case.desk = Desk.LEAD
    if not free_people_at(case, reports, past=past):
        case.desk = Desk.BOARD


def ring_desk(case: Case, reports: Sequence[Report], *, past: Iterable[int] = ()) -> None:
    """At this desk and at no other, also for who was told before.

    The line names the text and its author, and nobody who reported it.
    """
    ring_no_more(case)
    notifications.notify(
        free_people_at(case, reports, past=past), kind=CASE, item=case.id, actor_id=case.author_id,
        actor_tie_id=case.author_tie_id, scope=desk_scope(case.desk, case.group_id), anew=True,
    )  # fmt: skip


def ring_no_more(case: Case, *, of: int | None = None) -> None:
    """For who sat at the desk that it left, for everyone once it is closed, or for one who has a part in it now."""
    notifications.withdraw(CASE, [case.id], of=of)


def _may_stay_in_group(case: Case, reports: Sequence[Report], involved: set[int]) -> bool:
    if case.group_id is None or any(report.reason is Reason.COMPETITION for report in reports):
        return False
    leads = queries.leads_of(case.group_id)
    companies = {db.session.get_one(Tie, case.author_tie_id).company_id, *(report.tie.company_id for report in reports)}
    return bool(leads) and not any(person in involved or company in companies for person, company in leads)


def _people_at(desk: Desk, group_id: int | None) -> list[int]:
    if desk is Desk.LEAD:
        return [person for person, _company in queries.leads_of(group_id or 0)]
    if desk is Desk.COORDINATOR:
        return queries.people_in_office(Office.COORDINATOR)
    if desk is Desk.DEPUTY:
        return queries.people_in_office(Office.DEPUTY_COORDINATOR)
    return queries.people_of_board()

"""Reading in a list of people: first a trial that sends nothing, then what was right in it."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress

from app.accounts.models import Actor, Tie
from app.core.clock import now
from app.core.db import one_at_a_time
from app.core.errors import Refusal
from app.core.events import publish
from app.core.extensions import db
from app.core.policy import authorize
from app.core.text import tidy_line
from app.core.transaction import atomic
from app.invitations.events import ImportStarted, InvitationsImported
from app.invitations.models import ImportLine, ImportRun, Verdict
from app.invitations.models.imports import FILENAME_MOST
from app.invitations.policy import can_import_people, can_see_import, is_guest_of
from app.invitations.queries import Address
from app.invitations.service.inviting import invite_at
from app.invitations.service.judging import Around, around_of, company_of, judge, judged, plan_of
from app.invitations.service.lists import read_list

SOME = 50  # lines of one transaction: others need not wait long for their turn
SENT, SKIPPED = "sent", "skipped"


def dry_run(actor: Actor, content: bytes) -> list[ImportLine]:
    """The verdict on every line, in one pass. Nothing is written and nothing is sent. Raises Invalid."""
    authorize(can_import_people, actor)
    return judged(actor, read_list(content))


def try_import(actor: Actor, filename: str, content: bytes) -> ImportRun:
    """The same, kept for 24 hours so that it can be looked at and sent.

    "Writes nothing" (GRP-33) means no invitation, no person, no tie, no letter, no event: the run is the page itself.
    """
    return _keep(actor, filename, hashlib.sha256(content).hexdigest(), dry_run(actor, content))


def send_import(actor: Actor, run: ImportRun) -> None:
    """Invite whom the list names, each line checked again. Going on after an interruption sends nothing twice."""
    authorize(can_see_import, actor, run)
    waiting = [place for place, line in enumerate(run.lines) if not line.outcome]
    for first in range(0, len(waiting), SOME):
        _send_some(actor, run, waiting[first : first + SOME])
    _finish(actor, run)


@atomic
def start_import(actor: Actor, run: ImportRun) -> None:
    """Have a long one sent beside the pages. Pressing the button twice starts it once."""
    authorize(can_see_import, actor, run)
    if run.started_at is None:
        run.started_at = now()
        publish(ImportStarted(actor_id=actor.id, import_id=run.id))


def go_on_with_import(run_id: int) -> None:
    """Send what is left of it, with the rights of now of who read it in. One that was forgotten is left alone."""
    run = db.session.get(ImportRun, run_id)
    reader = db.session.get_one(Tie, run.created_by) if run is not None else None
    actor = Actor.of_person(reader.person_id) if reader is not None else None
    if run is not None and run.is_under_way and actor is not None and can_see_import(actor, run):
        with suppress(Refusal):  # forgotten meanwhile, or they may no longer
            send_import(actor, run)


@atomic
def discard_import(actor: Actor, run: ImportRun) -> None:
    """Forget the list. What was sent already stays sent."""
    authorize(can_see_import, actor, run)
    db.session.delete(run)


@atomic
def _keep(actor: Actor, filename: str, sha256: str, lines: list[ImportLine]) -> ImportRun:
    authorize(can_import_people, actor)
    run = ImportRun(filename=tidy_line(filename)[:FILENAME_MOST], sha256=sha256, created_by=actor.tie_id)
    run.lines = lines
    db.session.add(run)
    db.session.flush()
    return run


@atomic
def _send_some(actor: Actor, run: ImportRun, places: Sequence[int]) -> None:
    authorize(can_see_import, actor, run)
    one_at_a_time("invitations")
    db.session.refresh(run, with_for_update=True)  # the button was pressed twice: the second finds these lines done
    lines = run.lines
    left = [place for place in places if not lines[place].outcome]
    if not left:
        return
    chosen = [lines[place] for place in left]
    around = around_of(actor, chosen)
    for place, line in zip(left, (judge(line, around) for line in chosen), strict=True):
        lines[place] = _sent(actor, line, around)
    run.lines = lines


@atomic
def _finish(actor: Actor, run: ImportRun) -> None:
    db.session.refresh(run, with_for_update=True)
    if run.sent_at is None:
        run.sent_at = now()
        publish(InvitationsImported(actor_id=actor.id, import_id=run.id))


def _sent(actor: Actor, line: ImportLine, around: Around) -> ImportLine:
    """An address in use elsewhere is tried too: that leaves the task for the coordinator."""
    is_clash = [finding.code for finding in line.findings] == [Address.ELSEWHERE.value]
    company = company_of(line, around)
    if company is None or not (line.verdict is Verdict.OK or is_clash):
        return line._replace(outcome=SKIPPED)
    plan = plan_of(line, around.groups[is_guest_of(company)])
    invited = invite_at(actor, company, plan, around.used.address(company, plan.email))
    return line._replace(outcome=SENT if invited.invitation else SKIPPED)

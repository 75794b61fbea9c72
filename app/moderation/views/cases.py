"""The queue of a desk, and one case on one screen."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, is_asked_by_a_person, say
from app.core.clock import now
from app.core.errors import NotFound
from app.core.forms import Form, keeps_typed
from app.core.i18n import gettext as _
from app.core.policy import authorize, holds
from app.guard.service import content_of, is_hidden
from app.moderation import queries, service
from app.moderation.forms import (
    ACTIONS,
    DESKS,
    KINDS,
    REASONS,
    STATES,
    CloseForm,
    DecideForm,
    GroundForm,
    NoteForm,
    SilenceForm,
    SuspendForm,
)
from app.moderation.models import Case, CaseState
from app.moderation.policy import (
    can_claim_case,
    can_handle_case,
    can_see_cases,
    can_see_reporters,
    can_suspend_author,
    can_undo_action,
    silence_days,
)
from app.moderation.views.blueprint import blueprint
from app.moderation.views.log import LogLine, log_line


@blueprint.get("/moderation")
def queue() -> ResponseReturnValue:
    """ "Werkvoorraad": what is new, and what is in hand."""
    actor = current_actor()
    if not holds(can_see_cases, actor):
        raise NotFound
    closed = request.args.get("filter") == "closed"
    rows = queries.queue(actor, closed=closed)
    return render_template(
        "moderation/queue.html", closed=rows if closed else None,
        new=[row for row in rows if row.state is CaseState.OPEN],
        in_hand=[row for row in rows if row.state is CaseState.IN_HAND], now=now(),
        kinds=KINDS, reasons=REASONS, desks=DESKS, states=STATES,
    )  # fmt: skip


@blueprint.get("/moderation/<int:case_id>")
def show_case(case_id: int) -> ResponseReturnValue:
    actor = current_actor()
    case = queries.get_case(actor, case_id)
    answer = case_page(case)
    if is_asked_by_a_person():
        service.mark_case_read(actor, case)
    return answer


@blueprint.post("/moderation/<int:case_id>/claim")
def claim_case(case_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.claim_case(actor, queries.get_case(actor, case_id))
    say(_("You have this case in hand."))
    return redirect(url_for(".show_case", case_id=case_id), 303)


@blueprint.post("/moderation/<int:case_id>/give-back")
def give_back_case(case_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.give_back_case(actor, queries.get_case(actor, case_id))
    say(_("The case lies open for others again."))
    return redirect(url_for(".queue"), 303)


@blueprint.post("/moderation/<int:case_id>/notes")
@keeps_typed(NoteForm)
def add_note(case_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), NoteForm("note")
    case = queries.get_case(actor, case_id)
    authorize(can_handle_case, actor, case)
    if not form.validate():
        return case_page(case, note=form), 422
    service.add_note(actor, case, form.body.data)
    return redirect(url_for(".show_case", case_id=case_id, _anchor="notes"), 303)


def case_page(case: Case, **refused: Form) -> str:
    """All forms are empty but the one that was refused, which stands open with what was typed."""
    actor = current_actor()
    content = content_of(case.kind)
    row = content.load(case.item) if content else None
    before, after = content.around(row) if content and row is not None else ((), ())
    now_there = content.excerpt(row) if content and row is not None else None
    if now_there is not None and now_there.group_id != case.group_id:
        now_there, before, after = None, (), ()  # it moved since, perhaps out of sight of who handles the case
    is_gone = content is None or row is None or content.is_gone(row)
    is_read = content is not None and row is not None and content.reads(actor, row)
    return render_template(
        "moderation/case.html", case=case, place=case.url if is_read else "", kind=KINDS.get(case.kind, case.kind),
        before=before, after=after,
        changed=now_there if now_there and now_there.version != case.subject_version else None, is_gone=is_gone,
        can_hide=row is not None and not is_hidden(case.kind, case.item),
        is_hidden=is_hidden(case.kind, case.item), desk=DESKS[case.desk.value], state=STATES[case.state.value],
        reports=queries.reports_in(case), sees_reporters=can_see_reporters(actor, case), reasons=REASONS,
        lines=lines_of(case), notes=queries.notes_in(case), sanctions=queries.running_sanctions_of(case),
        objection=queries.open_objection_in(case), is_own_company=actor.company_id == case.author_tie.company_id,
        can_claim=can_claim_case(actor, case), can_handle=can_handle_case(actor, case),
        can_undo=can_undo_action(actor, case), can_suspend=can_suspend_author(actor, case), actions=ACTIONS,
        forms={**empty_forms(case), **refused}, refused=next(iter(refused), ""),
    )  # fmt: skip


def lines_of(case: Case) -> Sequence[LogLine]:
    return [log_line(row, current_actor()) for row in queries.actions_on(current_actor(), case)]


def empty_forms(case: Case) -> dict[str, Form]:
    silence = SilenceForm("silence", formdata=None)
    silence.offer(silence_days(current_actor(), case))
    forms: dict[str, Form] = {
        name: kind(name, formdata=None) for name, kind in (
            ("message", GroundForm), ("hide", GroundForm), ("unhide", GroundForm), ("suspend", SuspendForm),
            ("lift", GroundForm), ("settle", CloseForm), ("reject", CloseForm), ("note", NoteForm),
            ("decide", DecideForm))
    }  # fmt: skip
    return {**forms, "silence": silence}

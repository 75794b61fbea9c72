"""Reading in a list, in three pages: the file, what was found in it, and what was sent."""

import csv
import io
from collections import Counter

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core.errors import Invalid
from app.core.forms import takes
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import end_reading
from app.invitations import queries, service
from app.invitations.forms import COLUMNS, sentence_of
from app.invitations.models import ImportLine, ImportRun, Verdict
from app.invitations.models.imports import COLUMNS as IN_ORDER
from app.invitations.models.imports import FILE_MOST
from app.invitations.policy import can_import_people
from app.invitations.service.importing import SENT, SKIPPED, SOME
from app.invitations.service.lists import FORMULA_SIGNS, HEADER
from app.invitations.views.blueprint import ROUNDS, blueprint, count_letters

URGENCY = {Verdict.ERROR: 0, Verdict.WARNING: 1, Verdict.OK: 2}  # whoever reads a list wants to know what is wrong
AROUND_FILE = 100_000  # bytes of a form beside the file itself


@blueprint.get("/invitations/import")
def new_import() -> ResponseReturnValue:
    authorize(can_import_people, current_actor())
    return upload_page()


@blueprint.post("/invitations/import")
@takes(text=FILE_MOST + AROUND_FILE)
def try_import() -> ResponseReturnValue:
    actor, file = current_actor(), request.files.get("file")
    authorize(can_import_people, actor)
    content = file.stream.read(FILE_MOST + 1) if file else b""
    if file is None or not content:
        return upload_page(_("Choose a file with something in it.")), 422
    end_reading()
    try:
        run = service.try_import(actor, file.filename or "", content)
    except Invalid as refusal:
        return upload_page(str(refusal)), 422
    return redirect(url_for(".show_import", run_id=run.id), 303)


@blueprint.get("/invitations/import/<int:run_id>")
def show_import(run_id: int) -> ResponseReturnValue:
    run = queries.get_import(current_actor(), run_id)
    lines = run.lines
    # Of one that was interrupted only what is left to send; of one that was sent all.
    verdicts = Counter(line.verdict.value for line in lines if run.sent_at or not line.outcome)
    outcomes = Counter(line.outcome for line in lines if line.outcome)
    return render_template(
        "invitations/import.html", run=run, done=sum(outcomes.values()), total=len(lines),
        verdicts=verdicts, sent=outcomes[SENT], skipped=outcomes[SKIPPED],
        lines=[(line, [(COLUMNS[finding.column], sentence_of(finding)) for finding in line.findings])
               for line in sorted(lines, key=lambda line: URGENCY[line.verdict]) if line.findings or not run.sent_at],
    )  # fmt: skip


@blueprint.post("/invitations/import/<int:run_id>/send")
def send_import(run_id: int) -> ResponseReturnValue:
    actor = current_actor()
    run = queries.get_import(actor, run_id)
    count_letters(ROUNDS, "import", str(actor.id))
    # One that takes longer than a page may is sent beside the pages; its own page says how far it is.
    send = service.start_import if sum(not line.outcome for line in run.lines) > SOME else service.send_import
    send(actor, run)
    return redirect(url_for(".show_import", run_id=run_id), 303)


@blueprint.post("/invitations/import/<int:run_id>/discard")
def discard_import(run_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.discard_import(actor, queries.get_import(actor, run_id))
    say(_("The list is forgotten."))
    return redirect(url_for(".new_import"), 303)


@blueprint.get("/invitations/import/<int:run_id>/errors.csv")
def import_errors(run_id: int) -> ResponseReturnValue:
    """The lines with an error, to be put right and read in again."""
    run = queries.get_import(current_actor(), run_id)
    return Response(
        errors_of(run).encode("utf-8-sig"), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="niet-verstuurd.csv"'},
    )  # fmt: skip


def errors_of(run: ImportRun) -> str:
    written = io.StringIO()
    table = csv.writer(written, delimiter=";")
    table.writerow([*HEADER.split("; "), "opmerking"])
    table.writerows(row_of(line) for line in run.lines if line.verdict is Verdict.ERROR)
    return written.getvalue()


def row_of(line: ImportLine) -> list[str]:
    remarks = " ".join(sentence_of(finding) for finding in line.findings)
    return [as_text(cell) for cell in (*(line.values[column] for column in IN_ORDER), remarks)]


def as_text(cell: str) -> str:
    """A spreadsheet must not take it for a formula."""
    return f"'{cell}" if cell.startswith(tuple(FORMULA_SIGNS)) else cell


def upload_page(error: str = "") -> str:
    return render_template("invitations/new_import.html", error=error, header=HEADER)

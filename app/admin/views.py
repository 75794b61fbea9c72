"""Pages for coordinators and administrators, and the two addresses that a watchdog asks."""

from datetime import timedelta

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.accounts import service as accounts
from app.accounts.policy import can_reset_second_step, can_see_rules
from app.accounts.queries import person_by_email
from app.accounts.session import current_actor, public, say
from app.admin.forms import KINDS, STATES, TROUBLES, ResetStepForm
from app.admin.policy import can_see_mail
from app.core.clock import now
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.forms import keeps_typed
from app.core.i18n import full_date
from app.core.i18n import gettext as _
from app.core.pagination import Pagination, page_asked, page_of
from app.core.panels import panels
from app.core.policy import holds, rule_lines
from app.files import service as files
from app.jobs.service import ask_queue
from app.mail import queries as letters
from app.mail.models import LetterState
from app.mail.queries import LetterLine
from app.moderation.queries import waiting_at_board

blueprint = Blueprint("admin", __name__)
LATE = timedelta(hours=1)  # a letter that waited so long is worth a look


@blueprint.get("/admin")
def index() -> ResponseReturnValue:
    refuse_others()
    return render_template("admin/index.html", waiting_at_board=waiting_at_board())


@blueprint.get("/admin/parts")
def parts() -> ResponseReturnValue:
    refuse_others()
    return render_template("admin/parts.html", moment=now())


@blueprint.get("/admin/rules")
def rules() -> ResponseReturnValue:
    refuse_others()
    return render_template("admin/rules.html", rules=list(rule_lines()))


@blueprint.get("/admin/mail")
def mail() -> ResponseReturnValue:
    if not holds(can_see_mail, current_actor()):
        raise NotFound
    oldest = letters.oldest_waiting()
    last = page_of(letters.count_in_trouble(), letters.ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    pages = Pagination(page, last, lambda number: url_for(".mail", page=number))
    return render_template("admin/mail.html", oldest=oldest, is_late=oldest is not None and oldest < now() - LATE,
                           counts=[counted(kind, states) for kind, states in letters.letters_by_kind()],
                           troubles=[trouble_cells(line) for line in letters.letters_in_trouble(page)],
                           pages=pages, panels=panels("mail queue", current_actor()))  # fmt: skip


def counted(kind: str, states: dict[LetterState, int]) -> list[str | int]:
    """A kind in words, and how many wait, went, were given up, are uncertain, were dropped."""
    waiting = sum(states.get(state, 0) for state in letters.ON_THEIR_WAY)
    return [kind_said(kind), waiting, *(states.get(state, 0) for state in (
        LetterState.SENT, LetterState.FAILED, LetterState.UNCERTAIN, LetterState.DROPPED))]  # fmt: skip


def kind_said(kind: str) -> str:
    """One that an older version wrote, and that has no words any more, as it was named."""
    return str(KINDS.get(kind, kind))


def trouble_cells(line: LetterLine) -> list[str | int]:
    why = str(TROUBLES[line.trouble]) if line.trouble else ""
    again = full_date(line.not_before) if line.state is LetterState.WAITING else ""
    return [kind_said(line.kind), str(STATES[line.state]), f"{why} ({line.reply_code})" if line.reply_code else why,
            line.tries, full_date(line.created_at), again]  # fmt: skip


@blueprint.get("/admin/second-step")
def second_step() -> ResponseReturnValue:
    refuse_others()
    return render_template("admin/second_step.html", form=ResetStepForm(formdata=None))


@blueprint.post("/admin/second-step")
@keeps_typed(ResetStepForm)
def reset_second_step() -> ResponseReturnValue:
    """Of someone who lost it, and whom one knows: the page says how to be sure."""
    refuse_others()
    actor, form = current_actor(), ResetStepForm()
    if not form.validate():
        return render_template("admin/second_step.html", form=form), 422
    person = person_by_email(form.email.data)
    if person is None:
        form.email.errors = [_("Nobody here has this address.")]
    elif not holds(can_reset_second_step, actor, person):
        form.email.errors = [_("Your own second step you remove at your account, with a code.")]
    elif not accounts.reset_second_step(actor, person, form.reason.data):
        form.email.errors = [_("This person has no second step.")]
    else:
        say(_("The second step of %(name)s is taken away. They were mailed, and signed out everywhere.",
              name=person.name))  # fmt: skip
        return redirect(url_for(".index"), 303)
    return render_template("admin/second_step.html", form=form), 422


@blueprint.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """This process lives."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/readyz")
@public
def readiness() -> ResponseReturnValue:
    """Database, files and queue answer; else the first that does not."""
    for name, ask in (("database", ask_database), ("files", files.try_out), ("queue", lambda: ask_queue(current_app))):
        try:
            ask()
        except Exception:
            return Response(f"{name}\n", status=503, content_type="text/plain; charset=utf-8")
    return Response("ok\n", content_type="text/plain; charset=utf-8")


def ask_database() -> None:
    db.session.execute(text("SELECT 1"))


def refuse_others() -> None:
    """For everyone else these pages are not there."""
    if not holds(can_see_rules, current_actor()):
        raise NotFound
